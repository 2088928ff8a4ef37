//! The tools as agents see them: what they are called, what they take, and what is said where a call is wrong.
//!
//! Their descriptions are read with each turn, so that a word that says nothing costs each agent each time. Nothing in
//! them comes from a source, and nothing changes from start to start.

use serde_json::{Map, Value, json};

use super::{
    page::Format,
    query::{Agent, Query, Told, wrong},
    schema::Asked,
};
use crate::{access::Caller, graphql::Code};

/// A tool.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tool {
    /// What it is called.
    pub(super) name: &'static str,
    /// What it is good for.
    pub(super) description: &'static str,
    /// The JSON Schema of its arguments.
    pub(super) arguments: Map<String, Value>,
}

/// How many tokens an answer may have, where nobody says.
const USUAL_TOKENS: usize = 2_000;
/// What an answer is given at least: less would not hold an error.
const LEAST_TOKENS: usize = 100;
/// And at most.
const MOST_TOKENS: usize = 1_000_000;

/// All there are.
pub(super) fn all() -> Vec<Tool> {
    vec![
        Tool {
            name: "schema",
            description: "What `query` can ask: all types in few tokens, those of `names`, or what `search` finds.",
            arguments: arguments(
                json!({
                    "names": { "type": "array", "items": { "type": "string" } },
                    "search": { "type": "string" },
                    "maxTokens": { "type": "integer", "default": USUAL_TOKENS },
                }),
                &[],
            ),
        },
        Tool {
            name: "query",
            description: "Runs a GraphQL query. A table is `#path rows/total`, columns, rows. `after=X` in it: there is \
                          more, send the same query with after: X. `…+N`: N more characters follow there.",
            arguments: arguments(
                json!({
                    "query": { "type": "string" },
                    "variables": { "type": ["object", "string"] },
                    "after": { "type": "string" },
                    "maxTokens": { "type": "integer", "minimum": LEAST_TOKENS, "default": USUAL_TOKENS },
                    "format": { "enum": ["table", "json"] },
                    "dryRun": { "type": "boolean", "description": "only its cost" },
                    "fix": { "type": "boolean", "description": "run what was meant" },
                }),
                &["query"],
            ),
        },
    ]
}

fn arguments(properties: Value, required: &[&str]) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), properties);
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

impl Agent {
    /// Calls a tool; none, if there is none of that name.
    pub(super) async fn call(&self, tool: &str, arguments: Map<String, Value>, caller: &Caller) -> Option<Told> {
        Some(match tool {
            "schema" => match schema_of(arguments) {
                Ok(request) => match self.guide.describe(&request) {
                    Ok(text) => Told::answer(text),
                    Err(text) => Told::error(&text, request.max_tokens),
                },
                Err(text) => Told::error(&text, USUAL_TOKENS),
            },
            "query" => match query_of(arguments) {
                Ok(query) => self.query(query, caller).await,
                Err(text) => Told::error(&text, LEAST_TOKENS),
            },
            _ => return None,
        })
    }
}

fn schema_of(arguments: Map<String, Value>) -> Result<Asked, String> {
    let mut given = Given { arguments, known: &["names", "search", "maxTokens"] };
    given.check()?;
    let search = given.text("search")?.filter(|search| !search.trim().is_empty());
    Ok(Asked { names: given.texts("names")?, search, max_tokens: given.tokens()? })
}

fn query_of(arguments: Map<String, Value>) -> Result<Query, String> {
    let known = &["query", "variables", "after", "maxTokens", "format", "dryRun", "fix"];
    let mut given = Given { arguments, known };
    given.check()?;
    let format = match given.text("format")?.as_deref() {
        None | Some("table") => Format::Table,
        Some("json") => Format::Json,
        Some(_) => return Err(wrong(Code::BadUserInput, "format: send table or json")),
    };
    let missing = || wrong(Code::BadUserInput, "query: send a GraphQL document, such as { viewer { name } }");
    Ok(Query {
        query: given.text("query")?.filter(|query| !query.trim().is_empty()).ok_or_else(missing)?,
        variables: given.variables()?,
        after: given.text("after")?.filter(|after| !after.is_empty()),
        max_tokens: given.tokens()?,
        format,
        dry_run: given.switch("dryRun")?,
        fix: given.switch("fix")?,
    })
}

/// The arguments of a call. Null is the same as leaving one out, and numbers and switches may come as texts: so some
/// models write them.
struct Given {
    arguments: Map<String, Value>,
    known: &'static [&'static str],
}

impl Given {
    fn check(&self) -> Result<(), String> {
        if self.arguments.keys().all(|name| self.known.contains(&name.as_str())) {
            return Ok(());
        }
        let known = self.known.join(", ");
        Err(wrong(Code::BadUserInput, format_args!("there is an argument that is not known; known are {known}")))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.arguments.remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(is_no(name, "a string")),
        }
    }

    fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(value) => serde_json::from_value(value).map_err(|_| is_no(name, "a list of strings")),
        }
    }

    fn switch(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(switch)) => Ok(switch),
            Some(Value::String(text)) => text.parse().map_err(|_| is_no(name, "true or false")),
            Some(_) => Err(is_no(name, "true or false")),
        }
    }

    fn tokens(&mut self) -> Result<usize, String> {
        let number = match self.take("maxTokens") {
            None => return Ok(USUAL_TOKENS),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_u64(),
        };
        let tokens = number.and_then(|number| usize::try_from(number).ok());
        tokens
            .filter(|tokens| *tokens >= LEAST_TOKENS)
            .map(|tokens| tokens.min(MOST_TOKENS))
            .ok_or_else(|| is_no("maxTokens", &format!("a whole number of at least {LEAST_TOKENS}")))
    }

    fn variables(&mut self) -> Result<Map<String, Value>, String> {
        match self.take("variables") {
            None => Ok(Map::new()),
            Some(Value::Object(variables)) => Ok(variables),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
            Some(Value::String(text)) => {
                serde_json::from_str(&text).map_err(|_| is_no("variables", "an object, or one as JSON"))
            }
            Some(_) => Err(is_no("variables", "an object, or one as JSON")),
        }
    }
}

fn is_no(name: &str, what: &str) -> String {
    wrong(Code::BadUserInput, format_args!("{name}: send {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(arguments: Value) -> Result<Query, String> {
        let Value::Object(arguments) = arguments else { panic!("no object") };
        query_of(arguments)
    }

    #[test]
    fn arguments_are_read_as_models_write_them() {
        let read = query(json!({
            "query": "{ a }", "variables": "{\"b\": 1}", "maxTokens": "500", "format": "json", "dryRun": "true",
            "after": null, "fix": false,
        }));
        let read = read.expect("a query");
        assert_eq!(
            (read.query.as_str(), read.variables),
            ("{ a }", json!({ "b": 1 }).as_object().cloned().expect("it"))
        );
        assert_eq!((read.max_tokens, read.format, read.dry_run, read.fix), (500, Format::Json, true, false));
        assert_eq!(read.after, None);
        let read = query(json!({ "query": "{ a }" })).expect("a query");
        assert_eq!((read.max_tokens, read.format), (USUAL_TOKENS, Format::Table));
    }

    #[test]
    fn what_is_wrong_with_a_call_is_said_with_what_to_do() {
        let wrong = |arguments| query(arguments).expect_err("a fault");
        for (arguments, message) in [
            (json!({}), "query: send a GraphQL document, such as { viewer { name } }"),
            (json!({ "query": 7 }), "query: send a string"),
            (json!({ "query": "{ a }", "maxTokens": 99 }), "maxTokens: send a whole number of at least 100"),
            (json!({ "query": "{ a }", "maxTokens": -1 }), "maxTokens: send a whole number of at least 100"),
            (json!({ "query": "{ a }", "variables": [] }), "variables: send an object, or one as JSON"),
            (json!({ "query": "{ a }", "variables": "[1]" }), "variables: send an object, or one as JSON"),
            (json!({ "query": "{ a }", "format": "csv" }), "format: send table or json"),
            (json!({ "query": "{ a }", "dryRun": "perhaps" }), "dryRun: send true or false"),
            (
                json!({ "query": "{ a }", "max_tokens": 500 }),
                "there is an argument that is not known; known are query, variables, after, maxTokens, format, dryRun, fix",
            ),
        ] {
            assert_eq!(wrong(arguments), format!("error BAD_USER_INPUT {message}"));
        }
    }
}

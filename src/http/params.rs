//! The parameters of a GraphQL request (GraphQL over HTTP, “Request Parameters”), out of a JSON body or
//! a query string: `query`, `operationName`, `variables`, `extensions`. `null` is the same as leaving a
//! parameter out; parameters of other names are ignored. What the values mean is left to the engine.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use async_graphql::{Extensions, Name, Request, Value, Variables};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::refusal::{Code, Refusal};

/// The longest document, in bytes.
pub(super) const QUERY_LIMIT: usize = 32 * 1024;

/// The longest variables, in bytes of JSON.
pub(super) const VARIABLES_LIMIT: usize = 128 * 1024;

/// Reads the body of a `POST`.
pub(super) fn from_json(body: &[u8]) -> Result<Request, Refusal> {
    if body.is_empty() {
        return Err(bad("The body is empty. Send a JSON object with `query`."));
    }
    let body: &RawValue = serde_json::from_slice(body)
        .map_err(|error| bad(format!("The body is not JSON: {error}. Send a JSON object with `query`.")))?;
    match Kind::of(body) {
        Kind::Object => {}
        Kind::Array => return Err(bad("The body is an array. Batches are not answered: send one request at a time.")),
        kind => return Err(bad(format!("The body is {kind}. Send a JSON object with `query`."))),
    }
    let entries: Entries<&RawValue> =
        serde_json::from_str(body.get()).map_err(|error| bad(format!("The body cannot be read: {error}.")))?;
    let entry = |name| entries.0.get(name).copied().filter(|value| Kind::of(value) != Kind::Null);

    Parameters {
        query: entry("query").map(|value| string("query", value)).transpose()?,
        operation_name: entry("operationName").map(|value| string("operationName", value)).transpose()?,
        variables: entry("variables").map(RawValue::get),
        extensions: entry("extensions").map(RawValue::get),
    }
    .check()
}

/// Reads the query string of a `GET`, in which `variables` and `extensions` are JSON. An empty parameter
/// is the same as a missing one.
pub(super) fn from_query_string(text: &str) -> Result<Request, Refusal> {
    let mut found = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        if found.insert(name.clone(), value).is_some() {
            return Err(bad(format!("The parameter `{name}` is there twice. Send it once.")));
        }
    }
    found.retain(|_, value: &mut Cow<'_, str>| !value.is_empty());

    Parameters {
        query: found.get("query").map(|value| value.clone().into_owned()),
        operation_name: found.get("operationName").map(|value| value.clone().into_owned()),
        variables: found.get("variables").map(Cow::as_ref),
        extensions: found.get("extensions").map(Cow::as_ref),
    }
    .check()
}

/// What was sent; `variables` and `extensions` still as JSON.
struct Parameters<'a> {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<&'a str>,
    extensions: Option<&'a str>,
}

impl Parameters<'_> {
    fn check(self) -> Result<Request, Refusal> {
        let query = self.query.ok_or_else(|| bad("There is no `query`. Send the GraphQL document in it."))?;
        within("query", query.len(), QUERY_LIMIT)?;
        within("variables", self.variables.map_or(0, str::len), VARIABLES_LIMIT)?;

        let mut request = Request::new(query);
        request.operation_name = self.operation_name;
        if let Some(json) = self.variables {
            let entries = object("variables", json)?;
            request.variables = entries.into_iter().fold(Variables::default(), |mut all, (name, value)| {
                all.insert(Name::new(name), value);
                all
            });
        }
        if let Some(json) = self.extensions {
            request.extensions = Extensions(object("extensions", json)?.into_iter().collect());
        }
        Ok(request)
    }
}

fn within(name: &str, size: usize, limit: usize) -> Result<(), Refusal> {
    if size <= limit {
        return Ok(());
    }
    let message = format!("`{name}` has {size} bytes; at most {limit} are read. Send less.");
    Err(Refusal::new(Code::PayloadTooLarge, message))
}

fn string(name: &str, value: &RawValue) -> Result<String, Refusal> {
    match Kind::of(value) {
        Kind::String => serde_json::from_str(value.get())
            .map_err(|error| bad(format!("`{name}` cannot be read: {error}. Correct the string."))),
        kind => Err(bad(format!("`{name}` is {kind}. Send a string."))),
    }
}

/// An object of JSON; `null` is an empty one.
fn object(name: &str, json: &str) -> Result<BTreeMap<String, Value>, Refusal> {
    let broken = |error| bad(format!("`{name}` cannot be read: {error}. Send a JSON object."));
    let value: &RawValue = serde_json::from_str(json).map_err(broken)?;
    match Kind::of(value) {
        Kind::Object => Ok(serde_json::from_str::<Entries<Value>>(json).map_err(broken)?.0),
        Kind::Null => Ok(BTreeMap::new()),
        kind => Err(bad(format!("`{name}` is {kind}. Send a JSON object."))),
    }
}

fn bad(message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::BadRequest, message)
}

/// What a JSON value is, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    fn of(value: &RawValue) -> Self {
        match value.get().trim_ascii_start().bytes().next() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            _ => Self::Number,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// The entries of an object, each name once. A second value under one name is refused, because two
/// readers of one request could otherwise take different ones.
struct Entries<V>(BTreeMap<String, V>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Unique<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, V>()? {
                    if entries.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("the entry `{name}` is there twice")));
                    }
                    entries.insert(name, value);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Unique(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Query, operation name, variables and extensions of a request, the last two as JSON.
    type Read = (String, Option<String>, serde_json::Value, serde_json::Value);

    fn seen(request: Request) -> Read {
        let json = |value: serde_json::Result<serde_json::Value>| value.expect("JSON");
        let variables = json(serde_json::to_value(&request.variables));
        (request.query, request.operation_name, variables, json(serde_json::to_value(&request.extensions)))
    }

    fn body(text: &str) -> Result<Read, Refusal> {
        from_json(text.as_bytes()).map(seen)
    }

    fn query_string(text: &str) -> Result<Read, Refusal> {
        from_query_string(text).map(seen)
    }

    #[test]
    fn a_body_brings_all_four_parameters() {
        let text =
            r#" {"query":"query A { a }","operationName":"A","variables":{"b":[1,null]},"extensions":{"c":{}}} "#;
        let all = ("query A { a }".into(), Some("A".into()), json(r#"{"b":[1,null]}"#), json(r#"{"c":{}}"#));
        assert_eq!(body(text), Ok(all));
    }

    #[test]
    fn null_is_the_same_as_leaving_a_parameter_out() {
        let alone = ("{a}".into(), None, json("{}"), json("{}"));
        assert_eq!(
            body(r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#),
            Ok(alone.clone())
        );
        assert_eq!(body(r#"{"query":"{a}","doc":1}"#), Ok(alone.clone()));
        assert_eq!(query_string("query={a}&variables=null&extensions=null"), Ok(alone.clone()));
        assert_eq!(query_string("query=%7Ba%7D&variables=&operationName="), Ok(alone));
    }

    #[test]
    fn a_query_string_brings_all_four_parameters() {
        let text = "query=query+A+%7B+a+%7D&operationName=A&variables=%7B%22b%22:1%7D&extensions=%7B%22c%22:2%7D";
        let all = ("query A { a }".into(), Some("A".into()), json(r#"{"b":1}"#), json(r#"{"c":2}"#));
        assert_eq!(query_string(text), Ok(all));
    }

    #[test]
    fn a_wrong_type_is_named() {
        for (text, message) in [
            ("", "The body is empty. Send a JSON object with `query`."),
            ("[]", "The body is an array. Batches are not answered: send one request at a time."),
            (r#""{a}""#, "The body is a string. Send a JSON object with `query`."),
            ("{}", "There is no `query`. Send the GraphQL document in it."),
            (r#"{"query":null}"#, "There is no `query`. Send the GraphQL document in it."),
            (r#"{"query":0}"#, "`query` is a number. Send a string."),
            (r#"{"query":{"a":1}}"#, "`query` is an object. Send a string."),
            (r#"{"query":"{a}","operationName":false}"#, "`operationName` is a boolean. Send a string."),
            (r#"{"query":"{a}","variables":["a"]}"#, "`variables` is an array. Send a JSON object."),
            (r#"{"query":"{a}","extensions":"a"}"#, "`extensions` is a string. Send a JSON object."),
        ] {
            assert_eq!(body(text), Err(bad(message)), "{text}");
        }
        assert_eq!(query_string("variables={}"), Err(bad("There is no `query`. Send the GraphQL document in it.")));
        assert_eq!(query_string("query={a}&variables=1"), Err(bad("`variables` is a number. Send a JSON object.")));
    }

    #[test]
    fn an_entry_that_is_there_twice_is_refused() {
        let twice = |at| format!("the entry `a` is there twice at line 1 column {at}");
        assert_eq!(
            body(r#"{"query":"{a}","variables":{"a":1,"\u0061":2}}"#),
            Err(bad(format!("`variables` cannot be read: {}. Send a JSON object.", twice(18)))),
        );
        assert_eq!(body(r#"{"a":1,"a":2}"#), Err(bad(format!("The body cannot be read: {}.", twice(13)))));
        assert_eq!(
            query_string("query={a}&query={b}"),
            Err(bad("The parameter `query` is there twice. Send it once."))
        );
    }

    #[test]
    fn what_is_not_json_or_not_unicode_is_refused() {
        for (text, message) in [
            (
                &b"{\"query"[..],
                "The body is not JSON: EOF while parsing a string at line 1 column 7. Send a JSON object with `query`.",
            ),
            (b"{} x", "The body is not JSON: trailing characters at line 1 column 4. Send a JSON object with `query`."),
            (
                b"{\"query\":\"\xff\"}",
                "The body is not JSON: invalid unicode code point at line 1 column 11. Send a JSON object with `query`.",
            ),
            (
                b"{\"query\":\"\\ud800\"}",
                "`query` cannot be read: unexpected end of hex escape at line 1 column 8. Correct the string.",
            ),
        ] {
            assert_eq!(from_json(text).map(seen), Err(bad(message)));
        }
        let message = "`variables` cannot be read: EOF while parsing an object at line 1 column 1. Send a JSON object.";
        assert_eq!(query_string("query={a}&variables={"), Err(bad(message)));
    }

    #[test]
    fn long_queries_and_variables_are_refused_and_the_longest_are_read() {
        let query = |size| format!(r#"{{"query":"{}"}}"#, "a".repeat(size));
        assert!(body(&query(QUERY_LIMIT)).is_ok());
        let message = "`query` has 32769 bytes; at most 32768 are read. Send less.";
        assert_eq!(body(&query(QUERY_LIMIT + 1)), Err(Refusal::new(Code::PayloadTooLarge, message)));

        let variables = |size| format!(r#"{{"query":"{{a}}","variables":{{"a":"{}"}}}}"#, "a".repeat(size - 8));
        assert!(body(&variables(VARIABLES_LIMIT)).is_ok());
        let message = "`variables` has 131073 bytes; at most 131072 are read. Send less.";
        assert_eq!(body(&variables(VARIABLES_LIMIT + 1)), Err(Refusal::new(Code::PayloadTooLarge, message)));
    }

    fn json(text: &str) -> serde_json::Value {
        serde_json::from_str(text).expect("JSON")
    }
}

//! The parameters of a GraphQL request (GraphQL over HTTP, “Request Parameters”), out of a JSON body or
//! a query string: `query`, `operationName`, `variables`, `extensions`, and `documentId` (“Persisted
//! Documents”). `null` is the same as leaving a parameter out; parameters of other names are ignored. Of the
//! extensions, these are read: `persistedQuery: {version: 1, sha256Hash}`, as clients of automatic persisted queries
//! send it, `budget: {maxTokens}`, `cost: true`, and `repair: true`. What the values mean is left to the engine.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use async_graphql::{Name, Value, Variables};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::refusal::{Code, Refusal};
use crate::graphql::{DocumentId, Extensions, Pages, Request, parse_hash};

/// The longest document, in bytes.
pub(super) const QUERY_LIMIT: usize = 32 * 1024;

/// The longest variables, in bytes of JSON.
pub(super) const VARIABLES_LIMIT: usize = 128 * 1024;

/// The least budget: what a response without any row takes.
const LEAST_TOKENS: usize = 100;

/// Reads the body of a `POST`.
pub(super) fn from_json(body: &[u8]) -> Result<Request, Refusal> {
    if body.is_empty() {
        return Err(bad("The body is empty. Send a JSON object with `query`."));
    }
    let entries: Entries<String, &RawValue> =
        serde_json::from_slice(body).map_err(|error| unlike_parameters(body, &error))?;
    let entry = |name| entries.0.get(name).copied().filter(|value| Kind::of(value) != Kind::Null);

    Parameters {
        query: entry("query").map(|value| string("query", value)).transpose()?,
        document_id: entry("documentId").map(|value| string("documentId", value)).transpose()?,
        operation_name: entry("operationName").map(|value| string("operationName", value)).transpose()?,
        variables: entry("variables").map(RawValue::get),
        extensions: entry("extensions").map(RawValue::get),
    }
    .check()
}

/// What is wrong with a body that is no object of parameters, but for this error.
fn unlike_parameters(body: &[u8], error: &serde_json::Error) -> Refusal {
    let body: &RawValue = match serde_json::from_slice(body) {
        Ok(body) => body,
        Err(error) => return bad(format!("The body is not JSON: {error}. Send a JSON object with `query`.")),
    };
    match Kind::of(body) {
        Kind::Object => bad(format!("The body cannot be read: {error}.")),
        Kind::Array => bad("The body is an array. Batches are not answered: send one request at a time."),
        kind => bad(format!("The body is {kind}. Send a JSON object with `query`.")),
    }
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
        document_id: found.get("documentId").map(|value| value.clone().into_owned()),
        operation_name: found.get("operationName").map(|value| value.clone().into_owned()),
        variables: found.get("variables").map(Cow::as_ref),
        extensions: found.get("extensions").map(Cow::as_ref),
    }
    .check()
}

/// What was sent; `variables` and `extensions` still as JSON.
struct Parameters<'a> {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<&'a str>,
    extensions: Option<&'a str>,
}

impl Parameters<'_> {
    fn check(self) -> Result<Request, Refusal> {
        let extensions = match self.extensions {
            Some(json) => object::<String, &RawValue>("extensions", json)?,
            None => BTreeMap::new(),
        };
        let extension = |name| extensions.get(name).copied().filter(|value| Kind::of(value) != Kind::Null);
        let document_id = self.document_id(extension("persistedQuery"))?;
        let budget = extension("budget").map(budget).transpose()?;
        let cost = extension("cost").map(|value| switch("cost", value)).transpose()?.unwrap_or_default();
        let repair = extension("repair").map(|value| switch("repair", value)).transpose()?.unwrap_or_default();
        if self.query.is_none() && document_id.is_none() {
            return Err(bad("There is no `query`. Send the GraphQL document in it."));
        }
        within("query", self.query.as_ref().map_or(0, String::len), QUERY_LIMIT)?;
        within("variables", self.variables.map_or(0, str::len), VARIABLES_LIMIT)?;
        let mut variables = Variables::default();
        if let Some(json) = self.variables {
            *variables = object::<Name, Value>("variables", json)?;
        }
        let operation_name = self.operation_name;
        let pages = budget.map(|_| Pages::default());
        let extensions = Extensions { cost, budget };
        Ok(Request { query: self.query, document_id, operation_name, variables, repair, pages, extensions })
    }

    /// What stands for the document, or beside it.
    fn document_id(&self, persisted: Option<&RawValue>) -> Result<Option<DocumentId>, Refusal> {
        match (&self.document_id, persisted) {
            (Some(_), Some(_)) => Err(bad("Send either `documentId` or `persistedQuery`, not both.")),
            (Some(id), None) => named(id).map(Some),
            (None, Some(persisted)) => persisted_query(persisted).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// A `documentId`: `sha256:` and 64 hexadecimal digits, or a name of the operator's choice.
fn named(id: &str) -> Result<DocumentId, Refusal> {
    match id.strip_prefix("sha256:") {
        Some(digits) => {
            let hash = parse_hash(digits).map(DocumentId::Hash);
            hash.ok_or_else(|| bad("`documentId` has no hash. Send 64 hexadecimal digits behind `sha256:`."))
        }
        None => Ok(parse_hash(id).map_or_else(|| DocumentId::Name(id.to_owned()), DocumentId::Hash)),
    }
}

/// `{maxTokens: 2000}`.
fn budget(json: &RawValue) -> Result<usize, Refusal> {
    let entries = match Kind::of(json) {
        Kind::Object => object::<String, &RawValue>("budget", json.get())?,
        kind => return Err(bad(format!("`budget` is {kind}. Send a JSON object."))),
    };
    let tokens = entries.get("maxTokens").and_then(|value| value.get().parse().ok());
    let tokens = tokens.filter(|tokens| *tokens >= LEAST_TOKENS);
    tokens.ok_or_else(|| bad(format!("Of `budget`, `maxTokens` is a whole number of at least {LEAST_TOKENS}.")))
}

fn switch(name: &str, json: &RawValue) -> Result<bool, Refusal> {
    match json.get() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(bad(format!("`{name}` is {}. Send true or false.", Kind::of(json)))),
    }
}

/// `{version: 1, sha256Hash}`.
fn persisted_query(json: &RawValue) -> Result<DocumentId, Refusal> {
    let entries = match Kind::of(json) {
        Kind::Object => object::<String, &RawValue>("persistedQuery", json.get())?,
        kind => return Err(bad(format!("`persistedQuery` is {kind}. Send a JSON object."))),
    };
    let entry = |name| entries.get(name).map(|value| value.get());
    if entry("version") != Some("1") {
        return Err(bad("Of `persistedQuery`, only version 1 is known. Send `version: 1` and `sha256Hash`."));
    }
    let digits = entry("sha256Hash").and_then(|json| serde_json::from_str::<String>(json).ok());
    let hash = digits.and_then(|digits| parse_hash(&digits)).map(DocumentId::Hash);
    hash.ok_or_else(|| bad("`sha256Hash` is no hash. Send the SHA-256 of the document in 64 hexadecimal digits."))
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
fn object<'j, K, V>(name: &str, json: &'j str) -> Result<BTreeMap<K, V>, Refusal>
where
    K: Deserialize<'j> + Ord + fmt::Display,
    V: Deserialize<'j>,
{
    let broken = |error: serde_json::Error| bad(format!("`{name}` cannot be read: {error}. Send a JSON object."));
    let error = match serde_json::from_str::<Entries<K, V>>(json) {
        Ok(entries) => return Ok(entries.0),
        Err(error) => error,
    };
    match Kind::of(serde_json::from_str(json).map_err(broken)?) {
        Kind::Null => Ok(BTreeMap::new()),
        Kind::Object => Err(broken(error)),
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
struct Entries<K, V>(BTreeMap<K, V>);

impl<'de, K: Deserialize<'de> + Ord + fmt::Display, V: Deserialize<'de>> Deserialize<'de> for Entries<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + Ord + fmt::Display, V: Deserialize<'de>> Visitor<'de> for Unique<K, V> {
            type Value = Entries<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<K, V>, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<K, V>()? {
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
mod tests;

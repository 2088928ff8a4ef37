//! What a model answers, held to what it was asked for. Whatever comes from a model comes from a stranger: it is
//! checked and cleaned as any input is.
//!
//! A fault is said in our words: it goes back to the model, and to whoever runs the program.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::{
    content::{store::Written, summarising::Shelves},
    ingest::tags,
    text::{cut::collapse_whitespace, html::to_line, markdown},
};

/// The most characters of a title, and of a tldr.
pub(super) const MAX_TITLE_CHARS: usize = 120;
pub(super) const MAX_TLDR_CHARS: usize = 280;
/// The fewest and the most key points.
pub(super) const KEY_POINTS: (usize, usize) = (3, 7);
/// The most characters of a key point and of a body.
const MAX_POINT_CHARS: usize = 300;
const MAX_BODY_CHARS: usize = 8_000;
/// The most tags.
pub(super) const MAX_TAGS: usize = 6;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is none.
    #[error("there is no answer")]
    Nothing,
    /// The model would not.
    #[error("the model refuses to answer")]
    Refused,
    /// It is longer than it may be.
    #[error("the answer is cut off, as it is too long: write less")]
    CutOff,
    /// It is something else.
    #[error("the answer is no JSON object")]
    NoObject,
    /// A field is missing, or of another type.
    #[error("{field} is not {expected}")]
    Type {
        /// Which field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// There is too much or too little of something.
    #[error("{field} has {figure} {unit}, and is to have {bounds}")]
    Size {
        /// Which field.
        field: &'static str,
        /// How much there is.
        figure: usize,
        /// Of what.
        unit: &'static str,
        /// How much there is to be.
        bounds: Bounds,
    },
    /// A category that there is not.
    #[error("category is none of the categories: take one of them, as it is written, or null")]
    Category,
    /// Something that was not asked for.
    #[error("there are other fields than the six that are wanted")]
    Field,
}

/// How much of something there is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds(usize, usize);

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.0, self.1)
    }
}

const FIELDS: [&str; 6] = ["title", "tldr", "key_points", "body", "category", "tags"];

/// The JSON Schema of an answer, in the part of it that endpoints know
/// (<https://platform.openai.com/docs/guides/structured-outputs>): lengths of texts are none of it.
pub(super) fn schema(shelves: &Shelves) -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let texts = |about: &str, (fewest, most): (usize, usize)| {
        json!({
            "type": "array", "description": about, "minItems": fewest, "maxItems": most, "items": { "type": "string" },
        })
    };
    let category = match shelves.categories.as_slice() {
        [] => json!({ "type": "null" }),
        names => json!({ "anyOf": [{ "type": "string", "enum": names }, { "type": "null" }] }),
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": FIELDS,
        "properties": {
            "title": text("Plain text of at most 120 characters"),
            "tldr": text("One to three plain sentences of at most 280 characters together"),
            "key_points": texts("Plain sentences of at most 300 characters each", KEY_POINTS),
            "body": text("80 to 250 words of Markdown"),
            "category": category,
            "tags": texts("Names of subjects", (1, MAX_TAGS)),
        },
    })
}

/// The summary that an answer comes to.
pub(super) fn read(answer: &str, shelves: &Shelves) -> Result<Written, Fault> {
    let mut fields = object(answer)?;
    if fields.keys().any(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Fault::Field);
    }
    let title = to_line(&text(&mut fields, "title")?);
    sized("title", &title, MAX_TITLE_CHARS)?;
    let tldr = collapse_whitespace(&text(&mut fields, "tldr")?);
    sized("tldr", &tldr, MAX_TLDR_CHARS)?;
    let key_points: Vec<String> = texts(&mut fields, "key_points")?
        .iter()
        .map(|it| collapse_whitespace(it))
        .filter(|it| !it.is_empty())
        .collect();
    counted("key_points", key_points.len(), KEY_POINTS)?;
    for point in &key_points {
        sized("an item of key_points", point, MAX_POINT_CHARS)?;
    }
    let body = text(&mut fields, "body")?;
    let body = markdown::harmless(body.trim()).into_owned();
    sized("body", &body, MAX_BODY_CHARS)?;
    let category = match fields.remove("category") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(known(&name, shelves).ok_or(Fault::Category)?),
        Some(_) => return Err(Fault::Type { field: "category", expected: "a text or null" }),
    };
    let names = texts(&mut fields, "tags")?;
    let lines: Vec<String> = names.iter().map(|it| to_line(it)).collect();
    let tags = tags::tags(lines.iter().map(String::as_str));
    counted("tags", tags.len(), (1, MAX_TAGS))?;
    Ok(Written { title, tldr, key_points, body: Some(body), category, tags })
}

/// The object in an answer, which some models put into a block of code, or behind what they think.
fn object(answer: &str) -> Result<Map<String, Value>, Fault> {
    let thought = answer.trim().strip_prefix("<think>").and_then(|it| it.split_once("</think>"));
    let answer = thought.map_or(answer, |(_, answer)| answer).trim();
    if answer.is_empty() {
        return Err(Fault::Nothing);
    }
    let inside = answer.strip_prefix("```").and_then(|it| it.trim_end().strip_suffix("```"));
    let inside = inside.map_or(answer, |it| it.strip_prefix("json").unwrap_or(it));
    match serde_json::from_str(inside) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Fault::NoObject),
    }
}

fn text(fields: &mut Map<String, Value>, field: &'static str) -> Result<String, Fault> {
    match fields.remove(field) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Fault::Type { field, expected: "a text" }),
    }
}

fn texts(fields: &mut Map<String, Value>, field: &'static str) -> Result<Vec<String>, Fault> {
    let wrong = Fault::Type { field, expected: "a list of texts" };
    let Some(Value::Array(items)) = fields.remove(field) else { return Err(wrong) };
    let text = |item| if let Value::String(text) = item { Some(text) } else { None };
    items.into_iter().map(text).collect::<Option<_>>().ok_or(wrong)
}

/// A text that has one character at least.
fn sized(field: &'static str, text: &str, most: usize) -> Result<(), Fault> {
    let figure = text.chars().count();
    let bounds = Bounds(1, most);
    if (1..=most).contains(&figure) { Ok(()) } else { Err(Fault::Size { field, figure, unit: "characters", bounds }) }
}

fn counted(field: &'static str, figure: usize, (fewest, most): (usize, usize)) -> Result<(), Fault> {
    let bounds = Bounds(fewest, most);
    if (fewest..=most).contains(&figure) { Ok(()) } else { Err(Fault::Size { field, figure, unit: "items", bounds }) }
}

/// The category of that name, however it is spelt.
fn known(name: &str, shelves: &Shelves) -> Option<String> {
    let name = name.trim().to_lowercase();
    shelves.categories.iter().find(|it| it.to_lowercase() == name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelves() -> Shelves {
        Shelves { categories: vec!["Weather".to_owned(), "Rivers & Seas".to_owned()], tags: Vec::new() }
    }

    fn good() -> Value {
        json!({
            "title": "Why rivers rise", "tldr": "It rained.", "key_points": ["One.", "Two.", "Three."],
            "body": "It rained **a lot**.", "category": "weather", "tags": ["Water", "#Rain"],
        })
    }

    /// A good answer with one field changed.
    fn with(field: &str, value: Value) -> Result<Written, String> {
        let mut answer = good();
        answer[field] = value;
        read(&answer.to_string(), &shelves()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_good_answer_is_a_summary() {
        let summary = Written {
            title: "Why rivers rise".to_owned(),
            tldr: "It rained.".to_owned(),
            key_points: ["One.", "Two.", "Three."].map(str::to_owned).to_vec(),
            body: Some("It rained **a lot**.".to_owned()),
            category: Some("Weather".to_owned()),
            tags: vec!["Water".to_owned(), "Rain".to_owned()],
        };
        assert_eq!(read(&good().to_string(), &shelves()), Ok(summary.clone()));
        for fence in ["```json\n{}\n```", "  ```\n{}```\n", "\n{}\n", "<think>\nHm. {\n</think>\n\n{}"] {
            assert_eq!(read(&fence.replace("{}", &good().to_string()), &shelves()), Ok(summary.clone()), "{fence}");
        }
        let none = Written { category: None, ..summary };
        assert_eq!(with("category", Value::Null), Ok(none));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field_and_nothing_that_came() {
        let secret = "ignore all that";
        let cases = [
            (with("title", json!("")), "title has 0 characters, and is to have 1 to 120"),
            (with("title", json!("é".repeat(121))), "title has 121 characters, and is to have 1 to 120"),
            (with("title", json!(["Flood"])), "title is not a text"),
            (with("tldr", json!("x".repeat(281))), "tldr has 281 characters, and is to have 1 to 280"),
            (with("tldr", Value::Null), "tldr is not a text"),
            (with("key_points", json!(["One.", "Two.", "  "])), "key_points has 2 items, and is to have 3 to 7"),
            (with("key_points", json!(vec!["x"; 8])), "key_points has 8 items, and is to have 3 to 7"),
            (with("key_points", json!("One.")), "key_points is not a list of texts"),
            (with("key_points", json!(["One.", 2, "Three."])), "key_points is not a list of texts"),
            (
                with("key_points", json!(["One.", "Two.", "x".repeat(301)])),
                "an item of key_points has 301 characters, and is to have 1 to 300",
            ),
            (with("body", json!(" ")), "body has 0 characters, and is to have 1 to 8000"),
            (
                with("category", json!(secret)),
                "category is none of the categories: take one of them, as it is written, or null",
            ),
            (with("category", json!(1)), "category is not a text or null"),
            (with("tags", json!([])), "tags has 0 items, and is to have 1 to 6"),
            (with(secret, json!(1)), "there are other fields than the six that are wanted"),
        ];
        for (answer, fault) in cases {
            assert_eq!(answer, Err(fault.to_owned()));
        }
        let said = |text: &str| read(text, &shelves()).map_err(|fault| fault.to_string());
        assert_eq!(said(" "), Err("there is no answer".to_owned()));
        for text in [secret, "[1]", "{\"title\": \"", "Here you are: {}"] {
            assert_eq!(said(text), Err("the answer is no JSON object".to_owned()), "{text}");
        }
    }

    #[test]
    fn nothing_active_comes_out_of_an_answer() {
        let title = with("title", json!("<script>alert(1)</script>Flood <b>now</b>")).expect("a summary").title;
        assert!(!title.contains('<'), "{title}");
        let body = with("body", json!("[a](javascript:alert(1)) <script>alert(1)</script>")).expect("a summary");
        let body = crate::text::markdown::to_html(&body.body.expect("a body"));
        assert!(!body.contains("javascript:") && !body.contains("<script"), "{body}");
    }

    #[test]
    fn the_schema_wants_what_is_read() {
        let schema = schema(&shelves());
        let properties = schema["properties"].as_object().expect("an object");
        assert_eq!(properties.len(), FIELDS.len());
        assert!(FIELDS.iter().all(|field| properties.contains_key(*field)));
        assert_eq!(schema["properties"]["category"]["anyOf"][0]["enum"], json!(["Weather", "Rivers & Seas"]));
        assert_eq!(self::schema(&Shelves::default())["properties"]["category"], json!({ "type": "null" }));
    }
}

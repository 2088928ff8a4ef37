//! Scalars and enums that are written as others write them: numbers in quotes, texts without, `"desc"` for `DESC`,
//! days for instants.

use async_graphql_value::{Number, Value};

use crate::{
    agent::{
        names::{CASE, WORD, fold, likely},
        view::View,
    },
    graphql::scalar_fault,
};

/// Whether a scalar or an enum takes a literal.
pub(super) fn fits(view: View, name: &str, value: &Value) -> bool {
    match (view.members(name), value) {
        (Some(members), Value::Enum(own)) => members.contains(&own.as_str()),
        (Some(_), _) => false,
        (None, _) => scalar_fault(name, value).is_none(),
    }
}

/// Whether it is how other languages say `null`.
pub(super) fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Enum(name) if ["none", "nil", "null", "undefined"].contains(&fold(name).as_str()))
}

/// What may be meant by a value that a scalar or an enum does not take.
pub(super) fn instead(view: View, name: &str, value: &Value) -> Vec<(u32, Value)> {
    if let Value::List(items) = value {
        return match &items[..] {
            [one] => vec![(WORD, one.clone())],
            _ => Vec::new(),
        };
    }
    if view.members(name).is_some() {
        let Some(text) = text_of(value) else { return Vec::new() };
        return members(view, name, text).into_iter().map(|(cost, it)| (cost, enum_value(it))).collect();
    }
    let candidates: Vec<Value> = match name {
        "Int" => number(value).into_iter().collect(),
        "Boolean" => boolean(value).into_iter().collect(),
        "Float" => text_of(value)
            .and_then(|it| it.parse().ok())
            .and_then(Number::from_f64)
            .map(Value::Number)
            .into_iter()
            .collect(),
        _ => texts(name, value),
    };
    candidates.into_iter().filter(|it| fits(view, name, it)).map(|it| (CASE, it)).take(1).collect()
}

/// The values of an enum that may be meant by a word, with what each costs.
pub(super) fn members<'a>(view: View<'a>, name: &str, text: &str) -> Vec<(u32, &'a str)> {
    let members = view.members(name).unwrap_or_default();
    // `EpisodeKind_AUDIO`, `EpisodeKind.AUDIO`.
    let folded = fold(text);
    let bare = folded.strip_prefix(&fold(name)).filter(|rest| !rest.is_empty());
    if let Some(bare) = bare {
        let same: Vec<(u32, &str)> = members.iter().filter(|it| fold(it) == bare).map(|it| (CASE, *it)).collect();
        if !same.is_empty() {
            return same;
        }
    }
    likely(text, members.into_iter())
}

/// A value of an enum, as it stands in a document.
pub(super) fn enum_value(name: &str) -> Value {
    Value::Enum(async_graphql::Name::new(name))
}

/// What a text or a name says.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Enum(name) => Some(name),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => text.trim().parse::<i32>().ok().map(|it| Value::Number(it.into())),
        Value::Number(number) => {
            let number = number.as_f64().filter(|it| it.fract() == 0.0)?;
            format!("{number:.0}").parse::<i32>().ok().map(|it| Value::Number(it.into()))
        }
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.as_i64() == Some(1) => Some(Value::Boolean(true)),
        Value::Number(number) if number.as_i64() == Some(0) => Some(Value::Boolean(false)),
        _ => match fold(text_of(value)?).as_str() {
            "true" | "yes" => Some(Value::Boolean(true)),
            "false" | "no" => Some(Value::Boolean(false)),
            _ => None,
        },
    }
}

/// Texts that may be meant, the likeliest first.
fn texts(name: &str, value: &Value) -> Vec<Value> {
    let text = match value {
        Value::Enum(name) => name.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return Vec::new(),
    };
    let texts = match name {
        // Midnight in UTC, and the time zone that is left out.
        "DateTime" => {
            let instant = text.trim().replacen(' ', "T", 1);
            vec![format!("{instant}T00:00:00Z"), format!("{instant}Z")]
        }
        "Date" => text.split_once("T00:00:00").map(|(day, _)| day.to_owned()).into_iter().collect(),
        _ => vec![text],
    };
    texts.into_iter().map(Value::String).collect()
}

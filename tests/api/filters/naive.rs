//! What a filter means, read word by word, over rows that are held in memory.

use std::cmp::Ordering;

use precis::text::Slug;
use serde_json::{Map, Value};

use crate::{filters::ALIASED, support::TestApp};

/// A row's id, and what it has under the names that filters use.
pub(crate) type Row = Map<String, Value>;

/// All the rows of a document that calls them `rows`.
pub(crate) async fn rows(app: &TestApp, query: &str) -> Vec<Row> {
    let data = app.data(query).await;
    data["rows"]["nodes"].as_array().expect("rows").iter().map(row).collect()
}

/// Names are kept as lists of slugs. An episode's fields stand beside its summary's.
fn row(node: &Value) -> Row {
    let mut row = Row::new();
    for (name, value) in node.as_object().expect("an object") {
        match (name.as_str(), value) {
            ("episode", episode) => row.extend([("series".to_owned(), slugs(&episode["series"]))]),
            ("sourceKind", source) => row.extend([("sourceKinds".to_owned(), source["kind"].clone())]),
            ("tags" | "categories" | "sources" | "series", value) => row.extend([(name.clone(), slugs(value))]),
            _ => row.extend([(name.clone(), value.clone())]),
        }
    }
    row.entry("hasSummary").or_insert(true.into());
    row
}

/// The slugs of a list, of one object, or of null.
fn slugs(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| item["slug"].clone()).collect(),
        Value::Object(item) => vec![item["slug"].clone()].into(),
        _ => Vec::<Value>::new().into(),
    }
}

/// Whether a row meets all the parts of a filter. A part that is null is none.
pub(crate) fn holds(row: &Row, filter: &Value) -> bool {
    holds_with(row, filter, &|_| unreachable!("nobody said what a text finds"))
}

/// The same, where `finds` says whether the text of a filter finds the row.
pub(crate) fn holds_with(row: &Row, filter: &Value, finds: &dyn Fn(&Value) -> bool) -> bool {
    parts(filter).all(|(name, part)| match name.as_str() {
        "and" => items(part).iter().all(|inner| holds_with(row, inner, finds)),
        "or" => items(part).iter().any(|inner| holds_with(row, inner, finds)),
        "not" => !holds_with(row, part, finds),
        "text" => finds(filter),
        "primaryOnly" => *part == false || row[name] == true,
        "statuses" => items(part).iter().any(|it| it == "PUBLISHED"),
        "hashtags" => hashtags_hold(items(&row[name]), part),
        "tags" | "categories" | "sources" | "series" => {
            let has: Vec<&str> = items(&row[name]).iter().filter_map(Value::as_str).collect();
            names_hold(&has, part)
        }
        "publishedAt" | "updatedAt" | "number" => range_holds(&row[name], part),
        "hasSummary" => row[name] == *part,
        "languages" | "sourceKinds" | "origins" | "kinds" => items(part).contains(&row[name]),
        other => unreachable!("no filter has {other}"),
    })
}

/// Whether what has these names meets a filter by names.
pub(crate) fn names_hold(has: &[&str], filter: &Value) -> bool {
    let is_there = |slug: &Value| {
        let slug = slug.as_str().expect("a slug");
        has.contains(if slug == ALIASED.1 { &ALIASED.0 } else { &slug })
    };
    parts(filter).all(|(name, part)| match name.as_str() {
        "anyOf" => items(part).iter().any(is_there),
        "allOf" => items(part).iter().all(is_there),
        "noneOf" => !items(part).iter().any(is_there),
        "isEmpty" => *part == has.is_empty(),
        other => unreachable!("no filter by names has {other}"),
    })
}

/// Whether what has these hashtags meets a filter by hashtags, in whatever spelling. What is no word is none.
fn hashtags_hold(has: &[Value], filter: &Value) -> bool {
    let key = |hashtag: &Value| Slug::of_tag(hashtag.as_str().expect("a hashtag")).match_key();
    let is_there = |hashtag: &Value| !key(hashtag).is_empty() && has.iter().any(|other| key(other) == key(hashtag));
    parts(filter).all(|(name, part)| match name.as_str() {
        "anyOf" => items(part).iter().any(is_there),
        "allOf" => items(part).iter().all(is_there),
        "noneOf" => !items(part).iter().any(is_there),
        "isEmpty" => *part == has.is_empty(),
        other => unreachable!("no filter by hashtags has {other}"),
    })
}

/// Instants are compared as texts, all of one form. What a row does not have is in no range.
fn range_holds(value: &Value, range: &Value) -> bool {
    parts(range).all(|(name, bound)| {
        let ordering = match (value, bound) {
            (Value::Null, _) => return false,
            (Value::String(value), Value::String(bound)) => value.cmp(bound),
            (value, bound) => value.as_i64().cmp(&bound.as_i64()),
        };
        match name.as_str() {
            "eq" => ordering == Ordering::Equal,
            "gte" => ordering != Ordering::Less,
            "lt" => ordering == Ordering::Less,
            "lte" => ordering != Ordering::Greater,
            other => unreachable!("no range has {other}"),
        }
    })
}

/// The parts of a filter that are there.
fn parts(filter: &Value) -> impl Iterator<Item = (&String, &Value)> {
    filter.as_object().expect("an object").iter().filter(|(_, part)| !part.is_null())
}

/// The items of a list.
fn items(list: &Value) -> &[Value] {
    list.as_array().expect("a list")
}

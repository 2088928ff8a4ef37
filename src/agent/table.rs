//! Answers as tables: what nesting costs in tokens is left out, and nothing else. Here, `⇥` stands for a tab.
//!
//! ```text
//! #summaries 2/412 after=k3J9w2Qx
//! title ⇥ source.name ⇥ category.name ⇥ tags[].slug
//! Flood ⇥ Rivers FM ⇥ Weather ⇥ rain, water
//! Ebb ⇥ Seas ⇥ - ⇥ []
//! ```
//!
//! - A list that stands in no other list is a table: `#` and its path, how many rows are here, and of how many where
//!   `totalCount` was asked for; a line of columns; a line for each row. The names `nodes` and `edges`, and `node` in
//!   the rows of `edges`, are left out, where only one of them was asked for.
//! - What stands in no list is a line `path: value`; a list of values, or an empty one, is `path[]: a, b`.
//! - Null is empty. A text is written as it is, tab, newline, carriage return and `\` as `\t`, `\n`, `\r` and `\\`; a text
//!   that would be taken for something else is a JSON string: `""`, `"12"`, `"true"`, `"-"`, `"…"`, and what begins with
//!   `"`, `[` or `{`.
//! - An instant is in the basic form of ISO 8601, `20260508T073000Z`: half as many tokens. Where an instant is asked for,
//!   that is understood, too.
//! - In lists of values, a comma in a text is `\,`. `[]` is the empty list; anything richer is JSON.
//! - Where an object is null, each of its columns has as many dashes as there are keys on the way to it.
//! - `…` stands where a row has not got a field: it is of another type, or goes on from the page before.
//! - A row that is null is `null`.

use super::{
    columns::{Column, Kind, Shape, columns, is_left_out},
    tree::{Object, Tree, quoted},
};
use crate::{graphql::PageField, text::instant};

/// A piece of a text table: a line by itself, or a section with its header, columns and rows.
#[derive(Debug, PartialEq, Eq)]
pub enum Block {
    /// `path: value`
    Line(String),
    /// `#path 2/412`, and the lines below.
    Section(String, Vec<String>),
}

/// The data of an answer, in blocks.
pub fn blocks(data: &Tree) -> Vec<Block> {
    let mut blocks = Vec::new();
    match data {
        Tree::Object(object) => write_object(object, "", &mut blocks),
        other => blocks.push(Block::Line(other.json())),
    }
    blocks
}

fn write_object(object: &Object, path: &str, blocks: &mut Vec<Block>) {
    for field in &object.fields {
        let left_out = is_left_out(object, field);
        let path = match path {
            "" => field.key.clone(),
            path if left_out => path.to_owned(),
            path => format!("{path}.{}", field.key),
        };
        match &field.value {
            _ if is_total(object, &field.key) => {}
            Tree::Object(inner) if !inner.fields.is_empty() => write_object(inner, &path, blocks),
            Tree::List(items) => {
                let shape = Shape::of_all(items);
                if object.is_rows(field) || !shape.is_leaf() || items.iter().any(Tree::is_null) {
                    let keys = object.listed_by(field).filter(|_| field.key == "edges").map(|page| &page.row_keys[..]);
                    blocks.push(section(object, &path, items, &shape, keys));
                } else {
                    blocks.push(Block::Line(format!("{path}[]: {}", joined(items, &[]).unwrap_or_default())));
                }
            }
            value => blocks.push(Block::Line(format!("{path}: {}", leaf(value)).trim_end().to_owned())),
        }
    }
}

/// Whether the field is the total of a page whose rows are here, which their header tells.
fn is_total(object: &Object, key: &str) -> bool {
    let is_frame = object.fields.iter().any(|field| field.key == key && field.part == Some(PageField::Frame));
    key == "totalCount" && is_frame && object.has_rows() && total(object).is_some()
}

fn total(object: &Object) -> Option<&str> {
    let field = object.fields.iter().find(|field| field.key == "totalCount")?;
    match &field.value {
        Tree::Scalar(number) => Some(number).filter(|it| it.parse::<u64>().is_ok()).map(String::as_str),
        _ => None,
    }
}

fn section(of: &Object, path: &str, rows: &[Tree], shape: &Shape, of_edges: Option<&[String]>) -> Block {
    let total = if is_total(of, "totalCount") { total(of) } else { None };
    let total = total.map_or_else(String::new, |total| format!("/{total}"));
    let header = format!("#{path} {}{total}", rows.len());
    if rows.is_empty() {
        return Block::Section(header, Vec::new());
    }
    let columns = columns(shape, of_edges);
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![names.join("\t")];
    lines.extend(rows.iter().map(|row| line(row, &columns)));
    Block::Section(header, lines)
}

fn line(row: &Tree, columns: &[Column]) -> String {
    if row.is_null() {
        return "null".to_owned();
    }
    let cells: Vec<String> = columns.iter().map(|column| cell(row, column)).collect();
    cells.join("\t")
}

fn cell(row: &Tree, column: &Column) -> String {
    let mut at = row;
    for (depth, key) in column.path.iter().enumerate() {
        let Tree::Object(object) = at else { return "-".repeat(depth) };
        match object.fields.iter().find(|field| field.key == *key) {
            Some(field) => at = &field.value,
            None => return "…".to_owned(),
        }
    }
    match (&column.kind, at) {
        (Kind::Joined(keys), Tree::List(items)) => joined(items, keys).unwrap_or_else(|| at.json()),
        (Kind::Json, at) if !at.is_null() => at.json(),
        _ => leaf(at),
    }
}

/// A value by itself.
fn leaf(value: &Tree) -> String {
    match value {
        Tree::Scalar(_) if value.is_null() => String::new(),
        Tree::Scalar(json) => json.clone(),
        Tree::Text(text) => plain(&text.shown()),
        other => other.json(),
    }
}

/// The entries of a list, where each of them has a value at the end of these keys.
fn joined(items: &[Tree], keys: &[String]) -> Option<String> {
    if items.is_empty() {
        return Some("[]".to_owned());
    }
    let value = |item| {
        let value = keys.iter().try_fold(item, |at: &Tree, key| match at {
            Tree::Object(object) => object.fields.iter().find(|field| field.key == *key).map(|field| &field.value),
            _ => None,
        })?;
        let text = matches!(value, Tree::Scalar(_) | Tree::Text(_)).then(|| leaf(value))?;
        (!text.is_empty()).then(|| text.replace(',', "\\,"))
    };
    let values: Vec<String> = items.iter().map(value).collect::<Option<_>>()?;
    Some(values.join(", "))
}

/// A text, so that it can't be taken for anything else.
fn plain(text: &str) -> String {
    if let Some(instant) = instant::basic(text) {
        return instant;
    }
    if is_mistakable(text) {
        return quoted(text);
    }
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' => plain.push_str("\\\\"),
            '\t' => plain.push_str("\\t"),
            '\n' => plain.push_str("\\n"),
            '\r' => plain.push_str("\\r"),
            other => plain.push(other),
        }
    }
    plain
}

fn is_mistakable(text: &str) -> bool {
    text.is_empty()
        || text == "…"
        || instant::extended(text).is_some()
        || text.starts_with(['"', '[', '{'])
        || text.bytes().all(|byte| byte == b'-')
        || serde_json::from_str::<serde_json::Value>(text).is_ok()
        || text != text.trim_end() // at the end of a line, nobody would see it
}

//! A table, read back into the data that it shows. All that is needed is the query: which keys it has.

use std::iter;

use precis::text::instant;
use serde_json::{Map, Value, json};

use super::{paging::Page, selected::Selected};

/// Reads a page that is a table.
pub(crate) fn decode(text: &str, selected: &Selected) -> Page {
    let mut page = Page::default();
    page.data = json!({});
    let mut lines = text.split('\n').filter(|_| !text.is_empty());
    while let Some(line) = lines.next() {
        if let Some(header) = line.strip_prefix('#') {
            let (path, rest) = header.split_once(' ').expect("a header");
            let mut words = rest.split(' ');
            let mut place = None;
            if !path.is_empty() {
                place = Some((list_at(selected, &names(path)), words.next().expect("a number of rows")));
            }
            words.for_each(|word| page.mark(word));
            let Some((path, numbers)) = place else { continue };
            let (many, total) = numbers.split_once('/').map_or((numbers, None), |(many, total)| (many, Some(total)));
            if let Some(total) = total {
                let of = [&path[..path.len() - 1], &["totalCount".to_owned()]].concat();
                set(&mut page.data, &of, total.parse::<u64>().expect("a total").into());
            }
            let many: usize = many.parse().expect("a number of rows");
            let columns: Vec<&str> =
                if many > 0 { lines.next().expect("columns").split('\t').collect() } else { vec![] };
            let of_row = path.iter().try_fold(selected, |at, key| at.below(key)).expect("a list");
            let rows: Vec<Value> = lines.by_ref().take(many).map(|line| row(line, &columns, of_row)).collect();
            assert_eq!(rows.len(), many, "{text}");
            set(&mut page.data, &path, rows.into());
            continue;
        }
        let (path, value) = line.split_once(':').unwrap_or((line, ""));
        if path.contains(' ') {
            page.errors += 1;
            continue;
        }
        let value = value.strip_prefix(' ').unwrap_or(value);
        match path.split_once("[]") {
            Some((path, keys)) => set(&mut page.data, &list_at(selected, &names(path)), joined(value, &names(keys))),
            None => set(&mut page.data, &names(path), leaf(value)),
        }
    }
    page
}

/// A row, of which this is selected.
fn row(line: &str, columns: &[&str], selected: &Selected) -> Value {
    if line == "null" {
        return Value::Null;
    }
    let cells: Vec<&str> = line.split('\t').collect();
    assert_eq!(cells.len(), columns.len(), "{line}");
    let mut row = json!({});
    for (cell, column) in cells.into_iter().zip(columns) {
        let (path, keys) = column.split_once("[]").map_or((*column, None), |(path, keys)| (path, Some(keys)));
        let mut path = names(path);
        if selected.below("node").is_some() && selected.below(&path[0]).is_none() {
            path.insert(0, "node".to_owned());
        }
        if cell == "…" {
            continue;
        }
        if !cell.is_empty() && cell.bytes().all(|byte| byte == b'-') {
            set(&mut row, &path[..cell.len()], Value::Null);
            continue;
        }
        let is_list = keys.is_some() || cell.starts_with('[');
        let path = if is_list { list_at(selected, &path) } else { path };
        set(&mut row, &path, keys.map_or_else(|| leaf(cell), |keys| joined(cell, &names(keys))));
    }
    row
}

fn names(path: &str) -> Vec<String> {
    path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The path of a list, with what is left out of it.
fn list_at(selected: &Selected, path: &[String]) -> Vec<String> {
    let at = path.iter().try_fold(selected, |at, key| at.below(key));
    path.iter().cloned().chain(at.and_then(Selected::left_out).map(str::to_owned)).collect()
}

fn set(data: &mut Value, path: &[String], value: Value) {
    let mut at = data;
    for key in path {
        if !at.is_object() {
            *at = Map::new().into();
        }
        at = at.as_object_mut().expect("it is one").entry(key).or_insert(Value::Null);
    }
    *at = value;
}

fn leaf(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let text_of = || instant::extended(text).unwrap_or_else(|| unescaped(text));
    serde_json::from_str(text).unwrap_or_else(|_| text_of().into())
}

/// The entries of a list, each with a value at the end of these keys.
fn joined(text: &str, keys: &[String]) -> Value {
    if text.is_empty() || text.starts_with('[') {
        return leaf(text);
    }
    let entry = |text: String| keys.iter().rev().fold(leaf(&text), |value, key| json!({ key: value }));
    split(text).into_iter().map(entry).collect::<Vec<_>>().into()
}

/// What stands between commas that are not escaped, their `\` taken away from those that are.
fn split(text: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ',' => {
                assert_eq!(characters.next(), Some(' '), "{text}");
                entries.push(String::new());
            }
            '\\' => match characters.next().expect("what is escaped") {
                ',' => entries.last_mut().expect("one").push(','),
                other => entries.last_mut().expect("one").extend(['\\', other]),
            },
            other => entries.last_mut().expect("one").push(other),
        }
    }
    entries
}

fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let next = || {
        Some(match characters.next()? {
            '\\' => match characters.next().expect("what is escaped") {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                other => other,
            },
            other => other,
        })
    };
    iter::from_fn(next).collect()
}

//! What stands in braces, or should: keys that an input object does not have, and values that are none where one is
//! wanted. Filters and orders of other APIs are read as ours.

use async_graphql::{Name, indexmap::IndexMap};
use async_graphql_value::Value;

use super::{
    coerce::{enum_value, members, text_of},
    value::shown,
};
use crate::{
    agent::{
        names::{CASE, WORD, fold, likely, singular},
        view::{View, is_list},
    },
    graphql::{is_required, named},
};

type Fields = IndexMap<Name, Value>;

/// What it costs to put a value one level deeper, or higher.
const NEST: u32 = 2;

/// The objects that may be meant by something that is none.
pub(super) fn instead(view: View, name: &str, value: &Value) -> Vec<(u32, Value)> {
    if let Value::List(items) = value
        && let [one @ Value::Object(_)] = &items[..]
    {
        return vec![(NEST, one.clone())];
    }
    let single = match value {
        Value::List(items) if items.len() == 1 => &items[0],
        other => other,
    };
    if let Some(text) = text_of(single) {
        let orders = order(view, name, text);
        if !orders.is_empty() {
            return orders.into_iter().map(|(cost, it)| (cost, Value::Object(it))).collect();
        }
    }
    let has = |key: &str| view.slots(name).any(|slot| slot.name.node == key);
    let required: Vec<&str> =
        view.slots(name).filter(|slot| is_required(slot)).map(|slot| slot.name.node.as_str()).collect();
    let key = match (value, &required[..]) {
        (_, [only]) => only,
        (Value::List(_) | Value::String(_) | Value::Enum(_), []) if has("anyOf") => "anyOf",
        (Value::Number(_) | Value::String(_), []) if has("eq") => "eq",
        _ => return Vec::new(),
    };
    vec![(NEST, Value::Object(Fields::from_iter([(Name::new(key), value.clone())])))]
}

/// What an object may be meant to be without a key that it cannot have: with another key, or with what stands
/// there elsewhere.
pub(super) fn without(view: View, name: &str, fields: &Fields, key: &Name) -> Vec<(u32, String, Fields)> {
    let mut candidates = Vec::new();
    let free = |slot: &&str| !fields.contains_key(*slot);
    for (cost, new) in likely(key, view.slots(name).map(|slot| slot.name.node.as_str()).filter(free)) {
        let renamed =
            fields.iter().map(|(own, value)| (if own == key { Name::new(new) } else { own.clone() }, value.clone()));
        candidates.push((cost, new.to_owned(), renamed.collect()));
    }
    if candidates.iter().all(|(cost, ..)| *cost > WORD) {
        candidates.extend(deeper(view, name, fields, key));
    }
    // `tags: {slug: {in: […]}}`
    if let (1, Some(Value::Object(inner))) = (fields.len(), fields.get(key))
        && ["slug", "id", "name"].contains(&fold(key).as_str())
    {
        candidates.push((NEST, shown(&Value::Object(inner.clone())), inner.clone()));
    }
    if fields.len() == 1
        && let Some(direction) = fields.get(key).and_then(text_of)
    {
        let orders = order(view, name, &format!("{key} {direction}"));
        candidates.extend(orders.into_iter().map(|(cost, it)| (cost, shown(&Value::Object(it.clone())), it)));
    }
    candidates
}

/// `publishedAt_gte`, `tags_in` and `publishedAfter` are a field and what is asked of it.
fn deeper(view: View, name: &str, fields: &Fields, key: &Name) -> Vec<(u32, String, Fields)> {
    let folded = fold(key);
    let mut candidates = Vec::new();
    for slot in view.slots(name).filter(|slot| !is_list(&slot.ty.node)) {
        let (own, whole) = (slot.name.node.as_str(), fold(&slot.name.node));
        let starts = [whole.as_str(), singular(&whole), whole.strip_suffix("at").unwrap_or(&whole)];
        let Some(rest) = starts.iter().find_map(|start| folded.strip_prefix(start)).filter(|it| !it.is_empty()) else {
            continue;
        };
        let asked = likely(rest, view.slots(named(&slot.ty.node)).map(|slot| slot.name.node.as_str()));
        for (_, asked) in asked.into_iter().filter(|(cost, _)| *cost <= WORD) {
            let Some(value) = fields.get(key) else { continue };
            let mut new = Fields::new();
            for (other, given) in fields {
                if other != key {
                    new.insert(other.clone(), given.clone());
                } else if !fields.contains_key(own) && !new.contains_key(own) {
                    new.insert(Name::new(own), Value::Object(Fields::new()));
                }
            }
            if let Some(Value::Object(inner)) = new.get_mut(own)
                && !inner.contains_key(asked)
            {
                inner.insert(Name::new(asked), value.clone());
                candidates.push((NEST, format!("{own}: {{{asked}: …}}"), new));
            }
        }
    }
    candidates
}

/// The orders that a word may mean: `TITLE`, `publishedAt_DESC`, `-published_at`, `title asc`. None where this is
/// no type for orders: one of two enums, of which one says which way.
fn order(view: View, name: &str, text: &str) -> Vec<(u32, Fields)> {
    let slots: Vec<(&str, &str)> =
        view.slots(name).map(|slot| (slot.name.node.as_str(), named(&slot.ty.node))).collect();
    let is_way =
        |(_, ty): &&(&str, &str)| view.members(ty).is_some_and(|it| it.contains(&"ASC") && it.contains(&"DESC"));
    let [_, _] = slots[..] else { return Vec::new() };
    let (Some((way, ways)), Some((field, all))) =
        (slots.iter().find(is_way), slots.iter().find(|it| !is_way(it) && view.members(it.1).is_some()))
    else {
        return Vec::new();
    };
    let exactly = |ty: &str, word: &str| {
        let found = members(view, ty, word);
        found.into_iter().filter(|(cost, _)| *cost <= WORD).collect::<Vec<_>>()
    };
    let object = |by: Option<&str>, to: Option<&str>| {
        let parts = [(*field, by), (*way, to)];
        let given = parts.into_iter().filter_map(|(key, value)| Some((Name::new(key), enum_value(value?))));
        given.collect::<Fields>()
    };
    let text = text.trim();
    let (text, sign) = match text.chars().next() {
        Some('-') => (&text[1..], Some("DESC")),
        Some('+') => (&text[1..], Some("ASC")),
        _ => (text, None),
    };
    let whole = exactly(all, text);
    if !whole.is_empty() {
        return whole.into_iter().map(|(cost, by)| (cost + CASE, object(Some(by), sign))).collect();
    }
    if let [(cost, to)] = exactly(ways, text)[..] {
        return vec![(cost + CASE, object(None, Some(to)))];
    }
    let Some((by, to)) = text.rsplit_once([' ', '_', ':', ',', '.', '-']) else { return Vec::new() };
    let [(_, to)] = exactly(ways, to)[..] else { return Vec::new() };
    exactly(all, by).into_iter().map(|(cost, by)| (cost + CASE, object(Some(by), Some(to)))).collect()
}

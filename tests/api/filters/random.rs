//! Filters at random: every part of them, out of what rows have and of what nothing has, three deep.

use std::{fmt::Debug, ops::RangeInclusive};

use proptest::prelude::*;
use serde_json::Value;

use crate::filters::{ALIASED, naive::Row};

/// The values that at least so many rows have under a name.
pub(crate) fn values(rows: &[Row], name: &str, least: usize) -> Vec<String> {
    let of = |row: &Row| match &row[name] {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    };
    let mut all: Vec<String> =
        rows.iter().flat_map(of).map(|value| value.as_str().expect("a text").to_owned()).collect();
    all.sort_unstable();
    all.chunk_by(|one, other| one == other).filter(|same| same.len() >= least).map(|same| same[0].clone()).collect()
}

/// The same, with names that nothing has.
fn slugs(rows: &[Row], name: &str, least: usize) -> Vec<String> {
    let mut slugs = values(rows, name, least);
    slugs.extend(["nothing-like-it", "a\0b"].map(str::to_owned));
    slugs
}

/// A field of an object.
type Field = (&'static str, BoxedStrategy<Value>);

/// An object of so many of these fields, which are null now and then.
fn object(size: RangeInclusive<usize>, fields: Vec<Field>) -> BoxedStrategy<Value> {
    let field = |(name, value): Field| {
        let value = prop_oneof![15 => value, 1 => Just(Value::Null)];
        value.prop_map(move |value| (name.to_owned(), value))
    };
    let chosen = prop::sample::subsequence(fields, size);
    let chosen = chosen.prop_flat_map(move |fields| fields.into_iter().map(field).collect::<Vec<_>>());
    chosen.prop_map(|fields| Value::Object(fields.into_iter().collect())).boxed()
}

/// Up to four of these, the same one twice perhaps.
fn list(values: Vec<impl Into<Value> + Clone + Debug + 'static>) -> BoxedStrategy<Value> {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    some(prop::sample::select(values).boxed())
}

/// Up to four of what there is; none at all now and then.
fn some(items: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let some = prop::collection::vec(items, 1..5).prop_map(Value::Array);
    prop_oneof![12 => some, 1 => Just(Value::Array(Vec::new()))].boxed()
}

/// A filter by names out of these.
pub(crate) fn slug_filter(slugs: &[String]) -> BoxedStrategy<Value> {
    let empty = any::<bool>().prop_map(Value::Bool).boxed();
    let one_of = || list(slugs.to_vec());
    object(1..=2, vec![("anyOf", one_of()), ("allOf", one_of()), ("noneOf", one_of()), ("isEmpty", empty)])
}

/// From one of these instants on, and up to one of them.
fn times(rows: &[Row], name: &str) -> BoxedStrategy<Value> {
    let mut times = values(rows, name, 1);
    times.extend(["1969-12-31T23:59:59Z", "2026-11-01T12:00:01Z"].map(str::to_owned));
    let time = || prop::sample::select(times.clone()).prop_map(Value::from).boxed();
    object(1..=2, vec![("gte", time()), ("lt", time())])
}

/// Filters that have some of these fields, and others like them inside, three deep.
fn nested(fields: Vec<Field>) -> BoxedStrategy<Value> {
    let plain = object(1..=2, fields.clone());
    let nest = move |inner: BoxedStrategy<Value>| {
        let inners = || some(inner.clone());
        let outer = object(1..=2, vec![("and", inners()), ("or", inners()), ("not", inner.clone())]);
        (outer, object(0..=1, fields.clone())).prop_map(|(outer, beside)| merged(outer, beside)).boxed()
    };
    plain.prop_recursive(3, 12, 3, nest).boxed()
}

/// One object with the fields of both.
fn merged(one: Value, other: Value) -> Value {
    let fields = [one, other].into_iter().filter_map(|it| if let Value::Object(it) = it { Some(it) } else { None });
    Value::Object(fields.flatten().collect())
}

/// Any filter of summaries.
pub(crate) fn summary_filter(rows: &[Row]) -> BoxedStrategy<Value> {
    let mut tags = slugs(rows, "tags", 3);
    tags.extend([ALIASED.0, ALIASED.1].map(str::to_owned));
    let names = ["categories", "sources", "series"].map(|name| (name, slug_filter(&slugs(rows, name, 2))));
    let mut fields = names.to_vec();
    fields.extend([
        ("tags", slug_filter(&tags)),
        ("languages", list(vec!["en", "ru", "de"])),
        ("sourceKinds", list(vec!["BLOG", "PUBLICATION", "PODCAST", "VIDEO_CHANNEL", "MANUAL", "AGGREGATOR"])),
        ("origins", list(vec!["HUMAN", "MODEL", "EXCERPT"])),
        ("publishedAt", times(rows, "publishedAt")),
        ("updatedAt", times(rows, "updatedAt")),
    ]);
    nested(fields)
}

/// Any filter of episodes.
pub(crate) fn episode_filter(rows: &[Row]) -> BoxedStrategy<Value> {
    let number = || (0..16_i32).prop_map(Value::from).boxed();
    let fields = vec![
        ("sources", slug_filter(&slugs(rows, "sources", 2))),
        ("series", slug_filter(&slugs(rows, "series", 2))),
        ("kinds", list(vec!["ARTICLE", "AUDIO", "VIDEO"])),
        ("languages", list(vec!["en", "ru", "de"])),
        ("number", object(1..=2, vec![("eq", number()), ("gte", number()), ("lte", number())])),
        ("publishedAt", times(rows, "publishedAt")),
        ("hasSummary", any::<bool>().prop_map(Value::Bool).boxed()),
    ];
    nested(fields)
}

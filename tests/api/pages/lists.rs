//! The lists that pages are cut from: every paged root field, in every order, under a few filters, whole.

use serde_json::Value;

use crate::support::TestApp;

/// A list as it is, from beginning to end.
pub(super) struct List {
    /// The field and its order: lists that share it share cursors.
    pub(super) order: String,
    pub(super) filter: String,
    /// The field with its arguments, up to where those of the page come: `tags(prefix: "c",`.
    pub(super) arguments: String,
    pub(super) entries: Vec<Entry>,
}

/// What stands at one place of a list.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) cursor: String,
    pub(super) id: String,
    /// With what it may be sorted by.
    pub(super) node: Value,
}

/// Paged root fields: by what they can be sorted, and filters worth a look.
pub(super) const LISTS: [(&str, &[&str], &[&str]); 6] = [
    (
        "summaries",
        &["PUBLISHED_AT", "UPDATED_AT", "TITLE"],
        &[
            "filter: {tags: {anyOf: [\"backend\"]}}",
            "filter: {tags: {anyOf: [\"backend\", \"postgresql\"], noneOf: [\"sql\"]}}",
            "filter: {categories: {isEmpty: true}}",
            "filter: {sources: {anyOf: [\"token-by-token\"]}, tags: {allOf: [\"llm\"]}}",
            "filter: {tags: {anyOf: [\"nothing-like-it\"]}}",
        ],
    ),
    (
        "episodes",
        &["PUBLISHED_AT", "UPDATED_AT", "NUMBER", "TITLE"],
        &["filter: {kinds: [AUDIO, VIDEO]}", "filter: {series: {isEmpty: false}}", "filter: {number: {lte: 0}}"],
    ),
    ("sources", &[], &["kinds: [BLOG]", "kinds: []"]),
    ("allSeries", &[], &["sources: {anyOf: [\"the-lamplight-machine-room\"]}"]),
    ("tags", &[], &["prefix: \"c\"", "prefix: \"nothing\""]),
    ("categories", &[], &[]),
];

/// All the lists, whole.
pub(super) async fn all_lists(app: &TestApp) -> Vec<List> {
    let mut lists = Vec::new();
    for (field, orders, filters) in LISTS {
        let mut ways = vec![String::new()];
        for order in orders {
            ways.extend(["ASC", "DESC"].map(|way| format!("orderBy: {{field: {order}, direction: {way}}}")));
        }
        for way in &ways {
            for filter in [&[""], filters].concat() {
                let arguments = format!("{field}({filter} {way}");
                let entries = entries(app, field, &arguments).await;
                let order = format!("{field}{way}");
                lists.push(List { order, filter: filter.to_owned(), arguments, entries });
            }
        }
    }
    lists
}

/// All the entries of a list, in pages of a hundred.
async fn entries(app: &TestApp, field: &str, arguments: &str) -> Vec<Entry> {
    let node = match field {
        "summaries" => "id title publishedAt updatedAt",
        "episodes" => "id title publishedAt updatedAt season number",
        _ => "id slug",
    };
    let (mut entries, mut after) = (Vec::new(), String::new());
    loop {
        let selection = format!("{{ edges {{ cursor node {{ {node} }} }} pageInfo {{ hasNextPage endCursor }} }}");
        let page = app.data(&format!("{{ page: {arguments} first: 100{after}) {selection} }}")).await["page"].take();
        entries.extend(page["edges"].as_array().expect("edges").iter().map(|edge| Entry {
            cursor: edge["cursor"].as_str().expect("a cursor").to_owned(),
            id: edge["node"]["id"].as_str().expect("an id").to_owned(),
            node: edge["node"].clone(),
        }));
        if page["pageInfo"]["hasNextPage"] == false {
            return entries;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
}

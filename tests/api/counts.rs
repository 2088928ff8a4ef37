//! How many summaries each source, series, category and tag has: without a filter, and under any.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    both,
    filters::{
        SUMMARIES,
        naive::{Row, holds, rows},
        random::summary_filter,
    },
    property::{for_all, same},
    random_content,
    support::TestApp,
};

/// The lists of what is counted, and what rows call it.
const LISTS: [(&str, &str); 4] =
    [("sources", "sources"), ("categories", "categories"), ("tags", "tags"), ("allSeries", "series")];

/// The counts of one list, by slug: those that are not 0.
fn counts(data: &Value, list: &str, field: &str) -> BTreeMap<String, u64> {
    let nodes = data[list]["nodes"].as_array().expect("nodes");
    let count =
        |node: &Value| (node["slug"].as_str().expect("a slug").to_owned(), node[field].as_u64().expect("a count"));
    nodes.iter().map(count).filter(|(_, count)| *count > 0).collect()
}

/// The same, counted by hand.
fn naive(all: &[Row], name: &str, filter: &Value) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in all.iter().filter(|row| holds(row, filter)) {
        for slug in row[name].as_array().expect("slugs") {
            *counts.entry(slug.as_str().expect("a slug").to_owned()).or_default() += 1;
        }
    }
    counts
}

both! {
    async fn summaries_are_counted_under_any_filter(app: TestApp) {
        let lists = LISTS.map(|(list, _)| {
            let counted = if list == "allSeries" { "" } else { "counted: summaryCount(filter: $filter)" };
            format!("{list}(first: 100) {{ nodes {{ slug summaryCount {counted} }} }}")
        });
        let query = format!("query($filter: SummaryFilter) {{ {} }}", lists.join(" "));
        for_all(4, random_content::content(), async |content| {
            let app = random_content::with(&app, &content).await;
            let all = rows(&app, SUMMARIES).await;
            for_all(40, summary_filter(&all), async |filter| {
                let data = app.data_with(&query, json!({ "filter": filter })).await;
                for (list, name) in LISTS {
                    same(&(list, counts(&data, list, "summaryCount")), &(list, naive(&all, name, &json!({}))))?;
                    if list != "allSeries" {
                        let expected = naive(&all, name, &filter);
                        same(&(list, counts(&data, list, "counted")), &(list, expected))?;
                    }
                }
                Ok(())
            })
            .await;
            Ok(())
        })
        .await;
    }

    async fn a_count_is_the_total_of_the_list_that_it_counts(app: TestApp) {
        let filter = "filter: {languages: [\"en\"]}";
        let data = app
            .data(&format!(
                "{{ sources(first: 100) {{ nodes {{ slug summaryCount summaries {{ totalCount }} \
                            english: summaryCount({filter}) lists: summaries({filter}) {{ totalCount }} }} }} }}"
            ))
            .await;
        for source in data["sources"]["nodes"].as_array().expect("sources") {
            assert_eq!(source["summaryCount"], source["summaries"]["totalCount"], "{source}");
            assert_eq!(source["english"], source["lists"]["totalCount"], "{source}");
        }
    }

    async fn counts_are_a_statement_for_each_filter(app: TestApp) {
        let english = "summaryCount(filter: {languages: [\"en\"]})";
        let english_again = "summaryCount(filter: {languages: \"en\"})";
        for (expected, field) in [
            (2, "tags(first: 100) { nodes { slug summaryCount } }".to_owned()),
            (2, format!("tags(first: 100) {{ nodes {{ slug {english} again: {english_again} }} }}")),
            (3, format!("tags(first: 100) {{ nodes {{ slug summaryCount some: {english} }} }}")),
            (2, "categories { nodes { summaryCount empty: summaryCount(filter: {}) } }".to_owned()),
            (2, format!("sources(first: 100) {{ nodes {{ {english} }} }}")),
            (2, "allSeries(first: 100) { nodes { summaryCount } }".to_owned()),
            (2, "summaries(first: 100) { nodes { tags { slug summaryCount } } }".to_owned()),
            (
                4,
                format!(
                    "summaries {{ nodes {{ tags {{ summaryCount }} \
                     source {{ {english} }} category {{ {english} }} }} }}"
                ),
            ),
            (1, "tags { nodes { summaryCount(filter: {or: []}) } }".to_owned()),
        ] {
            let run = app.statements_of(&field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn a_count_without_a_filter_counts_nothing_anew(app: TestApp) {
        for list in ["sources", "categories", "tags"] {
            let run = app.statements_of(&format!("{list} {{ nodes {{ summaryCount }} }}")).await;
            assert!(run.iter().all(|sql| !sql.contains("COUNT(")), "{run:#?}");
        }
    }

    async fn a_filter_that_is_too_long_is_refused(app: TestApp) {
        let second = |at: i32| format!("2026-01-01T00:{:02}:{:02}Z", at / 60, at % 60);
        let some: Vec<Value> = (0..300).map(|at| json!({ "publishedAt": { "lt": second(at) } })).collect();
        let filter = json!({ "or": some });
        let query = "query($filter: SummaryFilter) { tags { nodes { summaryCount(filter: $filter) } } }";
        let answer = app.ask_with(query, json!({ "filter": filter })).await;
        let message = answer["errors"][0]["message"].as_str().expect("a message");
        assert!(message.contains("conditions; it may have up to 200"), "{answer}");
    }
}

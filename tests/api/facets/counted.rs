//! Facets against a plain count, for any content and any filter.

use std::{cmp::Reverse, collections::BTreeMap};

use serde_json::{Value, json};

use super::FACETS;
use crate::{
    both,
    filters::{
        ALIASED, SUMMARIES,
        naive::{Row, holds, rows},
        random::summary_filter,
    },
    property::{for_all, same},
    random_content,
    support::TestApp,
};

/// The dimensions: what a filter calls them, and what an entry of their facet does.
const DIMENSIONS: [(&str, &str); 4] =
    [("categories", "category"), ("tags", "tag"), ("sources", "source"), ("languages", "language")];

both! {
    async fn facets_are_what_one_counts_by_hand(app: TestApp) {
        for_all(5, random_content::content(), async |content| {
            let app = random_content::with(&app, &content).await;
            let all = rows(&app, SUMMARIES).await;
            let names = names(&app).await;
            let query = format!(
                "query($filter: SummaryFilter) {{ \
                 summaries(filter: $filter) {{ facets(first: 100) {{ {FACETS} }} }} \
                 summaryDays(filter: $filter) {{ facets(first: 100) {{ {FACETS} }} }} }}"
            );
            for_all(60, summary_filter(&all), async |filter| {
                let data = app.data_with(&query, json!({ "filter": filter })).await;
                let expected: Value = DIMENSIONS
                    .iter()
                    .map(|(dimension, entry)| ((*dimension).to_owned(), naive(&all, &names, dimension, entry, &filter)))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
                let both = json!({ "summaries": { "facets": expected }, "summaryDays": { "facets": expected } });
                same(&data, &both).map_err(|why| format!("{why}\nof the content {content:#?}"))
            })
            .await;
            Ok(())
        })
        .await;
    }
}

/// The slugs that exist.
async fn names(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let of = async |list: &str| {
        let data = app.data(&format!("{{ {list}(first: 100) {{ nodes {{ slug }} }} }}")).await;
        let nodes = data[list]["nodes"].as_array().expect("nodes").clone();
        let slugs = nodes.iter().map(|node| node["slug"].as_str().expect("a slug").to_owned()).collect();
        (list.to_owned(), slugs)
    };
    vec![of("categories").await, of("tags").await, of("sources").await]
}

/// A facet, counted by hand.
fn naive(all: &[Row], names: &[(String, Vec<String>)], dimension: &str, entry: &str, filter: &Value) -> Value {
    let own = &filter[dimension];
    let mut others = filter.clone();
    let selected: Vec<String> = if dimension == "languages" {
        others[dimension] = Value::Null;
        texts(own)
    } else {
        if own.is_object() {
            others[dimension]["anyOf"] = Value::Null;
        }
        let known = &names.iter().find(|(name, _)| name == dimension).expect("a dimension with names").1;
        let asked = [texts(&own["anyOf"]), texts(&own["allOf"])].concat();
        let slug = |slug: String| if slug == ALIASED.1 { ALIASED.0.to_owned() } else { slug };
        asked.into_iter().map(slug).filter(|slug| known.contains(slug)).collect()
    };
    let mut counts: BTreeMap<Option<String>, usize> = selected.iter().map(|slug| (Some(slug.clone()), 0)).collect();
    if dimension == "categories" && own["isEmpty"] == true {
        counts.insert(None, 0);
    }
    for row in all.iter().filter(|row| holds(row, &others)) {
        let has = if row[dimension].is_string() {
            vec![row[dimension].as_str().unwrap_or_default().to_owned()]
        } else {
            texts(&row[dimension])
        };
        if has.is_empty() && dimension == "categories" {
            *counts.entry(None).or_default() += 1;
        }
        for slug in has {
            *counts.entry(Some(slug)).or_default() += 1;
        }
    }
    let is_selected = |slug: &Option<String>| match slug {
        Some(slug) => selected.contains(slug),
        None => own["isEmpty"] == true,
    };
    let mut entries: Vec<_> = counts.into_iter().collect();
    entries.sort_by_key(|(slug, count)| (!is_selected(slug), Reverse(*count), slug.clone()));
    let value = |slug: &Option<String>| match slug {
        Some(slug) if dimension == "languages" => json!(slug),
        Some(slug) => json!({ "slug": slug }),
        None => Value::Null,
    };
    entries
        .iter()
        .map(|(slug, count)| json!({ entry: value(slug), "count": count, "selected": is_selected(slug) }))
        .collect()
}

/// The texts of a list; none of what is no list.
fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

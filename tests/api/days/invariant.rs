//! What has to agree, whatever the content, the filter and the zone: lists, days, counts and facets are
//! four looks at the same summaries.

use std::collections::BTreeMap;

use chrono::TimeZone as _;
use chrono_tz::Tz;
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

/// How many contents are tried on each database, and how many filters and zones over each.
const CONTENTS: u32 = 6;
const CASES: u32 = 40;

/// Everything about days, and the facets in which each summary counts once.
const DAYS: &str =
    "query($filter: SummaryFilter, $zone: TimeZone!, $first: Int, $after: String, $last: Int, $before: String) {
    summaries(filter: $filter) { totalCount }
    days: summaryDays(filter: $filter, timeZone: $zone, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        summaryCount
        nodes { ordinal date count summaries(first: 50) { totalCount nodes { id } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        facets(first: 100) { sources { count } languages { count } categories { count } }
    }
}";

/// A filter, a zone, and how large the pages are.
type Case = (Value, Tz, usize);

both! {
    async fn lists_days_counts_and_facets_agree(app: TestApp) {
        for_all(CONTENTS, random_content::content(), async |content| {
            let app = random_content::with(&app, &content).await;
            let all = rows(&app, SUMMARIES).await;
            let cases = (summary_filter(&all), random_content::zone(), 1..6_usize);
            for_all(CASES, cases, async |case| {
                check(&app, &all, &case).await.map_err(|why| format!("{why}\nof the content {content:#?}"))
            })
            .await;
            Ok(())
        })
        .await;
    }
}

/// What is wrong with the days of a case.
async fn check(app: &TestApp, all: &[Row], (filter, zone, size): &Case) -> Result<(), String> {
    let expected = naive_days(all, filter, *zone);
    let ask = async |page: Value| {
        let mut variables = json!({ "filter": filter, "zone": zone.name() });
        variables.as_object_mut().expect("an object").extend(page.as_object().expect("an object").clone());
        app.data_with(DAYS, variables).await
    };
    let whole = ask(json!({ "first": 100 })).await;
    same(&whole["days"]["nodes"], &expected.iter().cloned().collect())?;

    let many: usize = all.iter().filter(|row| holds(row, filter)).count();
    let counted: i64 = expected.iter().filter_map(|day| day["count"].as_i64()).sum();
    let totals = json!([&whole["summaries"]["totalCount"], &whole["days"]["summaryCount"], counted]);
    same(&totals, &json!([many, many, many]))?;
    same(&whole["days"]["totalCount"], &json!(expected.len()))?;
    for (dimension, named) in [("sources", "sources"), ("languages", "languages"), ("categories", "categories")] {
        if filter.get(named).is_none_or(Value::is_null) {
            let entries = whole["days"]["facets"][dimension].as_array().expect("a facet");
            let sum: i64 = entries.iter().filter_map(|entry| entry["count"].as_i64()).sum();
            same(&json!([dimension, sum]), &json!([dimension, many]))?;
        }
    }
    for backwards in [false, true] {
        let (count, cursor) = if backwards { ("last", "before") } else { ("first", "after") };
        let (mut seen, mut at): (Vec<Value>, Value) = (Vec::new(), Value::Null);
        loop {
            let data = ask(json!({ count: size, cursor: at })).await;
            let days = &data["days"];
            same(&json!([&days["totalCount"], &days["summaryCount"]]), &json!([expected.len(), many]))?;
            let nodes = days["nodes"].as_array().expect("nodes").clone();
            let before = seen.len();
            if backwards {
                seen.splice(0..0, nodes)
            } else {
                seen.splice(before..before, nodes)
            };
            let (behind_us, ahead) = (json!(before > 0), json!(seen.len() < expected.len()));
            let ends = &days["pageInfo"];
            let found = [&ends["hasPreviousPage"], &ends["hasNextPage"]];
            same(&found, &if backwards { [&ahead, &behind_us] } else { [&behind_us, &ahead] })?;
            at = if backwards { ends["startCursor"].clone() } else { ends["endCursor"].clone() };
            if ahead == false || seen.len() == before {
                break;
            }
        }
        same(&seen, &expected)?;
    }
    Ok(())
}

/// The days that a calendar has, over rows that stand the newest first.
fn naive_days(all: &[Row], filter: &Value, zone: Tz) -> Vec<Value> {
    let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in all.iter().filter(|row| holds(row, filter)) {
        let at = row["publishedAt"].as_str().expect("an instant");
        let at = chrono::DateTime::parse_from_rfc3339(at).expect("an instant").naive_utc();
        let date = zone.from_utc_datetime(&at).date_naive().to_string();
        days.entry(date).or_default().push(json!({ "id": row["id"] }));
    }
    let newest_first = days.into_iter().rev().enumerate();
    newest_first
        .map(|(place, (date, summaries))| {
            let count = summaries.len();
            json!({
                "ordinal": place + 1, "date": date, "count": count,
                "summaries": { "totalCount": count, "nodes": summaries },
            })
        })
        .collect()
}

//! What has to agree, whatever the content, the filter and the zone: lists, days, counts and facets are
//! four looks at the same summaries.

use std::collections::BTreeMap;

use chrono::TimeZone as _;
use chrono_tz::Tz;
use proptest::prelude::*;
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

/// The same where a filter leaves few days, of which the summaries themselves may tell how many there are.
const FEW: &str = "query($filter: SummaryFilter, $zone: TimeZone!, $days: Int, $each: Int) {
    days: summaryDays(filter: $filter, timeZone: $zone, first: $days) {
        totalCount
        summaryCount
        nodes { ordinal date count summaries(first: $each) { totalCount nodes { id } pageInfo { hasNextPage } } }
        pageInfo { hasNextPage hasPreviousPage }
    }
    last: summaryDays(filter: $filter, timeZone: $zone, last: $days) {
        nodes { date summaries(last: $each) { nodes { id } pageInfo { hasPreviousPage } } }
        pageInfo { hasNextPage hasPreviousPage }
    }
}";

/// Around which row, from so many seconds before it on, for so many seconds.
type Span = (prop::sample::Index, i64, i64);

both! {
    async fn few_days_are_what_they_would_be_among_many(app: TestApp) {
        const DAY: i64 = 86_400;
        for_all(CONTENTS, random_content::content(), async |content| {
            let app = random_content::with(&app, &content).await;
            let all = rows(&app, SUMMARIES).await;
            let span = (any::<prop::sample::Index>(), -DAY..3 * DAY, 0..5 * DAY);
            let cases = (summary_filter(&all), random_content::zone(), span, 1..9_usize, 1..5_usize);
            for_all(CASES, cases, async |(filter, zone, span, days, each)| {
                let filter = within(&all, &filter, &span);
                check_few(&app, &all, (&filter, zone), days, each)
                    .await
                    .map_err(|why| format!("{why}\nunder {filter}\nof the content {content:#?}"))
            })
            .await;
            Ok(())
        })
        .await;
    }
}

/// The filter, and within a span.
fn within(all: &[Row], filter: &Value, (row, before, length): &Span) -> Value {
    let at = row.get(all)["publishedAt"].as_str().expect("an instant").to_owned();
    let start = chrono::DateTime::parse_from_rfc3339(&at).expect("an instant").timestamp() - before;
    let text = |at: i64| chrono::DateTime::from_timestamp(at, 0).expect("an instant").to_rfc3339();
    json!({ "and": [filter], "publishedAt": { "gte": text(start), "lt": text(start + length) } })
}

/// What is wrong with so many days, and so many summaries of each.
async fn check_few(
    app: &TestApp,
    all: &[Row],
    (filter, zone): (&Value, Tz),
    days: usize,
    each: usize,
) -> Result<(), String> {
    let expected = naive_days(all, filter, zone);
    let variables = json!({ "filter": filter, "zone": zone.name(), "days": days, "each": each });
    let found = app.data_with(FEW, variables).await;
    let many: i64 = expected.iter().filter_map(|day| day["count"].as_i64()).sum();
    let ids = |day: &Value| day["summaries"]["nodes"].as_array().expect("nodes").clone();
    let first = |day: &Value| {
        let (mut day, ids) = (day.clone(), ids(day));
        day["summaries"]["nodes"] = json!(ids[..each.min(ids.len())]);
        day["summaries"]["pageInfo"] = json!({ "hasNextPage": ids.len() > each });
        day
    };
    let last = |day: &Value| {
        let ids = ids(day);
        let summaries = json!({
            "nodes": ids[ids.len().saturating_sub(each)..], "pageInfo": { "hasPreviousPage": ids.len() > each },
        });
        json!({ "date": day["date"], "summaries": summaries })
    };
    let is_cut = expected.len() > days;
    same(
        &found,
        &json!({
            "days": {
                "totalCount": expected.len(),
                "summaryCount": many,
                "nodes": expected.iter().take(days).map(first).collect::<Vec<_>>(),
                "pageInfo": { "hasNextPage": is_cut, "hasPreviousPage": false },
            },
            "last": {
                "nodes": expected.iter().skip(expected.len().saturating_sub(days)).map(last).collect::<Vec<_>>(),
                "pageInfo": { "hasNextPage": false, "hasPreviousPage": is_cut },
            },
        }),
    )
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

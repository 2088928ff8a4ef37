//! Pages of days: both ways, exact at their ends, and only by their own cursors.

use serde_json::{Value, json};

use super::with_instants;
use crate::{both, support::TestApp};

/// Everything that a page of days has.
const PAGE: &str = "edges { cursor node { date } } totalCount summaryCount \
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// Five days, the middle one with three summaries.
async fn five_days(app: &TestApp) -> TestApp {
    let instants = [
        "2026-03-01T10:00:00Z",
        "2026-03-03T10:00:00Z",
        "2026-03-04T10:00:00Z",
        "2026-03-04T11:00:00Z",
        "2026-03-04T12:00:00Z",
        "2026-03-05T10:00:00Z",
        "2026-03-09T10:00:00Z",
    ];
    with_instants(app, &instants).await
}

/// A page of all days.
async fn page(app: &TestApp, arguments: &str) -> Value {
    app.data(&format!("{{ summaryDays{arguments} {{ {PAGE} }} }}")).await["summaryDays"].take()
}

/// What an answer fails with.
async fn message(app: &TestApp, query: &str) -> (String, String) {
    let answer = app.ask(query).await;
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

both! {
    async fn a_page_is_what_lies_between_its_cursors(app: TestApp) {
        let app = five_days(&app).await;
        let all = page(&app, "").await;
        let edges = all["edges"].as_array().expect("edges").clone();
        let dates: Vec<&Value> = edges.iter().map(|edge| &edge["node"]["date"]).collect();
        assert_eq!(json!(dates), json!(["2026-03-09", "2026-03-05", "2026-03-04", "2026-03-03", "2026-03-01"]));
        let places: Vec<Option<usize>> = [None].into_iter().chain((0..edges.len()).map(Some)).collect();
        for after in &places {
            for before in &places {
                for size in 0..=6 {
                    for backwards in [false, true] {
                        let first = after.map_or(0, |after| after + 1);
                        let last = before.unwrap_or(edges.len());
                        let end = last.max(first);
                        let (start, end) = if backwards {
                            (end.saturating_sub(size).max(first), end)
                        } else {
                            (first, end.min(first + size))
                        };
                        let cursor = |name: &str, place: &Option<usize>| {
                            place.map(|at| format!(", {name}: {}", edges[at]["cursor"])).unwrap_or_default()
                        };
                        let count = if backwards { "last" } else { "first" };
                        let arguments =
                            format!("({count}: {size}{}{})", cursor("after", after), cursor("before", before));
                        let part = &edges[start..end];
                        let expected = json!({
                            "edges": part,
                            "totalCount": 5,
                            "summaryCount": 7,
                            "pageInfo": {
                                "hasNextPage": last < edges.len() || end < last,
                                "hasPreviousPage": start > 0,
                                "startCursor": part.first().map(|it| &it["cursor"]),
                                "endCursor": part.last().map(|it| &it["cursor"]),
                            },
                        });
                        assert_eq!(page(&app, &arguments).await, expected, "{arguments}");
                    }
                }
            }
        }
    }

    async fn an_ordinal_is_that_of_the_whole_list(app: TestApp) {
        let app = five_days(&app).await;
        let day = |ordinal: i32, date: &str, count: i32| json!({ "ordinal": ordinal, "date": date, "count": count });
        for (arguments, expected) in [
            ("last: 2", json!([day(4, "2026-03-03", 1), day(5, "2026-03-01", 1)])),
            ("first: 3", json!([day(1, "2026-03-09", 1), day(2, "2026-03-05", 1), day(3, "2026-03-04", 3)])),
            ("filter: {publishedAt: {lt: \"2026-03-04T12:00:00Z\"}}, first: 1", json!([day(1, "2026-03-04", 2)])),
        ] {
            let data = app.data(&format!("{{ summaryDays({arguments}) {{ nodes {{ ordinal date count }} }} }}")).await;
            assert_eq!(data["summaryDays"]["nodes"], expected, "{arguments}");
        }
    }

    async fn a_cursor_stays_good_when_its_day_is_gone(app: TestApp) {
        let app = five_days(&app).await;
        let cursor = page(&app, "(first: 3)").await["pageInfo"]["endCursor"].take();
        let behind = "filter: {publishedAt: {lt: \"2026-03-04T00:00:00Z\"}}";
        let rest = page(&app, &format!("(first: 1, after: {cursor}, {behind})")).await;
        assert_eq!(rest["edges"][0]["node"], json!({ "date": "2026-03-03" }));
        assert_eq!(
            (&rest["pageInfo"]["hasPreviousPage"], &rest["pageInfo"]["hasNextPage"], &rest["totalCount"]),
            (&json!(false), &json!(true), &json!(2))
        );
    }

    async fn a_cursor_of_days_is_good_for_days_alone(app: TestApp) {
        let app = five_days(&app).await;
        let lists = ["summaryDays", "summaries", "episodes"].map(|list| format!("{list} {{ edges {{ cursor }} }}"));
        let data = app.data(&format!("{{ {} }}", lists.join(" "))).await;
        let cursor = |list: &str| data[list]["edges"][0]["cursor"].clone();
        let another = (
            "BAD_USER_INPUT".to_owned(),
            "That cursor belongs to another list or another order: start again without it, or ask in its order."
                .to_owned(),
        );
        for (list, of) in [
            ("summaryDays", "summaries"),
            ("summaryDays", "episodes"),
            ("summaries", "summaryDays"),
            ("episodes", "summaryDays"),
            ("sources", "summaryDays"),
        ] {
            for argument in ["after", "before"] {
                let query = format!("{{ {list}({argument}: {}) {{ totalCount }} }}", cursor(of));
                assert_eq!(message(&app, &query).await, another, "{query}");
            }
        }
        let inner = format!("summaries(after: {}) {{ totalCount }}", cursor("summaryDays"));
        assert_eq!(message(&app, &format!("{{ summaryDays {{ nodes {{ {inner} }} }} }}")).await, another);
    }

    async fn a_cursor_of_a_days_summaries_is_good_for_all_summaries(app: TestApp) {
        let app = five_days(&app).await;
        let data = app
            .data(
                "{ summaryDays(first: 1, filter: {publishedAt: {lt: \"2026-03-05T00:00:00Z\"}}) \
                   { nodes { summaries(first: 2) { edges { cursor } } } } }",
            )
            .await;
        let cursor = &data["summaryDays"]["nodes"][0]["summaries"]["edges"][1]["cursor"];
        let rest = app.data(&format!("{{ summaries(first: 2, after: {cursor}) {{ nodes {{ title }} }} }}")).await;
        let expected = json!([{ "title": "2026-03-04T10:00:00Z" }, { "title": "2026-03-03T10:00:00Z" }]);
        assert_eq!(rest["summaries"]["nodes"], expected);
    }

    async fn sizes_and_cursors_that_are_none_are_refused(app: TestApp) {
        for (arguments, expected) in [
            ("first: 101", "`first` is 101; it may be 0 to 100."),
            ("last: -1", "`last` is -1; it may be 0 to 100."),
            ("first: 1, last: 1", "Give either `first` or `last`, not both."),
            (
                "after: \"rubbish\"",
                "That cursor is not one of this API's: use one from `pageInfo` or `edges` as it came.",
            ),
        ] {
            let found = message(&app, &format!("{{ summaryDays({arguments}) {{ totalCount }} }}")).await;
            assert_eq!(found, ("BAD_USER_INPUT".to_owned(), expected.to_owned()), "{arguments}");
        }
    }
}

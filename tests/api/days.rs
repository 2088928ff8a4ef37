//! Days: which there are, what each holds, their pages, and what they cost.

mod invariant;
mod pages;
mod zones;

use serde_json::{Value, json};

use crate::{
    archive::set_status,
    both,
    import::inbox::{import, line, lines},
    support::TestApp,
};

/// The days of a root field with these arguments, a line each: ordinal, date, count, and the titles of the
/// summaries. What counts them has to agree.
async fn days(app: &TestApp, arguments: &str) -> Vec<String> {
    let day = "ordinal date count summaries(first: 100) { totalCount nodes { title } }";
    let data = app.data(&format!("{{ summaryDays({arguments}) {{ nodes {{ {day} }} }} }}")).await;
    let days = data["summaryDays"]["nodes"].as_array().expect("days");
    let written = days.iter().map(|day| {
        let summaries = day["summaries"]["nodes"].as_array().expect("summaries");
        assert_eq!(day["count"], day["summaries"]["totalCount"], "{day}");
        assert_eq!(day["count"], json!(summaries.len()), "{day}");
        let titles: Vec<&str> = summaries.iter().filter_map(|it| it["title"].as_str()).collect();
        let calendar_day = day["date"].as_str().expect("a date");
        format!("{} {calendar_day}: {}", day["ordinal"], titles.join(", "))
    });
    written.collect()
}

/// Another application, with a summary for each of these instants, which are its title too.
async fn with_instants(app: &TestApp, instants: &[&str]) -> TestApp {
    let app = app.empty().await;
    let told =
        |(place, at): (usize, &&str)| line(&place.to_string(), at, &json!({ "episode": { "published_at": at } }));
    let all: Vec<Value> = instants.iter().enumerate().map(told).collect();
    assert!(import(app.content(), "a.jsonl", &lines(&all)).await.is_stored());
    app
}

both! {
    async fn days_count_from_the_newest_and_leave_empty_ones_out(app: TestApp) {
        let app = with_instants(
            &app,
            &["2026-03-05T23:59:59Z", "2026-03-03T00:00:00Z", "2026-03-03T12:00:00Z", "2025-12-31T23:59:59Z"],
        )
        .await;
        assert_eq!(
            days(&app, "timeZone: \"UTC\"").await,
            [
                "1 2026-03-05: 2026-03-05T23:59:59Z",
                "2 2026-03-03: 2026-03-03T12:00:00Z, 2026-03-03T00:00:00Z",
                "3 2025-12-31: 2025-12-31T23:59:59Z",
            ]
        );
    }

    async fn days_are_those_of_utc_where_no_zone_is_given(app: TestApp) {
        let page = "totalCount summaryCount nodes { ordinal date count }";
        let data = app
            .data(&format!("{{ utc: summaryDays(timeZone: \"UTC\") {{ {page} }} none: summaryDays {{ {page} }} }}"))
            .await;
        assert_eq!(data["utc"], data["none"]);
    }

    async fn nothing_published_is_no_day(app: TestApp) {
        let app = app.empty().await;
        let page = "{ totalCount summaryCount edges { cursor } nodes { date } \
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } \
                    facets { categories { count } tags { count } sources { count } languages { count } } }";
        let nothing = json!({
            "totalCount": 0, "summaryCount": 0, "edges": [], "nodes": [],
            "pageInfo": { "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null },
            "facets": { "categories": [], "tags": [], "sources": [], "languages": [] },
        });
        assert_eq!(app.data(&format!("{{ summaryDays {page} }}")).await, json!({ "summaryDays": nothing }));
        let berlin = format!("{{ summaryDays(timeZone: \"Europe/Berlin\", last: 3) {page} }}");
        assert_eq!(app.data(&berlin).await, json!({ "summaryDays": nothing }));
    }

    async fn a_day_without_any_summary_that_readers_see_is_none(app: TestApp) {
        let app = with_instants(&app, &["2026-03-05T10:00:00Z", "2026-03-04T10:00:00Z", "2026-03-04T11:00:00Z"]).await;
        set_status(&app, &["2026-03-05T10:00:00Z"], "DRAFT").await;
        set_status(&app, &["2026-03-04T11:00:00Z"], "ARCHIVED").await;
        assert_eq!(days(&app, "first: 10").await, ["1 2026-03-04: 2026-03-04T10:00:00Z"]);
        let totals = app.data("{ summaryDays { totalCount summaryCount } }").await;
        assert_eq!(totals, json!({ "summaryDays": { "totalCount": 1, "summaryCount": 1 } }));
    }

    async fn days_hold_what_the_filter_lets_through(app: TestApp) {
        let page = "{ totalCount summaryCount nodes { ordinal date count summaries(first: 1) { totalCount \
                    nodes { slug } } } }";
        let data = app
            .data(&format!(
                "{{ backend: summaryDays(first: 2, filter: {{tags: {{anyOf: [\"backend\"]}}}}) {page} \
                 russian: summaryDays(first: 1, filter: {{languages: [\"ru\"], tags: {{allOf: [\"backend\"]}}}}) \
                 {page} }}"
            ))
            .await;
        let by_tag = app.data("{ summaries(filter: {tags: {anyOf: [\"backend\"]}}) { totalCount } }").await;
        assert_eq!(data["backend"]["summaryCount"], by_tag["summaries"]["totalCount"]);
        let day = |ordinal: i32, date: &str, count: i32, slug: &str| {
            let summaries = json!({ "totalCount": count, "nodes": [{ "slug": slug }] });
            json!({ "ordinal": ordinal, "date": date, "count": count, "summaries": summaries })
        };
        let queue = "skip-locked-prevrashchaet-tablitsu-v-ochered-zadanii";
        let guard = "scope-the-guard-std-mutex-and-await-dont-mix";
        let backend = [day(1, "2026-05-08", 4, queue), day(2, "2026-05-05", 1, guard)];
        let russian = [day(1, "2026-05-08", 1, queue)];
        assert_eq!(
            data,
            json!({
                "backend": { "totalCount": 8, "summaryCount": 14, "nodes": backend },
                "russian": { "totalCount": 2, "summaryCount": 2, "nodes": russian },
            })
        );
    }

    async fn the_summaries_of_a_day_come_in_pages(app: TestApp) {
        let instants: Vec<String> = (0..25).map(|minute| format!("2026-03-05T10:{minute:02}:00Z")).collect();
        let mut instants: Vec<&str> = instants.iter().map(String::as_str).collect();
        instants.push("2026-03-04T10:00:00Z");
        let app = with_instants(&app, &instants).await;
        let ask = async |page: &str| {
            let inner = "totalCount edges { cursor node { title } } \
                         pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
            let field = format!("summaries{page} {{ {inner} }}");
            let data = app.data(&format!("{{ summaryDays(first: 1) {{ nodes {{ {field} }} }} }}")).await;
            data["summaryDays"]["nodes"][0]["summaries"].clone()
        };
        let titles = |page: &Value| -> Vec<String> {
            let edges = page["edges"].as_array().expect("edges");
            edges.iter().map(|it| it["node"]["title"].as_str().expect("a title").to_owned()).collect()
        };
        let newest_first: Vec<&str> = instants[..25].iter().rev().copied().collect();
        let first = ask("").await;
        assert_eq!(
            (titles(&first), &first["totalCount"]),
            (newest_first[..20].iter().map(ToString::to_string).collect(), &json!(25))
        );
        let end = first["pageInfo"]["endCursor"].as_str().expect("a cursor");
        let second = ask(&format!("(after: \"{end}\")")).await;
        assert_eq!(titles(&second), newest_first[20..]);
        assert_eq!(
            (&second["pageInfo"]["hasNextPage"], &second["pageInfo"]["hasPreviousPage"], &second["totalCount"]),
            (&json!(false), &json!(true), &json!(25))
        );
        let start = second["pageInfo"]["startCursor"].as_str().expect("a cursor");
        let before = ask(&format!("(last: 3, before: \"{start}\")")).await;
        assert_eq!(titles(&before), newest_first[17..20]);
        let last = ask("(last: 2)").await;
        assert_eq!(titles(&last), newest_first[23..]);
    }

    async fn a_page_of_days_takes_a_few_statements_however_much_is_below(app: TestApp) {
        let summaries = "summaries(first: 3) { totalCount \
                         nodes { title tldr publishedAt category { name } source { name } tags { slug name } } \
                         pageInfo { hasNextPage } facets(first: 5) { tags { tag { slug } count } \
                         sources { source { name } count } categories { category { name } count } } }";
        let facets = "facets { tags { tag { slug } count selected } languages { language count } }";
        for (expected, field) in [
            (1, "summaryDays { totalCount summaryCount nodes { ordinal date count } }".to_owned()),
            (1, "summaryDays(first: 50) { nodes { summaries(first: 0) { totalCount } } }".to_owned()),
            (2, "summaryDays(first: 50) { nodes { date summaries { nodes { title tags { name } } } } }".to_owned()),
            (3, format!("summaryDays(first: 2) {{ nodes {{ date {summaries} }} }}")),
            (3, format!("summaryDays(first: 50) {{ nodes {{ date {summaries} }} edges {{ cursor }} }}")),
            (4, format!("summaryDays(first: 50) {{ totalCount summaryCount {facets} nodes {{ date {summaries} }} }}")),
            (4, format!("summaryDays(first: 9, timeZone: \"Asia/Tehran\") {{ {facets} nodes {{ {summaries} }} }}")),
        ] {
            let run = app.statements_of(&field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn few_days_whose_summaries_are_read_are_not_counted(app: TestApp) {
        let week = "filter: {publishedAt: {gte: \"2026-05-03T00:00:00Z\", lt: \"2026-05-10T00:00:00Z\"}}";
        let tokyo = format!("{week}, timeZone: \"Asia/Tokyo\"");
        let all = "totalCount summaryCount pageInfo { hasNextPage } nodes { ordinal date count";
        let slugs = "nodes { summaries { nodes { slug } } }";
        for (expected, field) in [
            (1, format!("summaryDays(first: 7, {week}) {{ {all} summaries {{ totalCount nodes {{ title }} }} }} }}")),
            (1, format!("summaryDays(first: 7, {week}) {{ {all} }} }}")),
            // Who reads no more than a day's first one has to count; so has who sees no more than some of the days.
            (2, format!("summaryDays(first: 7, {week}) {{ {all} summaries(first: 1) {{ nodes {{ title }} }} }} }}")),
            (2, format!("summaryDays(first: 6, {week}) {{ {all} summaries {{ nodes {{ title }} }} }} }}")),
            (2, format!("summaryDays(last: 7, {tokyo}) {{ {slugs} }}")),
            (1, format!("summaryDays(last: 8, {tokyo}) {{ {slugs} }}")),
        ] {
            app.statements_of(&field).await; // whether it takes one statement is known by now
            let run = app.statements_of(&field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn what_stands_in_the_entries_of_facets_is_read_for_all_days_at_once(app: TestApp) {
        let field = |first: i32| {
            let facets = "facets { tags { tag { slug summaryCount } } }";
            format!("summaryDays(first: {first}) {{ nodes {{ summaries {{ {facets} }} }} }}")
        };
        let (few, many) = (app.statements_of(&field(1)).await, app.statements_of(&field(8)).await);
        assert_eq!(few.len(), many.len(), "of one day: {few:#?}\nof eight: {many:#?}");
    }

    async fn days_that_nothing_can_be_on_cost_nothing(app: TestApp) {
        for filter in ["tags: {anyOf: []}", "or: []", "languages: []", "sources: {isEmpty: true}"] {
            let inner = "totalCount summaryCount nodes { date summaries { nodes { id } } } pageInfo { hasNextPage }";
            let run = app.statements_of(&format!("summaryDays(filter: {{{filter}}}) {{ {inner} }}")).await;
            assert_eq!(run, Vec::<String>::new(), "{filter}");
        }
    }

    async fn days_of_one_tag_are_read_off_its_index(app: TestApp) {
        let field = "summaryDays(filter: {tags: {anyOf: [\"backend\"]}}) \
                     { nodes { date summaries { nodes { title } } } }";
        let run = app.statements_of(field).await;
        assert!(run.len() == 2 && run.iter().all(|sql| sql.contains("summary_tag t ")), "{run:#?}");
    }

    async fn a_zone_that_is_none_is_refused(app: TestApp) {
        let query = "query($zone: TimeZone!) { summaryDays(timeZone: $zone) { totalCount } }";
        for zone in ["Mars/Olympus", "", "UTC+2", "europe/berlin"] {
            let answer = app.ask_with(query, json!({ "zone": zone })).await;
            let message = answer["errors"][0]["message"].as_str().expect("a message");
            assert!(message.contains("expected the name of a time zone such as Europe/Berlin"), "{zone}: {answer}");
        }
    }
}

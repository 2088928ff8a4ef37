//! Digests: which summaries, in which sections, and as which text.

mod texts;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    both,
    property::{for_all, same},
    support::TestApp,
};

/// What a digest of the sample content is made of.
const WEEK: &str = "from: \"2026-05-04\", to: \"2026-05-10\"";
/// Zones whose days begin at odd times, and one that has skipped a day.
const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"];

both! {
    async fn counts_are_complete_where_lists_are_not(app: TestApp) {
        let digest = digest(&app, &format!("{WEEK}, maxItems: 2, filter: {{tags: {{anyOf: [\"backend\"]}}}}"),
            "title from to timeZone totalCount sections { heading count summaries { title source { name } } }").await;
        insta::assert_json_snapshot!(digest, @r#"
        {
          "from": "2026-05-04",
          "sections": [
            {
              "count": 4,
              "heading": "Friday, 8 May 2026",
              "summaries": [
                {
                  "source": {
                    "name": "Ledger & Log"
                  },
                  "title": "SKIP LOCKED превращает таблицу в очередь заданий"
                },
                {
                  "source": {
                    "name": "Ledger & Log"
                  },
                  "title": "SKIP LOCKED Turns One Table into a Job Queue"
                }
              ]
            },
            {
              "count": 1,
              "heading": "Tuesday, 5 May 2026",
              "summaries": []
            },
            {
              "count": 1,
              "heading": "Monday, 4 May 2026",
              "summaries": []
            }
          ],
          "timeZone": "UTC",
          "title": "Digest of 4–10 May 2026",
          "to": "2026-05-10",
          "totalCount": 6
        }
        "#);
    }

    async fn the_largest_section_comes_first_and_what_has_no_name_last(app: TestApp) {
        let mut all = Vec::new();
        for grouping in ["CATEGORY", "SOURCE", "TAG"] {
            let arguments = format!("{WEEK}, groupBy: {grouping}");
            let digest = digest(&app, &arguments, "totalCount sections { heading count }").await;
            let sections = digest["sections"].as_array().expect("sections").iter();
            let sections: Vec<String> = sections.map(|it| format!("{} {}", it["count"], it["heading"])).collect();
            all.push(format!("{grouping} of {}: {}", digest["totalCount"], sections.join(", ")));
        }
        insta::assert_snapshot!(all.join("\n"), @r#"
        CATEGORY of 25: 3 "AI & LLMs", 3 "Data & Storage", 3 "Software Engineering", 1 "DevOps & Cloud", 15 "Without a category"
        SOURCE of 25: 10 "Crossroads: Architecture", 4 "Ledger & Log", 3 "The Lamplight Machine Room", 3 "Token by Token", 1 "Borrowed Bytes", 1 "Cold Start Conversations", 1 "Plain Systems Weekly", 1 "Rowlock TV", 1 "Small Hours Engineering"
        TAG of 25: 6 "PostgreSQL", 6 "backend", 3 "Distributed Systems", 3 "LLM", 3 "concurrency", 2 "Data Modelling", 2 "Event Driven", 2 "Inference", 2 "Kafka", 2 "Kubernetes", 2 "Latency", 2 "QueryPlanning", 2 "Queues", 2 "Reliability", 1 "Async", 1 "Backpressure", 1 "CICD", 1 "ConsumerGroups", 1 "Databases", 1 "HTTP", 1 "JSON", 1 "OIDC", 1 "OnCall", 1 "Outbox", 1 "Payments", 1 "Performance", 1 "PreparedStatements", 1 "PromptCaching", 1 "Redis", 1 "Resilience", 1 "Rust", 1 "SQL", 1 "SRE", 1 "Secrets", 1 "Time Zones", 1 "clocks", 1 "connection-pooling", 1 "gpu-memory", 1 "graceful-shutdown", 1 "leases", 1 "retries", 1 "structured-output", 1 "validation", 1 "идемпотентность", 1 "кэширование", 1 "наблюдаемость"
        "#);
    }

    async fn a_summary_stands_in_the_section_of_each_of_its_tags(app: TestApp) {
        let digest = digest(&app, &format!("{WEEK}, groupBy: TAG, maxItems: 5"),
            "sections { heading summaries { slug tags { name } } }").await;
        let sections = digest["sections"].as_array().expect("sections");
        let mut listed = Vec::new();
        for section in sections {
            for summary in section["summaries"].as_array().expect("summaries") {
                let tags = summary["tags"].as_array().expect("tags");
                let is_in = tags.iter().any(|tag| tag["name"] == section["heading"]);
                assert!(is_in || tags.is_empty() && section["heading"] == "Without tags", "{section}");
                listed.push((summary["slug"].as_str().expect("a slug"), tags.len().max(1)));
            }
        }
        listed.sort_unstable();
        let mut each = listed.clone();
        each.dedup();
        assert_eq!(each.len(), 5);
        assert!(each.iter().all(|it| listed.iter().filter(|other| it == *other).count() == it.1), "{listed:?}");
    }

    async fn without_a_period_it_is_of_the_last_seven_days(app: TestApp) {
        let mut all = Vec::new();
        for arguments in [
            "timeZone: \"UTC\"",
            "timeZone: \"Pacific/Kiritimati\"",
            "from: \"2026-10-30\"",
            "to: \"2026-05-08\"",
            "from: \"2026-05-08\", to: \"2026-05-08\"",
        ] {
            let Value::Object(it) = digest(&app, arguments, "title from to").await else { unreachable!() };
            all.push(format!("{}: {} to {}", it["title"], it["from"], it["to"]));
        }
        insta::assert_snapshot!(all.join("\n"), @r#"
        "Digest of 26 October – 1 November 2026": "2026-10-26" to "2026-11-01"
        "Digest of 27 October – 2 November 2026": "2026-10-27" to "2026-11-02"
        "Digest of 30 October – 1 November 2026": "2026-10-30" to "2026-11-01"
        "Digest of 2–8 May 2026": "2026-05-02" to "2026-05-08"
        "Digest of 8 May 2026": "2026-05-08" to "2026-05-08"
        "#);
    }

    async fn sections_by_day_are_the_days_of_the_calendar_and_sum_to_the_total(app: TestApp) {
        let months = ["2026-03", "2026-04", "2026-05"];
        let day = (0..3_usize, 1..=30_u32).prop_map(move |(month, day)| format!("{}-{day:02}", months[month]));
        let case = (day.clone(), day, 0..ZONES.len(), 0..30_usize);
        for_all(24, case, async |(one, other, zone, most)| {
            let (from, to, zone) = (one.clone().min(other.clone()), one.max(other), ZONES[zone]);
            let arguments = format!("from: \"{from}\", to: \"{to}\", timeZone: \"{zone}\", maxItems: {most}");
            let digest = digest(&app, &arguments, "totalCount sections { heading count summaries { id } }").await;
            let sections = digest["sections"].as_array().expect("sections");
            let listed: Vec<&Value> =
                sections.iter().flat_map(|it| it["summaries"].as_array().expect("summaries")).collect();
            let counts: Vec<i64> = sections.iter().filter_map(|it| it["count"].as_i64()).collect();
            let total = digest["totalCount"].as_i64().expect("a total");
            same(&counts.iter().sum(), &total)?;
            same(&listed.len(), &most.min(usize::try_from(total).expect("a count")))?;

            let days = format!(
                "{{ summaryDays(first: 100, timeZone: \"{zone}\") {{ nodes {{ date count summaries(first: 50) {{ nodes {{ id }} }} }} }} }}"
            );
            let days = app.data(&days).await;
            let days = days["summaryDays"]["nodes"].as_array().expect("days").iter();
            let days: Vec<&Value> =
                days.filter(|day| (from.as_str()..=to.as_str()).contains(&day["date"].as_str().expect("a date"))).collect();
            same(&counts, &days.iter().filter_map(|it| it["count"].as_i64()).collect())?;
            let newest = days.iter().flat_map(|day| day["summaries"]["nodes"].as_array().expect("summaries"));
            same(&listed, &newest.take(most).collect())
        })
        .await;
    }

    async fn other_sections_count_what_a_list_would(app: TestApp) {
        for (grouping, filter) in [("CATEGORY", "categories"), ("SOURCE", "sources"), ("TAG", "tags")] {
            let period = "from: \"2026-04-01\", to: \"2026-05-31\"";
            let nodes = "nodes { name slug }";
            let (digest, names) = (
                digest(&app, &format!("{period}, groupBy: {grouping}"), "sections { heading count }").await,
                app.data(&format!("{{ a: {filter}(first: 100) {{ {nodes} }} z: {filter}(last: 100) {{ {nodes} }} }}")).await,
            );
            for section in digest["sections"].as_array().expect("sections") {
                let names = ["a", "z"].iter().flat_map(|page| names[page]["nodes"].as_array().expect("names"));
                let name = names.into_iter().find(|it| it["name"] == section["heading"]);
                let which = match name {
                    Some(it) => format!("anyOf: [{}]", it["slug"]),
                    None => "isEmpty: true".to_owned(),
                };
                let within = "publishedAt: {gte: \"2026-04-01T00:00:00Z\", lt: \"2026-06-01T00:00:00Z\"}";
                let list = format!("{{ summaries(filter: {{{filter}: {{{which}}}, {within}}}) {{ totalCount }} }}");
                assert_eq!(app.data(&list).await["summaries"]["totalCount"], section["count"], "{section}");
            }
        }
    }

    async fn what_is_empty_has_no_sections_and_says_so(app: TestApp) {
        for arguments in [
            "from: \"1999-01-01\", to: \"1999-12-31\"",
            "from: \"0000-01-01\", to: \"0000-01-01\"",
            "from: \"9999-12-31\", to: \"9999-12-31\", timeZone: \"Pacific/Kiritimati\"",
            "to: \"0000-01-02\"",
            "filter: {tags: {anyOf: [\"no-such-tag\"]}}, to: \"2026-05-10\"",
        ] {
            let fields = "totalCount sections { heading } text(format: PLAIN) { value truncated }";
            let digest = digest(&app, arguments, fields).await;
            assert_eq!((&digest["totalCount"], &digest["sections"]), (&json!(0), &json!([])), "{arguments}");
            let text = digest["text"]["value"].as_str().expect("a text");
            assert!(text.starts_with("Digest of ") && text.contains("\nNo summaries, "), "{text}");
            assert_eq!((text.lines().count(), &digest["text"]["truncated"]), (2, &json!(false)), "{text}");
        }
    }

    async fn a_list_of_nothing_still_counts(app: TestApp) {
        let digest = digest(&app, &format!("{WEEK}, maxItems: 0"),
            "totalCount sections { count summaries { id } } text(format: PLAIN) { value }").await;
        let counts: Vec<&Value> = digest["sections"].as_array().expect("sections").iter().map(|it| &it["count"]).collect();
        assert_eq!(json!([digest["totalCount"], counts]), json!([25, [1, 10, 5, 2, 4, 3]]));
        assert!(digest["text"]["value"].as_str().expect("a text").ends_with("\n\n… and 25 more\n"));
    }

    async fn what_does_not_go_together_is_refused(app: TestApp) {
        let mut all = Vec::new();
        for arguments in [
            "from: \"2026-05-10\", to: \"2026-05-04\"",
            "from: \"2026-12-24\"",
            "timeZone: \"Mars/Olympus\"",
            "maxItems: 1001",
            "maxItems: -1",
            "from: \"yesterday\"",
        ] {
            let answer = app.ask(&format!("{{ digest({arguments}) {{ totalCount }} }}")).await;
            let error = &answer["errors"][0];
            all.push(format!("{} {}", error["extensions"]["code"], error["message"]));
        }
        let answer = app.ask("{ digest { text(maxTokens: 0) { value } } }").await;
        all.push(answer["errors"][0]["message"].to_string());
        insta::assert_snapshot!(all.join("\n"), @r#"
        "BAD_USER_INPUT" "`from` is 2026-05-10, which is after `to` (2026-05-04)."
        "BAD_USER_INPUT" "`from` is 2026-12-24, which is after `to` (2026-11-01, today)."
        "GRAPHQL_VALIDATION_FAILED" "“timeZone” takes “TimeZone”, and \"Mars/Olympus\" is none: expected the name of a time zone such as Europe/Berlin, Asia/Kathmandu or UTC."
        "BAD_USER_INPUT" "`maxItems` is 1001; it may be 0 to 1000."
        "BAD_USER_INPUT" "`maxItems` is -1; it may be 0 to 1000."
        "GRAPHQL_VALIDATION_FAILED" "“from” takes “Date”, and \"yesterday\" is none: expected a date such as 2026-05-08."
        "`maxTokens` is 0; it may be 1 or more."
        "#);
    }

    async fn only_what_was_selected_is_read(app: TestApp) {
        digest(&app, WEEK, "text { value }").await; // names are in memory from now on
        for (expected, fields) in [
            (0, "title from to timeZone"),
            (1, "totalCount"),
            (1, "sections { heading count }"),
            (1, "totalCount sections { heading count }"),
            (2, "sections { summaries { title } }"),
            (2, "totalCount sections { heading count summaries { title source { name } tags { name } category { name } } }"),
            (3, "sections { summaries { title episode { url } } }"),
            (3, "text { value }"),
            (3, "totalCount sections { count summaries { title } } text { value } html: text(format: HTML, maxTokens: 90) { value tokens }"),
        ] {
            for grouping in ["DAY", "CATEGORY", "SOURCE", "TAG"] {
                app.statements();
                digest(&app, &format!("{WEEK}, groupBy: {grouping}"), fields).await;
                let run = app.statements();
                assert_eq!(run.len(), expected, "{grouping} {fields}: {run:#?}");
            }
        }
        app.statements();
        digest(&app, &format!("{WEEK}, groupBy: SOURCE"), "sections { summaries { title } }").await;
        let listed = app.statements().pop().expect("a statement");
        assert!(listed.starts_with("SELECT s.source_id, s.title FROM summary s WHERE "), "{listed}");
    }

    async fn words_are_looked_for_as_in_any_list(app: TestApp) {
        let filter = "filter: {text: \"outbox\", languages: [\"en\"]}";
        let period = "from: \"2026-01-01\", to: \"2026-05-31\"";
        let digest = digest(&app, &format!("{period}, {filter}"), "totalCount sections { summaries { id } }").await;
        let list = app.data(&format!("{{ summaries({filter}, first: 100) {{ totalCount nodes {{ id }} }} }}")).await;
        let sections = digest["sections"].as_array().expect("sections").iter();
        let listed = sections.flat_map(|it| it["summaries"].as_array().expect("summaries"));
        assert_eq!(json!({ "totalCount": digest["totalCount"], "nodes": listed.collect::<Vec<_>>() }), list["summaries"]);
    }
}

/// A digest with these arguments.
async fn digest(app: &TestApp, arguments: &str, fields: &str) -> Value {
    app.data(&format!("{{ digest({arguments}) {{ {fields} }} }}")).await["digest"].take()
}

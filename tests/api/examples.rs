//! The examples that people start from: they run, and cost what is said of them.

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// What people read about the examples.
const README: &str = include_str!("../../examples/README.md");

/// An example's file, and its text.
struct Example {
    file: &'static str,
    document: &'static str,
}

const FRONT_PAGE: Example =
    Example { file: "front-page.graphql", document: include_str!("../../examples/front-page.graphql") };
const TAG_PAGE: Example =
    Example { file: "tag-page.graphql", document: include_str!("../../examples/tag-page.graphql") };
const SERIES_ARCHIVE: Example =
    Example { file: "series-archive.graphql", document: include_str!("../../examples/series-archive.graphql") };

impl Example {
    /// Runs it with the variables that the README gives, and holds its other columns against what happened.
    async fn run(&self, app: &TestApp) -> Value {
        let row = README.lines().find(|line| line.contains(self.file)).expect("a row of the table");
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let variables: Value = serde_json::from_str(cells[3].trim_matches('`')).expect("variables");
        app.data("{ sources(first: 1) { nodes { name } } }").await; // names are in memory from here on
        app.statements();
        let answer = app.text(self.document, variables).await;
        let (statements, bytes) = (app.statements(), answer.len());
        let many: Vec<&str> = cells[4].split(", ").collect();
        let many = app.backend.of(many.first(), many.last()).expect("how many statements it takes");
        assert_eq!(*many, statements.len().to_string(), "{}: {statements:#?}", self.file);
        let digits: String = cells[5].chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits, bytes.to_string(), "{}", self.file);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["errors"], Value::Null, "{}", self.file);
        answer["data"].clone()
    }
}

both! {
    async fn the_front_page_has_days_rails_and_totals_that_agree(app: TestApp) {
        let page = FRONT_PAGE.run(&app).await;
        let days = &page["summaryDays"];
        let headings: Vec<String> = days["nodes"].as_array().expect("days").iter().map(|day| {
            let date: chrono::NaiveDate = day["date"].as_str().and_then(|it| it.parse().ok()).expect("a date");
            let (ordinal, count) = (day["ordinal"].as_i64().expect("a number"), &day["count"]);
            format!("DAY {ordinal:02} · {} · {count} summaries", date.format("%A %B %-d %Y"))
        }).collect();
        assert_eq!(
            headings,
            [
                "DAY 01 · Friday May 8 2026 · 4 summaries",
                "DAY 02 · Tuesday May 5 2026 · 1 summaries",
                "DAY 03 · Monday May 4 2026 · 1 summaries",
                "DAY 04 · Thursday April 9 2026 · 3 summaries",
                "DAY 05 · Friday April 3 2026 · 2 summaries",
                "DAY 06 · Wednesday March 18 2026 · 1 summaries",
                "DAY 07 · Tuesday February 17 2026 · 1 summaries",
            ]
        );
        assert_eq!((&days["totalCount"], &days["summaryCount"]), (&json!(8), &json!(14)));
        let shown: usize = days["nodes"].as_array().expect("days").iter()
            .map(|day| day["summaries"]["nodes"].as_array().expect("summaries").len()).sum();
        assert_eq!(shown, 13, "Showing 13 of 14");
        let by_category: i64 = days["facets"]["categories"].as_array().expect("a rail").iter()
            .map(|entry| entry["count"].as_i64().expect("a count")).sum();
        assert_eq!(by_category, 14);
    }

    async fn the_page_of_a_tag_has_all_its_languages(app: TestApp) {
        let page = TAG_PAGE.run(&app).await;
        assert_eq!(page["tag"], json!({ "name": "backend", "aliases": [], "summaryCount": 14 }));
        let summaries = &page["summaries"];
        assert_eq!(summaries["totalCount"], 14);
        assert_eq!(
            summaries["facets"]["languages"],
            json!([
                { "language": "en", "count": 12, "selected": false },
                { "language": "ru", "count": 2, "selected": false },
            ])
        );
        let russian = &summaries["nodes"][0];
        assert_eq!(russian["language"], "ru");
        assert_eq!(
            russian["translations"],
            json!([{ "slug": "skip-locked-turns-one-table-into-a-job-queue", "language": "en" }])
        );
        assert!(russian["tldr"].as_str().is_some_and(|it| it.ends_with('…') && it.chars().count() <= 160));
    }

    async fn the_archive_of_a_source_has_numbers_hashtags_and_gaps(app: TestApp) {
        let page = SERIES_ARCHIVE.run(&app).await;
        let series = page["source"]["series"]["nodes"].as_array().expect("series");
        let shown: Vec<Value> = series.iter().map(|it| {
            let numbers: Vec<&Value> =
                it["episodes"]["nodes"].as_array().expect("episodes").iter().map(|it| &it["number"]).collect();
            json!([it["title"], numbers, it["missingNumbers"]])
        }).collect();
        assert_eq!(
            shown,
            [
                json!(["Letters to a Young Pipeline", [15, 14, 12, 11], [13]]),
                json!(["Notes from the Query Planner", [10, 9, 7, 6, 5, 4], [8]]),
                json!(["The Night Shift at the Message Broker", [5, 3, 2, 1], [4]]),
            ]
        );
        let newest = &series[0]["episodes"]["nodes"][0];
        assert_eq!(newest["hashtags"], json!(["CICD", "OIDC", "Secrets"]));
    }
}

//! Search: what words find, in which order, and what is shown of it. The same on both databases.

mod hostile;
mod property;

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// A line of an import: a source, an episode and its summary in one language.
pub(super) fn line(number: usize, language: &str, title: &str, tldr: &str, more: &Value) -> String {
    let mut summary = json!({ "language": language, "title": title, "tldr": tldr });
    for (key, value) in more.as_object().into_iter().flatten() {
        summary[key] = value.clone();
    }
    let episode = json!({
        "title": format!("Episode {number} of the test"),
        "url": format!("https://shelf.example/{number}"),
        "language": language,
        "published_at": format!("2026-03-{:02}T08:00:00Z", number % 28 + 1),
    });
    json!({ "source": { "slug": "shelf", "name": "Shelf" }, "episode": episode, "summary": summary }).to_string()
}

/// An application with these lines alone.
pub(super) async fn with(app: &TestApp, lines: &[String]) -> TestApp {
    let other = app.empty().await;
    let (counts, imported) = other.import("shelf.jsonl", &lines.join("\n")).await;
    imported.expect("it is read");
    assert_eq!(counts.new, lines.len(), "{counts:?}");
    other
}

/// The titles that a text finds, sorted.
pub(super) async fn titles(app: &TestApp, text: &str) -> Vec<String> {
    let query =
        "query ($text: String!) { summaries(first: 100, filter: {text: $text}) { totalCount nodes { title } } }";
    let data = app.data_with(query, json!({ "text": text })).await;
    let nodes = data["summaries"]["nodes"].as_array().expect("nodes");
    assert_eq!(data["summaries"]["totalCount"], nodes.len(), "{text}");
    let mut titles: Vec<String> = nodes.iter().map(|it| it["title"].as_str().expect("a title").to_owned()).collect();
    titles.sort();
    titles
}

both! {
    async fn words_find_their_other_forms_in_the_language_of_the_text(app: TestApp) {
        let app = with(&app, &[
            line(1, "en", "Indexes", "Why a database needs them.", &json!({})),
            line(2, "ru", "Очереди", "Как устроены базы данных.", &json!({})),
            line(3, "de", "Häuser", "Alte Häuser am Fluss.", &json!({})),
            line(4, "fr", "Chevaux", "Les chevaux mangeaient.", &json!({})),
            line(5, "es", "Canciones", "Cantaban canciones viejas.", &json!({})),
            line(6, "ja", "データベース", "索引の話。", &json!({})),
        ]).await;
        for (text, expected) in [
            ("databases", &["Indexes"][..]),
            ("needing", &["Indexes"]),
            ("база", &["Очереди"]),
            ("очередь", &["Очереди"]),
            ("haus", &["Häuser"]),
            ("hauser", &["Häuser"]),
            ("mangeait", &["Chevaux"]),
            ("canción", &["Canciones"]),
            ("cancion", &["Canciones"]),
            ("データ", &["データベース"]),
            ("索引", &["データベース"]),
            ("nothing", &[]),
        ] {
            assert_eq!(titles(&app, text).await, expected, "{text}");
        }
    }

    async fn all_words_are_wanted_phrases_stand_together_and_a_minus_leaves_out(app: TestApp) {
        let app = with(&app, &[
            line(1, "en", "A", "The query planner reads statistics.", &json!({})),
            line(2, "en", "B", "The planner of a garden; a query about roses.", &json!({})),
            line(3, "en", "C", "Gardens and roses.", &json!({})),
        ]).await;
        for (text, expected) in [
            ("query planner", &["A", "B"][..]),
            ("\"query planner\"", &["A"]),
            ("\"planner query\"", &[]),
            ("planner -roses", &["A"]),
            ("-planner", &["C"]),
            ("-\"query planner\"", &["B", "C"]),
            ("gard*", &["B", "C"]),
            ("QUERY", &["A", "B"]),
            ("query OR roses", &[]),
            ("", &["A", "B", "C"]),
            ("  ", &["A", "B", "C"]),
        ] {
            assert_eq!(titles(&app, text).await, expected, "{text}");
        }
    }

    async fn title_tldr_key_points_and_body_are_looked_into_and_addresses_are_not(app: TestApp) {
        let more = json!({
            "key_points": ["Marmalade keeps for a year."],
            "body": "# Heading\n\nA **violin** and [a cello](https://hidden.example/oboe).\n\n- harp\n",
        });
        let app = with(&app, &[line(1, "en", "Pianos", "Two trumpets.", &more)]).await;
        for (text, is_found) in [
            ("piano", true), ("trumpet", true), ("marmalade", true), ("violin", true), ("cello", true), ("harp", true),
            ("heading", true), ("oboe", false), ("hidden", false), ("piano harp", true),
        ] {
            assert_eq!(!titles(&app, text).await.is_empty(), is_found, "{text}");
        }
    }

    async fn relevance_puts_what_has_it_in_the_title_first_and_pages_lose_nothing(app: TestApp) {
        let mut lines = vec![line(1, "en", "Rivers", "On water.", &json!({}))];
        lines.extend((2..=12).map(|number| {
            let tldr = format!("Number {number} has a river in it and {} words more.", "many ".repeat(number));
            line(number, "en", &format!("Story {number}"), &tldr, &json!({}))
        }));
        // A word that all have tells nothing.
        lines.extend((13..40).map(|number| line(number, "en", &format!("Hill {number}"), "Dry.", &json!({}))));
        let app = with(&app, &lines).await;
        let all = "{ summaries(first: 100, filter: {text: \"river\"}, orderBy: {field: RELEVANCE}) \
                   { totalCount edges { score cursor node { title } } } }";
        let all = app.data(all).await;
        let edges = all["summaries"]["edges"].as_array().expect("edges");
        assert_eq!((edges.len(), &edges[0]["node"]["title"]), (12, &json!("Rivers")));
        let scores: Vec<f64> = edges.iter().map(|it| it["score"].as_f64().expect("a score")).collect();
        assert!(scores.is_sorted_by(|one, next| one >= next) && scores[0] > 0.0, "{scores:?}");

        let page = "query ($after: String, $before: String, $first: Int, $last: Int) { \
                    summaries(first: $first, after: $after, last: $last, before: $before, filter: {text: \"river\"}, \
                    orderBy: {field: RELEVANCE}) { nodes { title } \
                    pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";
        let (mut forwards, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = app.data_with(page, json!({ "first": 5, "after": after })).await;
            forwards.extend(data["summaries"]["nodes"].as_array().expect("nodes").clone());
            after = data["summaries"]["pageInfo"]["endCursor"].clone();
            if data["summaries"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let expected: Vec<Value> = edges.iter().map(|it| it["node"].clone()).collect();
        assert_eq!(forwards, expected);
        let before = edges[4]["cursor"].clone();
        let data = app.data_with(page, json!({ "last": 3, "before": before })).await;
        assert_eq!(data["summaries"]["nodes"], json!(expected[1..4]));
        assert_eq!(data["summaries"]["pageInfo"]["hasPreviousPage"], true);
    }

    async fn entries_show_where_they_match_and_only_where_a_text_was_given(app: TestApp) {
        let app = with(&app, &[
            line(1, "en", "Locks", "A lock, *two* locks and a key.", &json!({})),
            line(2, "en", "Keys", "Nothing else.", &json!({ "body": "One lock in the body." })),
        ]).await;
        let edges = "edges { score highlights node { title } }";
        let data = app.data(&format!(
            "{{ found: summaries(filter: {{text: \"lock\"}}, orderBy: {{field: TITLE, direction: ASC}}) {{ {edges} }} \
             all: summaries(orderBy: {{field: TITLE, direction: ASC}}) {{ {edges} }} }}"
        )).await;
        let highlights: Vec<&Value> =
            data["found"]["edges"].as_array().expect("edges").iter().map(|it| &it["highlights"]).collect();
        assert_eq!(highlights, [&json!([]), &json!(["**Locks**", "A **lock**, \\*two\\* **locks** and a key."])]);
        assert!(data["found"]["edges"][0]["score"].as_f64().is_some_and(|score| score > 0.0));
        for edge in data["all"]["edges"].as_array().expect("edges") {
            assert_eq!((&edge["score"], &edge["highlights"]), (&Value::Null, &json!([])));
        }
    }

    async fn a_text_stands_wherever_a_filter_does(app: TestApp) {
        let data = app.data(
            "query ($filter: SummaryFilter = {text: \"database\"}) { \
             list: summaries(filter: $filter, first: 0) { totalCount } \
             not: summaries(filter: {not: {text: \"database\"}}, first: 0) { totalCount } \
             either: summaries(filter: {or: [{text: \"database\"}, {not: {text: \"database\"}}]}, first: 0) { totalCount } \
             all: summaries(first: 0) { totalCount } \
             days: summaryDays(filter: $filter) { summaryCount nodes { count summaries { edges { score } } } } \
             sources(first: 100) { nodes { summaryCount(filter: $filter) \
               summaries(filter: $filter, orderBy: {field: RELEVANCE}, first: 100) { totalCount edges { score } } } } \
             tag(by: {slug: \"backend\"}) { summaryCount(filter: $filter) } }",
        ).await;
        let found = data["list"]["totalCount"].as_i64().expect("a total");
        let all = data["all"]["totalCount"].as_i64().expect("a total");
        assert!(found > 0 && found < all);
        assert_eq!(data["not"]["totalCount"], all - found);
        assert_eq!(data["either"]["totalCount"], all);
        assert_eq!(data["days"]["summaryCount"], found);
        let score = |it: &Value| it["score"].as_f64().expect("a score");
        let days = data["days"]["nodes"].as_array().expect("days");
        assert!(days.iter().flat_map(|it| it["summaries"]["edges"].as_array().expect("edges")).all(|it| score(it) > 0.0));
        let mut sum = 0;
        for source in data["sources"]["nodes"].as_array().expect("sources") {
            let edges = source["summaries"]["edges"].as_array().expect("edges");
            assert_eq!(source["summaryCount"], edges.len());
            assert_eq!(source["summaries"]["totalCount"], edges.len());
            assert!(edges.is_sorted_by(|one, next| score(one) >= score(next)), "{edges:?}");
            sum += i64::try_from(edges.len()).expect("few");
        }
        assert_eq!(sum, found);
        assert!(data["tag"]["summaryCount"].as_i64().is_some_and(|it| it > 0));
    }

    async fn summaries_of_an_unknown_language_can_be_asked_for(app: TestApp) {
        let app = app.empty().await;
        let line = json!({ "source": "Shelf", "title": "Xyz", "url": "https://shelf.example/1" }).to_string();
        app.import("shelf.jsonl", &line).await.1.expect("it is read");
        let query = "{ summaries(filter: {languages: [\"und\"], text: \"xyz\"}) { nodes { title language } } }";
        let data = app.data(query).await;
        assert_eq!(data["summaries"]["nodes"], json!([{ "title": "Xyz", "language": "und" }]));
    }

    async fn a_changed_summary_is_found_by_its_new_words_alone(app: TestApp) {
        let app = with(&app, &[line(1, "en", "Apples", "Fruit.", &json!({}))]).await;
        let (counts, imported) = app.import("shelf.jsonl", &line(1, "en", "Pears", "Fruit.", &json!({}))).await;
        imported.expect("it is read");
        assert_eq!(counts.changed, 1, "{counts:?}");
        assert_eq!(titles(&app, "apple").await, [""; 0]);
        assert_eq!(titles(&app, "pear").await, ["Pears"]);
    }

    async fn a_search_takes_one_statement_more_for_its_scores(app: TestApp) {
        app.data("{ sources { nodes { name } } }").await;
        for (expected, fields) in [(1, "nodes { title }"), (1, "nodes { title } totalCount"), (2, "edges { score }"), (1, "edges { highlights }")] {
            app.statements();
            app.data(&format!("{{ summaries(filter: {{text: \"index\"}}, orderBy: {{field: RELEVANCE}}) {{ {fields} }} }}")).await;
            let run = app.statements();
            assert_eq!(run.len(), expected, "{fields}: {run:#?}");
        }
    }
}

//! What an answer costs: how many statements, and which columns they read.

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// The page that a reader sees first.
const PAGE: &str = "summaries(first: 20) { nodes { id title tldr publishedAt category { name slug } \
                    source { name slug } tags { name slug } } pageInfo { hasNextPage endCursor } }";

both! {
    async fn the_first_page_takes_one_statement(app: TestApp) {
        know_names(&app).await;
        assert_eq!(statements(&app, PAGE).await.len(), 1);
        assert_eq!(statements(&app, &PAGE.replace("pageInfo", "totalCount pageInfo")).await.len(), 1);
    }

    async fn relations_are_read_for_all_rows_at_once(app: TestApp) {
        know_names(&app).await;
        let series = "series { title source { name } }";
        let episode = format!("id title source {{ name kind }} {series} enclosures {{ url }}");
        let summary =
            format!("slug source {{ name }} category {{ name }} tags {{ name aliases }} episode {{ {episode} }}");
        let video = "{seriesNumber: {series: \"rowlock-tv-plans-read-aloud\", number: 4}}";
        let along = app.backend.of(2, 1);
        for (expected, field) in [
            (along, format!("summaries(first: 100) {{ nodes {{ {summary} }} edges {{ cursor node {{ {summary} }} }} }}")),
            (along, format!("summaries(first: 100) {{ nodes {{ {summary} }} totalCount }}")),
            (along, "episodes(first: 100) { nodes { title summaries { title tags { name } } } totalCount }".to_owned()),
            (along, "sources { nodes { name episodes(first: 5) { nodes { title } } } pageInfo { hasNextPage } }".to_owned()),
            (along, "sources { nodes { name summaries(first: 5) { nodes { title } } } totalCount }".to_owned()),
            (along, "allSeries { nodes { title episodes(first: 5) { edges { cursor } } } }".to_owned()),
            (along, "series(by: {slug: \"plain-systems-weekly\"}) { title episodes { nodes { title } } }".to_owned()),
            (1, format!("episode(by: {video}) {{ title summaries {{ title }} }}")),
            (along, "source(by: {slug: \"rowlock-tv\"}) { summaries { nodes { title } } }".to_owned()),
            (1, format!("episodes(first: 100) {{ nodes {{ {episode} }} pageInfo {{ hasPreviousPage }} }}")),
            (1, format!("episodes(first: 100) {{ nodes {{ {episode} }} totalCount }}")),
            (1, "allSeries { nodes { title source { name } } }".to_owned()),
            (1, "allSeries { nodes { title source { name } } totalCount }".to_owned()),
            (1, "sources { nodes { name } }".to_owned()),
            (1, "tags { nodes { name aliases } }".to_owned()),
            (1, "categories { nodes { name } }".to_owned()),
            (1, format!("episode(by: {video}) {{ {episode} }}")),
            (1, format!("summary(by: {{slug: \"rfc-9457-one-error-format-for-http-apis\"}}) {{ {summary} }}")),
            (2, format!("summary(by: {{episode: {video}}}) {{ {summary} }}")),
            (1, "source(by: {slug: \"rowlock-tv\"}) { name }".to_owned()),
            (1, "tag(by: {slug: \"api-design\"}) { name aliases }".to_owned()),
            (1, "category(by: {slug: \"security\"}) { name }".to_owned()),
            (
                1,
                format!(
                    "series(by: {{slug: \"plain-systems-weekly\"}}) {{ title {series_source} }}",
                    series_source = "source { name }"
                ),
            ),
        ] {
            let run = statements(&app, &field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn what_takes_more_statements_than_the_last_time_is_read_again(app: TestApp) {
        know_names(&app).await;
        let query = "query ($all: Boolean!) { summaries(first: 20) { \
                     nodes { slug translations @include(if: $all) { language } } } }";
        let ask = async |all: bool| {
            app.statements();
            let answer = app.text(query, json!({ "all": all })).await;
            (answer, app.statements().len())
        };
        // Nothing is known of the document, so that it is read from a snapshot of any number of statements.
        let (all, statements) = ask(true).await;
        assert!(all.contains("\"translations\":[{\"language\""), "{all}");
        assert_eq!(statements, 2);
        let (some, statements) = ask(false).await;
        assert_eq!((some.contains("translations"), statements), (false, 1));
        // Now it is expected to take one, which has no transaction around it.
        assert_eq!(ask(false).await, (some.clone(), 1));
        assert_eq!(ask(true).await, (all.clone(), 1 + 2));
        assert_eq!(ask(true).await, (all, 2));
        assert_eq!(ask(false).await, (some, 1));
    }

    async fn nodes_take_a_statement_for_each_type(app: TestApp) {
        know_names(&app).await;
        let data = app
            .data(
                "{ summaries(first: 3, filter: {series: {isEmpty: false}}) { \
                 nodes { id source { id } tags { id } episode { id series { id } } } } categories { nodes { id } } }",
            )
            .await;
        let ids = ids_in(&data);
        let summary = "... on Summary { title source { name } tags { name } episode { title source { name } } }";
        let query = format!(
            "nodes(ids: {}) {{ id {summary} ... on Episode {{ title series {{ title }} }} }}",
            json!([ids.clone(), ids].concat())
        );
        let run = statements(&app, &query).await;
        assert_eq!(run.len(), 6, "{run:#?}");
    }

    async fn a_page_reads_no_column_that_nobody_selected(app: TestApp) {
        know_names(&app).await;
        for (field, expected) in [
            ("summaries { nodes { title } }", vec!["s.id, s.sort_at, s.title"]),
            ("summaries(orderBy: {field: TITLE}) { nodes { id } }", vec!["s.id, s.title_key, s.id"]),
            ("summaries { edges { cursor } }", vec!["s.id, s.sort_at"]),
            ("summaries { nodes { __typename } }", vec!["s.id, s.sort_at"]),
            ("summaries { nodes { source { name } } }", vec!["s.id, s.sort_at, s.source_id"]),
            (
                "summaries { nodes { episode { title } } }",
                app.backend.of(
                    vec!["s.id, s.sort_at, s.episode_id", "e.id AS row_id, e.title"],
                    vec!["y.*, e.title", "s.id AS row_id, s.sort_at AS row_key, s.episode_id"],
                ),
            ),
            ("summaries { nodes { title tldr @skip(if: true) } }", vec!["s.id, s.sort_at, s.title"]),
            ("episodes { nodes { title } }", vec!["e.id, e.published_at, e.title"]),
            ("episodes { nodes { series { title } } }", vec!["e.id, e.published_at, e.series_id"]),
            ("summary(by: {slug: \"rfc-9457-one-error-format-for-http-apis\"}) { title }", vec!["s.id AS row_id, s.title"]),
            (
                "episode(by: {url: {url: \"https://video.example.com/watch?v=rl-0004\"}}) { title }",
                vec!["e.id AS row_id, e.title"],
            ),
            ("sources { nodes { name description } }", vec!["n.id, n.slug"]),
        ] {
            let run = statements(&app, field).await;
            let read: Vec<&str> = run.iter().flat_map(|sql| columns(sql)).collect();
            assert_eq!(read, expected, "{field}");
        }
    }

    async fn a_total_alone_reads_no_page(app: TestApp) {
        know_names(&app).await;
        for field in ["summaries", "episodes", "sources", "allSeries", "tags", "categories"] {
            for arguments in ["", "(first: 0)", "(first: 100)", "(last: 5)"] {
                let run = statements(&app, &format!("{field}{arguments} {{ totalCount }}")).await;
                let counts = |sql: &String| {
                    ["SELECT (SELECT COUNT(*) ", "SELECT (SELECT count FROM counter "].iter().any(|it| sql.starts_with(it))
                };
                assert!(run.len() == 1 && run.iter().all(counts), "{field}{arguments}: {run:#?}");
            }
        }
    }

    async fn what_is_known_to_be_empty_reads_no_page(app: TestApp) {
        know_names(&app).await;
        for (expected, field) in [
            (0, "summaries(filter: {tags: {anyOf: []}}) { totalCount nodes { id } pageInfo { hasNextPage } }"),
            (0, "summaries(filter: {or: []}) { totalCount nodes { id } }"),
            (0, "sources(kinds: []) { totalCount nodes { id } }"),
            (0, "tags(prefix: \"not a slug\") { totalCount nodes { id } }"),
            // A name that is not known may be new: one look at the change log.
            (1, "summaries(filter: {tags: {anyOf: [\"nothing-like-it\"]}}) { totalCount nodes { id } }"),
            (1, "episodes(filter: {series: {allOf: [\"nothing\", \"like\", \"it\"]}}) { totalCount nodes { id } }"),
            (1, "allSeries(sources: {anyOf: [\"nothing-like-it\"]}) { totalCount nodes { id } }"),
            (1, "tag(by: {slug: \"nothing-like-it\"}) { id }"),
            // Nobody looks for what hangs below something that is not there.
            (
                1,
                "source(by: {slug: \"nothing-like-it\"}) { \
                 summaries(filter: {tags: {anyOf: [\"nothing-like-it\"]}}) { nodes { id } } }",
            ),
            (0, "nodes(ids: [\"rubbish\"]) { id }"),
            (0, "nodes(ids: []) { id }"),
            (0, "node(id: \"rubbish\") { id }"),
            (0, "__typename"),
        ] {
            let run = statements(&app, field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn an_unknown_name_beside_known_ones_costs_a_look_at_the_log(app: TestApp) {
        know_names(&app).await;
        let run =
            statements(&app, "summaries(filter: {tags: {anyOf: [\"backend\", \"nothing-like-it\"]}}) { nodes { id } }")
                .await;
        let looks = run.iter().filter(|sql| sql.contains("FROM change ")).count();
        assert_eq!((run.len(), looks), (2, 1), "{run:#?}");
    }

    async fn a_page_without_entries_reads_only_whether_there_are_any(app: TestApp) {
        know_names(&app).await;
        for field in
            ["summaries(first: 0) { pageInfo { hasNextPage } }", "tags(last: 0) { pageInfo { hasPreviousPage } }"]
        {
            let run = statements(&app, field).await;
            assert!(run.len() == 1 && run[0].ends_with("LIMIT 1"), "{field}: {run:#?}");
        }
    }
}

/// Names are in memory from now on.
async fn know_names(app: &TestApp) {
    app.data("{ summaries(first: 1) { nodes { source { name } } } }").await;
}

/// What a root field runs.
async fn statements(app: &TestApp, field: &str) -> Vec<String> {
    app.statements();
    app.data(&format!("{{ {field} }}")).await;
    app.statements()
}

/// What a statement selects, and what the one that it is about does.
fn columns(sql: &str) -> Vec<&str> {
    let outer_and_inner = sql.strip_prefix("SELECT ").expect("a SELECT").split(" FROM (SELECT ");
    outer_and_inner.map(|selected| selected.split(" FROM ").next().expect("a list")).collect()
}

/// All the ids in some data.
fn ids_in(data: &Value) -> Vec<&Value> {
    match data {
        Value::Object(fields) => {
            let inner = fields.values().flat_map(ids_in);
            fields.get("id").into_iter().chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(ids_in).collect(),
        _ => Vec::new(),
    }
}

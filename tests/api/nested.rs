//! Lists below other rows: paged both ways, one statement a level, however many parents there are.

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// Loads the names, so that what follows is counted without them.
async fn warm_up(app: &TestApp) {
    app.data("{ sources(first: 1) { nodes { slug } } }").await;
    app.statements();
}

/// The entries of a page.
fn nodes(page: &Value) -> &[Value] {
    page["nodes"].as_array().expect("nodes")
}

both! {
    async fn a_page_below_each_source_takes_one_statement_a_level(app: TestApp) {
        warm_up(&app).await;
        let inner = "nodes { title summaries { title tags { slug } } }";
        let data = app.data(&format!("{{ sources(first: 20) {{ nodes {{ slug episodes(first: 5) {{ {inner} }} }} }} }}")).await;
        let sql = app.statements();
        assert_eq!(sql.len(), app.backend.of(3, 1), "{sql:#?}");
        for source in nodes(&data["sources"]) {
            let slug = &source["slug"];
            let own = format!("first: 5, filter: {{sources: {{anyOf: [{slug}]}}}}");
            let alone = app.data(&format!("{{ episodes({own}) {{ {inner} }} }}")).await;
            assert_eq!(source["episodes"], alone["episodes"], "{slug}");
        }
    }

    async fn pages_below_are_those_of_the_same_list_at_the_root(app: TestApp) {
        let inner = "totalCount edges { cursor node { title language } } \
                     pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        let lists = [
            ("first: 2", ""),
            ("last: 2", ""),
            ("first: 0", ""),
            ("first: 2, orderBy: {field: TITLE, direction: ASC}", ""),
            ("first: 2", "tags: {anyOf: [\"backend\"]}"),
            ("last: 3", "tags: {noneOf: [\"backend\"]}, languages: [\"en\"]"),
        ];
        for (page, filter) in lists {
            let below = format!("summaries({page}, filter: {{{filter}}}) {{ {inner} }}");
            let data = app.data(&format!("{{ sources(first: 100) {{ nodes {{ slug {below} }} }} }}")).await;
            for source in nodes(&data["sources"]) {
                let slug = &source["slug"];
                let own = format!("{filter} sources: {{anyOf: [{slug}]}}");
                let alone = app.data(&format!("{{ summaries({page}, filter: {{{own}}}) {{ {inner} }} }}")).await;
                assert_eq!(source["summaries"], alone["summaries"], "{page} {filter} {slug}");
            }
        }
    }

    async fn a_cursor_works_below_a_source_both_ways(app: TestApp) {
        let ask = async |page: &str| {
            let inner = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage }";
            let query = format!("{{ source(by: {{slug: \"ledger-and-log\"}}) {{ summaries({page}) {{ {inner} }} }} }}");
            app.data(&query).await["source"]["summaries"].take()
        };
        let all = ask("first: 100").await;
        let edges = all["edges"].as_array().expect("edges").clone();
        assert!(edges.len() > 3);
        let cursor = edges[1]["cursor"].as_str().expect("a cursor");
        let info = |next: bool, previous: bool| json!({ "hasNextPage": next, "hasPreviousPage": previous });
        let behind = ask(&format!("first: 1, after: \"{cursor}\"")).await;
        assert_eq!(behind, json!({ "edges": [edges[2]], "pageInfo": info(true, true) }));
        let before = ask(&format!("last: 5, before: \"{cursor}\"")).await;
        assert_eq!(before, json!({ "edges": [edges[0]], "pageInfo": info(true, false) }));
        let last = edges.last().expect("one")["cursor"].as_str().expect("a cursor");
        let beyond = ask(&format!("first: 5, after: \"{last}\"")).await;
        assert_eq!(beyond, json!({ "edges": [], "pageInfo": info(false, true) }));
    }

    async fn relations_lead_around_in_circles(app: TestApp) {
        let query = "{ series(by: {slug: \"plain-systems-weekly\"}) {
            source { slug series(first: 1) { totalCount nodes { title source { slug } } } }
            episodes(first: 1, orderBy: {field: NUMBER, direction: ASC}) {
                totalCount
                nodes { number series { slug } summaries { translations { language } episode { number } } }
            }
        } }";
        assert_eq!(
            app.data(query).await,
            json!({ "series": {
                "source": {
                    "slug": "plain-systems-weekly",
                    "series": {
                        "totalCount": 1,
                        "nodes": [{ "title": "Plain Systems Weekly", "source": { "slug": "plain-systems-weekly" } }],
                    },
                },
                "episodes": {
                    "totalCount": 3,
                    "nodes": [{
                        "number": 139,
                        "series": { "slug": "plain-systems-weekly" },
                        "summaries": [{ "translations": [], "episode": { "number": 139 } }],
                    }],
                },
            } })
        );
    }

    async fn translations_are_the_other_summaries_of_an_episode(app: TestApp) {
        let inner = "title language translations { title language }";
        let query = format!("{{ summaries(first: 2, filter: {{text_}}) {{ nodes {{ {inner} }} }} }}");
        let query = query.replace("{text_}", "{tags: {allOf: [\"queues\", \"postgresql\"]}}");
        let found = app.data(&query).await;
        let [one, other] = nodes(&found["summaries"]) else { panic!("{found}") };
        let named = |it: &Value| json!({ "title": it["title"], "language": it["language"] });
        assert_eq!(one["translations"], json!([named(other)]));
        assert_eq!(other["translations"], json!([named(one)]));
    }

    async fn aliases_with_equal_arguments_share_a_statement(app: TestApp) {
        warm_up(&app).await;
        app.data(
            "query($n: Int = 1) { source(by: {slug: \"ledger-and-log\"}) {
                a: summaries(first: 1) { nodes { id } }
                b: summaries(first: $n) { nodes { title } }
                c: summaries(first: 2) { totalCount }
            } }",
        )
        .await;
        let expected = app.backend.of(3, 2);
        assert_eq!(app.statements().len(), expected, "the source with one page, or apart from it; one count");
    }

    async fn a_bad_argument_below_is_an_error_of_its_field(app: TestApp) {
        let query = "{ source(by: {slug: \"ledger-and-log\"}) { slug summaries(first: 101) { totalCount } } }";
        assert_eq!(
            app.ask(query).await,
            json!({
                "data": { "source": null },
                "errors": [{
                    "message": "`first` is 101; it may be 0 to 100.",
                    "locations": [{ "line": 1, "column": 47 }],
                    "path": ["source", "summaries"],
                    "extensions": { "code": "BAD_USER_INPUT" },
                }],
            })
        );
    }
}

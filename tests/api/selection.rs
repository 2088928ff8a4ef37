//! An answer has exactly what was selected, as the GraphQL specification says (sections 3 and 6).

mod introspection;
mod refused;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{both, support::TestApp};

both! {
    async fn fields_come_in_the_order_in_which_they_were_asked_for(app: TestApp) {
        let text = app
            .text(
                "{ z: __typename categories(last: 1) { totalCount nodes { slug __typename n: name id: slug } } \
                 category(by: {slug: \"security\"}) { name slug } __typename }",
                json!({}),
            )
            .await;
        let (slug, name) = (r#""software-engineering""#, r#""Software Engineering""#);
        let nodes = format!(r#"[{{"slug":{slug},"__typename":"Category","n":{name},"id":{slug}}}]"#);
        let expected = r#"{"data":{"z":"Query","categories":{"totalCount":5,"nodes":NODES},"#.replace("NODES", &nodes)
            + r#""category":{"name":"Security","slug":"security"},"__typename":"Query"}}"#;
        assert_eq!(text, expected);
    }

    async fn a_field_may_be_asked_for_under_several_names(app: TestApp) {
        let data = app
            .data(
                "{ one: category(by: {slug: \"security\"}) { slug: name name: slug } \
                 two: category(by: {slug: \"ai-llms\"}) { name } none: category(by: {slug: \"x\"}) { name } }",
            )
            .await;
        let one = json!({ "slug": "Security", "name": "security" });
        assert_eq!(data, json!({ "one": one, "two": { "name": "AI & LLMs" }, "none": null }));
    }

    async fn the_same_field_twice_is_one_field(app: TestApp) {
        let query = "{ ...One page: summaries(first: 2, filter: {tags: {anyOf: [\"llm\"]}}) { \
                     nodes { slug source { slug } tags { slug } } nodes { source { kind } tags { name } slug } } \
                     ... { page: summaries(first: 2, filter: {tags: {anyOf: [\"llm\"]}}) { totalCount } } } \
                     fragment One on Query { page: summaries(first: 2, filter: {tags: {anyOf: [\"llm\"]}}) { \
                     nodes { source { name } } edges { node { title } } } }";
        let source = r#"{"name":"Token by Token","slug":"token-by-token","kind":"BLOG"}"#;
        let tag = |slug: &str, name: &str| format!(r#"{{"slug":"{slug}","name":"{name}"}}"#);
        let first = [tag("gpu-memory", "gpu-memory"), tag("inference", "Inference"), tag("llm", "LLM")].join(",");
        let second = [
            tag("json", "JSON"),
            tag("llm", "LLM"),
            tag("structured-output", "structured-output"),
            tag("validation", "validation"),
        ]
        .join(",");
        let (one, two) =
            ("kv-cache-counted-one-8k-prompt-fills-1-gib", "schema-constrained-output-fixes-shape-not-truth");
        let node = |slug: &str, tags: &str| format!(r#"{{"source":{source},"slug":"{slug}","tags":[{tags}]}}"#);
        let nodes = [node(one, &first), node(two, &second)].join(",");
        let edges = [
            r#"{"node":{"title":"KV Cache, Counted: One 8K Prompt Fills 1 GiB"}}"#,
            r#"{"node":{"title":"Schema-Constrained Output Fixes Shape, Not Truth"}}"#,
        ]
        .join(",");
        let expected = format!(r#"{{"data":{{"page":{{"nodes":[{nodes}],"edges":[{edges}],"totalCount":3}}}}}}"#);
        assert_eq!(app.text(query, json!({})).await, expected);

        app.statements();
        app.data(query).await;
        assert_eq!(app.statements().len(), 1, "the page, and its total with it");
    }

    async fn a_node_twice_under_one_name_is_one_statement(app: TestApp) {
        let query =
            "{ it: category(by: {slug: \"security\"}) { slug } it: category(by: {slug: \"security\"}) { name } }";
        app.data(query).await;
        app.statements();
        assert_eq!(app.data(query).await, json!({ "it": { "slug": "security", "name": "Security" } }));
        assert_eq!(app.statements().len(), 1);
    }

    async fn every_object_knows_its_type(app: TestApp) {
        let typename = |fields: &str| format!("{{ __typename {fields} }}");
        let connection = |field: &str, of: &str, node: &str| {
            format!(
                "{field}(first: 1{of}) {{ t: __typename edges {{ __typename node {} }} pageInfo {{ __typename }} }} ",
                typename(node)
            )
        };
        let query = [
            "{ __typename ".to_owned(),
            connection(
                "summaries",
                ", filter: {sources: {anyOf: [\"rowlock-tv\"]}}",
                "source { __typename } \
                 category { __typename } tags { __typename } \
                 episode { __typename source { __typename } series { __typename source { __typename } } enclosures { \
                 __typename } }",
            ),
            connection("episodes", "", ""),
            connection("sources", "", ""),
            connection("allSeries", "", ""),
            connection("tags", "", ""),
            connection("categories", "", ""),
            "}".to_owned(),
        ]
        .concat();
        let name = |it: &str| json!({ "__typename": it });
        let page = |of: &str, node: Value| {
            json!({
                "t": format!("{of}Connection"), "pageInfo": name("PageInfo"),
                "edges": [{ "__typename": format!("{of}Edge"), "node": node }],
            })
        };
        let series = json!({ "__typename": "Series", "source": name("Source") });
        let (source, enclosures) = (name("Source"), [name("Enclosure")]);
        let episode = json!({ "__typename": "Episode", "source": source, "series": series, "enclosures": enclosures });
        let summary = json!({
            "__typename": "Summary", "source": name("Source"), "category": name("Category"),
            "tags": [name("Tag"), name("Tag"), name("Tag")], "episode": episode,
        });
        assert_eq!(
            app.data(&query).await,
            json!({
                "__typename": "Query",
                "summaries": page("Summary", summary), "episodes": page("Episode", name("Episode")),
                "sources": page("Source", name("Source")), "allSeries": page("Series", name("Series")),
                "tags": page("Tag", name("Tag")), "categories": page("Category", name("Category")),
            })
        );
    }

    async fn fragments_select_from_the_types_that_they_are_on(app: TestApp) {
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ...Any ... on Tag { name ... on Node { ... on Tag { \
                     slug } ... on Series { title } } } \
                     ... on Category { ...Name } } } \
                     fragment Any on Node { ... on Node { __typename } ...Named ... on Source { kind } } \
                     fragment Named on Node { ... on Category { slug } ... { ... on Source { slug } } } \
                     fragment Name on Category { name ...Any }";
        let ids = app
            .data(
                "{ a: tag(by: {slug: \"http\"}) { id } b: source(by: {slug: \"rowlock-tv\"}) { id } \
                 c: category(by: {slug: \"security\"}) { id } d: series(by: {slug: \"plain-systems-weekly\"}) { id } }",
            )
            .await;
        let ids = ["a", "b", "c", "d"].map(|key| &ids[key]["id"]);
        let expected = [
            r#"{"__typename":"Tag","name":"HTTP","slug":"http"}"#,
            r#"{"__typename":"Source","slug":"rowlock-tv","kind":"VIDEO_CHANNEL"}"#,
            r#"{"__typename":"Category","slug":"security","name":"Security"}"#,
            r#"{"__typename":"Series"}"#,
        ]
        .join(",");
        assert_eq!(app.text(query, json!({ "ids": ids })).await, format!(r#"{{"data":{{"nodes":[{expected}]}}}}"#));
    }

    async fn a_fragment_on_the_interface_holds_inside_of_a_type(app: TestApp) {
        let data = app
            .data(
                "{ categories(first: 1) { nodes { ... on Node { __typename ... on Category { slug } } ...N } } } \
                 fragment N on Node { __typename ... on Category { name } }",
            )
            .await;
        let category = json!({ "__typename": "Category", "slug": "ai-llms", "name": "AI & LLMs" });
        assert_eq!(data, json!({ "categories": { "nodes": [category] } }));
    }

    async fn a_variable_gives_its_value_its_default_or_nothing(app: TestApp) {
        let nothing = json!({});
        let first = |it: Value| json!({ "first": it });
        let many = "{ categories(first: $first) { nodes { __typename } } }";
        for (definition, variables, expected) in [
            ("$first: Int", first(json!(2)), 2),
            ("$first: Int", first(json!(null)), 5),
            ("$first: Int", nothing.clone(), 5),
            ("$first: Int = 3", nothing.clone(), 3),
            ("$first: Int = 3", first(json!(1)), 1),
            ("$first: Int = 3", first(json!(null)), 5),
            ("$first: Int = null", nothing.clone(), 5),
            ("$first: Int! = 4", nothing.clone(), 4),
        ] {
            let data = app.data_with(&format!("query({definition}) {many}"), variables.clone()).await;
            let nodes = vec![json!({ "__typename": "Category" }); expected];
            assert_eq!(data, json!({ "categories": { "nodes": nodes } }), "{definition} {variables}");
        }
    }

    async fn an_absent_variable_leaves_the_default_of_an_argument(app: TestApp) {
        let query = "query($most: Int, $way: OrderDirection) { episodes(first: 1, orderBy: {direction: $way}) { \
                     nodes { \
                     whole: excerpt excerpt(maxChars: $most) } } }";
        let data = app.data(query).await;
        let (whole, cut) = (&data["episodes"]["nodes"][0]["whole"], &data["episodes"]["nodes"][0]["excerpt"]);
        assert_eq!(whole, cut);
        let plain = app.data("{ episodes(first: 1) { nodes { whole: excerpt excerpt } } }").await;
        assert_eq!(data, plain, "the newest, as by default");
        let shorter = app.data_with(query, json!({ "most": 30, "way": "DESC" })).await;
        assert_eq!(
            shorter["episodes"]["nodes"][0],
            json!({ "whole": whole, "excerpt": "An unbounded queue never says…" })
        );
    }

    async fn an_absent_variable_leaves_a_field_of_an_input_object_out(app: TestApp) {
        let query = "query($tags: [String!], $source: String, $empty: Boolean, $filter: SummaryFilter) { \
                     a: summaries(filter: {tags: {anyOf: $tags, isEmpty: $empty}}) { totalCount } \
                     b: summaries(filter: $filter) { totalCount } \
                     c: episode(by: {url: {url: \"https://video.example.com/watch?v=rl-0004\", source: $source}}) { \
                     number } }";
        let counts =
            |a: i32, b: i32, number: Value| json!({ "a": { "totalCount": a }, "b": { "totalCount": b }, "c": number });
        let found = json!({ "number": 4 });
        assert_eq!(app.data(query).await, counts(66, 66, found.clone()));
        let null = json!({ "tags": null, "source": null, "empty": null, "filter": null });
        assert_eq!(app.data_with(query, null).await, counts(66, 66, found));
        let given =
            json!({ "tags": ["backend"], "source": "rowlock", "empty": false, "filter": { "languages": ["ru"] } });
        assert_eq!(app.data_with(query, given).await, counts(14, 7, json!(null)));
    }

    async fn one_value_may_stand_for_a_list_of_it(app: TestApp) {
        let data = app
            .data_with(
                "query($tags: [String!]) { a: summaries(filter: {tags: {anyOf: \"backend\"}}) { totalCount } \
                 b: summaries(filter: {tags: {anyOf: $tags}, and: {tags: {}}}) { totalCount } }",
                json!({ "tags": "backend" }),
            )
            .await;
        assert_eq!(data, json!({ "a": { "totalCount": 14 }, "b": { "totalCount": 14 } }));
    }

    async fn skip_and_include_leave_out_what_they_say(app: TestApp) {
        let query = "query($yes: Boolean!, $no: Boolean = false, $is: Boolean = true) { \
                     a: categories(first: 0) @skip(if: true) { totalCount } b: categories(first: 0) @include(if: \
                     $no) { totalCount } \
                     c: categories(last: 1) @skip(if: $no) @include(if: $is) { \
                     totalCount @skip(if: $yes) ...F @include(if: $yes) ...G @skip(if: $is) ... @include(if: $is) \
                     { nodes { slug @skip(if: $no) } } \
                     ... on CategoryConnection @skip(if: $is) { edges { cursor } } nodes { name @include(if: $no) \
                     } } } \
                     fragment F on CategoryConnection { pageInfo { hasNextPage @include(if: $no) hasPreviousPage } } \
                     fragment G on CategoryConnection { edges { cursor } }";
        let yes = app.text(query, json!({ "yes": true })).await;
        let c = r#"{"pageInfo":{"hasPreviousPage":true},"nodes":[{"slug":"software-engineering"}]}"#;
        assert_eq!(yes, format!(r#"{{"data":{{"c":{c}}}}}"#));
        let no = app.data_with(query, json!({ "yes": false, "no": true, "is": true })).await;
        assert_eq!(no, json!({ "b": { "totalCount": 5 } }));
    }

    async fn what_is_left_out_everywhere_leaves_an_empty_object(app: TestApp) {
        let query = "query($no: Boolean!) { category(by: {slug: \"security\"}) { slug @include(if: $no) } \
                     summaries(first: 1) { \
                     nodes { title @include(if: $no) } pageInfo { hasNextPage @include(if: $no) } } }";
        let data = app.data_with(query, json!({ "no": false })).await;
        assert_eq!(data, json!({ "category": {}, "summaries": { "nodes": [{}], "pageInfo": {} } }));
        assert_eq!(app.data("{ categories @skip(if: true) { totalCount } }").await, json!({}));
    }

    async fn a_fragment_that_was_skipped_once_counts_where_it_is_not(app: TestApp) {
        let query = "{ categories(first: 1) { ...F @include(if: false) ...F } } fragment F on CategoryConnection { \
                     totalCount }";
        assert_eq!(app.data(query).await, json!({ "categories": { "totalCount": 5 } }));
    }

    async fn the_operation_that_was_named_is_executed(app: TestApp) {
        let document =
            "query A { a: __typename } query B($first: Int = 1) { categories(first: $first) { nodes { slug } } }";
        let answer = |name: Value| operation(&app, document, name);
        assert_eq!(answer(json!("A")).await, json!({ "data": { "a": "Query" } }));
        assert_eq!(answer(json!("B")).await, json!({ "data": { "categories": { "nodes": [{ "slug": "ai-llms" }] } } }));
        let code = json!({ "code": "GRAPHQL_VALIDATION_FAILED" });
        let refused = |message: &str| json!({ "errors": [{ "message": message, "extensions": code }] });
        assert_eq!(answer(json!("C")).await, refused("The document has no operation called “C”."));
        assert_eq!(
            answer(json!(null)).await,
            refused("The document has several operations: say which one with `operationName`.")
        );
    }

    async fn a_field_that_fails_takes_along_what_may_not_be_null(app: TestApp) {
        let page = "\"rfc-9457-one-error-format-for-http-apis\"";
        for (fields, data, failed) in [
            (
                "category(by: {slug: \"security\"}) { slug } episode(by: {id: \"ep1\"}) { id excerpt(maxChars: 0) \
                 source { name } }",
                json!({ "category": { "slug": "security" }, "episode": null, "fine": "Query" }),
                vec![("excerpt(maxChars: 0)", json!(["episode", "excerpt"]))],
            ),
            (
                &format!(
                    "a: summary(by: {{slug: {page}}}) {{ e: episode {{ x: excerpt(maxChars: -1) }} tags {{ slug }} \
                     }} \
                     b: episode(by: {{id: \"ep1\"}}) {{ excerpt(maxChars: 0) }}"
                ),
                json!({ "a": null, "b": null, "fine": "Query" }),
                vec![
                    ("x: excerpt(maxChars: -1)", json!(["a", "e", "x"])),
                    ("excerpt(maxChars: 0)", json!(["b", "excerpt"])),
                ],
            ),
            (
                "nodes(ids: [\"ep1\", \"so1\", \"ep2\"]) { __typename ... on Episode { excerpt(maxChars: 0) } }",
                json!({ "nodes": [null, { "__typename": "Source" }, null], "fine": "Query" }),
                vec![
                    ("excerpt(maxChars: 0)", json!(["nodes", 0, "excerpt"])),
                    ("excerpt(maxChars: 0)", json!(["nodes", 2, "excerpt"])),
                ],
            ),
            (
                "episodes(last: 2) { nodes { title excerpt(maxChars: 0) } }",
                json!(null),
                vec![("excerpt(maxChars: 0)", json!(["episodes", "nodes", 0, "excerpt"]))],
            ),
            ("x: categories(first: -1) { totalCount }", json!(null), vec![("x: categories", json!(["x"]))]),
        ] {
            let document = format!("{{ {fields} fine: __typename }}");
            let error = |(field, path): &(&str, Value)| {
                let column = document.find(field).expect("it is there") + 1;
                json!({ "path": path, "locations": [{ "line": 1, "column": column }], "code": "BAD_USER_INPUT" })
            };
            let expected = (data, failed.iter().map(error).collect::<Vec<_>>());
            assert_eq!(failures(&app.ask(&document).await), expected, "{document}");
        }
    }
}

/// The answer to one operation of a document.
async fn operation(app: &TestApp, document: &str, name: Value) -> Value {
    let body = json!({ "query": document, "operationName": name }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
    let reply = app.send(request.expect("a request")).await;
    serde_json::from_slice(&reply.body).expect("answers are JSON")
}

/// An answer's data and errors, without their messages.
fn failures(answer: &Value) -> (Value, Vec<Value>) {
    let short = |error: &Value| {
        let code = &error["extensions"]["code"];
        json!({ "path": error["path"], "locations": error["locations"], "code": code })
    };
    let errors = answer["errors"].as_array().expect("errors").iter().map(short).collect();
    (answer["data"].clone(), errors)
}

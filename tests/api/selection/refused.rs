//! Documents that don't fit the schema are refused as a whole, before anything runs (GraphQL, section
//! 5), and so are variables that don't fit their types (section 6.1.2).

use serde_json::{Value, json};

use crate::{both, support::TestApp};

both! {
    async fn what_the_schema_does_not_have_is_refused(app: TestApp) {
        for (query, message, column) in [
            ("{ nod }", "“Query” has no field “nod”. Did you mean “node”?", 3),
            ("{ summaries { nodes { titel } } }", "“Summary” has no field “titel”. Did you mean “title”?", 23),
            ("{ node(id: \"x\") { title } }", "“Node” has no field “title”.", 19),
            (
                "{ summaries(nope: 1) { totalCount } }",
                "“summaries” has no argument “nope”.",
                13,
            ),
            ("{ summaries { totalCount @nope } }", "There is no directive “@nope”.", 26),
            ("{ summaries { ...Nope } }", "There is no fragment “Nope”.", 15),
        ] {
            let error = json!({
                "message": message, "locations": [{ "line": 1, "column": column }],
                "extensions": { "code": "GRAPHQL_VALIDATION_FAILED" },
            });
            assert_eq!(app.ask(query).await, json!({ "errors": [error] }), "{query}");
        }
    }

    async fn what_is_no_graphql_is_refused(app: TestApp) {
        for query in [
            "{",
            "{ }",
            "{ summaries { } }",
            "query",
            "{ a: }",
            "{ a } }",
            "{ tags(prefix: \"a\nb\") { totalCount } }",
            "# nothing",
        ] {
            let answer = app.ask(query).await;
            assert_eq!(codes(&answer), ["GRAPHQL_PARSE_FAILED"], "{query}: {answer}");
        }
    }

    /// Section 5.3: leaf fields have no selections, others have.
    async fn selections_that_do_not_fit_are_refused(app: TestApp) {
        refused(&app, &["{ summaries }", "{ summaries { nodes } }", "{ summaries { totalCount { x } } }"]).await;
    }

    /// Section 5.3.2: `__typename` is a field like others.
    async fn typename_takes_neither_arguments_nor_selections_nor_unknown_directives(app: TestApp) {
        refused(
            &app,
            &[
                "{ __typename(x: 1) }",
                "{ __typename { x } }",
                "{ __typename @nope }",
                "{ __typename @deprecated }",
                "{ __typename @skip }",
                "{ __typename @skip(if: \"x\") }",
            ],
        )
        .await;
    }

    /// Section 5.8.4: a variable may be used in a directive alone, wherever the directive stands.
    async fn a_variable_may_be_used_by_the_directive_of_typename_alone(app: TestApp) {
        let query = "query($no: Boolean!) { __typename @include(if: $no) categories(first: 0) { totalCount \
                     __typename @include(if: $no) } }";
        assert_eq!(app.data_with(query, json!({ "no": false })).await, json!({ "categories": { "totalCount": 5 } }));
    }

    /// Section 5.3.2.
    async fn two_fields_under_one_key_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ a: tags { totalCount } a: categories { totalCount } }",
                "{ a: tags(first: 1) { totalCount } a: tags { totalCount } }",
                "{ tags { nodes { a: slug a: name } } }",
                "{ tags { nodes { a: slug ...F } } } fragment F on Tag { a: name }",
            ],
        )
        .await;
    }

    /// Section 5.3.2, `FieldsInSetCanMerge`: merged selection sets are looked into.
    async fn two_fields_under_one_key_are_refused_below_merged_fields(app: TestApp) {
        refused(
            &app,
            &[
                "{ tags { nodes { a: slug } } tags { nodes { a: name } } }",
                "{ tags { nodes { a: slug } } ...F } fragment F on Query { tags { nodes { a: name } } }",
            ],
        )
        .await;
    }

    /// Section 5.3.2, `SameResponseShape`.
    async fn fields_of_different_shapes_under_one_key_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ node(id: \"x\") { ... on Episode { a: title } ... on Summary { a: revision } } }",
                "{ node(id: \"x\") { ... on Episode { a: title } ... on Summary { a: tags { id } } } }",
            ],
        )
        .await;
        let fine = "{ node(id: \"x\") { ... on Episode { a: title } ... on Summary { a: slug } } }";
        assert_eq!(app.data(fine).await, json!({ "node": null }));
    }

    /// Section 5.5.
    async fn fragments_that_cannot_apply_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ summaries { nodes { ... on Tag { id } } } }",
                "{ ... on Tag { id } }",
                "{ __typename ...F } fragment F on String { id }",
                "{ __typename ...F } fragment F on Nothing { id }",
                "{ __typename } fragment F on Tag { id }",
                "{ tags { ...A } } fragment A on TagConnection { ...B } fragment B on TagConnection { ...A }",
            ],
        )
        .await;
    }

    /// Section 5.6.
    async fn literals_of_another_type_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ tags(first: \"1\") { totalCount } }",
                "{ tags(first: 1.5) { totalCount } }",
                "{ sources(kinds: [NOTHING]) { totalCount } }",
                "{ summaries(filter: {nope: 1}) { totalCount } }",
                "{ summaries(filter: 1) { totalCount } }",
                "{ node }",
                "{ node(id: null) { id } }",
                "{ nodes(ids: [\"x\", null]) { id } }",
                "{ source(by: {}) { id } }",
                "{ source(by: {id: \"x\", slug: \"y\"}) { id } }",
                "{ source(by: {slug: null}) { id } }",
                "{ summaries { totalCount @skip } }",
                "{ summaries { totalCount @skip(if: 1) } }",
                "{ summaries(first: 1, first: 2) { totalCount } }",
            ],
        )
        .await;
    }

    /// Section 3.9: an enum's literal is a name, not a text.
    async fn a_text_is_no_literal_of_an_enum(app: TestApp) {
        refused(
            &app,
            &[
                "{ sources(kinds: [\"BLOG\"]) { totalCount } }",
                "{ summaries(orderBy: {field: \"TITLE\"}) { totalCount } }",
            ],
        )
        .await;
    }

    /// Section 5.6.1: the scalars' own rules count before execution, too.
    async fn literals_that_a_scalar_does_not_know_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ tags(first: 3000000000) { totalCount } }",
                "{ summaries(filter: {publishedAt: {gte: \"yesterday\"}}) { totalCount } }",
                "{ summaries(filter: {languages: [\"no language\"]}) { totalCount } }",
                "{ source(by: {feedUrl: \"no address\"}) { id } }",
            ],
        )
        .await;
    }

    /// Section 5.6.3.
    async fn a_field_of_an_input_object_twice_is_refused(app: TestApp) {
        refused(&app, &["{ summaries(filter: {tags: {anyOf: [\"a\"], anyOf: [\"b\"]}}) { totalCount } }"]).await;
    }

    /// Section 6.1.2.
    async fn a_variable_that_has_to_be_there_and_is_not_is_refused(app: TestApp) {
        for (query, variables) in [
            ("query($id: ID!) { node(id: $id) { id } }", json!({})),
            ("query($id: ID!) { node(id: $id) { id } }", json!({ "id": null })),
            ("query($first: Int!) { tags(first: $first) { totalCount } }", json!({})),
            ("query($first: Int!) { tags(first: $first) { totalCount } }", json!({ "first": null })),
            ("query($no: Boolean!) { tags { totalCount @skip(if: $no) } }", json!({})),
        ] {
            let answer = app.ask_with(query, variables.clone()).await;
            assert_eq!(codes(&answer), ["GRAPHQL_VALIDATION_FAILED"], "{query} {variables}: {answer}");
        }
    }

    /// Section 6.1.2.
    async fn variables_that_do_not_fit_their_types_are_refused(app: TestApp) {
        for (query, variables) in [
            ("query($it: Int) { tags(first: $it) { totalCount } }", json!({ "it": "1" })),
            ("query($it: Int) { tags(first: $it) { totalCount } }", json!({ "it": 1.5 })),
            ("query($it: Int) { tags(first: $it) { totalCount } }", json!({ "it": 3_000_000_000_u32 })),
            ("query($it: SourceBy!) { source(by: $it) { id } }", json!({ "it": {} })),
            ("query($it: SourceBy!) { source(by: $it) { id } }", json!({ "it": { "slug": "x", "id": "y" } })),
            ("query($it: SourceBy!) { source(by: $it) { id } }", json!({ "it": "x" })),
            ("query($it: SourceBy!) { source(by: $it) { id } }", json!({ "it": { "feedUrl": "no address" } })),
            ("query($it: SummaryFilter) { summaries(filter: $it) { totalCount } }", json!({ "it": { "nope": 1 } })),
            (
                "query($it: DateTime) { summaries(filter: {publishedAt: {lt: $it}}) { totalCount } }",
                json!({ "it": "yesterday" }),
            ),
            ("query($it: [SourceKind!]) { sources(kinds: $it) { totalCount } }", json!({ "it": ["NOTHING"] })),
        ] {
            let answer = app.ask_with(query, variables.clone()).await;
            assert_eq!(codes(&answer), ["GRAPHQL_VALIDATION_FAILED"], "{query} {variables}: {answer}");
        }
    }

    /// Sections 5.8.1 to 5.8.4.
    async fn variables_that_are_not_defined_or_not_used_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "{ tags(first: $x) { totalCount } }",
                "query($x: Int) { __typename }",
                "query($x: Int, $x: Int) { tags(first: $x) { totalCount } }",
                "query($x: Nothing) { tags(first: $x) { totalCount } }",
                "query($x: Tag) { tags(first: $x) { totalCount } }",
                "query($x: Int = \"a\") { tags(first: $x) { totalCount } }",
            ],
        )
        .await;
    }

    /// Section 5.8.5.
    async fn variables_where_their_types_do_not_fit_are_refused(app: TestApp) {
        refused(
            &app,
            &[
                "query($x: String) { tags(first: $x) { totalCount } }",
                "query($x: ID) { node(id: $x) { id } }",
                "query($x: [ID]!) { nodes(ids: $x) { id } }",
                "query($x: String!) { summaries(filter: {languages: [$x]}) { totalCount } }",
                "query($x: Boolean) { tags { totalCount @skip(if: $x) } }",
                "query($x: String) { source(by: {slug: $x}) { id } }",
                "query($x: String!, $y: ID!) { source(by: {slug: $x, id: $y}) { id } }",
            ],
        )
        .await;
    }

    /// The rules of the house: nothing of the inside stands in a message.
    async fn a_message_names_only_what_the_schema_has(app: TestApp) {
        for query in [
            "{ tags(first: 3000000000) { totalCount } }",
            "{ summaries(filter: {publishedAt: {gte: \"yesterday\"}}) { totalCount } }",
            "{ source(by: {feedUrl: \"no address\"}) { id } }",
            "{ episodes(first: 1) { nodes { excerpt(maxChars: 0) } } }",
            "{ summaries(first: 1) { nodes { tldr(maxChars: 0) } } }",
        ] {
            let text = app.text(query, json!({})).await;
            for inside in ["PageInput", "Args", "ExcerptCut", "Cut", "i32"] {
                assert!(!text.contains(inside), "{inside} in {text}");
            }
        }
    }
}

/// Each of these is refused, with nothing but errors in the answer.
async fn refused(app: &TestApp, queries: &[&str]) {
    for query in queries {
        let answer = app.ask(query).await;
        let codes = codes(&answer);
        assert!(
            !codes.is_empty() && codes.iter().all(|code| code == "GRAPHQL_VALIDATION_FAILED"),
            "{query}: \
             {answer}"
        );
    }
}

/// The codes of an answer that has errors alone; none of any other.
fn codes(answer: &Value) -> Vec<String> {
    let alone = answer.as_object().is_some_and(|answer| answer.keys().eq(["errors"]));
    let errors = answer["errors"].as_array().filter(|_| alone).cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or_default().to_owned()).collect()
}

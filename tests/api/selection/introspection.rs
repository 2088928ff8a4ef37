//! The schema, as clients ask for it (GraphQL, section 4).

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// What code generators and explorers send: all that the specification has, types seven levels deep.
const INTROSPECTION: &str = include_str!("introspection.graphql");

both! {
    async fn the_standard_introspection_query_is_answered(app: TestApp) {
        let data = app.data(INTROSPECTION).await;
        let schema = &data["__schema"];
        assert_eq!(schema["queryType"], json!({ "name": "Query", "kind": "OBJECT" }));
        assert_eq!((&schema["mutationType"], &schema["subscriptionType"]), (&Value::Null, &Value::Null));
        let directives: Vec<&str> = names(&schema["directives"]).collect();
        assert_eq!(directives, ["deprecated", "include", "oneOf", "skip", "specifiedBy"]);
        let own: Vec<&str> = names(&schema["types"]).filter(|name| !name.starts_with("__")).collect();
        let built_in = ["Boolean", "Float", "ID", "Int", "String"].map(str::to_owned);
        let declared = include_str!("../../../schema.graphql").lines().filter_map(|line| {
            let (kind, name) = line.split_once(' ')?;
            let is_type = ["enum", "input", "interface", "scalar", "type"].contains(&kind);
            is_type.then(|| name.split([' ', '{']).next().unwrap_or_default().to_owned())
        });
        let mut declared: Vec<String> = declared.chain(built_in).collect();
        declared.sort();
        assert_eq!(own, declared);
    }

    async fn all_that_is_ours_is_described(app: TestApp) {
        let data = app.data(INTROSPECTION).await;
        for ty in data["__schema"]["types"].as_array().expect("types") {
            let name = ty["name"].as_str().expect("a name");
            if name.starts_with("__") || name == "ID" {
                continue; // the specification's, not ours
            }
            let fields =
                ["fields", "inputFields", "enumValues"].into_iter().filter_map(|list| ty[list].as_array()).flatten();
            let arguments = fields.clone().filter_map(|field| field["args"].as_array()).flatten();
            for item in [ty].into_iter().chain(fields.clone()).chain(arguments) {
                assert_ne!(item["description"].as_str().unwrap_or_default(), "", "{name} {}", item["name"]);
            }
        }
    }

    async fn scalars_say_where_they_are_specified(app: TestApp) {
        let query = "query($name: String!) { __type(name: $name) { kind specifiedByURL } }";
        for (name, url) in [
            ("DateTime", json!("https://www.rfc-editor.org/rfc/rfc3339")),
            ("LanguageTag", json!("https://www.rfc-editor.org/rfc/bcp/bcp47.txt")),
            ("URL", json!("https://url.spec.whatwg.org/")),
            ("String", json!(null)),
        ] {
            let data = app.data_with(query, json!({ "name": name })).await;
            assert_eq!(data["__type"], json!({ "kind": "SCALAR", "specifiedByURL": url }), "{name}");
        }
    }

    async fn inputs_say_whether_they_want_exactly_one_field(app: TestApp) {
        let query = "query($name: String!) { __type(name: $name) { kind isOneOf } }";
        let lookups =
            ["SummaryBy", "EpisodeBy", "SourceBy", "SeriesBy", "TagBy", "CategoryBy"].map(|name| (name, true));
        for (name, one) in lookups.into_iter().chain([("SummaryFilter", false), ("EpisodeUrlInput", false)]) {
            let data = app.data_with(query, json!({ "name": name })).await;
            assert_eq!(data["__type"], json!({ "kind": "INPUT_OBJECT", "isOneOf": one }), "{name}");
        }
    }

    async fn an_interface_and_its_types_know_of_each_other(app: TestApp) {
        let data = app.data(
            "{ node: __type(name: \"Node\") { kind possibleTypes { name } fields { name type { kind ofType { name } \
             } } } \
             tag: __type(name: \"Tag\") { interfaces { name } } nothing: __type(name: \"Nothing\") { name } }",
        ).await;
        let types = ["Source", "Series", "Episode", "Summary", "Category", "Tag"].map(|name| json!({ "name": name }));
        let id = json!({ "name": "id", "type": { "kind": "NON_NULL", "ofType": { "name": "ID" } } });
        let mut found = data["node"]["possibleTypes"].as_array().expect("types").clone();
        let mut types = types.to_vec();
        found.sort_by_key(ToString::to_string);
        types.sort_by_key(ToString::to_string);
        assert_eq!((found, &data["node"]["fields"], &data["node"]["kind"]), (types, &json!([id]), &json!("INTERFACE")));
        assert_eq!(data["tag"], json!({ "interfaces": [{ "name": "Node" }] }));
        assert_eq!(data["nothing"], Value::Null);
    }

    async fn the_schema_and_the_content_may_be_asked_for_together(app: TestApp) {
        let text = app
            .text(
                "{ __schema { q: queryType { name ...K } ...S } category(by: {slug: \"security\"}) { slug } t: \
                 __type(name: \"Tag\") { name } } \
             fragment K on __Type { kind } fragment S on __Schema { queryType { description @skip(if: true) kind } }",
                json!({}),
            )
            .await;
        let schema = r#"{"q":{"name":"Query","kind":"OBJECT"},"queryType":{"kind":"OBJECT"}}"#;
        assert_eq!(
            text,
            format!(r#"{{"data":{{"__schema":{schema},"category":{{"slug":"security"}},"t":{{"name":"Tag"}}}}}}"#)
        );
    }
}

/// What the items of a list are called.
fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().expect("a list").iter().filter_map(|item| item["name"].as_str())
}

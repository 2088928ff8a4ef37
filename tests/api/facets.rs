//! Facets: what they count, what they leave out of the filter, in which order they come, and what they
//! cost.

mod counted;

use serde_json::{Value, json};

use crate::{
    archive::set_status,
    both,
    import::inbox::{import, line, lines},
    support::TestApp,
};

/// All facets, whole.
const FACETS: &str = "categories { category { slug } count selected } tags { tag { slug } count selected } \
                      sources { source { slug } count selected } languages { language count selected }";

/// A facet of a filter, an entry a line: slug, count, and a star where it is selected.
async fn facet(app: &TestApp, name: &str, filter: &str) -> Vec<String> {
    let data =
        app.data(&format!("{{ summaries(filter: {{{filter}}}) {{ facets(first: 100) {{ {FACETS} }} }} }}")).await;
    written(&data["summaries"]["facets"], name)
}

/// The entries of a facet, a line each.
fn written(facets: &Value, name: &str) -> Vec<String> {
    let entry = |entry: &Value| {
        let named = ["category", "tag", "source"].into_iter().find_map(|it| entry[it]["slug"].as_str());
        let slug = named.or(entry["language"].as_str()).unwrap_or("none");
        format!("{slug} {}{}", entry["count"], if entry["selected"] == true { " *" } else { "" })
    };
    facets[name].as_array().expect("a facet").iter().map(entry).collect()
}

/// Another application, with seven summaries: titles `a` to `g`.
async fn rivers(app: &TestApp) -> TestApp {
    let app = app.empty().await;
    let told = |title: &str, source: &str, language: &str, category: Option<&str>, tags: &[&str]| {
        let more = json!({
            "source": { "slug": source, "name": source },
            "episode": { "language": language, "category": category, "tags": tags },
        });
        line(title, title, &more)
    };
    let all = [
        told("a", "rivers", "en", Some("News"), &["apidesign", "water"]),
        told("b", "rivers", "en", Some("News"), &["API Design", "rain"]),
        told("c", "rivers", "ru", Some("Weather"), &["water", "rain"]),
        told("d", "seas", "en", Some("Weather"), &["water"]),
        told("e", "seas", "de", None, &["rain", "salt"]),
        told("f", "seas", "ru", None, &[]),
        told("g", "wells", "en", Some("Depths"), &["stone"]),
    ];
    assert!(import(app.content(), "a.jsonl", &lines(&all)).await.is_stored());
    app
}

both! {
    async fn facets_of_everything_count_everything(app: TestApp) {
        let app = rivers(&app).await;
        assert_eq!(facet(&app, "categories", "").await, ["none 2", "news 2", "weather 2", "depths 1"]);
        assert_eq!(facet(&app, "tags", "").await, ["rain 3", "water 3", "apidesign 2", "salt 1", "stone 1"]);
        assert_eq!(facet(&app, "sources", "").await, ["rivers 3", "seas 3", "wells 1"]);
        assert_eq!(facet(&app, "languages", "").await, ["en 4", "ru 2", "de 1"]);
    }

    async fn a_facet_ignores_the_any_of_of_its_own_dimension_alone(app: TestApp) {
        let app = rivers(&app).await;
        let tags = "tags: {anyOf: [\"water\"]}";
        assert_eq!(facet(&app, "tags", tags).await, ["water 3 *", "rain 3", "apidesign 2", "salt 1", "stone 1"]);
        assert_eq!(facet(&app, "sources", tags).await, ["rivers 2", "seas 1"]);
        assert_eq!(facet(&app, "categories", tags).await, ["weather 2", "news 1"]);
        assert_eq!(facet(&app, "languages", tags).await, ["en 2", "ru 1"]);
        let both = "sources: {anyOf: [\"seas\"]}, languages: [\"ru\", \"en\"]";
        assert_eq!(facet(&app, "sources", both).await, ["seas 2 *", "rivers 3", "wells 1"]);
        assert_eq!(facet(&app, "languages", both).await, ["en 1 *", "ru 1 *", "de 1"]);
        assert_eq!(facet(&app, "tags", both).await, ["water 1"]);
        let category = "categories: {anyOf: [\"news\"]}, tags: {anyOf: [\"rain\"]}";
        assert_eq!(facet(&app, "categories", category).await, ["news 1 *", "none 1", "weather 1"]);
    }

    async fn what_else_a_facets_own_dimension_says_holds(app: TestApp) {
        let app = rivers(&app).await;
        for (filter, expected) in [
            ("tags: {allOf: [\"water\"]}", vec!["water 3 *", "apidesign 1", "rain 1"]),
            ("tags: {allOf: [\"water\"], anyOf: [\"salt\"]}", vec!["water 3 *", "salt 0 *", "apidesign 1", "rain 1"]),
            ("tags: {noneOf: [\"water\"]}", vec!["rain 2", "apidesign 1", "salt 1", "stone 1"]),
            ("tags: {isEmpty: true}", vec![]),
            (
                "tags: {isEmpty: false, anyOf: [\"salt\"]}",
                vec!["salt 1 *", "rain 3", "water 3", "apidesign 2", "stone 1"],
            ),
            ("and: [{tags: {anyOf: [\"salt\"]}}]", vec!["rain 1", "salt 1"]),
            ("or: [{tags: {anyOf: [\"salt\"]}}, {sources: {anyOf: [\"wells\"]}}]", vec!["rain 1", "salt 1", "stone 1"]),
            ("not: {tags: {anyOf: [\"rain\"]}}", vec!["water 2", "apidesign 1", "stone 1"]),
            ("tags: {anyOf: []}", vec!["rain 3", "water 3", "apidesign 2", "salt 1", "stone 1"]),
        ] {
            assert_eq!(facet(&app, "tags", filter).await, expected, "{filter}");
        }
        assert_eq!(facet(&app, "languages", "and: [{languages: [\"ru\"]}]").await, ["ru 2"]);
        assert_eq!(facet(&app, "categories", "categories: {isEmpty: true}").await, ["none 2 *"]);
        assert_eq!(
            facet(&app, "categories", "categories: {isEmpty: false}").await,
            ["news 2", "weather 2", "depths 1"]
        );
    }

    async fn what_is_selected_comes_first_also_where_there_is_none_of_it(app: TestApp) {
        let app = rivers(&app).await;
        let filter = "tags: {anyOf: [\"stone\", \"salt\", \"rain\"]}, sources: {anyOf: [\"wells\"]}";
        assert_eq!(facet(&app, "tags", filter).await, ["stone 1 *", "rain 0 *", "salt 0 *"]);
        assert_eq!(facet(&app, "sources", filter).await, ["wells 1 *", "rivers 2", "seas 1"]);
        let languages = "languages: [\"de\", \"it\"], sources: {allOf: [\"rivers\"]}";
        assert_eq!(facet(&app, "languages", languages).await, ["de 0 *", "it 0 *", "en 2", "ru 1"]);
        let categories = "categories: {anyOf: [\"depths\", \"nothing-like-it\"]}, languages: [\"ru\"]";
        assert_eq!(facet(&app, "categories", categories).await, ["depths 0 *", "none 1", "weather 1"]);
        let never = "tags: {anyOf: [\"rain\"]}, or: []";
        assert_eq!(facet(&app, "tags", never).await, ["rain 0 *"]);
        assert_eq!(facet(&app, "sources", never).await, Vec::<String>::new());
    }

    async fn an_alias_is_its_tag(app: TestApp) {
        let app = rivers(&app).await;
        let expected = ["apidesign 2 *", "rain 3", "water 3", "salt 1", "stone 1"];
        assert_eq!(facet(&app, "tags", "tags: {anyOf: [\"api-design\"]}").await, expected);
        assert_eq!(facet(&app, "tags", "tags: {anyOf: [\"api-design\", \"apidesign\"]}").await, expected);
        assert_eq!(
            facet(&app, "tags", "tags: {allOf: [\"api-design\"]}").await,
            ["apidesign 2 *", "rain 1", "water 1"]
        );
    }

    async fn first_cuts_what_is_behind(app: TestApp) {
        let app = rivers(&app).await;
        let query = format!(
            "query($first: Int) {{ summaries(filter: {{tags: {{anyOf: [\"stone\"]}}}}) \
             {{ facets(first: $first) {{ {FACETS} }} }} }}"
        );
        for (first, expected) in [(0, &[] as &[&str]), (1, &["stone 1 *"]), (2, &["stone 1 *", "rain 3"])] {
            let data = app.data_with(&query, json!({ "first": first })).await;
            assert_eq!(written(&data["summaries"]["facets"], "tags"), expected, "{first}");
        }
        for first in [-1, 101] {
            let answer = app.ask_with(&query, json!({ "first": first })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        }
        let many: Vec<Value> = (0..30)
            .map(|it| format!("many {it:02}"))
            .map(|tag| line(&tag, &tag, &json!({ "episode": { "tags": [tag] } })))
            .collect();
        assert!(import(app.content(), "b.jsonl", &lines(&many)).await.is_stored());
        let data = app.data("{ summaries { facets { tags { count } } } }").await;
        assert_eq!(data["summaries"]["facets"]["tags"].as_array().map(Vec::len), Some(20));
    }

    async fn what_readers_do_not_see_is_in_no_facet(app: TestApp) {
        let app = rivers(&app).await;
        set_status(&app, &["e", "f"], "DRAFT").await;
        set_status(&app, &["g"], "ARCHIVED").await;
        for filter in ["", "publishedAt: {gte: \"1970-01-01T00:00:00Z\"}"] {
            assert_eq!(facet(&app, "categories", filter).await, ["news 2", "weather 2"], "{filter}");
            assert_eq!(facet(&app, "tags", filter).await, ["water 3", "apidesign 2", "rain 2"], "{filter}");
            assert_eq!(facet(&app, "sources", filter).await, ["rivers 3", "seas 1"], "{filter}");
            assert_eq!(facet(&app, "languages", filter).await, ["en 3", "ru 1"], "{filter}");
        }
    }

    async fn facets_below_a_source_are_those_of_its_summaries(app: TestApp) {
        for filter in ["", "languages: [\"en\"]", "tags: {anyOf: [\"backend\"]}", "categories: {isEmpty: true}"] {
            let inner = format!("facets(first: 100) {{ {FACETS} }}");
            let below = format!("summaries(filter: {{{filter}}}) {{ {inner} }}");
            let data = app.data(&format!("{{ sources(first: 50) {{ nodes {{ slug {below} }} }} }}")).await;
            for source in data["sources"]["nodes"].as_array().expect("sources") {
                let own = format!("{filter} sources: {{allOf: [{}]}}", source["slug"]);
                let own = format!("{{ summaries(filter: {{{own}}}) {{ {inner} }} }}");
                let mut alone = app.data(&own).await["summaries"]["facets"].take();
                // The source is no part of the filter of its own list.
                for entry in alone["sources"].as_array_mut().expect("a facet") {
                    entry["selected"] = false.into();
                }
                alone["sources"].as_array_mut().expect("a facet").retain(|entry| entry["count"] != 0);
                assert_eq!(source["summaries"]["facets"], alone, "{filter} {}", source["slug"]);
            }
        }
    }

    async fn facets_are_one_statement_however_many_lists_and_aliases(app: TestApp) {
        let aliased = format!("facets {{ {FACETS} }} few: facets(first: 1) {{ tags {{ count }} }}");
        for (expected, field) in [
            (1, format!("summaries {{ facets {{ {FACETS} }} }}")),
            (1, format!("summaries(filter: {{languages: [\"en\"]}}) {{ {aliased} }}")),
            (2, format!("summaries {{ nodes {{ title }} {aliased} }}")),
            (2, format!("sources(first: 100) {{ nodes {{ summaries {{ {aliased} }} }} }}")),
            (2, "summaries { facets { tags { tag { summaryCount } } } }".to_owned()),
            (0, format!("summaries(filter: {{or: []}}) {{ facets {{ {FACETS} }} }}")),
        ] {
            let run = app.statements_of(&field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }

    async fn facets_of_one_dimension_read_no_other(app: TestApp) {
        let run = app.statements_of("summaries(filter: {languages: [\"en\"]}) { facets { sources { count } } }").await;
        assert!(run.len() == 1 && !run[0].contains("UNION") && !run[0].contains("summary_tag"), "{run:#?}");
    }

    async fn what_stands_in_the_entries_is_read_for_all_parents_at_once(app: TestApp) {
        let field = |first: i32| {
            let facets = "facets { tags { tag { summaryCount } } sources { source { summaryCount } } }";
            format!("sources(first: {first}) {{ nodes {{ summaries {{ {facets} }} }} }}")
        };
        let (few, many) = (app.statements_of(&field(1)).await, app.statements_of(&field(6)).await);
        assert_eq!(few.len(), many.len(), "below one source: {few:#?}\nbelow six: {many:#?}");
    }
}

//! Stories: which episodes tell the same, and which of their summaries stands for all of them.

mod order;
mod primary;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    both,
    import::inbox::{CHANGED, import, import_as_of, line, lines},
    support::TestApp,
    tables::{assert_same, dump},
};

/// Long enough to tell a story by: more than 200 characters.
const TEXT: &str = "The river rose by two metres in the night, and the lower bridge was closed before six in the \
                    morning. Nobody was hurt. The town has asked everybody to keep away from the banks until the \
                    water falls again, which is expected on Thursday.";

/// A line about an episode that is known by its author: `more` goes to the episode.
fn told(source: &str, name: &str, title: &str, more: &Value) -> Value {
    let mut line =
        line(name, title, &json!({ "source": { "slug": source, "name": source }, "episode": { "author": name } }));
    let more = more.as_object().expect("an object").clone();
    line["episode"].as_object_mut().expect("an object").extend(more);
    line
}

/// The stories, each as the names of its episodes. Each episode has to see the same story.
async fn stories(app: &TestApp) -> BTreeSet<Vec<String>> {
    let query = "{ episodes(first: 100) { nodes { author duplicates(first: 80) { totalCount nodes { author } } } } }";
    let data = app.data(query).await;
    let name = |episode: &Value| episode["author"].as_str().expect("a name").to_owned();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for episode in data["episodes"]["nodes"].as_array().expect("episodes") {
        let others = episode["duplicates"]["nodes"].as_array().expect("episodes");
        assert_eq!(episode["duplicates"]["totalCount"], json!(others.len()), "{episode}");
        let mut story: Vec<String> = others.iter().chain([episode]).map(name).collect();
        story.sort();
        *seen.entry(story).or_default() += 1;
    }
    for (story, times) in &seen {
        assert_eq!(story.len(), *times, "all of {story:?} see it");
    }
    seen.into_keys().collect()
}

/// Stories as one writes them down: `ab c`.
fn of(text: &str) -> BTreeSet<Vec<String>> {
    text.split(' ').map(|story| story.chars().map(String::from).collect()).collect()
}

/// Another application with these lines, and its stories.
async fn stories_of(app: &TestApp, all: &[Value]) -> BTreeSet<Vec<String>> {
    let app = app.empty().await;
    assert!(import(app.content(), "a.jsonl", &lines(all)).await.is_stored());
    stories(&app).await
}

both! {
    async fn one_address_at_two_sources_is_one_story(app: TestApp) {
        let url = |url: &str| json!({ "url": url });
        let all = [
            told("rivers", "a", "Flood", &url("https://www.town.example/flood/?utm_source=rivers")),
            told("seas", "b", "What the Water Did", &url("http://town.example/flood")),
            told("wells", "c", "Elsewhere", &url("https://town.example/flood?page=2")),
        ];
        assert_eq!(stories_of(&app, &all).await, of("ab c"));
    }

    async fn one_address_within_a_source_says_nothing_unless_the_title_is_the_same_too(app: TestApp) {
        let home = json!({ "url": "https://pod.example/" });
        let all =
            [told("rivers", "a", "Flood", &home), told("rivers", "b", "Ebb", &home), told("rivers", "c", "Ebb", &home)];
        assert_eq!(stories_of(&app, &all).await, of("a bc"));
    }

    async fn one_text_is_one_story_also_within_a_source(app: TestApp) {
        let text = |text: &str| json!({ "excerpt": text });
        let all = [
            told("rivers", "a", "Flood", &text(TEXT)),
            told("rivers", "b", "The Night of the Flood", &text(&TEXT.to_uppercase())),
            told("seas", "c", "Rain", &text(&TEXT.replace(' ', "\n"))),
            told("seas", "d", "More Rain", &text(&TEXT[1..])),
        ];
        assert_eq!(stories_of(&app, &all).await, of("abc d"));
    }

    async fn a_short_text_says_nothing(app: TestApp) {
        let text = |many: usize| json!({ "excerpt": "x".repeat(many) });
        let all = [
            told("rivers", "a", "Flood", &text(199)),
            told("seas", "b", "Ebb", &text(199)),
            told("rivers", "c", "Drought", &text(200)),
            told("seas", "d", "Delta", &text(200)),
        ];
        assert_eq!(stories_of(&app, &all).await, of("a b cd"));
    }

    /// The text that is compared has to be the one that is long.
    async fn a_short_content_says_nothing_however_long_the_excerpt(app: TestApp) {
        let more = |excerpt: &str| json!({ "content": "<p>Listen now.</p>", "excerpt": excerpt });
        let all = [
            told("rivers", "a", "Flood", &more(TEXT)),
            told("rivers", "b", "Ebb", &more(&TEXT.replace("rose", "fell"))),
            told("seas", "c", "Drought", &more(&TEXT.replace("river", "wind"))),
        ];
        assert_eq!(stories_of(&app, &all).await, of("a b c"));
    }

    async fn a_long_content_tells_its_story_however_short_the_excerpt(app: TestApp) {
        let more = |excerpt: &str| json!({ "content": format!("<p>{TEXT}</p>"), "excerpt": excerpt });
        let all =
            [told("rivers", "a", "Flood", &more("Two metres.")), told("seas", "b", "Ebb", &more("Read all of it."))];
        assert_eq!(stories_of(&app, &all).await, of("ab"));
    }

    async fn one_title_at_two_sources_is_one_story_for_thirty_days(app: TestApp) {
        let at = |at: &str| json!({ "published_at": at });
        let all = [
            told("rivers", "a", "The Night of the Flood", &at("2026-03-01T10:00:00Z")),
            told("seas", "b", "The NIGHT of the flood", &at("2026-03-31T10:00:00Z")),
            told("wells", "c", "The Day of the Flood", &at("2026-03-01T10:00:00Z")),
            told("seas", "d", "The Day of the Flood", &at("2026-03-31T10:00:01Z")),
        ];
        assert_eq!(stories_of(&app, &all).await, of("ab c d"));
    }

    async fn one_title_within_a_source_says_nothing(app: TestApp) {
        let all = [
            told("rivers", "a", "The Night of the Flood", &json!({})),
            told("rivers", "b", "The Night of the Flood", &json!({})),
        ];
        assert_eq!(stories_of(&app, &all).await, of("a b"));
    }

    async fn a_short_title_says_nothing(app: TestApp) {
        let all = [
            told("rivers", "a", "Eleven char", &json!({})),
            told("seas", "b", "Eleven char", &json!({})),
            told("rivers", "c", "Twelve chars", &json!({})),
            told("seas", "d", "Twelve chars", &json!({})),
        ];
        assert_eq!(stories_of(&app, &all).await, of("a b cd"));
    }

    async fn what_is_one_story_with_a_third_is_one_story(app: TestApp) {
        let all = [
            told("rivers", "a", "The Night of the Flood", &json!({})),
            told("seas", "b", "The Night of the Flood", &json!({ "url": "https://town.example/flood" })),
            told("wells", "c", "Flood", &json!({ "url": "https://town.example/flood", "excerpt": TEXT })),
            told("springs", "d", "Ebb", &json!({ "excerpt": TEXT })),
        ];
        assert_eq!(stories_of(&app, &all).await, of("abcd"));
    }

    async fn two_stories_become_one_by_what_leads_to_both(app: TestApp) {
        let app = app.empty().await;
        let url = |name: &str| json!({ "url": format!("https://town.example/{name}") });
        let apart = [
            told("rivers", "a", "Flood", &url("flood")),
            told("seas", "b", "Flut", &url("flood")),
            told("rivers", "c", "Rain", &json!({ "excerpt": TEXT })),
            told("seas", "d", "Regen", &json!({ "excerpt": TEXT })),
            told("seas", "e", "Sun", &json!({})),
        ];
        import(app.content(), "a.jsonl", &lines(&apart)).await;
        assert_eq!(stories(&app).await, of("ab cd e"));
        let both =
            told("wells", "f", "Rain and Flood", &json!({ "url": "https://town.example/flood", "excerpt": TEXT }));
        import(app.content(), "b.jsonl", &lines(&[both])).await;
        assert_eq!(stories(&app).await, of("abcdf e"));
    }

    async fn an_episode_that_changes_leaves_its_story_and_takes_its_links_along(app: TestApp) {
        let app = app.empty().await;
        let between = |title: &str| told("seas", "b", title, &json!({ "url": "https://town.example/flood" }));
        let all = [
            told("rivers", "a", "The Night of the Flood", &json!({})),
            between("The Night of the Flood"),
            told("wells", "c", "Flood", &json!({ "url": "https://town.example/flood" })),
        ];
        import(app.content(), "a.jsonl", &lines(&all)).await;
        assert_eq!(stories(&app).await, of("abc"));
        import_as_of(app.content(), CHANGED + 1, "a.jsonl", lines(&[between("Another Night")]).as_bytes()).await;
        assert_eq!(stories(&app).await, of("a bc"));
        let moved = told("seas", "b", "Another Night", &json!({ "url": "https://town.example/ebb" }));
        import_as_of(app.content(), CHANGED + 2, "a.jsonl", lines(&[moved]).as_bytes()).await;
        assert_eq!(stories(&app).await, of("a b c"));
        import_as_of(app.content(), CHANGED + 3, "a.jsonl", lines(&[between("The Night of the Flood")]).as_bytes())
            .await;
        assert_eq!(stories(&app).await, of("abc"));
    }

    async fn importing_a_story_again_changes_nothing(app: TestApp) {
        let app = app.empty().await;
        let one = lines(&[told("rivers", "a", "The Night of the Flood", &json!({ "excerpt": TEXT }))]);
        let other = lines(&[told("seas", "b", "The Night of the Flood", &json!({ "excerpt": TEXT }))]);
        import(app.content(), "a.jsonl", &one).await;
        import(app.content(), "b.jsonl", &other).await;
        let before = dump(&app.url).await;
        for (name, text) in [("b.jsonl", &other), ("a.jsonl", &one), ("a.jsonl", &one)] {
            import(app.content(), name, text).await;
            assert_same(&before, &dump(&app.url).await, "imported again");
        }
    }

    async fn a_story_goes_over_batches(app: TestApp) {
        let app = app.empty().await;
        let filler =
            |at: usize| told("rivers", "x", &format!("Gauge Reading {at}"), &json!({ "guid": format!("x{at}") }));
        let mut all: Vec<Value> = (0..620).map(filler).collect();
        for (place, source) in [(0, "rivers"), (255, "seas"), (510, "wells"), (620, "springs")] {
            let name = ["a", "b", "c", "d"][place / 200];
            all.insert(place, told(source, name, "The Night of the Flood", &json!({})));
        }
        assert!(import(app.content(), "a.jsonl", &lines(&all)).await.is_stored());
        let data = app
            .data(
                "{ summaries(filter: {sources: {anyOf: [\"springs\"]}}) \
                   { nodes { episode { duplicates { totalCount nodes { source { slug } } } } } } }",
            )
            .await;
        let of = |slug: &str| json!({ "source": { "slug": slug } });
        let duplicates = json!({ "totalCount": 3, "nodes": [of("rivers"), of("seas"), of("wells")] });
        assert_eq!(data["summaries"]["nodes"], json!([{ "episode": { "duplicates": duplicates } }]));
    }

    async fn duplicates_come_in_pages_the_earliest_first(app: TestApp) {
        let app = app.empty().await;
        let url = "https://town.example/flood";
        let at = |day: i32| json!({ "url": url, "published_at": format!("2026-03-{day:02}T10:00:00Z") });
        let all: Vec<Value> = [("e", 5), ("b", 2), ("d", 4), ("a", 1), ("c", 3)]
            .map(|(name, day)| told(&format!("source-{name}"), name, &format!("{name} Told"), &at(day)))
            .into();
        import(app.content(), "a.jsonl", &lines(&all)).await;
        let ask = async |page: &str| {
            let inner = "totalCount edges { cursor node { author } } pageInfo { hasNextPage hasPreviousPage }";
            let by = "url: {url: \"https://town.example/flood\", source: \"source-c\"}";
            let data = app.data(&format!("{{ episode(by: {{{by}}}) {{ duplicates{page} {{ {inner} }} }} }}")).await;
            let page = &data["episode"]["duplicates"];
            let edges = page["edges"].as_array().expect("edges");
            let names: Vec<&str> = edges.iter().filter_map(|it| it["node"]["author"].as_str()).collect();
            let cursors: Vec<String> = edges.iter().map(|it| it["cursor"].to_string()).collect();
            let ends = &page["pageInfo"];
            (names.concat(), cursors, json!([page["totalCount"], ends["hasPreviousPage"], ends["hasNextPage"]]))
        };
        let (names, cursors, rest) = ask("").await;
        assert_eq!((names.as_str(), rest), ("abde", json!([4, false, false])));
        for (page, expected, rest) in [
            ("(first: 2)".to_owned(), "ab", json!([4, false, true])),
            (format!("(first: 2, after: {})", cursors[1]), "de", json!([4, true, false])),
            (format!("(last: 1, before: {})", cursors[2]), "b", json!([4, true, true])),
            ("(last: 3)".to_owned(), "bde", json!([4, true, false])),
            ("(first: 0)".to_owned(), "", json!([4, false, true])),
        ] {
            let (names, _, found) = ask(&page).await;
            assert_eq!((names.as_str(), found), (expected, rest), "{page}");
        }
    }

    async fn duplicates_of_a_page_are_one_statement_a_level(app: TestApp) {
        let known = "{ summaries(first: 1) { nodes { source { name } } } }";
        app.data(known).await;
        for (expected, field) in [
            (2, "episodes(first: 100) { nodes { duplicates { nodes { title source { name } } } } }"),
            (3, "episodes(first: 100) { nodes { duplicates { totalCount nodes { title } } } }"),
            (2, "episodes(first: 100) { nodes { duplicates { totalCount } } }"),
            (3, "episodes(first: 15) { nodes { duplicates { nodes { duplicates { nodes { title } } } } } }"),
        ] {
            app.statements();
            app.data(&format!("{{ {field} }}")).await;
            let run = app.statements();
            assert!(run.len() <= expected, "{field}: {run:#?}");
        }
    }
}

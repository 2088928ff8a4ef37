//! Related summaries: which ones, in which order, and what they cost.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::{both, support::TestApp, tables::connect};

/// Everything, by title, with what is related to it.
const ALL: &str = "{ summaries(first: 100, orderBy: {field: TITLE, direction: ASC}) \
                   { nodes { title related { title } } } }";

/// A summary of Kitchen, in English, of that day of March 2026.
fn item(day: u32, title: &str, tags: &[&str]) -> Value {
    json!({
        "source": { "slug": "kitchen", "name": "Kitchen" },
        "episode": { "guid": title, "title": title, "language": "en", "published_at": format!("2026-03-{day:02}T09:00:00Z") },
        "summary": { "tldr": "Read it.", "tags": tags },
    })
}

/// The same by another source.
fn elsewhere(mut item: Value) -> Value {
    item["source"] = json!({ "slug": "pantry", "name": "Pantry" });
    item
}

/// The same episode summed up in another language.
fn translated(mut item: Value, language: &str, title: &str) -> Value {
    item["summary"]["language"] = language.into();
    item["summary"]["title"] = title.into();
    item
}

/// An application with these items alone.
async fn with(app: &TestApp, items: &[Value]) -> TestApp {
    let app = app.empty().await;
    let lines: String = items.iter().flat_map(|item| [item.to_string(), "\n".to_owned()]).collect();
    let (counts, done) = app.import("items.jsonl", &lines).await;
    done.expect("it is imported");
    assert_eq!(counts.skipped, 0);
    app
}

/// Bread, and what else there is in a kitchen.
async fn kitchen(app: &TestApp) -> TestApp {
    let items = [
        item(1, "Sourdough starters in winter", &["bread", "fermentation"]),
        item(2, "Feeding a sourdough twice a day", &["bread", "fermentation"]),
        item(3, "Pickles without vinegar", &["fermentation", "vegetables"]),
        item(4, "Rye loaves", &["bread"]),
        item(5, "Why my sourdough fails", &[]),
        item(6, "Copper pans", &["tools"]),
        item(7, "Tins", &["bread", "tools"]),
        item(8, "Chopping boards", &[]),
    ];
    with(app, &items).await
}

/// The titles of what is related to each, by its title.
fn titles(data: &Value) -> Vec<(String, Vec<String>)> {
    let text = |it: &Value| it["title"].as_str().expect("a title").to_owned();
    let nodes = data["summaries"]["nodes"].as_array().expect("nodes");
    let related = |it: &Value| it["related"].as_array().expect("a list").iter().map(text).collect();
    nodes.iter().map(|it| (text(it), related(it))).collect()
}

/// The same of everything there is, as lines of text.
async fn all(app: &TestApp) -> String {
    let list = |related: Vec<String>| if related.is_empty() { "nothing".to_owned() } else { related.join(" | ") };
    let line = |(title, related): (String, Vec<String>)| format!("{title}: {}\n", list(related));
    titles(&app.data(ALL).await).into_iter().map(line).collect()
}

/// What a root field runs.
async fn statements(app: &TestApp, field: &str) -> usize {
    app.statements();
    app.data(&format!("{{ {field} }}")).await;
    app.statements().len()
}

both! {
    async fn the_more_and_the_rarer_the_closer_and_newer_ones_first(app: TestApp) {
        let app = kitchen(&app).await;
        let found = all(&app).await;
        insta::assert_snapshot!(found, @"
        Chopping boards: nothing
        Copper pans: Tins
        Feeding a sourdough twice a day: Sourdough starters in winter | Why my sourdough fails | Pickles without vinegar | Tins | Rye loaves
        Pickles without vinegar: Feeding a sourdough twice a day | Sourdough starters in winter
        Rye loaves: Tins | Feeding a sourdough twice a day | Sourdough starters in winter
        Sourdough starters in winter: Feeding a sourdough twice a day | Why my sourdough fails | Pickles without vinegar | Tins | Rye loaves
        Tins: Copper pans | Rye loaves | Feeding a sourdough twice a day | Sourdough starters in winter
        Why my sourdough fails: Feeding a sourdough twice a day | Sourdough starters in winter
        ");
        assert_eq!(found, all(&app).await);
    }

    async fn a_number_cuts_the_list(app: TestApp) {
        let app = kitchen(&app).await;
        let slug = "sourdough-starters-in-winter";
        let lists = "none: related(first: 0) { title } two: related(first: 2) { title } all: related(first: 20) { slug }";
        assert_eq!(
            app.data(&format!("{{ summary(by: {{slug: \"{slug}\"}}) {{ {lists} }} }}")).await,
            json!({ "summary": {
                "none": [],
                "two": [{ "title": "Feeding a sourdough twice a day" }, { "title": "Why my sourdough fails" }],
                "all": [
                    { "slug": "feeding-a-sourdough-twice-a-day" }, { "slug": "why-my-sourdough-fails" },
                    { "slug": "pickles-without-vinegar" }, { "slug": "tins" }, { "slug": "rye-loaves" },
                ],
            } })
        );
        for first in [-1, 21] {
            let query = format!("{{ summaries(first: 1) {{ nodes {{ related(first: {first}) {{ id }} }} }} }}");
            let answer = app.ask(&query).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        }
    }

    async fn words_are_shared_in_any_form_and_language(app: TestApp) {
        let app = with(&app, &[
            item(1, "Teaching databases to forget", &[]),
            item(2, "A database that forgets", &[]),
            translated(item(3, "Kubernetes at home", &[]), "de", "Kubernetes im Alltag"),
            item(4, "Your Kubernetes cluster", &[]),
            translated(item(5, "Tokyo", &[]), "ja", "東京のデータ"),
            translated(item(6, "Osaka", &[]), "zh", "去东京还是去大阪"),
            translated(item(7, "Kyoto", &[]), "ja", "京都と東京"),
            // Only what stands in the title counts, and stop words never do.
            translated(item(8, "Your home and how to forget it", &[]), "en", "Your own way to do that"),
        ]).await;
        insta::assert_snapshot!(all(&app).await, @"
        A database that forgets: Teaching databases to forget
        Kubernetes im Alltag: Your Kubernetes cluster
        Teaching databases to forget: A database that forgets
        Your Kubernetes cluster: Kubernetes im Alltag
        Your own way to do that: nothing
        京都と東京: 東京のデータ
        去东京还是去大阪: nothing
        東京のデータ: 京都と東京
        ");
    }

    async fn a_summary_is_not_related_to_its_own_story_and_a_story_stands_once(app: TestApp) {
        let original = item(1, "Knives that stay sharp", &["knives"]);
        let other = item(3, "Sharpening with a stone", &["knives"]);
        let app = with(&app, &[
            original.clone(),
            translated(original.clone(), "de", "Messer, die scharf bleiben"),
            elsewhere(item(2, "Knives that stay sharp", &["knives"])),
            other.clone(),
            translated(other, "de", "Schärfen mit dem Stein"),
            elsewhere(item(4, "Sharpening with a stone", &["knives"])),
        ]).await;
        let asked = "{ summaries(orderBy: {direction: ASC}) { nodes { title source { slug } related { title source { slug } } } } }";
        let shown = |it: &Value| format!("{} ({})", it["title"].as_str().unwrap_or_default(), it["source"]["slug"]);
        let data = app.data(asked).await;
        let nodes = data["summaries"]["nodes"].as_array().expect("nodes").iter();
        let lines: Vec<String> = nodes
            .map(|it| {
                let related: Vec<String> = it["related"].as_array().expect("a list").iter().map(shown).collect();
                format!("{}: {}", shown(it), related.join(" | "))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        Knives that stay sharp ("kitchen"): Sharpening with a stone ("kitchen")
        Messer, die scharf bleiben ("kitchen"): Schärfen mit dem Stein ("kitchen")
        Knives that stay sharp ("pantry"): Sharpening with a stone ("kitchen")
        Sharpening with a stone ("kitchen"): Knives that stay sharp ("kitchen")
        Schärfen mit dem Stein ("kitchen"): Messer, die scharf bleiben ("kitchen")
        Sharpening with a stone ("pantry"): Knives that stay sharp ("kitchen")
        "#);
    }

    async fn drafts_are_related_to_nothing(app: TestApp) {
        let app = kitchen(&app).await;
        let connection = connect(&app.url).await;
        let draft = "(SELECT id FROM summary WHERE title = 'Feeding a sourdough twice a day')";
        for sql in [
            format!("UPDATE summary_tag SET published_at = NULL WHERE summary_id = {draft}"),
            format!("UPDATE summary SET status = 'DRAFT', published_at = NULL WHERE id = {draft}"),
        ] {
            connection.execute_unprepared(&sql).await.expect("it is a draft");
        }
        connection.close().await.expect("no connection");
        insta::assert_snapshot!(all(&app).await, @"
        Chopping boards: nothing
        Copper pans: Tins
        Pickles without vinegar: Sourdough starters in winter
        Rye loaves: Tins | Sourdough starters in winter
        Sourdough starters in winter: Why my sourdough fails | Pickles without vinegar | Tins | Rye loaves
        Tins: Copper pans | Rye loaves | Sourdough starters in winter
        Why my sourdough fails: Sourdough starters in winter
        ");
    }

    async fn a_word_of_more_than_a_hundred_summaries_leads_to_none(app: TestApp) {
        let mut items: Vec<Value> = (0..101).map(|it| item(1, &format!("Kettle {it}"), &[])).collect();
        items.extend((0..100).map(|it| item(2, &format!("Teapot {it}"), &[])));
        items.push(item(3, "Kettle fit for a king", &["royal"]));
        items.push(item(3, "A royal kettle", &["royal"]));
        let app = with(&app, &items).await;
        let of = async |slug: &str| {
            let data = app.data(&format!("{{ summary(by: {{slug: \"{slug}\"}}) {{ related(first: 3) {{ title }} }} }}")).await;
            data["summary"]["related"].clone()
        };
        assert_eq!(of("kettle-1").await, json!([]));
        assert_eq!(of("teapot-1").await, json!([{ "title": "Teapot 99" }, { "title": "Teapot 98" }, { "title": "Teapot 97" }]));
        assert_eq!(of("a-royal-kettle").await, json!([{ "title": "Kettle fit for a king" }]));
    }

    async fn titles_that_tell_nothing_are_related_by_tags_alone(app: TestApp) {
        let long = "x".repeat(10_000);
        let odd = ["How to do it", "!?", "\" OR NEAR(* -\\ ' & | ! :*", "C++ & C#", "\u{200b}…\u{301}", &long, "it's", "1984"];
        let items: Vec<Value> = odd.iter().zip(1..).map(|(title, day)| item(day, title, &["odd"])).collect();
        let app = with(&app, &items).await;
        let found = titles(&app.data(&ALL.replace("related", "related(first: 20)")).await);
        assert_eq!(found.len(), odd.len());
        assert!(found.iter().all(|(_, related)| related.len() == odd.len() - 1), "{found:#?}");
    }

    async fn a_summary_has_the_same_related_ones_wherever_it_is_met(app: TestApp) {
        let data = app.data("{ summaries(first: 100) { nodes { id related(first: 20) { id } } } }").await;
        for node in data["summaries"]["nodes"].as_array().expect("nodes") {
            let alone = format!("{{ node(id: {}) {{ ... on Summary {{ id related(first: 20) {{ id }} }} }} }}", node["id"]);
            assert_eq!(app.data(&alone).await["node"], *node);
        }
    }

    async fn related_ones_take_four_statements_for_all_rows(app: TestApp) {
        app.data("{ summaries(first: 1) { nodes { source { name } } } }").await;
        for (expected, inner) in [
            (1, "title related(first: 0) { title }"),
            (5, "title related { title tags { slug } source { name } }"),
            (5, "title tags { slug } one: related { title } same: related(first: 5) { tldr }"),
            (6, "title few: related(first: 2) { title } more: related(first: 10) { title }"),
            (9, "related { title related { title } }"),
        ] {
            for first in [20, 100] {
                let field = format!("summaries(first: {first}) {{ nodes {{ {inner} }} }}");
                assert_eq!(statements(&app, &field).await, expected, "{field}");
            }
        }
    }

    async fn related_ones_have_related_ones(app: TestApp) {
        let app = kitchen(&app).await;
        let query = "{ summary(by: {slug: \"copper-pans\"}) { related { title related(first: 2) { title tags { slug } } } } }";
        assert_eq!(
            app.data(query).await,
            json!({ "summary": { "related": [{ "title": "Tins", "related": [
                { "title": "Copper pans", "tags": [{ "slug": "tools" }] },
                { "title": "Rye loaves", "tags": [{ "slug": "bread" }] },
            ] }] } })
        );
    }
}

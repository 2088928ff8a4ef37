//! Categories by rules: where an input names none, the first rule that fits does; and what was stored before is
//! filed when somebody says so.

mod property;

use entity::{change, summary};
use precis::content::store::Filed;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};

use crate::{
    archive::set_status,
    both,
    import::inbox::{CHANGED, DATED, Imported, feed, import, import_as_of, line, lines},
    support::TestApp,
    tables::{assert_same, connect, dump},
};

/// The titles of all summaries, each with its category.
async fn shelves(app: &TestApp) -> Vec<(String, String)> {
    let all =
        "{ summaries(first: 100, orderBy: {field: TITLE, direction: ASC}) { nodes { title category { name } } } }";
    let nodes = app.data(all).await["summaries"]["nodes"].take();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let shelf = |node: &Value| (text(&node["title"]), text(&node["category"]["name"]));
    nodes.as_array().expect("nodes").iter().map(shelf).collect()
}

fn expected(shelves: &[(&str, &str)]) -> Vec<(String, String)> {
    shelves.iter().map(|(title, category)| ((*title).to_owned(), (*category).to_owned())).collect()
}

/// How many summaries each category has, and how many there are without one.
const COUNTS: &str = "{ categories { nodes { slug name summaryCount } }
    without: summaries(filter: {categories: {isEmpty: true}}) { totalCount } }";

/// Files what is in no category, and says how many were seen, and how many went where.
async fn apply(app: &TestApp, dry_run: bool) -> (usize, Vec<(String, usize)>) {
    let Filed { seen, categories } = app.content().file_by_rules(dry_run).await.expect("a database");
    (seen, categories.into_values().collect())
}

/// A line about an episode; `more` adds to its episode.
fn episode(title: &str, more: &Value) -> Value {
    line(title, title, &json!({ "episode": more }))
}

both! {
    async fn the_first_rule_that_fits_names_the_category(app: TestApp) {
        let app = app.empty().await.filing_by(&[
            "tag:#EventDriven = Backend",
            "words:replicas -mysql = Databases",
            "words:\"rain gauge\" = Weather",
            "source:Seas & Lakes = Water",
            "tag:nothing-has-it = Nothing",
        ]);
        let text = lines(&[
            episode("A replica lags", &json!({ "tags": ["event_driven"] })),
            episode("B replica lags", &json!({})),
            episode("C MySQL replica", &json!({})),
            episode("D", &json!({ "excerpt": "The rain gauges were full." })),
            episode("E", &json!({ "excerpt": "The gauge for rain was full." })),
            episode("F replica lags", &json!({ "category": "Rivers" })),
            line("g", "G", &json!({ "source": { "slug": "seas", "name": "Seas, Lakes" } })),
            line("h", "H replica", &json!({ "source": { "slug": "seas", "name": "Seas, Lakes" } })),
        ]);
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(8, 0, 0));
        assert_eq!(
            shelves(&app).await,
            expected(&[
                ("A replica lags", "Backend"),
                ("B replica lags", "Databases"),
                ("C MySQL replica", "-"),
                ("D", "Weather"),
                ("E", "-"),
                ("F replica lags", "Rivers"),
                ("G", "Water"),
                ("H replica", "Databases"),
            ])
        );
        // Nothing is made that nothing stands in.
        assert_eq!(
            app.data(COUNTS).await,
            json!({
                "categories": { "nodes": [
                    { "slug": "backend", "name": "Backend", "summaryCount": 1 },
                    { "slug": "databases", "name": "Databases", "summaryCount": 2 },
                    { "slug": "rivers", "name": "Rivers", "summaryCount": 1 },
                    { "slug": "water", "name": "Water", "summaryCount": 1 },
                    { "slug": "weather", "name": "Weather", "summaryCount": 1 },
                ] },
                "without": { "totalCount": 2 },
            })
        );
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(0, 0, 8));
        assert_same(&before, &dump(&app.url).await, "imported again");
        let app = app.filing_by(&["source:rivers = Rivers"]);
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(0, 0, 8));
        assert_same(&before, &dump(&app.url).await, "imported again under other rules");
    }

    async fn words_are_matched_by_the_language_of_the_episode_or_else_of_its_source(app: TestApp) {
        let app = app.empty().await.filing_by(&["words:база = Базы"]);
        let of = |source: &str, language: Option<&str>, title: &str| {
            json!({
                "source": { "slug": source, "name": source, "language": language },
                "episode": { "guid": title, "title": title, "published_at": "2026-03-03" },
            })
        };
        let text = lines(&[
            of("moskva", Some("ru"), "Базы"),
            of("nowhere", None, "A базы 1"),
            of("nowhere", None, "A база 2"),
        ]);
        import(app.content(), "a.jsonl", &text).await;
        let filed = expected(&[("A база 2", "Базы"), ("A базы 1", "-"), ("Базы", "Базы")]);
        assert_eq!(shelves(&app).await, filed);
    }

    async fn a_rule_about_a_merged_tag_is_about_the_one_that_is_left(app: TestApp) {
        let app = app.empty().await.filing_by(&["tag:k8s = Infrastructure"]);
        import(app.content(), "a.jsonl", &lines(&[episode("A", &json!({ "tags": ["K8s"] }))])).await;
        import(app.content(), "b.jsonl", &lines(&[episode("B", &json!({ "tags": ["Kubernetes"] }))])).await;
        app.content().merge_tags(&["k8s".to_owned()], "kubernetes").await.expect("a database").expect("tags");
        import(app.content(), "c.jsonl", &lines(&[episode("C", &json!({ "tags": ["Kubernetes"] }))])).await;
        let there = [("A", "Infrastructure"), ("B", "-"), ("C", "Infrastructure")];
        assert_eq!(shelves(&app).await, expected(&there));
        assert_eq!(apply(&app, false).await, (1, vec![("Infrastructure".to_owned(), 1)]));
        let there = [("A", "Infrastructure"), ("B", "Infrastructure"), ("C", "Infrastructure")];
        assert_eq!(shelves(&app).await, expected(&there));
    }

    async fn of_two_sources_of_one_name_a_rule_means_the_one_whose_slug_it_says(app: TestApp) {
        let app = app.empty().await.filing_by(&["source:rivers = One", "source:Rivers-2 = Two"]);
        let of = |place: &str, title: &str| {
            let itself = format!(
                "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" \
                 href=\"https://rivers.example/{place}\"/><language>"
            );
            feed(&[(title, title, DATED)]).replace("<language>", &itself)
        };
        import(app.content(), "a.xml", &of("news", "A")).await;
        import(app.content(), "b.xml", &of("notes", "B")).await;
        assert_eq!(shelves(&app).await, expected(&[("A", "One"), ("B", "Two")]));
    }

    async fn a_newer_input_is_filed_by_the_rules_of_now(app: TestApp) {
        let app = app.empty().await.filing_by(&["words:flood = Weather"]);
        let text = |title: &str| lines(&[line("1", title, &json!({}))]);
        import(app.content(), "a.jsonl", &text("Flood")).await;
        let app = app.filing_by(&["words:flood = Rivers", "words:ebb = Seas"]);
        for (later, title, category) in [(60, "Flooded", "Rivers"), (120, "Ebb", "Seas"), (180, "Delta", "-")] {
            import_as_of(app.content(), CHANGED + later, "a.jsonl", text(title).as_bytes()).await;
            assert_eq!(shelves(&app).await, expected(&[(title, category)]));
        }
    }

    async fn what_was_stored_before_is_filed_on_demand_and_once(app: TestApp) {
        let app = app.empty().await;
        let text = lines(&[
            episode("Flood", &json!({ "tags": ["Water"] })),
            episode("Ebb", &json!({ "category": "Seas" })),
            episode("Edited flood", &json!({})),
            episode("Archived flood", &json!({})),
            episode("Delta", &json!({})),
        ]);
        import(app.content(), "a.jsonl", &text).await;
        set_status(&app, &["Archived flood"], "ARCHIVED").await;
        let connection = connect(&app.url).await;
        connection
            .execute_unprepared("UPDATE summary SET edited = (1 = 1) WHERE title = 'Edited flood'")
            .await
            .expect("a summary is changed");
        let app = app.filing_by(&["tag:water = Weather", "words:ebb = Weather", "words:flood = weather"]);
        let before = dump(&app.url).await;
        let filed = (3, vec![("Weather".to_owned(), 2)]);
        assert_eq!(apply(&app, true).await, filed);
        assert_same(&before, &dump(&app.url).await, "nothing was to be filed");

        let newest = change::Entity::find().order_by_desc(change::Column::Seq);
        let head = newest.one(&connection).await.expect("rows").expect("one").seq;
        assert_eq!(apply(&app, false).await, filed);
        assert_eq!(
            shelves(&app).await,
            expected(&[("Delta", "-"), ("Ebb", "Seas"), ("Edited flood", "-"), ("Flood", "Weather")])
        );
        assert_eq!(
            app.data(COUNTS).await,
            json!({
                "categories": { "nodes": [
                    { "slug": "seas", "name": "Seas", "summaryCount": 1 },
                    { "slug": "weather", "name": "Weather", "summaryCount": 1 },
                ] },
                "without": { "totalCount": 2 },
            })
        );
        let changes = change::Entity::find().filter(change::Column::Seq.gt(head));
        let changes = changes.order_by_asc(change::Column::Seq).all(&connection).await.expect("rows");
        let changes: Vec<_> = changes.iter().map(|it| (it.node_kind.as_str(), it.node_id, it.kind.as_str())).collect();
        assert_eq!(changes, [("CATEGORY", 2, "CREATED"), ("SUMMARY", 1, "UPDATED"), ("SUMMARY", 4, "UPDATED")]);
        let revisions = summary::Entity::find().order_by_asc(summary::Column::Id).all(&connection).await;
        let revisions: Vec<i32> = revisions.expect("rows").iter().map(|it| it.revision).collect();
        assert_eq!(revisions, [2, 1, 1, 2, 1]);
        connection.close().await.expect("no connection");

        let before = dump(&app.url).await;
        assert_eq!(apply(&app, false).await, (1, vec![]));
        assert_same(&before, &dump(&app.url).await, "filed again");
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(0, 0, 5));
        assert_same(&before, &dump(&app.url).await, "imported again");
    }

    async fn all_there_is_is_filed_page_by_page(app: TestApp) {
        let app = app.empty().await;
        let each = |at: usize| episode(&format!("Flood no {at}"), &json!({ "tags": Vec::from(&["Water"][..at % 2]) }));
        import(app.content(), "a.jsonl", &lines(&(0..1_201).map(each).collect::<Vec<_>>())).await;
        let app = app.filing_by(&["tag:water = Weather"]);
        assert_eq!(apply(&app, false).await, (1_201, vec![("Weather".to_owned(), 600)]));
        let filter = "filter: {categories: {anyOf: [\"weather\"]}, tags: {anyOf: [\"water\"]}}";
        let counts = format!("{{ summaries({filter}) {{ totalCount }} category(by: {{slug: \"weather\"}}) {{ summaryCount }} }}");
        let all = json!({ "summaries": { "totalCount": 600 }, "category": { "summaryCount": 600 } });
        assert_eq!(app.data(&counts).await, all);
    }
}

//! Merging tags: what had one has the other, once, and what one was called leads to the other from then on.

mod property;

use entity::{change, counter, kinds::Dimension, tag_alias};
use precis::content::{NodeId, NodeKind, store::NotMerged};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};

use crate::{
    archive::set_status,
    both,
    import::inbox::{Imported, import, line, lines},
    support::TestApp,
    tables::{assert_same, connect, dump},
};

/// All tags.
const TAGS: &str = "{ tags { totalCount nodes { slug name aliases summaryCount } } }";

/// A line about an episode with these tags.
fn tagged(title: &str, tags: &[&str]) -> Value {
    line(title, title, &json!({ "episode": { "tags": tags } }))
}

/// Five episodes: two tags that mean one, on all of them but one, and another tag.
fn rivers() -> String {
    lines(&[
        tagged("Flood", &["K8s"]),
        tagged("Ebb", &["K8s", "Kubernetes"]),
        tagged("Delta", &["Kubernetes", "Water"]),
        tagged("Spring", &["k-8-s", "Water"]),
        tagged("Mouth", &["Water"]),
    ])
}

/// Merges what has to be there, and says of each tag that went how many summaries had it.
async fn merge(app: &TestApp, names: &[&str], into: &str) -> Vec<(String, i64)> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let merged = app.content().merge_tags(&names, into).await.expect("a database").expect("tags");
    merged.gone.into_iter().map(|gone| (gone.tag.slug, gone.summaries)).collect()
}

/// The same for tags that can't be merged.
async fn refused(app: &TestApp, names: &[&str], into: &str) -> NotMerged {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    app.content().merge_tags(&names, into).await.expect("a database").expect_err("a refusal")
}

/// The titles and tags of the summaries with this tag, by title.
fn with(tag: &str) -> String {
    let filter = format!("filter: {{tags: {{anyOf: [\"{tag}\"]}}}}, orderBy: {{field: TITLE, direction: ASC}}");
    format!("summaries({filter}) {{ totalCount nodes {{ title revision tags {{ slug }} }} }}")
}

both! {
    async fn what_had_a_merged_tag_has_the_other_one_once(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        assert_eq!(
            app.data(TAGS).await,
            json!({ "tags": { "totalCount": 3, "nodes": [
                { "slug": "k8s", "name": "K8s", "aliases": ["k-8-s"], "summaryCount": 3 },
                { "slug": "kubernetes", "name": "Kubernetes", "aliases": [], "summaryCount": 2 },
                { "slug": "water", "name": "Water", "aliases": [], "summaryCount": 3 },
            ] } })
        );
        assert_eq!(merge(&app, &["k8s"], "kubernetes").await, [("k8s".to_owned(), 3)]);
        assert_eq!(
            app.data(TAGS).await,
            json!({ "tags": { "totalCount": 2, "nodes": [
                { "slug": "kubernetes", "name": "Kubernetes", "aliases": ["k-8-s", "k8s"], "summaryCount": 4 },
                { "slug": "water", "name": "Water", "aliases": [], "summaryCount": 3 },
            ] } })
        );
        let kubernetes = json!({ "totalCount": 4, "nodes": [
            // It had no other one: nothing of it is different.
            { "title": "Delta", "revision": 1, "tags": [{ "slug": "kubernetes" }, { "slug": "water" }] },
            { "title": "Ebb", "revision": 2, "tags": [{ "slug": "kubernetes" }] },
            { "title": "Flood", "revision": 2, "tags": [{ "slug": "kubernetes" }] },
            { "title": "Spring", "revision": 2, "tags": [{ "slug": "kubernetes" }, { "slug": "water" }] },
        ] });
        let query = format!("{{ a: {} b: {} c: {} }}", with("kubernetes"), with("k8s"), with("k-8-s"));
        assert_eq!(app.data(&query).await, json!({ "a": kubernetes, "b": kubernetes, "c": kubernetes }));
    }

    async fn a_merged_tag_is_no_node_any_more_and_its_slug_finds_the_other(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        let query = "query ($id: ID!) { node(id: $id) { id } tag(by: {id: $id}) { slug } \
                     other: tag(by: {slug: \"k8s\"}) { slug summaryCount } }";
        let id = json!({ "id": NodeId::new(NodeKind::Tag, 1).to_string() });
        assert_eq!(
            app.data_with(query, id.clone()).await,
            json!({ "node": { "id": "ta1" }, "tag": { "slug": "k8s" }, "other": { "slug": "k8s", "summaryCount": 3 } })
        );
        merge(&app, &["k8s"], "kubernetes").await;
        let other = json!({ "slug": "kubernetes", "summaryCount": 4 });
        assert_eq!(app.data_with(query, id).await, json!({ "node": null, "tag": null, "other": other }));
    }

    async fn a_merged_tag_stays_merged_under_every_spelling(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        merge(&app, &["k8s"], "kubernetes").await;
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "a.jsonl", &rivers()).await, Imported::episodes(0, 0, 5));
        assert_same(&before, &dump(&app.url).await, "imported again");

        let more = lines(&[tagged("Source", &["#K8S", "KUBERNETES"]), tagged("Lake", &["k8 s"])]);
        import(app.content(), "b.jsonl", &more).await;
        assert_eq!(
            app.data(TAGS).await,
            json!({ "tags": { "totalCount": 2, "nodes": [
                { "slug": "kubernetes", "name": "Kubernetes", "aliases": ["k-8-s", "k8-s", "k8s"], "summaryCount": 6 },
                { "slug": "water", "name": "Water", "aliases": [], "summaryCount": 3 },
            ] } })
        );
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "b.jsonl", &more).await, Imported::episodes(0, 0, 2));
        assert_same(&before, &dump(&app.url).await, "imported again");
    }

    async fn what_a_merged_tag_had_swallowed_goes_with_it(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        merge(&app, &["k8s"], "kubernetes").await;
        assert_eq!(merge(&app, &["k8s"], "water").await, [("kubernetes".to_owned(), 4)]);
        assert_eq!(
            app.data(TAGS).await,
            json!({ "tags": { "totalCount": 1, "nodes": [
                { "slug": "water", "name": "Water", "aliases": ["k-8-s", "k8s", "kubernetes"], "summaryCount": 5 },
            ] } })
        );
        import(app.content(), "b.jsonl", &lines(&[tagged("Source", &["K8s", "Kubernetes"])])).await;
        assert_eq!(app.data("{ tags { nodes { summaryCount } } }").await, json!({ "tags": { "nodes": [
            { "summaryCount": 6 },
        ] } }));
    }

    async fn several_tags_are_merged_at_once_and_each_summary_changes_once(app: TestApp) {
        let app = app.empty().await;
        let text = lines(&[tagged("Flood", &["One", "Two", "Three"]), tagged("Ebb", &["Two"])]);
        import(app.content(), "a.jsonl", &text).await;
        let gone = merge(&app, &["one", "TWO", "two"], "three").await;
        assert_eq!(gone, [("one".to_owned(), 1), ("two".to_owned(), 2)]);
        assert_eq!(
            app.data(&format!("{{ {} }}", with("one"))).await,
            json!({ "summaries": { "totalCount": 2, "nodes": [
                { "title": "Ebb", "revision": 2, "tags": [{ "slug": "three" }] },
                { "title": "Flood", "revision": 2, "tags": [{ "slug": "three" }] },
            ] } })
        );
    }

    async fn what_is_not_published_is_merged_too_and_not_counted(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        set_status(&app, &["Flood"], "ARCHIVED").await;
        merge(&app, &["k8s"], "kubernetes").await;
        let count = "{ tag(by: {slug: \"kubernetes\"}) { summaryCount } }";
        assert_eq!(app.data(count).await, json!({ "tag": { "summaryCount": 3 } }));
        set_status(&app, &["Flood"], "PUBLISHED").await;
        let flood = json!({ "title": "Flood", "revision": 2, "tags": [{ "slug": "kubernetes" }] });
        let titled = "{ summary(by: {slug: \"flood\"}) { title revision tags { slug } } }";
        assert_eq!(app.data(titled).await, json!({ "summary": flood }));
    }

    async fn a_merge_stands_in_the_log_as_what_it_changed(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        let connection = connect(&app.url).await;
        let head = async || {
            let newest = change::Entity::find().order_by_desc(change::Column::Seq).one(&connection).await;
            newest.expect("rows").expect("one").seq
        };
        let before = head().await;
        merge(&app, &["k8s"], "kubernetes").await;
        let changes = change::Entity::find().filter(change::Column::Seq.gt(before));
        let changes = changes.order_by_asc(change::Column::Seq).all(&connection).await.expect("rows");
        let changes = changes.iter().map(|it| (it.seq - before, it.node_kind.as_str(), it.node_id, it.kind.as_str()));
        assert_eq!(
            changes.collect::<Vec<_>>(),
            [
                (1, "SUMMARY", 1, "UPDATED"),
                (2, "SUMMARY", 2, "UPDATED"),
                (3, "SUMMARY", 4, "UPDATED"),
                (4, "TAG", 1, "DELETED"),
                (5, "TAG", 2, "UPDATED"),
            ]
        );
        // Nothing counts by what is gone, and aliases have the keys of their slugs.
        let counters = counter::Entity::find().filter(counter::Column::Dimension.eq(Dimension::Tag));
        let counters = counters.order_by_asc(counter::Column::Key).all(&connection).await.expect("rows");
        let counters: Vec<_> = counters.iter().map(|it| (it.key.as_str(), it.count)).collect();
        assert_eq!(counters, [("2", 4), ("3", 3)]);
        let aliases = tag_alias::Entity::find().order_by_asc(tag_alias::Column::Alias).all(&connection).await;
        let aliases = aliases.expect("rows").into_iter().map(|it| (it.alias, it.tag_id, it.match_key));
        let expected = [("k-8-s", 2, "k8s"), ("k8s", 2, "k8s")];
        assert_eq!(aliases.collect::<Vec<_>>(), expected.map(|(alias, id, key)| (alias.into(), id, key.into())));
        connection.close().await.expect("no connection");
    }

    async fn what_can_not_be_merged_is_refused_and_changes_nothing(app: TestApp) {
        let app = app.empty().await;
        import(app.content(), "a.jsonl", &rivers()).await;
        merge(&app, &["k8s"], "kubernetes").await;
        let before = dump(&app.url).await;
        for (names, into, message) in [
            (&["kubernets"][..], "water", "there is no tag \"kubernets\"; did you mean \"kubernetes\"?"),
            (&["water", "Lakes"], "kubernetes", "there is no tag \"Lakes\""),
            (&["water"], "#watr", "there is no tag \"#watr\"; did you mean \"water\"?"),
            (&["water"], "", "there is no tag \"\""),
            (&["water"], "Water", "\"water\" can't be merged into \"Water\": both are the tag \"water\""),
            (&["water", "kubernetes"], "k8s", "\"kubernetes\" can't be merged into \"k8s\": both are the tag \"kubernetes\""),
            (&["K8S"], "k8s", "\"K8S\" can't be merged into \"k8s\": both are the tag \"kubernetes\""),
        ] {
            assert_eq!(refused(&app, names, into).await.to_string(), message, "{names:?} into {into:?}");
            assert_same(&before, &dump(&app.url).await, message);
        }
        let again = app.content().merge_tags(&["k8s".to_owned()], "kubernetes").await;
        let again = again.expect("a database").expect("tags");
        assert_eq!((again.into.slug.as_str(), again.gone.len(), again.already), ("kubernetes", 0, vec!["k8s".to_owned()]));
        assert_same(&before, &dump(&app.url).await, "merged again");
    }

    async fn a_merge_takes_as_many_statements_however_many_summaries_it_changes(app: TestApp) {
        let mut taken = Vec::new();
        for many in [1, 600] {
            let app = app.empty().await;
            let each = |at: usize| tagged(&format!("Flood no {at}"), &["K8s", "Kubernetes"][..=at % 2]);
            let text = lines(&(0..many).map(each).chain([tagged("Ebb", &["Kubernetes"])]).collect::<Vec<_>>());
            import(app.content(), "a.jsonl", &text).await;
            app.statements();
            assert_eq!(merge(&app, &["k8s"], "kubernetes").await, [("k8s".to_owned(), i64::try_from(many).expect("few"))]);
            taken.push(app.statements().len());
        }
        assert_eq!(taken, [18, 18]);
    }

    async fn hashtags_stay_as_their_episodes_have_them(app: TestApp) {
        let app = app.empty().await;
        let text = lines(&[
            line("1", "Flood", &json!({ "episode": { "hashtags": ["K8s"], "tags": ["K8s"] } })),
            line("2", "Ebb", &json!({ "episode": { "tags": ["Kubernetes"] } })),
        ]);
        import(app.content(), "a.jsonl", &text).await;
        let query = "{ episodes(filter: {hashtags: {anyOf: [\"k8s\"]}}) { nodes { title hashtags } } }";
        let flood = json!({ "episodes": { "nodes": [{ "title": "Flood", "hashtags": ["K8s"] }] } });
        assert_eq!(app.data(query).await, flood);
        merge(&app, &["k8s"], "kubernetes").await;
        assert_eq!(app.data(query).await, flood);
    }
}

//! Sources, tags and categories: one thing under several spellings is one thing.

use serde_json::{Value, json};

use super::inbox::{CHANGED, DATED, Imported, feed, import, import_as_of, line, lines};
use crate::{
    both,
    support::TestApp,
    tables::{assert_same, dump},
};

/// All sources, by slug.
const SOURCES: &str = "{ sources { totalCount nodes { slug name kind homepage feedUrl description language } } }";

both! {
    async fn spellings_of_a_tag_are_one_tag_with_aliases(app: TestApp) {
        let app = app.empty().await;
        let tagged =
            |guid: &str, tag: &str| line(guid, &format!("Flood {guid}"), &json!({ "episode": { "tags": [tag] } }));
        let first = lines(&[tagged("a", "Event Driven"), tagged("b", "#EventDriven")]);
        import(app.content(), "a.jsonl", &first).await;
        let second = lines(&[
            tagged("c", "eventdriven"),
            tagged("d", "EVENT_DRIVEN"),
            tagged("e", "C++"),
            tagged("f", "c plus plus"),
        ]);
        import(app.content(), "b.jsonl", &second).await;
        assert_eq!(
            app.data("{ tags { totalCount nodes { slug name aliases } } }").await,
            json!({ "tags": { "totalCount": 2, "nodes": [
                { "slug": "c-plus-plus", "name": "C++", "aliases": [] },
                { "slug": "event-driven", "name": "Event Driven", "aliases": ["eventdriven"] },
            ] } })
        );
        let by = |slug: &str| {
            format!("summaries(filter: {{tags: {{anyOf: [\"{slug}\"]}}}}) {{ totalCount nodes {{ title }} }}")
        };
        let answer = app.data(&format!("{{ slug: {} alias: {} }}", by("event-driven"), by("eventdriven"))).await;
        assert_eq!((&answer["slug"]["totalCount"], &answer["alias"]), (&json!(4), &answer["slug"]));

        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "b.jsonl", &second).await, Imported::episodes(0, 0, 4));
        assert_eq!(import(app.content(), "a.jsonl", &first).await, Imported::episodes(0, 0, 2));
        assert_same(&before, &dump(&app.url).await, "imported again");
    }

    async fn a_tag_that_an_episode_has_twice_is_counted_once(app: TestApp) {
        let app = app.empty().await;
        let item = "<category>Event Driven</category><category>eventdriven</category>\
                    <description>On #EventDriven.</description>";
        import(app.content(), "rivers.xml", &feed(&[("1", "Flood", &format!("{item}{DATED}"))])).await;
        assert_eq!(
            app.data(
                r#"{ summaries(filter: {tags: {anyOf: ["event-driven"]}}) { totalCount nodes { tags { slug } } } }"#
            )
            .await,
            json!({ "summaries": { "totalCount": 1, "nodes": [{ "tags": [{ "slug": "event-driven" }] }] } })
        );
    }

    async fn a_category_is_one_under_every_spelling(app: TestApp) {
        let app = app.empty().await;
        let shelved = |guid: &str, category: &str| line(guid, "Flood", &json!({ "episode": { "category": category } }));
        let text =
            lines(&[shelved("1", "Data & Storage"), shelved("2", "data storage"), shelved("3", "Data  &amp; Storage")]);
        import(app.content(), "a.jsonl", &text).await;
        assert_eq!(
            app.data(
                r#"{ categories { nodes { slug name } }
                     summaries(filter: {categories: {anyOf: ["data-storage"]}}) { totalCount } }"#
            )
            .await,
            json!({
                "categories": { "nodes": [{ "slug": "data-storage", "name": "Data & Storage" }] },
                "summaries": { "totalCount": 3 },
            })
        );
    }

    async fn a_source_learns_what_later_inputs_know_of_it(app: TestApp) {
        let app = app.empty().await;
        let of = |source: &Value| {
            lines(&[
                json!({ "source": source, "episode": { "guid": "1", "title": "Flood", "published_at": "2026-03-03" } }),
            ])
        };
        import(app.content(), "a.jsonl", &of(&json!({ "slug": "rivers", "name": "Rivers" }))).await;
        let full = of(&json!({
            "slug": "rivers", "name": "RIVERS", "kind": "NEWSLETTER", "homepage": "https://rivers.example/",
            "feed_url": "https://rivers.example/feed", "description": "Of water.", "language": "en",
        }));
        import(app.content(), "b.jsonl", &full).await;
        let other = of(&json!({
            "slug": "rivers", "name": "R", "kind": "PODCAST", "homepage": "https://other.example/",
            "description": "Of wine.",
        }));
        import_as_of(app.content(), CHANGED + 1, "c.jsonl", other.as_bytes()).await;
        assert_eq!(
            app.data(SOURCES).await,
            json!({ "sources": { "totalCount": 1, "nodes": [{
            "slug": "rivers", "name": "Rivers", "kind": "NEWSLETTER", "homepage": "https://rivers.example/",
            "feedUrl": "https://rivers.example/feed", "description": "Of water.", "language": "en",
        }] } })
        );
    }

    async fn two_feeds_of_one_site_are_two_sources(app: TestApp) {
        let app = app.empty().await;
        let of = |place: &str| {
            feed(&[("1", "Flood", DATED)]).replace(
                "<language>",
                &format!(
                    "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" \
                 href=\"https://rivers.example/{place}\"/><language>"
                ),
            )
        };
        for _ in 0..2 {
            import(app.content(), "a.xml", &of("news")).await;
            import(app.content(), "b.xml", &of("notes")).await;
        }
        assert_eq!(
            app.data("{ sources { nodes { slug feedUrl } } episodes { totalCount } }").await,
            json!({
                "sources": { "nodes": [
                    { "slug": "rivers", "feedUrl": "https://rivers.example/news" },
                    { "slug": "rivers-2", "feedUrl": "https://rivers.example/notes" },
                ] },
                "episodes": { "totalCount": 2 },
            })
        );
    }

    async fn a_source_named_in_short_and_in_full_is_one_at_every_import(app: TestApp) {
        let app = app.empty().await;
        let of = |source: &Value, guid: &str| {
            let episode = json!({ "guid": guid, "title": "Flood", "published_at": "2026-03-03" });
            json!({ "source": source, "episode": episode })
        };
        let text = lines(&[
            of(&json!("Rivers"), "1"),
            of(&json!({ "slug": "rivers", "name": "Rivers", "homepage": "https://rivers.example/" }), "2"),
            of(&json!("Rivers"), "3"),
        ]);
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(3, 0, 0));
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "a.jsonl", &text).await, Imported::episodes(0, 0, 3));
        assert_same(&before, &dump(&app.url).await, "imported again");
    }

    async fn a_source_that_got_its_homepage_from_its_feed_is_still_found_by_name(app: TestApp) {
        let app = app.empty().await;
        let of = |source: &Value| {
            lines(&[
                json!({ "source": source, "episode": { "guid": "1", "title": "Flood", "published_at": "2026-03-03" } }),
            ])
        };
        let (short, with_feed) =
            (json!("Rivers"), json!({ "name": "Rivers", "feed_url": "https://rivers.example/feed" }));
        let full = json!({
            "name": "Rivers", "feed_url": "https://rivers.example/feed", "homepage": "https://rivers.example/",
        });
        for source in [&short, &with_feed, &full, &short] {
            import(app.content(), "a.jsonl", &of(source)).await;
        }
        assert_eq!(
            app.data("{ sources { totalCount } episodes { totalCount } }").await,
            json!({ "sources": { "totalCount": 1 }, "episodes": { "totalCount": 1 } })
        );
    }

    async fn a_list_of_feeds_and_the_feeds_are_the_same_sources(app: TestApp) {
        let app = app.empty().await;
        let list = "<opml version=\"2.0\"><body><outline text=\"Rivers\" type=\"rss\" \
                    xmlUrl=\"https://rivers.example/feed\" \
                    htmlUrl=\"https://rivers.example/\"/><outline text=\"Seas\" xmlUrl=\"https://seas.example/feed\"/>\
                    <outline text=\"Lakes\" xmlUrl=\"nowhere\"/></body></opml>";
        let text = feed(&[("1", "Flood", DATED)]);
        let became = import(app.content(), "list.opml", list).await;
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(1, 0, 0));
        let before = dump(&app.url).await;
        assert_eq!(import(app.content(), "list.opml", list).await, became);
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(0, 0, 1));
        assert_same(&before, &dump(&app.url).await, "imported again");
        assert_eq!(
            app.data("{ sources { nodes { slug homepage feedUrl } } }").await,
            json!({ "sources": { "nodes": [
                { "slug": "rivers", "homepage": "https://rivers.example/", "feedUrl": "https://rivers.example/feed" },
                { "slug": "seas", "homepage": null, "feedUrl": "https://seas.example/feed" },
            ] } })
        );
    }
}

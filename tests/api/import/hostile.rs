//! Items that mean harm, or come from a broken program: they are stored harmlessly or left out with a
//! reason, and what stands beside them is not lost.

use serde_json::{Value, json};

use super::inbox::{DATED, Imported, feed, import, line, lines};
use crate::{
    both,
    support::TestApp,
    tables::{differences, dump},
};

both! {
    async fn no_text_of_a_line_loses_the_file_by_a_nul(app: TestApp) {
        let hostile = [
            json!({ "episode": { "guid": "1\u{0}2" } }),
            json!({ "episode": { "title": "Fl\u{0}ood" } }),
            json!({ "episode": { "author": "A\u{0}nn" } }),
            json!({ "episode": { "excerpt": "It\u{0} rained." } }),
            json!({ "episode": { "content": "<p>It\u{0} rained.</p>" } }),
            json!({ "episode": { "content": "It\u{0} rained.", "content_format": "plain" } }),
            json!({ "episode": { "series": "The\u{0} Quiet Life" } }),
            json!({ "episode": { "hashtags": ["Wa\u{0}ter"] } }),
            json!({ "episode": { "tags": ["Wa\u{0}ter"] } }),
            json!({ "episode": { "category": "Wea\u{0}ther" } }),
            json!({ "episode": { "url": "https://rivers.example/\u{0}" } }),
            json!({ "episode": { "enclosures": [{ "url": "https://rivers.example/a", "mime_type": "audio/\u{0}" }] } }),
            json!({ "source": { "slug": null, "name": "Riv\u{0}ers" } }),
            json!({ "source": { "description": "Of\u{0} water." } }),
            json!({ "summary": { "tldr": "It\u{0} rained." } }),
            json!({ "summary": { "tldr": "It rained.", "title": "Fl\u{0}ood" } }),
            json!({ "summary": { "tldr": "It rained.", "body": "It\u{0} rained." } }),
            json!({ "summary": { "tldr": "It rained.", "key_points": ["Ra\u{0}in"] } }),
            json!({ "summary": { "tldr": "It rained.", "model": "m\u{0}" } }),
        ];
        assert_eq!(faults(&app, &hostile).await, Vec::<String>::new());
    }

    async fn no_text_of_a_json_feed_loses_it_by_a_nul(app: TestApp) {
        let mut faults = Vec::new();
        for (place, value) in [
            ("/title", json!("Riv\u{0}ers")),
            ("/description", json!("Of\u{0} water.")),
            ("/language", json!("e\u{0}n")),
            ("/items/1/id", json!("1\u{0}2")),
            ("/items/1/title", json!("Fl\u{0}ood")),
            ("/items/1/url", json!("https://rivers.example/\u{0}")),
            ("/items/1/content_html", json!("<p>It\u{0} rained.</p>")),
            ("/items/1/content_text", json!("It\u{0} rained.")),
            ("/items/1/summary", json!("It\u{0} rained.")),
            ("/items/1/authors", json!([{ "name": "A\u{0}nn" }])),
            ("/items/1/tags", json!(["Wa\u{0}ter"])),
            ("/items/1/attachments", json!([{ "url": "https://rivers.example/a", "mime_type": "audio/\u{0}" }])),
        ] {
            let app = app.empty().await;
            let mut feed = json!({
                "version": "https://jsonfeed.org/version/1.1", "title": "Rivers", "description": null, "language": "en",
                "items": [
                    { "id": "a", "title": "Ebb" },
                    {
                        "id": "h", "title": "Hostile", "url": null, "content_html": null, "content_text": null,
                        "summary": null, "authors": null, "tags": null, "attachments": null,
                    },
                    { "id": "z", "title": "Delta" },
                ],
            });
            *feed.pointer_mut(place).expect("a place") = value;
            let became = import(app.content(), "feed.json", &feed.to_string()).await;
            if !became.is_whole() {
                faults.push(format!("{place}: {became:?}"));
            }
        }
        assert_eq!(faults, Vec::<String>::new());
    }

    async fn no_number_of_a_line_loses_the_file(app: TestApp) {
        let hostile = [
            json!({ "episode": { "season": -1 } }),
            json!({ "episode": { "number": -1 } }),
            json!({ "episode": { "season": 2_147_483_647, "number": 2_147_483_647 } }),
            json!({ "episode": { "duration_seconds": -1 } }),
            json!({ "episode": { "season": 2_147_483_648_i64 } }),
            json!({ "episode": { "published_at": "-5000-01-01T00:00:00Z" } }),
            json!({ "episode": { "published_at": "9999-12-31T23:59:59Z", "updated_at": "0000-01-01T00:00:00Z" } }),
            json!({ "episode": { "enclosures": [{ "url": "https://rivers.example/a", "size": u64::MAX }] } }),
        ];
        assert_eq!(faults(&app, &hostile).await, Vec::<String>::new());
    }

    async fn no_length_loses_the_file(app: TestApp) {
        let noise = noise(4_000);
        let hostile = [
            json!({ "episode": { "guid": noise } }),
            json!({ "episode": { "url": format!("https://rivers.example/{noise}") } }),
            json!({ "episode": { "title": noise.repeat(3) } }),
            json!({ "episode": { "title": "ß".repeat(10_000) } }),
            json!({ "episode": { "series": noise } }),
            json!({ "episode": { "category": noise } }),
            json!({ "episode": { "author": noise } }),
            json!({ "episode": { "language": noise } }),
            json!({ "episode": { "tags": (0..1_000).map(|at| format!("tag {at}")).collect::<Vec<_>>() } }),
            json!({ "source": { "slug": null, "name": noise } }),
            json!({ "source": { "feed_url": format!("https://rivers.example/{noise}") } }),
            json!({ "source": { "homepage": format!("https://rivers.example/{noise}") } }),
            json!({ "source": { "slug": noise } }),
            json!({ "summary": { "tldr": noise.repeat(30), "body": noise.repeat(300) } }),
            json!({ "summary": { "tldr": "Rain.", "title": noise } }),
            json!({ "summary": { "tldr": "Rain.", "model": noise } }),
        ];
        assert_eq!(faults(&app, &hostile).await, Vec::<String>::new());
    }

    async fn titles_and_tags_have_an_end(app: TestApp) {
        let app = app.empty().await;
        let tags: Vec<String> = (0..1_000).map(|at| format!("<category>tag {at}</category>")).collect();
        let title = "rain ".repeat(2_000);
        let text = feed(&[("1", &title, &format!("{}{DATED}", tags.concat()))]);
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(1, 0, 0));
        let answer = app.data("{ summaries { nodes { title slug tags { slug } } } tags { totalCount } }").await;
        let summary = &answer["summaries"]["nodes"][0];
        let length = |value: &Value| value.as_str().map(|text| text.chars().count());
        assert_eq!(length(&summary["title"]).map(|it| it <= 500), Some(true));
        assert_eq!(length(&summary["slug"]).map(|it| it <= 80), Some(true));
        assert_eq!(summary["tags"].as_array().map(Vec::len), Some(30));
        assert_eq!(answer["tags"], json!({ "totalCount": 30 }));
    }

    async fn markup_in_texts_stays_text_and_does_nothing(app: TestApp) {
        let app = app.empty().await;
        let text = feed(&[(
            "1",
            "Flood &lt;script&gt;alert(1)&lt;/script&gt;&lt;b onclick=x()&gt;now&lt;/b&gt;",
            &format!(
                "<link>javascript:alert(1)</link><author>&lt;img src=x onerror=y()&gt;Ann</author>\
                 <category>&lt;i&gt;Water&lt;/i&gt;</category>\
                 <enclosure url=\"javascript:alert(2)\" type=\"audio/mpeg\" length=\"1\"/>\
                 <description>&lt;p onclick=\"x()\"&gt;It &lt;a href=\"javascript:x()\"&gt;rained&lt;/a&gt;.\
                 &lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;iframe src=\"https://e.example/\"&gt;&lt;/iframe&gt;\
                 </description>{DATED}"
            ),
        )]);
        let lost = "1 item has an address that leads to no page or file; the first is item 1 (line 1): javascript:alert(1)";
        assert_eq!(import(app.content(), "rivers.xml", &text).await, Imported::episodes(1, 0, 0).with_note(lost));
        assert_eq!(
            app.data(
                "{ summaries { nodes { title tldr tags { slug name } \
                 episode { title url author excerpt imageUrl enclosures { url } } } } }"
            )
            .await,
            json!({ "summaries": { "nodes": [{
                "title": "Flood now", "tldr": "It rained.", "tags": [{ "slug": "water", "name": "Water" }],
                "episode": {
                    "title": "Flood now", "url": null, "author": "Ann", "excerpt": "It rained.",
                    "imageUrl": null, "enclosures": [],
                },
            }] } })
        );
        let content = dump(&app.url).await["episode_content"].clone();
        let html = content.first().and_then(|row| row["html"].as_str()).unwrap_or_default();
        assert_eq!(html, "<p>It <a rel=\"noopener noreferrer\">rained</a>.</p>");
    }

    async fn links_of_lines_that_lead_nowhere_are_left_out(app: TestApp) {
        let app = app.empty().await;
        let more = json!({ "episode": {
            "url": "javascript:alert(1)",
            "enclosures": [{ "url": "data:text/html,x" }, { "url": "file:///etc/passwd" }],
        } });
        assert_eq!(
            import(app.content(), "a.jsonl", &lines(&[line("1", "Flood", &more)])).await,
            Imported::episodes(1, 0, 0)
        );
        assert_eq!(
            app.data("{ episodes { nodes { url imageUrl enclosures { url } } } }").await,
            json!({ "episodes": { "nodes": [{ "url": null, "imageUrl": null, "enclosures": [] }] } })
        );
        for (more, reason) in [
            (
                json!({ "episode": { "image_url": "javascript:x()" } }),
                "line 1: episode.image_url: javascript:x() is no address of a page",
            ),
            (
                json!({ "source": { "homepage": "javascript:x()" } }),
                "line 1: source.homepage: javascript:x() is no address of a page",
            ),
        ] {
            let became =
                import(app.content(), "a.jsonl", &lines(&[line("2", "Ebb", &more), line("1", "Flood", &json!({}))]))
                    .await;
            assert_eq!(became, Imported::episodes(0, 0, 1).but_skipped(&[reason]), "{more}");
        }
    }

    async fn titles_that_look_like_sql_are_only_titles(app: TestApp) {
        let app = app.empty().await;
        let title = "'; DROP TABLE episode; -- $1 ? %s";
        import(
            app.content(),
            "a.jsonl",
            &lines(&[line("' OR 1=1 --", title, &json!({ "episode": { "series": title, "tags": [title] } }))]),
        )
        .await;
        assert_eq!(
            app.data("{ episodes { nodes { title series { title } } } tags { nodes { name } } }").await,
            json!({
                "episodes": { "nodes": [{ "title": title, "series": { "title": title } }] },
                "tags": { "nodes": [{ "name": title }] },
            })
        );
    }
}

/// What goes wrong when a line with each of these in it is imported between two harmless ones. Those are to
/// be stored, the file is not to fail, and a second import is to change nothing.
async fn faults(app: &TestApp, hostile: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    for more in hostile {
        let app = app.empty().await;
        let shown: String = more.to_string().chars().take(100).collect();
        let text = lines(&[line("a", "Ebb", &json!({})), line("h", "Hostile", more), line("z", "Delta", &json!({}))]);
        let became = import(app.content(), "a.jsonl", &text).await;
        if !became.is_whole() {
            faults.push(format!("{shown}: {became:?}"));
            continue;
        }
        let before = dump(&app.url).await;
        import(app.content(), "a.jsonl", &text).await;
        faults.extend(differences(&before, &dump(&app.url).await).iter().map(|row| format!("{shown}, again: {row}")));
        let page = "nodes { title tldr slug tags { name } source { name feedUrl } episode { url author } }";
        let listed = app.data(&format!("{{ summaries {{ {page} }} }}")).await;
        let titles: Vec<&Value> =
            listed["summaries"]["nodes"].as_array().expect("a list").iter().map(|it| &it["title"]).collect();
        if !["Ebb", "Delta"].iter().all(|title| titles.contains(&&json!(title))) {
            faults.push(format!("{shown}: {titles:?}"));
        }
    }
    faults
}

/// Letters without any order, which no index can press together.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::try_from(state >> 33).unwrap_or(0) % 36]
    };
    (0..length).map(|_| char::from(next())).collect()
}

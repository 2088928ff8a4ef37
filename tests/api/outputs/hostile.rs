//! What came from sources is hostile: whatever stands in it, outputs hold it as a text.

use precis::{
    clock::Timestamp,
    outputs::{FeedFormat, Kind, Wanted, feed},
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag};
use serde_json::{Value, json, value::RawValue};

use super::{
    body,
    rules::{check_atom, check_json, check_rss},
    xml,
};
use crate::{both, support::TestApp};

both! {
    async fn no_text_breaks_an_output_or_becomes_markup_in_it(app: TestApp) {
        let app = app.empty().await;
        let (texts, lines) = hostile();
        let (counts, done) = app.import("hostile.jsonl", &lines).await;
        assert!(done.is_ok() && counts.skipped == 0, "{counts:?} {done:?}");
        let titles: Vec<String> = app.data("{ summaries(first: 100) { nodes { title } } }").await["summaries"]["nodes"]
            .as_array().expect("a list").iter().map(|it| it["title"].as_str().expect("a title").to_owned()).collect();
        assert_eq!(titles.len(), texts.len());

        let atom = body(&app, "feed.atom").await;
        check_atom(&atom, "");
        let rss = body(&app, "feed.rss").await;
        check_rss(&rss, "");
        let json = body(&app, "feed.json").await;
        check_json(&json);
        let of_atom = xml::parse(&atom);
        let of_atom: Vec<&str> = of_atom.all("entry").map(|it| it.said("title")).collect();
        let of_rss = xml::parse(&rss);
        let of_rss: Vec<&str> = of_rss.one("channel").all("item").map(|it| it.said("title")).collect();
        let of_json: Value = serde_json::from_str(&json).expect("JSON");
        let of_json: Vec<&str> = of_json["items"].as_array().expect("a list").iter().map(|it| it["title"].as_str().expect("a title")).collect();
        assert!(of_atom == of_rss && of_rss == of_json, "{of_atom:?} {of_rss:?} {of_json:?}");
        for entry in xml::parse(&atom).all("entry") {
            let shown = [entry.said("summary"), entry.one("author").said("name"), entry.one("source").said("title")];
            assert!(shown.iter().all(|it| *it == visible(it)), "{shown:?}");
        }
        for (shown, title) in of_atom.iter().zip(&titles) {
            assert_eq!(*shown, visible(title), "a title is what it was, but for what turns or moves others");
        }

        for output in ["feed.atom", "feed.rss", "feed.json", "digest.md?since=2026-02-01&until=2026-02-28", "digest.txt?since=2026-02-01&until=2026-02-28", "digest.html?since=2026-02-01&until=2026-02-28", "digest.json?since=2026-02-01&until=2026-02-28"] {
            let text = body(&app, output).await;
            assert!(text.contains("LONGWORD"), "{output}: all of it is there");
            // What is data, or has paragraphs of its own, keeps such marks to itself.
            let turns = |text: &str| text.contains(['\u{202e}', '\u{2066}']);
            let keeps = ["digest.json", "feed."].iter().any(|it| output.starts_with(it));
            assert!(keeps || !turns(&text), "{output} has a mark that turns what follows");
            let acts = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
            assert!(output.starts_with("digest.json") || !text.contains(acts), "{output} has a control character");
            if output.starts_with("digest.html") {
                for active in ["<script", "<img", "\"javascript:", "<b>", "<!--"] {
                    assert!(!text.contains(active), "{active} in {text}");
                }
                assert_eq!(text.matches('<').count(), text.matches('>').count(), "{text}");
            }
            if output.starts_with("digest.md") {
                for event in Parser::new(&text) {
                    match event {
                        Event::Start(Tag::Link { dest_url, .. }) => assert!(dest_url.starts_with("https://a.example/"), "{text}"),
                        Event::Html(_) | Event::InlineHtml(_) | Event::Code(_) | Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) => {
                            panic!("markup out of a text: {event:?} in {text}")
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    async fn what_callers_search_for_is_a_text_as_well(app: TestApp) {
        let query = "q=%3C/title%3E%3Cscript%3Ex%28%29%3C/script%3E%5D%5D%3E%00%E2%80%AE%26amp;";
        check_atom(&body(&app, &format!("feed.atom?{query}")).await, query);
        check_rss(&body(&app, &format!("feed.rss?{query}")).await, query);
        check_json(&body(&app, &format!("feed.json?{query}")).await);
    }
}

proptest! {
    #[test]
    fn no_text_breaks_a_feed(title in any::<String>(), text in "(?s).{0,40}[<>&\"'\\]\\[!-]{0,6}.{0,20}", name in any::<String>()) {
        let named = json!({ "slug": name, "name": name });
        let data = json!({ "summaries": { "nodes": [{
            "id": "su1", "title": title, "tldr": text, "keyPoints": [text], "body": { "value": "<p>x</p>" }, "language": "und",
            "publishedAt": "2026-02-03T10:00:00Z", "createdAt": "2026-02-03T10:00:00Z", "updatedAt": "2026-02-03T10:00:00Z",
            "source": {
                "id": "so1", "name": name, "homepage": text, "feedUrl": format!("https://a.example/{text}"),
                "createdAt": "2026-02-03T10:00:00Z", "updatedAt": "2026-02-03T10:00:00Z",
            },
            "category": named, "tags": [named],
            "episode": { "url": text, "author": name, "updatedAt": "2026-02-03T10:00:00Z", "enclosures": [{ "url": text, "mimeType": name, "size": text }] },
        }] } });
        let data = RawValue::from_string(data.to_string()).expect("JSON");
        let wanted = Wanted::read(Kind::Feed, [("q", "x")]).expect("it is right");
        let written = |format| feed::write(&wanted, format, &data, "https://host.example/", Timestamp(0)).expect("a feed");
        let atom = written(FeedFormat::Atom);
        check_atom(&atom, "q=x");
        let read = xml::parse(&atom);
        prop_assert_eq!(read.one("entry").said("title"), visible(&title));
        check_rss(&written(FeedFormat::Rss), "q=x");
        check_json(&written(FeedFormat::Json));
    }
}

/// A title without what `precis::text::shown::line` takes away.
fn visible(title: &str) -> String {
    precis::text::shown::title(title)
}

/// Texts that mean harm, and JSON lines in which they are titles, texts, names, tags and key points.
fn hostile() -> (Vec<String>, String) {
    let mut texts: Vec<String> = [
        "<script>alert(1)</script> ]]> <!-- & &amp; &#0; &lt;b&gt;",
        "&lt;script&gt;x()&lt;/script&gt; &amp;lt;img src=x onerror=y()&amp;gt;",
        "[x](javascript:y()) ![i](data:text/html,z) <javascript:z> `code` # h",
        "\u{202e}right to left\u{2066} and back\u{200f}",
        "bell\u{7} escape\u{1b}[31m nul\u{0} nonchar\u{fffe}\u{ffff} del\u{7f} c1\u{85}\u{9b}",
        "]]&gt; <![CDATA[ <?xml version=\"1.0\"?> <!DOCTYPE x [<!ENTITY a \"b\">]> &a;",
        "quotes \" ' ` and = / > < in attributes",
        "𝕬𝖘𝖙𝖗𝖆𝖑 👩‍👩‍👧 \u{10ffff} é e\u{301}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("LONGWORD".repeat(1_300));
    let line = |(number, text): (usize, &String)| {
        let published = format!("2026-02-03T10:00:{number:02}Z");
        let urls = [Some("https://a.example/x|y[z]{1}?q=\"<é>\"&amp=1#^"), None, Some("https://a.example/ok")];
        let line = json!({
            "source": { "name": format!("Source {text}"), "slug": "source" },
            "episode": {
                "title": text, "guid": number.to_string(), "url": urls[number % 3], "author": text, "published_at": published,
                "enclosures": [{ "url": "https://a.example/a.mp3?x=<y>", "mime_type": format!("audio/{text}"), "size": 7 }],
            },
            "summary": {
                "title": text, "tldr": text, "key_points": [text], "tags": [text.chars().take(40).collect::<String>()],
                "category": text.chars().take(40).collect::<String>(), "origin": "HUMAN",
                "body": format!("{text}\n\n<script>x()</script> [rel](/relative) ![img](pic.png) <a href=\"javascript:x\">j</a>"),
            },
        });
        format!("{line}\n")
    };
    let lines = texts.iter().enumerate().map(line).collect();
    (texts, lines)
}

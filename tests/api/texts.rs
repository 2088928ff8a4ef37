//! Long texts: in three formats, within a budget of tokens, read only where they are asked for.

use precis::text::tokens::count;
use serde_json::{Value, json};

use crate::{both, support::TestApp};

const BODY: &str = "## Why\n\nA *pool* of 20 beats 200 <script>alert(1)</script>. See [the docs](javascript:alert(1)).\n\n- one\n- two\n";

/// An application with one summary that has a body and content, and one that has neither.
async fn shelf(app: &TestApp) -> TestApp {
    let app = app.empty().await;
    let lines = [
        json!({
            "source": { "slug": "shelf", "name": "Shelf" },
            "episode": {
                "title": "Pools", "url": "https://shelf.example/pools", "language": "en",
                "content": "<h2>Pools</h2><p>Twenty <b>connections</b> &amp; no more.</p><script>alert(1)</script>",
                "content_format": "html",
            },
            "summary": { "language": "en", "title": "Pools", "tldr": "Twenty will do.", "body": BODY },
        }),
        json!({
            "source": { "slug": "shelf", "name": "Shelf" },
            "episode": { "title": "Short", "url": "https://shelf.example/short", "language": "en" },
            "summary": { "language": "en", "title": "Short", "tldr": "A *star* & a <b>." },
        }),
    ];
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    app.import("shelf.jsonl", &lines.join("\n")).await.1.expect("it is read");
    app
}

both! {
    async fn a_body_is_given_in_three_formats(app: TestApp) {
        let app = shelf(&app).await;
        let data = app.data(
            "{ summary(by: {slug: \"pools\"}) { markdown: body { value format tokens truncated } \
             plain: body(format: PLAIN) { value format truncated } html: body(format: HTML) { value format truncated } } }",
        ).await;
        // What was harmful in it was taken out when it was stored.
        let stored = "## Why\n\nA *pool* of 20 beats 200 . See the docs.\n\n- one\n- two";
        let summary = &data["summary"];
        assert_eq!(
            summary["markdown"],
            json!({ "value": stored, "format": "MARKDOWN", "tokens": count(stored), "truncated": false })
        );
        assert_eq!(
            summary["plain"],
            json!({
                "value": "Why\n\nA pool of 20 beats 200 . See the docs.\n\n- one\n- two",
                "format": "PLAIN",
                "truncated": false,
            })
        );
        let html = summary["html"]["value"].as_str().expect("HTML");
        assert!(html.starts_with("<h2>Why</h2>\n<p>A <em>pool</em> of 20 beats 200"), "{html}");
        assert!(!html.contains("script"), "{html}");
    }

    async fn what_nobody_wrote_at_length_has_its_tldr_for_a_body(app: TestApp) {
        let app = shelf(&app).await;
        let data = app.data(
            "{ summary(by: {slug: \"short\"}) { markdown: body { value } plain: body(format: PLAIN) { value tokens } \
             html: body(format: HTML) { value } } }",
        ).await;
        let plain = "A *star* & a <b>.";
        assert_eq!(data["summary"]["plain"], json!({ "value": plain, "tokens": count(plain) }));
        assert_eq!(data["summary"]["html"]["value"], "<p>A *star* &amp; a &lt;b&gt;.</p>");
        assert_eq!(data["summary"]["markdown"]["value"], "A \\*star\\* & a \\<b>.");
    }

    async fn content_is_sanitised_and_null_where_there_is_none(app: TestApp) {
        let app = shelf(&app).await;
        let data = app.data(
            "{ episodes(orderBy: {field: TITLE, direction: ASC}) { nodes { title content { value } \
             plain: content(format: PLAIN) { value } html: content(format: HTML) { value } } } }",
        ).await;
        assert_eq!(
            data["episodes"]["nodes"],
            json!([
                {
                    "title": "Pools",
                    "content": { "value": "## Pools\n\nTwenty **connections** & no more." },
                    "plain": { "value": "Pools\n\nTwenty connections & no more." },
                    "html": { "value": "<h2>Pools</h2><p>Twenty <b>connections</b> &amp; no more.</p>" },
                },
                { "title": "Short", "content": null, "plain": null, "html": null },
            ])
        );
    }

    async fn a_text_never_costs_more_than_its_budget(app: TestApp) {
        for format in ["MARKDOWN", "PLAIN", "HTML"] {
            for most in [1, 2, 5, 17, 40, 100, 100_000] {
                let text = |field: &str| {
                    format!(
                        "cut: {field}(format: {format}, maxTokens: {most}) {{ value tokens truncated }} \
                         all: {field}(format: {format}) {{ value }}"
                    )
                };
                let (body, content) = (text("body"), text("content"));
                let data = app
                    .data(&format!("{{ summaries(first: 50) {{ nodes {{ {body} episode {{ {content} }} }} }} }}"))
                    .await;
                for node in data["summaries"]["nodes"].as_array().expect("nodes") {
                    for texts in [node, &node["episode"]] {
                        let (cut, all) = (&texts["cut"], &texts["all"]["value"]);
                        let Some(value) = cut["value"].as_str() else { continue };
                        assert_eq!(cut["tokens"], count(value), "{texts}");
                        assert!(count(value) <= most, "{most}: {texts}");
                        assert_eq!(cut["truncated"], *all != cut["value"], "{texts}");
                    }
                }
            }
        }
        let error = app.ask("{ summaries { nodes { body(maxTokens: 0) { value } } } }").await;
        assert_eq!(error["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{error}");
    }

    async fn long_texts_come_with_their_rows(app: TestApp) {
        app.data("{ sources { nodes { name } } }").await;
        app.statements();
        app.data("{ summaries { nodes { title body { value } plain: body(format: PLAIN) { value } episode { content { value } } } } }").await;
        let run = app.statements();
        assert_eq!(run.len(), app.backend.of(2, 1), "{run:#?}");
        app.data("{ summaries { nodes { title tldr } } }").await;
        let run = app.statements();
        assert!(run.iter().all(|sql| !sql.contains("summary_body")), "{run:#?}");
    }
}

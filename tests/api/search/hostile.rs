//! Texts that are meant to break a search: they find nothing, or what their words find, and break nothing.

use serde_json::json;

use super::{line, titles, with};
use crate::{both, support::TestApp};

/// So many different words.
fn words(many: usize) -> String {
    (0..many).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ")
}

both! {
    async fn operators_quotes_and_brackets_are_text(app: TestApp) {
        let app = with(&app, &[line(1, "en", "Plain", "Some words.", &json!({}))]).await;
        let brackets = "(".repeat(10_000);
        for text in [
            "\"", "\"\"", "'", "''", "*", "-", "--", "-\"", "^", "+", "~", ":", "|", "&", "!", "<->", "\\", "%", "_", ";",
            "()", "(((", ")))", "{title}", "NEAR(", "\u{0}", "\u{0}\u{0}", "\u{202e}", "\u{feff}", "🦀", "…", &brackets,
        ] {
            assert_eq!(titles(&app, text).await, [""; 0], "{text:?}");
        }
        for text in [
            "words'", "\"words", "words\"", "(words", "words)", "^words", "+words", "words:", "title:words -title", "words; --",
            "words\u{0}", "wo\u{ad}rds", "{words}", "words'); DROP TABLE summary; --", "words OR 1=1", "NOT words", "words AND",
        ] {
            let found = titles(&app, text).await;
            assert!(found.is_empty() || found == ["Plain"], "{text:?}: {found:?}");
        }
        for text in ["words'", "\"words", "words\"", "(words", "words)", "^words", "+words", "words:", "{words}", "words\u{0}"] {
            assert_eq!(titles(&app, text).await, ["Plain"], "{text:?}");
        }
    }

    async fn a_text_that_is_too_long_is_refused_and_says_how_long_it_may_be(app: TestApp) {
        for (text, expected) in [
            ("word ".repeat(201), "1,000 characters"),
            (words(33), "32 words"),
        ] {
            let query = "query ($text: String!) { summaries(filter: {text: $text}) { totalCount } }";
            let answer = app.ask_with(query, json!({ "text": text })).await;
            let error = &answer["errors"][0];
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
            assert!(error["message"].as_str().is_some_and(|it| it.contains(expected)), "{answer}");
        }
        let longest = words(32);
        assert_eq!(titles(&app, &longest).await, [""; 0]);
    }

    async fn texts_that_nobody_could_read_are_stored_and_found_all_the_same(app: TestApp) {
        let long = "x".repeat(20_000);
        let often = "again ".repeat(5_000);
        let lines = [
            line(1, "en", "Long", &format!("A {long} word."), &json!({})),
            line(2, "en", "Often", "Short.", &json!({ "body": often })),
            line(3, "en", "'); DROP TABLE summary; --", "Quotes ' and \\ and \" and $1.", &json!({})),
            line(4, "en", "Marks \u{202e}reversed\u{202c}", "e\u{301}\u{301}\u{301}\u{301} zero\u{200b}width", &json!({})),
        ];
        let app = with(&app, &lines).await;
        assert_eq!(titles(&app, "again").await, ["Often"]);
        assert_eq!(titles(&app, "\"again again\"").await, ["Often"]);
        assert_eq!(titles(&app, "xxx*").await, ["Long"]);
        assert_eq!(titles(&app, "quotes").await, ["'); DROP TABLE summary; --"]);
        assert_eq!(titles(&app, "reversed").await, ["Marks \u{202e}reversed\u{202c}"]);
    }
}

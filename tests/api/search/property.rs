//! Whatever is stored and whatever is asked: both databases find what a reader of the words would.

use precis::text::search::{Document, Query};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::json;

use super::{line, titles, with};
use crate::{both, support::TestApp};

/// Words of several languages, some of which meet in their stems, and some of which are no words.
const WORDS: &[&str] = &[
    "server",
    "servers",
    "serving",
    "Databases",
    "database",
    "café",
    "CAFE",
    "naïve",
    "базы",
    "база",
    "данных",
    "ёлка",
    "елки",
    "Häuser",
    "Haus",
    "node.js",
    "C++",
    "C#",
    "don't",
    "l'été",
    "データ",
    "ベース",
    "2026",
    "v2.0",
    "x",
    "the",
    "of",
    "-",
    "…",
    "🦀",
    "foo_bar",
    "a/b",
    "27\"",
    "\"",
    "(",
    "*",
];
const LANGUAGES: &[&str] = &["en", "ru", "de", "fr", "es", "ja"];

/// A few words in a row.
fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 1..=most).prop_map(|words| words.join(" "))
}

/// A query: words, phrases, exclusions and beginnings.
fn query() -> impl Strategy<Value = String> {
    let term = (0..6, text(3)).prop_map(|(kind, words)| match kind {
        0 => format!("\"{words}\""),
        1 => format!("-{words}"),
        2 => format!("-\"{words}\""),
        3 => format!("{}*", words.chars().take(3).collect::<String>()),
        _ => words,
    });
    prop::collection::vec(term, 1..=2).prop_map(|terms| terms.join(" "))
}

both! {
    async fn the_same_summaries_match_as_by_their_words(app: TestApp) {
        let mut runner = TestRunner::deterministic();
        let document = (prop::sample::select(LANGUAGES), text(3), text(8), prop::option::of(text(12)));
        let documents: Vec<_> =
            (0..60).map(|_| document.new_tree(&mut runner).expect("a document").current()).collect();
        let lines: Vec<String> = documents.iter().enumerate().map(|(number, (language, title, tldr, body))| {
            line(number, language, &format!("n{number} {title}"), &format!("It {tldr}"), &json!({ "body": body }))
        }).collect();
        let app = with(&app, &lines).await;

        // What is stored may have been cleaned; it is asked for as it is.
        let data = app.data("{ summaries(first: 100) { nodes { title tldr language } } }").await;
        let stored = data["summaries"]["nodes"].as_array().expect("nodes");
        for _ in 0..150 {
            let asked = query().new_tree(&mut runner).expect("a query").current();
            let parsed = Query::parse(&asked).expect("it is short");
            let mut expected: Vec<String> = stored.iter().filter(|it| {
                let field = |name: &str| it[name].as_str().expect("a text");
                let number: usize = field("title")[1..].split(' ').next().and_then(|it| it.parse().ok()).expect("its number");
                let body = documents[number].3.as_deref().map(precis::text::markdown::to_plain);
                let document = Document::new(field("title"), field("tldr"), &[], body.as_deref(), field("language"));
                !parsed.is_empty() && parsed.matches(&document)
            }).map(|it| it["title"].as_str().expect("a title").to_owned()).collect();
            expected.sort();
            assert_eq!(titles(&app, &asked).await, expected, "{asked}");
        }
    }
}

//! Long texts in every format, whole and cut.

use proptest::prelude::*;

use super::{
    TextFormat::{Html, Markdown, Plain},
    *,
};
use crate::text::html::sanitise;

const ARTICLE: &str = "# On queues\n\nA queue *without bound* never says no. It [grows](https://example.org/a) until memory ends. \
    Then everything ends.\n\n- First, **measure**.\n- Then `bound` it.\n\n```rust\nlet queue = channel(64);\nqueue.send(1);\n```\n\nThat is all.";

fn markdown(format: TextFormat, max: usize) -> String {
    let text = LongText::Markdown(ARTICLE).render(format, Some(max), None);
    assert!(text.truncated && text.tokens == count(&text.value) && text.tokens <= max, "{text:?}");
    text.value
}

#[test]
fn a_text_that_fits_is_given_whole() {
    let tokens = count(ARTICLE);
    for max in [Some(tokens), Some(100_000), None] {
        let text = LongText::Markdown(ARTICLE).render(Markdown, max, None);
        assert_eq!(text, Text { value: ARTICLE.to_owned(), format: Markdown, tokens, truncated: false });
    }
    let html = LongText::Html("<p>One.</p>").render(Markdown, Some(2), None);
    assert_eq!(html, Text { value: "One.".to_owned(), format: Markdown, tokens: 2, truncated: false });
    let empty = LongText::Markdown("").render(Html, Some(0), None);
    assert_eq!(empty, Text { value: String::new(), format: Html, tokens: 0, truncated: false });
}

#[test]
fn a_number_of_tokens_that_is_known_is_believed_of_the_stored_text_alone() {
    let stored = LongText::Markdown("*One* two.");
    assert_eq!(stored.render(Markdown, Some(12), Some(12)).tokens, 12);
    assert_eq!(stored.render(Markdown, None, Some(12)).tokens, 12);
    assert_eq!(stored.render(Plain, Some(12), Some(12)).tokens, 3);
    assert!(stored.render(Html, Some(5), Some(3)).truncated);
}

#[test]
fn markdown_is_cut_where_a_reader_would_stop() {
    assert_eq!(markdown(Markdown, 12), "# On queues\n\nA queue *without bound*…");
    assert_eq!(markdown(Markdown, 18), "# On queues\n\nA queue *without bound* never says no. …");
    assert_eq!(
        markdown(Markdown, 46),
        "# On queues\n\nA queue *without bound* never says no. It [grows](https://example.org/a) until memory ends. \
         Then everything ends.\n\n- First, **measure**.\n\n…"
    );
}

#[test]
fn what_is_open_is_closed() {
    assert!(markdown(Markdown, 80).ends_with("\n\n```rust\nlet queue = channel(64);\n```\n\n…"));
    let cases = [
        ("**one two three four five** six seven eight nine", "**one two three**…"),
        (
            "[one *two three four* five six](https://e.org/ \"t\") seven eight nine ten",
            "[one *two three*](https://e.org/ \"t\")…",
        ),
        ("> one two three four five six seven eight nine ten eleven twelve", "> one two three four…"),
        ("- a\n\n  ```\n  b b b b b b b b\n  c\n  ```\n\nd d d d d d d d d", "- a\n\n  ```\n  b b b b…"),
    ];
    for (whole, cut) in cases {
        let max = count(cut);
        let text = LongText::Markdown(whole).render(Markdown, Some(max), None);
        assert_eq!(text.value, cut, "{whole}");
    }
}

#[test]
fn what_a_beginning_would_lack_is_put_in_place_first() {
    let text = "See [the docs][1], <b>bold</b> words, and more words after them.\n\n[1]: https://example.org/";
    let cut = LongText::Markdown(text).render(Markdown, Some(15), None);
    assert_eq!(cut.value, "See [the docs](https://example.org/), **bold** words…");
}

#[test]
fn html_is_cut_inside_its_elements() {
    assert_eq!(markdown(Html, 17), "<h2>On queues</h2>");
}

#[test]
fn plain_text_has_no_marks() {
    assert_eq!(markdown(Plain, 10), "On queues\n\nA queue without bound…");
}

//! Long texts in every format, whole and cut.

use proptest::prelude::*;

use super::{
    TextFormat::{Html, Markdown, Plain},
    *,
};
use crate::text::html::sanitise;

const ARTICLE: &str = "# On queues\n\nA queue *without bound* never stops. It [grows](https://example.org/a) until memory ends. \
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
    let beginning = "# On queues\n\nA queue *without bound* never stops. It [grows](https://example.org/a) until memory ends. \
        Then everything ends.";
    assert_eq!(markdown(Markdown, 12), "# On queues\n\nA queue *without bound* never…");
    assert_eq!(markdown(Markdown, 24), "# On queues\n\nA queue *without bound* never stops. …");
    assert_eq!(markdown(Markdown, 35), format!("{beginning}\n\n…"));
    assert_eq!(markdown(Markdown, 46), format!("{beginning}\n\n- First, **measure**.\n\n…"));
}

#[test]
fn what_is_open_is_closed() {
    let cases = [
        ("**one two three four five** six seven eight nine", "**one two three**…"),
        (
            "[one *two three four* five six](https://e.org/ \"t\") seven eight nine ten",
            "[one *two three*](https://e.org/ \"t\")…",
        ),
        ("One ~~two three~~ <https://example.org/a/b/c/d/e/f/g> four", "One ~~two three~~…"),
        ("> one two three four five six seven eight nine ten eleven twelve", "> one two three four…"),
        ("~~~ rust\nlet queue = channel(64);\nqueue.send(1);\n~~~", "~~~ rust\nlet queue = channel(64);\n~~~\n\n…"),
        ("- a\n\n  ```\n  b b b b b b b b\n  c\n  ```\n\nd d d d d d d d d", "- a\n\n  ```\n  b b b b\n\n…"),
        ("| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |\n\nMore words.", "| a | b |\n| - | - |\n| 1 | 2\n\n…"),
    ];
    for (whole, cut) in cases {
        let text = LongText::Markdown(whole).render(Markdown, Some(count(cut)), None);
        assert_eq!(text, Text { value: cut.to_owned(), format: Markdown, tokens: count(cut), truncated: true });
    }
}

#[test]
fn what_a_beginning_would_lack_is_put_in_place_first() {
    let text = "See [the docs][1], <b>bold</b> words, and more words after them.\n\n[1]: https://example.org/";
    let cut = LongText::Markdown(text).render(Markdown, Some(16), None);
    assert_eq!(cut.value, "See [the docs](https://example.org/), **bold** words…");
    let whole = LongText::Markdown(text).render(Markdown, Some(22), None);
    assert_eq!((whole.truncated, whole.tokens), (false, 22));
}

#[test]
fn html_is_cut_inside_its_elements() {
    let cases = [
        (
            "<p>One &amp; two <b>three <i>four</i></b></p><p>five six seven eight</p>",
            "<p>One &amp; two <b>three</b>…</p>",
        ),
        ("<ul><li>One.</li><li>Two three four five six seven</li></ul>", "<ul><li>One. …</li></ul>"),
        ("<pre>a b\n  c &lt; d\n</pre><p>five six seven eight nine ten</p>", "<pre>a b\n  c &lt; d …</pre>"),
        ("one two three four five six", "one two three four…"),
    ];
    for (whole, cut) in cases {
        let text = LongText::Html(whole).render(Html, Some(count(cut)), None);
        assert_eq!(text, Text { value: cut.to_owned(), format: Html, tokens: count(cut), truncated: true });
    }
}

#[test]
fn plain_text_has_no_marks() {
    assert_eq!(markdown(Plain, 9), "On queues\n\nA queue without bound never…");
    let all = LongText::Markdown(ARTICLE).render(Plain, None, None);
    assert!(all.value.ends_with(
        "\n\n- First, measure.\n- Then bound it.\n\nlet queue = channel(64);\nqueue.send(1);\n\nThat is all."
    ));
}

#[test]
fn the_smallest_budgets_leave_an_ellipsis_or_nothing() {
    for format in [Markdown, Plain, Html] {
        let cut = |max| LongText::Markdown(ARTICLE).render(format, Some(max), None);
        assert_eq!(cut(1), Text { value: "…".to_owned(), format, tokens: 1, truncated: true });
        assert_eq!(cut(0), Text { value: String::new(), format, tokens: 0, truncated: true });
    }
}

#[test]
fn a_larger_budget_keeps_no_less() {
    let whole = LongText::Markdown(ARTICLE).in_format(Plain);
    let mut kept = 0;
    for max in 1..count(&whole) {
        let cut = markdown(Plain, max);
        let beginning = cut.trim_end_matches('…').trim_end();
        assert!(whole.starts_with(beginning) && beginning.len() >= kept, "{max}: {cut:?}");
        kept = beginning.len();
    }
}

#[test]
fn long_runs_of_one_mark_are_no_harder_than_prose() {
    for mark in [
        "a",
        " ",
        "=",
        "\\*",
        "*a ",
        "[a](b) ",
        "[",
        "`a` ",
        "```\n",
        "> a\n",
        "- a\n  - b\n",
        "|a",
        ".)",
        "漢",
        "\u{301}",
        "&amp;",
    ] {
        let text = mark.repeat(50_000);
        for format in [Markdown, Plain, Html] {
            let cut = LongText::Markdown(&text).render(format, Some(1_000), None);
            assert!(cut.tokens <= 1_000, "{mark}");
        }
    }
}

/// Pieces that are or look like markup, in any order.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn no_budget_is_exceeded(
        text in pieces(&[
            "One two three. ", "Four, five! ", "six ", "漢字", "👩‍👩‍👧", "e\u{301}", "\n", "\n\n", "- ", "> ", "# ", "**", "*", "_", "`", "```\n", "~~~\n",
            "[a](https://example.org/)", "[", "](b)", "![i](https://example.org/i.png)", "<https://example.org/>", "| a | b |\n| - | - |\n", "| 1 | 2 |\n",
            "<b>", "</b>", "<div>\n", "&amp;", "\\*", "    ", "[r]", "\n\n[r]: https://example.org/\n\n", "  \n", "1. ", "===\n", "\r\n", "\u{a0}",
        ]),
        max in 0_usize..60,
    ) {
        let stored = sanitise(&crate::text::markdown::to_html(&text), None);
        for source in [LongText::Markdown(&text), LongText::Html(&stored)] {
            for format in [Markdown, Plain, Html] {
                let whole = source.in_format(format);
                let cut = source.render(format, Some(max), None);
                prop_assert!(cut.tokens <= max && cut.tokens == count(&cut.value), "{:?}", cut);
                if cut.truncated {
                    prop_assert!(count(&whole) > max, "{:?}", cut);
                    prop_assert!(max == 0 || cut.value.contains('…'), "{:?}", cut);
                    prop_assert!(format == Html || max == 0 || cut.value.ends_with('…'), "{:?}", cut);
                }
                match format {
                    Html => prop_assert_eq!(sanitise(&cut.value, None), cut.value),
                    Plain if cut.truncated => {
                        prop_assert!(whole.starts_with(cut.value.trim_end_matches('…').trim_end()), "{:?}", cut);
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn html_that_is_cut_is_whole(
        html in pieces(&[
            "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<pre>", "</pre>", "<code>", "</code>", "<b>", "</b>", "<br>",
            "<a href=\"https://example.org/\">", "</a>", "<img src=\"https://example.org/i.png\" alt=\"&lt;i&gt;\">", "<h2>", "</h2>", "<blockquote>",
            "One two three. ", "four ", "&lt;b&gt;", "&amp;", "\n", "漢字", "&nbsp;", "<hr>", "<dl><dt>", "<dd>",
        ]),
        max in 0_usize..80,
    ) {
        let stored = sanitise(&html, None);
        let cut = LongText::Html(&stored).render(Html, Some(max), None);
        prop_assert!(cut.tokens <= max, "{:?}", cut);
        // What the sanitiser makes of its own output is the measure: not all of that stays as it was.
        if sanitise(&stored, None) == stored {
            prop_assert_eq!(sanitise(&cut.value, None), cut.value);
        }
    }

    #[test]
    fn markdown_that_is_cut_has_the_words_of_the_whole(
        text in pieces(&["One two three. ", "**four five** ", "*six* ", "[seven eight](https://example.org/) ", "`nine` ", "\n\n", "\n- ", "\n> ", "\n\n```\nten\n```\n\n"]),
        max in 1_usize..60,
    ) {
        let words = |text: &str| text.split_whitespace().filter(|it| *it != "-").map(str::to_owned).collect::<Vec<_>>();
        let whole = LongText::Markdown(&text).in_format(Plain);
        let cut = LongText::Markdown(&text).render(Markdown, Some(max), None);
        if cut.truncated {
            let plain = crate::text::markdown::to_plain(cut.value.trim_end_matches('…'));
            let (whole, cut) = (words(&whole).concat(), words(&plain).concat());
            prop_assert!(whole.starts_with(&cut), "{:?} does not begin with {:?}", whole, cut);
        }
    }
}

//! Markdown (`CommonMark` with tables and strikethrough): made HTML, made readable, made from HTML.
//!
//! What comes in is untrusted. Nothing here fails; time grows with the length of the text, and the stack does
//! not grow with its nesting. Raw HTML may stand in Markdown that people send; none is in what leaves here.

use std::borrow::Cow;

use htmd::{
    Element, HtmlToMarkdown,
    element_handler::{HandlerResult, Handlers},
    options::{BulletListMarker, Options as HtmdOptions},
};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::html::{self, SILENT, flattened, of_plain, sanitise, tag_end, to_prose};

/// The most quotes and lists that may begin on one line: people do not write that, and each of them is tried
/// again on every line that follows.
const MAX_CONTAINERS: usize = 50;

/// How often what is left of raw HTML is looked for, before the text alone is given.
const ATTEMPTS: usize = 3;

/// Markdown as HTML that can be shown to anyone: sanitised as [`sanitise`] says, relative addresses dropped.
pub fn to_html(markdown: &str) -> String {
    if nests_deep(markdown) {
        return of_plain(markdown);
    }
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, parser(markdown));
    sanitise(html.trim_end(), None)
}

/// Markdown that can be shown to anyone, as it is if it can: without raw HTML, and without links that are not
/// to `http`, `https` or `mailto`.
pub fn harmless(markdown: &str) -> Cow<'_, str> {
    if !nests_deep(markdown) && matches!(raw_html(markdown), Raw::None) {
        return Cow::Borrowed(markdown);
    }
    Cow::Owned(of_html(&to_html(markdown)))
}

/// Markdown as a text to be read, as [`to_prose`] says: without any of its marks.
pub fn to_plain(markdown: &str) -> String {
    to_prose(&to_html(markdown))
}

/// HTML as Markdown. No raw HTML is left, and no link that is not to `http`, `https` or `mailto`: what
/// Markdown can't say is dropped, its text stays.
///
/// Give it sanitised HTML: addresses are taken over as they are.
pub fn of_html(html: &str) -> String {
    let html = flattened(html);
    let options = HtmdOptions {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Default::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .skip_tags(SILENT.to_vec())
        .add_handler(vec!["del", "s", "strike"], struck_out)
        .build();
    // Writing to memory does not fail.
    let mut markdown = converter.convert(&with_plain_code(&html)).unwrap_or_default();
    for _ in 0..ATTEMPTS {
        match raw_html(&markdown) {
            Raw::None => return markdown,
            Raw::At(places) => markdown = with_backslashes(&markdown, &places),
            Raw::Link => break,
        }
    }
    of_text(&html::to_plain(&html))
}

/// The events of a text, with their places in it by `into_offset_iter`.
pub(super) fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// `~~text~~`, which the converter does not know.
#[expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "so the converter calls it")]
fn struck_out(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let text = content.trim();
    if text.is_empty() || text.contains("\n\n") {
        return Some(content.into());
    }
    Some(content.replacen(text, &format!("~~{text}~~"), 1).into())
}

/// Plain text, a paragraph a line, so that Markdown reads it as that text.
fn of_text(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len() * 5 / 4);
    for char in text.chars() {
        if char == '\n' {
            markdown.push('\n');
        } else if char.is_ascii_punctuation() {
            markdown.push('\\');
        }
        markdown.push(char);
    }
    markdown
}

/// Whether more quotes and lists begin on one line than people write.
fn nests_deep(markdown: &str) -> bool {
    markdown.lines().any(|line| {
        let mut containers = 0;
        let mut rest = line.trim_start();
        while let Some(after) = after_marker(rest) {
            containers += 1;
            rest = after.trim_start();
        }
        containers > MAX_CONTAINERS
    })
}

/// What follows a `>`, `- ` or `1. ` at the beginning of a line.
fn after_marker(line: &str) -> Option<&str> {
    if let Some(after) = line.strip_prefix('>') {
        return Some(after);
    }
    let after = match line.strip_prefix(['-', '+', '*']) {
        Some(after) => after,
        None => line.trim_start_matches(|it: char| it.is_ascii_digit()).strip_prefix(['.', ')'])?,
    };
    (after.is_empty() || after.starts_with([' ', '\t'])).then_some(after)
}

/// Sanitised HTML in which each `pre` has one `code` and nothing else: the converter takes only that for code,
/// and leaves the rest as it stands.
fn with_plain_code(html: &str) -> Cow<'_, str> {
    if !html.contains("<pre") {
        return Cow::Borrowed(html);
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<pre") {
        kept.push_str(&rest[..at]);
        let inside = &rest[at + tag_end(&rest[at..])..];
        let (mut code, after) = inside.split_once("</pre>").unwrap_or((inside, ""));
        kept.push_str("<pre><code>");
        while let Some(at) = code.find('<') {
            kept.push_str(&code[..at]);
            if code[at..].starts_with("<br") {
                kept.push('\n');
            }
            code = &code[at + tag_end(&code[at..])..];
        }
        kept.push_str(code);
        kept.push_str("</code></pre>");
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

enum Raw {
    None,
    /// Raw HTML begins at these bytes.
    At(Vec<usize>),
    /// A link that text, not the HTML, made one.
    Link,
}

fn raw_html(markdown: &str) -> Raw {
    let mut places = Vec::new();
    for (event, range) in parser(markdown).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                places.extend(markdown[range.clone()].match_indices('<').map(|(at, _)| range.start + at));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_harmless(&dest_url) => {
                return Raw::Link;
            }
            _ => {}
        }
    }
    if places.is_empty() { Raw::None } else { Raw::At(places) }
}

fn is_harmless(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    address.is_empty() || ["http", "https", "mailto"].iter().any(|it| scheme.eq_ignore_ascii_case(it))
}

fn with_backslashes(text: &str, places: &[usize]) -> String {
    let mut escaped = String::with_capacity(text.len() + places.len());
    let mut done = 0;
    for &place in places {
        escaped.extend([&text[done..place], "\\"]);
        done = place;
    }
    escaped.push_str(&text[done..]);
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markdown_becomes_html_and_markdown_again() {
        let markdown = "## Title\n\nSome **bold** & ~~old~~ `code`.\n\n- one\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |";
        let html = "<h2>Title</h2>\n<p>Some <strong>bold</strong> &amp; <del>old</del> <code>code</code>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n\
                    <table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>";
        assert_eq!(to_html(markdown), html);
        assert_eq!(of_html(html), markdown);
    }

    #[test]
    fn markdown_becomes_a_text_to_read() {
        let markdown = "# Title\n\nSee [the *docs*](https://example.org/)\nand ![a chart](https://example.org/c.png).\n\n1. one\n   - two\n\n```rust\nif a < b {\n    c();\n}\n```\n\n> quoted &amp; <b>raw</b>";
        let text = "Title\n\nSee the docs and a chart.\n\n1. one\n  - two\n\nif a < b {\n    c();\n}\n\nquoted & raw";
        assert_eq!(to_plain(markdown), text);
    }

    #[test]
    fn nothing_active_leaves_markdown() {
        let markdown = "[a](javascript:x()) <javascript:x()> ![b](data:text/html,x) <img src=x onerror=x()>\n\n<script>x()</script>\n\n<p onclick=x()>c";
        let html = "<p><a rel=\"noopener noreferrer\">a</a> <a rel=\"noopener noreferrer\">javascript:x()</a>  </p>\n\n<p>c</p>";
        assert_eq!(to_html(markdown), html);
        assert_eq!(to_plain(markdown), "a javascript:x()\n\nc");
    }

    #[test]
    fn no_raw_html_comes_out_of_html() {
        let html = "<p>a &lt;script&gt;x()&lt;/script&gt;</p><script>x()</script><iframe src=x>y</iframe><svg><circle/></svg><details>d</details>";
        assert_eq!(of_html(html), "a \\<script>x()\\</script>\n\nd");
        let html = "<pre>&lt;script&gt;x()&lt;/script&gt;<br><b>`b`</b>\n</pre>";
        assert_eq!(of_html(html), "```\n<script>x()</script>\n`b`\n```");
        let html = "<code>a\n\n&lt;script&gt;x()&lt;/script&gt;</code>";
        assert!(matches!(raw_html(&of_html(html)), Raw::None));
        let html = "<img alt=\"](javascript:x())\" src=\"https://example.org/)\">a *b*";
        assert_eq!(of_html(html), "a \\*b\\*");
    }

    #[test]
    fn what_nests_deeper_than_people_write_is_taken_for_text() {
        for marker in [">", "> - ", "1. ", "* "] {
            let text = format!("{}a\n{}", marker.repeat(10_000), "b\n".repeat(10_000));
            assert!(to_html(&text).starts_with("<p>"), "{marker}");
        }
        assert_eq!(to_html(&format!("{}a", "> ".repeat(50))).matches("<blockquote>").count(), 50);
        assert_eq!(to_html(&"* ".repeat(50)).matches("<ul>").count(), 0);
    }

    #[test]
    fn html_that_nests_deep_is_taken_for_text() {
        for piece in ["<b>", "<a href=x>", "<table><tr><td>", "<ul><li>", "<blockquote><p>", "<dl><dd>", "<pre>"] {
            assert_eq!(of_html(&format!("{}text", piece.repeat(3_000))), "text", "{piece}");
        }
        assert_eq!(of_html(&"<svg><g>".repeat(3_000)), "");
    }

    #[test]
    fn long_runs_of_one_mark_are_no_harder_than_prose() {
        let marks = [
            "[", "![", "[a](", "*", "*a ", "_a ", "**a *b ", "`", "<", "<!--", "|", "\\", "&", "[a]: b\n", "[a]", "*_",
            "~~a ", "- \n",
        ];
        for mark in marks {
            let html = to_html(&mark.repeat(30_000));
            assert!(of_html(&html).len() <= html.len() * 2 + 2, "{mark}");
        }
    }

    /// Pieces that are or look like markup, in any order.
    fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|it| it.concat())
    }

    proptest! {
        #[test]
        fn markdown_of_html_has_nothing_raw_in_it(html in pieces(&[
            "<p>", "</p>", "<pre>", "</pre>", "<code>", "</code>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<blockquote>", "<table>",
            "<tr>", "<td>", "</table>", "<h2>", "</h2>", "<br>", "<a href=\"https://example.org/\">", "</a>", "&lt;img src=x onerror=x()&gt;",
            "&lt;!-- ", "&lt;?", "&lt;div&gt;\n", "\n", "\n\n", "    ", "`", "```", "[x](javascript:a)", "[x]: javascript:a", "|", "\\", "* ",
            "text", "<img alt=\"](javascript:a)\" src=\"https://example.org/)\">", "&amp;lt;",
        ])) {
            let markdown = of_html(&sanitise(&html, None));
            prop_assert!(matches!(raw_html(&markdown), Raw::None), "{:?}", markdown);
        }

        #[test]
        fn any_text_can_be_written_as_markdown(text in "[ -~äß漢\n]{0,80}") {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&to_plain(&of_text(&text))), words(&text));
        }
    }
}

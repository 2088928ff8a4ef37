//! HTML as it comes in feeds: made harmless, made readable, made Markdown.
//!
//! What comes in is untrusted and often broken. Nothing here fails: in the worst case only the text of a
//! document remains. Time grows with the length of the input, and the stack does not grow with its
//! nesting: documents nested deeper than people write are reduced to their text first.

mod clean;
mod nesting;
mod plain;
mod prose;
mod tokens;

use std::borrow::Cow;

pub(in crate::text) use clean::tag_end;
pub use clean::{first_image, sanitise};
pub(in crate::text) use nesting::{VOID, flattened};
pub(in crate::text) use plain::{BLOCKS, SILENT};
pub use plain::{decode_entities, looks_like_markup, to_plain};
pub use prose::to_prose;
pub(crate) use tokens::run as run_tokenizer;
pub use tokens::{FeedLink, feed_links};

use crate::text::cut::collapse_whitespace;

/// HTML as Markdown (`CommonMark` with tables). No raw HTML is left: what Markdown can't say is dropped,
/// its text stays.
///
/// Give it sanitised HTML: addresses are taken over as they are.
pub fn to_markdown(html: &str) -> String {
    let html = nesting::flattened(html);
    let options = htmd::options::Options {
        bullet_list_marker: htmd::options::BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Default::default()
    };
    let converter = htmd::HtmlToMarkdown::builder().options(options).skip_tags(plain::SILENT.to_vec()).build();
    match converter.convert(&html) {
        Ok(markdown) => markdown,
        Err(_) => to_plain(&html), // writing to memory does not fail; the text is all there is to give
    }
}

/// Markdown (`CommonMark` with tables and strikethrough) as HTML. Raw HTML in it stays: sanitise the result
/// before anyone sees it.
pub fn from_markdown(markdown: &str) -> String {
    use pulldown_cmark::{Options, Parser};
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, parser);
    html
}

/// Plain text as HTML, a paragraph for each run of lines.
pub fn of_plain(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|it| !it.is_empty());
    paragraphs.map(|it| format!("<p>{}</p>", nesting::escaped(it).replace('\n', "<br>"))).collect::<Vec<_>>().join("\n")
}

/// A title or a name as plain text on one line: tags gone, entities decoded, and decoded once more
/// where the text had been escaped twice.
pub fn to_line(text: &str) -> String {
    let once = plain::without_markup(text);
    let twice = if looks_like_markup(&once) { Cow::Owned(plain::without_markup(&once).into_owned()) } else { once };
    collapse_whitespace(&twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_markdown() {
        let html = "<h2>Title</h2><p>Some <b>bold</b> &amp; <a href=\"https://example.org/\">linked</a> text.</p><ul><li>one</li><li>two</li></ul>";
        let markdown = "## Title\n\nSome **bold** & [linked](https://example.org/) text.\n\n- one\n- two";
        assert_eq!(to_markdown(html), markdown);
    }

    #[test]
    fn markdown_becomes_html_and_markdown_again() {
        let markdown = "## Title\n\nSome **bold** text.\n\n- one\n- two";
        let html = "<h2>Title</h2>\n<p>Some <strong>bold</strong> text.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n";
        assert_eq!(from_markdown(markdown), html);
        assert_eq!(to_markdown(html), markdown);
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(of_plain("a < b\nc\n\n\nd\n"), "<p>a &lt; b<br>c</p>\n<p>d</p>");
    }

    #[test]
    fn no_raw_html_survives_in_markdown() {
        let html = "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p><script>alert(2)</script><iframe src=x>y</iframe><svg><circle/></svg><style>p{}</style><details>d</details>";
        let markdown = to_markdown(html);
        assert_eq!(markdown, "a \\<script>alert(1)\\</script>\n\nd");
    }

    #[test]
    fn a_title_is_plain_text_on_one_line() {
        assert_eq!(to_line("Tom &amp; <b>Jerry</b>\n again"), "Tom & Jerry again");
        assert_eq!(to_line("R&amp;amp;D &lt;i&gt;now&lt;/i&gt;"), "R&D now");
        assert_eq!(to_line("if a < b && c > d"), "if a < b && c > d");
        assert_eq!(to_line("Vec<T> explained"), "Vec<T> explained");
    }

    #[test]
    fn deep_nesting_costs_neither_stack_nor_time() {
        let pieces = ["<b>", "<a href=x>", "<table><tr><td>", "<ul><li>", "<blockquote><p>", "<dl><dd>"];
        for (piece, times) in pieces.map(|it| (it, 3_000)).into_iter().chain([("<div>", 100_000)]) {
            let deep = format!("{}text", piece.repeat(times));
            assert_eq!(to_plain(&deep), "text", "{piece}");
            assert_eq!(sanitise(&deep, None), "text", "{piece}");
            assert_eq!(to_markdown(&deep), "text", "{piece}");
        }
        let drawing = "<svg><g>".repeat(3_000);
        assert_eq!((to_plain(&drawing), sanitise(&drawing, None), to_markdown(&drawing)), Default::default());
    }
}

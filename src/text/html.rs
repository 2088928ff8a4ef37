//! HTML as it comes in feeds: made harmless, made readable.
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
pub(crate) use tokens::{Piece, Tag, attribute, run as run_tokenizer, walk};

use crate::text::cut::collapse_whitespace;

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
    let is_shown = |it: &char| it.is_whitespace() || !it.is_control();
    collapse_whitespace(&twice.chars().filter(is_shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(of_plain("a < b\nc\n\n\nd\n"), "<p>a &lt; b<br>c</p>\n<p>d</p>");
    }

    #[test]
    fn a_title_is_plain_text_on_one_line() {
        assert_eq!(to_line("Tom &amp; <b>Jerry</b>\n again"), "Tom & Jerry again");
        assert_eq!(to_line("R&amp;amp;D &lt;i&gt;now&lt;/i&gt;"), "R&D now");
        assert_eq!(to_line("if a < b && c > d"), "if a < b && c > d");
        assert_eq!(to_line("Vec<T> explained"), "Vec<T> explained");
        assert_eq!(to_line("a\u{1}b&#2;\tc\u{7f}"), "ab c");
    }

    #[test]
    fn deep_nesting_costs_neither_stack_nor_time() {
        let pieces = ["<b>", "<a href=x>", "<table><tr><td>", "<ul><li>", "<blockquote><p>", "<dl><dd>"];
        for (piece, times) in pieces.map(|it| (it, 3_000)).into_iter().chain([("<div>", 100_000)]) {
            let deep = format!("{}text", piece.repeat(times));
            assert_eq!(to_plain(&deep), "text", "{piece}");
            assert_eq!(sanitise(&deep, None), "text", "{piece}");
        }
        let drawing = "<svg><g>".repeat(3_000);
        assert_eq!((to_plain(&drawing), sanitise(&drawing, None)), Default::default());
    }
}

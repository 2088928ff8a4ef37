//! Whether a document costs more than it can be worth, found without building its tree.

use std::borrow::Cow;

use super::{
    plain::to_plain,
    tokens::{Piece, walk},
};

/// Deeper than people write: trees deeper than this are costly to build and to walk.
const MAX_DEPTH: usize = 200;

/// Elements without content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The document as it is; or, where it nests deeper than people write, its text alone, a paragraph a line.
pub(super) fn flattened(html: &str) -> Cow<'_, str> {
    // A short document with few tags can't be either: the common case costs one pass over its bytes.
    let is_small = html.len() < 4_000 && html.bytes().filter(|&it| it == b'<').count() <= MAX_DEPTH;
    if is_small || !is_costly(html) {
        return Cow::Borrowed(html);
    }
    let lines: Vec<String> = to_plain(html).lines().map(escaped).collect();
    Cow::Owned(if lines.len() > 1 { format!("<p>{}</p>", lines.join("</p>\n<p>")) } else { lines.concat() })
}

/// Text so that HTML reads it as that text.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whether it nests too deep, or has a tag with too many attributes.
///
/// Counts open elements as a parser does, roughly: elements that end where their like begins (`<p>`,
/// `<li>`, cells) do so here too.
fn is_costly(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut deepest = 0;
    let went_to_end = walk(html, |piece| match piece {
        Piece::Open(tag) if deepest <= MAX_DEPTH && !VOID.contains(&&*tag.name) && !tag.self_closing => {
            let ends = ended_by(&tag.name);
            while open.last().is_some_and(|it| ends.contains(&it.as_str())) {
                open.pop();
            }
            open.push(tag.name.to_string());
            deepest = deepest.max(open.len());
        }
        Piece::Close(name) if deepest <= MAX_DEPTH => {
            if let Some(at) = open.iter().rposition(|it| it == name) {
                open.truncate(at);
            }
        }
        _ => {}
    });
    deepest > MAX_DEPTH || !went_to_end
}

fn ended_by(element: &str) -> &'static [&'static str] {
    match element {
        "p" => &["p"],
        "li" => &["p", "li"],
        "dt" | "dd" => &["p", "dt", "dd"],
        "td" | "th" => &["p", "td", "th"],
        "tr" => &["p", "td", "th", "tr"],
        "option" => &["option"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_document_that_does_not_nest_is_left_as_it_is() {
        for piece in ["<p>a", "<ul><li>a<li>b</ul>", "<tr><td>a<td>b", "<br>a", "<b>a</b>"] {
            let html = piece.repeat(1_000);
            assert!(matches!(flattened(&html), Cow::Borrowed(_)), "{piece}");
        }
    }

    #[test]
    fn a_deep_document_is_reduced_to_its_text() {
        let html = format!("{}a &lt;b&gt;<p>c", "<div>".repeat(201));
        assert_eq!(flattened(&html), "<p>a &lt;b&gt;</p>\n<p>c</p>");
    }
}

//! Whether a document costs more than it can be worth, found without building its tree.

use std::borrow::Cow;

use super::{
    plain::{BLOCKS, to_plain},
    tokens::{Piece, Tag, walk},
};

/// Deeper than people write: trees deeper than this are costly to build and to walk.
const MAX_DEPTH: usize = 200;

/// The longest paragraph that a document is reduced to, in bytes.
const MAX_LINE: usize = 4 * 1024;

/// The most bytes that may be read to write a document's texts: whoever writes one looks through the rest of
/// it at each character that it escapes.
const MAX_READ: usize = 2_000_000_000;

/// The most inline elements that may stand next to their like, as in `<b>a</b><b>b</b>`: each is taken out of
/// the list of its siblings to be joined with the one before.
const MAX_TWINS: usize = 20_000;

/// Inline elements that a parser opens again where what was around them ended before they did.
const REOPENED: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// How many bytes of tags may be opened again in a document, for each of its bytes and in any: two hundred long
/// ones before countless `<p>` would make gigabytes of a few megabytes.
const MAX_REOPENED: (usize, usize) = (8, 64 * 1024);

/// Elements without content.
pub(in crate::text) const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The document as it is; or, where it costs too much, its text alone, a paragraph a line.
pub(in crate::text) fn flattened(html: &str) -> Cow<'_, str> {
    // A short document with few tags costs little: the common case is one pass over its bytes.
    let is_small = html.len() < 4_000 && html.bytes().filter(|&it| it == b'<').count() <= MAX_DEPTH;
    if is_small || !is_costly(html) {
        return Cow::Borrowed(html);
    }
    let text = to_plain(html);
    let lines: Vec<String> = text.lines().flat_map(parts).map(escaped).collect();
    Cow::Owned(if lines.len() > 1 { format!("<p>{}</p>", lines.join("</p>\n<p>")) } else { lines.concat() })
}

/// A line in parts that are short enough to be paragraphs.
fn parts(mut line: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (part, rest) = line.split_at(line.floor_char_boundary(MAX_LINE));
        line = rest;
        (!part.is_empty()).then_some(part)
    })
}

/// Text so that HTML reads it as that text.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whether it nests too deep, has a tag with too many attributes, has more escaped characters in one text
/// than can be written in good time, or too many elements that are to be joined.
fn is_costly(html: &str) -> bool {
    let mut cost = Cost::default();
    let went_to_end = walk(html, |piece| match piece {
        Piece::Open(tag) => cost.open(tag),
        Piece::Close(name) => cost.close(name),
        Piece::Text(text) => cost.read(text),
    });
    cost.end_text();
    let most_reopened = MAX_REOPENED.0.saturating_mul(html.len()).saturating_add(MAX_REOPENED.1);
    let grows = cost.reopened > most_reopened;
    !went_to_end || cost.deepest > MAX_DEPTH || cost.read > MAX_READ || cost.twins > MAX_TWINS || grows
}

/// What a document costs those who build and write its tree.
#[derive(Default)]
struct Cost {
    open: Vec<Inside>,
    /// What is opened again before the next text or inline element.
    owed: Vec<Inside>,
    reopened: usize,
    deepest: usize,
    text: Text,
    read: usize,
    /// The inline element that ended just now.
    ended: Option<String>,
    twins: usize,
}

/// An element that is open, and the bytes of its tag.
struct Inside {
    name: String,
    bytes: usize,
}

impl Cost {
    /// Counts open elements as a parser does, roughly: elements that end where their like begins (`<p>`,
    /// `<li>`, cells) do so here too.
    fn open(&mut self, tag: &Tag) {
        self.twins += usize::from(self.ended.as_deref() == Some(&*tag.name) && self.text.bytes == 0);
        self.end_text();
        for attribute in &tag.attrs {
            self.text.push(&attribute.value);
            self.end_text();
        }
        if self.deepest > MAX_DEPTH || tag.self_closing || VOID.contains(&&*tag.name) {
            return;
        }
        let ends = ended_by(&tag.name);
        let is_block = |it: &Inside| !REOPENED.contains(&it.name.as_str());
        while let Some(at) = self.open.iter().rposition(is_block)
            && ends.contains(&self.open[at].name.as_str())
        {
            self.leave(at);
        }
        if !BLOCKS.contains(&&*tag.name) {
            self.reopen();
        }
        let bytes = tag.attrs.iter().map(|it| it.name.local.len() + it.value.len() + 4).sum::<usize>();
        self.open.push(Inside { name: tag.name.to_string(), bytes: bytes + 2 * tag.name.len() + 5 });
        self.deepest = self.deepest.max(self.open.len());
    }

    fn read(&mut self, text: &str) {
        self.text.push(text);
        self.reopen();
    }

    fn close(&mut self, name: &str) {
        self.end_text();
        self.ended = (!BLOCKS.contains(&name) && !matches!(name, "td" | "th")).then(|| name.to_owned());
        if self.deepest > MAX_DEPTH {
            return;
        }
        if let Some(at) = self.open.iter().rposition(|it| it.name == name) {
            self.leave(at);
        } else if let Some(at) = self.owed.iter().rposition(|it| it.name == name) {
            self.owed.remove(at);
        }
    }

    /// Leaves an open element; inline elements inside that have no end yet go on behind it.
    fn leave(&mut self, at: usize) {
        let inside = self.open.drain(at..).skip(1);
        self.owed.extend(inside.filter(|it| REOPENED.contains(&it.name.as_str())));
    }

    fn reopen(&mut self) {
        self.reopened = self.owed.iter().fold(self.reopened, |sum, it| sum.saturating_add(it.bytes));
        self.open.append(&mut self.owed);
        self.deepest = self.deepest.max(self.open.len());
    }

    fn end_text(&mut self) {
        let Text { bytes, escapes } = std::mem::take(&mut self.text);
        self.read = self.read.saturating_add(bytes.saturating_mul(escapes));
        self.ended = None;
    }
}

/// One text, or the value of one attribute.
#[derive(Default)]
struct Text {
    bytes: usize,
    /// Characters that are escaped where HTML is written, or look to the writer as if they were.
    escapes: usize,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.bytes += text.len();
        self.escapes += text.bytes().filter(|it| matches!(it, b'&' | b'<' | b'>' | b'"' | 0xC2)).count();
    }
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
    fn a_text_of_nothing_but_escapes_is_broken_into_paragraphs() {
        let html = format!("<b>a</b>{}", "&amp;".repeat(100_000));
        let flat = flattened(&html);
        assert!(flat.starts_with("<p>a&amp;&amp;") && flat.ends_with("&amp;</p>"));
        assert_eq!(flat.matches("<p>").count(), 25);
        for honest in
            ["«\u{a0}oui\u{a0}»&nbsp;".repeat(1_000), format!("<p>{}</p>", "a &amp; b".repeat(200)).repeat(50)]
        {
            assert!(matches!(flattened(&honest), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn countless_elements_beside_their_like_are_reduced_to_their_text() {
        assert_eq!(flattened(&"<em>a</em>".repeat(30_000)).matches('a').count(), 30_000);
        assert!(!flattened(&"<em>a</em>".repeat(30_000)).contains("<em>"));
        assert!(flattened(&"<td>a</td>".repeat(30_000)).contains("<td>"));
    }

    #[test]
    fn inline_elements_that_would_be_opened_again_and_again_are_reduced_to_their_text() {
        let inline: Vec<String> = (0..150).map(|it| format!("<b title={it}>")).collect();
        for (begin, piece) in [("<p>", "<p>a"), ("<div>", "</div><div>a"), ("<ul><li>", "<li>a")] {
            let html = format!("{begin}{}{}", inline.concat(), piece.repeat(2_000));
            assert!(!flattened(&html).contains("<b"), "{piece}");
        }
        let honest = format!("<p><font face=\"Verdana\" size=2><b>a{}", "<p>a paragraph of a few words".repeat(2_000));
        assert!(flattened(&honest).contains("<font"));
        let ended = format!("<p>{}a</p>{}{}", inline.concat(), "</b>".repeat(150), "<p>a".repeat(2_000));
        assert!(flattened(&ended).contains("<b"));
    }

    #[test]
    fn a_deep_document_is_reduced_to_its_text() {
        let html = format!("{}a &lt;b&gt;<p>c", "<div>".repeat(201));
        assert_eq!(flattened(&html), "<p>a &lt;b&gt;</p>\n<p>c</p>");
    }
}

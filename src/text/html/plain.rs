//! The text of HTML: what a reader sees, without its form.

use std::borrow::Cow;

use super::tokens::{Piece, walk, walk_text};
use crate::text::cut::collapse_whitespace;

/// Elements whose content is no text to read.
pub(in crate::text) const SILENT: &[&str] = &[
    "script", "style", "template", "iframe", "object", "noscript", "noframes", "noembed", "title", "svg", "math",
    "select",
];

/// Elements that stand apart from what surrounds them.
#[rustfmt::skip]
pub(in crate::text) const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
];

/// The readable text of HTML: a line for each block (paragraph, list item, heading, …), white space
/// collapsed, entities decoded, scripts and styles gone.
pub fn to_plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return collapse_whitespace(html);
    }
    let mut lines = Lines::default();
    walk_visible(html, |piece| match piece {
        Piece::Open(tag) => lines.meet(&tag.name),
        Piece::Close(name) => lines.meet(name),
        Piece::Text(text) => lines.push(text),
    });
    lines.text
}

/// Calls `visit` with each tag and text that a reader sees something of.
pub(super) fn walk_visible(html: &str, mut visit: impl FnMut(Piece<'_>)) {
    let mut silenced: Option<(String, u32)> = None;
    walk(html, |piece| match (&piece, &mut silenced) {
        (Piece::Open(tag), Some((name, depth))) => *depth += u32::from(*tag.name == **name && !tag.self_closing),
        (Piece::Close(closed), Some((name, depth))) if *closed == name.as_str() => {
            *depth -= 1;
            if *depth == 0 {
                silenced = None;
            }
        }
        (_, Some(_)) => {}
        (Piece::Open(tag), None) if SILENT.contains(&&*tag.name) => {
            if !tag.self_closing {
                silenced = Some((tag.name.to_string(), 1));
            }
        }
        (_, None) => visit(piece),
    });
}

/// The text with character references (`&amp;`, `&#8217;`, `&nbsp;`) as the characters that they stand for.
/// Tags stay as they are.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    walk_text(text, |piece| {
        if let Piece::Text(text) = piece {
            decoded.push_str(text);
        }
    });
    Cow::Owned(decoded)
}

/// Whether a text that ought to be plain is HTML still, because it was escaped twice: it has a whole tag
/// of a common element, or a character reference.
///
/// `a < b`, `Vec<T>`, `Tom & Jerry` and `AT&T;` are no markup.
pub fn looks_like_markup(text: &str) -> bool {
    has_tag(text) || has_reference(text)
}

/// A text that may be plain or HTML, as plain text: tags go where they are common ones, so that
/// `Vec<T>` stays.
pub(super) fn without_markup(text: &str) -> Cow<'_, str> {
    if has_tag(text) { Cow::Owned(to_plain(text)) } else { decode_entities(text) }
}

#[derive(Default)]
struct Lines {
    text: String,
    /// What has to stand before the next character: a space, a line's end, or nothing.
    owed: Option<char>,
}

impl Lines {
    fn meet(&mut self, element: &str) {
        if BLOCKS.contains(&element) {
            self.owed = Some('\n');
        } else if matches!(element, "td" | "th" | "img" | "option") && self.owed.is_none() {
            self.owed = Some(' ');
        }
    }

    fn push(&mut self, text: &str) {
        for char in text.chars() {
            if char.is_whitespace() {
                self.owed = self.owed.or(Some(' '));
                continue;
            }
            if char.is_control() {
                continue;
            }
            if let Some(separator) = self.owed.take().filter(|_| !self.text.is_empty()) {
                self.text.push(separator);
            }
            self.text.push(char);
        }
    }
}

fn has_tag(text: &str) -> bool {
    #[rustfmt::skip]
    const COMMON: &[&str] = &[
        "a", "abbr", "b", "blockquote", "br", "center", "cite", "code", "del", "div", "em", "figure", "font", "h1", "h2", "h3",
        "h4", "h5", "h6", "hr", "i", "iframe", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "script", "small", "span",
        "strike", "strong", "style", "sub", "sup", "table", "tt", "u", "ul", "video",
    ];
    text.split('<').skip(1).any(|after| {
        let name = after.strip_prefix('/').unwrap_or(after);
        let end = name.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(name.len());
        let closes = name[end..].starts_with(['>', '/', ' ', '\n', '\t']) && name[end..].contains('>');
        // `Vec<T>` has a letter in the brackets as `<b>` does; real tags are written small in feeds.
        closes && COMMON.contains(&&name[..end])
    })
}

fn has_reference(text: &str) -> bool {
    #[rustfmt::skip]
    const COMMON: &[&str] = &[
        "amp", "apos", "bull", "copy", "gt", "hellip", "laquo", "ldquo", "lsquo", "lt", "mdash", "nbsp", "ndash", "quot", "raquo",
        "rdquo", "reg", "rsquo", "trade",
    ];
    text.split('&').skip(1).any(|after| {
        let Some((name, _)) = after.split_once(';') else {
            return false;
        };
        let number = name.strip_prefix('#').map(|it| it.trim_start_matches(['x', 'X']));
        COMMON.contains(&name)
            || number.is_some_and(|it| (1..=6).contains(&it.len()) && it.bytes().all(|digit| digit.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_inline_elements_are_not() {
        let html = "<h1>A  title</h1>\n<p>One <em>two</em>three<br>four</p><ul><li>five<li>six</ul><table><tr><td>7<td>8</table>";
        assert_eq!(to_plain(html), "A title\nOne twothree\nfour\nfive\nsix\n7 8");
    }

    #[test]
    fn entities_are_decoded_and_active_content_is_gone() {
        let html = "caf&eacute; &#8217; &lt;b&gt;<script>alert('<p>')</script><style>p{}</style><svg><title>x</title></svg> &unknown; end<!-- c -->";
        assert_eq!(to_plain(html), "café ’ <b> &unknown; end");
        assert_eq!(to_plain("a<noscript><img src=x>pixel</noscript>b"), "ab");
        assert_eq!(to_plain("plain  text"), "plain text");
        assert_eq!(to_plain(""), "");
    }

    #[test]
    fn entities_alone_are_decoded_without_touching_tags() {
        assert_eq!(decode_entities("a &lt; b <b>&amp;</b> &hellip;"), "a < b <b>&</b> …");
        assert!(matches!(decode_entities("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn text_that_was_escaped_twice_is_known() {
        for markup in ["<p>Hello", "a <br/> b", "a &amp; b", "it&#8217;s", "&#x27;", "<a href=\"x\">y</a>"] {
            assert!(looks_like_markup(markup), "{markup}");
        }
        for plain in ["a < b > c", "Vec<T> and Vec<B>", "Tom & Jerry", "AT&T; more", "a && b;", "#143", "<unclosed p"] {
            assert!(!looks_like_markup(plain), "{plain}");
        }
    }
}

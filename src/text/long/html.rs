//! HTML, cut: what is open is closed, in its order. Works on what the sanitiser wrote, where every element has
//! its end, attributes are quoted, and text is escaped.

use super::{
    ELLIPSIS,
    outline::{LOOKAHEAD, Outline, Rank, Stop},
};
use crate::text::html::{BLOCKS, VOID, tag_end};

/// What stands for an image among the words.
const IMAGE: &str = "\u{FFFC}";

/// The longest character reference that the sanitiser writes: `&quot;`, `&nbsp;`.
const MAX_REFERENCE: usize = 6;

/// The words of HTML up to `limit` bytes and a little beyond.
pub(super) fn outline(html: &str, limit: usize) -> Outline {
    let mut outline = Outline::default();
    let mut code = 0_usize;
    for (at, piece) in pieces(html).take_while(|(at, _)| *at < limit + LOOKAHEAD) {
        match piece {
            Piece::Text(text) => push_text(&mut outline, at, text, code > 0),
            Piece::Tag { name: "br", .. } => outline.end_line(),
            Piece::Tag { name: "img" | "video" | "audio", tag, closes: false } => {
                outline.push(at..at + tag.len(), IMAGE);
            }
            Piece::Tag { name, closes, .. } => {
                if name == "pre" {
                    code = if closes { code.saturating_sub(1) } else { code + 1 };
                }
                let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "thead");
                if is_block(name) && closes && !is_heading && !matches!(name, "td" | "th") {
                    outline.end_block();
                } else if is_block(name) {
                    outline.end_line();
                }
            }
        }
    }
    outline
}

/// The HTML up to a place, with an ellipsis in the last block, and everything closed.
pub(super) fn end(html: &str, stop: Stop) -> String {
    let kept = &html[..stop.at];
    let open = open_elements(kept);
    let inline = open.iter().rev().take_while(|name| !is_block(name)).count();
    let mut ended = kept.to_owned();
    for (closed, name) in open.iter().rev().enumerate() {
        if closed == inline {
            push_ellipsis(&mut ended, stop.rank);
        }
        ended.extend(["</", name, ">"]);
    }
    if inline == open.len() {
        push_ellipsis(&mut ended, stop.rank);
    }
    ended
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || matches!(name, "td" | "th")
}

fn push_ellipsis(html: &mut String, rank: Rank) {
    html.extend([if rank == Rank::Word { "" } else { " " }, ELLIPSIS]);
}

/// The names of the elements that are open at the end, outermost first.
fn open_elements(html: &str) -> Vec<&str> {
    let mut open = Vec::new();
    for (_, piece) in pieces(html) {
        let Piece::Tag { name, closes, .. } = piece else { continue };
        if !closes && !VOID.contains(&name) {
            open.push(name);
        } else if closes && let Some(at) = open.iter().rposition(|it| *it == name) {
            open.truncate(at);
        }
    }
    open
}

/// Adds a text, where white space is spaces except in code, and a character reference can't be parted.
fn push_text(outline: &mut Outline, mut at: usize, mut text: &str, is_code: bool) {
    let words = |text: &str| if is_code { text.to_owned() } else { text.replace(['\n', '\r', '\t'], " ") };
    while let Some(start) = text.find('&') {
        let is_end = |it: &(usize, u8)| it.1 == b';';
        let end = text.bytes().enumerate().skip(start).take(MAX_REFERENCE).find(is_end).map_or(start, |(end, _)| end);
        let (before, reference) = (&text[..start], &text[start..=end]);
        outline.push(at..at + before.len(), &words(before));
        outline.push(at + start..at + end + 1, referred(reference));
        at += end + 1;
        text = &text[end + 1..];
    }
    outline.push(at..at + text.len(), &words(text));
}

/// What a character reference stands for, of those that the sanitiser writes.
fn referred(reference: &str) -> &str {
    match reference {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        "&nbsp;" => " ",
        _ => reference,
    }
}

enum Piece<'a> {
    Tag { name: &'a str, tag: &'a str, closes: bool },
    Text(&'a str),
}

/// The tags and texts of sanitised HTML, and where they begin.
fn pieces(html: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = html.get(at..).filter(|it| !it.is_empty())?;
        let start = at;
        if !rest.starts_with('<') {
            let text = &rest[..rest.find('<').unwrap_or(rest.len())];
            at += text.len();
            return Some((start, Piece::Text(text)));
        }
        let tag = &rest[..tag_end(rest)];
        at += tag.len();
        let closes = tag.starts_with("</");
        let name = tag.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(name.len())];
        Some((start, Piece::Tag { name, tag, closes }))
    })
}

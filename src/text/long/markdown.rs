//! Markdown, cut: what is open is closed with the same marks that would have closed it.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::{
    ELLIPSIS,
    outline::{LOOKAHEAD, Outline, Rank, Stop},
};
use crate::text::markdown::{of_html, parser, to_html};

/// How much is read behind the furthest place where the text may end, in bytes: marks that are open there
/// close in it.
const BEHIND: usize = 16 * 1024;

/// What stands for an image among the words.
const IMAGE: &str = "\u{FFFC}";

/// The text itself; or, where a beginning of it would lack something (what a `[reference]` points to, the end
/// of an element of raw HTML), the same without such things.
pub(super) fn with_everything_in_place(markdown: &str) -> Cow<'_, str> {
    let parser = parser(markdown);
    let refers = parser.reference_definitions().iter().next().is_some();
    let lacks = refers || parser.into_iter().any(|it| matches!(it, Event::Html(_) | Event::InlineHtml(_)));
    if lacks { Cow::Owned(of_html(&to_html(markdown))) } else { Cow::Borrowed(markdown) }
}

/// The words of Markdown up to `limit` bytes and a little beyond.
pub(super) fn outline(markdown: &str, limit: usize) -> Outline {
    let mut outline = Outline::default();
    let mut is_code = false;
    // An image or an address in `<>` is one thing, whatever is in it.
    let mut whole: Option<Range<usize>> = None;
    let text = beginning(markdown, limit);
    for (event, range) in parser(text).into_offset_iter().take_while(|(_, range)| range.start < limit + LOOKAHEAD) {
        if whole.as_ref().is_some_and(|it| range.end <= it.end && range != *it) {
            continue;
        }
        match event {
            Event::Text(words) if is_code => {
                outline.push(range, &words);
                outline.end_block();
            }
            Event::Text(words) | Event::Code(words) => outline.push(range, &words),
            Event::SoftBreak => outline.push(range, " "),
            Event::HardBreak | Event::Rule | Event::End(TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::TableHead) => {
                outline.end_line();
            }
            Event::Start(Tag::Image { .. } | Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                outline.push(range.clone(), IMAGE);
                whole = Some(range);
            }
            Event::Start(tag) => {
                is_code = matches!(tag, Tag::CodeBlock(_));
                if !is_inline(tag.to_end()) {
                    outline.end_line();
                }
            }
            Event::End(tag) => {
                is_code = false;
                if !is_inline(tag) {
                    outline.end_block();
                }
            }
            _ => {}
        }
    }
    outline
}

/// The Markdown up to a place, with everything closed, and an ellipsis behind it.
pub(super) fn end(markdown: &str, stop: Stop) -> String {
    let open = open_marks(beginning(markdown, stop.at), stop.at);
    let mut ended = markdown[..stop.at].to_owned();
    ended.extend(open.closing);
    if let Some(fence) = open.fence {
        ended.extend(["\n", fence]);
    }
    let gap = match stop.rank {
        _ if open.is_code => "\n\n",
        Rank::Block => "\n\n",
        Rank::Sentence => " ",
        Rank::Word => "",
    };
    ended.extend([gap, ELLIPSIS]);
    ended
}

/// What is open at a place in a text.
#[derive(Default)]
struct Open<'a> {
    /// What closes emphasis and links, innermost first.
    closing: Vec<&'a str>,
    is_code: bool,
    /// What closes a block of code. One in a list or a quote ends with that.
    fence: Option<&'a str>,
}

fn open_marks(markdown: &str, at: usize) -> Open<'_> {
    let mut open = Open::default();
    // The elements around, and where what is in them ends so far.
    let mut around: Vec<usize> = Vec::new();
    for (event, range) in parser(markdown).into_offset_iter() {
        if around.is_empty() && range.start > at {
            break;
        }
        let holds = range.start < at && at < range.end;
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                if range.start < at && at <= range.end {
                    open.is_code = true;
                    let is_fenced = matches!(kind, CodeBlockKind::Fenced(_)) && around.is_empty();
                    open.fence = is_fenced.then(|| fence(markdown[range.clone()].trim_start()));
                }
                around.push(range.start);
            }
            Event::Start(_) => around.push(range.start),
            Event::End(tag) => {
                let inside = around.pop().unwrap_or(range.start).max(range.start);
                if holds && is_inline(tag) {
                    open.closing.push(&markdown[inside.min(range.end)..range.end]);
                }
                if let Some(end) = around.last_mut() {
                    *end = range.end;
                }
            }
            _ => {
                if let Some(end) = around.last_mut() {
                    *end = range.end;
                }
            }
        }
    }
    open
}

/// The marks that open a fenced block of code.
fn fence(code: &str) -> &str {
    let mark = code.chars().next().unwrap_or('`');
    &code[..code.len() - code.trim_start_matches(mark).len()]
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn beginning(markdown: &str, limit: usize) -> &str {
    &markdown[..markdown.ceil_char_boundary((limit + BEHIND).min(markdown.len()))]
}

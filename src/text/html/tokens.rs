//! HTML as a flat run of tokens, without a tree: linear in time, constant in stack.

use std::cell::{Cell, RefCell};

pub(crate) use html5ever::tokenizer::Tag;
use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{RawKind, State},
    },
};

/// The most separators in one tag: white space, slashes and quotes, between attributes or inside them.
const MAX_SEPARATORS: usize = 2_000;

/// The most bytes that the tokenizer gets at once, so that a tag is stopped soon behind its measure.
const PART: usize = 4 * 1024;

/// What a walk over HTML meets.
pub(crate) enum Piece<'a> {
    /// The beginning of an element; or all of it, where it has no inside.
    Open(&'a Tag),
    /// The name of an element that ends.
    Close(&'a str),
    /// Text, decoded.
    Text(&'a str),
}

/// Calls `visit` with each tag and text of the document, entities decoded; the insides of scripts and
/// styles come as text between their tags.
/// Says whether it went to the end (see [`run`]).
pub(crate) fn walk(html: &str, visit: impl FnMut(Piece<'_>)) -> bool {
    tokenize(html, State::Data, visit)
}

/// Calls `visit` with the text, entities decoded and tags taken for text.
pub(super) fn walk_text(text: &str, visit: impl FnMut(Piece<'_>)) {
    run(text, State::RawData(RawKind::Rcdata), Sink(RefCell::new(visit)));
}

/// The value of an attribute.
pub(crate) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|it| &*it.name.local == name).map(|it| &*it.value)
}

fn tokenize(html: &str, state: State, visit: impl FnMut(Piece<'_>)) -> bool {
    run(html, state, Sink(RefCell::new(visit))).1
}

/// Gives a text's tokens to a sink, and the sink back. Says whether it went to the end: it stops at a tag
/// with more attributes than any honest one has.
///
/// The tokenizer compares each attribute of a tag with all before it, so that one tag of a million
/// attributes would take minutes.
pub(crate) fn run<S: TokenSink>(text: &str, state: State, sink: S) -> (S, bool) {
    let sink = Watched { sink, has_token: Cell::new(true) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts { initial_state: Some(state), ..Default::default() });
    let input = BufferQueue::default();
    // What a tag that is still open has had so far that may separate attributes.
    let mut separators = 0;
    let mut is_comment = false;
    for part in parts(text) {
        if tokenizer.sink.has_token.replace(false) {
            separators = 0;
            is_comment = part.starts_with("<!");
        }
        input.push_back(StrTendril::from_slice(part));
        // A script stops the tokenizer, so that it could run. None does: the rest follows.
        while !input.is_empty() {
            let _script = tokenizer.feed(&input);
        }
        separators += part.bytes().filter(|it| it.is_ascii_whitespace() || matches!(it, b'/' | b'"' | b'\'')).count();
        if separators > MAX_SEPARATORS && !is_comment && !tokenizer.sink.has_token.get() {
            return (tokenizer.sink.sink, false);
        }
    }
    tokenizer.end();
    (tokenizer.sink.sink, true)
}

/// The text in parts of at most [`PART`] bytes, a new one at each `<`.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.chars();
        let first = chars.next()?.len_utf8();
        let window = rest.floor_char_boundary(PART.min(rest.len())).max(first);
        let end = rest.as_bytes()[first..window].iter().position(|it| *it == b'<').map_or(window, |at| first + at);
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

/// Notes whether the sink got a token.
struct Watched<S> {
    sink: S,
    has_token: Cell<bool>,
}

impl<S: TokenSink> TokenSink for Watched<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        if !matches!(token, Token::ParseError(_)) {
            self.has_token.set(true);
        }
        self.sink.process_token(token, line)
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.sink.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

struct Sink<F>(RefCell<F>);

impl<F: FnMut(Piece<'_>)> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut visit = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                visit(Piece::Open(&tag));
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => visit(Piece::Close(&tag.name)),
            Token::CharacterTokens(text) => visit(Piece::Text(&text)),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_countless_attributes_stops_the_walk() {
        let attributes: String = (0..50_000).map(|it| format!("a{it}='>' ")).collect::<Vec<_>>().concat();
        assert!(!walk(&format!("<p>text<p {attributes}>"), |_| ()));
        assert!(walk(&format!("<!-- {attributes} --><p title=\"{}\">", "words ".repeat(1_500)), |_| ()));
    }

    #[test]
    fn the_parts_make_the_whole() {
        for text in ["", "a", "<", "<<é<a>é", &"é".repeat(5_000), &"<é".repeat(5_000)] {
            assert_eq!(parts(text).collect::<String>(), text);
        }
    }
}

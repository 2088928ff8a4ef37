//! HTML as a flat run of tokens, without a tree: linear in time, constant in stack.

use std::cell::{Cell, RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{RawKind, State},
    },
};
use url::Url;

pub(super) use html5ever::tokenizer::Tag;

use crate::text::web;

/// The most separators in one tag: white space, slashes and quotes, between attributes or inside them.
const MAX_SEPARATORS: usize = 2_000;

/// The most bytes that the tokenizer gets at once, so that a tag is stopped soon behind its measure.
const PART: usize = 4 * 1024;

/// What a walk over HTML meets.
pub(super) enum Piece<'a> {
    Open(&'a Tag),
    Close(&'a str),
    Text(&'a str),
}

/// Calls `visit` with each tag and text of the document, entities decoded; the insides of scripts and
/// styles come as text between their tags.
/// Says whether it went to the end (see [`run`]).
pub(super) fn walk(html: &str, visit: impl FnMut(Piece<'_>)) -> bool {
    tokenize(html, State::Data, visit)
}

/// Calls `visit` with the text, entities decoded and tags taken for text.
pub(super) fn walk_text(text: &str, visit: impl FnMut(Piece<'_>)) {
    run(text, State::RawData(RawKind::Rcdata), Sink(RefCell::new(visit)));
}

/// A feed that a web page announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Absolute and normalised.
    pub url: String,
    /// `application/rss+xml`, `application/atom+xml`, `application/feed+json` or `application/json`.
    pub mime_type: String,
    /// As the page calls it.
    pub title: Option<String>,
}

/// The feeds that a page announces with `<link rel="alternate" type="application/rss+xml" href="…">`,
/// in the page's order, each once. A `<base href>` before them counts.
pub fn feed_links(html: &str, page: Option<&Url>) -> Vec<FeedLink> {
    let mut base = page.cloned();
    let mut links: Vec<FeedLink> = Vec::new();
    walk(html, |piece| {
        let Piece::Open(tag) = piece else { return };
        match &*tag.name {
            "base" => base = attribute(tag, "href").and_then(|it| web::absolute(it, base.as_ref())).or(base.take()),
            "link" => {
                links.extend(feed_link(tag, base.as_ref()).filter(|it| links.iter().all(|link| link.url != it.url)));
            }
            _ => {}
        }
    });
    links
}

/// The value of an attribute.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|it| &*it.name.local == name).map(|it| &*it.value)
}

fn feed_link(tag: &Tag, base: Option<&Url>) -> Option<FeedLink> {
    const TYPES: &[&str] = &[
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    ];
    let is_alternate = attribute(tag, "rel")?.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case("alternate"));
    let mime_type = attribute(tag, "type")?.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // WordPress announces its programming interface the same way.
    let href = attribute(tag, "href").filter(|it| !it.contains("/wp-json/"))?;
    if !is_alternate || !TYPES.contains(&mime_type.as_str()) {
        return None;
    }
    let href = href.trim();
    let href = href
        .strip_prefix("feed://")
        .map_or_else(|| href.trim_start_matches("feed:").to_owned(), |it| format!("https://{it}"));
    let title = attribute(tag, "title").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    Some(FeedLink { url: web::normalise_url(&href, base)?, mime_type, title })
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

    #[test]
    fn a_page_announces_its_feeds() {
        let page = Url::parse("https://blog.example/about/").expect("a page");
        let html = r#"<!doctype html><html><head><title>A <link rel="alternate"></title>
            <base href="/en/">
            <LINK REL="Alternate home" TYPE="application/rss+xml; charset=utf-8" TITLE=" Posts " HREF="feed.xml">
            <link rel=alternate type=application/atom+xml href=//feeds.example/atom>
            <link rel="alternate" type="application/atom+xml" href="feed://feeds.example/atom">
            <link rel="alternate" hreflang="de" href="/de/">
            <link rel="stylesheet" type="text/css" href="a.css">
            <script>'<link rel="alternate" type="application/rss+xml" href="no">'</script>
            <!-- <link rel="alternate" type="application/rss+xml" href="no"> -->"#;
        let link = |url: &str, mime_type: &str, title: Option<&str>| FeedLink {
            url: url.to_owned(),
            mime_type: mime_type.to_owned(),
            title: title.map(str::to_owned),
        };
        assert_eq!(
            feed_links(html, Some(&page)),
            [
                link("https://blog.example/en/feed.xml", "application/rss+xml", Some("Posts")),
                link("https://feeds.example/atom", "application/atom+xml", None),
            ]
        );
    }
}

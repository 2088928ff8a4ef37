//! HTML looked at by somebody who trusts no sanitiser: does anything in it act, and where do its links lead?

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};

/// Elements that act, load, or change how what is around them is read.
#[rustfmt::skip]
const ACTIVE: &[&str] = &[
    "applet", "audio", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "math", "meta",
    "noembed", "noscript", "object", "param", "plaintext", "portal", "script", "select", "style", "svg", "template",
    "textarea", "title", "video", "xmp",
];

/// Attributes that hold an address.
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "data",
    "dynsrc",
    "href",
    "longdesc",
    "lowsrc",
    "poster",
    "src",
    "srcset",
    "xlink:href",
];

/// Attributes that act or hide.
const ACTIONS: &[&str] = &["formaction", "ping", "srcdoc", "style"];

/// The first thing in HTML that is not harmless.
pub(crate) fn find(html: &str) -> Option<String> {
    tags(html).iter().find_map(|tag| {
        let is_active = ACTIVE.contains(&&*tag.name);
        let attribute = tag.attrs.iter().find(|it| {
            let name = &*it.name.local;
            let is_script = ADDRESSES.contains(&name) && !is_harmless(&it.value);
            name.starts_with("on") || ACTIONS.contains(&name) || is_script
        });
        let named = attribute.map(|it| format!("<{} {}=\"{}\">", tag.name, it.name.local, it.value));
        named.or_else(|| is_active.then(|| format!("<{}>", tag.name)))
    })
}

/// The absolute addresses of pages that HTML leads to. Pictures may be dropped: some only count readers.
pub(crate) fn links(html: &str) -> Vec<String> {
    let tags = tags(html);
    let attributes = tags.iter().flat_map(|it| &it.attrs).filter(|it| &*it.name.local == "href");
    attributes.map(|it| it.value.trim().to_owned()).filter(|it| it.starts_with("http")).collect()
}

/// Whether an address has one of the schemes that only show something, or none.
fn is_harmless(address: &str) -> bool {
    let plain: String = address.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect();
    let scheme = plain.split(['/', '?', '#']).next().and_then(|it| it.split_once(':')).map(|(scheme, _)| scheme);
    scheme.is_none_or(|it| ["http", "https", "mailto"].iter().any(|known| it.eq_ignore_ascii_case(known)))
}

/// The start tags of HTML.
fn tags(html: &str) -> Vec<Tag> {
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    while !input.is_empty() {
        let _script = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Tags(RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token
            && tag.kind == TagKind::StartTag
        {
            self.0.borrow_mut().push(tag);
        }
        TokenSinkResult::Continue
    }
}

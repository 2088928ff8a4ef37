//! XML read as what it was meant to be.
//!
//! One in fifteen feeds is not well-formed: raw `&` and `<`, entities that only HTML knows, bare quotes,
//! rubbish around the root, a missing end. An XML parser stops there. So the text goes through the
//! tokenizer of HTML 5, the one whose recovery from every fault is specified; on a well-formed document
//! it finds the same as an XML parser. Names come out in lower case; CDATA sections are text.
//!
//! Nothing is fetched, no external entity is read, and depth, number of elements and expansions of
//! internal entities are bounded. What the elements mean is left to others.

use std::{borrow::Cow, cell::RefCell, mem};

use html5ever::{
    LocalName,
    tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, states::State},
};
use url::Url;

use super::{decode, entities, namespace::Namespaces};
use crate::text::{html::run_tokenizer, web};

/// Deeper elements are left out; their text counts for the element around them.
const MAX_DEPTH: usize = 100;

/// Elements behind these are left out, so that a hostile document takes no more memory than a large one.
const MAX_ELEMENTS: usize = 500_000;

/// A document, as far as it goes.
pub(super) struct Document {
    /// The root and what it holds: the elements that are complete, and those that the document's end
    /// completed.
    pub(super) root: Option<Element>,
    /// Whether it ended before its root did.
    pub(super) is_cut: bool,
    /// The first element, whether it is a root that is known or not.
    pub(super) first: Option<String>,
    /// Whether it calls itself HTML.
    pub(super) is_html: bool,
}

/// An element. Its name and its attributes' names are in lower case; the prefix tells its namespace
/// ([`Namespaces`]), whatever prefix the document chose.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
    /// Where it begins, from 1.
    pub(super) line: u64,
    /// Whether its end was there, or was implied by the end of what is around it.
    pub(super) is_complete: bool,
}

/// What an element holds.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// Reads a document whose root has one of the given names (with prefixes as in [`Namespaces`]). What
/// stands before and behind the root is ignored.
pub(super) fn read(text: &str, roots: &'static [&'static str]) -> Document {
    let text = entities::expanded(text);
    let builder = Builder { roots, ..Builder::default() };
    let (sink, went_to_end) = run_tokenizer(&text, State::Data, Sink(RefCell::new(builder)));
    let mut builder = sink.0.into_inner();
    builder.is_cut = !went_to_end;
    builder.finish()
}

impl Element {
    /// The value of an attribute, trimmed; `None` where it is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let value = self.attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value.trim());
        value.filter(|it| !it.is_empty())
    }

    /// The elements directly inside.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of that name directly inside.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|it| it.name == name)
    }

    /// The text directly inside and in all elements inside, trimmed; `None` where there is none.
    pub(super) fn text(&self) -> Option<String> {
        let mut text = String::new();
        self.push_text(&mut text);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// Whether it holds elements beside text.
    pub(super) fn has_elements(&self) -> bool {
        self.elements().next().is_some()
    }

    /// What it holds, written as HTML.
    pub(super) fn inner_html(&self) -> String {
        let mut html = String::new();
        self.push_html(&mut html);
        html
    }

    /// The base that holds inside: `xml:base`, itself resolved against the one outside.
    pub(super) fn base(&self, outside: Option<&Url>) -> Option<Url> {
        self.attribute("xml:base").and_then(|it| web::absolute(it, outside)).or_else(|| outside.cloned())
    }

    fn push_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(own) => text.push_str(own),
                Node::Element(element) => element.push_text(text),
            }
        }
    }

    fn push_html(&self, html: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => push_escaped(html, text),
                Node::Element(element) => {
                    html.extend(["<", &element.name]);
                    for (name, value) in &element.attributes {
                        html.extend([" ", name, "=\""]);
                        push_escaped(html, value);
                        html.push('"');
                    }
                    html.push('>');
                    if !is_void(&element.name) {
                        element.push_html(html);
                        html.extend(["</", &element.name, ">"]);
                    }
                }
            }
        }
    }
}

/// Writes text so that HTML reads it as that text.
pub(super) fn push_escaped(html: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(char),
        }
    }
}

#[derive(Default)]
struct Builder {
    roots: &'static [&'static str],
    /// The open elements, the root first.
    open: Vec<Element>,
    /// Their names as written, which their ends repeat.
    written: Vec<LocalName>,
    /// Elements that are left out and still open.
    beyond: Vec<LocalName>,
    namespaces: Namespaces,
    elements: usize,
    root: Option<Element>,
    is_cut: bool,
    first: Option<String>,
    is_html: bool,
}

impl Builder {
    fn start(&mut self, tag: Tag, line: u64) {
        if self.root.is_some() {
            return;
        }
        if self.first.is_none() {
            self.first = Some(tag.name.to_string());
        }
        self.end_repeated(&tag.name);
        if self.open.len() >= MAX_DEPTH || self.elements >= MAX_ELEMENTS {
            if !tag.self_closing && !is_void(&tag.name) {
                self.beyond.push(tag.name);
            }
            return;
        }
        let attributes = tag.attrs.into_iter().map(|it| (it.name.local.to_string(), it.value.to_string())).collect();
        self.namespaces.enter(self.open.len(), &attributes);
        let name = self.namespaces.name(&tag.name, self.open.first().map(|it| it.name.as_str()));
        if self.open.is_empty() && !self.roots.contains(&name.as_str()) {
            self.namespaces.leave(0);
            return;
        }
        self.elements += 1;
        let element = Element { name, attributes, line, ..Element::default() };
        if tag.self_closing || is_void(&tag.name) {
            self.namespaces.leave(self.open.len());
            self.add(Element { is_complete: true, ..element });
        } else {
            self.open.push(element);
            self.written.push(tag.name);
        }
    }

    fn end(&mut self, name: &LocalName) {
        if self.beyond.last() == Some(name) {
            self.beyond.pop();
        } else if let Some(at) = self.written.iter().rposition(|it| it == name) {
            self.beyond.clear();
            self.close(at, true);
        }
    }

    /// An item in an item: the end of the one before is missing.
    fn end_repeated(&mut self, name: &LocalName) {
        if matches!(&**name, "item" | "entry")
            && let Some(at) = self.written.iter().rposition(|it| it == name)
            && !self.open[at..].iter().any(|it| self.holds_entries(it))
        {
            self.beyond.clear();
            self.close(at, true);
        }
    }

    /// Whether an element inside of an Atom entry may have entries of its own: what is told of the feed that it
    /// was taken over from, and XML as content.
    fn holds_entries(&self, element: &Element) -> bool {
        let is_atom = self.open.first().is_some_and(|it| matches!(it.name.as_str(), "feed" | "entry"));
        let is_xml = || element.attribute("type").is_some_and(|it| it.ends_with("/xml") || it.ends_with("+xml"));
        is_atom && (element.name == "source" || (element.name == "content" && is_xml()))
    }

    fn text(&mut self, text: &str) {
        let Some(element) = self.open.last_mut() else { return };
        // A reference may name what no document may hold.
        let text = decode::without_controls(Cow::Borrowed(text));
        match element.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(&text),
            _ => element.children.push(Node::Text(text.into_owned())),
        }
    }

    /// Closes all elements from the innermost to that depth.
    fn close(&mut self, depth: usize, is_complete: bool) {
        while self.open.len() > depth {
            self.written.pop();
            let Some(element) = self.open.pop() else { return };
            self.namespaces.leave(self.open.len());
            self.add(Element { is_complete, ..element });
        }
    }

    fn add(&mut self, mut element: Element) {
        for node in &mut element.children {
            if let Node::Text(text) = node
                && let Some(mended) = decode::encoded_once(text)
            {
                *text = mended;
            }
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn finish(mut self) -> Document {
        self.is_cut |= !self.open.is_empty();
        self.close(0, false);
        Document { root: self.root, is_cut: self.is_cut, first: self.first, is_html: self.is_html }
    }
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => builder.start(tag, line),
            Token::TagToken(tag) => builder.end(&tag.name),
            Token::CharacterTokens(text) => builder.text(&text),
            Token::DoctypeToken(doctype) => {
                let is_html = doctype.name.as_deref() == Some("html");
                builder.is_html = mem::take(&mut builder.is_html) || is_html;
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// Says that CDATA sections are to be read, as everywhere in XML.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        true
    }
}

/// Elements of HTML that never have an end, as they are met in text that was not escaped.
fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rss(text: &str) -> Document {
        read(text, &["rss"])
    }

    fn html_of(text: &str) -> Option<String> {
        read_rss(text).root.map(|it| it.inner_html())
    }

    #[test]
    fn a_well_formed_document_is_read_as_it_is() {
        let text = "<?xml version='1.0'?><!-- <rss> --><RSS><a x='1 &amp; 2'>t &lt; u &#233;</a><![CDATA[<b>&amp;</b>]]><c/></RSS>";
        let html = "<a x=\"1 &amp; 2\">t &lt; u é</a>&lt;b&gt;&amp;amp;&lt;/b&gt;<c></c>";
        let document = read_rss(text);
        assert_eq!((document.is_cut, document.is_html, document.first.as_deref()), (false, false, Some("rss")));
        assert_eq!(html_of(text).as_deref(), Some(html));
    }

    #[test]
    fn faults_cost_what_is_around_them_at_most() {
        let cases = [
            ("rubbish <br/> before<rss><a>1</a></rss><script>after</script>", "<a>1</a>"),
            ("<rss><a>R&D & more &nbsp;&unknown;</a></rss>", "<a>R&amp;D &amp; more \u{a0}&amp;unknown;</a>"),
            ("<rss><a>1 < 2</a></rss>", "<a>1 &lt; 2</a>"),
            ("<rss><a>one<br>two</b></a><b>3</b></rss>", "<a>one<br>two</a><b>3</b>"),
            ("<rss><item><a>1</item><item>2</item></rss>", "<item><a>1</a></item><item>2</item>"),
            ("<rss><item>1<item>2</item></rss>", "<item>1</item><item>2</item>"),
            ("<rss><a x=\"5\" screen\" y=\"2\"/></rss>", "<a x=\"5\" screen\"=\"\" y=\"2\"></a>"),
        ];
        for (text, html) in cases {
            assert_eq!(html_of(text).as_deref(), Some(html), "{text}");
        }
    }

    #[test]
    fn an_entry_inside_of_what_may_hold_entries_ends_none() {
        for holder in ["<source><entry>1</entry></source>", "<content type=\"text/xml\"><entry>1</entry></content>"] {
            let text = format!("<feed><entry>{holder}<id>2</id></entry></feed>");
            let root = read(&text, &["feed"]).root;
            assert_eq!(root.map(|it| it.inner_html()), Some(text[6..text.len() - 7].to_owned()));
        }
        let html = "<content type=\"html\">1<entry>2";
        let root = read(&format!("<feed><entry>{html}"), &["feed"]).root;
        assert_eq!(root.map(|it| it.children.len()), Some(2));
    }

    #[test]
    fn a_cut_document_is_known_and_so_is_what_was_complete() {
        let document = read_rss("<rss><item>1</item><item><a>2</a><b>3");
        assert!(document.is_cut);
        let complete: Vec<bool> = document.root.iter().flat_map(Element::elements).map(|it| it.is_complete).collect();
        assert_eq!(complete, [true, false]);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = format!("<rss>{}text</rss>", "<a>".repeat(1_000_000));
        let document = read_rss(&deep);
        assert_eq!(document.root.and_then(|it| it.text()).as_deref(), Some("text"));
        let closed = format!("<rss>{}{}<b>1</b></rss>", "<a>".repeat(1_000), "</a>".repeat(1_000));
        assert!(html_of(&closed).is_some_and(|it| it.ends_with("</a><b>1</b>")));
        let wide = format!("<rss>{}</rss>", "<a/>".repeat(MAX_ELEMENTS + 9));
        assert_eq!(read_rss(&wide).root.map(|it| it.children.len()), Some(MAX_ELEMENTS - 1));
    }

    #[test]
    fn a_base_is_resolved_against_the_one_outside() {
        let document = read_rss("<rss xml:base='/blog/'/>");
        let outside = Url::parse("https://example.org/feed").expect("an address");
        let base = document.root.and_then(|it| it.base(Some(&outside)));
        assert_eq!(base.map(String::from).as_deref(), Some("https://example.org/blog/"));
    }
}

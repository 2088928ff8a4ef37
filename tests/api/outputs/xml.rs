//! XML as a reader without mercy takes it apart: what is not well-formed fails.

use quick_xml::{Reader, events::Event};

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// The root of a document.
pub(super) fn parse(document: &str) -> Element {
    let bad = |it: char| it < ' ' && !matches!(it, '\t' | '\n' | '\r') || matches!(it, '\u{fffe}' | '\u{ffff}');
    assert!(!document.contains(bad), "a character that XML can't hold");
    assert!(document.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"), "{document:.100}");
    let mut reader = Reader::from_str(document);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => {
                let element = element(&start);
                open.last_mut().expect("a parent").children.push(element);
            }
            Event::End(_) => {
                let done = open.pop().expect("an element");
                open.last_mut().expect("a parent").children.push(done);
            }
            Event::Text(text) => {
                let text = text.decode().expect("UTF-8");
                assert!(!text.contains("]]>"), "it ends no section");
                open.last_mut().expect("an element").text.push_str(&text);
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().expect("UTF-8").into_owned();
                let char = match reference.resolve_char_ref().expect("a character") {
                    Some(char) => char.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name).expect("an entity of XML").to_owned(),
                };
                open.last_mut().expect("an element").text.push_str(&char);
            }
            Event::Eof => break,
            Event::Decl(_) => {}
            other => panic!("nothing else is written: {other:?}"),
        }
    }
    assert_eq!(open.len(), 1, "all is closed");
    let mut document = open.pop().expect("the document");
    assert_eq!(document.children.len(), 1, "one root");
    document.children.pop().expect("the root")
}

fn element(start: &quick_xml::events::BytesStart) -> Element {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let attributes = start.attributes().map(|it| {
        let it = it.expect("an attribute, and none twice");
        (text(it.key.as_ref()), it.unescape_value().expect("a value").into_owned())
    });
    Element { name: text(start.name().as_ref()), attributes: attributes.collect(), ..Element::default() }
}

impl Element {
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |it| it.name == name)
    }

    /// The one child of that name, where there may be one.
    pub(super) fn maybe(&self, name: &'static str) -> Option<&Element> {
        let mut all = self.all(name);
        let first = all.next();
        assert!(all.next().is_none(), "{} has several {name}", self.name);
        first
    }

    /// The one child of that name, which has to be there and to say something.
    pub(super) fn one(&self, name: &'static str) -> &Element {
        self.maybe(name).unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }

    /// The text of that child.
    pub(super) fn said(&self, name: &'static str) -> &str {
        let text = &self.one(name).text;
        assert!(!text.trim().is_empty(), "{name} is blank");
        text
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

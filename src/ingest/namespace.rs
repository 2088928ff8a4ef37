//! Namespaces of feeds, told by one prefix each, whatever prefix a document chose.

/// The bindings of prefixes that hold at a place in a document.
///
/// Names come out with these prefixes: none for RSS, Atom as the root, RDF's RSS and XHTML; `atom:` for
/// Atom inside RSS; `dc:`, `dcterms:`, `content:`, `itunes:`, `media:`, `podcast:`, `yt:`, `rdf:`,
/// `feedburner:`. A prefix that is unknown, or bound to nothing, stays as it is written.
#[derive(Default)]
pub(super) struct Namespaces {
    /// Depth of the element, prefix, and what it stands for.
    bindings: Vec<(usize, String, &'static str)>,
}

/// The most bindings that hold at one place: each name is looked for among them.
const MAX_BINDINGS: usize = 200;

/// What an address has to contain, and the prefix that stands for it. The first that fits counts.
const KNOWN: &[(&str, &str)] = &[
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/rss/1.0/modules/", UNKNOWN),
    ("purl.org/rss/", ""),
    ("my.netscape.com/", ""),
    ("channel.netscape.com/", ""),
    ("backend.userland.com/", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
    ("cyber.law.harvard.edu/rss", ""),
    ("w3.org/1999/xhtml", ""),
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom/ns", "atom"),
    ("purl.org/net/rss1.1", ""),
    ("itunes.com/dtds/podcast", "itunes"),
    ("itunes.com/podcast", "itunes"),
    ("search.yahoo.com/mrss", "media"),
    ("podcastindex.org/namespace", "podcast"),
    ("podcastindex-org/podcast-namespace", "podcast"),
    ("youtube.com/xml/schemas", "yt"),
    ("w3.org/1999/02/22-rdf-syntax", "rdf"),
    ("feedburner", "feedburner"),
];

/// Bound to something that means nothing here: the prefix stays as it is written.
const UNKNOWN: &str = "?";

impl Namespaces {
    /// Takes in what an element at that depth binds.
    pub(super) fn enter(&mut self, depth: usize, attributes: &Vec<(String, String)>) {
        for (name, uri) in attributes {
            let prefix = if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix.filter(|_| self.bindings.len() < MAX_BINDINGS) {
                let uri = uri.to_ascii_lowercase();
                let stands_for = KNOWN.iter().find(|(part, _)| uri.contains(part)).map_or(UNKNOWN, |(_, it)| it);
                self.bindings.push((depth, prefix.to_owned(), stands_for));
            }
        }
    }

    /// Forgets what the element at that depth bound.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|(bound, _, _)| *bound >= depth) {
            self.bindings.pop();
        }
    }

    /// The name of an element, given the name of the root, or `None` for the root itself.
    pub(super) fn name(&self, written: &str, root: Option<&str>) -> String {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let bound = self.bindings.iter().rev().find(|(_, it, _)| it == prefix).map(|(_, _, stands_for)| *stands_for);
        let known = match bound {
            // Some write the name of the language in front of everything, and declare nothing.
            None if prefix == "rss" => "",
            Some(UNKNOWN) | None => prefix,
            Some(known) => known,
        };
        // Atom is the plain language of a document that is Atom.
        let is_plain = known.is_empty() || (known == "atom" && root.is_none_or(|it| matches!(it, "feed" | "entry")));
        if is_plain { local.to_owned() } else { format!("{known}:{local}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(prefix: &str, uri: &str) -> Namespaces {
        let mut namespaces = Namespaces::default();
        namespaces.enter(0, &vec![(prefix.to_owned(), uri.to_owned())]);
        namespaces
    }

    #[test]
    fn a_namespace_has_one_prefix_whatever_the_document_chose() {
        let chosen = bound("xmlns:foo", "http://www.itunes.com/DTDs/Podcast-1.0.dtd");
        assert_eq!(chosen.name("foo:duration", Some("rss")), "itunes:duration");
        assert_eq!(chosen.name("itunes:duration", Some("rss")), "itunes:duration");
        assert_eq!(chosen.name("bar:duration", Some("rss")), "bar:duration");
    }

    #[test]
    fn atom_is_plain_in_atom_and_prefixed_in_rss() {
        let chosen = bound("xmlns:a10", "http://www.w3.org/2005/Atom");
        assert_eq!(chosen.name("a10:feed", None), "feed");
        assert_eq!(chosen.name("a10:link", Some("feed")), "link");
        assert_eq!(chosen.name("a10:link", Some("rss")), "atom:link");
    }

    #[test]
    fn a_default_namespace_that_is_unknown_is_plain() {
        assert_eq!(bound("xmlns", "http://example.org/own").name("item", Some("rss")), "item");
    }

    #[test]
    fn rss_is_plain_where_its_prefix_is_bound_to_nothing() {
        assert_eq!(Namespaces::default().name("rss:item", Some("rss")), "item");
        assert_eq!(bound("xmlns:rss", "http://example.org/own").name("rss:item", Some("rss")), "rss:item");
    }

    #[test]
    fn there_is_an_end_to_bindings() {
        let mut namespaces = Namespaces::default();
        for depth in 0..1_000 {
            namespaces.enter(depth, &vec![(format!("xmlns:x{depth}"), "http://purl.org/dc/terms/".to_owned())]);
        }
        assert_eq!(namespaces.name("x7:title", Some("rss")), "dcterms:title");
        assert_eq!(namespaces.bindings.len(), MAX_BINDINGS);
    }

    #[test]
    fn a_binding_ends_with_its_element() {
        let mut namespaces = bound("xmlns:x", "http://purl.org/dc/elements/1.1/");
        namespaces.enter(1, &vec![("xmlns:x".to_owned(), "http://search.yahoo.com/mrss/".to_owned())]);
        assert_eq!(namespaces.name("x:title", Some("rss")), "media:title");
        namespaces.leave(1);
        assert_eq!(namespaces.name("x:title", Some("rss")), "dc:title");
    }
}

//! When a document matches a query. Both databases agree with what stands here.

use std::ops::Range;

use super::{Document, Query, Term};

impl Query {
    /// Whether a document has all that is wanted and nothing that is unwanted.
    pub fn matches(&self, document: &Document) -> bool {
        let in_document = |term: &Term| term.is_in(document);
        !self.is_empty() && self.wanted().iter().all(in_document) && !self.unwanted().iter().any(in_document)
    }
}

impl Term {
    /// Whether a document has it.
    pub fn is_in(&self, document: &Document) -> bool {
        document.stems().into_iter().chain(document.surfaces()).any(|words| {
            let words: Vec<&str> = words.split(' ').collect();
            self.places(&words).next().is_some()
        })
    }

    /// Where the term is among the words: one form of each.
    pub(super) fn places<W: AsRef<str>>(&self, words: &[W]) -> impl Iterator<Item = Range<usize>> {
        self.alternatives().iter().flat_map(move |phrase| {
            let is_here = move |it: &&[W]| self.is_phrase(phrase, it);
            let windows = words.windows(phrase.len()).enumerate().filter(move |(_, it)| is_here(it));
            windows.map(move |(start, _)| start..start + phrase.len())
        })
    }

    /// Whether these words are the phrase, as many of them.
    fn is_phrase<W: AsRef<str>>(&self, phrase: &[String], words: &[W]) -> bool {
        phrase.iter().zip(words).enumerate().all(|(at, (wanted, word))| {
            let is_begun = self.is_prefix() && at + 1 == phrase.len();
            if is_begun { word.as_ref().starts_with(wanted.as_str()) } else { word.as_ref() == wanted }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(query: &str) -> bool {
        let points = ["Fewer round trips".to_owned(), "Cheaper servers".to_owned()];
        let body = Some("John's C++ client isn’t as fast as Node.js. 東京都で開発。");
        let document =
            Document::new("Faster Databases", "Why l'été matters: a café story that works.", &points, body, "en");
        Query::parse(query).expect("the query is short").matches(&document)
    }

    #[test]
    fn all_words_must_be_there_in_any_form() {
        assert!(matches("database"));
        assert!(matches("DATABASES faster trip"));
        assert!(!matches("database slow"));
        assert!(!matches("workers"), "the stem would be `work` in German alone");
    }

    #[test]
    fn phrases_stay_within_a_part_and_a_key_point() {
        assert!(matches("\"round trip\""));
        assert!(matches("\"faster database\""));
        assert!(!matches("\"trips round\""));
        assert!(!matches("\"trips cheaper\""));
        assert!(!matches("\"databases why\""));
    }

    #[test]
    fn a_prefix_begins_a_word_as_it_is_written() {
        assert!(matches("datab*"));
        assert!(matches("node.js*"));
        assert!(!matches("atab*"));
        assert!(!matches("en*"));
        assert!(matches("CAF*"));
    }

    #[test]
    fn what_is_unwanted_must_not_be_there() {
        assert!(matches("database -java"));
        assert!(!matches("database -server"));
        assert!(!matches("database -java -\"round trip\""));
        assert!(matches("-java"));
        assert!(!matches("-round*"));
    }

    #[test]
    fn special_words_are_found() {
        for query in
            ["john", "john's", "été", "ete", "l’été", "isnt", "isn't", "c++", "node.js", "cafe", "東京", "開発"]
        {
            assert!(matches(query), "{query}");
        }
        assert!(!matches("c"));
        assert!(!matches("京東"));
    }

    #[test]
    fn a_query_without_words_finds_nothing() {
        assert!(!matches("-"));
        assert!(!matches(""));
    }
}

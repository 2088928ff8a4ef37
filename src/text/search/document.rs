//! A document as words.

use std::collections::HashMap;

use super::{stem::Stemming, tokens::tokens};

/// The words of a summary, ready to be put into an index: each as a stem and as a surface form.
///
/// It holds its first 16,000 words (a gap between two parts counts as one), or as many as fit into a
/// `tsvector`; of a word that occurs more than 250 times, the first 250. These are the bounds of
/// PostgreSQL, held everywhere so that a document is found in one database as in the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    parts: [Part; 4],
}

/// What stands for a word where there is none: between two key points, and for a word that occurred too
/// often. No query has it.
pub const GAP: &str = "·";

/// Words and gaps: positions in a `tsvector` end at 16,383.
const MAX_PLACES: usize = 16_000;

/// Bytes of a `tsvector`, which ends at 1 MiB, reckoned as if no word occurred twice.
const MAX_BYTES: usize = 1_000_000;

/// Bytes that a lexeme takes beside its letters: alignment, one position, their number.
const LEXEME_BYTES: usize = 5;

/// A lexeme of a `tsvector` has 255 positions at most.
const MAX_OCCURRENCES: usize = 250;

/// Two texts of as many words, parted by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    stems: String,
    surfaces: String,
}

impl Document {
    /// Takes the words of a summary's parts, all plain text: Markdown is to be stripped before. The language
    /// is a tag (`en`, `pt-BR`), whose rules stem the words.
    pub fn new(title: &str, tldr: &str, key_points: &[String], body: Option<&str>, language: &str) -> Self {
        let mut writer =
            Writer { stemming: Stemming::of_language(language), places: 0, bytes: 0, seen: HashMap::new() };
        let mut document = Self::default();
        let [first, second, third, fourth] = &mut document.parts;
        writer.add(first, title);
        writer.places += 1;
        writer.add(second, tldr);
        for point in key_points {
            writer.places += 1;
            third.separate();
            writer.add(third, point);
        }
        writer.places += 1;
        writer.add(fourth, body.unwrap_or_default());
        document
    }

    /// The stems of title, tldr, key points and body: words parted by spaces, with [`GAP`]s among them. A word
    /// that has no stem stands for itself.
    pub fn stems(&self) -> [&str; 4] {
        self.parts.each_ref().map(|part| part.stems.as_str())
    }

    /// The surface forms in the same places.
    pub fn surfaces(&self) -> [&str; 4] {
        self.parts.each_ref().map(|part| part.surfaces.as_str())
    }
}

impl Part {
    /// Puts a gap behind the words that are there.
    fn separate(&mut self) {
        if !self.stems.is_empty() {
            self.push(GAP, GAP);
        }
    }

    fn push(&mut self, stem: &str, surface: &str) {
        for (words, word) in [(&mut self.stems, stem), (&mut self.surfaces, surface)] {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
}

/// Writes words until the document is full.
struct Writer {
    stemming: Option<&'static Stemming>,
    places: usize,
    bytes: usize,
    /// How often each form occurred.
    seen: HashMap<String, usize>,
}

impl Writer {
    fn add(&mut self, part: &mut Part, text: &str) {
        for token in tokens(text) {
            let stem = self.stemming.and_then(|by| by.stem(&token));
            let surface = token.surface;
            self.places += 1;
            self.bytes += surface.len() + LEXEME_BYTES + stem.as_ref().map_or(0, |it| it.len() + LEXEME_BYTES);
            if self.places > MAX_PLACES || self.bytes > MAX_BYTES {
                return;
            }
            let kept_surface = if self.is_seldom(&surface) { &surface } else { GAP };
            let kept_stem = match &stem {
                Some(stem) if self.is_seldom(stem) => stem,
                Some(_) => GAP,
                None => kept_surface,
            };
            part.push(kept_stem, kept_surface);
        }
    }

    /// Counts a word, and says whether its place is still kept.
    fn is_seldom(&mut self, word: &str) -> bool {
        if let Some(count) = self.seen.get_mut(word) {
            *count += 1;
            return *count <= MAX_OCCURRENCES;
        }
        self.seen.insert(word.to_owned(), 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&it| it.to_owned()).collect()
    }

    #[test]
    fn each_word_has_a_stem_and_a_surface() {
        let points = points(&["Faster", "…", "Safer queries"]);
        let document = Document::new("Databases: 東京", "Don't", &points, Some("Indexed twice, Café"), "en-US");
        assert_eq!(
            document.stems(),
            ["·endatabas 東 京", "·endont", "·enfaster · · ·ensafer ·enqueri", "·enindex ·entwice ·encafe"]
        );
        assert_eq!(document.surfaces(), ["databases 東 京", "dont", "faster · · safer queries", "indexed twice cafe"]);
    }

    #[test]
    fn nothing_is_stemmed_without_rules() {
        let document = Document::new("Bazy danych", "", &[], None, "pl");
        assert_eq!(document.stems(), ["bazy danych", "", "", ""]);
        assert_eq!(document.surfaces(), document.stems());
    }

    #[test]
    fn only_the_first_words_count() {
        let body = (0..20_000).map(|it| format!("w{it}")).collect::<Vec<_>>().join(" ");
        let document = Document::new("One", "two", &[], Some(&body), "en");
        let [.., stems] = document.stems();
        assert_eq!(stems.split(' ').count(), MAX_PLACES - 4);
        assert!(stems.ends_with(" w15995"));
    }

    #[test]
    fn a_document_is_bounded_in_bytes_too() {
        let body = (0..15_000).map(|it| format!("й{it}{}", "й".repeat(80))).collect::<Vec<_>>().join(" ");
        let document = Document::new("", "", &[], Some(&body), "en");
        let [.., surfaces] = document.surfaces();
        assert!((MAX_BYTES * 3 / 4..=MAX_BYTES).contains(&surfaces.len()), "{}", surfaces.len());
    }

    #[test]
    fn what_occurs_too_often_leaves_its_place_empty() {
        let document = Document::new("again", &"again ".repeat(251), &[], Some("Again and againing"), "en");
        let [title, tldr, _, body] = document.surfaces();
        assert_eq!(title, "again");
        assert_eq!(tldr.matches("again").count(), 249);
        assert!(tldr.ends_with("again · ·"));
        assert_eq!(body, "· and againing");
        assert_eq!(document.stems()[3], "· ·enand ·");
    }
}

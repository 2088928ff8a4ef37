//! What in the schema is about something: names, descriptions, and the words that others use for the names, ranked
//! as search engines rank texts (Okapi BM25).

use std::collections::HashMap;

use super::{
    coordinate::{Coordinate, all},
    define,
    example::Examples,
};
use crate::{
    agent::{names::words_for, view::View},
    text::search::Document,
};

/// How soon one more occurrence of a word counts for less, and how much the length of a text does.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// How much a word counts for in a name, in the name of the type around it, in a description, and where it only
/// means the name.
const IN_NAME: f64 = 4.0;
const IN_TYPE: f64 = 1.0;
const IN_DESCRIPTION: f64 = 1.0;
const IN_WORDS: f64 = 2.0;

/// All that can be found.
#[derive(Debug)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// In how many entries a word stands.
    spread: HashMap<String, usize>,
    usual_length: f64,
}

#[derive(Debug)]
struct Entry {
    coordinate: String,
    /// Its line, and a query in another one.
    text: String,
    /// What each of its words counts for.
    words: HashMap<String, f64>,
    length: f64,
}

impl Index {
    pub(super) fn of(view: View) -> Self {
        let examples = Examples::of(view);
        let entries: Vec<Entry> = all(view).iter().filter_map(|it| Entry::of(it, &examples)).collect();
        let mut spread: HashMap<String, usize> = HashMap::new();
        for word in entries.iter().flat_map(|entry| entry.words.keys()) {
            *spread.entry(word.clone()).or_default() += 1;
        }
        let length: f64 = entries.iter().map(|entry| entry.length).sum();
        let usual_length = length / number(entries.len().max(1));
        Self { entries, spread, usual_length }
    }

    /// What is found, the best first: a line of definition and one of a query each.
    pub(super) fn search(&self, text: &str, most: usize) -> Vec<String> {
        let asked = words(text);
        let mut found: Vec<(f64, &Entry)> = self.entries.iter().map(|it| (self.score(it, &asked, text), it)).collect();
        found.retain(|(score, _)| *score > 0.0);
        found.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.coordinate.cmp(&b.coordinate)));
        found.into_iter().take(most).map(|(_, entry)| entry.text.clone()).collect()
    }

    fn score(&self, entry: &Entry, asked: &[String], text: &str) -> f64 {
        // Who knows what it is called finds that.
        let named = if entry.coordinate.eq_ignore_ascii_case(text.trim()) { 1_000.0 } else { 0.0 };
        let of_word = |word: &String| {
            let Some(count) = entry.words.get(word) else { return 0.0 };
            let (all, with) = (number(self.entries.len()), number(self.spread.get(word).copied().unwrap_or_default()));
            let rarity = ((all - with + 0.5) / (with + 0.5)).ln_1p();
            let length = 1.0 - LENGTH + LENGTH * entry.length / self.usual_length;
            rarity * count * (SATURATION + 1.0) / (count + SATURATION * length)
        };
        named + asked.iter().map(of_word).sum::<f64>()
    }
}

impl Entry {
    /// None for what there is no query for: scalars.
    fn of<'a>(of: &Coordinate<'a>, examples: &Examples<'a>) -> Option<Self> {
        let query = examples.query(of)?;
        let coordinate = of.to_string();
        let (around, own) = coordinate.rsplit_once('.').unwrap_or(("", &coordinate));
        let mut entry = Self { text: format!("{}\n{query}", define::line(of)), ..Self::empty(&coordinate) };
        entry.add(own, IN_NAME);
        entry.add(around, IN_TYPE);
        entry.add(of.description(), IN_DESCRIPTION);
        entry.add(words_for(own).unwrap_or_default(), IN_WORDS);
        Some(entry)
    }

    fn empty(coordinate: &str) -> Self {
        Self { coordinate: coordinate.to_owned(), text: String::new(), words: HashMap::new(), length: 0.0 }
    }

    fn add(&mut self, text: &str, weight: f64) {
        for word in words(text) {
            *self.words.entry(word).or_default() += weight;
            self.length += 1.0;
        }
    }
}

/// The words of a text, stemmed; those of names by themselves: `publishedAt` is `published at`.
fn words(text: &str) -> Vec<String> {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for it in text.chars() {
        if it.is_uppercase() && before.is_lowercase() {
            apart.push(' ');
        }
        apart.push(if it == '_' { ' ' } else { it });
        before = it;
    }
    let document = Document::new(&apart, "", &[], None, "en");
    document.stems()[0].split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Counts here are small.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

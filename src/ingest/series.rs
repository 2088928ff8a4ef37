//! Which items of a source make a series: told by all titles together.

use std::collections::{HashMap, HashSet};

use super::numbering::{self, split_number};
use crate::text::cut::collapse_whitespace;

/// An item, as far as series go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TitledItem<'a> {
    /// As it is shown.
    pub title: &'a str,
    /// The series that it names itself, or that it is in already.
    pub series: Option<&'a str>,
    /// The number that it has already.
    pub number: Option<i32>,
}

/// Where an item belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The title of the series, if it is in one.
    pub series: Option<String>,
    /// Within the series.
    pub number: Option<i32>,
}

/// What stands between a series' name and an instalment's title, and how much it says: a spaced hyphen
/// is often no more than a pause.
const SEPARATORS: &[&str] = &[": ", " – ", " — ", " | ", " - "];

/// Beginnings that many items share and that name no series.
const COMMONPLACES: &[&str] = &[
    "how to",
    "ask hn",
    "show hn",
    "tell hn",
    "launch hn",
    "live updates",
    "breaking news",
    "guest post",
    "press release",
    "job",
];

/// Finds the series of a source in its items' titles; one assignment for each item, in their order.
///
/// A series is what at least three items share in front of a separator (`: `, ` – `, ` — `, ` | `, ` - `),
/// or in front of a number (`The Show 12`, `The Show, Episode 12: …`); two are enough where they have
/// different numbers. A name of one word, and the name of the source itself, count only where the items are
/// numbered: by `Review:` nothing is told. Case and white space don't matter; the series is called as
/// most of its items call it.
///
/// A series that an item names itself stays, unless it only repeats the source's name (as podcasts'
/// items do) and the title knows better. The order of the items changes nothing, and what is assigned
/// once is assigned again.
pub fn detect_series(source: &str, items: &[TitledItem<'_>]) -> Vec<Assignment> {
    let source_key = key(source);
    let parts: Vec<Option<Parts<'_>>> = items.iter().map(|it| Parts::of(it.title)).collect();
    let mut groups: HashMap<String, Group<'_>> = HashMap::new();
    for (item, parts) in items.iter().zip(&parts) {
        if let Some(parts) = parts {
            groups.entry(key(parts.name)).or_default().add(parts, item.number);
        }
    }
    let found: HashMap<String, String> = groups
        .into_iter()
        .filter(|(key, group)| group.is_series(key, *key == source_key))
        .map(|(key, group)| {
            // The source's own spelling of its name wins.
            let title = if key == source_key { collapse_whitespace(source) } else { group.title() };
            (key, title)
        })
        .collect();
    let assign = |(item, parts): (&TitledItem<'_>, &Option<Parts<'_>>)| {
        let by_title = parts.as_ref().and_then(|it| Some((found.get(&key(it.name))?, it.number)));
        let named = item.series.filter(|it| key(it) != source_key || by_title.is_none());
        match (named, by_title) {
            (Some(named), by_title) => {
                let of_same = by_title.filter(|(title, _)| key(title) == key(named)).and_then(|(_, number)| number);
                Assignment { series: Some(named.to_owned()), number: item.number.or(of_same) }
            }
            (None, Some((title, number))) => Assignment { series: Some(title.clone()), number: item.number.or(number) },
            (None, None) => Assignment { series: None, number: item.number },
        }
    };
    items.iter().zip(&parts).map(assign).collect()
}

/// A title taken apart.
struct Parts<'a> {
    /// What might be a series.
    name: &'a str,
    number: Option<i32>,
}

impl<'a> Parts<'a> {
    fn of(title: &'a str) -> Option<Self> {
        let separated = SEPARATORS.iter().filter_map(|it| Some((title.find(it)?, it.len()))).min();
        let (front, rest) = separated.map_or((title, ""), |(at, len)| (&title[..at], &title[at + len..]));
        let parts = match split_number(front, true) {
            Some((name, number)) => Self { name, number: Some(number) },
            None if rest.trim().is_empty() => return None,
            None => Self {
                name: front,
                number: numbering::read(title, "").number.or_else(|| numbering::read(rest, "").number),
            },
        };
        let name = parts.name.trim();
        let letters = name.chars().filter(|it| it.is_alphabetic()).count();
        let is_name = letters >= 2 && name.chars().count() <= 80 && !name.starts_with('#');
        is_name.then_some(Self { name, ..parts })
    }
}

/// Items that begin alike.
#[derive(Default)]
struct Group<'a> {
    spellings: HashMap<&'a str, usize>,
    items: usize,
    numbered: usize,
    numbers: HashSet<i32>,
}

impl<'a> Group<'a> {
    fn add(&mut self, parts: &Parts<'a>, number: Option<i32>) {
        *self.spellings.entry(parts.name).or_default() += 1;
        self.items += 1;
        if let Some(number) = number.or(parts.number) {
            self.numbered += 1;
            self.numbers.insert(number);
        }
    }

    fn is_series(&self, key: &str, is_source: bool) -> bool {
        let needs_numbers = is_source || !key.contains(' ');
        let are_numbered = 2 * self.numbered > self.items && self.numbers.len() > 1;
        // `Ten years of X, part 10` twice is no series.
        let is_counted = self.numbers.len() == self.items;
        let enough = if is_counted { 2 } else { 3 };
        self.items >= enough && (are_numbered || !needs_numbers) && !COMMONPLACES.contains(&key)
    }

    /// The commonest spelling; among equals the first by its letters.
    fn title(&self) -> String {
        let commonest =
            self.spellings.iter().max_by(|left, right| left.1.cmp(right.1).then_with(|| right.0.cmp(left.0)));
        commonest.map(|(name, _)| collapse_whitespace(name)).unwrap_or_default()
    }
}

fn key(name: &str) -> String {
    collapse_whitespace(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled<'a>(titles: &[&'a str]) -> Vec<TitledItem<'a>> {
        titles.iter().map(|title| TitledItem { title, ..TitledItem::default() }).collect()
    }

    fn series(source: &str, titles: &[&str]) -> Vec<(Option<String>, Option<i32>)> {
        detect_series(source, &titled(titles)).into_iter().map(|it| (it.series, it.number)).collect()
    }

    fn of(series: &str, number: Option<i32>) -> (Option<String>, Option<i32>) {
        (Some(series.to_owned()), number)
    }

    #[test]
    fn a_beginning_that_repeats_is_a_series() {
        let titles = ["The Quiet Life: Flood", "Something else", "The Quiet Life: Ebb", "the quiet  life: Drought"];
        let quiet = || of("The Quiet Life", None);
        assert_eq!(series("Ann", &titles), [quiet(), (None, None), quiet(), quiet()]);
        assert_eq!(series("Ann", &titles[..3]), [(None, None), (None, None), (None, None)]);
    }

    #[test]
    fn one_word_or_the_sources_name_needs_numbers() {
        let none = [(None, None), (None, None), (None, None)];
        assert_eq!(series("Ann", &["Review: A", "Review: B", "Review: C"]), none);
        assert_eq!(series("River News", &["River News: A", "River News: B", "River News: C"]), none);
        let numbered = [of("Rivers", Some(1)), of("Rivers", Some(2))];
        assert_eq!(series("Ann", &["Rivers #1: A", "Rivers #2: B"]), numbered);
        assert_eq!(series("RIVERS", &["Rivers 1", "Rivers 2"]), [of("RIVERS", Some(1)), of("RIVERS", Some(2))]);
    }

    #[test]
    fn a_number_behind_a_name_counts_but_a_year_does_not() {
        let titles = ["This Week in Rivers 12", "This Week in Rivers 13: Ebb", "This Week in Rivers, Issue 14"];
        let week = |number| of("This Week in Rivers", Some(number));
        assert_eq!(series("Ann", &titles), [week(12), week(13), week(14)]);
        assert_eq!(series("Ann", &["A Report 2024", "A Report 2025"]), [(None, None), (None, None)]);
    }

    #[test]
    fn what_an_item_names_itself_stays_unless_it_is_only_the_source() {
        let item = |title, series| TitledItem { title, series: Some(series), number: Some(1) };
        let items = [
            item("The Quiet Life: A", "Rivers FM"),
            item("The Quiet Life: B", "Own"),
            item("The Quiet Life: C", "Rivers FM"),
            item("D", "Rivers FM"),
        ];
        let found: Vec<Option<String>> = detect_series("Rivers FM", &items).into_iter().map(|it| it.series).collect();
        let named = |it: &str| Some(it.to_owned());
        assert_eq!(found, [named("The Quiet Life"), named("Own"), named("The Quiet Life"), named("Rivers FM")]);
    }

    #[test]
    fn phrases_that_anyone_uses_are_no_series() {
        assert!(series("Ann", &["Show HN: A", "Show HN: B", "Show HN: C"]).iter().all(|it| it.0.is_none()));
    }

    proptest::proptest! {
        #[test]
        fn the_order_does_not_matter_and_twice_is_once(
            titles in proptest::collection::vec("(A B|Ab c|X|x y)( #?[0-9]| 20[0-9]{2})?(: | - )?[a-c]?", 0..12), turn in 0_usize..12
        ) {
            let items: Vec<TitledItem> = titles.iter().map(|title| TitledItem { title, ..TitledItem::default() }).collect();
            let once = detect_series("A B", &items);
            let mut turned = items.clone();
            turned.rotate_left(turn.min(items.len()));
            let mut back = detect_series("A B", &turned);
            back.rotate_right(turn.min(items.len()));
            proptest::prop_assert_eq!(&back, &once);
            let again: Vec<TitledItem> = items
                .iter()
                .zip(&once)
                .map(|(item, it)| TitledItem { title: item.title, series: it.series.as_deref(), number: it.number })
                .collect();
            proptest::prop_assert_eq!(&detect_series("A B", &again), &once);
        }
    }
}

//! Series and numbers, out of titles and text.
//!
//! What one item says of itself is read by [`read`]: `Episode 61`, `#143`, `S02E05`, `Part 60 of X`. That
//! several items belong together shows only in all of them: see [`series`](super::series).

/// What an item says of its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// The series that it names: `X` in `Part 60 of X`.
    pub series: Option<String>,
    /// Of the series.
    pub season: Option<i32>,
    /// Within the series.
    pub number: Option<i32>,
}

/// How far into the text a number may stand, in bytes.
const TEXT_BYTES: usize = 1_600;

/// The same in characters.
const TEXT_CHARS: usize = 400;

/// Words that say that the number behind them counts episodes, in titles.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "episode", "ep", "eps", "epi", "part", "pt", "issue", "no", "nr", "vol", "volume", "chapter", "lesson", "day", "folge", "teil",
    "ausgabe", "épisode", "episodio", "episódio", "capítulo", "aflevering", "avsnitt", "выпуск", "№",
];

/// Words before `Episode 12` in a text that speak of another one.
const ABOUT_OTHERS: &[&str] = &[
    "in", "of", "from", "to", "our", "last", "previous", "next", "see", "hear", "and", "on", "after", "before", "with",
    "until", "by",
];

/// What the title and the first of the texts that gives a number say: a subtitle often stands before the
/// text that counts.
pub fn of(title: &str, texts: [&str; 2]) -> Numbering {
    let [first, second] = texts.map(|text| read(title, text));
    if first.number.is_none() && second.number.is_some() { second } else { first }
}

/// What title and text say. The title wins; in the text only `Episode 61`, `Ep. 61`, `S02E05` and `Part 2
/// of X` count, within its first 400 characters.
pub fn read(title: &str, text: &str) -> Numbering {
    let in_title = of_title(title);
    let beginning = beginning(text);
    if in_title.number.is_some() {
        let series =
            in_title.series.or_else(|| part_of(beginning).filter(|it| Some(it.1) == in_title.number).map(|it| it.0));
        return Numbering { series, ..in_title };
    }
    if let Some((series, number)) = part_of(beginning) {
        return Numbering { series: Some(series), season: None, number: Some(number) };
    }
    season_and_episode(beginning).or_else(|| episode_in_text(beginning)).unwrap_or_default()
}

/// A number as feeds write it: `12`, `012`, `12.0`; not negative, not beyond a million.
pub fn number(text: &str) -> Option<i32> {
    let whole = text.trim().split('.').next()?;
    let digits = (1..=7).contains(&whole.len()) && whole.bytes().all(|it| it.is_ascii_digit());
    digits.then(|| whole.parse().ok()).flatten().filter(|it| *it <= 1_000_000)
}

/// Whether a number may be a year as well.
pub(super) fn is_year(number: i32) -> bool {
    (1900..=2100).contains(&number)
}

/// Splits what counts an episode off the end of a text: `The Show, Episode 12` → (`The Show`, 12).
/// Without a counting word, `bare` allows a number that stands alone: `The Show 12`.
pub(super) fn split_number(text: &str, bare: bool) -> Option<(&str, i32)> {
    let text = text.trim_end_matches(|it: char| it.is_whitespace() || matches!(it, ')' | ']' | '.'));
    let start = text.trim_end_matches(|it: char| it.is_ascii_digit()).len();
    let count = number(&text[start..])?;
    let before = &text[..start];
    let trim = |it: char| it.is_whitespace() || matches!(it, '(' | '[' | ',' | '.' | '-' | '–' | '—' | ':' | '|');
    let signed = before.strip_suffix('#');
    let spaced = signed.unwrap_or(before).trim_end_matches(|it: char| it.is_whitespace() || it == '.');
    let word_start = spaced.trim_end_matches(|it: char| it.is_alphabetic() || it == '№').len();
    let is_counted = COUNTED.contains(&spaced[word_start..].to_lowercase().as_str());
    let stands_alone = bare && count < 10_000 && !is_year(count) && before.ends_with(' ');
    let name = if is_counted { &spaced[..word_start] } else { spaced };
    (is_counted || signed.is_some() || stands_alone).then(|| (name.trim_end_matches(trim), count))
}

/// The first characters of a text.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(TEXT_CHARS).map_or(text.len(), |(at, _)| at);
    &text[..end.min(TEXT_BYTES)]
}

fn of_title(title: &str) -> Numbering {
    if let Some((series, number)) = part_of(title) {
        return Numbering { series: Some(series), season: None, number: Some(number) };
    }
    if let Some(found) = season_and_episode(title) {
        return found;
    }
    Numbering { number: counted(title).or_else(|| leading(title)), ..Numbering::default() }
}

/// `Part 60 of The Secret Life of AWS`, up to the end of the sentence or line. `Part 2 of 5` names no series.
fn part_of(text: &str) -> Option<(String, i32)> {
    let words: Vec<(usize, &str)> = words(text).collect();
    words.windows(4).find_map(|window| {
        let [(_, part), (_, count), (_, of), (start, _)] = window else { return None };
        let says_part =
            ["part", "episode", "chapter", "teil"].iter().any(|it| trim_word(part).eq_ignore_ascii_case(it));
        if !says_part || !matches!(trim_word(of).to_lowercase().as_str(), "of" | "in" | "von" | "der") {
            return None;
        }
        let count = number(count)?;
        let rest = &text[*start..];
        let rest = rest.strip_prefix("the series ").or_else(|| rest.strip_prefix("my series ")).unwrap_or(rest);
        let end = rest.find(['.', ':', '\n', '(', ')', '!', '?', '|', ';', ',', '…', '—', '–']).unwrap_or(rest.len());
        let name = rest[..end]
            .split(" - ")
            .next()
            .unwrap_or_default()
            .trim_matches(|it: char| it.is_whitespace() || "\"“”'‘’".contains(it));
        // A series has a name: more than a number, and no sentence that only begins so.
        let begins_well = name.starts_with(char::is_uppercase)
            || !name.starts_with(|it: char| it.is_lowercase() || it.is_ascii_digit());
        let is_name =
            begins_well && name.chars().filter(|it| it.is_alphabetic()).count() >= 3 && name.chars().count() <= 80;
        is_name.then(|| (name.to_owned(), count))
    })
}

/// `S02E05`, `S2 E5`, `S2:E5`, `Season 2, Episode 5`.
fn season_and_episode(text: &str) -> Option<Numbering> {
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices('s') {
        let starts_word = !lower[..at].ends_with(char::is_alphanumeric);
        let rest = &lower[at + 1..];
        let rest = rest.strip_prefix("eason ").unwrap_or(rest);
        let Some((season, rest)) = leading_number(rest).filter(|_| starts_word) else { continue };
        let rest = rest.trim_start_matches([' ', ',', ':', '.', '-', '|', '•']);
        let after = ["episode", "ep.", "ep", "e"].iter().find_map(|it| rest.strip_prefix(it));
        if let Some((number, rest)) = after.and_then(|it| leading_number(it.trim_start()))
            && !rest.starts_with(char::is_alphanumeric)
        {
            return Some(Numbering { series: None, season: Some(season), number: Some(number) });
        }
    }
    None
}

/// `Episode 61`, `Ep. 12:`, `#143`, `(Part 2)`, in a title where it stands apart: at the end, or before a
/// separator. `Episode` and `#143` at the beginning need nothing behind them.
fn counted(title: &str) -> Option<i32> {
    words(title).find_map(|(at, word)| {
        let opened = word.trim_start_matches(['(', '[', '"', '“']);
        let start = at + word.len() - opened.len();
        let (name, count_at) = counting_word(opened)?;
        let behind = &title[start + count_at..];
        let (count, rest) = leading_number(behind.trim_start().trim_start_matches('#'))?;
        let is_whole = !rest.starts_with(|it: char| it.is_alphanumeric() || it == '%') && !is_fraction(rest);
        let is_strong =
            matches!(name.as_str(), "episode" | "ep" | "folge" | "épisode" | "episodio" | "episódio" | "выпуск");
        let is_first = start == 0 && name == "#";
        (is_whole && (stands_apart(rest) || is_strong || is_first)).then_some(count)
    })
}

/// A word that counts, in lower case, and where in `word` its number begins: `Ep12`, `Ep.12`, `#12`; or
/// behind it: `Episode`, `Ep.`, `No.`.
fn counting_word(word: &str) -> Option<(String, usize)> {
    if word.starts_with('#') {
        return Some(("#".to_owned(), 1));
    }
    let end = word.find(|it: char| !it.is_alphabetic() && it != '№').unwrap_or(word.len());
    let name = word[..end].to_lowercase();
    let is_name_alone = word[end..].chars().all(|it| matches!(it, '.' | '#' | ','));
    let is_glued = word[end..].trim_start_matches(['.', '#']).starts_with(|it: char| it.is_ascii_digit());
    let at = if is_glued { word.len() - word[end..].trim_start_matches(['.', '#']).len() } else { word.len() };
    (COUNTED.contains(&name.as_str()) && (is_name_alone || is_glued)).then_some((name, at))
}

fn stands_apart(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with([':', '-', '–', '—', '|', ')', ']', ',', '.', '(', '•', '·', '~', '/'])
}

/// `.5` behind a number.
fn is_fraction(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}

/// `12: Title`, `012 - Title`, `12 | Title`; no year.
fn leading(title: &str) -> Option<i32> {
    let (count, rest) = leading_number(title.trim_start())?;
    let is_apart = [": ", " - ", " – ", " — ", " | ", " // "].iter().any(|it| rest.starts_with(it));
    (is_apart && !is_year(count)).then_some(count)
}

/// `Episode 61 Timothy was …`: a capitalised `Episode` that nothing before makes another one's.
fn episode_in_text(text: &str) -> Option<Numbering> {
    let words: Vec<(usize, &str)> = words(text).collect();
    words.windows(2).enumerate().find_map(|(at, window)| {
        let [(_, name), (_, count)] = window else { return None };
        if !matches!(*name, "Episode" | "EPISODE" | "Ep." | "Ep" | "EP" | "Folge" | "Épisode" | "Episodio") {
            return None;
        }
        let about_other = at > 0 && ABOUT_OTHERS.contains(&words[at - 1].1.to_lowercase().as_str());
        let (number, rest) = leading_number(count.trim_start_matches('#'))?;
        let stands_alone = !rest.starts_with(char::is_alphanumeric);
        (!about_other && stands_alone).then(|| Numbering { number: Some(number), ..Numbering::default() })
    })
}

/// The number that a text begins with, `1,000` included, and what follows.
fn leading_number(text: &str) -> Option<(i32, &str)> {
    let end = digits(text);
    let thousands = text[end..].strip_prefix(',').filter(|it| (1..=3).contains(&end) && digits(it) == 3);
    match thousands {
        Some(rest) => Some((number(&format!("{}{}", &text[..end], &rest[..3]))?, &rest[3..])),
        None => Some((number(&text[..end])?, &text[end..])),
    }
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len())
}

/// Words and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |it| (it.as_ptr() as usize - base, it))
}

fn trim_word(word: &str) -> &str {
    word.trim_matches(|it: char| !it.is_alphanumeric() && it != '№')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_of(title: &str) -> Option<i32> {
        read(title, "").number
    }

    #[test]
    fn a_title_tells_its_number() {
        for (title, number) in [
            ("Episode 61", 61),
            ("Ep. 12: A start", 12),
            ("EP12 - A start", 12),
            ("Talk of the town #143", 143),
            ("#143: Talk of the town", 143),
            ("#143 Talk of the town", 143),
            ("The town (Part 2)", 2),
            ("The town, Part 2: The river", 2),
            ("Episode 7 The river", 7),
            ("012 - The river", 12),
            ("7: The river", 7),
            ("Folge 12 – Der Fluss", 12),
            ("News Issue #36", 36),
            ("News Episode 1,000!", 1_000),
        ] {
            assert_eq!(number_of(title), Some(number), "{title}");
        }
    }

    #[test]
    fn numbers_that_count_something_else_are_none() {
        for title in [
            "10 things about rivers",
            "2024: a year of rivers",
            "Fix #143 in the parser",
            "Version 1.2",
            "Part 10% off",
            "No 3 is like another",
            "The 12 days",
            "Chapter one",
        ] {
            assert_eq!(number_of(title), None, "{title}");
        }
    }

    #[test]
    fn seasons_are_read() {
        let expected = Numbering { series: None, season: Some(2), number: Some(5) };
        for title in ["S02E05 The river", "The river (S2 E5)", "Season 2, Episode 5: The river", "s2:ep.5 river"] {
            assert_eq!(read(title, ""), expected, "{title}");
        }
        assert_eq!(number_of("AWS3E5x"), None);
    }

    #[test]
    fn part_n_of_x_names_its_series() {
        let expected =
            Numbering { series: Some("The Quiet Life of Rivers".to_owned()), season: None, number: Some(60) };
        assert_eq!(read("The flood - Part 60 of The Quiet Life of Rivers", ""), expected);
        assert_eq!(read("The flood", "Part 60 of “The Quiet Life of Rivers”. It rained."), expected);
        assert_eq!(read("Part 60: The flood", "This is Part 60 of The Quiet Life of Rivers: it rained."), expected);
        let unnamed = Numbering { series: None, season: None, number: Some(2) };
        assert_eq!(read("The flood, part 2 of 5", ""), Numbering::default());
        assert_eq!(read("The flood (Part 2)", "This is part 2 of it"), unnamed);
    }

    #[test]
    fn the_number_may_stand_at_the_beginning_of_the_text() {
        let text = "Two people talk by a river, as they always did … Episode 61 Ann was looking at the water.";
        assert_eq!(read("The Quiet Life: Flood", text).number, Some(61));
        assert_eq!(read("Flood", "We met her in Episode 12 already.").number, None);
        assert_eq!(read("Flood", &format!("{} Episode 61 x", "words ".repeat(100))).number, None);
    }

    #[test]
    fn numbers_of_feeds_are_read_leniently() {
        assert_eq!(number(" 012 "), Some(12));
        assert_eq!(number("12.0"), Some(12));
        for wrong in ["", "-1", "twelve", "12a", "99999999"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(title in "\\PC{0,40}", text in "(Episode|Part|of|S|E|#|№|é|[ .:0-9]|\\PC){0,30}") {
            let _numbering = read(&title, &text);
            let _numbering = read(&text, &title);
            let _split = split_number(&text, true);
        }
    }
}

//! Where the words of a text are.
//!
//! A word is a run of letters and digits with their marks. The rules are the same for every language,
//! since a query has none.

use std::{borrow::Cow, ops::Range};

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{folded, normalised};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// In lowercase with its diacritics, for stemmers.
    pub(super) normal: String,
    /// Without diacritics, for comparing.
    pub(super) surface: String,
    /// Where in the text it stands, in bytes.
    pub(super) at: Range<usize>,
}

/// The words of a text in their order.
///
/// - `don't` is `dont`; `John's` is `John`, `we'll` is `we`; `l'été` is `été`; `O'Brien` is `OBrien`.
/// - `C++`, `C#`, `F#` and `.NET` are `cplusplus`, `csharp`, `fsharp` and `dotnet`.
/// - A character of a script without spaces is a word of its own.
/// - All else that is neither letter nor digit parts words: `node.js` is `node`, `js`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = next_word(text, at)?;
            at = found.end;
            let normal = normalised(&found.word);
            let surface = folded(&normal);
            if !surface.is_empty() {
                return Some(Token { normal, surface, at: found.at });
            }
        }
    })
}

/// What a character, with the marks on it, is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    /// A letter that is a word.
    Alone,
    /// Inside a word where letters stand on both sides of it.
    Apostrophe,
    /// Not there at all: soft hyphens.
    Silent,
    Gap,
}

/// A word as it is written.
struct Found<'a> {
    word: Cow<'a, str>,
    at: Range<usize>,
    /// Where to go on: behind what was left out of the word, too.
    end: usize,
}

impl<'a> Found<'a> {
    fn new(word: &'a str, at: Range<usize>) -> Self {
        Self { word: Cow::Borrowed(word), end: at.end, at }
    }
}

/// The first word at or behind a place, which is the text's start or a word's end.
fn next_word(text: &str, from: usize) -> Option<Found<'_>> {
    let mut at = from;
    let mut is_behind_word = from > 0;
    while let Some((cluster, kind)) = cluster_at(text, at) {
        let end = at + cluster.len();
        match kind {
            Kind::Letter => return Some(word_at(text, at)),
            Kind::Alone => return Some(Found::new(cluster, at..end)),
            Kind::Gap if !is_behind_word && starts_dot_net(&text[at..]) => {
                return Some(Found::new("dotnet", at..at + ".net".len()));
            }
            _ => at = end,
        }
        is_behind_word = false;
    }
    None
}

/// The word that begins here, whose letters may have apostrophes between.
fn word_at(text: &str, start: usize) -> Found<'_> {
    let nothing_yet = start..start;
    let mut parts = vec![nothing_yet];
    let mut at = start;
    while let Some((cluster, kind)) = cluster_at(text, at) {
        let end = at + cluster.len();
        match kind {
            Kind::Letter => parts.last_mut().into_iter().for_each(|part| part.end = end),
            Kind::Silent => {}
            Kind::Apostrophe if cluster_at(text, end).is_some_and(|(_, next)| next == Kind::Letter) => {
                parts.push(end..end);
            }
            _ => break,
        }
        at = end;
    }
    if let [only] = &parts[..]
        && let Some((name, sign)) = technical_name(&text[only.clone()], &text[only.end..])
    {
        return Found::new(name, only.start..only.end + sign.len());
    }
    let kept = without_clitics(text, &parts);
    let word = match kept {
        [only] => Cow::Borrowed(&text[only.clone()]),
        several => Cow::Owned(several.iter().map(|part| &text[part.clone()]).collect()),
    };
    Found { word, at: kept[0].start..kept[kept.len() - 1].end, end: at }
}

/// The parts that make the word, of those between its apostrophes: no `'s` and `'ll` behind it, no `l'`
/// and `dell'` before it. At least one.
fn without_clitics<'a>(text: &str, parts: &'a [Range<usize>]) -> &'a [Range<usize>] {
    const BEHIND: &[&str] = &["d", "ll", "m", "re", "s", "ve"];
    #[rustfmt::skip]
    const BEFORE: &[&str] = &[
        "c", "d", "j", "l", "m", "n", "s", "t", "v", // French, and some of its neighbours
        "jusqu", "lorsqu", "presqu", "puisqu", "qu", "quelqu", "quoiqu",
        "all", "bell", "coll", "dall", "dell", "gl", "nell", "quell", "quest", "sull", "un", // Italian
    ];
    let is_one_of =
        |words: &[&str], part: &Range<usize>| words.iter().any(|it| it.eq_ignore_ascii_case(&text[part.clone()]));
    let mut kept = parts;
    while let [inner @ .., last] = kept
        && !inner.is_empty()
        && is_one_of(BEHIND, last)
    {
        kept = inner;
    }
    while let [first, inner @ ..] = kept
        && !inner.is_empty()
        && is_one_of(BEFORE, first)
    {
        kept = inner;
    }
    kept
}

/// The name that a letter and the sign behind it make, and the sign.
fn technical_name(word: &str, rest: &str) -> Option<(&'static str, &'static str)> {
    let mut letters = word.bytes();
    let letter = letters.next().filter(|_| letters.next().is_none())?.to_ascii_lowercase();
    let followed_by =
        |sign: &str, bad: fn(char) -> bool| rest.strip_prefix(sign).is_some_and(|it| !it.starts_with(bad));
    match letter {
        b'c' if followed_by("++", |it| it == '+') => Some(("cplusplus", "++")),
        b'c' if followed_by("#", char::is_alphabetic) => Some(("csharp", "#")),
        b'f' if followed_by("#", char::is_alphabetic) => Some(("fsharp", "#")),
        _ => None,
    }
}

fn starts_dot_net(text: &str) -> bool {
    let is_named = text.get(..4).is_some_and(|it| it.eq_ignore_ascii_case(".net"));
    is_named && cluster_at(text, 4).is_none_or(|(_, kind)| !matches!(kind, Kind::Letter | Kind::Silent))
}

/// The character at a place with the marks on it, and what it is.
fn cluster_at(text: &str, at: usize) -> Option<(&str, Kind)> {
    let bytes = &text.as_bytes()[at..];
    let first = *bytes.first()?;
    if first.is_ascii() && bytes.get(1).is_none_or(u8::is_ascii) {
        return Some((&text[at..=at], ascii_kind(first))); // a mark on it would not be ASCII
    }
    let cluster = text[at..].graphemes(true).next()?;
    let kind = cluster.chars().next().map_or(Kind::Gap, |char| match char {
        _ if char.is_ascii() => ascii_kind(first),
        '’' | 'ʼ' | 'ʻ' | '＇' | '׳' => Kind::Apostrophe,
        '\u{ad}' | '\u{2060}' | '\u{feff}' => Kind::Silent,
        _ if stands_alone(char) => Kind::Alone,
        _ if char.is_alphanumeric() => Kind::Letter,
        _ => Kind::Gap,
    });
    Some((cluster, kind))
}

fn ascii_kind(byte: u8) -> Kind {
    match byte {
        b'\'' => Kind::Apostrophe,
        _ if byte.is_ascii_alphanumeric() => Kind::Letter,
        _ => Kind::Gap,
    }
}

/// Letters of scripts that put no spaces between words; and Hangul, whose spaces part words with all that
/// is glued to them.
fn stands_alone(char: char) -> bool {
    let in_script = matches!(char,
        '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Burmese, Khmer
        | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{2e80}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // kana, Han
        | '\u{ff66}'..='\u{ffdc}' // of half width
        | '\u{1aff0}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}'
    );
    in_script && char.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).map(|it| it.surface).collect()
    }

    fn slices(text: &str) -> Vec<&str> {
        tokens(text).map(|it| &text[it.at]).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            words("Node.js 22: the event-driven run_time (v8)"),
            ["node", "js", "22", "the", "event", "driven", "run", "time", "v8"]
        );
        assert_eq!(words("Über\u{ad}gang, Cafe\u{301}!"), ["ubergang", "cafe"]);
        assert_eq!(words(" \0 … --- \u{301} "), [""; 0]);
    }

    #[test]
    fn apostrophes_stand_inside_words() {
        for (text, parts) in [
            ("don't can’t", ["dont", "cant"]),
            ("John's we'll", ["john", "we"]),
            ("l'été D’accord", ["ete", "accord"]),
            ("dell'arte qu'aujourd'hui", ["arte", "aujourdhui"]),
            ("O'Brien's Qur’an", ["obrien", "quran"]),
            ("'tis' rock'n'roll", ["tis", "rocknroll"]),
            ("shouldn't've y'all'd've", ["shouldnt", "yall"]),
            ("п'ять İstanbul'da", ["пять", "istanbulda"]),
        ] {
            assert_eq!(words(text), parts, "{text}");
        }
        assert_eq!(slices("l'été: John's, O'Brien's"), ["été", "John", "O'Brien"]);
    }

    #[test]
    fn technical_names_keep_their_signs() {
        assert_eq!(words("C++ c++20, (C#) F#."), ["cplusplus", "cplusplus", "20", "csharp", "fsharp"]);
        assert_eq!(slices("C++20 C# .NET"), ["C++", "20", "C#", ".NET"]);
        assert_eq!(
            words(".NET (.net) ASP.NET .network example.net"),
            ["dotnet", "dotnet", "asp", "net", "network", "example", "net"]
        );
        assert_eq!(words("abc++ page/c#section C C+ c+++"), ["abc", "page", "c", "section", "c", "c", "c"]);
    }

    #[test]
    fn a_character_without_spaces_is_a_word() {
        assert_eq!(words("東京2026年 Rust入門"), ["東", "京", "2026", "年", "rust", "入", "門"]);
        assert_eq!(words("ﾃﾞｰﾀ デ"), ["デ", "ー", "タ", "デ"]);
        assert_eq!(words("서울은"), ["서", "울", "은"]);
        assert_eq!(words("\u{1109}\u{1165}"), ["서"]);
        assert_eq!(words("ภาษาไทย"), ["ภ", "า", "ษ", "า", "ไ", "ท", "ย"]);
    }

    proptest! {
        #[test]
        fn words_stand_in_order_and_are_never_empty(text in "(\\PC|['’+#.\u{301}\u{ad}]|[cCl]){0,40}") {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(token.at.start >= end && token.at.end > token.at.start);
                prop_assert!(text.get(token.at.clone()).is_some());
                prop_assert!(!token.surface.is_empty());
                let plain = |it: char| it.is_alphanumeric() || !it.is_ascii();
                prop_assert!(token.surface.chars().all(plain), "{:?}", token);
                end = token.at.end;
            }
        }
    }
}

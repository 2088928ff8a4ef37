//! The words that stand in dates: months, zones, halves of the day, and what may be passed over.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// 1 to 12.
    Month(u32),
    /// Seconds east of UTC.
    Zone(i64),
    /// Whether it is the afternoon.
    Half(bool),
    /// Nothing.
    Filler,
}

/// The text in lower case, without accents, `a.m.` as `am`; the marks of East Asian dates and times, and
/// French `10h14`, become separators. In parentheses only a zone counts.
pub(super) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut plain = String::with_capacity(lower.len());
    for char in lower.chars() {
        match char {
            '日' | '일' | '초' | '秒' | '\u{a0}' | '_' => plain.push(' '),
            '年' | '月' | '년' | '월' | '−' | '–' => plain.push('-'),
            '時' | '时' | '시' | '点' | '分' | '분' => plain.push(':'),
            'h' if plain.ends_with(|it: char| it.is_ascii_digit()) => plain.push(':'),
            it if is_hangul(it) => plain.push(it),
            it => plain.extend(std::iter::once(it).nfkd().filter(|&it| !is_combining_mark(it))),
        }
    }
    let plain = plain.replace("a.m.", "am").replace("p.m.", "pm").replace("- ", " ").replace(": ", ":");
    let Some((before, inside)) = plain.split_once('(') else { return plain };
    let zone = inside.trim_end_matches(')').trim();
    let is_zone = matches!(meaning(zone), Some(Word::Zone(_)));
    if is_zone { format!("{before} {zone}") } else { before.to_owned() }
}

/// How far from UTC a time is that names no zone, in seconds: Korean is written in one zone.
pub(super) fn home(text: &str) -> i64 {
    if text.contains(is_hangul) { 9 * 3_600 } else { 0 }
}

/// Hangul is kept whole: decomposed, its syllables fall apart.
fn is_hangul(char: char) -> bool {
    matches!(char, '\u{ac00}'..='\u{d7a3}')
}

/// What a plain word says, if anything.
pub(super) fn meaning(word: &str) -> Option<Word> {
    let word = word.trim_matches(['.', ',']);
    match word {
        "am" | "오전" | "上午" => return Some(Word::Half(false)),
        "pm" | "오후" | "下午" => return Some(Word::Half(true)),
        "de" | "del" | "of" | "um" | "uhr" | "den" | "le" | "on" | "the" | "a" | "as" | "kl" | "klo" | "thang"
        | "в" | "г" => {
            return Some(Word::Filler);
        }
        "t" => return Some(Word::Filler),
        _ => {}
    }
    if let Ok(at) = ZONES.binary_search_by_key(&word, |(name, _)| name) {
        return Some(Word::Zone(ZONES[at].1 * 60));
    }
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, number)| Word::Month(*number))
}

/// Zones by name, in minutes east of UTC. Where a name means several, the one that feeds mean.
#[rustfmt::skip]
const ZONES: &[(&str, i64)] = &[
    ("acdt", 630), ("acst", 570), ("adt", -180), ("aedt", 660), ("aest", 600), ("akdt", -480), ("akst", -540), ("art", -180),
    ("ast", -240), ("at", -240), ("awst", 480), ("brt", -180), ("bst", 60), ("cat", 120), ("cdt", -300), ("cest", 120),
    ("cet", 60), ("cst", -360), ("ct", -360), ("eat", 180), ("edt", -240), ("eest", 180), ("eet", 120), ("est", -300),
    ("et", -300), ("gmt", 0), ("hkt", 480), ("hst", -600), ("ist", 330), ("jst", 540), ("kst", 540), ("mdt", -360),
    ("mest", 120), ("mesz", 120), ("met", 60), ("mez", 60), ("msd", 240), ("msk", 180), ("mst", -420), ("mt", -420),
    ("nzdt", 780), ("nzst", 720), ("pdt", -420), ("pkt", 300), ("pst", -480), ("pt", -480), ("sast", 120), ("sgt", 480),
    ("ut", 0), ("utc", 0), ("west", 60), ("wet", 0), ("wib", 420), ("z", 0),
];

/// How the names of the months begin, in English, German, French, Spanish, Portuguese, Italian, Catalan, Dutch,
/// Swedish, Danish, Finnish, Hungarian, Polish, Czech, Romanian, Turkish, Greek, Russian, Ukrainian, Arabic and
/// Chinese. The first that fits counts.
#[rustfmt::skip]
const MONTHS: &[(&str, u32)] = &[
    ("marras", 11), ("cervenec", 7), ("十二", 12), ("十一", 11), ("十", 10),
    ("jan", 1), ("gen", 1), ("ene", 1), ("sty", 1), ("oca", 1), ("led", 1), ("tammi", 1), ("ian", 1), ("ιαν", 1), ("янв", 1),
    ("січ", 1), ("يناير", 1), ("一", 1),
    ("feb", 2), ("fev", 2), ("lut", 2), ("sub", 2), ("uno", 2), ("helmi", 2), ("φεβ", 2), ("фев", 2), ("лют", 2), ("فبراير", 2),
    ("二", 2),
    ("mar", 3), ("maer", 3), ("mrt", 3), ("maa", 3), ("mrz", 3), ("bre", 3), ("μαρ", 3), ("мар", 3), ("бер", 3), ("مارس", 3),
    ("三", 3),
    ("apr", 4), ("abr", 4), ("avr", 4), ("kwi", 4), ("nis", 4), ("dub", 4), ("huhti", 4), ("απρ", 4), ("апр", 4), ("кві", 4),
    ("ابريل", 4), ("四", 4),
    ("may", 5), ("mai", 5), ("maj", 5), ("mag", 5), ("mei", 5), ("kve", 5), ("touko", 5), ("μαι", 5), ("мая", 5), ("маи", 5),
    ("тра", 5), ("مايو", 5), ("五", 5),
    ("juin", 6), ("jun", 6), ("giu", 6), ("cze", 6), ("haz", 6), ("cerv", 6), ("kesa", 6), ("iun", 6), ("ιουν", 6), ("июн", 6),
    ("чер", 6), ("يونيو", 6), ("六", 6),
    ("juil", 7), ("jul", 7), ("lug", 7), ("lip", 7), ("tem", 7), ("heina", 7), ("iul", 7), ("ιουλ", 7), ("июл", 7), ("лип", 7),
    ("يوليو", 7), ("七", 7),
    ("aug", 8), ("ago", 8), ("aou", 8), ("sie", 8), ("agu", 8), ("srp", 8), ("elo", 8), ("αυγ", 8), ("авг", 8), ("сер", 8),
    ("اغسطس", 8), ("八", 8),
    ("sep", 9), ("set", 9), ("szep", 9), ("wrz", 9), ("eyl", 9), ("zar", 9), ("syys", 9), ("σεπ", 9), ("сен", 9), ("вер", 9),
    ("سبتمبر", 9), ("九", 9),
    ("oct", 10), ("okt", 10), ("out", 10), ("ott", 10), ("paz", 10), ("eki", 10), ("rij", 10), ("loka", 10), ("οκτ", 10), ("окт", 10),
    ("жов", 10), ("اكتوبر", 10),
    ("nov", 11), ("lis", 11), ("kas", 11), ("noi", 11), ("νοε", 11), ("ноя", 11), ("лис", 11), ("نوفمبر", 11),
    ("dec", 12), ("dez", 12), ("dic", 12), ("des", 12), ("gru", 12), ("ara", 12), ("pro", 12), ("joulu", 12), ("δεκ", 12), ("дек", 12),
    ("гру", 12), ("ديسمبر", 12),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_zones_is_sorted() {
        assert!(ZONES.is_sorted());
    }

    #[test]
    fn words_mean_the_same_with_and_without_accents_and_dots() {
        for word in ["März", "déc.", "Août", "Ιούλ", "июля", "Paź"] {
            assert!(matches!(meaning(&plain(word)), Some(Word::Month(_))), "{word}");
        }
        assert_eq!(meaning(&plain("P.M.")), Some(Word::Half(true)));
        assert_eq!(meaning("pst"), Some(Word::Zone(-8 * 3_600)));
        assert_eq!(meaning("tuesday"), None);
    }
}

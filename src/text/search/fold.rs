//! One spelling for the spellings of a word.

use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_canonical, is_combining_mark},
};

/// The most characters of a word that count. Longer ones (hashes, addresses) are the same word when they
/// begin the same.
const MAX_CHARS: usize = 64;

/// The word in NFKC and lowercase, at most 64 characters of it, which is what stemmers want.
///
/// Diacritics stay, but for `ё`, which Russian writes as `е` as it likes.
pub(super) fn normalised(word: &str) -> String {
    if word.is_ascii() {
        return word[..word.len().min(MAX_CHARS)].to_ascii_lowercase();
    }
    let lower = word.nfkc().flat_map(|it| if it == 'İ' { 'i'.to_lowercase() } else { it.to_lowercase() });
    let known = lower.filter(|&it| it.is_alphanumeric() || it == '⁄' || is_combining_mark(it));
    let one_spelling = known.map(|it| match it {
        'ё' => 'е',
        'ς' => 'σ',
        _ => it,
    });
    one_spelling.take(MAX_CHARS).collect()
}

/// A normalised word without diacritics: `café` → `cafe`, `straße` → `strasse`, `łódź` → `lodz`.
///
/// Where a mark makes another letter (Cyrillic `й`, vowels of Indic scripts, voiced kana), it stays. What
/// is only written for learners goes: Arabic and Hebrew vowel points, accents in Russian.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for char in word.chars().filter(|it| !is_optional_mark(*it)) {
        match written_out(char) {
            "" if is_european(char) => folded.push(base(char)),
            "" => folded.push(char),
            letters => folded.push_str(letters),
        }
    }
    folded
}

fn is_optional_mark(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}' // Hebrew points
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' // Arabic
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{e0100}'..='\u{e01ef}' // variants of a glyph
    )
}

/// Latin and Greek, whose letters are found without their accents.
fn is_european(char: char) -> bool {
    matches!(char, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}')
}

/// The letter below all accents.
fn base(char: char) -> char {
    let mut first = None;
    decompose_canonical(char, |it| {
        first.get_or_insert(it);
    });
    first.unwrap_or(char)
}

/// What stands for a letter that is none with an accent; nothing for others.
fn written_out(char: char) -> &'static str {
    match char {
        'ß' => "ss",
        'æ' | 'ǽ' | 'ǣ' => "ae",
        'œ' => "oe",
        'ø' | 'ǿ' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'þ' => "th",
        'ŧ' => "t",
        'ѐ' => "е",
        'ѝ' => "и",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fold(word: &str) -> String {
        folded(&normalised(word))
    }

    #[test]
    fn accents_and_case_make_no_difference_in_latin_and_greek() {
        for (word, one) in [
            ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("ISPARTA", "isparta"),
            ("Smørrebrød", "smorrebrod"),
            ("Œuvre", "oeuvre"),
            ("Việt", "viet"),
            ("ΟΔΌΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("ｆｕｌｌ", "full"),
            ("ﬁn", "fin"),
            ("H₂O", "h2o"),
        ] {
            assert_eq!(fold(word), one, "{word}");
        }
    }

    #[test]
    fn russian_takes_yo_for_ye_and_keeps_short_i() {
        assert_eq!(normalised("Ёлка"), "елка");
        assert_eq!(fold("Е\u{308}лка"), "елка");
        assert_eq!(fold("йод"), "йод");
        assert_eq!(fold("за\u{301}мок"), "замок");
        assert_eq!(fold("Київ"), "київ");
    }

    #[test]
    fn marks_that_make_the_letter_stay_and_points_go() {
        assert_eq!(fold("हिन्दी"), "हिन्दी");
        assert_eq!(fold("が"), "が");
        assert_eq!(fold("ｶﾞ"), "ガ");
        assert_eq!(fold("كِتَاب"), "كتاب");
        assert_eq!(fold("שָׁלוֹם"), "שלום");
    }

    #[test]
    fn nothing_but_letters_digits_and_marks_is_left() {
        assert_eq!(fold("⑴"), "1");
        assert_eq!(fold("Daten\u{ad}bank"), "datenbank");
        assert_eq!(fold("می\u{200c}خواهم"), "میخواهم");
        assert_eq!(fold("ـ"), "");
        assert_eq!(normalised(&"é".repeat(100)), "é".repeat(64));
        assert_eq!(normalised(&"A".repeat(100)), "a".repeat(64));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(word in "(\\pL|[a-zà-žа-яё]\u{301}?){0,12}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

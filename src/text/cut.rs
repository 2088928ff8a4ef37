//! Shortening text for people: at a word, at a sentence, never inside a character.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// What stands where something was cut.
const ELLIPSIS: char = '…';

/// The most sentences that [`first_sentences`] gives.
const SENTENCES: usize = 3;

/// The text, or its beginning with an `…` behind it: at most `max_chars` characters (Unicode scalar
/// values) in all.
///
/// It is cut behind a word where one ends in the second half; else (a very long word, a script without
/// spaces) between two graphemes.
pub fn cut(text: &str, max_chars: usize) -> Cow<'_, str> {
    if !is_longer(text, max_chars) {
        return Cow::Borrowed(text);
    }
    let Some(room) = max_chars.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let mut chars = 0;
    let mut end = 0;
    let mut word_end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if grapheme.starts_with(char::is_whitespace) {
            word_end = at;
        }
        chars += grapheme.chars().count();
        if chars > room {
            break;
        }
        end = at + grapheme.len();
    }
    if word_end > end / 2 {
        end = end.min(word_end);
    }
    let kept = text[..end].trim_end_matches(|it: char| it.is_whitespace() || ",;:–—-(".contains(it));
    Cow::Owned(format!("{kept}{ELLIPSIS}"))
}

/// The first one to three whole sentences that fit into `max_chars` characters, on one line; where not
/// even the first one fits, what [`cut`] makes of the text.
///
/// The end of a line ends a sentence too.
pub fn first_sentences(text: &str, max_chars: usize) -> String {
    let mut kept = String::new();
    let mut chars = 0;
    for sentence in sentences(text).take(SENTENCES) {
        let separator = usize::from(!kept.is_empty());
        chars += sentence.chars().count() + separator;
        if chars > max_chars {
            break;
        }
        kept.extend([" "].into_iter().take(separator));
        kept.push_str(&sentence);
    }
    if kept.is_empty() { cut(&collapse_whitespace(text), max_chars).into_owned() } else { kept }
}

/// The text with each run of white space made one space, and none at its ends.
pub fn collapse_whitespace(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

fn is_longer(text: &str, max_chars: usize) -> bool {
    text.len() > max_chars && text.chars().nth(max_chars).is_some()
}

/// The sentences of a text by Unicode's rules (UAX 29), each on one line. What those rules split
/// behind an abbreviation (`Dr. Smith`) is joined again.
fn sentences(text: &str) -> impl Iterator<Item = String> {
    let mut parts = text.unicode_sentences().map(|part| (collapse_whitespace(part), part.ends_with(['\n', '\r'])));
    std::iter::from_fn(move || {
        let (mut sentence, mut ends_line) = parts.next()?;
        while !ends_line && ends_in_abbreviation(&sentence) {
            let Some((more, line)) = parts.next() else { break };
            sentence = format!("{sentence} {more}");
            ends_line = line;
        }
        Some(sentence)
    })
}

/// Whether the last word is an initial (`J.`) or one of the commonest abbreviations.
fn ends_in_abbreviation(sentence: &str) -> bool {
    const ABBREVIATIONS: &[&str] = &[
        "mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "no", "e.g", "i.e", "etc", "inc", "ca", "bzw", "z.b",
    ];
    let Some(word) = sentence.strip_suffix('.').and_then(|it| it.rsplit([' ', '(', '“', '"']).next()) else {
        return false;
    };
    let is_initial = word.len() == 1 && word.starts_with(|it: char| it.is_ascii_uppercase());
    is_initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_fits_is_left_as_it_is() {
        assert!(matches!(cut("as it is", 8), Cow::Borrowed("as it is")));
    }

    #[test]
    fn a_longer_one_is_cut_behind_a_word() {
        assert_eq!(cut("The quick brown fox jumps", 15), "The quick…");
        assert_eq!(cut("The quick brown fox jumps", 16), "The quick brown…");
        assert_eq!(cut("Well, then: no", 12), "Well, then…");
    }

    #[test]
    fn without_spaces_it_is_cut_between_graphemes() {
        assert_eq!(cut("東京都に住んでいます", 6), "東京都に住…");
        assert_eq!(cut(&"x".repeat(10_000), 10), "xxxxxxxxx…");
        assert_eq!(cut("👩‍👩‍👧👩‍👩‍👧", 7), "👩‍👩‍👧…");
        assert_eq!(cut("👩‍👩‍👧👩‍👩‍👧", 5), "…");
        assert_eq!(cut("long", 1), "…");
        assert_eq!(cut("long", 0), "");
    }

    #[test]
    fn whole_sentences_are_taken_while_they_fit() {
        let text = "Dr. Smith left. He took v1.2 with him!\nAnd then?  Nobody knows.";
        assert_eq!(first_sentences(text, 200), "Dr. Smith left. He took v1.2 with him! And then?");
        assert_eq!(first_sentences(text, 40), "Dr. Smith left. He took v1.2 with him!");
        assert_eq!(first_sentences(text, 15), "Dr. Smith left.");
        assert_eq!(first_sentences(text, 12), "Dr. Smith…");
        assert_eq!(first_sentences("", 12), "");
    }

    #[test]
    fn runs_of_white_space_become_one_space() {
        assert_eq!(collapse_whitespace(" a\u{a0}\n\tb  c "), "a b c");
    }

    proptest! {
        #[test]
        fn a_cut_text_fits_and_begins_as_the_text_does(text in "(\\PC|[ \\n]|\u{301}|👩‍👧){0,60}", max in 1_usize..40) {
            let short = cut(&text, max);
            prop_assert!(short.chars().count() <= max);
            prop_assert_eq!(text.chars().count() > max, short != text);
            if let Cow::Owned(short) = &short {
                let kept = short.strip_suffix(ELLIPSIS).expect("what was cut ends in an ellipsis");
                prop_assert!(text.starts_with(kept));
            }
            prop_assert_eq!(&cut(&short, max), &short);
        }

        #[test]
        fn sentences_fit(text in "(\\PC|[ .!?\\n]){0,80}", max in 1_usize..60) {
            prop_assert!(first_sentences(&text, max).chars().count() <= max);
        }
    }
}

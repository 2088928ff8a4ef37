//! Shortening text for people: at a word, at a sentence, never inside a character.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// What stands where something was cut.
const ELLIPSIS: char = '…';

/// The most sentences that [`first_sentences`] gives.
const SENTENCES: usize = 3;

/// How many characters behind those that fit are read, to know whether a sentence ends there.
const LOOKAHEAD: usize = 64;

/// What is not left before an ellipsis: punctuation that opens, joins or announces what was cut, and the
/// dots that would run into it.
const LOOSE: &str = ",;:–—-(.…،؛、，；：。．（「『【《・";

/// The text, or its beginning with an `…` behind it: at most `max_chars` characters (Unicode scalar
/// values) in all. White space alone is no loss: where nothing but that goes, no `…` stands for it.
///
/// It is cut behind a word where one ends in the second half; else (a very long word, a script without
/// spaces) between two graphemes.
pub fn cut(text: &str, max_chars: usize) -> Cow<'_, str> {
    if !is_longer(text, max_chars) {
        return Cow::Borrowed(text);
    }
    let text = text.trim_end();
    if !is_longer(text, max_chars) {
        return Cow::Borrowed(text);
    }
    let Some(room) = max_chars.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let limit = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let Ends { word, grapheme } = ends_before(text, limit);
    let is_near = text[..word].chars().count() * 2 > text[..grapheme].chars().count();
    let end = if is_near { word } else { grapheme };
    Cow::Owned(format!("{}{ELLIPSIS}", without_loose_end(&text[..end])))
}

/// Places in a text, in bytes.
pub(super) struct Ends {
    /// 0 where there is none.
    pub(super) word: usize,
    pub(super) grapheme: usize,
}

/// Where the last word and the last grapheme at or before `limit` bytes end. What follows is looked at too.
pub(super) fn ends_before(text: &str, limit: usize) -> Ends {
    if limit >= text.len() {
        return Ends { word: text.len(), grapheme: text.len() };
    }
    let mut ends = Ends { word: 0, grapheme: 0 };
    let mut before = "";
    for (at, grapheme) in text.grapheme_indices(true).take_while(|(at, _)| *at <= limit) {
        ends.grapheme = at;
        if grapheme.starts_with(char::is_whitespace) || is_unspaced(before) || is_unspaced(grapheme) {
            ends.word = at;
        }
        before = grapheme;
    }
    let behind = text[ends.grapheme..].trim_start_matches(|it: char| !it.is_alphanumeric() && !it.is_whitespace());
    if behind.is_empty() || behind.starts_with(char::is_whitespace) {
        ends.word = ends.grapheme;
    }
    ends
}

/// The text without the white space and the punctuation at its end that must not stand before an ellipsis.
pub(super) fn without_loose_end(text: &str) -> &str {
    text.trim_end_matches(|it: char| it.is_whitespace() || LOOSE.contains(it))
}

/// The first one to three whole sentences that fit into `max_chars` characters, on one line; where not
/// even the first one fits, what [`cut`] makes of the text.
///
/// The end of a line ends a sentence too.
pub fn first_sentences(text: &str, max_chars: usize) -> String {
    let mut kept = String::new();
    let (mut chars, mut sentences) = (0, 0);
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let separator = usize::from(!kept.is_empty());
        let Some(room) = max_chars.checked_sub(chars + separator) else { break };
        let (line, is_whole) = collapsed_to(line, room + LOOKAHEAD);
        if line.is_empty() {
            continue;
        }
        let ends = sentence_ends(&line).filter(|end| is_whole || *end < line.len()).take(SENTENCES - sentences);
        let fitting: Vec<usize> = ends.take_while(|end| !is_longer(&line[..*end], room)).collect();
        let Some(&end) = fitting.last() else { break };
        kept.extend([" "].into_iter().take(separator));
        kept.push_str(&line[..end]);
        chars += separator + line[..end].chars().count();
        sentences += fitting.len();
        if end < line.len() || !is_whole || sentences == SENTENCES {
            break;
        }
    }
    if kept.is_empty() { cut(&collapse_whitespace(text), max_chars).into_owned() } else { kept }
}

/// Where the sentences of a text end, by Unicode's rules (UAX 29), in bytes; white space behind them not
/// counted. What those rules end behind an abbreviation (`Dr. Smith`) goes on, and so does what has neither
/// letter nor figure.
///
/// The rules look far ahead: give it no more text than is needed.
pub(super) fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    text.split_sentence_bound_indices().filter_map(|(at, part)| {
        let end = at + part.trim_end().len();
        let is_last = at + part.len() == text.len();
        let ends_line = part.ends_with(['\n', '\r']);
        let ends = is_last || part.contains(char::is_alphanumeric);
        let next = text[at + part.len()..].chars().next();
        (end > at && ends && (is_last || ends_line || !ends_in_abbreviation(&text[..end], next))).then_some(end)
    })
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

/// At most `chars` characters of a line, its white space collapsed; and whether that is all of it.
fn collapsed_to(line: &str, chars: usize) -> (String, bool) {
    let mut collapsed = String::new();
    for word in line.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
        if let Some((end, _)) = collapsed.char_indices().nth(chars) {
            collapsed.truncate(end);
            return (collapsed, false);
        }
    }
    (collapsed, true)
}

fn is_longer(text: &str, max_chars: usize) -> bool {
    text.len() > max_chars && text.chars().nth(max_chars).is_some()
}

/// Whether a grapheme is of a script that puts no spaces between words, so that any place is as good.
fn is_unspaced(grapheme: &str) -> bool {
    grapheme.starts_with(|it| {
        matches!(it,
            '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3000}'..='\u{30FF}'
            | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// Whether the last word is an initial (`J.`) or one of the commonest abbreviations. `No.` is one before a
/// number.
fn ends_in_abbreviation(sentence: &str, next: Option<char>) -> bool {
    const ABBREVIATIONS: &[&str] =
        &["mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "e.g", "i.e", "etc", "inc", "ca", "bzw", "z.b"];
    let Some(word) = sentence.strip_suffix('.').and_then(|it| it.rsplit([' ', '(', '“', '"']).next()) else {
        return false;
    };
    let is_initial = word.len() == 1 && word.starts_with(|it: char| it.is_ascii_uppercase());
    let word = word.to_lowercase();
    let is_number = word == "no" && next.is_some_and(|it| it.is_ascii_digit());
    is_initial || is_number || ABBREVIATIONS.contains(&word.as_str())
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
        assert_eq!(cut("Well, then: no", 11), "Well, then…");
        assert_eq!(cut("Well, v1.2 is out", 9), "Well…");
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
    fn a_mark_stays_with_its_letter() {
        assert_eq!(cut("cafe\u{301} au lait", 5), "caf…");
        assert_eq!(cut("cafe\u{301} au lait", 6), "cafe\u{301}…");
        assert_eq!(cut(&format!("a{}", "\u{301}".repeat(10_000)), 160), "…");
        assert_eq!(cut("🇩🇪🇫🇷🇮🇹", 4), "🇩🇪…");
    }

    #[test]
    fn scripts_without_spaces_are_cut_anywhere_also_beside_words_with_spaces() {
        assert_eq!(cut("Rust と非同期プログラミング", 12), "Rust と非同期プロ…");
        assert_eq!(cut("東京、大阪", 4), "東京…");
        assert_eq!(cut("مرحبا بالعالم الجميل، وداعا", 21), "مرحبا بالعالم الجميل…");
    }

    #[test]
    fn no_loose_punctuation_is_left_before_the_ellipsis() {
        assert_eq!(cut("He left. Nobody knows why.", 12), "He left…");
        assert_eq!(cut("Wait… what is that?", 8), "Wait…");
        assert_eq!(cut("Really? Yes, really.", 9), "Really?…");
        assert_eq!(cut("— — — — —", 4), "…");
    }

    #[test]
    fn white_space_at_the_end_is_no_loss() {
        assert_eq!(cut("as it is  \n", 8), "as it is");
        assert_eq!(cut("   \n", 0), "");
    }

    #[test]
    fn whole_sentences_are_taken_while_they_fit() {
        let text = "Dr. Smith left. He took v1.2 with him!\nAnd then?  Nobody knows.";
        assert_eq!(first_sentences(text, 200), "Dr. Smith left. He took v1.2 with him! And then?");
        assert_eq!(first_sentences(text, 40), "Dr. Smith left. He took v1.2 with him!");
        assert_eq!(first_sentences(text, 15), "Dr. Smith left.");
        assert_eq!(first_sentences(text, 12), "Dr. Smith…");
        assert_eq!(first_sentences("They said no. No. 5 left.", 15), "They said no.");
        assert_eq!(first_sentences("No. 5 left. No. 6 did not.", 15), "No. 5 left.");
        assert_eq!(first_sentences("", 12), "");
        assert_eq!(first_sentences("\n\n one\r\ntwo\n", 12), "one two");
    }

    #[test]
    fn sentences_stand_apart_as_they_did() {
        assert_eq!(first_sentences("東京です。大阪です。京都です。奈良です。", 18), "東京です。大阪です。京都です。");
        assert_eq!(first_sentences("東京です。大阪です。", 8), "東京です。");
        assert_eq!(first_sentences("One. !!! Two. Three", 20), "One. !!! Two. Three");
    }

    #[test]
    fn only_as_much_is_read_as_is_needed() {
        for piece in ["Dr. ", ". ", ".)", "a.\"", "J. ", "word "] {
            let text = piece.repeat(300_000);
            assert!(first_sentences(&text, 280).chars().count() <= 280, "{piece}");
        }
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
                let ends = text.grapheme_indices(true).map(|(at, _)| at).collect::<Vec<_>>();
                prop_assert!(ends.contains(&kept.len()), "between graphemes: {:?}", kept);
            }
            if let Cow::Borrowed(short) = short {
                prop_assert_eq!(short.trim_end(), text.trim_end());
            }
            prop_assert_eq!(&cut(&short, max), &short);
        }

        #[test]
        fn sentences_fit(text in "(\\PC|[ .!?\\n]){0,80}", max in 1_usize..60) {
            prop_assert!(first_sentences(&text, max).chars().count() <= max);
        }
    }
}

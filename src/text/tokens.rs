//! What a text costs a language model: its tokens in `o200k_base`, the vocabulary of GPT-4o and later.
//! Other models count within a few per cent of it.
//!
//! The vocabulary takes some 70 MB of memory and 50 ms to load, which happens at the first text that is
//! counted. Time grows with the length of the text, whatever is in it.

use bpe_openai::{Tokenizer, o200k_base};

/// The longest token of the vocabulary, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// How many tokens a text has.
pub fn count(text: &str) -> usize {
    if text.is_empty() { 0 } else { o200k_base().count(text) }
}

/// How many tokens a text has, where that are at most `max`. Reads little more of it than that.
pub fn count_within(text: &str, max: usize) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let vocabulary = o200k_base();
    let mut pieces = vocabulary.split(text);
    pieces.try_fold(0, |tokens, piece| Some(tokens + vocabulary.bpe.count_till_limit(piece.as_bytes(), max - tokens)?))
}

/// The text, or a beginning of it, that has at most `max` tokens. It ends between two characters, and is
/// nearly as long as can be.
pub fn beginning(text: &str, max: usize) -> &str {
    if text.is_empty() {
        return text;
    }
    let vocabulary = o200k_base();
    let (mut tokens, mut end) = (0, 0);
    for piece in vocabulary.split(text) {
        let Some(more) = vocabulary.bpe.count_till_limit(piece.as_bytes(), max - tokens) else {
            return &text[..end + part(vocabulary, piece, max - tokens)];
        };
        tokens += more;
        end += piece.len();
    }
    text
}

/// The longest of some texts, each longer than the one before, that has at most `max` tokens, found by halving:
/// `text` writes the one with that number, of `many`.
pub fn longest_within(max: usize, many: usize, text: impl Fn(usize) -> String) -> Option<String> {
    let mut best = None;
    let (mut from, mut to) = (0, many);
    while from < to {
        let middle = usize::midpoint(from, to);
        let longer = text(middle);
        if count_within(&longer, max).is_some() {
            best = Some(longer);
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    best
}

/// How many bytes of one piece have at most `max` tokens. Pieces are what the vocabulary splits a text into
/// before it looks for tokens: mostly words.
fn part(vocabulary: &Tokenizer, piece: &str, max: usize) -> usize {
    let read = piece.floor_char_boundary(max.saturating_mul(MAX_TOKEN_BYTES));
    let tokens = vocabulary.bpe.encode_via_backtracking(&piece.as_bytes()[..read]);
    let bytes = tokens.iter().take(max).map(|token| vocabulary.bpe.token_len(*token)).sum();
    let mut end = piece.floor_char_boundary(bytes);
    // A part of a token can have more tokens than the whole, and a part of a piece can be two pieces.
    while end > 0 && vocabulary.count(&piece[..end]) > max {
        end = piece.floor_char_boundary(end - 1);
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_cost_what_the_vocabulary_says() {
        let texts =
            ["", "hello world", "tiktoken is great!", "お誕生日おめでとう", "2 + 2 = 4", "…", " …", "\n\n…", "👩‍👩‍👧"];
        assert_eq!(texts.map(count), [0, 2, 6, 8, 7, 1, 1, 2, 8]);
    }

    #[test]
    fn a_text_is_counted_as_far_as_it_may_go() {
        assert_eq!(count_within("hello world", 2), Some(2));
        assert_eq!(count_within("hello world", 1), None);
        assert_eq!(count_within("", 0), Some(0));
    }

    #[test]
    fn the_beginning_of_a_text_is_cut_between_characters() {
        assert_eq!(beginning("hello world", 2), "hello world");
        assert_eq!(beginning("hello world again", 2), "hello world");
        assert_eq!(beginning("hello", 0), "");
        assert_eq!(beginning(&"a".repeat(1_000_000), 2), "aaaaaaaaaaaaaaaa");
        assert_eq!(beginning("👩‍👩‍👧", 2), "👩");
    }

    #[test]
    fn no_token_is_longer_than_the_longest() {
        let vocabulary = &o200k_base().bpe;
        let tokens = 0..u32::try_from(vocabulary.num_tokens()).expect("few tokens");
        assert_eq!(tokens.map(|it| vocabulary.token_len(it)).max(), Some(MAX_TOKEN_BYTES));
    }

    #[test]
    fn runs_of_one_character_are_no_harder_than_prose() {
        for char in ['a', ' ', '\n', '=', '1', '漢', '\u{301}', '👩'] {
            let text = char.to_string().repeat(200_000);
            assert!(count(&text) < text.len());
            assert_eq!(count(beginning(&text, 1_000)), 1_000, "{char:?}");
        }
    }

    proptest! {
        #[test]
        fn a_beginning_is_within_the_limit(text in "(\\PC|[a-zA-Z '\\n]|漢|\u{301}|👩‍👧| ){0,80}", max in 0_usize..40) {
            let tokens = count(&text);
            prop_assert_eq!(count_within(&text, max), Some(tokens).filter(|it| *it <= max));
            let beginning = beginning(&text, max);
            prop_assert!(text.starts_with(beginning) && count(beginning) <= max, "{:?}", beginning);
            prop_assert_eq!(beginning == text, tokens <= max);
        }
    }
}

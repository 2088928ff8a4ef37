//! What a text costs a language model: its tokens in `o200k_base`, the vocabulary of GPT-4o and later.
//! Other models count within a few per cent of it.
//!
//! The vocabulary takes some 70 MB of memory and 50 ms to load, which happens at the first text that is
//! counted. Time grows with the length of the text, whatever is in it.

use bpe_openai::{Tokenizer, o200k_base};

/// The longest token of the vocabulary, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// Whether a text is within a number of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit<'a> {
    /// It is, and costs as many as this.
    Whole(usize),
    /// It is not; its beginning costs at most that number. Whole characters, nearly as long as can be.
    Beginning(&'a str),
}

/// How many tokens a text has.
pub fn count(text: &str) -> usize {
    if text.is_empty() { 0 } else { o200k_base().count(text) }
}

/// Whether a text has at most `max` tokens. Reads little more of it than that.
pub fn fit(text: &str, max: usize) -> Fit<'_> {
    if text.is_empty() {
        return Fit::Whole(0);
    }
    let vocabulary = o200k_base();
    let (mut tokens, mut end) = (0, 0);
    for piece in vocabulary.split(text) {
        match vocabulary.bpe.count_till_limit(piece.as_bytes(), max - tokens) {
            Some(more) => tokens += more,
            None => return Fit::Beginning(&text[..end + beginning(vocabulary, piece, max - tokens)]),
        }
        end += piece.len();
    }
    Fit::Whole(tokens)
}

/// How many bytes of one piece have at most `max` tokens. Pieces are what the vocabulary splits a text into
/// before it looks for tokens: mostly words.
fn beginning(vocabulary: &Tokenizer, piece: &str, max: usize) -> usize {
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
    fn a_text_that_fits_is_counted() {
        assert_eq!(fit("hello world", 2), Fit::Whole(2));
        assert_eq!(fit("", 0), Fit::Whole(0));
    }

    #[test]
    fn one_that_does_not_gives_its_beginning() {
        assert_eq!(fit("hello world again", 2), Fit::Beginning("hello world"));
        assert_eq!(fit("hello", 0), Fit::Beginning(""));
        assert_eq!(fit(&"a".repeat(1_000_000), 2), Fit::Beginning("aaaaaaaaaaaaaaaa"));
        assert_eq!(fit("👩‍👩‍👧", 2), Fit::Beginning("👩"));
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
            assert!(matches!(fit(&text, 1_000), Fit::Beginning(beginning) if count(beginning) == 1_000), "{char:?}");
        }
    }

    proptest! {
        #[test]
        fn a_beginning_is_within_the_limit(text in "(\\PC|[a-zA-Z '\\n]|漢|\u{301}|👩‍👧| ){0,80}", max in 0_usize..40) {
            let tokens = count(&text);
            match fit(&text, max) {
                Fit::Whole(counted) => prop_assert!(counted == tokens && tokens <= max),
                Fit::Beginning(beginning) => {
                    prop_assert!(tokens > max);
                    prop_assert!(text.starts_with(beginning));
                    prop_assert!(count(beginning) <= max, "{:?}", beginning);
                }
            }
        }
    }
}

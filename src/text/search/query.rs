//! What a reader asks for.

use super::{
    stem::Stemming,
    tokens::{Token, tokens},
};

/// Words to look for, as readers write them: `words`, `"a phrase"`, `-without`, `-"a phrase"`, `prefix*`.
///
/// There are no other operators and no wrong queries: all else is text (`OR` is a word; so is `a*`, as a
/// prefix has two letters at least), and what has neither letter nor digit is nothing. A quote opens a phrase
/// where it does not stand behind a word (`27"`) and has a partner; `“”`, `„“` and `«»` are quotes too. What is
/// written together is a phrase: `node.js`, `データベース`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

/// A word, a phrase, or the beginning of a word (a phrase whose last word is only begun).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    alternatives: Vec<Vec<String>>,
    is_prefix: bool,
}

/// Why a query is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLong {
    /// It has words behind its 1,000th character.
    #[error("expected at most 1,000 characters")]
    Characters,
    /// It has more than 32 words and phrases.
    #[error("expected at most 32 words and phrases")]
    Terms,
    /// It has more than 100 words, those of its phrases counted one by one.
    #[error("expected at most 100 words, those of phrases included")]
    Words,
}

/// What begins with one letter is in every document, and slow to find.
const MIN_PREFIX_CHARS: usize = 2;

impl Query {
    /// The most characters in which words may stand.
    pub const MAX_CHARS: usize = 1_000;

    /// The most words and phrases.
    pub const MAX_TERMS: usize = 32;

    /// The most words, those of phrases included.
    pub const MAX_WORDS: usize = 100;

    /// Reads a query that looks into documents of all languages.
    pub fn parse(text: &str) -> Result<Self, TooLong> {
        Self::parse_with(text, &Stemming::all().collect::<Vec<_>>())
    }

    /// Reads a query that looks into documents of these languages, given as tags. In others it finds words as
    /// they are written, not other forms of them.
    ///
    /// To name the languages that there are makes the statement shorter; what is found is the same.
    pub fn parse_in<L: AsRef<str>>(text: &str, languages: &[L]) -> Result<Self, TooLong> {
        let mut stemmings: Vec<&Stemming> = Vec::new();
        for stemming in languages.iter().filter_map(|it| Stemming::of_language(it.as_ref())) {
            if !stemmings.contains(&stemming) {
                stemmings.push(stemming);
            }
        }
        Self::parse_with(text, &stemmings)
    }

    /// Whether there is nothing to look for. Such a query finds nothing.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// What a document must have, all of it.
    pub fn wanted(&self) -> &[Term] {
        &self.wanted
    }

    /// What a document must not have, any of it.
    pub fn unwanted(&self) -> &[Term] {
        &self.unwanted
    }

    fn parse_with(text: &str, stemmings: &[&Stemming]) -> Result<Self, TooLong> {
        let end = text.char_indices().nth(Self::MAX_CHARS).map_or(text.len(), |(at, _)| at);
        if text[end..].contains(char::is_alphanumeric) {
            return Err(TooLong::Characters);
        }
        let mut query = Self::default();
        let mut terms = 0;
        let mut words = 0;
        for piece in pieces(text) {
            let tokens: Vec<Token> = tokens(piece.text).collect();
            let Some(term) = Term::new(&piece, &tokens, stemmings) else { continue };
            terms += 1;
            words += tokens.len();
            if terms > Self::MAX_TERMS {
                return Err(TooLong::Terms);
            }
            if words > Self::MAX_WORDS {
                return Err(TooLong::Words);
            }
            let side = if piece.is_unwanted { &mut query.unwanted } else { &mut query.wanted };
            if !side.contains(&term) {
                side.push(term);
            }
        }
        Ok(query)
    }
}

impl Term {
    /// Sequences of words, as a [`super::Document`] has them: the term is where one of them is. First the words
    /// as they are written, then their stems by the rules of one language after another.
    pub fn alternatives(&self) -> &[Vec<String>] {
        &self.alternatives
    }

    /// Whether any word will do for the last that begins with it. There is one alternative then.
    pub fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    /// Whatever has one of these sequences of words.
    pub(super) fn of(alternatives: Vec<Vec<String>>) -> Self {
        Self { alternatives, is_prefix: false }
    }

    /// None where the piece has no word.
    fn new(piece: &Piece<'_>, tokens: &[Token], stemmings: &[&Stemming]) -> Option<Self> {
        let last = tokens.last()?;
        let has_star = !piece.is_quoted && piece.text[last.at.end..].starts_with('*');
        let is_prefix = has_star && last.surface.chars().nth(MIN_PREFIX_CHARS - 1).is_some();
        let mut alternatives = vec![tokens.iter().map(|it| it.surface.clone()).collect()];
        let stemmings = if is_prefix { &[] } else { stemmings };
        for stemming in stemmings {
            let stems = tokens.iter().map(|it| stemming.stem(it).unwrap_or_else(|| it.surface.clone())).collect();
            if !alternatives.contains(&stems) {
                alternatives.push(stems);
            }
        }
        Some(Self { alternatives, is_prefix })
    }
}

/// A part of a query that becomes one term.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    is_unwanted: bool,
    is_quoted: bool,
}

/// What stands between white space or in quotes.
fn pieces(query: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = query;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let negated = rest
            .strip_prefix('-')
            .filter(|it| !it.is_empty() && !it.starts_with(|it: char| it == '-' || it.is_whitespace()));
        let is_unwanted = negated.is_some();
        let begun = negated.unwrap_or(rest);
        if let Some((text, behind)) = phrase(begun) {
            rest = behind;
            return Some(Piece { text, is_unwanted, is_quoted: true });
        }
        let text;
        (text, rest) = begun.split_at(end_of_piece(begun));
        Some(Piece { text, is_unwanted, is_quoted: false })
    })
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

/// What the quotes enclose at a text's start, and what stands behind them.
fn phrase(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix(is_quote)?;
    let (end, quote) = inner.char_indices().find(|(_, it)| is_quote(*it))?;
    Some((&inner[..end], &inner[end + quote.len_utf8()..]))
}

/// Where white space or a phrase follows. At least one character is in the piece.
fn end_of_piece(text: &str) -> usize {
    let mut before = None;
    for (at, char) in text.char_indices() {
        let opens = |before: char| is_quote(char) && !before.is_alphanumeric() && phrase(&text[at..]).is_some();
        if char.is_whitespace() || before.is_some_and(opens) {
            return at;
        }
        before = Some(char);
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The terms of a query in words: `-` before unwanted ones, `*` behind prefixes.
    fn surfaces(text: &str) -> Vec<String> {
        let query = Query::parse(text).expect("the query is short");
        let write = |sign: &str, term: &Term| {
            let star = if term.is_prefix { "*" } else { "" };
            format!("{sign}{}{star}", term.alternatives[0].join(" "))
        };
        let wanted = query.wanted.iter().map(|it| write("", it));
        wanted.chain(query.unwanted.iter().map(|it| write("-", it))).collect()
    }

    fn alternatives(query: Result<Query, TooLong>) -> Vec<String> {
        let query = query.expect("the query is short");
        query.wanted.iter().flat_map(|it| &it.alternatives).map(|it| it.join(" ")).collect()
    }

    #[test]
    fn words_phrases_prefixes_and_what_is_unwanted_are_told_apart() {
        assert_eq!(
            surfaces("Rust  da* \"full text\" -Java -\"old news\" -beta*"),
            ["rust", "da*", "full text", "-java", "-old news", "-beta*"]
        );
    }

    #[test]
    fn what_is_written_together_is_a_phrase() {
        assert_eq!(
            surfaces("node.js state-of-the-art データ node.js*"),
            ["node js", "state of the art", "デ ー タ", "node js*"]
        );
    }

    #[test]
    fn all_else_is_text() {
        assert_eq!(
            surfaces("a OR b AND NOT c NEAR(d) title:e ^f {g}"),
            ["a", "or", "b", "and", "not", "c", "near d", "title e", "f", "g"]
        );
        assert_eq!(surfaces("--help - dash -- (x -(y *z w*v k*"), ["help", "dash", "x", "z", "w v", "k", "-y"]);
        assert_eq!(surfaces("C++ -C# .NET"), ["cplusplus", "dotnet", "-csharp"]);
    }

    #[test]
    fn quotes_pair_up_or_are_nothing() {
        assert_eq!(surfaces("“smart quotes” „so auch“ «et ainsi»"), ["smart quotes", "so auch", "et ainsi"]);
        assert_eq!(surfaces("27\" monitor 32\" stand"), ["27", "monitor", "32", "stand"]);
        assert_eq!(surfaces("title:\"a b\" (\"c d\")"), ["title", "a b", "c d"]);
        assert_eq!(surfaces("one \"two three"), ["one", "two", "three"]);
        assert_eq!(surfaces("\"\" \"one*\" \"-two"), ["one", "two"]);
    }

    #[test]
    fn a_term_is_looked_for_once() {
        assert_eq!(surfaces("Café CAFÉ café -x -X"), ["cafe", "-x"]);
    }

    #[test]
    fn a_word_may_be_stemmed_as_any_language_does() {
        let russian_and_english = Query::parse_in("databases базы", &["en-US", "ru", "ru-RU", "pl"]);
        assert_eq!(
            alternatives(russian_and_english),
            ["databases", "·endatabas", "·rudatabas", "базы", "·enбаз", "·ruбаз"]
        );
        assert_eq!(alternatives(Query::parse_in::<&str>("databases", &[])), ["databases"]);
        assert_eq!(alternatives(Query::parse_in("Kafkas 入門", &["ja"])), ["kafkas", "·xxkafka", "入 門"]);
        assert_eq!(alternatives(Query::parse_in("\"Kafkas 入門\"", &["ja"])), ["kafkas 入 門", "·xxkafka 入 門"]);
        assert_eq!(alternatives(Query::parse("東")), ["東"]);
        assert_eq!(alternatives(Query::parse("databases")).len(), 20);
    }

    #[test]
    fn a_query_without_words_is_empty_and_no_error() {
        for text in ["", " \0 ", "\"", "-", "*", "- -\"\" ...", &"(".repeat(10_000), &"\"".repeat(10_000)] {
            assert_eq!(Query::parse(text), Ok(Query::default()), "{text:.20}");
            assert!(Query::default().is_empty());
        }
    }

    #[test]
    fn a_query_that_is_too_long_is_refused() {
        assert!(Query::parse(&"a ".repeat(32)).is_ok());
        assert_eq!(Query::parse(&"a -b ".repeat(17)), Err(TooLong::Terms));
        assert!(Query::parse(&"語".repeat(100)).is_ok());
        assert_eq!(Query::parse(&format!("-\"{}\" word", "a ".repeat(100))), Err(TooLong::Words));
        assert!(Query::parse(&format!("{}a", "é".repeat(999))).is_ok());
        assert_eq!(Query::parse(&format!("{}a", "é".repeat(1_000))), Err(TooLong::Characters));
        assert!(Query::parse(&format!("a{}", " ".repeat(10_000))).is_ok());
        assert_eq!(TooLong::Terms.to_string(), "expected at most 32 words and phrases");
    }

    proptest! {
        #[test]
        fn no_query_is_wrong(text in "([\"“”*\\-'+#.: \0()]|\\PC|[a-cé語]){0,60}") {
            let query = Query::parse(&text);
            let terms = query.iter().flat_map(|it| it.wanted.iter().chain(&it.unwanted));
            for word in terms.flat_map(|it| &it.alternatives).flatten() {
                prop_assert!(!word.is_empty() && word != super::super::GAP);
                prop_assert!(!word.contains(|it: char| it.is_ascii() && !it.is_ascii_alphanumeric()));
            }
        }
    }
}

//! The words of a title that tell what it is about.

use super::{
    Term,
    stem::Stemming,
    stop::is_stop_word,
    tokens::{Token, tokens},
};

/// The most words of one title.
const MOST: usize = 6;

/// Behind so many words nobody looks for more: no title is that long.
const LOOKED_AT: usize = 100;

/// Words with fewer letters are left out. Where words are written without spaces, two characters are one.
const MIN_CHARS: usize = 3;

/// The longest words of a title, six at most, as terms to look for: in any language as they are written, and
/// by their stem in the title's own language, given as a tag. Of words of one length the first are taken.
///
/// Numbers, words of one or two letters and words that stand in all titles (*how*, *with*, *your*) tell
/// nothing. In Chinese, Japanese and Korean two characters that stand together are a word.
pub fn telling_words(title: &str, language: &str) -> Vec<Term> {
    let stemming = Stemming::of_language(language);
    let tokens: Vec<Token> = tokens(title).take(LOOKED_AT).collect();
    let words = tokens.iter().filter(|it| is_telling(&it.surface, language)).map(|it| {
        let surface = vec![it.surface.clone()];
        let stem = stemming.and_then(|by| by.stem(it)).map(|stem| vec![stem]);
        (it.surface.chars().count(), [Some(surface), stem].into_iter().flatten().collect())
    });
    let pairs = tokens.windows(2).filter(|pair| is_compound(pair)).map(|pair| {
        let characters = pair.iter().map(|it| it.surface.clone()).collect();
        (pair.len(), vec![characters])
    });
    let mut found: Vec<(usize, Vec<Vec<String>>)> = words.chain(pairs).collect();
    found.sort_by_key(|(chars, _)| std::cmp::Reverse(*chars));
    let mut telling: Vec<Term> = Vec::with_capacity(MOST);
    for (_, alternatives) in found {
        // Forms of one word have one stem, which stands last.
        if telling.len() < MOST && telling.iter().all(|it| it.alternatives().last() != alternatives.last()) {
            telling.push(Term::of(alternatives));
        }
    }
    telling
}

fn is_telling(surface: &str, language: &str) -> bool {
    surface.chars().nth(MIN_CHARS - 1).is_some()
        && surface.contains(char::is_alphabetic)
        && !is_stop_word(surface, language)
}

/// Whether two characters may be a word together. Hiragana are endings; scripts whose characters are no more
/// than letters (Thai) would make words of any two.
fn is_compound(pair: &[Token]) -> bool {
    let is_part = |token: &Token| {
        let mut chars = token.surface.chars();
        let alone = chars.next().filter(|_| chars.next().is_none());
        alone
            .is_some_and(|it| matches!(it, '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'))
    };
    matches!(pair, [one, other] if one.at.end == other.at.start && is_part(one) && is_part(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words as they are written, with their stems.
    fn telling(title: &str, language: &str) -> Vec<String> {
        let write = |term: &Term| term.alternatives().iter().map(|it| it.join(" ")).collect::<Vec<_>>().join("|");
        telling_words(title, language).iter().map(write).collect()
    }

    #[test]
    fn the_longest_words_come_first_and_stop_words_never() {
        assert_eq!(
            telling("How the Query Planner Reads Your Indexes", "en"),
            ["planner|·enplanner", "indexes|·enindex", "query|·enqueri", "reads|·enread"]
        );
        assert_eq!(telling("Was ist neu in RFC 9457?", "de"), ["rfc|·derfc"]);
        assert_eq!(telling("Как устроен Kafka", "ru"), ["устроен|·ruустро", "kafka|·rukafka"]);
        assert_eq!(telling("Bazy danych", "pl"), ["danych", "bazy"]);
    }

    #[test]
    fn a_word_counts_once_whatever_its_form() {
        assert_eq!(telling("Databases: a database of DATABASES", "en"), ["databases|·endatabas"]);
    }

    #[test]
    fn there_are_six_at_most() {
        let title = "one1 two2 three3 four4 five5 sixth6 seventh7 eighth8";
        assert_eq!(telling(title, "en"), ["seventh7", "eighth8", "three3", "sixth6", "four4", "five5"]);
    }

    #[test]
    fn characters_that_stand_together_are_words() {
        assert_eq!(telling("東京のデータ", "ja"), ["東 京", "デ ー", "ー タ"]);
        assert_eq!(telling("Rust入門", "zh"), ["rust|·xxrust", "入 門"]);
        assert_eq!(telling("ภาษา", "th"), [""; 0]);
    }

    #[test]
    fn some_titles_tell_nothing() {
        for title in ["", "!? … —", "How to do it", "2026", "42 1000", "\u{301}"] {
            assert_eq!(telling(title, "en"), [""; 0], "{title}");
        }
        assert_eq!(telling(&"x".repeat(10_000), "pl"), ["x".repeat(64)]);
    }
}

//! Stems: what the forms of a word have in common, by the Snowball algorithms.

use rust_stemmers::{Algorithm, Stemmer};

use super::tokens::Token;

/// How the words of a document are stemmed, by the document's language. Words in another script than its
/// own are stemmed by that script's usual language: English in Russian texts, Russian in English ones.
///
/// A stem names the language (`·endatabas`), so that it is equal only to stems by the same rules, and never
/// to a word as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stemming {
    /// The language, in two letters.
    code: &'static str,
    native: Native,
}

/// What stands before a stem, and in no word.
const MARK: char = '·';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Tamil,
}

/// How a language's own words are stemmed.
#[derive(Debug, PartialEq, Eq)]
enum Native {
    By(Script, Algorithm),
    /// Not at all: no rules are known. It has another script than Latin.
    Unknown,
}

/// Every way to stem.
#[rustfmt::skip]
static ALL: [Stemming; 19] = [
    Stemming { code: "ar", native: Native::By(Script::Arabic, Algorithm::Arabic) },
    Stemming { code: "da", native: Native::By(Script::Latin, Algorithm::Danish) },
    Stemming { code: "de", native: Native::By(Script::Latin, Algorithm::German) },
    Stemming { code: "el", native: Native::By(Script::Greek, Algorithm::Greek) },
    Stemming { code: "en", native: Native::By(Script::Latin, Algorithm::English) },
    Stemming { code: "es", native: Native::By(Script::Latin, Algorithm::Spanish) },
    Stemming { code: "fi", native: Native::By(Script::Latin, Algorithm::Finnish) },
    Stemming { code: "fr", native: Native::By(Script::Latin, Algorithm::French) },
    Stemming { code: "hu", native: Native::By(Script::Latin, Algorithm::Hungarian) },
    Stemming { code: "it", native: Native::By(Script::Latin, Algorithm::Italian) },
    Stemming { code: "nl", native: Native::By(Script::Latin, Algorithm::Dutch) },
    Stemming { code: "no", native: Native::By(Script::Latin, Algorithm::Norwegian) },
    Stemming { code: "pt", native: Native::By(Script::Latin, Algorithm::Portuguese) },
    Stemming { code: "ro", native: Native::By(Script::Latin, Algorithm::Romanian) },
    Stemming { code: "ru", native: Native::By(Script::Cyrillic, Algorithm::Russian) },
    Stemming { code: "sv", native: Native::By(Script::Latin, Algorithm::Swedish) },
    Stemming { code: "ta", native: Native::By(Script::Tamil, Algorithm::Tamil) },
    Stemming { code: "tr", native: Native::By(Script::Latin, Algorithm::Turkish) },
    Stemming { code: FOREIGN, native: Native::Unknown },
];

/// What stands for the languages without stems whose script is not Latin.
const FOREIGN: &str = "xx";

/// The languages of [`FOREIGN`], in the order of their codes.
const NOT_LATIN: [&str; 46] = [
    "am", "as", "be", "bg", "bn", "bo", "dv", "dz", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn", "ko",
    "ky", "lo", "mk", "ml", "mn", "mr", "my", "ne", "or", "pa", "ps", "sa", "sd", "si", "sr", "te", "tg", "th", "ti",
    "tt", "ug", "uk", "ur", "yi", "yue", "zgh", "zh",
];

impl Stemming {
    /// Every way in which documents may have been stemmed.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        ALL.iter()
    }

    /// That of a language tag, such as `pt-BR`. None where no word is stemmed: Polish, for example.
    pub(super) fn of_language(tag: &str) -> Option<&'static Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = match primary.as_str() {
            "nb" | "nn" => "no",
            other if NOT_LATIN.binary_search(&other).is_ok() => FOREIGN,
            other => other,
        };
        ALL.iter().find(|it| it.code == code)
    }

    /// The stem of a word. None where its script has no rules, and for what has digits in it.
    pub(super) fn stem(&self, token: &Token) -> Option<String> {
        let normal = &token.normal;
        let algorithm = self.algorithm(script(normal)?)?;
        if normal.contains(char::is_numeric) {
            return None;
        }
        let stemmer = Stemmer::create(algorithm);
        let stem = super::fold::folded(&stemmer.stem(normal));
        let stem = if stem.is_empty() { &token.surface } else { &stem };
        Some(format!("{MARK}{}{stem}", self.code))
    }

    fn algorithm(&self, script: Script) -> Option<Algorithm> {
        match (&self.native, script) {
            (Native::By(own, algorithm), _) if *own == script => Some(*algorithm),
            (_, Script::Latin) => Some(Algorithm::English),
            (Native::Unknown, _) => None, // it may be the language's own
            (_, Script::Cyrillic) => Some(Algorithm::Russian),
            (_, Script::Greek) => Some(Algorithm::Greek),
            (_, Script::Arabic) => Some(Algorithm::Arabic),
            (_, Script::Tamil) => Some(Algorithm::Tamil),
        }
    }
}

/// The script of a word's first letter, if any language with it has stems.
fn script(word: &str) -> Option<Script> {
    word.chars().find_map(|char| match char {
        'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Some(Script::Arabic),
        '\u{b80}'..='\u{bff}' => Some(Script::Tamil),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tokens::tokens, *};

    fn stems(language: &str, text: &str) -> Vec<String> {
        let stemming = Stemming::of_language(language);
        tokens(text).map(|it| stemming.and_then(|by| by.stem(&it)).unwrap_or(it.surface)).collect()
    }

    /// Whether all the words have one stem.
    fn agree(language: &str, text: &str) -> bool {
        let stems = stems(language, text);
        stems.iter().all(|it| it.starts_with(MARK) && *it == stems[0])
    }

    #[test]
    fn the_forms_of_a_word_have_one_stem() {
        for (language, forms) in [
            ("en", "database databases"),
            ("en-GB", "index indexes indexed indexing"),
            ("de", "Häuser Haus hauses"),
            ("de", "Datenbank Datenbanken"),
            ("fr", "continuer continuation continué"),
            ("fr-CA", "réseau réseaux"),
            ("es", "canción canciones"),
            ("es", "rápido rápidos rápida rápidas"),
            ("ru", "база базы базу базами"),
            ("ru", "ёлка елки ёлкой"),
            ("nb", "opning opningen"),
        ] {
            assert!(agree(language, forms), "{:?}", stems(language, forms));
        }
        assert_eq!(stems("en", "databases"), ["·endatabas"]);
        assert_eq!(stems("de", "Häuser"), ["·dehaus"]);
        assert_eq!(stems("fr", "continuation"), ["·frcontinu"]);
        assert_eq!(stems("es", "canciones"), ["·escancion"]);
        assert_eq!(stems("ru", "базами"), ["·ruбаз"]);
    }

    #[test]
    fn words_of_another_script_are_stemmed_by_its_usual_language() {
        assert_eq!(stems("ru", "шардирование databases"), ["·ruшардирован", "·rudatabas"]);
        assert_eq!(stems("en", "databases базы"), ["·endatabas", "·enбаз"]);
        assert_eq!(stems("uk", "databases бази"), ["·xxdatabas", "бази"]);
        assert_eq!(stems("zh-Hans", "databases 入门"), ["·xxdatabas", "入", "门"]);
    }

    #[test]
    fn what_has_no_rules_stays_as_it_is() {
        assert_eq!(stems("pl", "databases bazy базы"), ["databases", "bazy", "базы"]);
        assert_eq!(stems("", "databases"), ["databases"]);
        assert_eq!(stems("en", "2000s k8s utf8"), ["2000s", "k8s", "utf8"]);
    }

    #[test]
    fn the_table_of_languages_is_sorted() {
        assert!(NOT_LATIN.is_sorted());
        assert!(ALL.iter().all(|it| it.code.len() == 2));
    }
}

//! Slugs: names that stand in addresses and in queries.
//!
//! One is parsed where a caller gives it, and made where only a name or a tag is known.

use std::{borrow::Cow, fmt, str::FromStr};

use deunicode::deunicode_char;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lowercase ASCII letters, digits and single inner hyphens, 1 to [`Slug::MAX_LEN`] of them:
/// `the-secret-life-of-aws`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 80 lowercase letters (a to z), digits and single hyphens between them, such as event-driven")]
pub struct NoSlug;

impl Slug {
    /// The most characters in a slug.
    pub const MAX_LEN: usize = 80;

    /// Makes one out of a title or a name in any script: `Ça va, Jürgen?` → `ca-va-jurgen`.
    ///
    /// Emoji fall away where other text remains. A text without letters, digits and emoji gives a
    /// short hash of itself. Long ones are cut at a word.
    pub fn of_title(title: &str) -> Self {
        let mut slug = hyphenated(title, false);
        if slug.is_empty() {
            slug = hyphenated(title, true);
        }
        if slug.is_empty() {
            slug.push_str(&blake3::hash(title.as_bytes()).to_hex()[..10]);
        }
        cut_at_word(&mut slug);
        Self(slug)
    }

    /// Makes one out of a tag: `#EventDriven`, `Event Driven` and `event_driven` → `event-driven`,
    /// `C++` → `c-plus-plus`, `C#` → `c-sharp`, `.NET` → `dot-net`.
    ///
    /// A word in camel case is split where each part has three letters at least and the word is no
    /// known brand (`JavaScript`). Spellings that come out different may still agree in
    /// [`Slug::match_key`].
    pub fn of_tag(tag: &str) -> Self {
        let tag = tag.trim().trim_start_matches('#');
        let spelled = spell_signs(tag);
        let words: Vec<Cow<'_, str>> =
            spelled.split(|it: char| it.is_whitespace() || it == '_').map(split_camel).collect();
        Self::of_title(&words.join(" "))
    }

    /// The slug without its hyphens: equal for the spellings that mean one tag
    /// (`eventdriven`, `event-driven`).
    pub fn match_key(&self) -> String {
        self.0.replace('-', "")
    }

    /// The slug with a number behind it, for when the plain one is taken: `news` → `news-2`.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        self.suffixed(&number.to_string())
    }

    /// The slug with a suffix of lowercase letters and digits behind it, still no longer than a slug
    /// may be.
    #[must_use]
    pub fn suffixed(&self, suffix: &str) -> Self {
        let room = Self::MAX_LEN.saturating_sub(suffix.len() + 1);
        let stem = self.0[..self.0.len().min(room)].trim_end_matches('-');
        Self(format!("{stem}-{suffix}"))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = NoSlug;

    fn from_str(text: &str) -> Result<Self, NoSlug> {
        let plain = text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        let hyphens_inside = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        if plain && hyphens_inside && fits { Ok(Self(text.to_owned())) } else { Err(NoSlug) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The letters and digits of a text in ASCII, lowercase, words joined with hyphens. Not bounded, but
/// it stops soon after the most that a slug can hold.
fn hyphenated(text: &str, with_emoji: bool) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for char in text.nfkc() {
        if slug.len() > 2 * Slug::MAX_LEN {
            break;
        }
        let is_letter = char.is_alphanumeric();
        if !is_letter && (is_combining_mark(char) || is_silent(char)) {
            continue;
        }
        let known = if is_letter || (with_emoji && !char.is_ascii()) { deunicode_char(char) } else { None };
        let Some(ascii) = known else {
            gap = true;
            continue;
        };
        for byte in ascii.bytes() {
            if byte.is_ascii_alphanumeric() {
                if gap && !slug.is_empty() {
                    slug.push('-');
                }
                gap = false;
                slug.push(char::from(byte.to_ascii_lowercase()));
            } else if byte != b'\'' {
                gap = true;
            }
        }
    }
    slug
}

/// Apostrophes and invisible joiners, which stand inside words.
fn is_silent(char: char) -> bool {
    matches!(char, '\'' | '’' | 'ʼ' | '`' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn cut_at_word(slug: &mut String) {
    if slug.len() <= Slug::MAX_LEN {
        return;
    }
    let word_end = slug[..=Slug::MAX_LEN].rfind('-').filter(|&end| end >= Slug::MAX_LEN / 2);
    slug.truncate(word_end.unwrap_or(Slug::MAX_LEN));
}

/// Writes out the signs that tell one tag from another: `+`, `#` behind a letter, a dot before one.
fn spell_signs(tag: &str) -> Cow<'_, str> {
    if !tag.contains(['+', '#', '.']) {
        return Cow::Borrowed(tag);
    }
    let mut spelled = String::with_capacity(tag.len() + 16);
    let mut before = ' ';
    let mut chars = tag.chars().peekable();
    while let Some(char) = chars.next() {
        let next_is_word = chars.peek().is_some_and(|it| it.is_alphanumeric());
        match char {
            '+' if before.is_alphanumeric() || before == '+' => spelled.push_str(" plus"),
            '#' if before.is_alphanumeric() && !next_is_word => spelled.push_str(" sharp"),
            '.' if !before.is_alphanumeric() && next_is_word => spelled.push_str(" dot "),
            _ => spelled.push(char),
        }
        before = char;
    }
    Cow::Owned(spelled)
}

/// Words in camel case that are one word.
const BRANDS: &[&str] = &[
    "BitBucket",
    "BitCoin",
    "ChatGPT",
    "CloudFlare",
    "CloudFormation",
    "CoffeeScript",
    "DataDog",
    "DeepMind",
    "DeepSeek",
    "DevOps",
    "DuckDuckGo",
    "FaceBook",
    "FastAPI",
    "GitHub",
    "GitLab",
    "GraphQL",
    "HashiCorp",
    "HubSpot",
    "InfoSec",
    "JavaFX",
    "JavaScript",
    "LangChain",
    "LinkedIn",
    "MongoDB",
    "MySQL",
    "OpenTelemetry",
    "PayPal",
    "PostgreSQL",
    "PowerPoint",
    "PowerShell",
    "RabbitMQ",
    "SecOps",
    "SharePoint",
    "SnapChat",
    "SoundCloud",
    "StackOverflow",
    "TensorFlow",
    "TypeScript",
    "WebAssembly",
    "WebSocket",
    "WhatsApp",
    "WooCommerce",
    "WordPress",
    "YouTube",
];

/// `EventDriven` → `Event Driven`, where that is what it says.
fn split_camel(word: &str) -> Cow<'_, str> {
    let starts: Vec<usize> = word
        .char_indices()
        .zip(word.chars().skip(1))
        .filter(|((_, left), right)| left.is_lowercase() && right.is_uppercase())
        .map(|((at, left), _)| at + left.len_utf8())
        .collect();
    if starts.is_empty() || BRANDS.contains(&word) {
        return Cow::Borrowed(word);
    }
    let mut parts = Vec::with_capacity(starts.len() + 1);
    let mut from = 0;
    for start in starts.into_iter().chain([word.len()]) {
        parts.push(&word[from..start]);
        from = start;
    }
    if parts.iter().all(|part| part.chars().filter(|it| it.is_alphabetic()).count() >= 3) {
        Cow::Owned(parts.join(" "))
    } else {
        Cow::Borrowed(word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn title(text: &str) -> String {
        Slug::of_title(text).to_string()
    }

    fn tag(text: &str) -> String {
        Slug::of_tag(text).to_string()
    }

    #[test]
    fn a_slug_is_plain_letters_digits_and_single_inner_hyphens() {
        assert_eq!(
            "the-secret-life-of-aws".parse::<Slug>().map(|it| it.to_string()).as_deref(),
            Ok("the-secret-life-of-aws")
        );
        for wrong in ["", "-a", "a-", "a--b", "A", "ä", "a b", &"a".repeat(81)] {
            assert_eq!(wrong.parse::<Slug>(), Err(NoSlug), "{wrong:?}");
        }
    }

    #[test]
    fn a_title_in_any_script_gives_a_slug() {
        assert_eq!(title("Ça va, Jürgen? Don’t!"), "ca-va-jurgen-dont");
        assert_eq!(title("Война и мир"), "voina-i-mir");
        assert_eq!(title("北京 2026"), "bei-jing-2026");
        assert_eq!(title("ＦＵＬＬ  width"), "full-width");
        assert_eq!(title("हिन्दी"), "hindii");
    }

    #[test]
    fn emoji_fall_away_unless_nothing_else_is_there() {
        assert_eq!(title("Launch 🚀 day"), "launch-day");
        assert_eq!(title("🚀"), "rocket");
    }

    #[test]
    fn a_text_without_letters_gives_a_hash() {
        assert_eq!(title("…").len(), 10);
        assert_eq!(title("…"), title("…"));
        assert_ne!(title("…"), title("?"));
        assert_eq!(title("").len(), 10);
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let long = title(&"twelve chars ".repeat(20));
        assert_eq!(long, "twelve-chars-twelve-chars-twelve-chars-twelve-chars-twelve-chars-twelve-chars");
        assert_eq!(title(&"x".repeat(200)).len(), Slug::MAX_LEN);
    }

    #[test]
    fn one_tag_has_one_slug_however_it_is_written() {
        for spelling in ["#EventDriven", "event-driven", "Event Driven", "event_driven", " EVENT driven "] {
            assert_eq!(tag(spelling), "event-driven", "{spelling}");
        }
        assert_eq!(Slug::of_tag("eventdriven").match_key(), Slug::of_tag("EventDriven").match_key());
    }

    #[test]
    fn signs_that_tell_tags_apart_are_written_out() {
        let cases = [
            ("C++", "c-plus-plus"),
            ("C#", "c-sharp"),
            ("F#", "f-sharp"),
            (".NET", "dot-net"),
            ("Node.js", "node-js"),
            ("ASP.NET Core", "asp-net-core"),
            ("A+", "a-plus"),
            ("#rust", "rust"),
            ("C", "c"),
        ];
        for (text, slug) in cases {
            assert_eq!(tag(text), slug);
        }
    }

    #[test]
    fn camel_case_is_split_into_words_but_brands_and_acronyms_are_not() {
        let cases = [
            ("MachineLearning", "machine-learning"),
            ("JavaScript", "javascript"),
            ("PostgreSQL", "postgresql"),
            ("OpenAI", "openai"),
            ("iPhone", "iphone"),
            ("AWSLambda", "awslambda"),
            ("macOS", "macos"),
        ];
        for (text, slug) in cases {
            assert_eq!(tag(text), slug);
        }
    }

    #[test]
    fn a_numbered_slug_is_a_slug() {
        assert_eq!(Slug::of_title("news").numbered(2).to_string(), "news-2");
        assert_eq!(Slug::of_title(&"x".repeat(90)).numbered(12).as_str().len(), Slug::MAX_LEN);
    }

    proptest! {
        #[test]
        fn whatever_comes_in_a_slug_comes_out(text in ".{0,200}") {
            for slug in [Slug::of_title(&text), Slug::of_tag(&text)] {
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
                prop_assert_eq!(&Slug::of_title(slug.as_str()), &slug);
            }
        }
    }
}

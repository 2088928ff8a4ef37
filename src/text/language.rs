//! Language tags (BCP 47): read strictly from callers and leniently from feeds, or detected from text.

use std::{fmt, str::FromStr};

use whatlang::Lang;

/// A language, and where given a script, a region and variants, in canonical case: `en`, `pt-BR`,
/// `zh-Hans-CN`.
///
/// RFC 5646 without extensions, private use and grandfathered tags. Three-letter codes that have a
/// two-letter one are written with that, as section 2.2.1 demands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

/// Why a text is no language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a BCP 47 language tag such as en, pt-BR or zh-Hans-CN")]
pub struct NoLanguageTag;

/// Fewer letters than these say little, unless their script belongs to one language.
const ENOUGH_LETTERS: usize = 40;

/// The most characters that are looked at to tell a language.
const DETECTED_CHARS: usize = 2_000;

impl LanguageTag {
    /// Reads what feeds write: `en_us`, `EN`, `en-US, de` (the first counts), `English`. What can't be
    /// read behind the language is left out.
    pub fn lenient(text: &str) -> Result<Self, NoLanguageTag> {
        let first = text.trim().split([',', ';', ' ', '.', '/']).next().unwrap_or_default().replace('_', "-");
        if first.eq_ignore_ascii_case("english") {
            return Ok(Self("en".to_owned()));
        }
        let mut known = first.as_str();
        loop {
            if let Ok(tag) = known.parse() {
                return Ok(tag);
            }
            known = known.rsplit_once('-').ok_or(NoLanguageTag)?.0;
        }
    }

    /// `und`, which stands where nobody knows (BCP 47, section 4.1). No text is in it, so that it is not read
    /// from any: callers may ask for it.
    pub fn undetermined() -> Self {
        Self("und".to_owned())
    }

    /// The language alone: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        self.0.split_once('-').map_or(self.as_str(), |(primary, _)| primary)
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LanguageTag {
    type Err = NoLanguageTag;

    /// In any case; `-` between the parts.
    fn from_str(text: &str) -> Result<Self, NoLanguageTag> {
        let mut parts = text.split('-');
        let mut tag = primary(parts.next().unwrap_or_default()).ok_or(NoLanguageTag)?;
        // The place that a part may still take: 0 script, 1 region, 2 variants.
        let mut place = 0;
        for part in parts {
            let (taken, canonical) = subtag(part).ok_or(NoLanguageTag)?;
            if taken < place || tag.len() + part.len() > 34 {
                return Err(NoLanguageTag);
            }
            place = if taken == 2 { 2 } else { taken + 1 };
            tag.push('-');
            tag.push_str(&canonical);
        }
        Ok(Self(tag))
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for LanguageTag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The language of a text, where it can be told reliably.
///
/// Short texts (fewer than 40 letters) are told by their script alone.
pub fn detect(text: &str) -> Option<LanguageTag> {
    let end = text.char_indices().nth(DETECTED_CHARS).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let info = whatlang::detect(text)?;
    let letters = text.chars().filter(|it| it.is_alphabetic()).count();
    let by_script = info.script().langs().len() == 1 && info.lang() != Lang::Cmn || info.lang() == Lang::Jpn;
    let told = if by_script { letters >= 4 } else { letters >= ENOUGH_LETTERS && info.is_reliable() };
    told.then(|| LanguageTag(shortest(info.lang().code()).to_owned()))
}

/// The first subtag, canonical.
fn primary(part: &str) -> Option<String> {
    let well_formed = (2..=3).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphabetic());
    let lower = part.to_ascii_lowercase();
    let means_something = !matches!(lower.as_str(), "und" | "zxx" | "mul" | "mis");
    (well_formed && means_something).then(|| shortest(&lower).to_owned())
}

/// A later subtag: its place (script, region, variant) and its canonical spelling.
fn subtag(part: &str) -> Option<(u8, String)> {
    let letters = !part.is_empty() && part.bytes().all(|it| it.is_ascii_alphabetic());
    let digits = part.bytes().all(|it| it.is_ascii_digit());
    let alphanumeric = part.bytes().all(|it| it.is_ascii_alphanumeric());
    match part.len() {
        4 if letters => {
            let lower = part.to_ascii_lowercase();
            Some((0, lower[..1].to_ascii_uppercase() + &lower[1..]))
        }
        2 if letters => Some((1, part.to_ascii_uppercase())),
        3 if digits => Some((1, part.to_owned())),
        4 if alphanumeric && part.starts_with(|it: char| it.is_ascii_digit()) => Some((2, part.to_ascii_lowercase())),
        5..=8 if alphanumeric => Some((2, part.to_ascii_lowercase())),
        _ => None,
    }
}

/// The two-letter code of ISO 639-1 for a three-letter one, where there is one that feeds or the
/// detection use.
fn shortest(code: &str) -> &str {
    #[rustfmt::skip]
    const CODES: &[(&str, &str)] = &[
        ("afr", "af"), ("aka", "ak"), ("alb", "sq"), ("amh", "am"), ("ara", "ar"), ("arm", "hy"), ("aze", "az"),
        ("baq", "eu"), ("bel", "be"), ("ben", "bn"), ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("chi", "zh"),
        ("cmn", "zh"), ("cym", "cy"), ("cze", "cs"), ("dan", "da"), ("deu", "de"), ("dut", "nl"), ("ell", "el"),
        ("eng", "en"), ("epo", "eo"), ("est", "et"), ("fas", "fa"), ("fin", "fi"), ("fra", "fr"), ("fre", "fr"),
        ("geo", "ka"), ("ger", "de"), ("gle", "ga"), ("gre", "el"), ("guj", "gu"), ("heb", "he"), ("hin", "hi"),
        ("hrv", "hr"), ("hun", "hu"), ("hye", "hy"), ("ice", "is"), ("ind", "id"), ("isl", "is"), ("ita", "it"),
        ("jav", "jv"), ("jpn", "ja"), ("kan", "kn"), ("kat", "ka"), ("khm", "km"), ("kor", "ko"), ("lat", "la"),
        ("lav", "lv"), ("lit", "lt"), ("mac", "mk"), ("mal", "ml"), ("mar", "mr"), ("may", "ms"), ("mkd", "mk"),
        ("msa", "ms"), ("mya", "my"), ("nep", "ne"), ("nld", "nl"), ("nno", "nn"), ("nob", "nb"), ("nor", "no"),
        ("ori", "or"), ("pan", "pa"), ("per", "fa"), ("pes", "fa"), ("pol", "pl"), ("por", "pt"), ("ron", "ro"),
        ("rum", "ro"), ("rus", "ru"), ("sin", "si"), ("slk", "sk"), ("slo", "sk"), ("slv", "sl"), ("sna", "sn"),
        ("spa", "es"), ("sqi", "sq"), ("srp", "sr"), ("swa", "sw"), ("swe", "sv"), ("tam", "ta"), ("tel", "te"),
        ("tgl", "tl"), ("tha", "th"), ("tuk", "tk"), ("tur", "tr"), ("ukr", "uk"), ("urd", "ur"), ("uzb", "uz"),
        ("vie", "vi"), ("wel", "cy"), ("yid", "yi"), ("zho", "zh"), ("zul", "zu"),
    ];
    CODES.binary_search_by_key(&code, |(long, _)| long).map_or(code, |at| CODES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<LanguageTag>().ok().map(|it| it.to_string())
    }

    fn lenient(text: &str) -> Option<String> {
        LanguageTag::lenient(text).ok().map(|it| it.to_string())
    }

    #[test]
    fn a_tag_is_written_in_canonical_case() {
        for (text, tag) in [
            ("EN", "en"),
            ("pt-br", "pt-BR"),
            ("ZH-hans-cn", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("de-1996", "de-1996"),
            ("sl-ROZAJ", "sl-rozaj"),
            ("eng", "en"),
            ("gsw", "gsw"),
        ] {
            assert_eq!(read(text).as_deref(), Some(tag));
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for wrong in
            ["", "e", "english", "en_US", "en-", "-en", "en--US", "en-US-Latn", "en-US-GB", "und", "ü", "en us"]
        {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        let error = "english".parse::<LanguageTag>().map_err(|it| it.to_string());
        assert_eq!(error, Err("expected a BCP 47 language tag such as en, pt-BR or zh-Hans-CN".to_owned()));
    }

    #[test]
    fn feeds_are_read_leniently() {
        for (text, tag) in [
            ("en-us", "en-US"),
            (" pt_BR ", "pt-BR"),
            ("en-US, de", "en-US"),
            ("de_DE.UTF-8", "de-DE"),
            ("en-US-x-whatever", "en-US"),
            ("English", "en"),
        ] {
            assert_eq!(lenient(text).as_deref(), Some(tag));
        }
        assert_eq!(lenient("n/a"), None);
        assert_eq!(lenient("Deutschland"), None);
    }

    #[test]
    fn the_primary_language_stands_first() {
        assert_eq!(LanguageTag::lenient("pt-BR").as_ref().map(LanguageTag::primary), Ok("pt"));
        assert_eq!(LanguageTag::lenient("pt").as_ref().map(LanguageTag::primary), Ok("pt"));
    }

    #[test]
    fn the_language_of_a_longer_text_is_detected() {
        let detected = |text: &str| detect(text).map(|it| it.to_string());
        let english = "Timothy was looking at the bill, and wondered why the queue had cost so much this month.";
        assert_eq!(detected(english).as_deref(), Some("en"));
        let german =
            "Timotheus sah sich die Rechnung an und wunderte sich, warum die Warteschlange so viel gekostet hatte.";
        assert_eq!(detected(german).as_deref(), Some("de"));
        assert_eq!(detected("AWS Lambda"), None);
        assert_eq!(detected(""), None);
    }

    #[test]
    fn a_script_of_one_language_tells_it_in_short_texts_too() {
        let detected = |text: &str| detect(text).map(|it| it.to_string());
        assert_eq!(detected("こんにちは、世界").as_deref(), Some("ja"));
        assert_eq!(detected("안녕하세요").as_deref(), Some("ko"));
        assert_eq!(detected("Καλημέρα κόσμε").as_deref(), Some("el"));
        assert_eq!(detected("北京"), None);
    }

    #[test]
    fn the_table_of_codes_is_sorted() {
        for code in ["afr", "deu", "zul"] {
            assert_eq!(shortest(code).len(), 2);
        }
        for lang in Lang::all() {
            assert_eq!(shortest(lang.code()).len(), 2, "{lang}");
        }
    }
}

//! The parameters of digests and feeds, in one table: names in a query, and flags of `precis digest`.

use super::{
    period,
    wanted::{Kind, Wanted},
};
use crate::text::{LanguageTag, closest, search::Query};

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// `group-by`: its name in a query, and behind `--`.
    pub name: &'static str,
    /// Another name, where people know it by one.
    pub alias: Option<&'static str>,
    /// What stands for the value in the help text: `KIND`.
    pub placeholder: &'static str,
    /// What it does, as the flag says it, which is one of digests. No full stop.
    pub help: &'static str,
    /// What holds for a digest where it is left out, as one would write it; nothing, if empty.
    pub default: &'static str,
    /// Goes on after “expected”, when a value is refused.
    pub expects: &'static str,
    /// Whether it may be given several times, which means any of the values.
    pub repeats: bool,
    /// Whether feeds have it as well as digests.
    pub of_feeds: bool,
    /// Takes a value, if it is one.
    pub(super) read: fn(&mut Wanted, &str) -> Option<()>,
    /// The names that a value can be, where these are known.
    names: fn() -> Vec<&'static str>,
}

/// The most summaries of a digest, and of a feed.
const MOST: (u16, u16) = (1_000, 100);

/// What the sections of a digest can be, and what the API calls them.
const GROUPINGS: [(&str, &str); 4] = [("day", "DAY"), ("category", "CATEGORY"), ("source", "SOURCE"), ("tag", "TAG")];

/// What can be done with a digest of nothing: whether it is skipped.
const IF_EMPTY: [(&str, bool); 2] = [("print", false), ("skip", true)];

/// All there are, in the order in which they are documented.
pub static PARAMETERS: [Parameter; 13] = [
    Parameter {
        name: "tag",
        placeholder: "SLUG",
        help: "Only summaries with this tag; given several times, with any of these",
        expects: A_SLUG,
        read: |wanted, text| slug(&mut wanted.tags, text),
        ..REPEATED
    },
    Parameter {
        name: "category",
        placeholder: "SLUG",
        help: "Only summaries in this category, or in any of these",
        expects: A_SLUG,
        read: |wanted, text| slug(&mut wanted.categories, text),
        ..REPEATED
    },
    Parameter {
        name: "source",
        placeholder: "SLUG",
        help: "Only summaries from this source, or from any of these",
        expects: A_SLUG,
        read: |wanted, text| slug(&mut wanted.sources, text),
        ..REPEATED
    },
    Parameter {
        name: "series",
        placeholder: "SLUG",
        help: "Only summaries of episodes in this series, or in any of these",
        expects: A_SLUG,
        read: |wanted, text| slug(&mut wanted.series, text),
        ..REPEATED
    },
    Parameter {
        name: "language",
        placeholder: "TAG",
        help: "Only summaries in this language, or in any of these",
        expects: "a BCP 47 language tag such as en, pt-BR or zh-Hans-CN, or und",
        read: |wanted, text| {
            let undetermined = Some(LanguageTag::undetermined()).filter(|it| it.as_str() == text);
            wanted.languages.push(undetermined.or_else(|| text.parse().ok())?);
            Some(())
        },
        ..REPEATED
    },
    Parameter {
        name: "search",
        alias: Some("q"),
        placeholder: "WORDS",
        help: "Only summaries with these words, in any form: words, \"a phrase\", -without, prefix*",
        expects: "at most 1,000 characters and 32 terms",
        read: |wanted, text| {
            Query::parse(text).ok()?;
            wanted.text = Some(text.to_owned());
            Some(())
        },
        ..SINGLE
    },
    Parameter {
        name: "since",
        placeholder: "7d|2w|24h|DATE",
        help: "Whole days or weeks of which the last day is the last (7d, 2w), hours back from now, rounded down to a \
               day (24h), or the first day (2026-05-04)",
        default: "7d",
        expects: "days, weeks or hours such as 7d, 2w or 24h, or a date such as 2026-05-08",
        read: |wanted, text| {
            wanted.since = Some(text.parse().ok()?);
            Some(())
        },
        ..SINGLE
    },
    Parameter {
        name: "until",
        placeholder: "DATE",
        help: "The last day, which is in it; today, if not given",
        expects: "a date such as 2026-05-08",
        read: |wanted, text| {
            wanted.until = Some(period::date(text).ok()?);
            Some(())
        },
        ..SINGLE
    },
    Parameter {
        name: "tz",
        placeholder: "ZONE",
        help: "The time zone in which a day begins at midnight",
        default: "UTC",
        expects: "the name of a time zone such as Europe/Berlin or UTC",
        read: |wanted, text| {
            wanted.zone = text.parse().ok()?;
            Some(())
        },
        names: || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect(),
        ..SINGLE
    },
    Parameter {
        name: "group-by",
        placeholder: "KIND",
        help: "What the sections are: day, category, source or tag",
        default: "day",
        expects: "day, category, source or tag",
        of_feeds: false,
        read: |wanted, text| {
            wanted.grouping = chosen(&GROUPINGS, text)?;
            Some(())
        },
        names: || GROUPINGS.map(|(name, _)| name).into(),
        ..SINGLE
    },
    Parameter {
        name: "limit",
        placeholder: "NUMBER",
        help: "How many summaries are listed at most, the newest: 0 to 1000",
        default: "200",
        expects: "a whole number from 0 to 1000, for a feed from 1 to 100",
        read: |wanted, text| {
            let (least, most) = if wanted.kind() == Kind::Feed { (1, MOST.1) } else { (0, MOST.0) };
            wanted.limit = text.parse().ok().filter(|limit| (least..=most).contains(limit))?;
            Some(())
        },
        ..SINGLE
    },
    Parameter {
        name: "max-tokens",
        placeholder: "NUMBER",
        help: "Drop items from the end until all of it has so many tokens (`o200k_base`) at most",
        expects: "a whole number from 1",
        of_feeds: false,
        read: |wanted, text| {
            let most = text.parse().ok().filter(|most| (1..=i32::MAX as usize).contains(most));
            wanted.max_tokens = Some(most?);
            Some(())
        },
        ..SINGLE
    },
    Parameter {
        name: "if-empty",
        placeholder: "WHAT",
        help: "What to do if there is nothing in it: print that, or skip it",
        default: "print",
        expects: "print or skip",
        of_feeds: false,
        read: |wanted, text| {
            wanted.skip_empty = chosen(&IF_EMPTY, text)?;
            Some(())
        },
        names: || IF_EMPTY.map(|(name, _)| name).into(),
        ..SINGLE
    },
];

const A_SLUG: &str = "a slug";

/// What most parameters have in common.
const SINGLE: Parameter = Parameter {
    name: "",
    alias: None,
    placeholder: "",
    help: "",
    default: "",
    expects: "",
    repeats: false,
    of_feeds: true,
    read: |_, _| None,
    names: Vec::new,
};

const REPEATED: Parameter = Parameter { repeats: true, ..SINGLE };

impl Parameter {
    /// By its name or its other one.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PARAMETERS.iter().find(|it| it.name == name || it.alias == Some(name))
    }

    /// Whether outputs of that kind have it.
    pub fn is_of(&self, kind: Kind) -> bool {
        kind == Kind::Digest || self.of_feeds
    }

    /// What its value should have been, if anything is like it: ` did you mean …?`
    pub(super) fn meant(&self, text: &str) -> String {
        let names = (self.names)();
        let found = names.iter().find(|name| name.eq_ignore_ascii_case(text)).copied();
        found.or_else(|| closest(text, names)).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    }
}

fn slug(slugs: &mut Vec<String>, text: &str) -> Option<()> {
    let text = text.trim();
    (!text.is_empty()).then(|| slugs.push(text.to_owned()))
}

/// What a name out of a closed set stands for.
fn chosen<T: Copy>(names: &[(&str, T)], text: &str) -> Option<T> {
    names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
}

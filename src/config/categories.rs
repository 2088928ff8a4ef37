//! The section of categories: rules by which summaries are filed whose inputs name no category.

use std::str::FromStr;

use super::{
    option::{Kind, Section, Setting, Spec},
    source::{ConfigError, Values},
};
use crate::text::{Slug, search::Query};

/// How summaries are filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Categories {
    /// The first one that fits counts.
    pub rules: Vec<CategoryRule>,
}

/// What leads to a category: `source:ledger-and-log = Databases`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryRule {
    /// What it looks at.
    pub sign: Sign,
    /// The name of the category.
    pub category: String,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The source of this slug, or one of this name: its key ([`Slug::match_key`]).
    Source(String),
    /// The tag of this key.
    Tag(String),
    /// These words, all of them in the episode's title or excerpt.
    Words(Query),
}

/// Why a text is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {EXPECTED}")]
pub struct NoRule;

const EXPECTED: &str = "source:NAME = CATEGORY, tag:NAME = CATEGORY or words:WORDS = CATEGORY, \
                        such as words:postgres replication = Databases; as a flag, with a semicolon between two rules";

const RULES: Setting<CategoryRule> = Setting {
    spec: Spec {
        key: "category_rules",
        placeholder: "RULES",
        default: "",
        expects: EXPECTED,
        help: "Rules that file what comes without a category; the first that fits counts",
        kind: Kind::Rules,
    },
    parse: |text| text.parse().ok(),
};

impl Section for Categories {
    const TITLE: &'static str = "Categories";
    const OPTIONS: &'static [&'static Spec] = &[&RULES.spec];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { rules: values.get_each(&RULES)? })
    }
}

impl FromStr for CategoryRule {
    type Err = NoRule;

    fn from_str(text: &str) -> Result<Self, NoRule> {
        rule(text).ok_or(NoRule)
    }
}

/// The category stands behind the last `=`: there may be one among the words.
fn rule(text: &str) -> Option<CategoryRule> {
    let (sign, category) = text.rsplit_once('=')?;
    let (what, value) = sign.split_once(':')?;
    let (value, category) = (value.trim(), category.trim());
    if ![value, category].iter().all(|it| it.contains(char::is_alphanumeric)) {
        return None;
    }
    let sign = match what.trim() {
        "source" => Sign::Source(Slug::of_title(value).match_key()),
        "tag" => Sign::Tag(Slug::of_tag(value).match_key()),
        // Without a word that is wanted, it would fit nearly everything.
        "words" => Sign::Words(Query::parse(value).ok().filter(|query| !query.wanted().is_empty())?),
        _ => return None,
    };
    Some(CategoryRule { sign, category: category.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_what_leads_to_a_category() {
        let read = |text| rule(text).map(|rule| (rule.sign, rule.category));
        let to = |sign, category: &str| Some((sign, category.to_owned()));
        let words = |text| Sign::Words(Query::parse(text).expect("a short query"));
        assert_eq!(
            read("source:ledger-and-log = Data & Storage"),
            to(Sign::Source("ledgerandlog".into()), "Data & Storage")
        );
        assert_eq!(read("source: Rivers FM=Water"), to(Sign::Source("riversfm".into()), "Water"));
        assert_eq!(read("tag:#EventDriven = Backend"), to(Sign::Tag("eventdriven".into()), "Backend"));
        assert_eq!(read("tag:C++ = Languages"), to(Sign::Tag("cplusplus".into()), "Languages"));
        assert_eq!(
            read("words:\"query planner\" -mysql = Databases"),
            to(words("\"query planner\" -mysql"), "Databases")
        );
        assert_eq!(read("words:a = b, c = Algebra"), to(words("a = b, c"), "Algebra"));
        assert_eq!(read("words:базы данных = Базы"), to(words("базы данных"), "Базы"));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for wrong in [
            "Databases",
            "words:postgres",
            "postgres = Databases",
            "author:ann = Databases",
            "words: = Databases",
            "words:… = Databases",
            "words:-mysql = Databases",
            "words:postgres = ",
            "tag:# = Databases",
            &format!("words:{} = Databases", "a b ".repeat(20)),
        ] {
            assert_eq!(rule(wrong), None, "{wrong}");
        }
    }
}

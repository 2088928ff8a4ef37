//! Filing: the category of a summary whose input names none, by the rules of the configuration.
//!
//! Whatever is stored passes here, whichever way it came. What is stored already is filed in [`super::refile`].

use std::{
    cell::LazyCell,
    collections::{BTreeSet, HashMap},
};

use entity::{episode, source, summary};
use sea_orm::{EntityTrait, QuerySelect};

use super::{log::Log, names};
use crate::{
    config::{CategoryRule, Sign},
    content::{Error, catalogue::Names},
    db::Transaction,
    text::{
        Slug,
        search::{Document, Query},
    },
};

/// Gives summaries, whose inputs name no category and which are about to be written, those that the rules lead to.
/// Each comes with its episode and its tags.
pub(super) async fn file(
    tx: &Transaction,
    rules: &[CategoryRule],
    summaries: Vec<(&mut summary::Model, &episode::Model, &BTreeSet<i64>)>,
    log: &mut Log,
) -> Result<(), Error> {
    if rules.is_empty() || summaries.is_empty() {
        return Ok(());
    }
    let filing = Filing::in_transaction(tx, rules).await?;
    let mut found = Vec::new();
    for (row, episode, tags) in summaries {
        let facts = Facts {
            source: episode.source_id,
            title: &episode.title,
            excerpt: &episode.excerpt,
            language: episode.language.as_deref(),
            tags,
        };
        found.extend(filing.category(&facts).map(|category| (row, category)));
    }
    let ids = names::categories(tx, found.iter().map(|(_, category)| *category), log).await?;
    for (row, category) in found {
        row.category_id = ids.get(&Slug::of_title(category)).copied();
    }
    Ok(())
}

/// What rules look at.
pub(super) struct Facts<'f> {
    pub(super) source: i64,
    /// The episode's, plain, as its beginning is.
    pub(super) title: &'f str,
    pub(super) excerpt: &'f str,
    /// The episode's; its source's where nobody knows.
    pub(super) language: Option<&'f str>,
    /// The summary's.
    pub(super) tags: &'f BTreeSet<i64>,
}

/// The rules, with everything found that they name.
pub(super) struct Filing<'r> {
    rules: Vec<(Test<'r>, &'r str)>,
    /// By source.
    languages: HashMap<i64, String>,
}

/// What a rule comes to.
enum Test<'r> {
    Sources(Vec<i64>),
    /// None, as long as nothing has that tag.
    Tag(Option<i64>),
    Words(&'r Query),
}

/// A source, as far as rules go: its number, its slug, its name and its language.
type SourceFacts = (i64, String, String, Option<String>);

impl<'r> Filing<'r> {
    /// By the names that this transaction sees.
    async fn in_transaction(tx: &Transaction, rules: &'r [CategoryRule]) -> Result<Self, Error> {
        use source::Column;
        let sources = source::Entity::find().select_only();
        let sources = sources.columns([Column::Id, Column::Slug, Column::Name, Column::Language]);
        let sources: Vec<SourceFacts> = sources.into_tuple().all(tx.connection()).await?;
        let keys: Vec<String> = tag_keys(rules).cloned().collect();
        let tags = names::find_tags(tx, keys.iter()).await?;
        Ok(Self::new(rules, sources, |key| tags.get(key).map(|tag| tag.id)))
    }

    /// By the names in memory.
    pub(super) fn by_names(rules: &'r [CategoryRule], names: &Names) -> Self {
        let sources = names.sources.rows();
        let sources = sources.map(|it| (it.id, it.slug.clone(), it.name.clone(), it.language.clone())).collect();
        let wanted: BTreeSet<&str> = tag_keys(rules).map(String::as_str).collect();
        let mut tags: HashMap<String, i64> = HashMap::new();
        for (slug, id) in names.tags.slugs() {
            let key = slug.replace('-', "");
            if wanted.contains(key.as_str()) {
                tags.insert(key, id);
            }
        }
        Self::new(rules, sources, |key| tags.get(key).copied())
    }

    fn new(rules: &'r [CategoryRule], sources: Vec<SourceFacts>, tag: impl Fn(&str) -> Option<i64>) -> Self {
        // One category that is spelled in two ways is called as the first rule does.
        let mut spelled: HashMap<Slug, &'r str> = HashMap::new();
        let test = |rule: &'r CategoryRule| {
            let test = match &rule.sign {
                Sign::Source(key) => Test::Sources(called(key, &sources)),
                Sign::Tag(key) => Test::Tag(tag(key)),
                Sign::Words(query) => Test::Words(query),
            };
            (test, *spelled.entry(Slug::of_title(&rule.category)).or_insert(&rule.category))
        };
        let rules = rules.iter().map(test).collect();
        let languages = sources.into_iter().filter_map(|(id, _, _, language)| Some((id, language?)));
        Self { rules, languages: languages.collect() }
    }

    /// The name of the category that the first rule leads to which fits.
    pub(super) fn category(&self, facts: &Facts<'_>) -> Option<&'r str> {
        let words = LazyCell::new(|| {
            let of_source = || self.languages.get(&facts.source).map(String::as_str);
            let language = facts.language.or_else(of_source).unwrap_or_default();
            Document::new(facts.title, facts.excerpt, &[], None, language)
        });
        let fits = |test: &Test<'_>| match test {
            Test::Sources(ids) => ids.contains(&facts.source),
            Test::Tag(id) => id.is_some_and(|id| facts.tags.contains(&id)),
            Test::Words(query) => query.matches(&words),
        };
        self.rules.iter().find(|(test, _)| fits(test)).map(|(_, category)| *category)
    }
}

/// The keys of the tags that rules name.
fn tag_keys(rules: &[CategoryRule]) -> impl Iterator<Item = &String> {
    rules.iter().filter_map(|rule| if let Sign::Tag(key) = &rule.sign { Some(key) } else { None })
}

/// The sources with a slug of this key; where there is none, those with such a name.
fn called(key: &str, sources: &[SourceFacts]) -> Vec<i64> {
    let by = |key_of: fn(&SourceFacts) -> String| -> Vec<i64> {
        sources.iter().filter(|source| key_of(source) == key).map(|source| source.0).collect()
    };
    let by_slug = by(|(_, slug, ..)| slug.replace('-', ""));
    if by_slug.is_empty() { by(|(_, _, name, _)| Slug::of_title(name).match_key()) } else { by_slug }
}

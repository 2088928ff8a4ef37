//! Related summaries: those that share rare tags, or words of their titles, and the more the closer.
//!
//! What a summary has in common with others is asked of two indexes, for all parents at once: the newest
//! summaries of each of its tags, and all that have one of the telling words of its title. Then the closest
//! are looked at in detail. So this takes four statements however many rows there are, and the work has
//! bounds: see [`OF_TAG`], [`WITH_WORD`], [`LOOKED_AT`]. No bound depends on what else is on a page, and no
//! database's own rank is used: a summary has the same related ones wherever it is met.
//!
//! What words tell something is left to [`crate::text::search::telling_words`].

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Error, Nested, Reading,
    columns::select_tags,
    summary::{Summary, SummaryProjection},
};
use crate::{
    db::{Row, full_text::Match},
    text::search::{Document, Term, telling_words},
};

/// The most summaries of one tag that may be related by it: the newest.
const OF_TAG: usize = 50;

/// A word that more summaries have than these, wherever in them, leads to none of them. It still counts
/// where a tag or another word leads to one.
const WITH_WORD: usize = 100;

/// The most candidates of one summary that are looked at in detail: those that share the most.
const LOOKED_AT: usize = 60;

/// A summary whose related ones are wanted.
pub(super) struct Parent<'r> {
    pub(super) id: i64,
    pub(super) title: &'r str,
    pub(super) language: &'r str,
    /// The numbers of its tags.
    pub(super) tags: &'r [i64],
}

/// The related ones of a summary: a list for each that was wanted.
pub(super) type Related = Vec<Vec<Arc<Summary>>>;

/// Something that summaries have in common.
struct Sign {
    /// How much it says: the rarer, the more.
    weight: f64,
    /// Summaries that have it.
    summaries: Vec<i64>,
}

/// A telling word of a title.
struct Word {
    term: Term,
    /// As the text index is asked for it.
    expression: String,
}

/// A summary, as far as it decides what it is related to.
struct Detail {
    id: i64,
    words: Document,
    language: String,
    is_primary: bool,
    published_at: i64,
    story: i64,
    tags: Vec<i64>,
}

/// A candidate, and how much it has in common with the parent.
type Scored<'d> = (f64, &'d Detail);

impl Reading {
    /// The summaries that are related to each of these: so many at most as each wanted list says.
    pub(super) async fn related_to(
        &self,
        parents: impl Iterator<Item = Parent<'_>>,
        wanted: &[Nested<usize, SummaryProjection>],
    ) -> Result<HashMap<i64, Related>, Error> {
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let mut parents: Vec<Parent<'_>> = parents.collect();
        parents.sort_unstable_by_key(|it| it.id);
        parents.dedup_by_key(|it| it.id);
        let most = wanted.iter().map(|it| it.by).max().unwrap_or_default();
        let closest = if most == 0 { HashMap::new() } else { self.closest_to(&parents, most).await? };
        let first = |id: i64, most: usize| closest.get(&id).into_iter().flatten().take(most).copied();
        let mut related: HashMap<i64, Related> = parents.iter().map(|it| (it.id, Related::new())).collect();
        for Nested { by: most, wanted } in wanted {
            let ids: BTreeSet<i64> = parents.iter().flat_map(|it| first(it.id, *most)).collect();
            let loaded: HashMap<i64, Arc<Summary>> = if ids.is_empty() {
                HashMap::new()
            } else {
                let loaded = self.load_summaries(ids.into_iter().collect(), wanted).await?;
                loaded.into_iter().map(|(id, summary)| (id, Arc::new(summary))).collect()
            };
            for (id, lists) in &mut related {
                lists.push(first(*id, *most).filter_map(|id| loaded.get(&id).cloned()).collect());
            }
        }
        Ok(related)
    }

    /// The numbers of the summaries that have the most in common with each of these.
    async fn closest_to(&self, parents: &[Parent<'_>], most: usize) -> Result<HashMap<i64, Vec<i64>>, Error> {
        let words: Vec<Vec<Word>> = parents.iter().map(|it| self.telling_words(it)).collect();
        let with_tag = self.with_tags(parents.iter().flat_map(|it| it.tags.iter().copied()).collect()).await?;
        let with_word = self.with_words(words.iter().flatten().map(|it| it.expression.clone()).collect()).await?;
        let candidates: Vec<Vec<i64>> = parents
            .iter()
            .zip(&words)
            .map(|(parent, words)| {
                let tags = parent.tags.iter().filter_map(|tag| with_tag.get(tag));
                candidates(parent.id, tags.chain(words.iter().filter_map(|it| with_word.get(&it.expression))))
            })
            .collect();
        let with_any = parents.iter().zip(&candidates).filter(|(_, candidates)| !candidates.is_empty());
        let details =
            self.details(with_any.flat_map(|(it, candidates)| [&[it.id], &candidates[..]].concat()).collect());
        let details = details.await?;

        let mut closest = HashMap::with_capacity(parents.len());
        for ((parent, words), candidates) in parents.iter().zip(&words).zip(&candidates) {
            let Some(own) = details.get(&parent.id) else { continue };
            let score = |candidate: &Detail| {
                let tags = parent.tags.iter().filter(|tag| candidate.tags.contains(tag));
                let words = words.iter().filter(|it| it.term.is_in(&candidate.words));
                let tags = tags.filter_map(|tag| with_tag.get(tag));
                sum(tags.chain(words.filter_map(|it| with_word.get(&it.expression))).map(|sign| sign.weight))
            };
            let others = candidates.iter().filter_map(|id| details.get(id)).filter(|it| it.story != own.story);
            let scored = others.map(|it| (score(it), it)).filter(|(score, _)| *score > 0.0);
            closest.insert(parent.id, one_a_story(scored, &own.language, most));
        }
        Ok(closest)
    }

    fn telling_words(&self, parent: &Parent<'_>) -> Vec<Word> {
        let word = |term: Term| {
            let expression = self.dialect().match_expression(std::slice::from_ref(&term), Match::All);
            Word { term, expression }
        };
        telling_words(parent.title, parent.language).into_iter().map(word).collect()
    }

    /// What each of these tags says.
    async fn with_tags(&self, tags: BTreeSet<i64>) -> Result<HashMap<i64, Sign>, Error> {
        let mut signs: HashMap<i64, Sign> = HashMap::new();
        if tags.is_empty() {
            return Ok(signs);
        }
        let mut sql = self.sql();
        let newest = format!(
            "FROM (SELECT t.summary_id AS id FROM summary_tag t WHERE t.tag_id = p.value AND t.published_at IS NOT NULL \
             ORDER BY t.published_at DESC, t.summary_id DESC LIMIT {OF_TAG}) x"
        );
        let numbers = sql.dialect().numbers("x.id", &newest);
        sql.push("SELECT p.value, c.count").push(OF_ALL).push(", ").push(&numbers).push(" FROM ");
        sql.each(&tags.into_iter().collect::<Vec<_>>()).push(" CROSS JOIN counter c");
        sql.push(" WHERE c.dimension = 'TAG' AND c.key = CAST(p.value AS TEXT)");
        for row in self.rows(sql).await? {
            let weight = rarity(row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            signs.insert(row.try_get_by_index(0)?, Sign { weight, summaries: row.try_get_by_index(3)? });
        }
        Ok(signs)
    }

    /// What each of these words says, by its expression.
    async fn with_words(&self, expressions: BTreeSet<String>) -> Result<HashMap<String, Sign>, Error> {
        let expressions: Vec<String> = expressions.into_iter().collect();
        let mut signs: HashMap<String, Sign> = HashMap::new();
        if expressions.is_empty() {
            return Ok(signs);
        }
        let mut sql = self.sql();
        // One more than may be, which tells whether there are too many.
        let matches = format!("FROM ({}) x JOIN summary s ON s.id = x.id", sql.dialect().some_matches(WITH_WORD + 1));
        let numbers = sql.dialect().numbers("CASE WHEN s.status = 'PUBLISHED' THEN s.id ELSE 0 END", &matches);
        sql.push("SELECT p.value").push(OF_ALL).push(", ").push(&numbers).push(" FROM ").each(&expressions);
        for row in self.rows(sql).await? {
            let (all, mut summaries): (i64, Vec<i64>) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let sign = if summaries.len() > WITH_WORD {
                Sign { weight: rarity(all, all), summaries: Vec::new() }
            } else {
                summaries.retain(|id| *id != 0); // drafts
                let count = i64::try_from(summaries.len()).unwrap_or(i64::MAX);
                Sign { weight: rarity(count, all), summaries }
            };
            signs.insert(row.try_get_by_index(0)?, sign);
        }
        Ok(signs)
    }

    async fn details(&self, ids: BTreeSet<i64>) -> Result<HashMap<i64, Detail>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = self.sql();
        sql.push("SELECT s.id, s.title, s.language, s.is_primary, s.sort_at, COALESCE(e.cluster_id, e.id), ");
        select_tags(&mut sql);
        sql.push(" FROM summary s JOIN episode e ON e.id = s.episode_id WHERE ");
        sql.any_of("s.id", ids.into_iter().collect());
        self.rows(sql).await?.iter().map(|row| Detail::read(row).map(|it| (it.id, it))).collect()
    }
}

/// A column: how many published summaries there are.
const OF_ALL: &str = ", COALESCE((SELECT a.count FROM counter a WHERE a.dimension = 'ALL' AND a.key = ''), 0)";

impl Detail {
    fn read(row: &Row) -> Result<Self, Error> {
        let (title, language): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        Ok(Self {
            id: row.try_get_by_index(0)?,
            words: Document::new(&title, "", &[], None, &language),
            language,
            is_primary: row.try_get_by_index(3)?,
            published_at: row.try_get_by_index(4)?,
            story: row.try_get_by_index(5)?,
            tags: row.try_get_by_index(6)?,
        })
    }
}

/// How much it says that two summaries have something which so many of all have: never nothing.
fn rarity(count: i64, of_all: i64) -> f64 {
    let number = |it: i64| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    (1.0 + (number(of_all) / number(count.max(1))).max(1.0)).ln()
}

/// The same whatever the order.
fn sum(weights: impl Iterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.collect();
    weights.sort_unstable_by(f64::total_cmp);
    weights.into_iter().sum()
}

/// Who shares the most of these signs with the parent, as far as the indexes tell.
fn candidates<'s>(parent: i64, signs: impl Iterator<Item = &'s Sign>) -> Vec<i64> {
    let mut shared: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for sign in signs {
        for id in sign.summaries.iter().filter(|id| **id != parent) {
            shared.entry(*id).or_default().push(sign.weight);
        }
    }
    let mut candidates: Vec<(f64, i64)> = shared.into_iter().map(|(id, all)| (sum(all.into_iter()), id)).collect();
    candidates.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
    candidates.truncate(LOOKED_AT);
    candidates.into_iter().map(|(_, id)| id).collect()
}

/// The numbers of the closest, one of each story: the one in this language, else the one that stands for the
/// story. A story is as close as its closest summary; of equally close ones the newest comes first.
fn one_a_story<'d>(scored: impl Iterator<Item = Scored<'d>>, language: &str, most: usize) -> Vec<i64> {
    let closer = |one: &Scored<'d>, other: &Scored<'d>| {
        let key = |it: &Detail| (it.published_at, it.id);
        one.0.total_cmp(&other.0).then_with(|| key(one.1).cmp(&key(other.1)))
    };
    let fitter = |one: &Scored<'d>, other: &Scored<'d>| {
        let fit = |it: &Detail| (it.language == language, it.is_primary);
        fit(one.1).cmp(&fit(other.1)).then_with(|| closer(one, other))
    };
    let mut stories: BTreeMap<i64, Vec<Scored<'d>>> = BTreeMap::new();
    scored.for_each(|it| stories.entry(it.1.story).or_default().push(it));
    let mut shown: Vec<Scored<'d>> = Vec::with_capacity(stories.len());
    for versions in stories.values() {
        let closest = versions.iter().map(|it| it.0).max_by(f64::total_cmp);
        let fittest = versions.iter().copied().max_by(fitter);
        shown.extend(closest.zip(fittest).map(|(score, (_, it))| (score, it)));
    }
    shown.sort_unstable_by(|one, other| closer(other, one));
    shown.truncate(most);
    shown.into_iter().map(|(_, it)| it.id).collect()
}

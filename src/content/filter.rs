//! Filters: what callers may ask for, resolved into a condition, and the condition as SQL.
//!
//! A filter names slugs; a [`Condition`] holds ids. Resolving needs no statement, as names are in
//! memory, and what can be decided then is decided: a condition that nothing can meet costs no SQL.

use std::{collections::BTreeSet, ops::Range};

use super::{Error, catalogue::Named};
use crate::{clock::Timestamp, db::Sql, text::Slug};

/// Which names a row must and must not have. All parts that are there must hold; an `any_of` that
/// names nothing, or only what does not exist, is met by nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlugFilter {
    /// At least one of these.
    pub any_of: Option<Vec<String>>,
    /// Each of these.
    pub all_of: Option<Vec<String>>,
    /// None of these.
    pub none_of: Option<Vec<String>>,
    /// Whether it has none at all.
    pub is_empty: Option<bool>,
}

impl SlugFilter {
    /// How many conditions it has.
    pub(super) fn parts(&self) -> usize {
        let single = [self.any_of.is_some(), self.none_of.is_some(), self.is_empty.is_some()];
        single.iter().filter(|it| **it).count() + self.all_of.as_ref().map_or(0, |all| all.len().min(ONE_BY_ONE))
    }

    /// All the slugs that it names.
    pub(super) fn slugs(&self) -> impl Iterator<Item = &String> {
        [&self.any_of, &self.all_of, &self.none_of].into_iter().flatten().flatten()
    }
}

/// The most conditions in one filter: a database takes only so many (SQLite: an expression 1,000 deep).
const MOST: usize = 200;

/// The most names in `all_of` that are a condition each; more of them are one together.
const ONE_BY_ONE: usize = 8;

/// Whether a filter may have so many conditions.
pub(super) fn check_parts(parts: usize) -> Result<(), Error> {
    if parts > MOST {
        return Err(Error::input(format!("The filter has {parts} conditions; it may have up to {MOST}.")));
    }
    Ok(())
}

/// From an instant on, and up to another one, which is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// This one or later.
    pub gte: Option<Timestamp>,
    /// Before this one.
    pub lt: Option<Timestamp>,
}

/// Numbers between two bounds, both of them included, or one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntRange {
    /// Just this one.
    pub eq: Option<i32>,
    /// This one or more.
    pub gte: Option<i32>,
    /// This one or less.
    pub lte: Option<i32>,
}

/// What rows have to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    Never,
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// The column holds one of these ids; there is at least one, and none twice.
    Ids(&'static str, Vec<i64>),
    /// The column holds one of these texts.
    Texts(&'static str, Vec<String>),
    /// The column holds a text from the first of these on, and before the second.
    Between(&'static str, String, String),
    /// The column holds a source of one of these kinds.
    SourceKinds(&'static str, Vec<String>),
    /// A summary has one of these tags.
    Tagged(Vec<i64>),
    /// The words of a summary match this expression of the text index.
    Matches(String),
    /// A summary has all of these tags.
    TaggedAll(Vec<i64>),
    /// An episode has one of these hashtags.
    Hashtagged(Vec<String>),
    /// An episode has all of these hashtags.
    HashtaggedAll(Vec<String>),
    /// `column comparison number`.
    Compare(&'static str, &'static str, i64),
    /// A fixed condition without values.
    Holds(&'static str),
}

/// A column with one name at most, in the table that a list is taken from.
#[derive(Clone, Copy)]
pub(super) struct NameColumn {
    pub(super) column: &'static str,
    /// What is true of the rows without a name; `None` where each row has one.
    pub(super) empty: Option<&'static str>,
}

/// Comparisons of instants.
const AT_LEAST: &str = " >= ";
const BELOW: &str = " < ";

/// Adds a part, once.
fn add(parts: &mut Vec<Condition>, part: Condition) {
    if !parts.contains(&part) {
        parts.push(part);
    }
}

impl Condition {
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::All(inner) => inner.into_iter().for_each(|part| add(&mut kept, part)),
                other => add(&mut kept, other),
            }
        }
        match kept.len() {
            0 => Self::Always,
            1 => kept.swap_remove(0),
            _ => Self::All(kept),
        }
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Any(inner) => inner.into_iter().for_each(|part| add(&mut kept, part)),
                other => add(&mut kept, other),
            }
        }
        match kept.len() {
            0 => Self::Never,
            1 => kept.swap_remove(0),
            _ => Self::Any(kept),
        }
    }

    pub(super) fn not(part: Self) -> Self {
        match part {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The column holds one of these.
    pub(super) fn ids(column: &'static str, mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { Self::Never } else { Self::Ids(column, ids) }
    }

    /// The column holds one of these; no list is no condition.
    pub(super) fn texts(column: &'static str, texts: Option<Vec<String>>) -> Self {
        match texts {
            None => Self::Always,
            Some(texts) if texts.is_empty() => Self::Never,
            Some(texts) => Self::Texts(column, texts),
        }
    }

    /// The column holds a slug that begins like that.
    pub(super) fn prefix(column: &'static str, prefix: &str) -> Self {
        let prefix = prefix.to_lowercase();
        if !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Self::Never;
        }
        // `{` is the byte behind `z`, and every byte of a slug comes before it.
        let end = format!("{prefix}{{");
        Self::Between(column, prefix, end)
    }

    /// The column holds a source of one of these kinds; no list is no condition.
    pub(super) fn source_kinds(column: &'static str, kinds: Option<Vec<String>>) -> Self {
        match kinds {
            None => Self::Always,
            Some(kinds) if kinds.is_empty() => Self::Never,
            Some(kinds) => Self::SourceKinds(column, kinds),
        }
    }

    pub(super) fn tagged(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() { Self::Never } else { Self::Tagged(ids) }
    }

    pub(super) fn time(column: &'static str, range: Option<TimeRange>) -> Self {
        let range = range.unwrap_or_default();
        let bound =
            |comparison, at: Option<Timestamp>| at.map_or(Self::Always, |at| Self::Compare(column, comparison, at.0));
        Self::all([bound(AT_LEAST, range.gte), bound(BELOW, range.lt)])
    }

    pub(super) fn number(column: &'static str, range: Option<IntRange>) -> Self {
        let range = range.unwrap_or_default();
        let bound = |comparison, number: Option<i32>| {
            number.map_or(Self::Always, |number| Self::Compare(column, comparison, number.into()))
        };
        Self::all([bound(" = ", range.eq), bound(" >= ", range.gte), bound(" <= ", range.lte)])
    }

    /// What a filter says of a column with one name at most.
    pub(super) fn named<T>(filter: Option<&SlugFilter>, names: &Named<T>, column: NameColumn) -> Self {
        let one_of = |ids| Self::ids(column.column, ids);
        // A column has one name: two different ones at once it never has.
        let all_of = |ids: Vec<i64>| if ids.len() > 1 { Self::Never } else { one_of(ids) };
        let is_empty = column.empty.map_or(Self::Never, Self::Holds);
        Self::slugs(filter, |slug| names.find(slug), one_of, all_of, is_empty)
    }

    /// What a filter says of a summary's tags.
    pub(super) fn tags<T>(filter: Option<&SlugFilter>, names: &Named<T>) -> Self {
        let untagged = "NOT EXISTS (SELECT 1 FROM summary_tag x WHERE x.summary_id = s.id)";
        let all_of = |ids: Vec<i64>| match ids.len() {
            // One by one, so that one of them may lead: see `split_tag`.
            0..=ONE_BY_ONE => Self::all(ids.into_iter().map(|id| Self::tagged(vec![id]))),
            _ => Self::TaggedAll(ids),
        };
        Self::slugs(filter, |slug| names.find(slug), Self::tagged, all_of, Self::Holds(untagged))
    }

    /// What a filter says of an episode's hashtags, in whatever spelling.
    pub(super) fn hashtags(filter: Option<&SlugFilter>) -> Self {
        let one_of = |mut hashtags: Vec<String>| {
            hashtags.sort_unstable();
            hashtags.dedup();
            if hashtags.is_empty() { Self::Never } else { Self::Hashtagged(hashtags) }
        };
        let key = |hashtag: &str| Some(Slug::of_tag(hashtag).match_key()).filter(|key| !key.is_empty());
        Self::slugs(filter, key, one_of, Self::HashtaggedAll, Self::Holds("e.hashtags = '[]'"))
    }

    fn slugs<K: Ord>(
        filter: Option<&SlugFilter>,
        find: impl Fn(&str) -> Option<K>,
        one_of: impl Fn(Vec<K>) -> Self,
        all_of: impl Fn(Vec<K>) -> Self,
        is_empty: Self,
    ) -> Self {
        let Some(filter) = filter else { return Self::Always };
        let known = |slugs: &Vec<String>| slugs.iter().filter_map(|slug| find(slug)).collect::<Vec<_>>();
        let any = filter.any_of.as_ref().map(|slugs| one_of(known(slugs)));
        let all = filter.all_of.as_ref().map(|slugs| {
            let found: Option<BTreeSet<K>> = slugs.iter().map(|slug| find(slug)).collect();
            match found {
                None => Self::Never,
                Some(found) if found.is_empty() => Self::Always,
                Some(found) => all_of(found.into_iter().collect()),
            }
        });
        let none = filter.none_of.as_ref().map(|slugs| Self::not(one_of(known(slugs))));
        let empty = filter.is_empty.map(|wanted| if wanted { is_empty } else { Self::not(is_empty) });
        Self::all(any.into_iter().chain(all).chain(none).chain(empty))
    }

    /// The one tag that all rows have to have, and what else they have to be like.
    pub(super) fn split_tag(&self) -> Option<(i64, Self)> {
        let parts = match self {
            Self::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let place = parts.iter().position(|part| matches!(part, Self::Tagged(ids) if ids.len() == 1))?;
        let Self::Tagged(ids) = &parts[place] else { return None };
        let rest = parts.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, part)| part.clone());
        Some((*ids.first()?, Self::all(rest)))
    }

    /// What it says of one column, said of another, which has the same values; but nothing inside of alternatives.
    pub(super) fn moved(self, from: &str, to: &'static str) -> Self {
        match self {
            Self::All(parts) => Self::All(parts.into_iter().map(|part| part.moved(from, to)).collect()),
            Self::Compare(column, comparison, number) if column == from => Self::Compare(to, comparison, number),
            other => other,
        }
    }

    /// The numbers that it leaves to this column, from the first on and before the last, where it bounds both ends.
    pub(super) fn range_of(&self, column: &str) -> Option<Range<i64>> {
        let Self::All(parts) = self else { return None };
        let bound = |wanted: &'static str| {
            parts.iter().filter_map(move |part| match part {
                Self::Compare(of, comparison, number) if *of == column && *comparison == wanted => Some(*number),
                _ => None,
            })
        };
        Some(bound(AT_LEAST).max()?..bound(BELOW).min()?)
    }

    /// Whether it compares this column, if anything.
    pub(super) fn is_about(&self, column: &str) -> bool {
        match self {
            Self::Always => true,
            Self::Compare(other, ..) => *other == column,
            Self::All(parts) => parts.iter().all(|part| part.is_about(column)),
            _ => false,
        }
    }

    /// As SQL, over a list's own aliases.
    pub(super) fn write(&self, sql: &mut Sql) {
        match self {
            Self::Always => drop(sql.push("TRUE")),
            Self::Never => drop(sql.push("FALSE")),
            Self::All(parts) => drop(sql.join(parts, " AND ", |sql, part| part.write(sql))),
            Self::Any(parts) => drop(sql.push("(").join(parts, " OR ", |sql, part| part.write_inside(sql)).push(")")),
            // A comparison with null is neither true nor false; what isn't true is false here.
            Self::Not(part) => {
                sql.push("NOT COALESCE((");
                part.write(sql);
                sql.push("), FALSE)");
            }
            Self::Ids(column, ids) => drop(sql.any_of(column, ids.clone())),
            Self::Texts(column, texts) => drop(sql.any_of(column, texts.clone())),
            Self::Between(column, from, to) => {
                sql.push(column).push(" >= ").bind(from.clone().into());
                sql.push(" AND ").push(column).push(" < ").bind(to.clone().into());
            }
            Self::SourceKinds(column, kinds) => {
                sql.push(column).push(" IN (SELECT k.id FROM source k WHERE ");
                sql.any_of("k.kind", kinds.clone()).push(")");
            }
            Self::Tagged(ids) => {
                sql.push("EXISTS (SELECT 1 FROM summary_tag x WHERE x.summary_id = s.id AND ");
                sql.any_of("x.tag_id", ids.clone()).push(")");
            }
            Self::Matches(expression) => drop(sql.is_match("s.id", expression)),
            Self::TaggedAll(ids) => {
                sql.push("(SELECT COUNT(*) FROM summary_tag x WHERE x.summary_id = s.id AND ");
                sql.any_of("x.tag_id", ids.clone()).push(") = ").bind(count(ids.len()).into());
            }
            Self::HashtaggedAll(hashtags) => {
                sql.push("(SELECT COUNT(*) FROM episode_hashtag x WHERE x.episode_id = e.id AND ");
                sql.any_of("x.hashtag", hashtags.clone()).push(") = ").bind(count(hashtags.len()).into());
            }
            Self::Hashtagged(hashtags) => {
                sql.push("EXISTS (SELECT 1 FROM episode_hashtag x WHERE x.episode_id = e.id AND ");
                sql.any_of("x.hashtag", hashtags.clone()).push(")");
            }
            Self::Compare(column, comparison, number) => {
                sql.push(column).push(comparison).bind((*number).into());
            }
            Self::Holds(condition) => drop(sql.push(condition)),
        }
    }

    fn write_inside(&self, sql: &mut Sql) {
        sql.push("(");
        self.write(sql);
        sql.push(")");
    }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_or_never_so_falls_away() {
        let some = || Condition::Holds("x");
        assert_eq!(Condition::all([Condition::Always, some()]), some());
        assert_eq!(Condition::all([some(), Condition::Never]), Condition::Never);
        assert_eq!(Condition::any([Condition::Never, some()]), some());
        assert_eq!(Condition::any([]), Condition::Never);
        assert_eq!(Condition::not(Condition::not(some())), some());
        assert_eq!(Condition::ids("c", vec![2, 1, 2]), Condition::Ids("c", vec![1, 2]));
        assert_eq!(Condition::ids("c", vec![]), Condition::Never);
    }

    #[test]
    fn a_tag_that_every_row_has_can_be_told() {
        let source = Condition::Ids("s.source_id", vec![4]);
        let both = Condition::all([source.clone(), Condition::tagged(vec![7])]);
        assert_eq!(both.split_tag(), Some((7, source.clone())));
        assert_eq!(Condition::tagged(vec![7]).split_tag(), Some((7, Condition::Always)));
        assert_eq!(Condition::any([source, Condition::tagged(vec![7])]).split_tag(), None);
    }

    #[test]
    fn what_is_said_of_a_date_can_be_said_of_the_same_date_elsewhere() {
        let since = |column| Condition::Compare(column, " >= ", 7);
        let source = Condition::Ids("s.source_id", vec![4]);
        let moved = Condition::all([since("s.sort_at"), source.clone()]).moved("s.sort_at", "t.published_at");
        assert_eq!(moved, Condition::all([since("t.published_at"), source]));
        assert!(!moved.is_about("t.published_at"));
        assert!(since("t.published_at").is_about("t.published_at") && Condition::Always.is_about("t.published_at"));
    }
}

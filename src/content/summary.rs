//! Summaries, as they are read: lists under a filter, and single ones. Readers see what is published,
//! and nothing else.

mod rows;

pub(super) use rows::Bare;

use std::{collections::HashMap, sync::Arc};

use entity::summary::{Column, Model};

use super::{
    Columns, Direction, Error, Nested, Page, PageArgs, PageProjection, Reading, SummaryFilter,
    category::{CategoryNode, CategoryProjection},
    columns::readable,
    counters,
    cursor::OrderTag,
    episode::{Episode, EpisodeBy, EpisodeProjection},
    error::stored,
    filter::Condition,
    list::Above,
    nested::Below,
    page::Total,
    scan::{From, Scan},
    selected::Selected,
    source::{SourceNode, SourceProjection},
    tag::{TagNode, TagProjection},
};
use crate::{db::Sql, text::search::Query};

pub use entity::summary::Column as SummaryColumn;

readable!(summary:
    Id id, EpisodeId episode_id, SourceId source_id, SeriesId series_id, Language language, IsOriginal is_original,
    IsPrimary is_primary,
    Slug slug, Title title, TitleKey title_key, SortAt sort_at, Tldr tldr, KeyPoints key_points,
    CategoryId category_id, Status status, Origin origin, Model model, PromptVersion prompt_version,
    InputHash input_hash, InputVersion input_version, Edited edited, PublishedAt published_at, Revision revision,
    WordsVersion words_version, CreatedAt created_at,
    UpdatedAt updated_at,
);

/// A summary, with what was asked for of it.
#[derive(Debug, Default)]
pub struct Summary {
    /// Its row; columns that nobody asked for hold defaults.
    pub it: Box<Model>,
    /// Where its episode was published.
    pub source: Option<Arc<SourceNode>>,
    /// The shelf it stands on.
    pub category: Option<Arc<CategoryNode>>,
    /// Sorted by slug.
    pub tags: Vec<Arc<TagNode>>,
    /// What it sums up.
    pub episode: Option<Arc<Episode>>,
    /// The same in other languages.
    pub translations: Vec<Arc<Summary>>,
    /// Others that share rare tags or words of the title: a list for each one of the projection.
    pub related: Vec<Vec<Arc<Summary>>>,
    /// Its long text as Markdown, where it has one, and how many tokens that is, if that was counted and wanted.
    pub body: Option<(String, Option<i32>)>,
    /// How well it matches `filter.text` of its list, in billionths. `None` where the list has none.
    pub score: Option<i64>,
    /// Where it does, in Markdown: see [`crate::text::search::Query::highlights`].
    pub highlights: Vec<String>,
}

impl Summary {
    /// What to remember of it.
    pub fn key_points(&self) -> Result<Vec<String>, Error> {
        stored(&self.it.key_points)
    }

    fn highlights(&self, query: &Query) -> Result<Vec<String>, Error> {
        Ok(query.highlights(&self.it.title, &self.it.tldr, &self.key_points()?, &self.it.language))
    }
}

/// What to read of each summary.
#[derive(Debug, Default)]
pub struct SummaryProjection {
    /// Of its own row.
    pub columns: Columns<Column>,
    /// What is wanted of its source.
    pub source: Option<Box<SourceProjection>>,
    /// What is wanted of its category.
    pub category: Option<CategoryProjection>,
    /// What is wanted of its tags.
    pub tags: Option<TagProjection>,
    /// What is wanted of its episode.
    pub episode: Option<Box<EpisodeProjection>>,
    /// What is wanted of its translations.
    pub translations: Option<Box<SummaryProjection>>,
    /// What is wanted of so many related ones.
    pub related: Vec<Nested<usize, SummaryProjection>>,
    /// Whether its long text is wanted, and whether the number of its tokens is.
    pub body: Option<BodyProjection>,
    /// What is wanted to know of how it matches `filter.text`.
    pub matched: Matched,
}

/// What is wanted of the long text of a summary, beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct BodyProjection {
    /// How many tokens it is, if that was counted.
    pub tokens: bool,
}

/// What is wanted to know of how a summary matches the text of its list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Matched {
    /// How well.
    pub score: bool,
    /// Where.
    pub highlights: bool,
}

/// What summaries are sorted by. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SummaryOrder {
    /// When they were published.
    #[default]
    PublishedAt,
    /// When they last changed.
    UpdatedAt,
    /// Their titles, case apart.
    Title,
    /// How well they match `filter.text`; without that, when they were published.
    Relevance,
}

/// Which list of summaries, and which page of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryList {
    /// Which summaries.
    pub filter: SummaryFilter,
    /// What they are sorted by.
    pub order: SummaryOrder,
    /// Which way.
    pub direction: Direction,
    /// Which part.
    pub page: PageArgs,
}

/// Which summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummaryBy {
    /// Its number.
    Id(i64),
    /// Its name in addresses.
    Slug(String),
    /// The one in the original language of this episode, else its first.
    Episode(EpisodeBy),
}

/// What readers see.
pub(super) const PUBLISHED: &str = "s.status = 'PUBLISHED'";

impl SummaryList {
    /// Whether there can be such a list, whatever is in it.
    pub fn check(&self) -> Result<(), Error> {
        self.filter.check()?;
        let scan = match self.filter.wanted_words()? {
            None => scan(Condition::Never, self.order, self.direction),
            Some(_) => scan_matches(String::new(), Condition::Never, self.order, self.direction),
        };
        scan.check(&self.page)
    }
}

impl Reading {
    /// A page of the published summaries that the filter lets through.
    pub async fn list_summaries(
        &self,
        list: &SummaryList,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<Page<Summary>, Error> {
        list.check()?;
        let (found, condition) = list.filter.resolve_found(self).await?;
        let kept = if wanted.total && found.is_none() { counters::total(&condition) } else { None };
        let total = kept.unwrap_or_else(|| Total::counted(wanted.total));
        let scan = match &found {
            None => scan_by_tag(condition, list.order, list.direction),
            Some(found) => scan_matches(found.expression.clone(), condition, list.order, list.direction),
        };
        let mut page = self.list(&scan, &list.page, wanted, &total).await?;
        page.facets = self.facets(&list.filter, None, &wanted.facets).await?.remove(&0).unwrap_or_default();
        self.show_matches([&mut page], &list.filter, wanted).await?;
        Ok(page)
    }

    /// A page of the published summaries of each of these parents, which that column names.
    pub(super) async fn summaries_below(
        &self,
        column: &'static str,
        parents: &[i64],
        list: &SummaryList,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<HashMap<i64, Page<Summary>>, Error> {
        if parents.is_empty() || !wanted.is_wanted(list.page.size) {
            return Ok(HashMap::new());
        }
        let (found, condition) = list.filter.resolve_found(self).await?;
        let scan = match &found {
            None => scan(condition, list.order, list.direction),
            Some(found) => scan_matches(found.expression.clone(), condition, list.order, list.direction),
        };
        let below = Below::column(column, parents);
        let mut pages = self.list_below(&below, &scan, &list.page, wanted, None).await?;
        for (parent, facets) in self.facets(&list.filter, Some(&below), &wanted.facets).await? {
            pages.entry(parent).or_default().facets = facets;
        }
        self.show_matches(pages.values_mut(), &list.filter, wanted).await?;
        Ok(pages)
    }

    /// A page of rows with names, and one of the published summaries of each of them, which that column names: in one
    /// statement, where that can be.
    pub(super) async fn summaries_along(
        &self,
        above: &Above<'_>,
        column: &'static str,
        list: &SummaryList,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<Option<(Page<i64>, HashMap<i64, Page<Summary>>)>, Error> {
        // Facets, and what is found by words, have more around them.
        if list.filter.has_text() || !wanted.facets.is_empty() || !self.may_come_along(&list.page, wanted) {
            return Ok(None);
        }
        let Some(condition) = list.filter.resolve_known(self).await? else { return Ok(None) };
        let scan = scan(condition, list.order, list.direction);
        self.list_along(above, column, &scan, &list.page, wanted).await
    }

    /// Says of each summary how well it matches and where, as far as anyone wants to know: one statement.
    pub(super) async fn show_matches(
        &self,
        pages: impl IntoIterator<Item = &mut Page<Summary>>,
        filter: &SummaryFilter,
        wanted: &PageProjection<SummaryProjection>,
    ) -> Result<(), Error> {
        let Matched { score, highlights } = wanted.rows.as_ref().map(|rows| rows.matched).unwrap_or_default();
        if !score && !highlights || !filter.has_text() {
            return Ok(());
        }
        let found = filter.found(self.dialect())?;
        let mut summaries: Vec<&mut Summary> =
            pages.into_iter().flat_map(|page| page.edges.iter_mut().map(|edge| &mut edge.row)).collect();
        let mut scores = HashMap::new();
        if let Some(found) = found.as_ref().filter(|_| score && !summaries.is_empty()) {
            let mut sql = self.sql();
            sql.push("SELECT m.id, m.score FROM ").matches(&found.expression).push(" WHERE ");
            sql.any_of("m.id", summaries.iter().map(|it| it.it.id).collect());
            for row in self.rows(sql).await? {
                scores.insert(row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<i64>(1)?);
            }
        }
        for summary in &mut summaries {
            summary.score = score.then(|| scores.get(&summary.it.id).copied().unwrap_or_default());
            if let Some(found) = found.as_ref().filter(|_| highlights) {
                summary.highlights = summary.highlights(&found.query)?;
            }
        }
        Ok(())
    }

    /// All the published summaries of these episodes, the original language first.
    pub(super) async fn summaries_of(
        &self,
        mut episodes: Vec<i64>,
        wanted: &SummaryProjection,
    ) -> Result<HashMap<i64, Vec<Summary>>, Error> {
        episodes.sort_unstable();
        episodes.dedup();
        let mut found: HashMap<i64, Vec<Summary>> = HashMap::new();
        if episodes.is_empty() {
            return Ok(found);
        }
        let mut sql = self.sql();
        sql.push("SELECT s.episode_id");
        wanted.select(&mut sql);
        from_published(&mut sql).any_of("s.episode_id", episodes);
        sql.push(" ORDER BY s.is_original DESC, s.id");
        for (episode, summary) in self.numbered(sql, wanted).await? {
            found.entry(episode).or_default().push(summary);
        }
        Ok(found)
    }

    /// One published summary.
    pub async fn find_summary(&self, by: &SummaryBy, wanted: &SummaryProjection) -> Result<Option<Summary>, Error> {
        let (is_it, value, rest) = match by {
            SummaryBy::Id(id) => ("s.id = ", (*id).into(), ""),
            SummaryBy::Slug(slug) => ("s.slug = ", slug.clone().into(), ""),
            SummaryBy::Episode(by) => {
                let Some(episode) = self.find_episode(by, &EpisodeProjection::only_id()).await? else {
                    return Ok(None);
                };
                ("s.episode_id = ", episode.it.id.into(), " ORDER BY s.is_original DESC, s.id LIMIT 1")
            }
        };
        let from = |sql: &mut Sql| {
            from_published(sql).push(is_it).bind(value).push(rest);
        };
        Ok(self.look_up("s.id", wanted, from).await?.pop().map(|(_, summary)| summary))
    }

    /// The published summaries with these numbers, in no order.
    pub async fn load_summaries(
        &self,
        ids: Vec<i64>,
        wanted: &SummaryProjection,
    ) -> Result<Vec<(i64, Summary)>, Error> {
        let from = |sql: &mut Sql| {
            from_published(sql).any_of("s.id", ids);
        };
        self.look_up("s.id", wanted, from).await
    }
}

/// Begins where published ones are looked up: a condition follows.
fn from_published(sql: &mut Sql) -> &mut Sql {
    sql.push(" FROM summary s WHERE ").push(PUBLISHED).push(" AND ")
}

/// Published summaries under a condition, in an order.
pub(super) fn scan(condition: Condition, order: SummaryOrder, direction: Direction) -> Scan {
    let (key, key_is_text, letter) = match order {
        SummaryOrder::PublishedAt | SummaryOrder::Relevance => ("s.sort_at", false, b'p'),
        SummaryOrder::UpdatedAt => ("s.updated_at", false, b'u'),
        SummaryOrder::Title => ("s.title_key", true, b't'),
    };
    Scan {
        from: From::Table("summary s"),
        key,
        key_is_text,
        id: "s.id",
        direction,
        tag: OrderTag::new(b's', letter, direction),
        condition: Condition::all([Condition::Holds(PUBLISHED), condition]),
    }
}

/// When a tag's summary was published.
const BY_TAG: &str = "t.published_at";

/// The same; but where they all have one tag, and by date, they are read off that tag's own index.
pub(super) fn scan_by_tag(condition: Condition, order: SummaryOrder, direction: Direction) -> Scan {
    let split =
        if matches!(order, SummaryOrder::PublishedAt | SummaryOrder::Relevance) { condition.split_tag() } else { None };
    let plain = scan(condition, order, direction);
    let Some((tag, rest)) = split else { return plain };
    let joined = "t.published_at IS NOT NULL AND s.id = t.summary_id";
    Scan {
        from: From::Tag,
        key: BY_TAG,
        id: "t.summary_id",
        condition: Condition::all([
            Condition::ids("t.tag_id", vec![tag]),
            Condition::Holds(joined),
            rest.moved(plain.key, BY_TAG),
        ]),
        ..plain
    }
}

/// Their dates and ids alone, the newest first. The index of a tag has both, so that no summary is looked at, unless the
/// condition asks something else of it.
pub(super) fn dates_by_tag(condition: Condition) -> Scan {
    let (order, direction) = (SummaryOrder::PublishedAt, Direction::Desc);
    let split = condition.split_tag().map(|(tag, rest)| (tag, rest.moved("s.sort_at", BY_TAG)));
    match split {
        Some((tag, rest)) if rest.is_about(BY_TAG) => Scan {
            from: From::Table("summary_tag t"),
            key: BY_TAG,
            id: "t.summary_id",
            condition: Condition::all([
                Condition::ids("t.tag_id", vec![tag]),
                Condition::Holds("t.published_at IS NOT NULL"),
                rest,
            ]),
            ..scan(Condition::Always, order, direction)
        },
        _ => scan_by_tag(condition, order, direction),
    }
}

/// The same, found by way of the text index.
pub(super) fn scan_matches(
    expression: String,
    condition: Condition,
    order: SummaryOrder,
    direction: Direction,
) -> Scan {
    let plain = scan(condition, order, direction);
    let mut matches = Scan {
        from: From::Matches(expression),
        condition: Condition::all([Condition::Holds("s.id = m.id"), plain.condition]),
        ..plain
    };
    if order == SummaryOrder::Relevance {
        matches.key = "m.score";
        matches.tag = OrderTag::new(b's', b'r', direction);
    }
    matches
}

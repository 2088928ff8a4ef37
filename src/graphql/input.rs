//! What callers give: filters, orders and pages, and what content makes of them. Look-ups stand in `lookup`.
//!
//! An argument list is an input object whose fields become the arguments of a field.

use async_graphql::InputObject;

use super::{
    cost::{Asks, FIGURE},
    kind::{
        EpisodeKind, EpisodeOrderField, OrderDirection, SourceKind, SummaryOrderField, SummaryOrigin, SummaryStatus,
    },
    scalar::{DateTime, LanguageTag, TimeZone},
};
use crate::content::{self, Error, PageArgs, days::DayList, episode::EpisodeList, summary::SummaryList};

/// The arguments of every paged field.
#[derive(Debug, InputObject)]
pub struct PageInput {
    /// How many at most, counted from the beginning: 0 to 100, 20 where neither `first` nor `last` is given.
    first: Option<i32>,
    /// A cursor: only what comes behind it.
    after: Option<String>,
    /// How many at most, counted from the end: 0 to 100. Not together with `first`.
    last: Option<i32>,
    /// A cursor: only what comes before it.
    before: Option<String>,
}

impl Asks for PageInput {
    fn rows(&self) -> u64 {
        let most = u64::try_from(PageArgs::MOST).unwrap_or(u64::MAX);
        match self.first.or(self.last) {
            Some(asked) => u64::try_from(asked).unwrap_or_default().min(most),
            None => u64::try_from(PageArgs::USUAL).unwrap_or(most),
        }
    }
}

/// What it costs to look for words, where a filter has any.
pub(super) fn search(filter: Option<&SummaryFilter>) -> u64 {
    if filter.is_some_and(SummaryFilter::has_text) { FIGURE } else { 0 }
}

impl TryFrom<PageInput> for PageArgs {
    type Error = Error;

    fn try_from(PageInput { first, after, last, before }: PageInput) -> Result<Self, Error> {
        Self::new(first, after, last, before)
    }
}

/// The arguments of every list of summaries.
#[derive(Debug, InputObject)]
pub struct SummariesArgs {
    /// Which summaries; all of them where it is left out.
    filter: Option<SummaryFilter>,
    /// The newest first where it is left out.
    order_by: Option<SummaryOrder>,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for SummariesArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }

    fn work(&self) -> u64 {
        search(self.filter.as_ref())
    }
}

impl TryFrom<SummariesArgs> for SummaryList {
    type Error = Error;

    fn try_from(SummariesArgs { filter, order_by, page }: SummariesArgs) -> Result<Self, Error> {
        let SummaryOrder { field, direction } = order_by.unwrap_or_default();
        let filter = filter.unwrap_or_default().into();
        Ok(Self { filter, order: field.into(), direction: direction.into(), page: page.try_into()? })
    }
}

/// The arguments of every count of summaries.
#[derive(Debug, InputObject)]
pub struct CountArgs {
    /// Which of them; all where it is left out.
    filter: Option<SummaryFilter>,
}

impl Asks for CountArgs {
    fn work(&self) -> u64 {
        FIGURE + search(self.filter.as_ref())
    }
}

impl From<CountArgs> for content::SummaryFilter {
    fn from(CountArgs { filter }: CountArgs) -> Self {
        filter.unwrap_or_default().into()
    }
}

/// The arguments of a list of days.
#[derive(Debug, InputObject)]
pub struct DaysArgs {
    /// Of which summaries; of all where it is left out.
    filter: Option<SummaryFilter>,
    /// The time zone in which a day begins at midnight.
    #[graphql(default)]
    time_zone: TimeZone,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for DaysArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }

    fn work(&self) -> u64 {
        search(self.filter.as_ref())
    }
}

impl TryFrom<DaysArgs> for DayList {
    type Error = Error;

    fn try_from(DaysArgs { filter, time_zone, page }: DaysArgs) -> Result<Self, Error> {
        Ok(Self { filter: filter.unwrap_or_default().into(), zone: time_zone.0, page: page.try_into()? })
    }
}

/// The arguments of every list of episodes.
#[derive(Debug, InputObject)]
pub struct EpisodesArgs {
    /// Which episodes; all of them where it is left out.
    filter: Option<EpisodeFilter>,
    /// The newest first where it is left out.
    order_by: Option<EpisodeOrder>,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for EpisodesArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }
}

impl TryFrom<EpisodesArgs> for EpisodeList {
    type Error = Error;

    fn try_from(EpisodesArgs { filter, order_by, page }: EpisodesArgs) -> Result<Self, Error> {
        let EpisodeOrder { field, direction } = order_by.unwrap_or_default();
        let filter = filter.unwrap_or_default().into();
        Ok(Self { filter, order: field.into(), direction: direction.into(), page: page.try_into()? })
    }
}

/// Which names (tags, categories, sources, series), by slug. All the parts given must hold; tags may be
/// named by their aliases. An empty `anyOf` lets nothing through.
#[derive(Debug, InputObject)]
pub struct SlugFilter {
    /// Has at least one of these (OR).
    any_of: Option<Vec<String>>,
    /// Has each of these (AND).
    all_of: Option<Vec<String>>,
    /// Has none of these (NOT).
    none_of: Option<Vec<String>>,
    /// `true`: has none at all. `false`: has at least one.
    is_empty: Option<bool>,
}

impl From<SlugFilter> for content::SlugFilter {
    fn from(SlugFilter { any_of, all_of, none_of, is_empty }: SlugFilter) -> Self {
        Self { any_of, all_of, none_of, is_empty }
    }
}

/// From one instant on, and up to another one.
#[derive(Debug, InputObject)]
pub struct DateTimeFilter {
    /// This instant or later.
    gte: Option<DateTime>,
    /// Before this instant.
    lt: Option<DateTime>,
}

impl From<DateTimeFilter> for content::TimeRange {
    fn from(DateTimeFilter { gte, lt }: DateTimeFilter) -> Self {
        Self { gte: gte.map(|it| it.0), lt: lt.map(|it| it.0) }
    }
}

/// One number, or a range of them. All the parts given must hold.
#[derive(Debug, InputObject)]
pub struct IntFilter {
    /// Just this number.
    eq: Option<i32>,
    /// This number or more.
    gte: Option<i32>,
    /// This number or less.
    lte: Option<i32>,
}

impl From<IntFilter> for content::IntRange {
    fn from(IntFilter { eq, gte, lte }: IntFilter) -> Self {
        Self { eq, gte, lte }
    }
}

/// Which summaries. All the parts given must hold; a list is met by any of its members, and an empty list
/// by nothing.
#[derive(Debug, Default, InputObject)]
pub struct SummaryFilter {
    /// Each of these must hold too.
    and: Option<Vec<SummaryFilter>>,
    /// At least one of these must hold too.
    or: Option<Vec<SummaryFilter>>,
    /// This must not hold.
    not: Option<Box<SummaryFilter>>,
    /// Words in title, tldr, key points and body: `words` (each of them, in any form), `"a phrase"`,
    /// `-without`, `prefix*`. At most 1,000 characters and 32 terms. Blank is as if it were left out; a text
    /// without any word finds nothing.
    text: Option<String>,
    /// `true`: only one summary a story, in the original language, of the first of the episodes that tell
    /// the same.
    primary_only: Option<bool>,
    /// By their tags: `{anyOf: ["backend", "databases"]}`.
    tags: Option<SlugFilter>,
    /// By their category. `{isEmpty: true}` finds those that nobody has put in one.
    categories: Option<SlugFilter>,
    /// By their source.
    sources: Option<SlugFilter>,
    /// By the series of their episode.
    series: Option<SlugFilter>,
    /// By the language they are written in: one of these, exactly (`pt` does not find `pt-BR`).
    languages: Option<Vec<LanguageTag>>,
    /// By the kind of their source.
    source_kinds: Option<Vec<SourceKind>>,
    /// By who wrote them.
    origins: Option<Vec<SummaryOrigin>>,
    /// By how far they have come. What isn't PUBLISHED is seen by nobody yet, so that a list without it
    /// finds nothing.
    statuses: Option<Vec<SummaryStatus>>,
    /// By when they were published.
    published_at: Option<DateTimeFilter>,
    /// By when they last changed.
    updated_at: Option<DateTimeFilter>,
}

impl SummaryFilter {
    /// Whether it looks for words anywhere.
    fn has_text(&self) -> bool {
        let inner = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        self.text.is_some() || inner.into_iter().any(Self::has_text)
    }
}

impl From<SummaryFilter> for content::SummaryFilter {
    fn from(filter: SummaryFilter) -> Self {
        Self {
            and: each(filter.and),
            or: each(filter.or),
            not: filter.not.map(|it| Box::new((*it).into())),
            text: filter.text,
            primary_only: filter.primary_only.unwrap_or_default(),
            tags: filter.tags.map(Into::into),
            categories: filter.categories.map(Into::into),
            sources: filter.sources.map(Into::into),
            series: filter.series.map(Into::into),
            languages: tags_of(filter.languages),
            source_kinds: each(filter.source_kinds),
            origins: each(filter.origins),
            statuses: each(filter.statuses),
            published_at: filter.published_at.map(Into::into),
            updated_at: filter.updated_at.map(Into::into),
        }
    }
}

/// Which episodes. All the parts given must hold; a list is met by any of its members, and an empty list
/// by nothing.
#[derive(Debug, Default, InputObject)]
pub struct EpisodeFilter {
    /// Each of these must hold too.
    and: Option<Vec<EpisodeFilter>>,
    /// At least one of these must hold too.
    or: Option<Vec<EpisodeFilter>>,
    /// This must not hold.
    not: Option<Box<EpisodeFilter>>,
    /// By their source.
    sources: Option<SlugFilter>,
    /// By their series. `{isEmpty: true}` finds those that are in none.
    series: Option<SlugFilter>,
    /// By their hashtags, without `#`, in whatever spelling: `EventDriven` finds `event-driven`.
    hashtags: Option<SlugFilter>,
    /// By what one does with them.
    kinds: Option<Vec<EpisodeKind>>,
    /// By their language: one of these, exactly.
    languages: Option<Vec<LanguageTag>>,
    /// By their number within their series.
    number: Option<IntFilter>,
    /// By when they were published.
    published_at: Option<DateTimeFilter>,
    /// Whether there is a published summary of them.
    has_summary: Option<bool>,
}

impl From<EpisodeFilter> for content::EpisodeFilter {
    fn from(filter: EpisodeFilter) -> Self {
        Self {
            and: each(filter.and),
            or: each(filter.or),
            not: filter.not.map(|it| Box::new((*it).into())),
            sources: filter.sources.map(Into::into),
            series: filter.series.map(Into::into),
            hashtags: filter.hashtags.map(Into::into),
            kinds: each(filter.kinds),
            languages: tags_of(filter.languages),
            number: filter.number.map(Into::into),
            published_at: filter.published_at.map(Into::into),
            has_summary: filter.has_summary,
        }
    }
}

fn each<T: Into<U>, U>(items: Option<Vec<T>>) -> Option<Vec<U>> {
    items.map(|items| items.into_iter().map(Into::into).collect())
}

fn tags_of(languages: Option<Vec<LanguageTag>>) -> Option<Vec<String>> {
    languages.map(|tags| tags.iter().map(|tag| tag.0.to_string()).collect())
}

/// What summaries are sorted by, and which way.
#[derive(Debug, Default, InputObject)]
pub struct SummaryOrder {
    /// What they are sorted by.
    #[graphql(default_with = "SummaryOrderField::PublishedAt")]
    pub(super) field: SummaryOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    pub(super) direction: OrderDirection,
}

/// What episodes are sorted by, and which way.
#[derive(Debug, Default, InputObject)]
pub struct EpisodeOrder {
    /// What they are sorted by.
    #[graphql(default_with = "EpisodeOrderField::PublishedAt")]
    pub(super) field: EpisodeOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    pub(super) direction: OrderDirection,
}

//! Which episodes: the filter, and what it comes to once its names are looked up.

use super::{
    EpisodeKind, Error, IntRange, Reading, SlugFilter, TimeRange,
    catalogue::Names,
    filter::{self, Condition, NameColumn},
};

/// All the parts that are there must hold. A list is met by any of its members; an empty one by nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpisodeFilter {
    /// Each of these must hold too.
    pub and: Option<Vec<EpisodeFilter>>,
    /// At least one of these must hold too.
    pub or: Option<Vec<EpisodeFilter>>,
    /// This must not hold.
    pub not: Option<Box<EpisodeFilter>>,
    /// Its source, by slug.
    pub sources: Option<SlugFilter>,
    /// Its series, by slug.
    pub series: Option<SlugFilter>,
    /// Its hashtags, in whatever spelling: `EventDriven` and `event-driven` are one.
    pub hashtags: Option<SlugFilter>,
    /// Text, sound or pictures: one of these.
    pub kinds: Option<Vec<EpisodeKind>>,
    /// Its language: one of these.
    pub languages: Option<Vec<String>>,
    /// Its number within the series.
    pub number: Option<IntRange>,
    /// When it was published.
    pub published_at: Option<TimeRange>,
    /// Whether there is a published summary of it.
    pub has_summary: Option<bool>,
}

const SOURCE: NameColumn = NameColumn { column: "e.source_id", empty: None };
const SERIES: NameColumn = NameColumn { column: "e.series_id", empty: Some("e.series_id IS NULL") };
const HAS_SUMMARY: &str = "EXISTS (SELECT 1 FROM summary x WHERE x.episode_id = e.id AND x.status = 'PUBLISHED')";

impl EpisodeFilter {
    /// What it comes to.
    pub(super) async fn resolve(&self, reading: &Reading) -> Result<Condition, Error> {
        self.check()?;
        let names = reading.names_of_input(|names| self.is_known(names)).await?;
        Ok(self.condition(&names))
    }

    /// The same, where its names are known: that asks nobody.
    pub(super) async fn resolve_known(&self, reading: &Reading) -> Result<Option<Condition>, Error> {
        let names = reading.names_if(|names| self.is_known(names)).await?;
        Ok(names.map(|names| self.condition(&names)))
    }

    /// Whether there can be such a filter, whatever its names are.
    pub fn check(&self) -> Result<(), Error> {
        filter::check_parts(self.parts())
    }

    /// How many conditions it has at most.
    fn parts(&self) -> usize {
        let inner = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        let slugs = [&self.sources, &self.series, &self.hashtags];
        let own = [
            self.kinds.is_some(),
            self.languages.is_some(),
            self.number.is_some(),
            self.published_at.is_some(),
            self.has_summary.is_some(),
        ];
        inner.map(|it| it.parts().max(1)).sum::<usize>()
            + slugs.into_iter().flatten().map(SlugFilter::parts).sum::<usize>()
            + own.iter().filter(|it| **it).count()
    }

    fn is_known(&self, names: &Names) -> bool {
        let inner = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        self.sources.iter().flat_map(SlugFilter::slugs).all(|slug| names.sources.find(slug).is_some())
            && self.series.iter().flat_map(SlugFilter::slugs).all(|slug| names.series.find(slug).is_some())
            && inner.into_iter().all(|filter| filter.is_known(names))
    }

    fn condition(&self, names: &Names) -> Condition {
        let each = |filters: &Option<Vec<Self>>| {
            filters.as_ref().map(|filters| filters.iter().map(|it| it.condition(names)).collect::<Vec<_>>())
        };
        let kinds = self.kinds.as_ref().map(|them| them.iter().map(|it| it.as_str().to_owned()).collect());
        let has_summary = match self.has_summary {
            None => Condition::Always,
            Some(true) => Condition::Holds(HAS_SUMMARY),
            Some(false) => Condition::not(Condition::Holds(HAS_SUMMARY)),
        };
        Condition::all([
            each(&self.and).map_or(Condition::Always, Condition::all),
            each(&self.or).map_or(Condition::Always, Condition::any),
            self.not.as_ref().map_or(Condition::Always, |it| Condition::not(it.condition(names))),
            Condition::named(self.sources.as_ref(), &names.sources, SOURCE),
            Condition::named(self.series.as_ref(), &names.series, SERIES),
            Condition::hashtags(self.hashtags.as_ref()),
            Condition::texts("e.kind", kinds),
            Condition::texts("e.language", self.languages.clone()),
            Condition::number("e.number", self.number),
            Condition::time("e.published_at", self.published_at),
            has_summary,
        ])
    }
}

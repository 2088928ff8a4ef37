//! Which summaries: the filter, and what it comes to once its names are looked up.

use super::{
    Error, Reading, SlugFilter, SourceKind, SummaryOrigin, TimeRange,
    catalogue::Names,
    filter::{Condition, NameColumn},
};

/// All the parts that are there must hold. A list is met by any of its members; an empty one by nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryFilter {
    /// Each of these must hold too.
    pub and: Option<Vec<SummaryFilter>>,
    /// At least one of these must hold too.
    pub or: Option<Vec<SummaryFilter>>,
    /// This must not hold.
    pub not: Option<Box<SummaryFilter>>,
    /// Its tags, by slug or alias.
    pub tags: Option<SlugFilter>,
    /// Its category, by slug.
    pub categories: Option<SlugFilter>,
    /// Its source, by slug.
    pub sources: Option<SlugFilter>,
    /// Its episode's series, by slug.
    pub series: Option<SlugFilter>,
    /// Its language: one of these.
    pub languages: Option<Vec<String>>,
    /// The kind of its source: one of these.
    pub source_kinds: Option<Vec<SourceKind>>,
    /// Who wrote it: one of these.
    pub origins: Option<Vec<SummaryOrigin>>,
    /// When it was published.
    pub published_at: Option<TimeRange>,
    /// When it last changed.
    pub updated_at: Option<TimeRange>,
}

pub(super) const SOURCE: NameColumn = NameColumn { column: "s.source_id", empty: None };
pub(super) const SERIES: NameColumn = NameColumn { column: "s.series_id", empty: Some("s.series_id IS NULL") };
pub(super) const CATEGORY: NameColumn = NameColumn { column: "s.category_id", empty: Some("s.category_id IS NULL") };
pub(super) const LANGUAGE: &str = "s.language";

impl SummaryFilter {
    /// What it comes to.
    pub(super) async fn resolve(&self, reading: &Reading) -> Result<Condition, Error> {
        let names = reading.names_of_input(|names| self.is_known(names)).await?;
        self.condition(&names).bounded()
    }

    fn is_known(&self, names: &Names) -> bool {
        let inner = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        let known = |filter: &Option<SlugFilter>, find: &dyn Fn(&str) -> Option<i64>| {
            filter.iter().flat_map(SlugFilter::slugs).all(|slug| find(slug).is_some())
        };
        known(&self.tags, &|slug| names.tags.find(slug))
            && known(&self.categories, &|slug| names.categories.find(slug))
            && known(&self.sources, &|slug| names.sources.find(slug))
            && known(&self.series, &|slug| names.series.find(slug))
            && inner.into_iter().all(|filter| filter.is_known(names))
    }

    fn condition(&self, names: &Names) -> Condition {
        let each = |filters: &Option<Vec<Self>>| {
            filters.as_ref().map(|filters| filters.iter().map(|it| it.condition(names)).collect::<Vec<_>>())
        };
        let kinds = self.source_kinds.as_ref().map(|them| them.iter().map(|it| it.as_str().to_owned()).collect());
        let origins = self.origins.as_ref().map(|them| them.iter().map(|it| it.as_str().to_owned()).collect());
        Condition::all([
            each(&self.and).map_or(Condition::Always, Condition::all),
            each(&self.or).map_or(Condition::Always, Condition::any),
            self.not.as_ref().map_or(Condition::Always, |it| Condition::not(it.condition(names))),
            Condition::tags(self.tags.as_ref(), &names.tags),
            Condition::named(self.categories.as_ref(), &names.categories, CATEGORY),
            Condition::named(self.sources.as_ref(), &names.sources, SOURCE),
            Condition::named(self.series.as_ref(), &names.series, SERIES),
            Condition::texts(LANGUAGE, self.languages.clone()),
            Condition::source_kinds(SOURCE.column, kinds),
            Condition::texts("s.origin", origins),
            Condition::time("s.sort_at", self.published_at),
            Condition::time("s.updated_at", self.updated_at),
        ])
    }
}

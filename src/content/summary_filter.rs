//! Which summaries: the filter, and what it comes to once its names are looked up.

use super::{
    Error, Reading, SlugFilter, SourceKind, SummaryOrigin, SummaryStatus, TimeRange,
    catalogue::Names,
    filter::{self, Condition, NameColumn},
};
use crate::{
    db::{Dialect, full_text::Match},
    text::search::Query,
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
    /// Words that it has: `words`, `"a phrase"`, `-without`, `prefix*`. Blank is as if it weren't there; what
    /// has no word in it is met by nothing.
    pub text: Option<String>,
    /// Whether one summary of each story is enough: see [`entity::summary::Model::is_primary`].
    pub primary_only: bool,
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
    /// How far it has come: one of these. Readers see what is published, whatever is asked for.
    pub statuses: Option<Vec<SummaryStatus>>,
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
        self.check()?;
        let names = reading.names_of_input(|names| self.is_known(names)).await?;
        self.condition(&names, reading.dialect())
    }

    /// The same, where its names are known: that asks nobody.
    pub(super) async fn resolve_known(&self, reading: &Reading) -> Result<Option<Condition>, Error> {
        let names = reading.names_if(|names| self.is_known(names)).await?;
        names.map(|names| self.condition(&names, reading.dialect())).transpose()
    }

    /// Whether there can be such a filter, whatever its names are.
    pub fn check(&self) -> Result<(), Error> {
        filter::check_parts(self.parts()?)
    }

    /// How many conditions it has at most.
    fn parts(&self) -> Result<usize, Error> {
        let mut parts = 0;
        for inner in self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref()) {
            parts += inner.parts()?.max(1);
        }
        self.query()?;
        let slugs = [&self.tags, &self.categories, &self.sources, &self.series];
        parts += slugs.into_iter().flatten().map(SlugFilter::parts).sum::<usize>();
        let own = [
            self.text.is_some(),
            self.primary_only,
            self.languages.is_some(),
            self.source_kinds.is_some(),
            self.origins.is_some(),
            self.statuses.is_some(),
            self.published_at.is_some(),
            self.updated_at.is_some(),
        ];
        Ok(parts + own.iter().filter(|it| **it).count())
    }

    /// Whether it has a text. A blank one is none.
    pub(super) fn has_text(&self) -> bool {
        self.text.as_deref().is_some_and(|text| !text.trim().is_empty())
    }

    /// The words at its top, where any are wanted.
    pub(super) fn wanted_words(&self) -> Result<Option<Query>, Error> {
        Ok(self.query()?.filter(|query| !query.wanted().is_empty()))
    }

    /// The same, as the text index is asked for them.
    pub(super) fn found(&self, dialect: Dialect) -> Result<Option<Found>, Error> {
        let Some(query) = self.wanted_words()? else { return Ok(None) };
        let expression = dialect.match_expression(query.wanted(), Match::All);
        Ok(Some(Found { query, expression }))
    }

    /// The same in two parts: what the text index is asked for at the top of the filter, and all the rest.
    pub(super) async fn resolve_found(&self, reading: &Reading) -> Result<(Option<Found>, Condition), Error> {
        let Some(found) = self.found(reading.dialect())? else {
            return Ok((None, self.resolve(reading).await?));
        };
        let rest = Self { text: None, ..self.clone() }.resolve(reading).await?;
        let rest = Condition::all([unwanted(&found.query, reading.dialect()), rest]);
        Ok((Some(found), rest))
    }

    /// What to look for, if anything.
    fn query(&self) -> Result<Option<Query>, Error> {
        let Some(text) = self.text.as_deref().filter(|_| self.has_text()) else { return Ok(None) };
        let query = match &self.languages {
            Some(languages) => Query::parse_in(text, languages),
            None => Query::parse(text),
        };
        query.map(Some).map_err(|error| Error::input(format!("`text` is too long: {error}.")))
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

    fn condition(&self, names: &Names, dialect: Dialect) -> Result<Condition, Error> {
        let each =
            |filters: &[Self]| filters.iter().map(|it| it.condition(names, dialect)).collect::<Result<Vec<_>, _>>();
        let kinds = self.source_kinds.as_ref().map(|them| them.iter().map(|it| it.as_str().to_owned()).collect());
        let origins = self.origins.as_ref().map(|them| them.iter().map(|it| it.as_str().to_owned()).collect());
        let text = match self.query()? {
            None => Condition::Always,
            Some(query) if query.is_empty() => Condition::Never,
            Some(query) if query.wanted().is_empty() => unwanted(&query, dialect),
            Some(query) => {
                let wanted = Condition::Matches(dialect.match_expression(query.wanted(), Match::All));
                Condition::all([wanted, unwanted(&query, dialect)])
            }
        };
        Ok(Condition::all([
            self.and.as_deref().map(each).transpose()?.map_or(Condition::Always, Condition::all),
            self.or.as_deref().map(each).transpose()?.map_or(Condition::Always, Condition::any),
            match &self.not {
                None => Condition::Always,
                Some(it) => Condition::not(it.condition(names, dialect)?),
            },
            text,
            if self.primary_only { Condition::Holds("s.is_primary") } else { Condition::Always },
            Condition::tags(self.tags.as_ref(), &names.tags),
            Condition::named(self.categories.as_ref(), &names.categories, CATEGORY),
            Condition::named(self.sources.as_ref(), &names.sources, SOURCE),
            Condition::named(self.series.as_ref(), &names.series, SERIES),
            Condition::texts(LANGUAGE, self.languages.clone()),
            Condition::source_kinds(SOURCE.column, kinds),
            Condition::texts("s.origin", origins),
            match &self.statuses {
                Some(statuses) if !statuses.contains(&SummaryStatus::Published) => Condition::Never,
                _ => Condition::Always,
            },
            Condition::time("s.sort_at", self.published_at),
            Condition::time("s.updated_at", self.updated_at),
        ]))
    }
}

/// What a filter looks for at its top.
pub(super) struct Found {
    /// The words, for what is to be shown of them.
    pub(super) query: Query,
    /// The words that are wanted, as the text index is asked for them.
    pub(super) expression: String,
}

fn unwanted(query: &Query, dialect: Dialect) -> Condition {
    if query.unwanted().is_empty() {
        return Condition::Always;
    }
    Condition::not(Condition::Matches(dialect.match_expression(query.unwanted(), Match::Any)))
}

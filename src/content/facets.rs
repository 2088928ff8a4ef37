//! Facets: how many summaries of a list each category, tag, source and language has.
//!
//! A facet leaves out the one part of the filter that its own rail sets (the `any_of` of its names at
//! the top of the filter, or the list of languages), so that the rail keeps showing the alternatives.
//! All facets of all lists are one statement.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Direction, Error, Nested, Reading, SlugFilter, SummaryFilter,
    catalogue::{Named, Names},
    category::{CategoryNode, CategoryProjection},
    counters::UNCATEGORISED,
    filter::Condition,
    named::{Nodes, Surroundings},
    nested::Below,
    source::{SourceNode, SourceProjection},
    summary::{SummaryOrder, scan, scan_by_tag},
    tag::{TagNode, TagProjection},
};
use crate::db::Sql;

/// What is wanted of the facets of a list.
#[derive(Debug, Default)]
pub struct FacetsProjection {
    /// By category.
    pub categories: Option<FacetProjection<CategoryProjection>>,
    /// By tag.
    pub tags: Option<FacetProjection<TagProjection>>,
    /// By source.
    pub sources: Option<FacetProjection<SourceProjection>>,
    /// By language.
    pub languages: Option<()>,
}

/// What is wanted of each entry of a facet.
#[derive(Debug)]
pub struct FacetProjection<P> {
    /// Of what it counts.
    pub value: Option<P>,
}

impl<P> Default for FacetProjection<P> {
    fn default() -> Self {
        Self { value: None }
    }
}

/// The facets of a list, as far as they were wanted.
#[derive(Debug, Default)]
pub struct Facets {
    /// By category; an entry without a value counts the summaries without one.
    pub categories: Vec<Facet<Arc<CategoryNode>>>,
    /// By tag.
    pub tags: Vec<Facet<Arc<TagNode>>>,
    /// By source.
    pub sources: Vec<Facet<Arc<SourceNode>>>,
    /// By language.
    pub languages: Vec<Facet<String>>,
}

/// An entry of a facet.
#[derive(Debug)]
pub struct Facet<V> {
    /// What it counts.
    pub value: Option<V>,
    /// How many summaries that are.
    pub count: i64,
    /// Whether the filter names it.
    pub selected: bool,
}

/// What summaries are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Dimension {
    Category,
    Tag,
    Source,
    Language,
}

/// An entry before its value is read: the number of its name, if it has one, and what it is sorted by.
struct Entry {
    id: Option<i64>,
    slug: String,
    count: i64,
    selected: bool,
}

/// The counts of one list, by dimension and by number or language.
type Counts = BTreeMap<(i64, Dimension), BTreeMap<(Option<i64>, Option<String>), i64>>;

impl Reading {
    /// Facets of the list under this filter, for each of these wants; below other rows, of each of
    /// their lists, by parent. Without parents, the one list stands under 0.
    pub(super) async fn facets(
        &self,
        filter: &SummaryFilter,
        below: Option<&Below<'_>>,
        wanted: &[Nested<usize, FacetsProjection>],
    ) -> Result<HashMap<i64, Vec<Facets>>, Error> {
        let parents = below.map_or(&[0][..], |below| below.parents);
        let dimensions: BTreeSet<Dimension> = wanted.iter().flat_map(|it| it.wanted.dimensions()).collect();
        if dimensions.is_empty() || parents.is_empty() {
            let nothing = || std::iter::repeat_with(Facets::default).take(wanted.len()).collect();
            return Ok(parents.iter().map(|parent| (*parent, nothing())).collect());
        }
        let counts = self.count_facets(filter, below, &dimensions).await?;
        let ids = || counts.iter().flat_map(|((_, by), counts)| counts.keys().map(move |(id, _)| (*by, *id)));
        let names = self.names_of_rows(|names| ids().all(|(by, id)| id.is_none_or(|id| by.slug(names, id).is_some())));
        let names = names.await?;

        let nothing = BTreeMap::new();
        let mut facets: HashMap<i64, Vec<Facets>> = HashMap::new();
        for Nested { by: first, wanted } in wanted {
            let entries = |by: Dimension| -> Vec<Vec<Entry>> {
                let of = |parent: &i64| counts.get(&(*parent, by)).unwrap_or(&nothing);
                parents.iter().map(|parent| by.entries(filter, &names, of(parent), *first)).collect()
            };
            for (parent, its) in parents.iter().zip(self.name_facets(parents.len(), entries, wanted).await?) {
                facets.entry(*parent).or_default().push(its);
            }
        }
        Ok(facets)
    }

    /// The entries of so many lists with their values, which are read for all the lists at once.
    async fn name_facets(
        &self,
        lists: usize,
        entries: impl Fn(Dimension) -> Vec<Vec<Entry>>,
        wanted: &FacetsProjection,
    ) -> Result<Vec<Facets>, Error> {
        let mut facets: Vec<Facets> = std::iter::repeat_with(Facets::default).take(lists).collect();
        if let Some(wanted) = &wanted.categories {
            let named = self.name_entries(entries(Dimension::Category), wanted).await?;
            facets.iter_mut().zip(named).for_each(|(facets, entries)| facets.categories = entries);
        }
        if let Some(wanted) = &wanted.tags {
            let named = self.name_entries(entries(Dimension::Tag), wanted).await?;
            facets.iter_mut().zip(named).for_each(|(facets, entries)| facets.tags = entries);
        }
        if let Some(wanted) = &wanted.sources {
            let named = self.name_entries(entries(Dimension::Source), wanted).await?;
            facets.iter_mut().zip(named).for_each(|(facets, entries)| facets.sources = entries);
        }
        if wanted.languages.is_some() {
            let language = |it: Entry| Facet { value: Some(it.slug), count: it.count, selected: it.selected };
            for (facets, entries) in facets.iter_mut().zip(entries(Dimension::Language)) {
                facets.languages = entries.into_iter().map(language).collect();
            }
        }
        Ok(facets)
    }

    /// The entries of one dimension, in each list, with what was wanted of what they count.
    async fn name_entries<P: Surroundings>(
        &self,
        lists: Vec<Vec<Entry>>,
        wanted: &FacetProjection<P>,
    ) -> Result<Vec<Vec<Facet<Arc<P::Node>>>>, Error> {
        let nodes = match &wanted.value {
            Some(value) => self.nodes(lists.iter().flatten().filter_map(|it| it.id), value).await?,
            None => Nodes::default(),
        };
        let named = |it: Entry| {
            let value = it.id.and_then(|id| nodes.get(id)).cloned();
            Facet { value, count: it.count, selected: it.selected }
        };
        Ok(lists.into_iter().map(|entries| entries.into_iter().map(named).collect()).collect())
    }

    async fn count_facets(
        &self,
        filter: &SummaryFilter,
        below: Option<&Below<'_>>,
        dimensions: &BTreeSet<Dimension>,
    ) -> Result<Counts, Error> {
        let mut parts = Vec::with_capacity(dimensions.len());
        for by in dimensions {
            let condition = by.without(filter).resolve(self).await?;
            if condition != Condition::Never {
                parts.push((*by, condition));
            }
        }
        if parts.is_empty() {
            return Ok(Counts::new());
        }
        let mut sql = self.sql();
        sql.join(&parts, " UNION ALL ", |sql, (by, condition)| by.write(sql, below, condition));
        let mut counts = Counts::new();
        for row in self.rows(sql).await? {
            let (parent, by): (i64, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let (id, language, count) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?, row.try_get_by_index(4)?);
            let Some(by) = Dimension::ALL.into_iter().find(|it| it.number() == by) else { continue };
            counts.entry((parent, by)).or_default().insert((id, language), count);
        }
        Ok(counts)
    }
}

impl FacetsProjection {
    fn dimensions(&self) -> impl Iterator<Item = Dimension> {
        let wanted = [self.categories.is_some(), self.tags.is_some(), self.sources.is_some(), self.languages.is_some()];
        Dimension::ALL.into_iter().zip(wanted).filter_map(|(by, wanted)| wanted.then_some(by))
    }
}

impl Dimension {
    const ALL: [Self; 4] = [Self::Category, Self::Tag, Self::Source, Self::Language];

    fn number(self) -> i32 {
        self as i32
    }

    /// The filter without what this dimension's own rail sets.
    fn without(self, filter: &SummaryFilter) -> SummaryFilter {
        let mut filter = filter.clone();
        let own = match self {
            Self::Category => filter.categories.as_mut(),
            Self::Tag => filter.tags.as_mut(),
            Self::Source => filter.sources.as_mut(),
            Self::Language => {
                filter.languages = None;
                None
            }
        };
        if let Some(own) = own {
            own.any_of = None;
        }
        filter
    }

    /// Five columns: the parent, the dimension, the number or the language, and the count. Where there is
    /// nothing to look at but what is counted anyway, the counters tell.
    fn write(self, sql: &mut Sql, below: Option<&Below<'_>>, condition: &Condition) {
        let (id, language) = match self {
            Self::Category => ("s.category_id", "CAST(NULL AS TEXT)"),
            Self::Tag => ("l.tag_id", "CAST(NULL AS TEXT)"),
            Self::Source => ("s.source_id", "CAST(NULL AS TEXT)"),
            Self::Language => ("CAST(NULL AS BIGINT)", "s.language"),
        };
        let number = self.number().to_string();
        if below.is_none() && *condition == Condition::Always {
            let category = format!("NULLIF(CAST(key AS BIGINT), {UNCATEGORISED})");
            let (id, language, dimension) = match self {
                Self::Category => (category.as_str(), language, "CATEGORY"),
                Self::Tag => ("CAST(key AS BIGINT)", language, "TAG"),
                Self::Source => ("CAST(key AS BIGINT)", language, "SOURCE"),
                Self::Language => (id, "key", "LANGUAGE"),
            };
            sql.push("SELECT CAST(0 AS BIGINT), ").push(&number).push(", ").push(id).push(", ").push(language);
            sql.push(", count FROM counter WHERE count > 0 AND dimension = '").push(dimension).push("'");
            return;
        }
        sql.push("SELECT ").push(if below.is_some() { "p.value" } else { "CAST(0 AS BIGINT)" });
        sql.push(", ").push(&number).push(", ").push(id).push(", ").push(language).push(", COUNT(*) FROM ");
        if let Some(below) = below {
            sql.each(below.parents).push(" CROSS JOIN ");
        }
        // Below other rows, what links them leads; else a tag that all have.
        let scan = if below.is_some() { scan } else { scan_by_tag };
        let scan = scan(condition.clone(), SummaryOrder::PublishedAt, Direction::Desc);
        scan.write_from(sql);
        if self == Self::Tag {
            sql.push(" JOIN summary_tag l ON l.summary_id = s.id");
        }
        sql.push(" WHERE ");
        if let Some(below) = below {
            sql.push(&below.link).push(" AND ");
        }
        scan.condition.write(sql);
        sql.push(" GROUP BY ");
        if below.is_some() {
            sql.push("p.value, ");
        }
        sql.push(if self == Self::Language { language } else { id });
    }

    fn slug(self, names: &Names, id: i64) -> Option<&str> {
        match self {
            Self::Category => names.categories.get(id).map(|it| it.slug.as_str()),
            Self::Tag => names.tags.get(id).map(|it| it.it.slug.as_str()),
            Self::Source => names.sources.get(id).map(|it| it.slug.as_str()),
            Self::Language => None,
        }
    }

    /// The first entries: what the filter names, whether or not there is any of it, then what there is
    /// most of, then by slug.
    fn entries(
        self,
        filter: &SummaryFilter,
        names: &Names,
        counts: &BTreeMap<(Option<i64>, Option<String>), i64>,
        first: usize,
    ) -> Vec<Entry> {
        let selected = match self {
            Self::Category => selected(filter.categories.as_ref(), &names.categories),
            Self::Tag => selected(filter.tags.as_ref(), &names.tags),
            Self::Source => selected(filter.sources.as_ref(), &names.sources),
            Self::Language => {
                filter.languages.iter().flatten().map(|language| (None, Some(language.clone()))).collect()
            }
        };
        let nameless = (None, None); // without a category
        let wants_nameless =
            self == Self::Category && filter.categories.as_ref().is_some_and(|it| it.is_empty == Some(true));
        let entry = |key: &(Option<i64>, Option<String>)| {
            let slug = match key {
                (Some(id), _) => self.slug(names, *id).unwrap_or_default().to_owned(),
                (None, language) => language.clone().unwrap_or_default(),
            };
            let selected = selected.contains(key) || wants_nameless && *key == nameless;
            Entry { id: key.0, slug, count: counts.get(key).copied().unwrap_or_default(), selected }
        };
        let keys: BTreeSet<_> =
            counts.keys().chain(&selected).chain(Some(&nameless).filter(|_| wants_nameless)).collect();
        let mut entries: Vec<Entry> = keys.into_iter().map(entry).collect();
        entries.sort_by(|one, other| {
            let key = |it: &Entry| (!it.selected, Reverse(it.count));
            key(one).cmp(&key(other)).then_with(|| one.slug.cmp(&other.slug))
        });
        entries.truncate(first);
        entries
    }
}

/// The names that a filter asks for at its top.
fn selected<T>(filter: Option<&SlugFilter>, names: &Named<T>) -> BTreeSet<(Option<i64>, Option<String>)> {
    let slugs = filter.into_iter().flat_map(|it| it.any_of.iter().chain(&it.all_of)).flatten();
    slugs.filter_map(|slug| names.find(slug)).map(|id| (Some(id), None)).collect()
}

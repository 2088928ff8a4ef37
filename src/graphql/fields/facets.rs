//! Fields of facets: how many summaries of a list each category, tag, source and language has.

use std::{borrow::Cow, sync::Arc};

use async_graphql::InputObject;

use super::{Category, Connection, Paged, Source, Tag, nothing};
use crate::{
    content::{
        Error,
        category::{CategoryNode, CategoryProjection},
        facets::{self, Facet, FacetProjection, FacetsProjection},
        source::{SourceNode, SourceProjection},
        tag::{TagNode, TagProjection},
    },
    graphql::{
        bounds::within,
        cost::{Asks, FIGURE, Rows},
        object::{Object, Table, kept},
        scalar::LanguageTag,
    },
};

/// The arguments of `facets`.
#[derive(Debug, InputObject)]
pub struct FacetsArgs {
    /// How many entries of each facet at most: 0 to 100.
    #[graphql(default = 20, validator(custom = within("first", 0, 100)))]
    first: i32,
}

impl Asks for FacetsArgs {
    fn rows(&self) -> u64 {
        u64::try_from(self.first).unwrap_or_default()
    }

    fn work(&self) -> u64 {
        FIGURE
    }
}

impl TryFrom<FacetsArgs> for usize {
    type Error = Error;

    fn try_from(FacetsArgs { first }: FacetsArgs) -> Result<Self, Error> {
        Ok(Self::try_from(first).unwrap_or_default())
    }
}

/// Adds the facets to a connection of summaries, or of what summaries are grouped by.
#[rustfmt::skip]
pub fn with_facets<C: Paged>(table: Table<Connection<C>>) -> Table<Connection<C>> {
    table.one_by::<SummaryFacets, FacetsArgs, usize>("facets", "How many of all its summaries each category, tag, source and language has. Each facet leaves out the `anyOf` (or the list) of its own dimension at the top of the filter, so that a rail keeps showing the alternatives; everything else holds. Order: what the filter selects, then by count, then by slug.", |_| Ok(()), |p| &mut p.facets, |page, at| page.facets.get(at))
}

/// `SummaryFacets`.
pub struct SummaryFacets;

impl Object for SummaryFacets {
    type Row = facets::Facets;
    type Projection = FacetsProjection;
    const DESCRIPTION: &'static str = "What the summaries of a list have in common, with counts: rails to filter by.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "SummaryFacets".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .list::<CategoryFacet, _>("categories", "By category.", Rows::OfPage, |p| p.categories.get_or_insert_default(), |f| &f.categories, |entry| entry)
            .list::<TagFacet, _>("tags", "By tag. A summary counts under each of its tags.", Rows::OfPage, |p| p.tags.get_or_insert_default(), |f| &f.tags, |entry| entry)
            .list::<SourceFacet, _>("sources", "By source.", Rows::OfPage, |p| p.sources.get_or_insert_default(), |f| &f.sources, |entry| entry)
            .list::<LanguageFacet, _>("languages", "By language.", Rows::OfPage, |p| p.languages.get_or_insert_default(), |f| &f.languages, |entry| entry)
    }

    fn table() -> &'static Table<Self> {
        kept!(SummaryFacets)
    }
}

/// The description of a `count`.
const COUNT: &str = "How many summaries it has: 0 for what the filter selects in vain.";
/// The description of a `selected`.
const SELECTED: &str = "Whether the filter names it, in `anyOf` or `allOf` at its top.";

/// `CategoryFacet`.
pub struct CategoryFacet;

impl Object for CategoryFacet {
    type Row = Facet<Arc<CategoryNode>>;
    type Projection = FacetProjection<CategoryProjection>;
    const DESCRIPTION: &'static str = "How many summaries a category has.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "CategoryFacet".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .maybe::<Category>("category", "The category. Null for the summaries that nobody has put in one.", |p| p.value.get_or_insert_default(), |f| f.value.as_ref())
            .leaf::<i32, _>("count", COUNT, nothing, |f| &f.count)
            .leaf::<bool, _>("selected", "Whether the filter names it, in `anyOf` or `allOf` at its top; for the summaries without a category, whether `isEmpty` asks for them.", nothing, |f| &f.selected)
    }

    fn table() -> &'static Table<Self> {
        kept!(CategoryFacet)
    }
}

/// `TagFacet`.
pub struct TagFacet;

impl Object for TagFacet {
    type Row = Facet<Arc<TagNode>>;
    type Projection = FacetProjection<TagProjection>;
    const DESCRIPTION: &'static str = "How many summaries a tag has.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "TagFacet".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .one::<Tag>("tag", "The tag.", |p| p.value.get_or_insert_default(), |f| f.value.as_ref())
            .leaf::<i32, _>("count", COUNT, nothing, |f| &f.count)
            .leaf::<bool, _>("selected", SELECTED, nothing, |f| &f.selected)
    }

    fn table() -> &'static Table<Self> {
        kept!(TagFacet)
    }
}

/// `SourceFacet`.
pub struct SourceFacet;

impl Object for SourceFacet {
    type Row = Facet<Arc<SourceNode>>;
    type Projection = FacetProjection<SourceProjection>;
    const DESCRIPTION: &'static str = "How many summaries a source has.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "SourceFacet".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .one::<Source>("source", "The source.", |p| p.value.get_or_insert_default(), |f| f.value.as_ref())
            .leaf::<i32, _>("count", COUNT, nothing, |f| &f.count)
            .leaf::<bool, _>("selected", SELECTED, nothing, |f| &f.selected)
    }

    fn table() -> &'static Table<Self> {
        kept!(SourceFacet)
    }
}

/// `LanguageFacet`.
pub struct LanguageFacet;

impl Object for LanguageFacet {
    type Row = Facet<String>;
    type Projection = ();
    const DESCRIPTION: &'static str = "How many summaries are written in a language.";
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "LanguageFacet".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<LanguageTag, _>("language", "The language.", nothing, |f| f.value.clone().unwrap_or_default())
            .leaf::<i32, _>("count", COUNT, nothing, |f| &f.count)
            .leaf::<bool, _>("selected", "Whether the filter's `languages` name it.", nothing, |f| &f.selected)
    }

    fn table() -> &'static Table<Self> {
        kept!(LanguageFacet)
    }
}

//! The root fields: what can be asked for.

use std::sync::LazyLock;

use async_graphql::{ID, InputObject};

use super::{
    cost::Asks,
    fields::{Category, Connection, Digest, DigestArgs, Episode, Series, Source, Summary, SummaryDay, Tag, Viewer},
    input::{DaysArgs, EpisodesArgs, PageInput, SlugFilter, SummariesArgs},
    kind::SourceKind,
    lookup::{CategoryBy, EpisodeBy, SeriesBy, SourceBy, SummaryBy, TagBy},
    root::RootTable,
};
use crate::content::{Error, NodeId, PageArgs};

/// Every root field, declared once.
pub(super) static TABLE: LazyLock<RootTable> = LazyLock::new(|| declare(RootTable::default()));

#[rustfmt::skip]
fn declare(table: RootTable) -> RootTable {
    table
        .node::<IdArgs>("node", "Anything by its id. Null where there is nothing, or nothing that you may see.", |args| args.id.parse().ok())
        .nodes::<IdsArgs>("nodes", "The same for up to 100 ids, in their order, with null where there is nothing.", IdsArgs::checked)
        .maybe::<Summary, By<SummaryBy>>("summary", "One published summary.", |content, args, wanted| Box::pin(async move { content.find_summary(&args.by.into(), wanted).await }))
        .one::<Connection<Summary>, SummariesArgs>("summaries", "Published summaries, the newest first unless `orderBy` says otherwise.", |content, args, wanted| Box::pin(async move { content.list_summaries(&args.try_into()?, wanted).await }))
        .one::<Connection<SummaryDay>, DaysArgs>("summaryDays", "The days on which summaries were published, the newest first. Days without any don't appear, and none is split over two pages.", |content, args, wanted| Box::pin(async move { content.list_days(&args.try_into()?, wanted).await }))
        .maybe::<Episode, By<EpisodeBy>>("episode", "One episode.", |content, args, wanted| Box::pin(async move { content.find_episode(&args.by.into(), wanted).await }))
        .one::<Connection<Episode>, EpisodesArgs>("episodes", "Episodes, the newest first unless `orderBy` says otherwise.", |content, args, wanted| Box::pin(async move { content.list_episodes(&args.try_into()?, wanted).await }))
        .maybe::<Source, By<SourceBy>>("source", "One source.", |content, args, wanted| Box::pin(async move { content.find_source(&args.by.into(), wanted).await }))
        .one::<Connection<Source>, SourcesArgs>("sources", "Sources, by slug.", |content, args, wanted| Box::pin(async move {
            let kinds: Option<Vec<_>> = args.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
            content.list_sources(kinds.as_deref(), &args.page.try_into()?, wanted).await
        }))
        .maybe::<Series, By<SeriesBy>>("series", "One series.", |content, args, wanted| Box::pin(async move { content.find_series(&args.by.into(), wanted).await }))
        .one::<Connection<Series>, AllSeriesArgs>("allSeries", "Series, by slug.", |content, args, wanted| Box::pin(async move {
            let sources = args.sources.map(Into::into);
            content.list_series(sources.as_ref(), &args.page.try_into()?, wanted).await
        }))
        .maybe::<Tag, By<TagBy>>("tag", "One tag, by its slug or an alias of it.", |content, args, wanted| Box::pin(async move { content.find_tag(&args.by.into(), wanted).await }))
        .one::<Connection<Tag>, TagsArgs>("tags", "Tags, by slug.", |content, args, wanted| Box::pin(async move {
            content.list_tags(args.prefix.as_deref(), &args.page.try_into()?, wanted).await
        }))
        .maybe::<Category, By<CategoryBy>>("category", "One category.", |content, args, wanted| Box::pin(async move { content.find_category(&args.by.into(), wanted).await }))
        .one::<Connection<Category>, PageInput>("categories", "Categories, by slug.", |content, args, wanted| Box::pin(async move {
            content.list_categories(&args.try_into()?, wanted).await
        }))
        .one::<Digest, DigestArgs>("digest", "What was published on some days, in sections, ready to be sent or read out. The same period and filter give the same digest, as long as what is in it does not change.", |content, args, wanted| Box::pin(async move { content.digest(&args.into(), wanted).await }))
        .caller::<Viewer>("viewer", "Whoever makes this request: what they may do, and how much is left to them.", |caller| caller.into())
}

#[derive(InputObject)]
struct IdArgs {
    /// The id, as it came.
    id: ID,
}

#[derive(InputObject)]
struct IdsArgs {
    /// Up to 100 ids, as they came.
    ids: Vec<ID>,
}

impl IdsArgs {
    fn checked(self) -> Result<Vec<Option<NodeId>>, Error> {
        let (many, most) = (self.ids.len(), PageArgs::MOST);
        if many > most {
            return Err(Error::input(format!("`ids` has {many} entries; it may have up to {most}.")));
        }
        Ok(self.ids.iter().map(|id| id.parse().ok()).collect())
    }
}

#[derive(InputObject)]
#[graphql(concrete(name = "SummaryByArgs", params(SummaryBy)))]
#[graphql(concrete(name = "EpisodeByArgs", params(EpisodeBy)))]
#[graphql(concrete(name = "SourceByArgs", params(SourceBy)))]
#[graphql(concrete(name = "SeriesByArgs", params(SeriesBy)))]
#[graphql(concrete(name = "TagByArgs", params(TagBy)))]
#[graphql(concrete(name = "CategoryByArgs", params(CategoryBy)))]
struct By<T: async_graphql::InputType> {
    /// Exactly one way to say which.
    by: T,
}

#[derive(InputObject)]
struct SourcesArgs {
    /// Only sources of these kinds.
    kinds: Option<Vec<SourceKind>>,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for SourcesArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }
}

#[derive(InputObject)]
struct AllSeriesArgs {
    /// Only series that run in these sources.
    sources: Option<SlugFilter>,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for AllSeriesArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }
}

#[derive(InputObject)]
struct TagsArgs {
    /// Only tags whose slug begins like that: `data` finds `data`, `data-storage` and `databases`.
    prefix: Option<String>,
    #[graphql(flatten)]
    page: PageInput,
}

impl Asks for TagsArgs {
    fn rows(&self) -> u64 {
        self.page.rows()
    }
}

//! Fields of `Digest`, and of its sections.

use std::borrow::Cow;

use async_graphql::InputObject;

use super::{GivenText, Summary, Text, TextArgs, nothing};
use crate::{
    content::digest::{self, DigestList, DigestProjection, SectionProjection},
    graphql::{
        bounds::within,
        cost::{Asks, FIGURE, Rows},
        input::{SummaryFilter, search},
        kind::DigestGrouping,
        object::{Object, Table, kept},
        scalar::{Date, TimeZone},
    },
    text::digest::Written,
};

/// The arguments of a digest.
#[derive(Debug, InputObject)]
pub struct DigestArgs {
    /// Of which summaries; of all where it is left out.
    filter: Option<SummaryFilter>,
    /// The first day. Where it is left out, the sixth day before `to`.
    from: Option<Date>,
    /// The last day, which is in it. Today where it is left out.
    to: Option<Date>,
    /// The time zone in which a day begins at midnight.
    #[graphql(default)]
    time_zone: TimeZone,
    /// What its sections are.
    #[graphql(default_with = "DigestGrouping::Day")]
    group_by: DigestGrouping,
    /// How many summaries are listed at most, the newest: 0 to 1000. Counts are complete all the same.
    #[graphql(default = 200, validator(custom = within("maxItems", 0, 1000)))]
    max_items: i32,
}

impl Asks for DigestArgs {
    /// Grouped by tag, a summary stands in about as many sections as a summary has tags.
    fn rows(&self) -> u64 {
        let listed = u64::try_from(self.max_items).unwrap_or_default();
        if self.group_by == DigestGrouping::Tag { listed * 5 } else { listed }
    }

    fn work(&self) -> u64 {
        search(self.filter.as_ref())
    }
}

impl From<DigestArgs> for DigestList {
    fn from(DigestArgs { filter, from, to, time_zone, group_by, max_items }: DigestArgs) -> Self {
        Self {
            filter: filter.unwrap_or_default().into(),
            from: from.map(|day| day.0),
            to: to.map(|day| day.0),
            zone: time_zone.0,
            grouping: group_by.into(),
            max_items: usize::try_from(max_items).unwrap_or_default(),
        }
    }
}

/// `Digest`.
pub struct Digest;

impl Object for Digest {
    type Row = digest::Digest;
    type Projection = DigestProjection;
    const DESCRIPTION: &'static str =
        "What a filter lets through in a period, in sections, ready to be sent or read out.";

    fn name() -> Cow<'static, str> {
        "Digest".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<String, _>("title", "Its headline: `Digest of 4–10 May 2026`.", nothing, |d| &d.title)
            .leaf::<Date, _>("from", "The first day.", nothing, |d| &d.from)
            .leaf::<Date, _>("to", "The last day, which is in it.", nothing, |d| &d.to)
            .leaf::<TimeZone, _>("timeZone", "The time zone in which its days begin at midnight.", nothing, |d| &d.zone)
            .leaf::<i32, _>("totalCount", "How many summaries it has, listed or not, each counted once. Exact.", |p| p.total = true, |d| &d.total).costs(FIGURE)
            .list::<DigestSection, _>("sections", "Its sections: see `groupBy` for their order. None is empty, though all of its summaries may be past `maxItems`.", Rows::One, |p| p.sections.get_or_insert_default(), |d| &d.sections, |section| section)
            .always_made_with::<Text, _, TextArgs>("text", "The whole digest as one text: title, period, headings with counts, and of each listed summary the title (a link to its episode), source, tldr and tags. `maxTokens` drops whole items from the end; the last line says how many are left out, by that or by `maxItems`. Where not even that line is within the budget, the text is `…`.", Rows::OfPage, |p, _, _| p.text(), written)
    }

    fn table() -> &'static Table<Self> {
        kept!(Digest)
    }
}

fn written(digest: &digest::Digest, args: &TextArgs) -> GivenText {
    let Written { value, truncated } = digest.text(args.format(), args.max_tokens());
    GivenText { value, format: args.format(), tokens: None, truncated }
}

/// `DigestSection`.
pub struct DigestSection;

impl Object for DigestSection {
    type Row = digest::DigestSection;
    type Projection = SectionProjection;
    const DESCRIPTION: &'static str = "A part of a digest: a day, a category, a source or a tag.";
    /// All sections together list as many summaries as the digest does.
    const COST: u64 = 0;

    fn name() -> Cow<'static, str> {
        "DigestSection".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<String, _>("heading", "The day, such as `Friday, 8 May 2026`, or the name of the category, source or tag; `Without a category`, `Without tags`.", nothing, |s| &s.heading)
            .leaf::<i32, _>("count", "How many summaries it has, listed or not. Exact.", nothing, |s| &s.count)
            .list::<Summary, _>("summaries", "Those of the digest's `maxItems` newest summaries that belong to it, the newest first. Grouped by TAG, a summary may stand in several sections.", Rows::OfPage, |p| p.summaries.get_or_insert_default(), |s| &s.summaries, |summary| summary)
    }

    fn table() -> &'static Table<Self> {
        kept!(DigestSection)
    }
}

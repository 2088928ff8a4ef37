//! Fields of `Summary`.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{ID as Id, InputObject};

use super::{
    Category, Connection, Edge, Episode, GivenText, ID, Paged, Source, Tag, Text, TextArgs, facets::with_facets,
};
use crate::{
    content::{
        Error, NodeId, NodeKind,
        summary::{self, SummaryColumn, SummaryProjection},
    },
    graphql::{
        bounds::{at_least, within},
        cost::{Asks, FIGURE, Rows},
        kind::{SummaryOrigin, SummaryStatus},
        object::{Object, Table, kept},
        scalar::{DateTime, LanguageTag},
    },
    text::{LongText, cut::cut, html::of_plain},
};

/// `Summary`.
pub struct Summary;

impl Object for Summary {
    type Row = summary::Summary;
    type Projection = SummaryProjection;
    const DESCRIPTION: &'static str = "What an episode says, in one language, short enough to read at once.";
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Summary".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        use SummaryColumn::{
            CreatedAt, KeyPoints, Language, Model, Origin, PublishedAt, Revision, Slug, Status, Title, Tldr, UpdatedAt,
        };
        table
            .computed::<Id, _>("id", ID, |p| p.columns.add(SummaryColumn::Id), |s| NodeId::new(NodeKind::Summary, s.it.id))
            .leaf::<String, _>("slug", "Its name in addresses, unique.", |p| p.columns.add(Slug), |s| &s.it.slug)
            .leaf::<String, _>("title", "Its headline, as plain text.", |p| p.columns.add(Title), |s| &s.it.title)
            .computed_with::<String, _, Cut>("tldr", "One to three plain sentences.", |p| p.columns.add(Tldr), |s, cut: &Cut| cut.of(&s.it.tldr))
            .always_made_with::<Text, GivenText, TextArgs>("body", "What it says at length. Its tldr, where nobody has written more.", Rows::One, |p, args, text| p.needs_body(text.tokens || args.max_tokens().is_some()), body)
            .leaf::<Vec<String>, _>("keyPoints", "What to remember of it, as plain texts. Empty where nobody has noted any.", |p| p.columns.add(KeyPoints), |s| &s.it.key_points)
            .leaf::<LanguageTag, _>("language", "What it is written in; `und` where nobody knows.", |p| p.columns.add(Language), |s| &s.it.language)
            .leaf::<SummaryStatus, _>("status", "How far it has come.", |p| p.columns.add(Status), |s| &s.it.status)
            .leaf::<SummaryOrigin, _>("origin", "Who wrote it.", |p| p.columns.add(Origin), |s| &s.it.origin)
            .leaf::<Option<String>, _>("model", "The model that wrote it, where `origin` is MODEL.", |p| p.columns.add(Model), |s| &s.it.model)
            .leaf::<Option<DateTime>, _>("publishedAt", "When it was published. Null while it never was.", |p| p.columns.add(PublishedAt), |s| &s.it.published_at)
            .leaf::<DateTime, _>("createdAt", "When it was made.", |p| p.columns.add(CreatedAt), |s| &s.it.created_at)
            .leaf::<DateTime, _>("updatedAt", "When anything about it last changed.", |p| p.columns.add(UpdatedAt), |s| &s.it.updated_at)
            .leaf::<i32, _>("revision", "Grows by one with each change, from 1.", |p| p.columns.add(Revision), |s| &s.it.revision)
            .one::<Episode>("episode", "What it sums up.", |p| p.episode.get_or_insert_default(), |s| s.episode.as_deref())
            .one::<Source>("source", "Where its episode was published.", |p| p.source.get_or_insert_default(), |s| s.source.as_ref())
            .maybe::<Category>("category", "The shelf it stands on. Null while nobody has put it on one.", |p| p.category.get_or_insert_default(), |s| s.category.as_ref())
            .list::<Tag, _>("tags", "What it is about, sorted by slug.", Rows::About(5), |p| p.tags.get_or_insert_default(), |s| &s.tags, |tag| tag)
            .list::<Summary, _>("translations", "The summaries of the same episode in other languages.", Rows::About(10), SummaryProjection::translations, |s| &s.translations, |summary| summary)
            .list_by::<Summary, RelatedArgs, usize, Arc<summary::Summary>>("related", "Up to so many other summaries that share rare tags or title words with it, the closest first; one a story, and none of its own. Empty where nothing has anything in common with it.", |p| &mut p.related, |s, at| s.related.get(at), |summary| summary)
    }

    fn table() -> &'static Table<Self> {
        kept!(Summary)
    }
}

impl Paged for Summary {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Summary>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Summary>)
    }

    fn add_to_connection(table: Table<Connection<Self>>) -> Table<Connection<Self>> {
        with_facets(table)
    }

    #[rustfmt::skip]
    fn add_to_edge(table: Table<Edge<Self>>) -> Table<Edge<Self>> {
        table
            .leaf::<Option<f64>, _>("score", "How well it matches `filter.text`: comparable within one list. Null without `filter.text`.", |p| p.rows.get_or_insert_default().matched.score = true, |edge| &edge.row.score)
            .leaf::<Vec<String>, _>("highlights", "Up to three places where it matches `filter.text`, in Markdown with the words in bold: `The **databases** that…`. Empty where only its body matches.", |p| p.rows.get_or_insert_default().matched.highlights = true, |edge| &edge.row.highlights)
    }
}

/// The arguments of `related`.
#[derive(InputObject)]
pub struct RelatedArgs {
    /// How many at most: 0 to 20.
    #[graphql(default = 5, validator(custom = within("first", 0, 20)))]
    first: i32,
}

impl Asks for RelatedArgs {
    fn rows(&self) -> u64 {
        u64::try_from(self.first).unwrap_or_default()
    }

    fn work(&self) -> u64 {
        FIGURE
    }
}

impl TryFrom<RelatedArgs> for usize {
    type Error = Error;

    fn try_from(RelatedArgs { first }: RelatedArgs) -> Result<Self, Error> {
        Ok(Self::try_from(first).unwrap_or_default())
    }
}

fn body(summary: &summary::Summary, args: &TextArgs) -> GivenText {
    match &summary.body {
        Some((markdown, tokens)) => {
            let tokens = tokens.and_then(|tokens| usize::try_from(tokens).ok());
            GivenText::of(LongText::Markdown(markdown), args, tokens)
        }
        // A tldr is plain: its marks are no marks.
        None => GivenText::of(LongText::Html(&of_plain(&summary.it.tldr)), args, None),
    }
}

/// How much of a text.
#[derive(InputObject)]
pub struct Cut {
    /// At most so many characters, `…` included, which stands only where something was cut. All of it
    /// where this is left out.
    #[graphql(validator(custom = at_least("maxChars", 1)))]
    max_chars: Option<i32>,
}

impl Cut {
    fn of(&self, text: &str) -> String {
        let most = self.max_chars.and_then(|most| usize::try_from(most).ok());
        most.map_or_else(|| text.to_owned(), |most| cut(text, most).into_owned())
    }
}

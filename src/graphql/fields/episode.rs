//! Fields of `Episode`, and of the files that belong to one.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{ID as Id, InputObject};

use super::{Connection, Edge, GivenText, ID, Paged, Series, Source, Summary, Text, TextArgs, nothing};
use crate::{
    content::{
        self, NodeId, NodeKind, PageArgs,
        episode::{self, EpisodeColumn, EpisodeProjection},
    },
    graphql::{
        bounds::at_least,
        cost::{FIGURE, Rows},
        input::PageInput,
        kind::EpisodeKind,
        object::{Object, Table, kept},
        scalar::{DateTime, LanguageTag, Url},
    },
    text::{LongText, cut::cut},
};

/// `Episode`.
pub struct Episode;

impl Object for Episode {
    type Row = episode::Episode;
    type Projection = EpisodeProjection;
    const DESCRIPTION: &'static str = "One published item of a source: an article, a podcast episode, a video.";
    const INTERFACES: &'static [&'static str] = &["Node"];

    fn name() -> Cow<'static, str> {
        "Episode".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        use EpisodeColumn::{
            Author, CreatedAt, DurationSeconds, Enclosures, Excerpt, Hashtags, ImageUrl, Kind, Language, Number,
            PublishedAt, PublishedAtIsEstimated, Season, Title, UpdatedAt, WordCount,
        };
        table
            .computed::<Id, _>("id", ID, |p| p.columns.add(EpisodeColumn::Id), |e| NodeId::new(NodeKind::Episode, e.it.id))
            .leaf::<EpisodeKind, _>("kind", "What one does with it.", |p| p.columns.add(Kind), |e| &e.it.kind)
            .leaf::<String, _>("title", "What it is called, as plain text; its first sentence, where it has no title.", |p| p.columns.add(Title), |e| &e.it.title)
            .leaf::<Option<Url>, _>("url", "Where it can be read, heard or seen. Null where the feed gave no address that works.", |p| p.columns.add(EpisodeColumn::Url), |e| &e.it.url)
            .leaf::<Option<String>, _>("author", "Who made it; several names are joined with a comma.", |p| p.columns.add(Author), |e| &e.it.author)
            .leaf::<Option<LanguageTag>, _>("language", "As it says itself, else as its text was recognised.", |p| p.columns.add(Language), |e| &e.it.language)
            .one::<Source>("source", "Where it was published.", |p| p.source.get_or_insert_default(), |e| e.source.as_ref())
            .maybe::<Series>("series", "The series that it belongs to.", |p| p.series.get_or_insert_default(), |e| e.series.as_ref())
            .maybe::<Episode>("previous", "The one before it in `series`: by number among those that have one, by date among the others.", |p| p.previous.get_or_insert_default(), |e| e.previous.as_deref())
            .maybe::<Episode>("next", "The one behind it in `series`.", |p| p.next.get_or_insert_default(), |e| e.next.as_deref())
            .leaf::<Option<i32>, _>("season", "The season of its series.", |p| p.columns.add(Season), |e| &e.it.season)
            .leaf::<Option<i32>, _>("number", "Its number within `series`: 61 of “Episode 61” or “Part 61 of …”.", |p| p.columns.add(Number), |e| &e.it.number)
            .leaf::<Vec<String>, _>("hashtags", "As written in it, without `#`, before they become tags.", |p| p.columns.add(Hashtags), |e| &e.it.hashtags)
            .leaf::<Option<Url>, _>("imageUrl", "Its picture.", |p| p.columns.add(ImageUrl), |e| &e.it.image_url)
            .listed::<Enclosure, _>("enclosures", "Audio, video and other files that belong to it.", Rows::About(2), |p| p.columns.add(Enclosures), episode::Episode::enclosures)
            .leaf::<Option<i32>, _>("durationSeconds", "How long it plays, in seconds.", |p| p.columns.add(DurationSeconds), |e| &e.it.duration_seconds)
            .leaf::<Option<i32>, _>("wordCount", "How many words its text has. Null where the feed gave no whole text.", |p| p.columns.add(WordCount), |e| &e.it.word_count)
            .leaf::<DateTime, _>("publishedAt", "When it was published.", |p| p.columns.add(PublishedAt), |e| &e.it.published_at)
            .leaf::<bool, _>("publishedAtIsEstimated", "True where the feed gave no date that can be read, or one in the future: the first sight of it stands in.", |p| p.columns.add(PublishedAtIsEstimated), |e| &e.it.published_at_is_estimated)
            .leaf::<DateTime, _>("createdAt", "When it was first seen here.", |p| p.columns.add(CreatedAt), |e| &e.it.created_at)
            .leaf::<DateTime, _>("updatedAt", "When anything about it last changed here.", |p| p.columns.add(UpdatedAt), |e| &e.it.updated_at)
            .made_with::<Text, GivenText, TextArgs>("content", "Its whole text. Null where the feed gave no more than an excerpt.", |p, _, _| p.content = true, |e, args| Some(GivenText::of(LongText::Html(e.content.as_deref()?), args, None)))
            .pages::<Episode, PageInput, PageArgs>("duplicates", "The same story at other sources, or told again: episodes with the same address, the same text or, within 30 days, the same title. The earliest first.", episode::check_duplicates, |p| &mut p.duplicates, |e, at| e.duplicates.get(at).map(Arc::as_ref)).costs(FIGURE)
            .list::<Summary, _>("summaries", "Its published summaries, one a language; the original language first.", Rows::About(10), |p| p.summaries.get_or_insert_default(), |e| &e.summaries, |summary| summary)
            .computed_with::<String, _, ExcerptCut>("excerpt", "The beginning of its text, plain, cut at a word; ends in `…` only where something was cut.", |p| p.columns.add(Excerpt), |e, cut: &ExcerptCut| cut.of(&e.it.excerpt))
    }

    fn table() -> &'static Table<Self> {
        kept!(Episode)
    }
}

impl Paged for Episode {
    fn connection() -> &'static Table<Connection<Self>> {
        kept!(Connection<Episode>)
    }

    fn edge() -> &'static Table<Edge<Self>> {
        kept!(Edge<Episode>)
    }
}

/// How much of an excerpt.
#[derive(InputObject)]
pub struct ExcerptCut {
    /// At most so many characters, `…` included. About 1,000 are kept.
    #[graphql(default = 160, validator(custom = at_least("maxChars", 1)))]
    max_chars: i32,
}

impl ExcerptCut {
    fn of(&self, text: &str) -> String {
        cut(text, usize::try_from(self.max_chars).unwrap_or(1)).into_owned()
    }
}

/// `Enclosure`.
pub struct Enclosure;

impl Object for Enclosure {
    type Row = content::Enclosure;
    type Projection = ();
    const DESCRIPTION: &'static str = "A file that belongs to an episode.";

    fn name() -> Cow<'static, str> {
        "Enclosure".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<Url, _>("url", "Where it is.", nothing, |e| &e.url)
            .leaf::<Option<String>, _>("mimeType", "As the feed says: `audio/mpeg`.", nothing, |e| &e.mime_type)
            .computed::<Option<String>, _>("size", "Bytes, as text: it can exceed an Int.", nothing, |e| e.size.map(|size| size.to_string()))
    }

    fn table() -> &'static Table<Self> {
        kept!(Enclosure)
    }
}

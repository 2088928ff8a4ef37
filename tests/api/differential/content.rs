//! Content at random: small enough to be read, and full of what goes wrong: ties, missing values, several
//! languages, spellings, letters that sort oddly, instants around midnight, stories told twice, and rows that
//! nobody may see.

use std::collections::BTreeSet;

use entity::kinds::SummaryStatus;
use precis::{
    clock::Timestamp,
    content::{
        Content, Enclosure, EpisodeDraft, EpisodeKind, SourceDraft, SourceKind, SummaryDraft, SummaryOrigin,
        store::Item,
    },
    text::web::canonical_url,
};
use proptest::{
    collection::vec,
    option::{of, weighted},
    prelude::*,
    sample::{select, subsequence},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use serde_json::json;

use super::world::World;

/// What is put in: drafts, and then what becomes of rows that drafts can't say.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    sources: Vec<SourceDraft>,
    items: Vec<Item>,
    fates: Vec<Fate>,
}

/// What becomes of the rows with one number.
#[derive(Clone, Debug)]
struct Fate {
    status: SummaryStatus,
    created_at: i64,
    updated_at: i64,
    revision: i32,
}

/// A few instants, so that many rows share one. Some are the first or the last of a day somewhere.
const INSTANTS: [i64; 13] = [
    -86_400,
    0,
    1_777_777_777,
    1_777_777_778,
    1_325_239_199, // the last second before Samoa left out 2011-12-30
    1_325_239_200,
    1_778_177_700, // midnight in Kathmandu
    1_778_191_199, // the last second of a day in Berlin
    1_778_191_200,
    1_778_198_400, // midnight in UTC
    1_778_225_400,
    1_793_505_600, // midnight in New York, on the day when its clocks go back
    1_793_534_399,
];
const LANGUAGES: [&str; 4] = ["en", "ru", "de", "pt-BR"];
const TITLES: [&str; 10] = [
    "Zebra",
    "zebra crossing",
    "Ébène",
    "ebene",
    "Straße \"A\"\\",
    "ΣΊΣΥΦΟΣ",
    "ﬁne print",
    "Ёлка",
    "100 % _sure_",
    "\u{1f980} crab\u{1}\tand\nline",
];
/// Sentences with words in several forms, for searches. The last is long enough to tell a story by.
const TEXTS: [&str; 6] = [
    "Databases are running under the rivers.",
    "A database runs, and the river reruns it: node.js, C++ & Café.",
    "Реки и базы данных",
    "Die Häuser am Fluss — naïve Häuser",
    "データベース入門",
    "It rained for days on end. The river rose, and the database on its shore went under; nobody had thought of \
     moving it when the first stones of the old bridge began to give way, and then it was too late to run anywhere.",
];
/// Long texts: Markdown, whose marks and addresses are no words.
const BODIES: [&str; 4] = [
    "",
    "# Rivers\n\nA **zebra** [crossing](https://hidden.example/oboe) the *river*.\n\n- data\n- bases\n",
    "Базы `данных` текут<script>oboe()</script>",
    "> Häuser\n\n| a | b |\n|---|---|\n| sure | print |\n",
];
const HASHTAGS: [&str; 7] = ["EventDriven", "event-driven", "Ёлка", "C++", "Data_Storage", "data", "🦀"];
const TAGS: [&str; 8] =
    ["Backend", "backend", "Event Driven", "eventdriven", "#EventDriven", "data", "Data Storage", "Ржавчина"];

/// Content at random, nothing at all now and then.
pub(super) fn contents() -> impl Strategy<Value = Contents> {
    let items = prop_oneof![1 => vec(episode(), 0..1), 8 => vec(episode(), 1..26)];
    (vec(source(), 5), items, vec(fate(), 40), 0..=5_usize).prop_map(|(drafts, episodes, fates, without)| {
        let sources: Vec<SourceDraft> = (0..).zip(drafts).map(|(number, draft)| named(draft, number)).collect();
        let with = 1.max(sources.len() - without);
        let items = episodes.into_iter().enumerate().flat_map(|(number, (source, episode, summaries))| {
            let source = sources[source % with].clone();
            let item = move |summary| Item {
                source: source.clone(),
                episode: EpisodeDraft { identity: format!("guid:{number}"), summary, ..episode.clone() },
                version: 1,
                as_of: Some(Timestamp(INSTANTS[2])),
            };
            // One item a summary; the first of them may go without.
            if summaries.is_empty() { vec![item(None)] } else { summaries.into_iter().map(item).collect() }
        });
        Contents { items: items.collect(), sources, fates }
    })
}

/// A source that is to be named.
fn source() -> impl Strategy<Value = SourceDraft> {
    let kind = select(SourceKind::ALL);
    let (language, text) = (of(language()), of(select(TITLES.to_vec())));
    (kind, any::<bool>(), any::<bool>(), any::<bool>(), text, language).prop_map(
        |(kind, has_feed, has_homepage, has_icon, description, language)| SourceDraft {
            slug: None,
            name: String::new(),
            kind: Some(kind),
            feed_url: has_feed.then(|| "feed".to_owned()),
            homepage: has_homepage.then(|| "https://example.org/home".to_owned()),
            icon_url: has_icon.then(|| "https://example.org/icon.png".to_owned()),
            description: description.map(str::to_owned),
            language,
        },
    )
}

/// The source with a name and a feed of its own.
fn named(draft: SourceDraft, number: usize) -> SourceDraft {
    let slug = ["delta", "alpha", "echo-2", "bravo", "echo-10"][number % 5];
    SourceDraft {
        slug: Some(slug.parse().expect("a slug")),
        name: format!("The {slug}"),
        feed_url: draft.feed_url.map(|_| format!("https://example.org/{slug}.xml")),
        ..draft
    }
}

/// A language.
fn language() -> impl Strategy<Value = precis::text::LanguageTag> {
    select(LANGUAGES.to_vec()).prop_map(|tag| tag.parse().expect("a language"))
}

/// An episode that is to be named, the number of its source, and its summaries, one a language.
fn episode() -> impl Strategy<Value = (usize, EpisodeDraft, Vec<Option<SummaryDraft>>)> {
    let about = (select(TITLES.to_vec()), of(language()), select(EpisodeKind::ALL), of(0..4_usize), any::<bool>());
    let files = (vec(enclosure(), 0..3), of(1..9_000_i32), of(1..9_000_i32), any::<bool>());
    let place = (of(select(vec!["Depths", "The Quiet Life"])), weighted(0.4, 1..3_i32), weighted(0.7, 0..4_i32));
    let published = prop_oneof![8 => select(INSTANTS.to_vec()).prop_map(Some), 1 => Just(None)];
    let words = (subsequence(TAGS.to_vec(), 0..4), of(select(vec!["News", "Weather", "Arts & Crafts"])));
    let texts = (
        select(vec!["", "Short.", "Rain fell. Then it stopped! Did it? It did, and the river rose.", TEXTS[5]]),
        subsequence(HASHTAGS.to_vec(), 0..3),
    );
    let summaries = (any::<bool>(), subsequence(LANGUAGES.to_vec(), 0..4), vec(summary(), 4));
    (about, files, place, published, words, texts, summaries, 0..5_usize).prop_map(
        |(
            about,
            files,
            (series, season, number),
            published_at,
            (tags, category),
            (excerpt, hashtags),
            summaries,
            source,
        )| {
            let (title, language, kind, address, has_author) = about;
            let (enclosures, duration_seconds, word_count, has_picture) = files;
            let url = address.map(|number| format!("https://example.org/{number}?utm_source=feed"));
            let draft = EpisodeDraft {
                identity: String::new(),
                guid: None,
                canonical_url: url.as_deref().map(canonical_url),
                url,
                kind,
                title: title.to_owned(),
                author: has_author.then(|| "Ann \"A.\" Author".to_owned()),
                language,
                image_url: has_picture.then(|| "https://example.org/picture.png".to_owned()),
                enclosures,
                duration_seconds,
                word_count,
                hashtags: owned(&hashtags),
                series: series.map(str::to_owned),
                season,
                number,
                published_at: published_at.map(Timestamp),
                source_updated_at: None,
                excerpt: excerpt.to_owned(),
                content: None,
                tags: owned(&tags),
                category: category.map(str::to_owned),
                summary: None,
            };
            let (excerpt_first, languages, written) = summaries;
            let written = languages.into_iter().zip(written).map(|(language, it)| {
                Some(SummaryDraft { language: Some(language.parse().expect("a language")), ..it })
            });
            (source, draft, excerpt_first.then_some(None).into_iter().chain(written).collect())
        },
    )
}

/// The same texts, owned.
fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&it| it.to_owned()).collect()
}

/// A file.
fn enclosure() -> impl Strategy<Value = Enclosure> {
    let size = of(select(vec![0, 1, 5_000_000_000]));
    (of(Just("audio/mpeg".to_owned())), size).prop_map(|(mime_type, size)| Enclosure {
        url: "https://example.org/file.mp3".to_owned(),
        mime_type,
        size,
    })
}

/// A summary whose language is to be told.
fn summary() -> impl Strategy<Value = SummaryDraft> {
    let origin = select(vec![SummaryOrigin::Human, SummaryOrigin::Model]);
    let text = || prop_oneof![select(TITLES.to_vec()), select(TEXTS.to_vec())];
    let texts = (of(text()), text(), vec(text(), 0..3), of(select(BODIES.to_vec())));
    (texts, origin).prop_map(|((title, tldr, key_points, body), origin)| SummaryDraft {
        language: None,
        title: title.map(str::to_owned),
        tldr: tldr.to_owned(),
        key_points: owned(&key_points),
        body: body.map(str::to_owned),
        model: (origin == SummaryOrigin::Model).then(|| "llama".to_owned()),
        origin,
    })
}

/// What becomes of some rows: mostly, they are published.
fn fate() -> impl Strategy<Value = Fate> {
    use SummaryStatus::{Archived, Draft, Published, Scheduled};
    let status = prop_oneof![8 => Just(Published), 1 => Just(Draft), 1 => Just(Archived), 1 => Just(Scheduled)];
    (status, select(INSTANTS.to_vec()), select(INSTANTS.to_vec()), 1..4_i32)
        .prop_map(|(status, created_at, updated_at, revision)| Fate { status, created_at, updated_at, revision })
}

impl Fate {
    /// What changes the rows with this number, out of so many numbers.
    fn statements(&self, number: usize, many: usize) -> [String; 3] {
        let Self { status, created_at, updated_at, revision } = self;
        let rows = format!("id % {many} = {number}");
        let times = format!("created_at = {created_at}, updated_at = {updated_at}");
        let status = status.as_str();
        [
            format!("UPDATE summary SET status = '{status}', revision = {revision}, {times} WHERE {rows}"),
            format!("UPDATE episode SET {times} WHERE {rows}"),
            format!("UPDATE source SET {times} WHERE {rows}"),
        ]
    }
}

impl Contents {
    /// Puts it all in, in batches of a few items, and then lets the fates decide.
    pub(super) async fn store(&self, content: &Content, connection: &DatabaseConnection) {
        for source in &self.sources {
            content.store_source(source).await.expect("a source is stored");
        }
        for items in self.items.chunks(7) {
            content.store(items).await.expect("items are stored");
        }
        let fates = self.fates.iter().enumerate().flat_map(|(number, fate)| fate.statements(number, self.fates.len()));
        let changes: Vec<String> = fates.chain(AGREEMENT.map(str::to_owned)).collect();
        let changes = format!("BEGIN; {}; COMMIT", changes.join("; "));
        connection.execute_unprepared(&changes).await.expect("rows are changed");
    }
}

impl Contents {
    /// What was put in is there. Of items about one episode or summary, the last one tells.
    ///
    /// # Panics
    /// Where something else is there.
    pub(super) fn check(&self, world: &World) {
        let episodes: BTreeSet<&str> = self.items.iter().map(|it| it.episode.identity.as_str()).collect();
        assert_eq!((world.episodes.len(), world.sources.len()), (episodes.len(), self.sources.len()));
        for Item { source, episode: draft, .. } in &self.items {
            let row = world.episodes.iter().find(|it| it.identity == draft.identity).expect("an episode");
            assert_eq!(source.slug.as_ref().map(ToString::to_string).as_ref(), Some(&world.source(row.source_id).slug));
            let texts = [&row.author, &row.url, &row.canonical_url, &row.image_url, &row.language];
            let language = draft.language.as_ref().map(ToString::to_string);
            assert_eq!(texts, [&draft.author, &draft.url, &draft.canonical_url, &draft.image_url, &language]);
            assert_eq!((&row.title, &row.excerpt, row.kind), (&draft.title, &draft.excerpt, draft.kind));
            let numbers = [row.season, row.number, row.duration_seconds, row.word_count];
            assert_eq!(numbers, [draft.season, draft.number, draft.duration_seconds, draft.word_count]);
            assert_eq!(
                (&row.hashtags, &row.enclosures),
                (&json!(draft.hashtags).to_string(), &json!(draft.enclosures).to_string())
            );
            let series = row.series_id.map(|id| &world.one_series(id).title);
            assert_eq!(series, draft.series.as_ref());
            let Some(summary) = &draft.summary else { continue };
            let language = summary.language.as_ref().map(ToString::to_string);
            let same =
                |it: &&entity::summary::Model| it.episode_id == row.id && Some(&it.language) == language.as_ref();
            let found = world.summaries.iter().find(same).expect("a summary");
            assert_eq!((&found.tldr, found.origin, &found.model), (&summary.tldr, summary.origin, &summary.model));
            assert_eq!(&found.title, summary.title.as_ref().unwrap_or(&draft.title));
            assert_eq!(found.key_points, json!(summary.key_points).to_string());
            assert_eq!(world.bodies.get(&found.id), summary.body.as_ref());
        }
    }
}

/// What is kept twice agrees again with the rows that were changed.
const AGREEMENT: [&str; 3] = [
    "UPDATE summary_tag SET published_at = \
     (SELECT s.published_at FROM summary s WHERE s.id = summary_id AND s.status = 'PUBLISHED')",
    "DELETE FROM counter",
    "INSERT INTO counter (dimension, key, count) \
     SELECT 'ALL', '', COUNT(*) FROM summary WHERE status = 'PUBLISHED' UNION ALL \
     SELECT 'SOURCE', CAST(source_id AS text), COUNT(*) FROM summary WHERE status = 'PUBLISHED' GROUP BY source_id \
     UNION ALL SELECT 'CATEGORY', CAST(COALESCE(category_id, 0) AS text), COUNT(*) FROM summary \
     WHERE status = 'PUBLISHED' GROUP BY COALESCE(category_id, 0) UNION ALL \
     SELECT 'LANGUAGE', language, COUNT(*) FROM summary WHERE status = 'PUBLISHED' GROUP BY language UNION ALL \
     SELECT 'TAG', CAST(tag_id AS text), COUNT(*) FROM summary_tag WHERE published_at IS NOT NULL GROUP BY tag_id",
];

//! What holds after any imports in any order: totals are counts, the change log has no hole, copies of a
//! column agree with the original, and importing the same again changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    category, change, change_head, counter, episode,
    kinds::{ChangeKind, Dimension, NodeKind, SummaryOrigin, SummaryStatus},
    series, source, summary, summary_tag, tag,
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, TestRunner},
};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::inbox::{CHANGED, Imported, import_as_of, lines};
use crate::{
    support::{Backend, TestApp},
    tables::{assert_same, connect, dump},
};

/// How many sequences of imports are tried on each database.
const CASES: u32 = 30;

/// A file of JSON lines, and when it was last changed.
pub(crate) type Input = (u64, Vec<Value>);

#[test]
fn totals_log_and_copies_agree_after_every_import_on_sqlite() {
    every_import(Backend::Sqlite, false);
}

#[test]
fn totals_log_and_copies_agree_after_every_import_on_postgres() {
    every_import(Backend::Postgres, false);
}

#[test]
fn importing_anything_again_changes_nothing_on_sqlite() {
    every_import(Backend::Sqlite, true);
}

#[test]
fn importing_anything_again_changes_nothing_on_postgres() {
    every_import(Backend::Postgres, true);
}

/// Tries many sequences of imports, where the backend is there. After each import it is `again` or
/// the agreement of the rows that is looked at.
fn every_import(backend: Backend, again: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let Some(app) = runtime.block_on(TestApp::on(backend)) else { return };
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let tried = TestRunner::new(config).run(&inputs(), |inputs| {
        runtime.block_on(async {
            let app = app.empty().await;
            let mut before = Rows::read(&app.url).await;
            for (changed, items) in inputs {
                let text = lines(&items);
                let became = import_as_of(app.content(), changed, "a.jsonl", text.as_bytes()).await;
                assert!(became.is_stored(), "{became:?}");
                if again {
                    let tables = dump(&app.url).await;
                    let became = import_as_of(app.content(), changed, "a.jsonl", text.as_bytes()).await;
                    assert_eq!(became, Imported::episodes(0, 0, items.len()));
                    assert_same(&tables, &dump(&app.url).await, "imported again");
                } else {
                    let after = Rows::read(&app.url).await;
                    agree(&before, &after);
                    before = after;
                }
            }
        });
        Ok(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

/// One to four files about the same few episodes.
pub(crate) fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let changed = (0..4_u64).prop_map(|days| CHANGED + days * 86_400);
    prop::collection::vec((changed, prop::collection::vec(item(), 1..7)), 1..5)
}

/// A line about one of a few episodes of two sources.
fn item() -> impl Strategy<Value = Value> {
    let titles = [
        "Flood",
        "Flod",
        "The Quiet Life: Ebb",
        "The quiet life: Flood",
        "The Quiet Life: Sea",
        "Talk 1",
        "Talk 2: Ebb",
    ];
    let tags = ["Event Driven", "eventdriven", "#EventDriven", "Water", "water"];
    let dates = [None, Some("2026-03-03"), Some("2026-03-04T10:00:00Z"), Some("2030-01-01")];
    let summary =
        (select(vec![None, Some("en"), Some("ru")]), select(vec!["HUMAN", "MODEL"]), select(vec!["Rain.", "Sun."]));
    let episode = (
        0..3,
        select(titles.to_vec()),
        select(vec![None, Some("en"), Some("ru")]),
        subsequence(tags.to_vec(), 0..3),
        select(vec![None, Some("News"), Some("Weather")]),
        select(dates.to_vec()),
        select(vec![None, None, Some("The Quiet Life"), Some("Depths")]),
    );
    let source = select(vec!["rivers", "rivers", "rivers", "seas"]);
    (source, episode, prop::option::weighted(0.3, summary)).prop_map(|(source, episode, summary)| {
        let (guid, title, language, tags, category, published_at, series) = episode;
        json!({
            "source": { "slug": source, "name": source },
            "episode": {
                "guid": format!("g{guid}"), "title": title, "language": language, "tags": tags, "category": category,
                "published_at": published_at, "series": series,
            },
            "summary": summary.map(|(language, origin, tldr)| {
                json!({ "language": language, "origin": origin, "tldr": tldr })
            }),
        })
    })
}

/// Fails where something does not agree after anything was written, as it was before.
pub(crate) fn agree(before: &Rows, after: &Rows) {
    counters_are_counts(after);
    the_log_has_no_hole(before, after);
    copies_agree(after);
    every_node_is_logged(after);
    no_episode_has_two_excerpts(after);
}

/// What is looked at, read once.
pub(crate) struct Rows {
    head: i64,
    changes: Vec<change::Model>,
    counters: Vec<counter::Model>,
    episodes: HashMap<i64, episode::Model>,
    summaries: HashMap<i64, summary::Model>,
    links: Vec<summary_tag::Model>,
    /// The ids of all nodes.
    nodes: BTreeSet<(&'static str, i64)>,
}

impl Rows {
    pub(crate) async fn read(url: &str) -> Self {
        let connection = connect(url).await;
        let head = change_head::Entity::find().one(&connection).await.expect("a row").expect("one").seq;
        let changes = change::Entity::find().all(&connection).await.expect("rows");
        let counters = counter::Entity::find().all(&connection).await.expect("rows");
        let episodes = episode::Entity::find().all(&connection).await.expect("rows");
        let summaries = summary::Entity::find().all(&connection).await.expect("rows");
        let links = summary_tag::Entity::find().all(&connection).await.expect("rows");
        let mut nodes = BTreeSet::new();
        nodes.extend(episodes.iter().map(|it| (NodeKind::Episode.as_str(), it.id)));
        nodes.extend(summaries.iter().map(|it| (NodeKind::Summary.as_str(), it.id)));
        let sources = source::Entity::find().all(&connection).await.expect("rows");
        nodes.extend(sources.iter().map(|it| (NodeKind::Source.as_str(), it.id)));
        let series = series::Entity::find().all(&connection).await.expect("rows");
        nodes.extend(series.iter().map(|it| (NodeKind::Series.as_str(), it.id)));
        let tags = tag::Entity::find().all(&connection).await.expect("rows");
        nodes.extend(tags.iter().map(|it| (NodeKind::Tag.as_str(), it.id)));
        let categories = category::Entity::find().all(&connection).await.expect("rows");
        nodes.extend(categories.iter().map(|it| (NodeKind::Category.as_str(), it.id)));
        connection.close().await.expect("no connection");
        let episodes = episodes.into_iter().map(|it| (it.id, it)).collect();
        let summaries = summaries.into_iter().map(|it| (it.id, it)).collect();
        Self { head, changes, counters, episodes, summaries, links, nodes }
    }
}

fn counters_are_counts(rows: &Rows) {
    let mut counted: BTreeMap<(Dimension, String), i64> = BTreeMap::new();
    let published = |summary: &summary::Model| summary.status == SummaryStatus::Published;
    for summary in rows.summaries.values().filter(|it| published(it)) {
        let category = summary.category_id.unwrap_or(0).to_string();
        for (dimension, key) in [
            (Dimension::All, String::new()),
            (Dimension::Source, summary.source_id.to_string()),
            (Dimension::Category, category),
            (Dimension::Language, summary.language.clone()),
        ] {
            *counted.entry((dimension, key)).or_default() += 1;
        }
    }
    for link in rows.links.iter().filter(|it| published(&rows.summaries[&it.summary_id])) {
        *counted.entry((Dimension::Tag, link.tag_id.to_string())).or_default() += 1;
    }
    let kept: BTreeMap<(Dimension, String), i64> =
        rows.counters.iter().filter(|it| it.count != 0).map(|it| ((it.dimension, it.key.clone()), it.count)).collect();
    assert_eq!(kept, counted, "counters are counts");
}

/// Positions go up to the head. Those that are missing were left by nodes that changed once more before
/// the import ended, and these stand together at its end.
fn the_log_has_no_hole(before: &Rows, after: &Rows) {
    let seqs: BTreeSet<i64> = after.changes.iter().map(|it| it.seq).collect();
    assert_eq!(seqs.len(), after.changes.len(), "no position is there twice");
    assert_eq!(seqs.last().copied().unwrap_or(0), after.head, "the head is the newest change");
    let new = before.head + 1..=after.head;
    let missing = new.clone().filter(|seq| !seqs.contains(seq)).count();
    let at_the_end = new.rev().take_while(|seq| seqs.contains(seq)).count();
    assert!(missing <= at_the_end, "{missing} positions are missing, and {at_the_end} stand at the end");
    let moved = |it: &&change::Model| it.seq <= before.head;
    let old: Vec<&change::Model> = after.changes.iter().filter(moved).collect();
    assert!(old.iter().all(|it| before.changes.contains(it)), "what did not change stays where it is");
}

fn copies_agree(rows: &Rows) {
    for link in &rows.links {
        let summary = &rows.summaries[&link.summary_id];
        let published = summary.published_at.filter(|_| summary.status == SummaryStatus::Published);
        assert_eq!(link.published_at, published, "a tag of {summary:?}");
    }
    for summary in rows.summaries.values() {
        let episode = &rows.episodes[&summary.episode_id];
        let copied = (summary.source_id, summary.series_id);
        assert_eq!(copied, (episode.source_id, episode.series_id), "{summary:?} of {episode:?}");
    }
    let summed_up: BTreeSet<i64> = rows.summaries.values().map(|it| it.episode_id).collect();
    assert_eq!(summed_up, rows.episodes.keys().copied().collect(), "each episode has a summary");
}

fn no_episode_has_two_excerpts(rows: &Rows) {
    let excerpts = rows.summaries.values().filter(|it| it.origin == SummaryOrigin::Excerpt);
    let mut once = BTreeSet::new();
    for excerpt in excerpts {
        assert!(once.insert(excerpt.episode_id), "{excerpt:?} is not the only one");
    }
}

fn every_node_is_logged(rows: &Rows) {
    let there = rows.changes.iter().filter(|it| it.kind != ChangeKind::Deleted);
    let logged: BTreeSet<_> = there.map(|it| (it.node_kind.as_str(), it.node_id)).collect();
    assert_eq!(logged, rows.nodes, "the log names what there is");
}

//! Walks from page to page while rows come, go and change in between: what was there all the time is seen
//! once, in the order of the list, and nothing is seen twice. Whichever way one walks, at the root and below
//! other rows, and though the row be gone that the last cursor stands for.

use std::collections::HashSet;

use entity::{episode, summary};
use precis::content::{NodeId, NodeKind};
use proptest::{collection::vec, prelude::*, sample::Index, sample::select};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, EntityTrait as _, QueryOrder as _};
use serde_json::{Value, json};

use crate::{
    both,
    property::{for_all, same},
    support::TestApp,
    tables::connect,
};

/// Lists of summaries and episodes: what leads to the page, with `$` where its arguments come; and where in
/// the data it is.
const LISTS: [(&str, &str); 10] = [
    ("summaries($)", "/summaries"),
    ("summaries(orderBy: {field: TITLE, direction: ASC}, $)", "/summaries"),
    ("summaries(filter: {tags: {allOf: [\"water\"]}}, $)", "/summaries"),
    ("summaries(filter: {not: {languages: [\"ru\"]}}, orderBy: {direction: ASC}, $)", "/summaries"),
    ("episodes($)", "/episodes"),
    ("episodes(orderBy: {field: NUMBER}, $)", "/episodes"),
    ("source(by: {slug: \"rivers\"}) { summaries(orderBy: {field: TITLE}, $)", "/source/summaries"),
    ("source(by: {slug: \"rivers\"}) { episodes(orderBy: {field: NUMBER, direction: ASC}, $)", "/source/episodes"),
    ("series(by: {slug: \"rivers-depths\"}) { episodes($)", "/series/episodes"),
    ("series(by: {slug: \"rivers-depths\"}) { source { episodes($)", "/series/source/episodes"),
];

/// What happens between two pages.
#[derive(Clone, Debug)]
enum Write {
    /// An episode comes, with its summary.
    Insert(Row),
    /// One of the episodes goes, and its summaries with it.
    Delete(Index),
    /// So does the one that was seen last.
    DeleteSeen,
    /// Something about an episode and its summaries changes that no list is sorted by.
    Change(Index),
}

/// An episode, as far as lists go.
#[derive(Clone, Debug)]
struct Row {
    source: &'static str,
    title: &'static str,
    language: &'static str,
    published_at: &'static str,
    number: Option<u8>,
    in_series: bool,
    has_tag: bool,
}

/// One walk: the rows that are there first, the list, the way, and what happens behind each page.
#[derive(Clone, Debug)]
struct Walk {
    rows: Vec<Row>,
    list: (&'static str, &'static str),
    size: usize,
    backwards: bool,
    writes: Vec<Vec<Write>>,
}

both! {
    async fn a_walk_loses_nothing_and_repeats_nothing_while_rows_come_and_go(app: TestApp) {
        let connection = connect(&app.url).await;
        for_all(150, walk(), async |walk| {
            for table in ["summary_tag", "summary_body", "summary", "episode_content", "episode"] {
                connection.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("no rows");
            }
            walk.go(&app, &connection).await
        })
        .await;
        connection.close().await.expect("no connection");
    }
}

/// Any episode, of a few titles and instants, so that many are equal.
fn row() -> impl Strategy<Value = Row> {
    (
        select(vec!["rivers", "rivers", "seas"]),
        select(vec!["Flood", "flood", "Ebb", "Ёлка", "Zebra", "Straße"]),
        select(vec!["en", "en", "ru"]),
        select(vec!["2026-03-03T00:00:00Z", "2026-03-04T10:00:00Z", "2026-03-04T10:00:01Z", "1969-12-31T23:59:59Z"]),
        prop::option::of(0..4_u8),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(source, title, language, published_at, number, in_series, has_tag)| Row {
            source,
            title,
            language,
            published_at,
            number,
            in_series,
            has_tag,
        })
}

/// Any walk.
fn walk() -> impl Strategy<Value = Walk> {
    let write = prop_oneof![
        3 => row().prop_map(Write::Insert),
        2 => any::<Index>().prop_map(Write::Delete),
        2 => Just(Write::DeleteSeen),
        2 => any::<Index>().prop_map(Write::Change),
    ];
    (vec(row(), 1..14), select(LISTS.to_vec()), 1..4_usize, any::<bool>(), vec(vec(write, 0..4), 0..8))
        .prop_map(|(rows, list, size, backwards, writes)| Walk { rows, list, size, backwards, writes })
}

impl Walk {
    /// Walks, and says what was wrong.
    async fn go(&self, app: &TestApp, connection: &DatabaseConnection) -> Result<(), String> {
        let mut many = 0;
        insert(app, &self.rows, &mut many).await;
        let before = self.whole(app).await;
        let (count, cursor, more, end) = if self.backwards {
            ("last", "before", "hasPreviousPage", "startCursor")
        } else {
            ("first", "after", "hasNextPage", "endCursor")
        };
        let (mut seen, mut at, mut writes) = (Vec::new(), String::new(), self.writes.iter());
        loop {
            let page = self.page(app, &format!("{count}: {}{at}", self.size)).await;
            let mut ids = ids(&page);
            if self.backwards {
                ids.reverse();
            }
            seen.extend(ids);
            if page["pageInfo"][more] != true {
                break;
            }
            at = format!(", {cursor}: {}", page["pageInfo"][end]);
            for write in writes.next().into_iter().flatten() {
                apply(app, connection, write, seen.last(), &mut many).await;
            }
        }
        let after = self.whole(app).await;
        if self.backwards {
            seen.reverse();
        }
        let once: HashSet<&String> = seen.iter().collect();
        if once.len() < seen.len() {
            return Err(format!("something was seen twice: {seen:?}"));
        }
        let all_the_time = |ids: &[String]| {
            let stayed = ids.iter().filter(|id| before.contains(id) && after.contains(id));
            stayed.cloned().collect::<Vec<_>>()
        };
        same(&all_the_time(&seen), &all_the_time(&after))
    }

    /// The page with these arguments; an empty one where nothing leads to it.
    async fn page(&self, app: &TestApp, arguments: &str) -> Value {
        let (way, pointer) = self.list;
        let inner = "edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        let ends = "}".repeat(way.matches(" { ").count());
        let way = way.replace('$', arguments);
        let mut data = app.data(&format!("{{ {way} {{ {inner} }} {ends} }}")).await;
        data.pointer_mut(pointer).map_or_else(|| json!({ "edges": [], "pageInfo": {} }), Value::take)
    }

    /// The whole list.
    async fn whole(&self, app: &TestApp) -> Vec<String> {
        ids(&self.page(app, "first: 100").await)
    }
}

/// The ids on a page, in its order.
fn ids(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned()).collect()
}

/// Episodes come, unlike all others.
async fn insert(app: &TestApp, rows: &[Row], many: &mut usize) {
    let line = |(number, row): (usize, &Row)| {
        let tags: Vec<&str> = row.has_tag.then_some("water").into_iter().collect();
        let line = json!({
            "source": { "slug": row.source, "name": row.source },
            "episode": {
                "guid": format!("walk {number}"), "title": row.title, "language": row.language, "number": row.number,
                "published_at": row.published_at, "series": row.in_series.then_some("Depths"), "tags": tags,
            },
            "summary": { "tldr": "It rained." },
        });
        format!("{line}\n")
    };
    let lines: String = (*many..).zip(rows).map(line).collect();
    *many += rows.len();
    app.import("lines.jsonl", &lines).await.1.expect("lines are imported");
}

/// Lets something happen.
async fn apply(app: &TestApp, connection: &DatabaseConnection, write: &Write, seen: Option<&String>, many: &mut usize) {
    let episodes = episode::Entity::find().order_by_asc(episode::Column::Id).all(connection).await.expect("rows");
    let one = |index: &Index| episodes.get(index.index(episodes.len().max(1))).map(|it| it.id);
    match write {
        Write::Insert(row) => insert(app, std::slice::from_ref(row), many).await,
        Write::Delete(index) => delete(connection, one(index)).await,
        Write::DeleteSeen => delete(connection, episode_of(connection, seen).await).await,
        Write::Change(index) => {
            let Some(id) = one(index) else { return };
            run(connection, "UPDATE episode SET author = 'Somebody', word_count = 7 WHERE id = $", id).await;
            run(connection, "UPDATE summary SET tldr = 'It did not.', edited = TRUE WHERE episode_id = $", id).await;
        }
    }
}

/// The episode that this is the id of, or that this summary sums up, if it is still there.
async fn episode_of(connection: &DatabaseConnection, seen: Option<&String>) -> Option<i64> {
    let NodeId { kind, number } = seen?.parse().expect("an id");
    if kind == NodeKind::Episode {
        return Some(number);
    }
    let summary = summary::Entity::find_by_id(number).one(connection).await.expect("rows");
    summary.map(|it| it.episode_id)
}

/// An episode goes, and all that hangs on it. There is no way to say that in the API.
async fn delete(connection: &DatabaseConnection, episode: Option<i64>) {
    let Some(id) = episode else { return };
    for table in ["summary_tag", "summary_body"] {
        let own = "summary_id IN (SELECT s.id FROM summary s WHERE s.episode_id = $)";
        run(connection, &format!("DELETE FROM {table} WHERE {own}"), id).await;
    }
    run(connection, "DELETE FROM summary WHERE episode_id = $", id).await;
    run(connection, "DELETE FROM episode_content WHERE episode_id = $", id).await;
    run(connection, "DELETE FROM episode WHERE id = $", id).await;
}

/// Runs a statement about the row with that number.
async fn run(connection: &DatabaseConnection, sql: &str, id: i64) {
    connection.execute_unprepared(&sql.replace('$', &id.to_string())).await.expect("rows are changed");
}

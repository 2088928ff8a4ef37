//! Stories: episodes that tell the same are one cluster, and one of their summaries stands for it.
//!
//! Sources publish the same thing: a post and its syndication, an article and the aggregator that leads
//! to it. What is found here is kept with the episodes, so that reading compares nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ROWS;
use crate::{content::Error, db::Transaction};

/// Titles shorter than this many characters are those of many stories: “Links”, “Episode 12”.
const TELLING_TITLE: usize = 12;
/// The same of texts.
const TELLING_TEXT: i64 = 200;
/// How far apart two episodes of one title may be published: 30 days, in seconds.
const SAME_TITLE_WITHIN: u64 = 30 * 86_400;

/// What tells whether two episodes are one story.
struct Signs {
    id: i64,
    source_id: i64,
    cluster_id: Option<i64>,
    url: Option<String>,
    text: i64,
    has_text: bool,
    title: String,
    published_at: i64,
}

const SIGNS: &str = "SELECT e.id, e.source_id, e.cluster_id, e.canonical_url, e.content_hash, length(e.excerpt), \
    e.title_key, e.published_at FROM episode e WHERE ";

impl Signs {
    fn read(row: &sea_orm::QueryResult) -> Result<Self, Error> {
        let length: i32 = row.try_get_by_index(5)?;
        Ok(Self {
            id: row.try_get_by_index(0)?,
            source_id: row.try_get_by_index(1)?,
            cluster_id: row.try_get_by_index(2)?,
            url: row.try_get_by_index(3)?,
            text: row.try_get_by_index(4)?,
            has_text: i64::from(length) >= TELLING_TEXT,
            title: row.try_get_by_index(6)?,
            published_at: row.try_get_by_index(7)?,
        })
    }

    /// A source may give one address to all its episodes (a podcast its homepage), so that within a
    /// source the address alone says nothing.
    fn is_same_story(&self, other: &Self) -> bool {
        let (same_title, elsewhere) = (self.title == other.title, self.source_id != other.source_id);
        let same_url = self.url.is_some() && self.url == other.url && (elsewhere || same_title);
        let same_text = self.text == other.text && self.has_text && other.has_text;
        let near = self.published_at.abs_diff(other.published_at) <= SAME_TITLE_WITHIN;
        same_url || same_text || same_title && elsewhere && near && self.title.chars().count() >= TELLING_TITLE
    }
}

/// Finds the stories of these episodes, which are new or have changed.
pub(super) async fn group(tx: &Transaction, touched: &[i64]) -> Result<(), Error> {
    for touched in touched.chunks(ROWS) {
        group_some(tx, touched).await?;
    }
    Ok(())
}

async fn group_some(tx: &Transaction, touched: &[i64]) -> Result<(), Error> {
    let loose = loose(tx, touched).await?;
    let others = alike(tx, &loose).await?;
    let is_loose: BTreeSet<i64> = loose.iter().map(|it| it.id).collect();
    let others: Vec<Signs> = others.into_iter().filter(|it| !is_loose.contains(&it.id)).collect();

    // Clusters that stay together are one knot from the start.
    let mut knots = Knots::default();
    others.iter().for_each(|it| knots.tie(it.id, it.cluster_id.unwrap_or(it.id)));
    let all: Vec<&Signs> = loose.iter().chain(&others).collect();
    let mut by_sign: HashMap<Sign<'_>, Vec<&Signs>> = HashMap::new();
    for it in &all {
        it.signs().for_each(|sign| by_sign.entry(sign).or_default().push(it));
    }
    for it in &loose {
        for other in it.signs().filter_map(|sign| by_sign.get(&sign)).flatten() {
            if it.id != other.id && it.is_same_story(other) {
                knots.tie(it.id, other.id);
            }
        }
    }
    write(tx, &loose, &others, &mut knots).await
}

/// Something that two episodes have in common if they are one story.
#[derive(PartialEq, Eq, Hash)]
enum Sign<'s> {
    Url(&'s str),
    Text(i64),
    Title(&'s str),
}

impl Signs {
    fn signs(&self) -> impl Iterator<Item = Sign<'_>> {
        let url = self.url.as_deref().map(Sign::Url);
        [Sign::Text(self.text), Sign::Title(&self.title)].into_iter().chain(url)
    }
}

/// These episodes and all that are in a cluster with them: what changed may not belong there any more.
async fn loose(tx: &Transaction, touched: &[i64]) -> Result<Vec<Signs>, Error> {
    let mut sql = tx.sql();
    sql.push(SIGNS).any_of("e.id", touched.to_vec());
    sql.push(" OR e.cluster_id IN (SELECT y.cluster_id FROM episode y WHERE ");
    sql.any_of("y.id", touched.to_vec()).push(") ORDER BY e.id");
    tx.rows(sql).await?.iter().map(Signs::read).collect()
}

/// Episodes that have anything in common with these.
async fn alike(tx: &Transaction, loose: &[Signs]) -> Result<Vec<Signs>, Error> {
    let urls: BTreeSet<&String> = loose.iter().filter_map(|it| it.url.as_ref()).collect();
    let texts: BTreeSet<i64> = loose.iter().filter(|it| it.has_text).map(|it| it.text).collect();
    let titles: BTreeSet<&String> = loose.iter().map(|it| &it.title).collect();
    let mut sql = tx.sql();
    sql.push(SIGNS).any_of("e.canonical_url", urls.into_iter().cloned().collect());
    sql.push(" UNION ").push(SIGNS).any_of("e.content_hash", texts.into_iter().collect());
    sql.push(" UNION ").push(SIGNS).any_of("e.title_key", titles.into_iter().cloned().collect());
    sql.push(" ORDER BY 1");
    tx.rows(sql).await?.iter().map(Signs::read).collect()
}

/// Gives each knot the least of the numbers that its members had, or have.
async fn write(tx: &Transaction, loose: &[Signs], others: &[Signs], knots: &mut Knots) -> Result<(), Error> {
    let mut cluster: BTreeMap<i64, i64> = BTreeMap::new();
    let members = others.iter().map(|it| (it.id, it.cluster_id)).chain(loose.iter().map(|it| (it.id, None)));
    for (id, known) in members {
        let number = known.unwrap_or(id);
        cluster.entry(knots.knot(id)).and_modify(|least| *least = number.min(*least)).or_insert(number);
    }
    let (mut alone, mut moved, mut merged) = (Vec::new(), BTreeMap::<i64, Vec<i64>>::new(), BTreeMap::new());
    for it in loose {
        match cluster[&knots.knot(it.id)] {
            number if it.cluster_id == Some(number) => {}
            number if number == it.id => alone.push(it.id),
            number => moved.entry(number).or_default().push(it.id),
        }
    }
    for it in others {
        let number = cluster[&knots.knot(it.id)];
        match it.cluster_id {
            Some(old) if old == number => {}
            Some(old) => drop(merged.insert(old, number)),
            None => moved.entry(number).or_default().push(it.id),
        }
    }
    if !alone.is_empty() {
        let mut sql = tx.sql();
        sql.push("UPDATE episode SET cluster_id = id WHERE ").any_of("id", alone);
        tx.execute(sql).await?;
    }
    for (number, ids) in moved {
        let mut sql = tx.sql();
        sql.push("UPDATE episode SET cluster_id = ").bind(number.into()).push(" WHERE ").any_of("id", ids);
        tx.execute(sql).await?;
    }
    for (old, number) in merged {
        let mut sql = tx.sql();
        sql.push("UPDATE episode SET cluster_id = ").bind(number.into());
        sql.push(" WHERE cluster_id = ").bind(old.into());
        tx.execute(sql).await?;
    }
    Ok(())
}

/// Sets that grow together (union-find).
#[derive(Default)]
struct Knots(HashMap<i64, i64>);

impl Knots {
    /// What all members of one set have in common.
    fn knot(&mut self, id: i64) -> i64 {
        let mut root = id;
        while let Some(next) = self.0.get(&root).filter(|next| **next != root) {
            root = *next;
        }
        self.0.insert(id, root);
        root
    }

    fn tie(&mut self, one: i64, other: i64) {
        let (one, other) = (self.knot(one), self.knot(other));
        self.0.insert(one.max(other), one.min(other));
    }
}

/// Says of each of these episodes' stories which summary stands for it.
pub(super) async fn elect(tx: &Transaction, episodes: &[i64]) -> Result<(), Error> {
    for episodes in episodes.chunks(ROWS) {
        let mut sql = tx.sql();
        sql.push("SELECT s.id, s.is_primary, e.cluster_id FROM episode e JOIN summary s ON s.episode_id = e.id");
        sql.push(" WHERE s.status = 'PUBLISHED' AND e.cluster_id IN (SELECT y.cluster_id FROM episode y WHERE ");
        sql.any_of("y.id", episodes.to_vec());
        sql.push(") ORDER BY e.cluster_id, e.published_at, e.id, s.is_original DESC, s.id");
        let (mut seen, mut wrong) = (BTreeSet::new(), BTreeMap::<bool, Vec<i64>>::new());
        for row in tx.rows(sql).await? {
            let (id, is_primary, story): (i64, bool, i64) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let should_be = seen.insert(story);
            if is_primary != should_be {
                wrong.entry(should_be).or_default().push(id);
            }
        }
        for (should_be, ids) in wrong {
            let mut sql = tx.sql();
            sql.push("UPDATE summary SET is_primary = ").bind(should_be.into()).push(" WHERE ").any_of("id", ids);
            tx.execute(sql).await?;
        }
    }
    Ok(())
}

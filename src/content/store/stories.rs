//! Stories: episodes that tell the same are one cluster, and one of their summaries stands for it.
//!
//! Sources publish the same thing: a post and its syndication, an article and the aggregator that leads
//! to it. What is found here is kept with the episodes, so that reading compares nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{ROWS, episodes::SHORT_TEXT};
use crate::{content::Error, db::Transaction};

/// Titles shorter than this many characters are those of many stories: “Links”, “Episode 12”.
const TELLING_TITLE: usize = 12;
/// How far apart two episodes of one title may be published: 30 days, in seconds.
const SAME_TITLE_WITHIN: i64 = 30 * 86_400;

/// What tells whether two episodes are one story.
struct Signs {
    id: i64,
    source_id: i64,
    cluster_id: Option<i64>,
    url: Option<String>,
    text: i64,
    title: String,
    published_at: i64,
}

const SIGNS: &str = "SELECT e.id, e.source_id, e.cluster_id, e.canonical_url, e.content_hash, e.title_key, \
    e.published_at FROM episode e WHERE ";

/// Something that two episodes have in common if they are one story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign<'s> {
    Url(&'s str),
    Text(i64),
    Title(&'s str),
}

impl Signs {
    fn read(row: &crate::db::Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.try_get_by_index(0)?,
            source_id: row.try_get_by_index(1)?,
            cluster_id: row.try_get_by_index(2)?,
            url: row.try_get_by_index(3)?,
            text: row.try_get_by_index(4)?,
            title: row.try_get_by_index(5)?,
            published_at: row.try_get_by_index(6)?,
        })
    }

    fn signs(&self) -> impl Iterator<Item = Sign<'_>> {
        let url = self.url.as_deref().map(Sign::Url);
        let text = (self.text != SHORT_TEXT).then_some(Sign::Text(self.text));
        let title = (self.title.chars().count() >= TELLING_TITLE).then_some(Sign::Title(&self.title));
        url.into_iter().chain(text).chain(title)
    }
}

/// Finds the stories of these episodes, which are new or have changed, and gives all the episodes whose
/// story may be another one now. A title that an episode has no more may have stopped recurring.
pub(super) async fn group(tx: &Transaction, touched: &[i64], old_titles: &[String]) -> Result<Vec<i64>, Error> {
    let mut moved = Vec::new();
    let mut sql = tx.sql();
    let telling = old_titles.iter().filter(|title| title.chars().count() >= TELLING_TITLE).cloned().collect();
    sql.push("SELECT e.id FROM episode e WHERE ").any_of("e.title_key", telling);
    let mut touched: BTreeSet<i64> = touched.iter().copied().collect();
    if !old_titles.is_empty() {
        for row in tx.rows(sql).await? {
            touched.insert(row.try_get_by_index(0)?);
        }
    }
    let touched: Vec<i64> = touched.into_iter().collect();
    for touched in touched.chunks(ROWS) {
        moved.extend(group_some(tx, touched).await?);
    }
    Ok(moved)
}

async fn group_some(tx: &Transaction, touched: &[i64]) -> Result<Vec<i64>, Error> {
    let mut ids: BTreeSet<i64> = touched.iter().copied().collect();
    let (loose, others) = loop {
        let loose = loose(tx, &ids).await?;
        let is_loose: BTreeSet<i64> = loose.iter().map(|it| it.id).collect();
        let mut others = alike(tx, &loose).await?;
        others.retain(|it| !is_loose.contains(&it.id));
        // A title that has begun to recur does not hold together what it held before.
        let recurring = recurring(&loose, &others);
        let held = others.iter().filter(|it| it.cluster_id != Some(it.id) && recurring.contains(&it.title));
        let more: Vec<i64> = held.map(|it| it.id).collect();
        if more.is_empty() {
            break (loose, others);
        }
        ids.extend(more);
    };

    // Clusters that stay together are one knot from the start.
    let mut knots = Knots::default();
    for it in &others {
        knots.tie(it.id, it.cluster_id.unwrap_or(it.id));
    }
    let mut with: BTreeMap<Sign<'_>, Vec<&Signs>> = BTreeMap::new();
    for sign in loose.iter().flat_map(Signs::signs) {
        with.entry(sign).or_default();
    }
    for it in loose.iter().chain(&others) {
        for sign in it.signs() {
            with.entry(sign).and_modify(|all| all.push(it));
        }
    }
    for (sign, all) in with {
        tie_all(sign, all, &mut knots);
    }
    write(tx, &loose, &others, &mut knots).await?;
    Ok(loose.iter().map(|it| it.id).collect())
}

/// Ties what has one sign, as far as that sign tells: in one pass, however many they are.
fn tie_all(sign: Sign<'_>, mut all: Vec<&Signs>, knots: &mut Knots) {
    let is_of_one_source = all.iter().all(|it| it.source_id == all[0].source_id);
    match sign {
        // A source may give one address to all its episodes (a podcast its homepage), so that within a
        // source the address alone says nothing.
        Sign::Url(_) if is_of_one_source => all.sort_by(|one, other| one.title.cmp(&other.title)),
        Sign::Text(_) | Sign::Url(_) => {}
        Sign::Title(_) if recurs(&all) => return,
        Sign::Title(_) => all.sort_by_key(|it| it.published_at),
    }
    for pair in all.windows(2) {
        let [one, next] = pair else { continue };
        let is_same = match sign {
            Sign::Text(_) => true,
            Sign::Url(_) => !is_of_one_source || one.title == next.title,
            Sign::Title(_) => next.published_at.saturating_sub(one.published_at) <= SAME_TITLE_WITHIN,
        };
        if is_same {
            knots.tie(one.id, next.id);
        }
    }
}

/// Whether one of these sources uses its title again and again: it is that of a column, and tells no story.
fn recurs(of_one_title: &[&Signs]) -> bool {
    let sources: BTreeSet<i64> = of_one_title.iter().map(|it| it.source_id).collect();
    sources.len() < of_one_title.len()
}

/// The titles that tell no story any more.
fn recurring(loose: &[Signs], others: &[Signs]) -> BTreeSet<String> {
    let mut of_title: HashMap<&str, Vec<&Signs>> = HashMap::new();
    for it in loose.iter().chain(others) {
        of_title.entry(&it.title).or_default().push(it);
    }
    let of_loose: BTreeSet<&str> = loose.iter().map(|it| it.title.as_str()).collect();
    let recurs = of_title.into_iter().filter(|(title, all)| of_loose.contains(title) && recurs(all));
    recurs.map(|(title, _)| title.to_owned()).collect()
}

/// These episodes and all that are in a cluster with them: what changed may not belong there any more.
async fn loose(tx: &Transaction, touched: &BTreeSet<i64>) -> Result<Vec<Signs>, Error> {
    let touched: Vec<i64> = touched.iter().copied().collect();
    let mut sql = tx.sql();
    sql.push(SIGNS).any_of("e.id", touched.clone()).push(" UNION ").push(SIGNS);
    sql.push("e.cluster_id IN (SELECT y.cluster_id FROM episode y WHERE ").any_of("y.id", touched);
    sql.push(") ORDER BY 1");
    tx.rows(sql).await?.iter().map(Signs::read).collect()
}

/// Episodes that have anything telling in common with these.
async fn alike(tx: &Transaction, loose: &[Signs]) -> Result<Vec<Signs>, Error> {
    let (mut urls, mut texts, mut titles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for sign in loose.iter().flat_map(Signs::signs) {
        match sign {
            Sign::Url(url) => drop(urls.insert(url.to_owned())),
            Sign::Text(text) => drop(texts.insert(text)),
            Sign::Title(title) => drop(titles.insert(title.to_owned())),
        }
    }
    let mut sql = tx.sql();
    sql.push(SIGNS).any_of("e.canonical_url", urls.into_iter().collect());
    sql.push(" UNION ").push(SIGNS).any_of("e.content_hash", texts.into_iter().collect());
    sql.push(" UNION ").push(SIGNS).any_of("e.title_key", titles.into_iter().collect());
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

/// Says of the summaries of these episodes which are in their own language, and of each of their stories
/// which summary stands for it.
pub(super) async fn elect(tx: &Transaction, episodes: &[i64]) -> Result<(), Error> {
    for episodes in episodes.chunks(ROWS) {
        // An episode may have turned out to be in another language.
        let mut sql = tx.sql();
        sql.push("UPDATE summary SET is_original = NOT is_original WHERE ").any_of("episode_id", episodes.to_vec());
        sql.push(" AND is_original <> (SELECT COALESCE(e.language = summary.language, TRUE) FROM episode e");
        sql.push(" WHERE e.id = summary.episode_id)");
        tx.execute(sql).await?;
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

//! Names in memory: sources, series, categories and tags are few, and every list needs them. Lists
//! carry ids; what stands behind an id is looked up here, without a statement and without a lock.
//!
//! The names are replaced as a whole when the change log says that one of them moved. Who writes in
//! this process says so at once; what other processes write is seen within [`PERIOD`], and at once
//! where a row leads to a name that isn't known yet.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use entity::{category, series, source, tag, tag_alias};
use foldhash::fast::RandomState;
use sea_orm::DbErr;
use tokio::sync::Mutex;

use super::columns::{Columns, readable};
use crate::db::{Db, Reader, Sql};

/// A place that episodes come from.
pub type Source = source::Model;
/// A shelf that summaries stand on.
pub type Category = category::Model;

/// A numbered run of episodes.
pub type Series = series::Model;

/// A subject.
#[derive(Debug, Default)]
pub struct Tag {
    /// Its row.
    pub it: tag::Model,
    /// Other slugs that lead to it, sorted.
    pub aliases: Vec<String>,
}

/// How soon a change made by another process is seen.
const PERIOD: Duration = Duration::from_secs(1);

/// Rows by their ids, and ids by what they are called.
#[derive(Debug)]
pub(super) struct Named<T> {
    rows: HashMap<i64, Arc<T>, RandomState>,
    slugs: HashMap<String, i64, RandomState>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { rows: HashMap::default(), slugs: HashMap::default() }
    }
}

impl<T> Named<T> {
    fn of(rows: impl Iterator<Item = (i64, String, T)>) -> Self {
        let mut named = Self::default();
        for (id, slug, row) in rows {
            named.rows.insert(id, Arc::new(row));
            named.slugs.insert(slug, id);
        }
        named
    }

    pub(super) fn get(&self, id: i64) -> Option<&Arc<T>> {
        self.rows.get(&id)
    }

    /// All of them, in no order.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Arc<T>> {
        self.rows.values()
    }

    /// All slugs and aliases, and which row each leads to.
    pub(super) fn slugs(&self) -> impl Iterator<Item = (&str, i64)> {
        self.slugs.iter().map(|(slug, id)| (slug.as_str(), *id))
    }

    /// By slug, or by an alias of it.
    pub(super) fn find(&self, slug: &str) -> Option<i64> {
        self.slugs.get(slug).copied()
    }
}

/// All the names, as they were at one moment.
#[derive(Debug)]
pub(super) struct Names {
    /// Where the newest change to any of them stands in the log; -1 before they are loaded.
    newest: i64,
    pub(super) sources: Named<Source>,
    pub(super) series: Named<Series>,
    pub(super) categories: Named<Category>,
    pub(super) tags: Named<Tag>,
}

/// The names, and the newest change to any of them that is known.
#[derive(Debug)]
pub(super) struct Catalogue {
    names: ArcSwap<Names>,
    moved: AtomicI64,
    loading: Mutex<()>,
}

readable!(source:
    Id id, Slug slug, Name name, Kind kind, FeedUrl feed_url, Homepage homepage, IconUrl icon_url,
    Description description, Language language, CreatedAt created_at, UpdatedAt updated_at,
);
readable!(series: Id id, SourceId source_id, Slug slug, Title title, MatchKey match_key, CreatedAt created_at);
readable!(category: Id id, Slug slug, Name name);
readable!(tag: Id id, Slug slug, MatchKey match_key, Name name);
readable!(tag_alias: Alias alias, TagId tag_id, MatchKey match_key);

impl Default for Catalogue {
    fn default() -> Self {
        let nothing = Names {
            newest: -1,
            sources: Named::default(),
            series: Named::default(),
            categories: Named::default(),
            tags: Named::default(),
        };
        Self { names: ArcSwap::from_pointee(nothing), moved: AtomicI64::new(0), loading: Mutex::default() }
    }
}

impl Catalogue {
    /// The names, loaded if they are not there or known to be old.
    pub(super) async fn names(&self, reader: &Reader) -> Result<Arc<Names>, DbErr> {
        if let Some(names) = self.fresh() {
            return Ok(names);
        }
        reader.begin().await?; // before the lock: who waits for it must not wait for a connection then
        let _one_at_a_time = self.loading.lock().await;
        match self.fresh() {
            Some(names) => Ok(names),
            None => self.load(reader).await,
        }
    }

    fn fresh(&self) -> Option<Arc<Names>> {
        let names = self.names.load_full();
        (names.newest >= self.moved.load(Ordering::Acquire)).then_some(names)
    }

    /// Takes note that a name changed, at this place in the log.
    pub(super) fn moved(&self, seq: i64) {
        self.moved.fetch_max(seq, Ordering::AcqRel);
    }

    /// The names, loaded unless somebody else did and `has` is content: a row leads to one that isn't here.
    pub(super) async fn reload(&self, reader: &Reader, has: impl Fn(&Names) -> bool) -> Result<Arc<Names>, DbErr> {
        reader.begin().await?;
        let _one_at_a_time = self.loading.lock().await;
        let names = self.names.load_full();
        if has(&names) { Ok(names) } else { self.load(reader).await }
    }

    /// The names, loaded again if the change log says that any of them moved.
    pub(super) async fn refresh(&self, reader: &Reader) -> Result<Arc<Names>, DbErr> {
        self.moved(newest_change(reader).await?);
        self.names(reader).await
    }

    /// As this reader sees them, which may be an older state than others see: those keep theirs.
    async fn load(&self, reader: &Reader) -> Result<Arc<Names>, DbErr> {
        let names = Arc::new(load(reader).await?);
        if names.newest >= self.names.load().newest {
            self.names.store(names.clone());
        }
        Ok(names)
    }
}

/// Looks at the change log once in a while, for ever.
pub(super) async fn follow(catalogue: &Catalogue, db: &Db) {
    let mut failed = false;
    loop {
        tokio::time::sleep(PERIOD).await;
        let reader = db.reader();
        match catalogue.refresh(&reader).await {
            Ok(_) => failed = false,
            Err(error) if !failed => {
                tracing::warn!(error = &error as &dyn std::error::Error, "names can't be refreshed");
                failed = true;
            }
            Err(_) => {} // said once, until it works again
        }
        if let Err(error) = reader.finish().await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a snapshot could not be given back");
        }
    }
}

async fn load(reader: &Reader) -> Result<Names, DbErr> {
    let newest = newest_change(reader).await?;
    let sources = Columns::<source::Column>::rows(reader, |_| {}).await?;
    let series = Columns::<series::Column>::rows(reader, |_| {}).await?;
    let categories = Columns::<category::Column>::rows(reader, |_| {}).await?;
    let tags = Columns::<tag::Column>::rows(reader, |_| {}).await?;
    let by_name = |sql: &mut Sql| {
        sql.push(" ORDER BY x.alias");
    };
    let aliases = Columns::<tag_alias::Column>::rows(reader, by_name).await?;

    let sources = Named::of(sources.into_iter().map(|row| (row.id, row.slug.clone(), row)));
    let series = Named::of(series.into_iter().map(|row| (row.id, row.slug.clone(), row)));
    let categories = Named::of(categories.into_iter().map(|row| (row.id, row.slug.clone(), row)));
    let mut by_tag: HashMap<i64, Vec<String>> = HashMap::new();
    for tag_alias::Model { alias, tag_id, .. } in &aliases {
        by_tag.entry(*tag_id).or_default().push(alias.clone());
    }
    let tags = tags.into_iter().map(|it| {
        let aliases = by_tag.remove(&it.id).unwrap_or_default();
        (it.id, it.slug.clone(), Tag { it, aliases })
    });
    let mut tags = Named::of(tags);
    tags.slugs.extend(aliases.into_iter().map(|row| (row.alias, row.tag_id)));
    Ok(Names { newest, sources, series, categories, tags })
}

/// One step down an index for each kind of name.
async fn newest_change(reader: &Reader) -> Result<i64, DbErr> {
    let mut sql = reader.sql();
    sql.push("SELECT ").join(["SOURCE", "SERIES", "CATEGORY", "TAG"], ", ", |sql, kind| {
        sql.push("COALESCE((SELECT MAX(seq) FROM change WHERE node_kind = '").push(kind).push("'), 0)");
    });
    let Some(row) = reader.row(sql).await? else { return Ok(0) };
    (0..4).try_fold(0, |newest, at| Ok(row.try_get_by_index::<i64>(at)?.max(newest)))
}

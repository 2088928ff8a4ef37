//! PostgreSQL: a prepared statement for each question, planned once, and its rows put into the answer as they lie. A statement has
//! a connection to itself, as from a pool, or shares it: then statements are sent as they come, to one connection after another.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Semaphore;
use tokio_postgres::{Client, NoTls, Row, Statement, types::ToSql};

use crate::{
    Fault,
    answer::{self, Days, Full, Listed, Newest, OF_CATEGORY, OF_DAY, OF_SOURCE, PAGE, SOURCES, TagPage},
    instant::DAY,
    names::{Names, Table},
    question::Question,
};

const OF_TAG: &str = "
    SELECT s.id, s.title, s.tldr, s.published_at, s.category_id, s.source_id,
        ARRAY(SELECT t.tag_id FROM summary_tag t WHERE t.summary_id = s.id)
    FROM summary_tag l JOIN summary s ON s.id = l.summary_id
    WHERE l.tag_id = $1 AND l.published_at IS NOT NULL
    ORDER BY l.published_at DESC, l.summary_id DESC LIMIT $2";
/// The same with the total, which is looked up once, in each row.
const OF_TAG_WITH_TOTAL: &str = "
    SELECT s.id, s.title, s.tldr, s.published_at, s.category_id, s.source_id,
        ARRAY(SELECT t.tag_id FROM summary_tag t WHERE t.summary_id = s.id),
        (SELECT c.count FROM counter c WHERE c.dimension = 'TAG' AND c.key = $1::BIGINT::TEXT)
    FROM summary_tag l JOIN summary s ON s.id = l.summary_id
    WHERE l.tag_id = $1 AND l.published_at IS NOT NULL
    ORDER BY l.published_at DESC, l.summary_id DESC LIMIT $2";
const ONE: &str = "
    SELECT s.id, s.title, s.tldr, s.published_at, s.category_id, s.source_id,
        ARRAY(SELECT t.tag_id FROM summary_tag t WHERE t.summary_id = s.id),
        s.slug, b.markdown, s.key_points, e.title, e.url, e.published_at, e.duration_seconds
    FROM summary s JOIN episode e ON e.id = s.episode_id LEFT JOIN summary_body b ON b.summary_id = s.id
    WHERE s.slug = $1 AND s.status = 'PUBLISHED'";
const OF_CATEGORY_NEWEST: &str = "
    SELECT title, tldr FROM summary WHERE category_id = $1 AND status = 'PUBLISHED'
    ORDER BY sort_at DESC, id DESC LIMIT $2";
const OF_DAYS: &str = "
    SELECT s.sort_at, s.id, s.title, s.source_id
    FROM generate_series($1::BIGINT, $2::BIGINT - 1, 86400) d (day) CROSS JOIN LATERAL (
        SELECT sort_at, id, title, source_id FROM summary
        WHERE status = 'PUBLISHED' AND sort_at >= d.day AND sort_at < d.day + 86400
        ORDER BY sort_at DESC, id DESC LIMIT $3) s";
const OF_SOURCES: &str = "
    SELECT e.source_id, e.published_at, e.id, e.title, s.title,
        ARRAY(SELECT t.tag_id FROM summary_tag t WHERE t.summary_id = s.id)
    FROM unnest($1::BIGINT[]) p (id) CROSS JOIN LATERAL (
        SELECT source_id, published_at, id, title FROM episode WHERE source_id = p.id
        ORDER BY published_at DESC, id DESC LIMIT $2) e
    LEFT JOIN summary s ON s.episode_id = e.id AND s.status = 'PUBLISHED'";

const ALL: [&str; 6] = [OF_TAG, OF_TAG_WITH_TOTAL, ONE, OF_CATEGORY_NEWEST, OF_DAYS, OF_SOURCES];

/// Connections.
pub(crate) struct Postgres {
    lines: Vec<Line>,
    sharing: Sharing,
}

/// Who uses which connection.
enum Sharing {
    /// All use all, in turn: the number of the next one.
    All(AtomicUsize),
    /// One uses one: those that are free, as many as there are permits.
    Nobody { permits: Semaphore, free: Mutex<Vec<usize>> },
}

/// A connection that somebody uses. Dropped, it is free.
struct Taken<'p> {
    place: usize,
    free: &'p Mutex<Vec<usize>>,
}

impl<'p> Taken<'p> {
    fn of(free: &'p Mutex<Vec<usize>>) -> Result<Self, Fault> {
        let place = free.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or("more permits than connections")?;
        Ok(Self { place, free })
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(self.place);
    }
}

/// A connection, with all statements prepared.
struct Line {
    client: Client,
    statements: Vec<(&'static str, Statement)>,
}

impl Line {
    async fn connect(url: &str) -> Result<Self, Fault> {
        let (client, driver) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(driver);
        client.batch_execute("SET plan_cache_mode = force_generic_plan").await?;
        let mut statements = Vec::with_capacity(ALL.len());
        for text in ALL {
            statements.push((text, client.prepare(text).await?));
        }
        Ok(Self { client, statements })
    }

    async fn rows(&self, text: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        let (_, statement) = self.statements.iter().find(|(known, _)| *known == text).ok_or("it is not prepared")?;
        Ok(self.client.query(statement, values).await?)
    }
}

impl Postgres {
    pub(crate) async fn connect(url: &str, connections: u32, is_shared: bool) -> Result<Self, Fault> {
        let mut lines = Vec::new();
        for _ in 0..connections {
            lines.push(Line::connect(url).await?);
        }
        let sharing = if is_shared {
            Sharing::All(AtomicUsize::default())
        } else {
            Sharing::Nobody { permits: Semaphore::new(lines.len()), free: Mutex::new((0..lines.len()).collect()) }
        };
        Ok(Self { lines, sharing })
    }

    async fn rows(&self, text: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        match &self.sharing {
            Sharing::All(next) => {
                self.lines[next.fetch_add(1, Ordering::Relaxed) % self.lines.len()].rows(text, values).await
            }
            Sharing::Nobody { permits, free } => {
                let _permit = permits.acquire().await?;
                let taken = Taken::of(free)?;
                self.lines[taken.place].rows(text, values).await
            }
        }
    }

    pub(crate) async fn names(&self) -> Result<Names, Fault> {
        Ok(Names {
            tags: self.table("SELECT id, slug, name, '' FROM tag").await?,
            sources: self.table("SELECT id, slug, name, kind FROM source").await?,
            categories: self.table("SELECT id, slug, name, '' FROM category").await?,
        })
    }

    async fn table(&self, sql: &'static str) -> Result<Table, Fault> {
        let rows = self.lines[0].client.query(sql, &[]).await?;
        let rows = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)));
        Ok(Table::new(rows.collect::<Result<_, tokio_postgres::Error>>()?))
    }

    pub(crate) async fn answer(&self, question: &Question, names: &Names) -> Result<Vec<u8>, Fault> {
        match question {
            Question::OfTag { tag, total } => self.of_tag(tag, *total, names).await,
            Question::One { slug } => {
                let row = self.rows(ONE, &[slug]).await?;
                let row = row.first().map(|row| Ok::<_, Fault>((listed(row)?, full(row)?))).transpose()?;
                Ok(answer::one(row, names))
            }
            Question::OfCategory { category } => {
                let id = names.categories.id(category).unwrap_or_default();
                let rows = self.rows(OF_CATEGORY_NEWEST, &[&id, &OF_CATEGORY]).await?;
                let mut list = answer::Headlines::default();
                for row in &rows {
                    list.push(row.try_get(0)?, row.try_get(1)?);
                }
                Ok(list.finish())
            }
            Question::Days { from, to } => self.days(*from, *to, names).await,
            Question::Sources { after } => self.sources(after.as_deref(), names).await,
        }
    }

    async fn of_tag(&self, tag: &str, total: bool, names: &Names) -> Result<Vec<u8>, Fault> {
        let id = names.tags.id(tag).unwrap_or_default();
        let rows = self.rows(if total { OF_TAG_WITH_TOTAL } else { OF_TAG }, &[&id, &(PAGE + 1)]).await?;
        let mut page = TagPage::new(names);
        for row in &rows {
            page.push(listed(row)?);
        }
        let count = |row: Option<&Row>| row.map_or(Ok(0), |row| row.try_get(7));
        let total = if total { Some(count(rows.first())?) } else { None };
        Ok(page.finish(total))
    }

    async fn days(&self, from: i64, to: i64, names: &Names) -> Result<Vec<u8>, Fault> {
        let found = self.rows(OF_DAYS, &[&from, &to, &OF_DAY]).await?;
        let mut rows = found.iter().map(of_day).collect::<Result<Vec<_>, _>>()?;
        // A join promises no order, and sorting what lies in memory is cheaper than having it sorted.
        rows.sort_unstable_by_key(|(at, id, ..)| (-at, -id));
        let mut days = Days::default();
        for (at, _, title, source) in rows {
            days.push(at - at.rem_euclid(DAY), title, source, names);
        }
        Ok(days.finish())
    }

    async fn sources(&self, after: Option<&str>, names: &Names) -> Result<Vec<u8>, Fault> {
        let sorted = names.sources.behind(after);
        let ids = &sorted[..sorted.len().min(SOURCES)];
        let found = self.rows(OF_SOURCES, &[&ids, &OF_SOURCE]).await?;
        let mut below: HashMap<i64, Vec<Newest<'_>>> = HashMap::with_capacity(ids.len());
        for row in &found {
            let title: Option<&str> = row.try_get(4)?;
            below.entry(row.try_get(0)?).or_default().push(Newest {
                published_at: row.try_get(1)?,
                episode: row.try_get(2)?,
                title: row.try_get(3)?,
                summary: title.map(|title| Ok::<_, tokio_postgres::Error>((title, row.try_get(5)?))).transpose()?,
            });
        }
        let mut out = answer::Sources::new(names);
        for id in ids {
            out.begin(*id);
            let mut rows = below.remove(id).unwrap_or_default();
            rows.sort_by_key(|row| (-row.published_at, -row.episode));
            for row in rows {
                out.push(row);
            }
        }
        Ok(out.finish())
    }
}

fn of_day(row: &Row) -> Result<(i64, i64, &str, i64), tokio_postgres::Error> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
}

fn listed(row: &Row) -> Result<Listed<'_>, tokio_postgres::Error> {
    Ok(Listed {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        tldr: row.try_get(2)?,
        published_at: row.try_get(3)?,
        category: row.try_get(4)?,
        source: row.try_get(5)?,
        tags: row.try_get(6)?,
    })
}

fn full(row: &Row) -> Result<Full<'_>, tokio_postgres::Error> {
    let body: Option<&str> = row.try_get(8)?;
    Ok(Full {
        slug: row.try_get(7)?,
        body: body.map_or_else(|| row.try_get(2), Ok)?,
        key_points: row.try_get(9)?,
        episode_title: row.try_get(10)?,
        url: row.try_get(11)?,
        episode_published_at: row.try_get(12)?,
        duration: row.try_get(13)?,
    })
}

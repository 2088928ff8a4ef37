//! PostgreSQL: a prepared statement for each question, planned once, and its rows put into the answer as they lie.

use std::collections::HashMap;

use sqlx::{
    PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
};

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

/// Connections.
pub(crate) struct Postgres(PgPool);

impl Postgres {
    pub(crate) async fn connect(url: &str, connections: u32) -> Result<Self, Fault> {
        let options = url.parse::<PgConnectOptions>()?.options([("plan_cache_mode", "force_generic_plan")]);
        let pool = PgPoolOptions::new().max_connections(connections).test_before_acquire(false);
        Ok(Self(pool.connect_with(options).await?))
    }

    pub(crate) async fn names(&self) -> Result<Names, Fault> {
        Ok(Names {
            tags: self.table("SELECT id, slug, name, '' FROM tag").await?,
            sources: self.table("SELECT id, slug, name, kind FROM source").await?,
            categories: self.table("SELECT id, slug, name, '' FROM category").await?,
        })
    }

    async fn table(&self, sql: &'static str) -> Result<Table, Fault> {
        Ok(Table::new(sqlx::query_as(sql).fetch_all(&self.0).await?))
    }

    pub(crate) async fn answer(&self, question: &Question, names: &Names) -> Result<Vec<u8>, Fault> {
        match question {
            Question::OfTag { tag, total } => self.of_tag(tag, *total, names).await,
            Question::One { slug } => {
                let row = sqlx::query(ONE).bind(slug).fetch_optional(&self.0).await?;
                let row = row.as_ref().map(|row| Ok::<_, Fault>((listed(row)?, full(row)?))).transpose()?;
                Ok(answer::one(row, names))
            }
            Question::OfCategory { category } => {
                let id = names.categories.id(category).unwrap_or_default();
                let query = sqlx::query(OF_CATEGORY_NEWEST).bind(id).bind(OF_CATEGORY);
                let rows = query.fetch_all(&self.0).await?;
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
        let query = sqlx::query(if total { OF_TAG_WITH_TOTAL } else { OF_TAG });
        let rows = query.bind(id).bind(PAGE + 1).fetch_all(&self.0).await?;
        let mut page = TagPage::new(names);
        for row in &rows {
            page.push(listed(row)?);
        }
        let count = |row: Option<&PgRow>| row.map_or(Ok(0), |row| row.try_get(7));
        let total = if total { Some(count(rows.first())?) } else { None };
        Ok(page.finish(total))
    }

    async fn days(&self, from: i64, to: i64, names: &Names) -> Result<Vec<u8>, Fault> {
        let query = sqlx::query(OF_DAYS).bind(from).bind(to).bind(OF_DAY);
        let found = query.fetch_all(&self.0).await?;
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
        let query = sqlx::query(OF_SOURCES).bind(ids).bind(OF_SOURCE);
        let found = query.fetch_all(&self.0).await?;
        let mut below: HashMap<i64, Vec<Newest<'_>>> = HashMap::with_capacity(ids.len());
        for row in &found {
            let title: Option<&str> = row.try_get(4)?;
            below.entry(row.try_get(0)?).or_default().push(Newest {
                published_at: row.try_get(1)?,
                episode: row.try_get(2)?,
                title: row.try_get(3)?,
                summary: title.map(|title| Ok::<_, sqlx::Error>((title, row.try_get(5)?))).transpose()?,
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

fn of_day(row: &PgRow) -> Result<(i64, i64, &str, i64), sqlx::Error> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
}

fn listed(row: &PgRow) -> Result<Listed<'_>, sqlx::Error> {
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

fn full(row: &PgRow) -> Result<Full<'_>, sqlx::Error> {
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

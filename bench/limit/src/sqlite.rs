//! SQLite, called where one is: each thread has a connection of its own, with its statements prepared.

use std::cell::RefCell;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use crate::{
    Fault,
    answer::{self, Days, Full, Listed, Newest, OF_CATEGORY, OF_DAY, OF_SOURCE, PAGE, SOURCES, TagPage},
    instant::DAY,
    names::{Names, Table},
    question::Question,
};

const OF_TAG: &str = "
    SELECT s.id, s.title, s.tldr, s.published_at, s.category_id, s.source_id,
        (SELECT group_concat(t.tag_id) FROM summary_tag t WHERE t.summary_id = s.id)
    FROM summary_tag l CROSS JOIN summary s ON s.id = l.summary_id
    WHERE l.tag_id = ?1 AND l.published_at IS NOT NULL
    ORDER BY l.published_at DESC, l.summary_id DESC LIMIT ?2";
const TOTAL: &str = "SELECT count FROM counter WHERE dimension = 'TAG' AND key = CAST(?1 AS TEXT)";
const ONE: &str = "
    SELECT s.id, s.title, s.tldr, s.published_at, s.category_id, s.source_id,
        (SELECT group_concat(t.tag_id) FROM summary_tag t WHERE t.summary_id = s.id),
        s.slug, b.markdown, s.key_points, e.title, e.url, e.published_at, e.duration_seconds
    FROM summary s JOIN episode e ON e.id = s.episode_id LEFT JOIN summary_body b ON b.summary_id = s.id
    WHERE s.slug = ?1 AND s.status = 'PUBLISHED'";
const OF_CATEGORY_NEWEST: &str = "
    SELECT title, tldr FROM summary WHERE category_id = ?1 AND status = 'PUBLISHED'
    ORDER BY sort_at DESC, id DESC LIMIT ?2";
const OF_ONE_DAY: &str = "
    SELECT title, source_id FROM summary WHERE status = 'PUBLISHED' AND sort_at >= ?1 AND sort_at < ?1 + 86400
    ORDER BY sort_at DESC, id DESC LIMIT ?2";
const OF_ONE_SOURCE: &str = "
    SELECT e.published_at, e.id, e.title, s.title,
        (SELECT group_concat(t.tag_id) FROM summary_tag t WHERE t.summary_id = s.id)
    FROM (SELECT published_at, id, title FROM episode WHERE source_id = ?1
        ORDER BY published_at DESC, id DESC LIMIT ?2) e
    LEFT JOIN summary s ON s.episode_id = e.id AND s.status = 'PUBLISHED'
    ORDER BY e.published_at DESC, e.id DESC";

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// A database file.
pub(crate) struct Sqlite {
    file: String,
}

impl Sqlite {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned() }
    }

    pub(crate) fn names(&self) -> Result<Names, Fault> {
        let table = |sql| -> Result<Table, Fault> {
            self.with(|connection| {
                let mut statement = connection.prepare(sql)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
                Ok(Table::new(rows.collect::<Result<_, _>>()?))
            })
        };
        Ok(Names {
            tags: table("SELECT id, slug, name, '' FROM tag")?,
            sources: table("SELECT id, slug, name, kind FROM source")?,
            categories: table("SELECT id, slug, name, '' FROM category")?,
        })
    }

    pub(crate) fn answer(&self, question: &Question, names: &Names) -> Result<Vec<u8>, Fault> {
        self.with(|connection| match question {
            Question::OfTag { tag, total } => of_tag(connection, tag, *total, names),
            Question::One { slug } => {
                let mut statement = connection.prepare_cached(ONE)?;
                let mut rows = statement.query([slug])?;
                let row = rows.next()?.map(|row| Ok::<_, Fault>((listed(row)?, full(row)?))).transpose()?;
                Ok(answer::one(row, names))
            }
            Question::OfCategory { category } => {
                let id = names.categories.id(category).unwrap_or_default();
                let mut statement = connection.prepare_cached(OF_CATEGORY_NEWEST)?;
                let mut rows = statement.query(params![id, OF_CATEGORY])?;
                let mut list = answer::Headlines::default();
                while let Some(row) = rows.next()? {
                    list.push(text(row, 0)?, text(row, 1)?);
                }
                Ok(list.finish())
            }
            Question::Days { from, to } => {
                let mut statement = connection.prepare_cached(OF_ONE_DAY)?;
                let mut days = Days::default();
                let mut day = to - DAY;
                while day >= *from {
                    let mut rows = statement.query(params![day, OF_DAY])?;
                    while let Some(row) = rows.next()? {
                        days.push(day, text(row, 0)?, row.get(1)?, names);
                    }
                    day -= DAY;
                }
                Ok(days.finish())
            }
            Question::Sources { after } => {
                let mut statement = connection.prepare_cached(OF_ONE_SOURCE)?;
                let mut out = answer::Sources::new(names);
                for id in names.sources.behind(after.as_deref()).iter().take(SOURCES) {
                    out.begin(*id);
                    let mut rows = statement.query(params![id, OF_SOURCE])?;
                    while let Some(row) = rows.next()? {
                        let title = row.get_ref(3)?.as_str_or_null()?;
                        let summary = title.map(|title| Ok::<_, Fault>((title, numbers(row, 4)?))).transpose()?;
                        out.push(Newest {
                            published_at: row.get(0)?,
                            episode: row.get(1)?,
                            title: text(row, 2)?,
                            summary,
                        });
                    }
                }
                Ok(out.finish())
            }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        CONNECTION.with_borrow_mut(|own| match own {
            Some(connection) => work(connection),
            None => work(own.insert(self.open()?)),
        })
    }

    fn open(&self) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
        Ok(connection)
    }
}

fn of_tag(connection: &Connection, tag: &str, total: bool, names: &Names) -> Result<Vec<u8>, Fault> {
    let id = names.tags.id(tag).unwrap_or_default();
    let mut statement = connection.prepare_cached(OF_TAG)?;
    let mut rows = statement.query(params![id, PAGE + 1])?;
    let mut page = TagPage::new(names);
    while let Some(row) = rows.next()? {
        page.push(listed(row)?);
    }
    let count = || connection.prepare_cached(TOTAL)?.query_row([id], |row| row.get(0)).optional();
    Ok(page.finish(if total { Some(count()?.unwrap_or_default()) } else { None }))
}

/// A text where it lies.
fn text<'a>(row: &'a Row<'_>, at: usize) -> Result<&'a str, Fault> {
    Ok(row.get_ref(at)?.as_str()?)
}

/// Numbers with commas between.
fn numbers(row: &Row<'_>, at: usize) -> Result<Vec<i64>, Fault> {
    let text = row.get_ref(at)?.as_str_or_null()?.unwrap_or_default();
    Ok(text.split_terminator(',').map(str::parse).collect::<Result<_, _>>()?)
}

fn listed<'a>(row: &'a Row<'_>) -> Result<Listed<'a>, Fault> {
    Ok(Listed {
        id: row.get(0)?,
        title: text(row, 1)?,
        tldr: text(row, 2)?,
        published_at: row.get(3)?,
        category: row.get(4)?,
        source: row.get(5)?,
        tags: numbers(row, 6)?,
    })
}

fn full<'a>(row: &'a Row<'_>) -> Result<Full<'a>, Fault> {
    Ok(Full {
        slug: text(row, 7)?,
        body: row.get_ref(8)?.as_str_or_null()?.map_or_else(|| text(row, 2), Ok)?,
        key_points: text(row, 9)?,
        episode_title: text(row, 10)?,
        url: row.get_ref(11)?.as_str_or_null()?,
        episode_published_at: row.get(12)?,
        duration: row.get(13)?,
    })
}

//! Digests: what a filter lets through on some days, the newest first, in sections.
//!
//! One statement reads the summaries, each with the keys of its sections; one more counts, as sections
//! count what is not listed, too. How a digest reads as one text stands in `text`.

mod text;

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;

use super::{
    Direction, Error, Reading, SummaryFilter,
    catalogue::Names,
    columns::select_tags,
    filter::Condition,
    list::Rows,
    scan::Scan,
    selected::Selected,
    summary::{Summary, SummaryOrder, SummaryProjection, scan_by_tag},
    zone::{self, Zone},
};
use crate::{
    clock::Timestamp,
    db::{Row, Sql},
};

/// What a digest is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestList {
    /// Of which summaries.
    pub filter: SummaryFilter,
    /// The first day; without it, the sixth before the last.
    pub from: Option<NaiveDate>,
    /// The last day, which is in it; without it, today.
    pub to: Option<NaiveDate>,
    /// Where a day begins at midnight.
    pub zone: Tz,
    /// What its sections are.
    pub grouping: DigestGrouping,
    /// How many summaries are listed at most.
    pub max_items: usize,
}

/// What the sections of a digest are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DigestGrouping {
    /// Days, the newest first.
    #[default]
    Day,
    /// Categories, those with most first.
    Category,
    /// Sources, likewise.
    Source,
    /// Tags, likewise: a summary stands in the section of each of its tags.
    Tag,
}

/// What is wanted of a digest. Its period and its title come with it.
#[derive(Debug, Default)]
pub struct DigestProjection {
    /// Whether anyone wants to know how many summaries there are.
    pub total: bool,
    /// What is wanted of its sections.
    pub sections: Option<SectionProjection>,
}

/// What is wanted of each section. Headings and counts come with it.
#[derive(Debug, Default)]
pub struct SectionProjection {
    /// Of its summaries.
    pub summaries: Option<SummaryProjection>,
}

/// A digest.
#[derive(Debug)]
pub struct Digest {
    /// Its headline.
    pub title: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Whose days.
    pub zone: Tz,
    /// How many summaries there are, listed or not; 0 where nobody asked.
    pub total: i64,
    /// In their order.
    pub sections: Vec<DigestSection>,
}

/// A part of a digest.
#[derive(Debug)]
pub struct DigestSection {
    /// What it is: a day, or the name of a category, a source or a tag.
    pub heading: String,
    /// How many summaries it has, listed or not.
    pub count: i64,
    /// Those that are listed, the newest first.
    pub summaries: Vec<Arc<Summary>>,
}

/// The key of a section: a day, or the number of a name; none, where a summary has no such name.
type Key = Option<i64>;

impl Reading {
    /// A digest.
    pub async fn digest(&self, list: &DigestList, wanted: &DigestProjection) -> Result<Digest, Error> {
        let (from, to) = list.period(self.now())?;
        let title = text::title(from, to);
        let mut digest = Digest { title, from, to, zone: list.zone, total: 0, sections: Vec::new() };
        let within = Within {
            scan: scan_by_tag(list.filter.resolve(self).await?, SummaryOrder::PublishedAt, Direction::Desc),
            zone: Zone::of(list.zone),
            days: (zone::day(from), zone::day(to)),
            grouping: list.grouping,
        };
        if within.scan.condition == Condition::Never {
            return Ok(digest);
        }
        let (total, counts) = self.count_sections(&within, wanted).await?;
        digest.total = total;
        let mut listed = match wanted.sections.as_ref().and_then(|it| it.summaries.as_ref()) {
            Some(summaries) => self.list_sections(&within, list.max_items, summaries).await?,
            None => HashMap::new(),
        };
        let sections = self.in_order(list.grouping, counts).await?.into_iter();
        let section = |(key, heading, count)| {
            let summaries = listed.remove(&key).unwrap_or_default();
            DigestSection { heading, count, summaries }
        };
        digest.sections = sections.map(section).collect();
        Ok(digest)
    }

    /// How many summaries there are, if anyone wants to know, and how many each section has, likewise.
    async fn count_sections(
        &self,
        within: &Within,
        wanted: &DigestProjection,
    ) -> Result<(i64, HashMap<Key, i64>), Error> {
        let (mut total, mut counts) = (0, HashMap::new());
        let parts = [(wanted.total, Count::Whole), (wanted.sections.is_some(), Count::Sections)];
        let parts: Vec<Count> = parts.into_iter().filter_map(|(wanted, part)| wanted.then_some(part)).collect();
        if parts.is_empty() {
            return Ok((total, counts));
        }
        let mut sql = self.sql();
        sql.join(parts, " UNION ALL ", |sql, part| within.write_count(sql, part));
        for row in self.rows(sql).await? {
            let (is_whole, key, count): (bool, Key, i64) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            if is_whole {
                total = count;
            } else {
                counts.insert(key, count);
            }
        }
        Ok((total, counts))
    }

    /// The newest summaries, in the sections where they stand.
    async fn list_sections(
        &self,
        within: &Within,
        max_items: usize,
        wanted: &SummaryProjection,
    ) -> Result<HashMap<Key, Vec<Arc<Summary>>>, Error> {
        let mut sections: HashMap<Key, Vec<Arc<Summary>>> = HashMap::new();
        if max_items == 0 {
            return Ok(sections);
        }
        let mut sql = self.sql();
        sql.push("SELECT ");
        match within.grouping {
            DigestGrouping::Tag => select_tags(&mut sql),
            _ => drop(sql.push(&within.key())),
        }
        wanted.select(&mut sql);
        within.write(&mut sql, "");
        sql.push(" ORDER BY ");
        within.scan.write_order(&mut sql, false, within.scan.key, within.scan.id);
        sql.push(" LIMIT ").push(itoa::Buffer::new().format(max_items));

        let rows = self.rows(sql).await?;
        let keys = rows.iter().map(|row| within.keys(row)).collect::<Result<Vec<_>, Error>>()?;
        let bare = rows.iter().map(|row| wanted.read(row, &mut 1)).collect::<Result<Vec<_>, Error>>()?;
        for (keys, summary) in keys.into_iter().zip(wanted.relate(self, bare).await?) {
            let summary = Arc::new(summary);
            for key in keys {
                sections.entry(key).or_default().push(summary.clone());
            }
        }
        Ok(sections)
    }

    /// The sections with their headings: days as they passed, the newest first; others by count and then by
    /// name, and what has no name last.
    async fn in_order(
        &self,
        grouping: DigestGrouping,
        counts: HashMap<Key, i64>,
    ) -> Result<Vec<(Key, String, i64)>, Error> {
        let mut sections: Vec<(Key, i64)> = counts.into_iter().collect();
        if grouping == DigestGrouping::Day {
            sections.sort_unstable_by_key(|(day, _)| Reverse(*day));
            let heading = |(day, count): (Key, i64)| (day, text::day(zone::date(day.unwrap_or_default())), count);
            return Ok(sections.into_iter().map(heading).collect());
        }
        let ids: BTreeSet<i64> = sections.iter().filter_map(|(id, _)| *id).collect();
        let is_known = |names: &Names| ids.iter().all(|id| grouping.name(names, *id).is_some());
        let names = self.names_of_rows(is_known).await?;
        let name = |id: Key| id.map_or(("", ""), |id| grouping.name(&names, id).unwrap_or_default());
        sections.sort_unstable_by_key(|(id, count)| (id.is_none(), Reverse(*count), name(*id)));
        let nameless = match grouping {
            DigestGrouping::Tag => text::UNTAGGED,
            _ => text::UNCATEGORISED,
        };
        let heading = |id: Key| if id.is_some() { name(id).0 } else { nameless };
        Ok(sections.into_iter().map(|(id, count)| (id, heading(id).to_owned(), count)).collect())
    }
}

impl DigestList {
    /// The most summaries that a digest lists.
    pub const MOST: u16 = 1_000;

    /// The first and the last day.
    fn period(&self, now: Timestamp) -> Result<(NaiveDate, NaiveDate), Error> {
        let to = self.to.unwrap_or_else(|| zone::date(Zone::of(self.zone).day(now)));
        // Dates have no years before 0.
        let week = || to.checked_sub_days(Days::new(6)).filter(|day| day.year() >= 0).unwrap_or(to);
        let from = self.from.unwrap_or_else(week);
        if from > to {
            let today = if self.to.is_none() { ", today" } else { "" };
            return Err(Error::input(format!("`from` is {from}, which is after `to` ({to}{today}).")));
        }
        Ok((from, to))
    }
}

impl DigestGrouping {
    /// What a section is called, and its slug, by which sections of one name are told apart.
    fn name(self, names: &Names, id: i64) -> Option<(&str, &str)> {
        match self {
            Self::Day => None,
            Self::Category => names.categories.get(id).map(|it| (it.name.as_str(), it.slug.as_str())),
            Self::Source => names.sources.get(id).map(|it| (it.name.as_str(), it.slug.as_str())),
            Self::Tag => names.tags.get(id).map(|it| (it.it.name.as_str(), it.it.slug.as_str())),
        }
    }
}

/// What is counted.
#[derive(Clone, Copy)]
enum Count {
    Whole,
    Sections,
}

/// The summaries that a digest is of.
struct Within {
    scan: Scan,
    zone: Arc<Zone>,
    /// The first and the last day.
    days: (i64, i64),
    grouping: DigestGrouping,
}

impl Within {
    /// The key of a summary's section, as a column; a tag is one of its links `l`.
    fn key(&self) -> String {
        match self.grouping {
            DigestGrouping::Day => self.zone.day_sql(self.scan.key),
            DigestGrouping::Category => "s.category_id".to_owned(),
            DigestGrouping::Source => "s.source_id".to_owned(),
            DigestGrouping::Tag => "l.tag_id".to_owned(),
        }
    }

    /// The keys of its sections, from the first column.
    fn keys(&self, row: &Row) -> Result<Vec<Key>, Error> {
        if self.grouping != DigestGrouping::Tag {
            return Ok(vec![row.try_get_by_index(0)?]);
        }
        let tags: Vec<i64> = row.try_get_by_index(0)?;
        Ok(if tags.is_empty() { vec![None] } else { tags.into_iter().map(Some).collect() })
    }

    /// Three columns: whether it is the whole digest, the section's key, and the count.
    fn write_count(&self, sql: &mut Sql, part: Count) {
        match part {
            Count::Whole => {
                sql.push("SELECT TRUE, CAST(NULL AS BIGINT), COUNT(*)");
                self.write(sql, "");
            }
            Count::Sections => {
                let is_by_tag = self.grouping == DigestGrouping::Tag;
                sql.push("SELECT FALSE, ").push(&self.key()).push(", COUNT(*)");
                self.write(sql, if is_by_tag { " LEFT JOIN summary_tag l ON l.summary_id = s.id" } else { "" });
                sql.push(" GROUP BY 2");
            }
        }
    }

    /// `FROM` and `WHERE`. The index finds a little more than these days; the division tells exactly.
    fn write(&self, sql: &mut Sql, join: &str) {
        let (first, last) = self.days;
        let (from, to) = Zone::around(first, last);
        let Scan { key, condition, .. } = &self.scan;
        sql.push(" FROM ");
        self.scan.write_from(sql);
        sql.push(join).push(" WHERE ");
        condition.write(sql);
        sql.push(" AND ").push(key).push(" >= ").bind(from.into()).push(" AND ").push(key).push(" < ").bind(to.into());
        sql.push(" AND ").push(&self.zone.day_sql(key));
        sql.push(" BETWEEN ").bind(first.into()).push(" AND ").bind(last.into());
    }
}

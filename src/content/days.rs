//! Days: published summaries by the calendar day on which they came out, in the reader's time zone.
//!
//! One statement counts all days under the filter; pages, ordinals and totals come out of that, and one
//! more reads the summaries of all the days of the page. Where the filter leaves no more days than a page has, and all
//! of their summaries are read anyway, that statement alone does: days are counted by what it gave.

use std::{cmp::Reverse, collections::HashMap};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    Direction, Edge, Error, Lists, Nested, Page, PageArgs, PageProjection, Reading, SummaryFilter,
    cursor::{Key, OrderTag, Position},
    filter::Condition,
    nested::{self, Below, PARENT},
    scan::Scan,
    summary::{Summary, SummaryOrder, SummaryProjection, dates_by_tag, scan_by_tag},
    zone::{self, Zone},
};

/// Which days, and which page of them: the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayList {
    /// Of which summaries.
    pub filter: SummaryFilter,
    /// Where a day begins at midnight.
    pub zone: Tz,
    /// Which part.
    pub page: PageArgs,
}

/// A day on which summaries were published.
#[derive(Debug)]
pub struct Day {
    /// 1 is the newest day of the whole list.
    pub ordinal: i64,
    /// The day.
    pub date: NaiveDate,
    /// How many summaries it has.
    pub count: i64,
    /// Its summaries, the newest first: a page for each list of the projection.
    pub summaries: Vec<Page<Summary>>,
}

/// What is wanted of each day. Its own fields come with the list.
#[derive(Debug, Default)]
pub struct DayProjection {
    /// Pages of its summaries.
    pub summaries: Lists<PageArgs, SummaryProjection>,
}

/// The order of days, in cursors.
const NEWEST_FIRST: u8 = b'd';

/// Whether there can be such a page of a day's summaries.
pub fn check_summaries(page: &PageArgs) -> Result<(), Error> {
    scan_by_tag(Condition::Never, SummaryOrder::PublishedAt, Direction::Desc).check(page)
}

impl Reading {
    /// A page of the days under a filter. A day is never split over two pages.
    pub async fn list_days(&self, list: &DayList, wanted: &PageProjection<DayProjection>) -> Result<Page<Day>, Error> {
        let (from, to) = page_of(&list.page)?;
        let zone = Zone::of(list.zone);
        let condition = list.filter.resolve(self).await?;
        let scan = scan_by_tag(condition.clone(), SummaryOrder::PublishedAt, Direction::Desc);
        let few = few_days(&list.page, &condition, &zone);
        let mut read = self.read_uncounted(few.as_deref(), &zone, &scan, wanted).await?;
        let size = wanted.rows.as_ref().and_then(|rows| rows.summaries.first()).map_or(0, |first| first.by.size);
        let counts = match read.as_ref().and_then(|pages| counts_of(pages, size)) {
            Some(counts) => counts,
            None if wanted.total || wanted.shape().is_wanted(list.page.size) => {
                self.count_days(condition, &zone).await?
            }
            None => Vec::new(),
        };
        let mut page = cut(&counts, &list.page, from, to, wanted);

        if let Some(wanted) = &wanted.rows {
            let days: Vec<i64> = page.edges.iter().map(|edge| zone::day(edge.row.date)).collect();
            let below = Below { parents: &days, link: zone.on_day_sql(scan.key, PARENT, &days) };
            let totals = page.edges.iter().map(|edge| (zone::day(edge.row.date), edge.row.count)).collect();
            for Nested { by, wanted } in &wanted.summaries {
                let mut pages = match read.take() {
                    Some(mut pages) => {
                        nested::add_totals(&mut pages, &totals);
                        pages
                    }
                    None => self.list_below(&below, &scan, by, wanted, Some(&totals)).await?,
                };
                self.show_matches(pages.values_mut(), &list.filter, wanted).await?;
                let facets = Below { parents: &days, link: zone.on_day_sql("s.sort_at", PARENT, &days) };
                let mut facets = self.facets(&list.filter, Some(&facets), &wanted.facets).await?;
                for (edge, day) in page.edges.iter_mut().zip(&days) {
                    let mut summaries = pages.remove(day).unwrap_or_default();
                    summaries.facets = facets.remove(day).unwrap_or_default();
                    edge.row.summaries.push(summaries);
                }
            }
        }
        page.facets = self.facets(&list.filter, None, &wanted.facets).await?.remove(&0).unwrap_or_default();
        Ok(page)
    }

    /// The first list below all these days, empty ones too, if there are few: where it is read anyway, it says how many
    /// summaries they have.
    async fn read_uncounted(
        &self,
        few: Option<&[i64]>,
        zone: &Zone,
        scan: &Scan,
        wanted: &PageProjection<DayProjection>,
    ) -> Result<Option<HashMap<i64, Page<Summary>>>, Error> {
        let first = wanted.rows.as_ref().and_then(|rows| rows.summaries.first());
        let (Some(days), Some(Nested { by, wanted })) = (few, first) else { return Ok(None) };
        if by.size == 0 || !is_uncut(by) || !wanted.shape().is_wanted(by.size) {
            return Ok(None);
        }
        let below = Below { parents: days, link: zone.on_day_sql(scan.key, PARENT, days) };
        // Totals are put in when days are counted.
        self.list_below(&below, scan, by, wanted, Some(&HashMap::new())).await.map(Some)
    }

    /// All days that have summaries, and how many: the newest first.
    pub(super) async fn count_days(&self, condition: Condition, zone: &Zone) -> Result<Vec<(i64, i64)>, Error> {
        let scan = dates_by_tag(condition);
        if scan.condition == Condition::Never {
            return Ok(Vec::new());
        }
        let mut sql = self.sql();
        sql.push("SELECT ").push(&zone.day_sql(scan.key)).push(", COUNT(*) FROM ");
        scan.write_from(&mut sql);
        sql.push(" WHERE ");
        scan.condition.write(&mut sql);
        sql.push(" GROUP BY 1 ORDER BY 1 DESC");
        let rows = self.rows(sql).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }
}

/// Whether it is a page of a whole list, from one of its ends.
fn is_uncut(page: &PageArgs) -> bool {
    page.after.is_none() && page.before.is_none()
}

/// All the days that a condition leaves, some of which may be empty, where they fit on a page: the newest first.
fn few_days(page: &PageArgs, condition: &Condition, zone: &Zone) -> Option<Vec<i64>> {
    let instants = condition.range_of("s.sort_at").filter(|_| is_uncut(page))?;
    zone.days_of(instants, page.size)
}

/// How many summaries the days have of which these are pages of that size, the newest first; `None` where one may have
/// more than its page.
fn counts_of(pages: &HashMap<i64, Page<Summary>>, size: usize) -> Option<Vec<(i64, i64)>> {
    if pages.values().any(|page| page.edges.len() >= size) {
        return None;
    }
    let count = |(day, page): (&i64, &Page<Summary>)| Some((*day, i64::try_from(page.edges.len()).ok()?));
    let mut counts = pages.iter().map(count).collect::<Option<Vec<_>>>()?;
    counts.retain(|(_, count)| *count > 0);
    counts.sort_unstable_by_key(|(day, _)| Reverse(*day));
    Some(counts)
}

/// The days that the cursors of a page stand for.
fn page_of(args: &PageArgs) -> Result<(Option<i64>, Option<i64>), Error> {
    let tag = OrderTag::new(NEWEST_FIRST, NEWEST_FIRST, Direction::Desc);
    let day = |cursor: &Option<String>| -> Result<Option<i64>, Error> {
        let Some(cursor) = cursor else { return Ok(None) };
        match Position::decode(cursor, tag, false)?.key {
            Key::Number(day) => Ok(Some(day)),
            Key::Text(_) => Ok(None),
        }
    };
    Ok((day(&args.after)?, day(&args.before)?))
}

/// The page of all these days, the newest of which comes first: behind `after`, and before `before`.
fn cut(
    all: &[(i64, i64)],
    args: &PageArgs,
    after: Option<i64>,
    before: Option<i64>,
    wanted: &PageProjection<DayProjection>,
) -> Page<Day> {
    // The days between the cursors; there are none where `before` comes first.
    let first = after.map_or(0, |after| all.partition_point(|(day, _)| *day >= after));
    let last = before.map_or(all.len(), |before| all.partition_point(|(day, _)| *day > before));
    let end = last.max(first);
    let (start, end) = if args.backwards {
        (end.saturating_sub(args.size).max(first), end)
    } else {
        (first, (first + args.size).min(end))
    };
    let mut page = Page {
        total: i64::try_from(all.len()).unwrap_or(i64::MAX),
        summaries: all.iter().map(|(_, count)| count).sum(),
        ..Page::default()
    };
    for (place, (day, count)) in all.iter().enumerate().take(end).skip(start) {
        let tag = OrderTag::new(NEWEST_FIRST, NEWEST_FIRST, Direction::Desc);
        let ordinal = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let row = Day { ordinal, date: zone::date(*day), count: *count, summaries: Vec::new() };
        page.edges.push(Edge { cursor: Position { key: Key::Number(*day), id: 0 }.encode(tag), row });
    }
    page.ends.has_previous = wanted.ends.previous && (first > 0 || start > first);
    page.ends.has_next = wanted.ends.next && (last < all.len() || end < last);
    page.ends.start = page.edges.first().map(|edge| edge.cursor.clone());
    page.ends.end = page.edges.last().map(|edge| edge.cursor.clone());
    page
}

//! Days: on which one an instant falls, in a time zone, as a number and as SQL.
//!
//! Neither database is asked what it knows of time zones (SQLite knows nothing): a zone is a list of
//! offsets and of the instants from which they hold, and a day is a division. Daylight saving, half
//! hours and days that never were (Samoa, 2011-12-30) come out of that by themselves.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::clock::Timestamp;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// The day before which no instant is in any zone: the year -1. What is counted from there is positive,
/// and divides alike on every database.
const FIRST_DAY: i64 = -719_894;
/// No clock was ever further from UTC than this, in seconds.
const FURTHEST: i64 = 16 * 3_600;
/// From when to when zones are looked at: 1840 to 2110. Before and after, the nearest offset holds.
const LOOKED_AT: Range<i64> = -4_102_444_800..4_417_977_600;

/// A time zone, as offsets.
#[derive(Debug)]
pub(super) struct Zone {
    /// Seconds ahead of UTC before the first change.
    first: i64,
    /// Each change: the instant from which an offset holds, and the offset; the newest first.
    changes: Vec<(i64, i64)>,
}

static KNOWN: LazyLock<RwLock<HashMap<Tz, Arc<Zone>>>> = LazyLock::new(RwLock::default);

impl Zone {
    /// The zone of that name, made at its first use: there are some 600, and they stay.
    pub(super) fn of(tz: Tz) -> Arc<Self> {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&tz).cloned();
        known.unwrap_or_else(|| {
            let zone = Arc::new(Self::read(tz));
            KNOWN.write().unwrap_or_else(PoisonError::into_inner).entry(tz).or_insert(zone).clone()
        })
    }

    /// Looks at every day, and finds the second in those on which the offset changed.
    fn read(tz: Tz) -> Self {
        let offset = |at: i64| {
            let utc = DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
            i64::from(tz.offset_from_utc_datetime(&utc).fix().local_minus_utc())
        };
        let first = offset(LOOKED_AT.start);
        let (mut changes, mut current, mut at) = (Vec::new(), first, LOOKED_AT.start);
        while at < LOOKED_AT.end {
            let next = at + DAY;
            if offset(next) != current {
                let (mut before, mut from) = (at, next);
                while from - before > 1 {
                    let middle = i64::midpoint(before, from);
                    *(if offset(middle) == current { &mut before } else { &mut from }) = middle;
                }
                current = offset(next);
                changes.push((from, current));
            }
            at = next;
        }
        changes.reverse();
        Self { first, changes }
    }

    /// The day on which an instant falls: 0 is 1970-01-01.
    pub(super) fn day(&self, at: Timestamp) -> i64 {
        let offset = self.changes.iter().find(|(from, _)| at.0 >= *from).map_or(self.first, |(_, offset)| *offset);
        at.0.saturating_add(offset).div_euclid(DAY)
    }

    /// The days on which instants of this range fall, the newest first, where they are no more than so many; maybe some
    /// more between them.
    pub(super) fn days_of(&self, instants: Range<i64>, most: usize) -> Option<Vec<i64>> {
        if instants.is_empty() {
            return Some(Vec::new());
        }
        let last = instants.end - 1;
        // Between changes, days only grow.
        let changes = self.changes.iter().map(|(at, _)| *at).filter(|at| instants.start < *at && *at <= last);
        let ends = changes.flat_map(|at| [at - 1, at]).chain([instants.start, last]);
        let days = ends.map(|at| self.day(Timestamp(at)));
        let (first, last) = days.fold((i64::MAX, i64::MIN), |(first, last), day| (first.min(day), last.max(day)));
        let many = usize::try_from(last.saturating_sub(first)).ok()?.saturating_add(1);
        (many <= most).then(|| (first..=last).rev().collect())
    }

    /// The same of an instant in a column. Offsets are found by halves: a zone may have changed its own four
    /// hundred times.
    pub(super) fn day_sql(&self, column: &str) -> String {
        let offset = offset_sql(column, &self.changes, self.first);
        format!("(({column} + {offset}) / {DAY} - {})", -FIRST_DAY)
    }

    /// Whether the instant in a column falls on the day `day`, which is SQL, and one of `days`: with bounds by which an
    /// index finds the rows, as a division alone hides them. They are exact where clocks do not change around these days.
    pub(super) fn on_day_sql(&self, column: &str, day: &str, days: &[i64]) -> String {
        if let Some(offset) = self.offset_around(days) {
            let (early, late) = (offset, DAY - offset);
            return format!("{column} >= {day} * {DAY} - ({early}) AND {column} < {day} * {DAY} + ({late})");
        }
        let (early, late) = (FURTHEST, DAY + FURTHEST);
        let exact = self.day_sql(column);
        format!("{column} >= {day} * {DAY} - {early} AND {column} < {day} * {DAY} + {late} AND {exact} = {day}")
    }

    /// Seconds ahead of UTC on all of these days and around them, if they are the same.
    fn offset_around(&self, days: &[i64]) -> Option<i64> {
        let (from, to) = Self::around(*days.iter().min()?, *days.iter().max()?);
        let newest = self.changes.iter().find(|(at, _)| *at < to);
        let (since, offset) = newest.copied().unwrap_or((i64::MIN, self.first));
        (since <= from).then_some(offset)
    }

    /// The instants between which all of these days lie, and maybe a few more: the first is in, the last isn't.
    pub(super) fn around(from: i64, to: i64) -> (i64, i64) {
        (
            from.saturating_mul(DAY).saturating_sub(FURTHEST),
            to.saturating_add(1).saturating_mul(DAY).saturating_add(FURTHEST),
        )
    }
}

/// The offset among these changes, the newest first, behind the one that holds before them; moved, so that
/// days are counted from [`FIRST_DAY`].
fn offset_sql(column: &str, changes: &[(i64, i64)], before: i64) -> String {
    let Some((from, offset)) = changes.get(changes.len() / 2) else {
        return (before - FIRST_DAY * DAY).to_string();
    };
    let newer = offset_sql(column, &changes[..changes.len() / 2], *offset);
    let older = offset_sql(column, &changes[changes.len() / 2 + 1..], before);
    format!("CASE WHEN {column} >= {from} THEN {newer} ELSE {older} END")
}

/// The calendar date of a day.
pub(super) fn date(day: i64) -> NaiveDate {
    let epoch = NaiveDate::default();
    TimeDelta::try_days(day).and_then(|days| epoch.checked_add_signed(days)).unwrap_or(epoch)
}

/// The day of a calendar date.
pub(super) fn day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn local_day(tz: Tz, at: i64) -> NaiveDate {
        let utc = DateTime::from_timestamp(at, 0).expect("an instant").naive_utc();
        tz.from_utc_datetime(&utc).date_naive()
    }

    #[test]
    fn a_day_that_never_was_is_left_out() {
        let zone = Zone::of(chrono_tz::Pacific::Apia);
        let noon = |day: u32| {
            let date = NaiveDate::from_ymd_opt(2011, 12, day).expect("a date").and_hms_opt(12, 0, 0).expect("noon");
            Timestamp(date.and_utc().timestamp())
        };
        let days: Vec<_> = (28..=31).map(|day| date(zone.day(noon(day))).to_string()).collect();
        assert_eq!(days, ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]);
    }

    #[test]
    fn utc_needs_no_case() {
        assert_eq!(Zone::of(Tz::UTC).day_sql("s.at"), "((s.at + 62198841600) / 86400 - 719894)");
    }

    #[test]
    fn dates_are_days_and_back() {
        for text in ["1969-12-31", "1970-01-01", "2026-05-08", "0000-01-01"] {
            let it: NaiveDate = text.parse().expect("a date");
            assert_eq!(date(day(it)), it);
        }
    }

    proptest! {
        #[test]
        fn a_day_is_the_one_that_the_time_zone_database_names(
            at in -3_000_000_000_i64..4_000_000_000,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let tz = chrono_tz::TZ_VARIANTS[zone];
            prop_assert_eq!(date(Zone::of(tz).day(Timestamp(at))), local_day(tz, at));
        }

        #[test]
        fn few_days_are_all_on_which_an_instant_of_their_range_falls(
            start in -3_000_000_000_i64..4_000_000_000,
            length in 0_i64..20 * DAY,
            second in 0_i64..20 * DAY,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let zone = Zone::of(chrono_tz::TZ_VARIANTS[zone]);
            let days = zone.days_of(start..start + length, 22).expect("twenty days, and a part of one at each end");
            prop_assert_eq!(days.is_empty(), length == 0);
            prop_assert!(days.windows(2).all(|pair| pair[0] == pair[1] + 1));
            if length > 0 {
                let day = zone.day(Timestamp(start + second % length));
                prop_assert!(days.contains(&day), "{} is none of {:?}", day, days);
                prop_assert_eq!(zone.days_of(start..start + length, days.len() - 1), None);
            }
        }

        #[test]
        fn an_offset_around_days_is_the_one_in_all_of_their_seconds(
            day in -20_000_i64..30_000,
            more in 0_i64..100,
            second in 0_i64..100 * DAY,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let zone = Zone::of(chrono_tz::TZ_VARIANTS[zone]);
            let (from, to) = Zone::around(day, day + more);
            if let Some(offset) = zone.offset_around(&[day + more, day]) {
                let at = from + second % (to - from);
                prop_assert_eq!(zone.day(Timestamp(at)), (at + offset).div_euclid(DAY));
            }
        }
    }
}

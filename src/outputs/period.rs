//! Which days `since` and `until` mean, and which instants.

use std::{num::NonZeroU32, str::FromStr};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::clock::Timestamp;

/// Where a period begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// So many whole days, the last of which is the period's last.
    Days(NonZeroU32),
    /// The day on which it was so many hours earlier.
    Hours(NonZeroU32),
    /// That day.
    Date(NaiveDate),
}

impl Since {
    /// Seven days, today among them.
    pub const WEEK: Self = Self::Days(NonZeroU32::MIN.saturating_add(6));
}

/// Why a text says nothing of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected days, weeks or hours such as 7d, 2w or 24h, or a date such as 2026-05-08")]
pub struct NoSince;

impl FromStr for Since {
    type Err = NoSince;

    fn from_str(text: &str) -> Result<Self, NoSince> {
        if let Ok(date) = date(text) {
            return Ok(Self::Date(date));
        }
        let unit = text.chars().next_back().ok_or(NoSince)?;
        let digits = text.strip_suffix(unit).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        let many: NonZeroU32 = digits.and_then(|it| it.parse().ok()).ok_or(NoSince)?;
        match unit {
            'd' => Ok(Self::Days(many)),
            'w' => many.checked_mul(NonZeroU32::new(7).ok_or(NoSince)?).map(Self::Days).ok_or(NoSince),
            'h' => Ok(Self::Hours(many)),
            _ => Err(NoSince),
        }
    }
}

/// A date, as the API takes them.
pub fn date(text: &str) -> Result<NaiveDate, &'static str> {
    let date = if text.len() == 10 { text.parse().ok() } else { None };
    date.ok_or("expected a date such as 2026-05-08")
}

/// The first and the last day, both of them in it. What is wrong with them is told.
pub fn days(
    since: Since,
    until: Option<NaiveDate>,
    zone: Tz,
    now: Timestamp,
) -> Result<(NaiveDate, NaiveDate), String> {
    let last = until.unwrap_or_else(|| today(zone, now));
    let first = match since {
        Since::Date(date) => Some(date),
        Since::Days(many) => last.checked_sub_days(Days::new(u64::from(many.get() - 1))),
        Since::Hours(_) if until.is_some() => {
            return Err("hours in `since` count back from now, and do not go with `until`: give days".to_owned());
        }
        Since::Hours(many) => Some(hours_before(now, many)).filter(|at| at.0 >= 0).map(|at| today(zone, at)),
    };
    match first.filter(|first| *first >= NaiveDate::default() || since == Since::Date(*first)) {
        None => Err("`since` reaches back beyond 1970: give a date".to_owned()),
        Some(first) if first > last => Err(format!("`since` is {first}, which is after the last day ({last})")),
        Some(first) => Ok((first, last)),
    }
}

/// Which day it is.
pub fn today(zone: Tz, now: Timestamp) -> NaiveDate {
    DateTime::<Utc>::from_timestamp(now.0, 0).unwrap_or_default().with_timezone(&zone).date_naive()
}

fn hours_before(now: Timestamp, many: NonZeroU32) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::from(many.get()) * 3_600))
}

/// When that began, by the days of UTC.
pub fn instant(since: Since, now: Timestamp) -> Result<Timestamp, String> {
    match since {
        Since::Hours(many) => Ok(hours_before(now, many)),
        Since::Days(_) | Since::Date(_) => {
            let (first, _) = days(since, None, Tz::UTC, now)?;
            Ok(Timestamp(first.and_time(NaiveTime::MIN).and_utc().timestamp()))
        }
    }
}

/// When a day begins in a time zone: at midnight, or at the first instant behind it where clocks skip midnight. A
/// day that they skip as a whole begins with the next one.
pub fn begin(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let quarters = (0..).map(|quarter| midnight + TimeDelta::minutes(15 * quarter));
    let mut instants = quarters.take(QUARTERS).filter_map(|local| local.and_local_timezone(zone).earliest());
    Timestamp(instants.next().map_or_else(|| midnight.and_utc().timestamp(), |at| at.timestamp()))
}

/// How far [`begin`] looks ahead: two days in quarters of an hour. No clock was ever set that far.
const QUARTERS: usize = 2 * 24 * 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-05-10T22:30:00Z: it is the 11th in Berlin.
    const NOW: Timestamp = Timestamp(1_778_452_200);

    fn said(since: &str, until: Option<&str>, zone: &str) -> Result<String, String> {
        let since = since.parse().map_err(|error: NoSince| error.to_string())?;
        let until = until.map(|it| date(it).expect("a date"));
        days(since, until, zone.parse().expect("a zone"), NOW).map(|(from, to)| format!("{from} to {to}"))
    }

    #[test]
    fn days_are_whole_and_the_last_is_today() {
        assert_eq!(said("7d", None, "UTC").as_deref(), Ok("2026-05-04 to 2026-05-10"));
        assert_eq!(said("7d", None, "Europe/Berlin").as_deref(), Ok("2026-05-05 to 2026-05-11"));
        assert_eq!(said("1d", None, "UTC").as_deref(), Ok("2026-05-10 to 2026-05-10"));
        assert_eq!(said("2w", Some("2026-05-08"), "UTC").as_deref(), Ok("2026-04-25 to 2026-05-08"));
    }

    #[test]
    fn hours_reach_back_to_the_day_on_which_they_end() {
        assert_eq!(said("22h", None, "UTC").as_deref(), Ok("2026-05-10 to 2026-05-10"));
        assert_eq!(said("24h", None, "UTC").as_deref(), Ok("2026-05-09 to 2026-05-10"));
        assert_eq!(said("1h", None, "Europe/Berlin").as_deref(), Ok("2026-05-10 to 2026-05-11"));
        assert!(said("24h", Some("2026-05-08"), "UTC").is_err());
    }

    #[test]
    fn a_date_is_itself() {
        assert_eq!(said("2026-05-01", None, "UTC").as_deref(), Ok("2026-05-01 to 2026-05-10"));
        assert_eq!(said("1969-01-01", Some("1969-12-31"), "UTC").as_deref(), Ok("1969-01-01 to 1969-12-31"));
        assert_eq!(
            said("2026-05-11", None, "UTC"),
            Err("`since` is 2026-05-11, which is after the last day (2026-05-10)".to_owned())
        );
    }

    #[test]
    fn an_instant_is_the_beginning_of_the_first_day_or_so_many_hours_ago() {
        let said = |since: &str| instant(since.parse().expect("a period"), NOW).map(|at| at.to_string());
        assert_eq!(said("1d").as_deref(), Ok("2026-05-10T00:00:00Z"));
        assert_eq!(said("7d").as_deref(), Ok("2026-05-04T00:00:00Z"));
        assert_eq!(said("24h").as_deref(), Ok("2026-05-09T22:30:00Z"));
        assert_eq!(said("2026-05-01").as_deref(), Ok("2026-05-01T00:00:00Z"));
        assert!(said("2026-05-11").is_err());
    }

    #[test]
    fn a_day_begins_where_its_clocks_do() {
        let said =
            |day: &str, zone: &str| begin(day.parse().expect("a date"), zone.parse().expect("a zone")).to_string();
        assert_eq!(said("2026-05-08", "UTC"), "2026-05-08T00:00:00Z");
        assert_eq!(said("2026-05-08", "Asia/Kathmandu"), "2026-05-07T18:15:00Z");
        assert_eq!(said("2024-09-08", "America/Santiago"), "2024-09-08T04:00:00Z", "midnight was skipped");
        assert_eq!(said("2024-11-03", "America/Havana"), "2024-11-03T04:00:00Z", "midnight was there twice");
        assert_eq!(said("2011-12-30", "Pacific/Apia"), "2011-12-30T10:00:00Z", "the day was skipped");
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in
            ["", "d", "7", "0d", "-1d", "+7d", "7 d", "7D", "1m", "99999999999d", "2026-5-8", "2026-02-30", "7é"]
        {
            assert_eq!(wrong.parse::<Since>(), Err(NoSince), "{wrong}");
        }
        assert!(said("4294967295d", None, "UTC").is_err() && said("4294967295h", None, "UTC").is_err());
    }
}

//! When a source is asked again.

use std::time::Duration;

use crate::{clock::Timestamp, ingest::dates};

/// How often a source is asked of which nothing is known, and which are the bounds for all others.
const USUAL: Duration = Duration::from_hours(1);
const OFTEN: Duration = Duration::from_mins(15);
const SELDOM: Duration = Duration::from_hours(24);

/// How soon a server that names a time is asked again, at the earliest.
const SOON: Duration = Duration::from_mins(1);

/// How many episodes tell how often a source publishes.
pub(super) const DATES: usize = 10;
/// How often a source is asked from one episode to the next.
const TIMES: i64 = 4;

/// After a fetch that went well: a source that publishes often is asked often, and one that has fallen silent
/// less and less. `dates` are those of its newest episodes, the newest first.
pub(super) fn after_success(dates: &[Timestamp], now: Timestamp) -> Timestamp {
    let dates: Vec<i64> = dates.iter().map(|date| date.0).filter(|date| *date <= now.0).collect();
    let pause = match dates.as_slice() {
        [_, .., oldest] => {
            let many = i64::try_from(dates.len()).unwrap_or(i64::MAX);
            ((now.0 - oldest) / many / TIMES).clamp(seconds(OFTEN), seconds(SELDOM))
        }
        _ => seconds(USUAL),
    };
    Timestamp(now.0 + pause)
}

/// After that many fetches in a row that went wrong: an hour, twice as long each time, up to a day. For ever:
/// many a source comes back after months.
pub(super) fn after_failure(failures: i32, now: Timestamp) -> Timestamp {
    let doubled = u32::try_from(failures - 1).unwrap_or_default().min(16);
    Timestamp(now.0 + seconds((USUAL * 2_u32.pow(doubled)).min(SELDOM)))
}

/// When a server wants to be asked again (RFC 9110, section 10.2.3): after so many seconds or at an instant, but
/// neither at once nor after more than a day. `None` where it says nothing that can be understood.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    let wanted = match text.trim().parse::<u64>() {
        Ok(seconds) => now.0.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)),
        Err(_) => dates::parse(text).filter(|_| text.contains(':'))?.0,
    };
    Some(Timestamp(wanted.clamp(now.0 + seconds(SOON), now.0 + seconds(SELDOM))))
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_793_534_400); // 2026-11-01T12:00:00Z
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn a_source_is_asked_four_times_from_one_episode_to_the_next() {
        let after = |ages: &[i64]| {
            let dates: Vec<Timestamp> = ages.iter().map(|age| Timestamp(NOW.0 - age)).collect();
            after_success(&dates, NOW).0 - NOW.0
        };
        assert_eq!(after(&[]), HOUR);
        assert_eq!(after(&[DAY]), HOUR);
        assert_eq!(after(&[DAY, 2 * DAY]), 6 * HOUR);
        assert_eq!(after(&[0, 2 * HOUR, 4 * HOUR, 8 * HOUR]), 30 * MINUTE);
        assert_eq!(after(&[0, MINUTE, 2 * MINUTE]), 15 * MINUTE);
        assert_eq!(after(&[300 * DAY, 301 * DAY]), DAY);
        // What is still to come says nothing.
        assert_eq!(after(&[-DAY, DAY, 2 * DAY]), 6 * HOUR);
    }

    #[test]
    fn failures_double_the_pause_up_to_a_day() {
        let hours: Vec<i64> = (1..=7).map(|failures| (after_failure(failures, NOW).0 - NOW.0) / HOUR).collect();
        assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24]);
        assert_eq!(after_failure(i32::MAX, NOW).0 - NOW.0, DAY);
    }

    #[test]
    fn a_server_may_say_when_to_come_again_within_bounds() {
        let after = |text| retry_after(text, NOW).map(|at| at.0 - NOW.0);
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("0"), Some(MINUTE));
        assert_eq!(after("99999999999999999999"), None);
        assert_eq!(after("9999999999"), Some(DAY));
        assert_eq!(after("Sun, 01 Nov 2026 12:30:00 GMT"), Some(30 * MINUTE));
        assert_eq!(after("Sunday, 01-Nov-26 12:30:00 GMT"), Some(30 * MINUTE));
        assert_eq!(after("Sun Nov  1 12:30:00 2026"), Some(30 * MINUTE));
        assert_eq!(after("Sun, 01 Nov 2026 11:30:00 GMT"), Some(MINUTE));
        assert_eq!(after("Mon, 01 Nov 2027 12:00:00 GMT"), Some(DAY));
        for nothing in ["", "-5", "soon", "1.5"] {
            assert_eq!(after(nothing), None, "{nothing}");
        }
    }
}

//! Instants, and where they come from. The program reads the time through [`Clock`] alone, so that a
//! test can bring its own.

use std::{
    fmt,
    str::FromStr,
    sync::LazyLock,
    time::{Duration, Instant},
};

use chrono::{DateTime, Datelike, Timelike, Utc};

/// An instant with second precision: seconds since 1970-01-01T00:00:00Z.
///
/// It is stored as that number, so that both databases compare, index and group it alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The earliest and the latest instant that RFC 3339 can write: years 0000 to 9999.
    const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

    /// The instant that many seconds after 1970, where RFC 3339 can write it.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Self::RANGE.contains(&seconds).then_some(Self(seconds))
    }

    /// The letters of RFC 3339 in UTC: `2026-05-08T07:30:00Z`. An instant that it cannot write is shown as 1970.
    pub fn rfc3339(self) -> [u8; 20] {
        let instant = Self::from_seconds(self.0).and_then(|it| DateTime::from_timestamp(it.0, 0)).unwrap_or_default();
        let mut text = *b"0000-00-00T00:00:00Z";
        let mut put = |digits: std::ops::Range<usize>, mut number: u32| {
            for digit in text[digits].iter_mut().rev() {
                *digit += (number % 10) as u8;
                number /= 10;
            }
        };
        put(0..4, instant.year().unsigned_abs());
        put(5..7, instant.month());
        put(8..10, instant.day());
        put(11..13, instant.hour());
        put(14..16, instant.minute());
        put(17..19, instant.second());
        text
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp())
    }
}

/// Why a text is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 instant such as 2026-05-08T07:30:00Z")]
pub struct NoTimestamp;

impl FromStr for Timestamp {
    type Err = NoTimestamp;

    /// Any RFC 3339 instant, in any offset; fractions of a second are cut.
    fn from_str(text: &str) -> Result<Self, NoTimestamp> {
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| NoTimestamp)?;
        Self::from_seconds(instant.timestamp()).ok_or(NoTimestamp)
    }
}

impl fmt::Display for Timestamp {
    /// As RFC 3339 in UTC: `2026-05-08T07:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.rfc3339()).map_err(|_| fmt::Error)?)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The instant at which this is called.
    fn now(&self) -> Timestamp;

    /// How long it has been since some moment in the life of the process. It never goes back, whatever becomes
    /// of [`Clock::now`], which people and other machines set: so it is what waiting is measured by.
    fn uptime(&self) -> Duration;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        Utc::now().into()
    }

    fn uptime(&self) -> Duration {
        /// The first time that anybody asked.
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_is_written_as_it_was_read_and_in_utc() {
        let read = |text: &str| text.parse::<Timestamp>().map(|it| it.to_string());
        assert_eq!(read("2026-05-08T07:30:00Z").as_deref(), Ok("2026-05-08T07:30:00Z"));
        assert_eq!(read("2026-05-08T09:30:00.9+02:00").as_deref(), Ok("2026-05-08T07:30:00Z"));
        assert_eq!(read("2026-05-08"), Err(NoTimestamp));
        assert_eq!(read("0000-01-01T00:00:00+01:00"), Err(NoTimestamp));
    }
    proptest! {
        #[test]
        fn any_instant_is_written_as_chrono_writes_it_and_read_back(seconds in Timestamp::RANGE) {
            let text = Timestamp(seconds).to_string();
            let instant = DateTime::from_timestamp(seconds, 0).expect("in range");
            prop_assert_eq!(&text, &instant.to_rfc3339_opts(SecondsFormat::Secs, true));
            prop_assert_eq!(text.parse(), Ok(Timestamp(seconds)));
        }
    }
}

//! Dates as feeds write them.
//!
//! RFC 3339 and RFC 2822 first; then whatever has a day, a month and a year in it: month names in the
//! larger European languages, ISO dates in all their forms, American and European numbers, 12-hour
//! clocks, zones by name, seconds since 1970. What names no day is no date, and no date loses no item.

mod words;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use self::words::{Word, meaning};
use crate::clock::Timestamp;

/// The instant that a text names. A day without time is its midnight in UTC; a time without zone is UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // No date is longer; a day and its month stand early.
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        return Timestamp::from_seconds(instant.timestamp());
    }
    if text.bytes().all(|it| it.is_ascii_digit()) {
        return digits(text);
    }
    if let Ok(compact) = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y%m%dT%H%M%S") {
        return Timestamp::from_seconds(compact.and_utc().timestamp());
    }
    let text = text.split_once('(').map_or(text, |(before, _)| before);
    let (text, clock) = Clock::take_from(&words::plain(text))?;
    let date = date(&text, clock.is_some())?;
    let clock = clock.unwrap_or_default();
    let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp();
    Timestamp::from_seconds(midnight + clock.seconds - clock.offset)
}

/// Digits alone: seconds or milliseconds since 1970, `20031231`, `20031231101455`, `031231`, `2003`.
fn digits(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    let day = |text: &str| {
        let (year, rest) = text.split_at(text.len() - 4);
        ymd(full_year(year)?, rest[..2].parse().ok()?, rest[2..].parse().ok()?)
    };
    match text.len() {
        9 | 10 => Timestamp::from_seconds(number),
        12 | 13 => Timestamp::from_seconds(number / 1_000),
        4 if (1900..2200).contains(&number) => midnight(ymd(i32::try_from(number).ok()?, 1, 1)?),
        6 | 8 => midnight(day(text)?),
        14 => {
            let (text, time) = text.split_at(8);
            let time = NaiveTime::parse_from_str(time, "%H%M%S").ok()?;
            Timestamp::from_seconds(day(text)?.and_time(time).and_utc().timestamp())
        }
        _ => None,
    }
}

fn midnight(day: NaiveDate) -> Option<Timestamp> {
    Timestamp::from_seconds(day.and_time(NaiveTime::MIN).and_utc().timestamp())
}

/// A time of day and its distance from UTC, in seconds.
#[derive(Default)]
struct Clock {
    seconds: i64,
    offset: i64,
}

impl Clock {
    /// Finds the time in a text and gives the rest, which is the date. `None` where what ought to be a time
    /// is none, or what follows it is no zone.
    fn take_from(text: &str) -> Option<(String, Option<Self>)> {
        let Some(colon) = text.find(':') else {
            return Some((text.to_owned(), None));
        };
        let start = text[..colon].trim_end_matches(|it: char| it.is_ascii_digit()).len();
        let mut before = text[..start].trim_end();
        let is_time = |it: char| it.is_ascii_digit() || matches!(it, ':' | '.' | ',');
        let end = start + text[start..].find(|it| !is_time(it)).unwrap_or(text.len() - start);
        let mut seconds = time(&text[start..end])?;
        let mut offset = 0;
        let mut date_behind = String::new();
        // `T` in front of the time, or half of the day in languages that put it there.
        if let Some(rest) = before.strip_suffix('t').filter(|it| it.ends_with(|it: char| it.is_ascii_digit())) {
            before = rest;
        }
        let (head, last) = before.rsplit_once(' ').unwrap_or(("", before));
        if let Some(Word::Half(half)) = meaning(last) {
            seconds = in_half(seconds, half);
            before = head;
        }
        let mut is_zoned = false;
        for word in zone_words(&text[end..]) {
            match meaning(&word) {
                _ if is_zoned && word == "z" => {}
                Some(Word::Half(half)) => seconds = in_half(seconds, half),
                Some(Word::Zone(zone)) => (offset, is_zoned) = (zone, true),
                Some(Word::Filler) => {}
                Some(Word::Month(_)) => date_behind.extend([" ", &word]),
                None if word.starts_with(['+', '-']) => (offset, is_zoned) = (numeric_zone(&word)?, true),
                None if word.bytes().all(|it| it.is_ascii_digit()) => date_behind.extend([" ", &word]),
                // An unknown zone: an instant some hours off is better than none.
                None if !is_zoned && (3..=5).contains(&word.len()) && word.is_ascii() => is_zoned = true,
                None => return None,
            }
        }
        Some((format!("{before}{date_behind}"), Some(Self { seconds, offset })))
    }
}

/// `9:15`, `16:31:00`, `10:14:55.1234`, as seconds.
fn time(text: &str) -> Option<i64> {
    let text = text.trim_end_matches([',', '.']);
    let whole = text.split(['.', ',']).next()?;
    let parts: Vec<i64> = whole.split(':').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    let is_end_of_day = (hour, minute, second) == (24, 0, 0);
    (is_clock || is_end_of_day).then_some(hour * 3_600 + minute * 60 + second.min(59))
}

/// 12-hour clock to 24 hours: 12 am is midnight.
fn in_half(seconds: i64, afternoon: bool) -> i64 {
    const NOON: i64 = 12 * 3_600;
    match (afternoon, seconds < NOON) {
        (true, true) => seconds + NOON,
        (false, false) if seconds < NOON + 3_600 => seconds - NOON,
        _ => seconds,
    }
}

/// The words behind a time: `gmt+0100` is two, `+0000z` is two.
fn zone_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for char in text.chars() {
        if char.is_whitespace() || matches!(char, ',' | '[' | ']' | '/') {
            words.push(String::new());
            continue;
        }
        let is_number = |it: char| it.is_ascii_digit() || it == ':';
        let starts_word = match words.last().and_then(|it| it.chars().last()) {
            None => true,
            Some(before) => matches!(char, '+' | '-') || (is_number(before) && !is_number(char)),
        };
        if starts_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(char);
        }
    }
    words.retain(|it| !it.is_empty() && it != "-");
    words
}

/// `-0700`, `+01:30`, `+2`.
fn numeric_zone(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text[1..].replace(':', "");
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The day that a text without time names.
fn date(text: &str, had_time: bool) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split(|it: char| it.is_whitespace() || matches!(it, '-' | '/' | '.' | ',')).collect();
    let mut month = None;
    let mut numbers = Vec::new();
    let mut is_first = true;
    for word in words.into_iter().filter(|it| !it.is_empty()) {
        let digits = word.trim_end_matches(|it: char| it.is_alphabetic());
        let suffix = &word[digits.len()..];
        match meaning(word) {
            // The later of two: `mar. 01 déc.` begins with a Tuesday.
            Some(Word::Month(number)) => month = Some(number),
            Some(Word::Filler | Word::Zone(_)) => {}
            _ if !digits.is_empty() && digits.len() < 9 => {
                digits.parse::<u32>().ok()?;
                numbers.push(digits);
                // `16th`, `1er`; `2003-12-31T` where the time is missing.
                if !matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er" | "t" | "z") {
                    return None;
                }
            }
            // A day of the week in some language.
            _ if is_first => {}
            _ => return None,
        }
        is_first = false;
    }
    match (numbers.len(), month) {
        (1.., Some(month)) => named_month(&numbers, month, had_time),
        (_, None) => numbers_only(&numbers, text),
        _ => None,
    }
}

/// A month by name, with day and year in any order.
fn named_month(numbers: &[&str], month: u32, had_time: bool) -> Option<NaiveDate> {
    match *numbers {
        [year] if year.len() == 4 && !had_time => ymd(full_year(year)?, month, 1),
        [year, day] if year.len() == 4 => ymd(full_year(year)?, month, day.parse().ok()?),
        [day, year] => ymd(full_year(year)?, month, day.parse().ok()?),
        // `Mar, 10/03/2020`: the word was a Tuesday after all.
        [_, _, year] if year.len() == 4 => numbers_only(numbers, "/"),
        _ => None,
    }
}

fn numbers_only(numbers: &[&str], text: &str) -> Option<NaiveDate> {
    let number = |it: &str| it.parse::<u32>().ok();
    match *numbers {
        [compact] if matches!(compact.len(), 6 | 8) => {
            let (year, rest) = compact.split_at(compact.len() - 4);
            ymd(full_year(year)?, number(&rest[..2])?, number(&rest[2..])?)
        }
        [year, day] if year.len() == 4 && day.len() == 3 => NaiveDate::from_yo_opt(full_year(year)?, number(day)?),
        [year, month] if year.len() == 4 => ymd(full_year(year)?, number(month)?, 1),
        [year, month, day] if year.len() == 4 => ymd(full_year(year)?, number(month)?, number(day)?),
        [left, right, year] if text.contains('/') => {
            let (left, right, year) = (number(left)?, number(right)?, full_year(year)?);
            ymd(year, left, right).or_else(|| ymd(year, right, left))
        }
        [day, month, year] if text.contains('.') || year.len() == 4 => {
            ymd(full_year(year)?, number(month)?, number(day)?)
        }
        [year, month, day] => ymd(full_year(year)?, number(month)?, number(day)?),
        _ => None,
    }
}

/// Two digits are 1970 to 2069.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        2 => Some(if year < 70 { 2_000 + year } else { 1_900 + year }),
        4 => Some(year),
        _ => None,
    }
}

fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|it| it.to_string())
    }

    #[test]
    fn the_standards_are_read() {
        for (text, instant) in [
            ("Tue, 03 Mar 2026 09:15:00 +0100", "2026-03-03T08:15:00Z"),
            ("Tue, 03 Mar 26 09:15 EST", "2026-03-03T14:15:00Z"),
            ("2026-03-03T09:15:00.25-05:00", "2026-03-03T14:15:00Z"),
            ("2026-03-03T09:15", "2026-03-03T09:15:00Z"),
            ("20260303T091500Z", "2026-03-03T09:15:00Z"),
            ("2026-03-03", "2026-03-03T00:00:00Z"),
            ("2026-062", "2026-03-03T00:00:00Z"),
            ("2026-03", "2026-03-01T00:00:00Z"),
            ("2026", "2026-01-01T00:00:00Z"),
            ("1772529300", "2026-03-03T09:15:00Z"),
            ("1772529300000", "2026-03-03T09:15:00Z"),
            ("Tue Mar  3 09:15:00 2026", "2026-03-03T09:15:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn odd_ones_are_read_too() {
        for (text, instant) in [
            ("2026/3/3 9:15:00", "2026-03-03T09:15:00Z"),
            ("03/13/2026 - 9:15 pm PST", "2026-03-14T05:15:00Z"),
            ("13/03/2026", "2026-03-13T00:00:00Z"),
            ("3.4.26", "2026-04-03T00:00:00Z"),
            ("March 3rd, 2026, 12:05 a.m.", "2026-03-03T00:05:00Z"),
            ("Dienstag, 3. März 2026 - 09:15 Uhr", "2026-03-03T09:15:00Z"),
            ("mar., 01 déc. 2026 09:15:00 +0000", "2026-12-01T09:15:00Z"),
            ("Ter, 3 de fevereiro de 2026 09:15", "2026-02-03T09:15:00Z"),
            ("Вт, 3 мая 2026 09:15:00 MSK", "2026-05-03T06:15:00Z"),
            ("2026년 3월 3일 오후 9:15", "2026-03-03T21:15:00Z"),
            ("2026年3月3日", "2026-03-03T00:00:00Z"),
            ("Tue Mar 03 2026 09:15:00 GMT+0200 (EET)", "2026-03-03T07:15:00Z"),
            ("2026-03-03T09:15:00-05:00Z", "2026-03-03T14:15:00Z"),
            ("2026-03-03T24:00:00Z", "2026-03-04T00:00:00Z"),
            ("Mar. 2026", "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn what_names_no_day_is_no_date() {
        for text in [
            "",
            "yesterday",
            "12345",
            "Tue, 03 xyz 2026 09:15:00 GMT",
            "Tue, 03 Mar 2026 25:15:00 GMT",
            "Tue, 03 Mar 2026 09:61:00 GMT",
            "2026-02-30",
            "2026-03-03T09:15:00+01:00behind",
            "Tue, 03 Mar 2026 09:15 +00:zz",
            "9:15",
            "99999999999999999999",
            &"1 ".repeat(500),
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,40}") {
            let _instant = parse(&text);
        }

        #[test]
        fn nothing_like_a_date_breaks_the_reader(text in "(mon|mar|é|年|t|z|am|[-+:./, 0-9]|[0-9]{2}){0,16}") {
            let _instant = parse(&text);
        }
    }
}

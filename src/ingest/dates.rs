//! Dates as feeds write them.
//!
//! RFC 3339 and RFC 2822 first; then whatever has a day, a month and a year in it: month names in the
//! larger European languages, ISO dates in all their forms, American and European numbers, 12-hour
//! clocks, zones by name, seconds since 1970. What names no day is no date, and no date loses no item.

mod words;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use self::words::{Word, meaning};
use crate::clock::Timestamp;

/// The instant that a text names. A day without time is its midnight in UTC; a time without zone is UTC, or
/// that of the one zone in which people write so.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // No date is longer; a day and its month stand early.
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    let instant = match DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        Ok(instant) => Timestamp::from_seconds(instant.timestamp())?,
        Err(_) => digits(text).or_else(|| compact(text)).or_else(|| in_words(text))?,
    };
    // What programs write that have no date: Go's zero, and one that PHP makes of MySQL's.
    (instant.0 >= FIRST_SECOND).then_some(instant)
}

/// The beginning of the year 2.
const FIRST_SECOND: i64 = -62_104_060_800;

/// Whatever has a day, a month and a year in it.
fn in_words(text: &str) -> Option<Timestamp> {
    let home = words::home(text);
    let (text, city) = without_city(text);
    let (text, clock) = Clock::take_from(&words::plain(&text), home)?;
    let date = date(&text, clock.is_some())?;
    let clock = clock.unwrap_or_default();
    let local = date.and_time(NaiveTime::MIN).and_utc().timestamp() + clock.seconds;
    let offset = city.filter(|_| !clock.is_zoned).and_then(|city| offset_of(city, local)).unwrap_or(clock.offset);
    Timestamp::from_seconds(local - offset)
}

/// A text without the name of a zone by its city (`America/New_York`, in brackets or not), and that zone.
fn without_city(text: &str) -> (String, Option<Tz>) {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '_' | '-' | '+');
    let mut words = text.split(|it: char| !is_of_name(it)).filter(|it| it.contains('/'));
    let found = words.find_map(|word| Some((word, word.parse::<Tz>().ok()?)));
    found.map_or_else(|| (text.to_owned(), None), |(word, zone)| (text.replacen(word, " ", 1), Some(zone)))
}

/// How far from UTC a zone is at a local time, in seconds. Of two the earlier instant; in a gap none.
fn offset_of(zone: Tz, local: i64) -> Option<i64> {
    let local = DateTime::from_timestamp(local, 0)?.naive_utc();
    Some(zone.from_local_datetime(&local).earliest()?.offset().fix().local_minus_utc().into())
}

/// `20260303T091500Z`, with an offset or without; `20260303 0915`.
fn compact(text: &str) -> Option<Timestamp> {
    let zoned = |format: &str| DateTime::parse_from_str(text, format).map(|it| it.timestamp());
    let local = |format: &str| {
        NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), format).map(|it| it.and_utc().timestamp())
    };
    let seconds = zoned("%Y%m%dT%H%M%S%z")
        .or_else(|_| zoned("%Y%m%dT%H%M%z"))
        .or_else(|_| local("%Y%m%dT%H%M%S"))
        .or_else(|_| local("%Y%m%dT%H%M"))
        .or_else(|_| local("%Y%m%d %H%M%S"))
        .or_else(|_| local("%Y%m%d %H%M"));
    Timestamp::from_seconds(seconds.ok()?)
}

/// Digits alone: seconds (with a fraction or without) or milliseconds since 1970, `20031231`, `2003365`,
/// `20031231101455`, `031231`, `2003`; and `-0312`, which leaves out the century.
fn digits(text: &str) -> Option<Timestamp> {
    if let Some(short) = text.strip_prefix('-') {
        let short = short.replace('-', "");
        let is_short = short.len() == 4 && short.bytes().all(|it| it.is_ascii_digit());
        return midnight(is_short.then(|| ymd(full_year(&short[..2])?, short[2..].parse().ok()?, 1))??);
    }
    let text = text.split_once('.').filter(|(whole, _)| matches!(whole.len(), 9 | 10)).map_or(text, |(whole, _)| whole);
    if !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
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
        7 => midnight(NaiveDate::from_yo_opt(full_year(&text[..4])?, text[4..].parse().ok()?)?),
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
    /// Whether it says so, and `offset` is not only where people write like that.
    is_zoned: bool,
}

impl Clock {
    /// Finds the time in a text and gives the rest, which is the date. `home` is the distance from UTC of a
    /// time that names no zone. `None` where what ought to be a time
    /// is none, or what follows it is no zone.
    fn take_from(text: &str, home: i64) -> Option<(String, Option<Self>)> {
        let Some(colon) = text.find(':') else {
            return Some((text.to_owned(), None));
        };
        let start = text[..colon].trim_end_matches(|it: char| it.is_ascii_digit()).len();
        let mut before = text[..start].trim_end();
        let is_time = |it: char| it.is_ascii_digit() || matches!(it, ':' | '.' | ',');
        let end = start + text[start..].find(|it| !is_time(it)).unwrap_or(text.len() - start);
        let mut seconds = time(&text[start..end])?;
        let mut offset = home;
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
                // `-0500 EST`, and wrong ones: numbers win.
                Some(Word::Zone(_)) if is_zoned => {}
                Some(Word::Zone(zone)) => (offset, is_zoned) = (zone, true),
                Some(Word::Filler) => {}
                Some(Word::Month(_)) => date_behind.extend([" ", &word]),
                None if word.starts_with(['+', '-']) => (offset, is_zoned) = (numeric_zone(&word)?, true),
                None if word.bytes().all(|it| it.is_ascii_digit()) => date_behind.extend([" ", &word]),
                // An unknown zone: an instant some hours off is better than none.
                None if !is_zoned && (3..=5).contains(&word.len()) && word.is_ascii() => (offset, is_zoned) = (0, true),
                None => return None,
            }
        }
        Some((format!("{before}{date_behind}"), Some(Self { seconds, offset, is_zoned })))
    }
}

/// `9:15`, `16:31:00`, `10:14:55.1234`, as seconds.
fn time(text: &str) -> Option<i64> {
    let text = text.trim_end_matches([',', '.', ':']);
    let whole = text.split(['.', ',']).next()?;
    let parts: Vec<i64> = whole.split(':').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    let is_end_of_day = (hour, minute, second) == (24, 0, 0);
    // Numbers of any length come here.
    (is_clock || is_end_of_day).then(|| hour * 3_600 + minute * 60 + second.min(59))
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
    let number: i64 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The day that a text without time names.
fn date(text: &str, had_time: bool) -> Option<NaiveDate> {
    let words: Vec<&str> =
        text.split(|it: char| it.is_whitespace() || matches!(it, '-' | '/' | '.' | ',' | '|')).collect();
    let mut month = None;
    let mut numbers = Vec::new();
    let mut is_first = true;
    let is_named = words.iter().any(|it| matches!(meaning(it), Some(Word::Month(_))));
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
            // A day of the week in some language; beside the name of a month, anything.
            _ if is_first || (is_named && digits.is_empty()) => {}
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
            let day_of = |year: &str, month: &str, day: &str| ymd(full_year(year)?, number(month)?, number(day)?);
            // American, European, and with the year in front.
            day_of(year, left, right).or_else(|| day_of(year, right, left)).or_else(|| day_of(left, right, year))
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
mod tests;

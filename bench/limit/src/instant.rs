//! Instants, as seconds since 1970 and as `2026-05-08T07:30:00Z`.

/// A day.
pub(crate) const DAY: i64 = 86_400;

/// Year, month and day of a count of days since 1970, by whole cycles of 400 years that begin in March.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (cycle * 400 + year + i64::from(month <= 2), month, day)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    cycle * 146_097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - 719_468
}

/// Years have four digits here.
fn put_date(out: &mut Vec<u8>, at: i64) {
    let (year, month, day) = date(at.div_euclid(DAY));
    two(out, year / 100);
    two(out, year % 100);
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, day);
}

fn two(out: &mut Vec<u8>, number: i64) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(b'0' + u8::try_from(digit).unwrap_or_default());
    }
}

/// The day of an instant, in quotes.
pub(crate) fn write_date(out: &mut Vec<u8>, at: i64) {
    out.push(b'"');
    put_date(out, at);
    out.push(b'"');
}

/// An instant, in quotes.
pub(crate) fn write(out: &mut Vec<u8>, at: i64) {
    out.push(b'"');
    put_date(out, at);
    let second = at.rem_euclid(DAY);
    for (mark, part) in [(b'T', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
        out.push(mark);
        two(out, part);
    }
    out.extend_from_slice(b"Z\"");
}

/// Back from there.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let time = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    Some(days(number(0, 4)?, number(5, 7)?, number(8, 10)?) * DAY + time)
}

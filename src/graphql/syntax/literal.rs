//! The values of numbers and strings (GraphQL, sections 2.9.1, 2.9.2 and 2.9.4).

use std::str::Chars;

use async_graphql_value::Number;

/// What is wrong with a literal, as a message goes on behind “found”.
pub(super) type Fault = &'static str;

/// The value of an integer or a float.
pub(super) fn number(raw: &str) -> Result<Number, Fault> {
    let unsigned = raw.strip_prefix('-').unwrap_or(raw);
    let fraction = unsigned.trim_start_matches(|it: char| it.is_ascii_digit());
    let whole = &unsigned[..unsigned.len() - fraction.len()];
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return Err("a number with a zero or nothing in front");
    }
    if fraction.is_empty() {
        if let Ok(value) = raw.parse::<i64>() {
            return Ok(value.into());
        }
    } else if !is_fraction(fraction) {
        return Err("a number with something behind it");
    }
    raw.parse().ok().and_then(Number::from_f64).ok_or("a number that is too large")
}

/// `.5`, `e-3`, or both.
fn is_fraction(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (fraction, exponent) = match text.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, Some(exponent)),
        None => (text, None),
    };
    let fraction_is_right = fraction.strip_prefix('.').map_or(exponent.is_some() && fraction.is_empty(), digits);
    fraction_is_right && exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)))
}

/// The value of a string or a block string, quotes included.
pub(super) fn string(raw: &str) -> Result<String, Fault> {
    const OPEN: Fault = "a string that does not end";
    if let Some(block) = raw.strip_prefix("\"\"\"") {
        // Where the last quotes are escaped, or the first ones, it goes on.
        let inner = block.strip_suffix("\"\"\"").filter(|inner| !inner.ends_with('\\')).ok_or(OPEN)?;
        return Ok(block_string(&inner.replace("\\\"\"\"", "\"\"\"")));
    }
    let inner = raw.strip_prefix('"').ok_or(OPEN)?;
    let (mut value, mut rest) = (String::with_capacity(inner.len()), inner.chars());
    loop {
        match rest.next() {
            Some('"') => return Ok(value),
            Some('\\') => value.push(escaped(&mut rest)?),
            Some(other) => value.push(other),
            None => return Err(OPEN),
        }
    }
}

/// What stands for a character behind a backslash.
fn escaped(rest: &mut Chars) -> Result<char, Fault> {
    Ok(match rest.next() {
        Some(same @ ('"' | '\\' | '/')) => same,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            const FAULT: Fault = "an escape of no character";
            let unit = unit(rest).ok_or(FAULT)?;
            match unit {
                // The first of a pair of UTF-16 units.
                0xD800..0xDC00 => {
                    let second =
                        if rest.next() == Some('\\') && rest.next() == Some('u') { self::unit(rest) } else { None };
                    let second = second.filter(|it| (0xDC00..0xE000).contains(it)).ok_or(FAULT)?;
                    char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (second - 0xDC00)).ok_or(FAULT)?
                }
                _ => char::from_u32(unit).ok_or(FAULT)?,
            }
        }
        _ => return Err("an escape that there is not"),
    })
}

/// `00e9` or `{1f600}`.
fn unit(rest: &mut Chars) -> Option<u32> {
    let text = rest.as_str();
    let (digits, length) = match text.strip_prefix('{') {
        Some(text) => text.split_once('}').map(|(digits, _)| (digits, digits.len() + 2))?,
        None => (text.get(..4)?, 4),
    };
    *rest = text.get(length..)?.chars();
    let is_hexadecimal = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// `BlockStringValue`: without what all lines but the first are indented by, and without empty lines around.
fn block_string(raw: &str) -> String {
    const WHITE: [char; 2] = [' ', '\t'];
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    let indent = |line: &&str| {
        let content = line.trim_start_matches(WHITE);
        (!content.is_empty()).then_some(line.len() - content.len())
    };
    let common = lines.iter().skip(1).filter_map(indent).min().unwrap_or(0);
    for line in lines.iter_mut().skip(1) {
        *line = line.get(common..).unwrap_or_default();
    }
    let is_blank = |line: &&str| line.trim_matches(WHITE).is_empty();
    let first = lines.iter().take_while(|line| is_blank(line)).count();
    let last = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |it| it + 1);
    lines.get(first..last).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (raw, value) in [("0", "0"), ("-0", "0"), ("-12", "-12"), ("9223372036854775808", "9.223372036854776e+18")]
        {
            assert_eq!(number(raw).map(|it| it.to_string()).as_deref(), Ok(value), "{raw}");
        }
        for (raw, value) in [("1.5", "1.5"), ("-0.0", "-0.0"), ("1e3", "1000.0"), ("2.5E-1", "0.25"), ("1e+2", "100.0")]
        {
            assert_eq!(number(raw).map(|it| it.to_string()).as_deref(), Ok(value), "{raw}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for raw in [
            "01", "-", "00", "-01.5", "1a", "0xF", "1.", "1.e3", "1.5.5", "1e", "1e+", "1-1", "1_000", "1e999",
            "1.5e3.0",
        ] {
            assert!(number(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn escapes_stand_for_their_characters() {
        let raw = r#""\"\\\/\b\f\n\r\t\u00e9\u{1F600}\ud83d\ude00é""#;
        assert_eq!(string(raw).as_deref(), Ok("\"\\/\u{8}\u{c}\n\r\té😀😀é"));
        assert_eq!(string("\"\"").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for raw in [
            "\"",
            "\"a",
            "\"a\\\"",
            r#""\q""#,
            r#""\u12""#,
            r#""\u+123""#,
            r#""\u{}""#,
            r#""\u{110000}""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83d\ud83d""#,
            r#""\ud83dx""#,
            r#""\u{d83d}""#,
            r#""\u{12""#,
            "\"\"\"",
            "\"\"\"\"",
            "\"\"\"a\\\"\"\"",
        ] {
            assert!(string(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn block_strings_lose_their_indentation_and_keep_everything_else() {
        let value = |inner: &str| string(&format!("\"\"\"{inner}\"\"\"")).expect("a string");
        assert_eq!(value(""), "");
        assert_eq!(value("\n\n  \t\n"), "");
        assert_eq!(value("a \\n \\\"\"\" \"\" "), "a \\n \"\"\" \"\" ");
        assert_eq!(value("\n    Hello,\r\n      World!\r\r    Yours,\n  \n  "), "Hello,\n  World!\n\nYours,");
        assert_eq!(value("  a\n   b\n\tc"), "  a\n  b\nc");
    }
}

//! The schema's own scalars: how they are called, checked when they come in, and written.

use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, Value};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::write::{Shows, write_text};
use crate::{clock::Timestamp, content::NodeId, text, text::web::normalise_url};

impl Shows<NodeId> for ID {
    fn write(value: &NodeId, out: &mut Vec<u8>) {
        write_text(&value.to_string(), out);
    }
}

/// See the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// RFC 3339 instant in UTC, second precision: `2026-05-08T07:30:00Z`. As an input, any offset is
/// understood, and so is `20260508T073000Z`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => {
                let text = text::instant::extended(&text).unwrap_or(text);
                text.parse().map(Self).map_err(InputValueError::custom)
            }
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Seconds since 1970.
impl Shows<i64> for DateTime {
    fn write(value: &i64, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(&Timestamp(*value).rfc3339()); // none of which has to be escaped
        out.push(b'"');
    }
}

/// See the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// Calendar date, `YYYY-MM-DD`: `2026-05-08`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let expected = || InputValueError::custom("expected a date such as 2026-05-08");
        match value {
            // chrono alone also takes `2026-5-8` and years of any length.
            Value::String(text) if text.len() == 10 => text.parse().map(Self).map_err(|_| expected()),
            Value::String(_) => Err(expected()),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Shows<NaiveDate> for Date {
    fn write(value: &NaiveDate, out: &mut Vec<u8>) {
        write_text(&value.to_string(), out);
    }
}

/// See the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub Tz);

/// IANA time zone name: `Europe/Berlin`, `UTC`.
#[Scalar(specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(name) => name.parse().map(Self).map_err(|_| {
                InputValueError::custom("expected the name of a time zone such as Europe/Berlin, Asia/Kathmandu or UTC")
            }),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.name().to_owned())
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl Shows<Tz> for TimeZone {
    fn write(value: &Tz, out: &mut Vec<u8>) {
        write_text(value.name(), out);
    }
}

/// See the description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

/// Absolute http or https URL, normalised as the WHATWG URL standard says: `https://example.org/feed.xml`.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => normalise_url(&text, None).map(Self).ok_or_else(|| {
                InputValueError::custom("expected an absolute http or https URL such as https://example.org/feed.xml")
            }),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl Shows<String> for Url {
    fn write(value: &String, out: &mut Vec<u8>) {
        write_text(value, out);
    }
}

/// See the description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageTag(pub text::LanguageTag);

/// BCP 47 language tag: `en`, `ru`, `pt-BR`; `und` where nobody knows.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/bcp/bcp47.txt")]
impl ScalarType for LanguageTag {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(tag) if tag.eq_ignore_ascii_case("und") => Ok(Self(text::LanguageTag::undetermined())),
            Value::String(text) => text.parse().map(Self).map_err(InputValueError::custom),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Shows<String> for LanguageTag {
    fn write(value: &String, out: &mut Vec<u8>) {
        write_text(value, out);
    }
}

//! Dates: any text names an instant that can be written, or none.

#![no_main]

use libfuzzer_sys::fuzz_target;
use precis::{clock::Timestamp, ingest::dates::parse};

fuzz_target!(|text: &str| {
    let Some(instant) = parse(text) else { return };
    let written = instant.to_string();
    assert_eq!(written.parse::<Timestamp>().ok(), Some(instant), "{text}");
    assert_eq!(parse(&written), Some(instant), "{text}");
    assert_eq!(parse(&format!(" {text}\n")), Some(instant), "{text}");
});

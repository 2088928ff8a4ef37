//! Content at random: summaries of a few sources around instants at which calendars are odd, some of them
//! archived; and time zones at random, the odd ones more often.

use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::{Value, json};

use crate::{
    archive::set_status,
    import::inbox::{CHANGED, import_as_of, line, lines},
    support::TestApp,
};

/// A summary to be.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    source: &'static str,
    published_at: i64,
    language: &'static str,
    category: Option<&'static str>,
    tags: Vec<&'static str>,
    series: Option<&'static str>,
    is_archived: bool,
}

/// Around these, a day is not 24 hours from midnight to midnight somewhere: each a Unix time.
const ODD: &[i64] = &[
    1_325_239_200,  // 2011-12-30T10:00:00Z: Samoa leaves a day out
    1_289_097_060,  // 2010-11-07T02:31:00Z: Newfoundland goes back behind a midnight that was
    1_774_746_000,  // 2026-03-29T01:00:00Z: summer time begins in Europe
    1_761_440_400,  // 2025-10-26T01:00:00Z: and ends
    1_772_958_600,  // 2026-03-08T08:30:00Z: it begins in America
    0,              // 1970-01-01T00:00:00Z
    -2_717_640_000, // 1883-11-18T20:00:00Z: railways bring zones to America
];

/// Zones of which each is odd in its own way: half hours and quarters, midnights that come twice or never,
/// days that never were, and winters that are summers.
const ODD_ZONES: &[Tz] = &[
    Tz::UTC,
    Tz::America__St_Johns,
    Tz::Asia__Kathmandu,
    Tz::Pacific__Apia,
    Tz::Europe__Berlin,
    Tz::Europe__Dublin,
    Tz::America__Sao_Paulo,
    Tz::Asia__Tehran,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Casablanca,
    Tz::America__Nuuk,
    Tz::Pacific__Kiritimati,
];

/// Any time zone.
pub(crate) fn zone() -> impl Strategy<Value = Tz> {
    prop_oneof![1 => select(ODD_ZONES), 1 => select(TZ_VARIANTS.to_vec())]
}

/// Up to seventy summaries.
pub(crate) fn content() -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec(piece(), 1..70)
}

/// A summary, often on a full hour, so that some fall on one second.
fn piece() -> impl Strategy<Value = Piece> {
    let second = prop_oneof![
        2 => (-60..60_i64).prop_map(|hour| hour * 3_600),
        1 => (-8..8_i64).prop_map(|quarter| quarter * 900 - 1),
        1 => -250_000..250_000_i64,
    ];
    let told = (select(vec!["rivers", "seas", "wells"]), select(vec!["en", "ru", "de"]));
    let named = (
        select(vec![None, Some("News"), Some("Weather")]),
        subsequence(vec!["Water", "API Design", "apidesign", "Rain", "Event Driven"], 0..4),
        select(vec![None, None, Some("The Quiet Life"), Some("Depths")]),
    );
    (told, named, select(ODD), second, prop::bool::weighted(0.1)).prop_map(
        |((source, language), (category, tags, series), odd, second, is_archived)| Piece {
            source,
            published_at: odd + second,
            language,
            category,
            tags,
            series,
            is_archived,
        },
    )
}

/// An application with this content, and two more summaries that spell one tag in two ways: it has the alias.
pub(crate) async fn with(app: &TestApp, content: &[Piece]) -> TestApp {
    let app = app.empty().await;
    let title = |place: usize| format!("Water Level No {place}");
    let spelled = |title: &str, tag: &str| line(title, title, &json!({ "episode": { "tags": [tag] } }));
    let spelled = [spelled("How It Began", "apidesign"), spelled("How It Went On", "API Design")];
    let told = content.iter().enumerate().map(|(place, piece)| {
        let Piece { source, published_at, language, category, tags, series, is_archived: _ } = piece;
        let published_at = chrono::DateTime::from_timestamp(*published_at, 0).expect("an instant").to_rfc3339();
        let more = json!({
            "source": { "slug": source, "name": source },
            "episode": {
                "language": language, "published_at": published_at, "tags": tags, "category": category,
                "series": series,
            },
        });
        line(&format!("g{place}"), &title(place), &more)
    });
    let all: Vec<Value> = spelled.into_iter().chain(told).collect();
    let became = import_as_of(app.content(), CHANGED, "a.jsonl", lines(&all).as_bytes()).await;
    assert!(became.is_stored(), "{became:?}");
    let archived: Vec<String> = (0..content.len()).filter(|place| content[*place].is_archived).map(title).collect();
    set_status(&app, &archived.iter().map(String::as_str).collect::<Vec<_>>(), "ARCHIVED").await;
    app
}

//! Lines of both forms, and what is made of them.

use super::*;
use crate::{
    clock::Timestamp,
    content::{Enclosure, EpisodeKind, SourceKind, SummaryDraft, SummaryOrigin},
    text::LanguageTag,
};

fn reason(line: &str) -> String {
    parse(line.as_bytes()).map(|it| it.1.title).expect_err("a line that is wrong")
}

#[test]
fn a_nested_line_is_read_in_full() {
    let line = r##"{"source":{"slug":"rivers","name":"Rivers FM","kind":"podcast","homepage":"https://example.org/","feedUrl":"https://example.org/feed",
        "icon_url":"https://example.org/i.png","description":"About <b>rivers</b>","language":"en"},
        "episode":{"title":"Flood","url":"https://example.org/12?utm_source=x","guid":"g12","author":"Ann","published_at":"2026-03-03T09:15:00Z",
        "updatedAt":"2026-03-04T09:15:00Z","kind":"AUDIO","series":"Rivers","season":2,"number":12,"hashtags":["#Water","rain"],
        "image_url":"https://example.org/12.png","duration_seconds":61,"enclosures":[{"url":"https://example.org/12.mp3","mimeType":"audio/mpeg","size":9}],
        "content":"It **rained**. #Rain","content_format":"markdown"},
        "summary":{"tldr":" It  rained. ","key_points":["Rain",""],"body":"# Rain","category":"Weather","tags":["Floods","water"],"origin":"MODEL","model":"m1"}}"##;
    let (source, episode) = parse(line.replace('\n', " ").as_bytes()).expect("a line");
    let address = |path: &str| Some(format!("https://example.org/{path}"));
    let expected_source = SourceDraft {
        slug: "rivers".parse().ok(),
        name: "Rivers FM".to_owned(),
        kind: Some(SourceKind::Podcast),
        feed_url: address("feed"),
        homepage: address(""),
        icon_url: address("i.png"),
        description: Some("About rivers".to_owned()),
        language: LanguageTag::lenient("en").ok(),
    };
    let expected = EpisodeDraft {
        identity: "guid:g12".to_owned(),
        guid: Some("g12".to_owned()),
        url: address("12"),
        canonical_url: address("12"),
        kind: EpisodeKind::Audio,
        title: "Flood".to_owned(),
        author: Some("Ann".to_owned()),
        language: LanguageTag::lenient("en").ok(),
        image_url: address("12.png"),
        enclosures: vec![Enclosure {
            url: "https://example.org/12.mp3".to_owned(),
            mime_type: Some("audio/mpeg".to_owned()),
            size: Some(9),
        }],
        duration_seconds: Some(61),
        word_count: Some(3),
        hashtags: vec!["Water".to_owned(), "rain".to_owned()],
        series: Some("Rivers".to_owned()),
        season: Some(2),
        number: Some(12),
        published_at: Some(Timestamp(1_772_529_300)),
        source_updated_at: Some(Timestamp(1_772_615_700)),
        excerpt: "It rained. #Rain".to_owned(),
        content: Some("<p>It <strong>rained</strong>. #Rain</p>".to_owned()),
        tags: vec!["Water".to_owned(), "rain".to_owned(), "Floods".to_owned()],
        category: Some("Weather".to_owned()),
        summary: Some(SummaryDraft {
            language: None,
            title: None,
            tldr: "It rained.".to_owned(),
            key_points: vec!["Rain".to_owned()],
            body: Some("# Rain".to_owned()),
            origin: SummaryOrigin::Model,
            model: Some("m1".to_owned()),
        }),
    };
    assert_eq!((source, episode), (expected_source, expected));
}

#[test]
fn a_flat_line_is_read_and_what_is_unknown_in_it_ignored() {
    let line = r#"{"source":"Rivers FM","source_url":"https://example.org/","title":"Flood","url":"https://example.org/12","tags":["Water"],
        "published_at":"2026-03-03T09:15:00Z","category":"Weather","series":"Rivers","episode_number":12,"excerpt":"It rained.","authors":["Ann","Ben"],
        "kind":"podcast","media_url":"https://example.org/12.mp3","media_bytes":9,"media_seconds":61,"license":"MIT","guid":null}"#;
    let (source, episode) = parse(line.replace('\n', " ").as_bytes()).expect("a line");
    assert_eq!((source.name.as_str(), source.kind), ("Rivers FM", Some(SourceKind::Podcast)));
    assert_eq!((episode.identity.as_str(), episode.kind), ("url:https://example.org/12", EpisodeKind::Audio));
    assert_eq!(
        (episode.author.as_deref(), episode.number, episode.duration_seconds),
        (Some("Ann, Ben"), Some(12), Some(61))
    );
    assert_eq!((episode.category.as_deref(), episode.tags), (Some("Weather"), vec!["Water".to_owned()]));
    assert_eq!((episode.excerpt.as_str(), episode.content, episode.word_count), ("It rained.", None, None));
}

#[test]
fn null_is_as_good_as_missing() {
    let line = r#"{"source":{"name":"R","kind":null},"episode":{"title":"T","hashtags":null,"enclosures":null},"summary":null}"#;
    let short = r#"{"source":"R","episode":{"title":"T"}}"#;
    assert_eq!(parse(line.as_bytes()), parse(short.as_bytes()));
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    assert_eq!(reason("[1]"), "expected an object");
    assert_eq!(reason("{"), "not JSON: EOF while parsing an object at line 1 column 1");
    assert_eq!(reason(r#"{"title":"Flood"}"#), "source.name is missing");
    assert_eq!(reason(r#"{"episode":{"title":"Flood"}}"#), "source is missing");
    assert_eq!(reason(r#"{"source":"Rivers"}"#), "episode.title is missing");
    assert_eq!(
        reason(r#"{"source":"Rivers","episode":{"title":"Flood","kind":"film"}}"#),
        "episode.kind: film is none of ARTICLE, AUDIO, VIDEO"
    );
    assert_eq!(reason(r#"{"source":"Rivers","episode":{"title":"Flood"},"summary":{}}"#), "summary.tldr is missing");
    assert_eq!(
        reason(r#"{"source":{"name":"R","feed_url":"x"},"episode":{"title":"Flood"}}"#),
        "source.feed_url: x is no address of a page"
    );
    assert_eq!(
        reason(r#"{"source":"R","title":"T","episode_number":"x"}"#),
        "invalid type: string \"x\", expected i32"
    );
}

#[test]
fn lines_are_read_one_by_one_and_numbered() {
    let text = "{\"source\":\"R\",\"title\":\"One\"}\r\n\n  \nrubbish\n{\"source\":\"R\",\"title\":\"Two\"}";
    let read: Vec<(u64, Result<String, String>)> =
        JsonLines::new(text.as_bytes()).map(|(line, it)| (line, it.map(|(_, episode)| episode.title))).collect();
    let expected = [
        (1, Ok("One".to_owned())),
        (4, Err("not JSON: expected value at line 1 column 1".to_owned())),
        (5, Ok("Two".to_owned())),
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_line_that_is_too_long_is_passed_over_without_being_held() {
    let text = format!("{{\"source\":\"{}\"}}\n{{\"source\":\"R\",\"title\":\"One\"}}\n", "x".repeat(10_000));
    let mut lines = JsonLines::with_max_line(std::io::BufReader::with_capacity(64, text.as_bytes()), 100);
    assert_eq!(
        lines.next().map(|(line, it)| (line, it.err())),
        Some((1, Some("the line is longer than 100 bytes".to_owned())))
    );
    assert!(lines.line.capacity() <= 200);
    assert_eq!(lines.next().map(|(line, it)| (line, it.is_ok())), Some((2, true)));
    assert!(lines.next().is_none());
}

#[test]
fn a_reader_that_fails_ends_the_lines() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let mut lines = JsonLines::new(std::io::BufReader::new(Broken));
    assert!(lines.next().is_none());
    assert!(lines.next().is_none());
}

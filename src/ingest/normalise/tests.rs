//! Items as they were read, and the drafts that they become.

use super::*;
use crate::{
    clock::Timestamp,
    content::{Enclosure, EpisodeKind},
    ingest::raw::{Link, RawMedia},
};

fn feed() -> SourceDraft {
    source(&RawFeed { title: Some("Rivers &amp; Seas".to_owned()), ..RawFeed::default() }, None, "file")
}

#[expect(clippy::unnecessary_wraps, reason = "as an item holds it")]
fn link(address: &str) -> Option<Link> {
    Some(Link::new(address, Url::parse("https://example.org/feed.xml").ok().as_ref()))
}

#[expect(clippy::unnecessary_wraps, reason = "as an item holds it")]
fn text(html: &str) -> Option<Markup> {
    Some(Markup::new(html, None))
}

#[test]
fn an_item_becomes_an_episode() {
    let item = RawItem {
        place: "item 1".to_owned(),
        guid: Some(" 7 ".to_owned()),
        title: Some("Flood &amp;amp; ebb, S02E05 #Rivers".to_owned()),
        link: link("/flood?utm_source=rss"),
        authors: vec!["ann@example.org (Ann)".to_owned(), "Ann".to_owned(), "Ben <ben@example.org>".to_owned()],
        language: Some("en_GB".to_owned()),
        published: Some("Tue, 03 Mar 2026 09:15:00 +0100".to_owned()),
        summary: text("<p>It rained.</p><p>Image</p>"),
        content: text("<p>It rained. <b>A lot</b>.</p><img src=\"https://example.org/a.png\"><script>x</script>"),
        categories: vec!["Water".to_owned(), "water".to_owned()],
        media: vec![RawMedia {
            link: Link::new("https://example.org/a.mp3", None),
            mime_type: Some("audio/mpeg".to_owned()),
            medium: None,
            size: Some("99".to_owned()),
            duration: None,
        }],
        duration: Some("1:00".to_owned()),
        number: Some("5".to_owned()),
        ..RawItem::default()
    };
    let expected = EpisodeDraft {
        identity: "guid:7".to_owned(),
        guid: Some("7".to_owned()),
        url: Some("https://example.org/flood".to_owned()),
        canonical_url: Some("https://example.org/flood".to_owned()),
        kind: EpisodeKind::Audio,
        title: "Flood & ebb, S02E05 #Rivers".to_owned(),
        author: Some("Ann, Ben".to_owned()),
        language: LanguageTag::lenient("en-GB").ok(),
        image_url: Some("https://example.org/a.png".to_owned()),
        enclosures: vec![Enclosure {
            url: "https://example.org/a.mp3".to_owned(),
            mime_type: Some("audio/mpeg".to_owned()),
            size: Some(99),
        }],
        duration_seconds: Some(60),
        word_count: Some(4),
        hashtags: vec!["Rivers".to_owned()],
        series: Some("Rivers & Seas".to_owned()),
        season: Some(2),
        number: Some(5),
        published_at: Some(Timestamp(1_772_525_700)),
        source_updated_at: None,
        excerpt: "It rained.".to_owned(),
        content: Some("<p>It rained. <b>A lot</b>.</p><img src=\"https://example.org/a.png\">".to_owned()),
        tags: vec!["Water".to_owned(), "Rivers".to_owned()],
        category: None,
        summary: None,
    };
    assert_eq!(episode(&item, &feed()), Ok(expected));
}

#[test]
fn without_a_title_the_text_gives_one() {
    let item = |html: &str| RawItem { summary: text(html), ..RawItem::default() };
    let title = |html: &str| episode(&item(html), &feed()).map(|it| it.title);
    assert_eq!(title("<p>It rained for seven days. Then it stopped.</p>").as_deref(), Ok("It rained for seven days."));
    assert_eq!(title("<p>Oh! It rains.</p><p>More</p>").as_deref(), Ok("Oh! It rains."));
    assert_eq!(title(&"long ".repeat(90)).map(|it| it.chars().count() <= 80), Ok(true));
    let link = RawItem { link: link("/the-flood/"), ..RawItem::default() };
    assert_eq!(episode(&link, &feed()).map(|it| it.title).as_deref(), Ok("the-flood"));
}

#[test]
fn without_a_text_an_address_gives_a_title() {
    let file = |address: &str| RawMedia {
        link: Link::new(address, None),
        mime_type: Some("audio/ogg".to_owned()),
        medium: None,
        size: None,
        duration: None,
    };
    for (page, sound, title) in [
        ("/the-flood.html?x=1", "https://a.example/1.ogg", "the-flood"),
        ("/episodes/12", "https://a.example/flood.ogg", "flood"),
        ("/12", "https://a.example/12.ogg", "12"),
        ("https://a.example", "https://a.example/", "a.example"),
    ] {
        let item = RawItem { link: link(page), media: vec![file(sound)], ..RawItem::default() };
        assert_eq!(episode(&item, &feed()).map(|it| it.title).as_deref(), Ok(title), "{page}");
    }
}

#[test]
fn a_text_of_a_picture_alone_is_one() {
    let item = RawItem { summary: text("<img src=\"https://example.org/a.png\">"), ..RawItem::default() };
    let made = episode(&item, &feed()).expect("an episode");
    let read = (made.title.as_str(), made.image_url.as_deref(), made.content.as_deref());
    let content = Some("<img src=\"https://example.org/a.png\">");
    assert_eq!(read, ("Untitled", Some("https://example.org/a.png"), content));
}

#[test]
fn a_content_that_says_something_else_than_the_summary_is_kept() {
    let item = RawItem { summary: text("About a flood."), content: text("It rained."), ..RawItem::default() };
    let made = episode(&item, &feed()).expect("an episode");
    assert_eq!((made.excerpt.as_str(), made.content.as_deref()), ("About a flood.", Some("It rained.")));
    let same = RawItem { summary: text("It rained."), content: text("It\n rained."), ..RawItem::default() };
    assert_eq!(episode(&same, &feed()).map(|it| it.content), Ok(None));
}

#[test]
fn an_item_that_holds_nothing_is_none() {
    assert_eq!(episode(&RawItem::default(), &feed()), Err("it is empty"));
    let dated = RawItem { published: Some("2026-03-03".to_owned()), ..RawItem::default() };
    assert_eq!(episode(&dated, &feed()).map(|it| it.title).as_deref(), Ok("Untitled"));
}

#[test]
fn a_bad_field_costs_no_more_than_itself() {
    let item = RawItem {
        title: Some("Flood".to_owned()),
        link: link("javascript:x()"),
        published: Some("some day".to_owned()),
        updated: Some("2026-03-03".to_owned()),
        language: Some("??".to_owned()),
        duration: Some("bad".to_owned()),
        number: Some("many".to_owned()),
        ..RawItem::default()
    };
    let made = episode(&item, &feed()).expect("an episode");
    let read = (made.url, made.published_at, made.language, made.duration_seconds, made.number, made.series);
    assert_eq!(read, (None, Some(Timestamp(1_772_496_000)), None, None, None, None));
    assert!(made.identity.starts_with("hash:"));
}

#[test]
fn text_that_was_escaped_twice_is_read_once_more() {
    let item = RawItem { summary: text("&lt;p&gt;It &lt;b&gt;rained&lt;/b&gt;.&lt;/p&gt;"), ..RawItem::default() };
    let made = episode(&item, &feed()).expect("an episode");
    assert_eq!((made.excerpt.as_str(), made.content.as_deref()), ("It rained.", Some("<p>It <b>rained</b>.</p>")));
}

#[test]
fn a_source_without_a_name_is_called_by_its_host_or_file() {
    let homepage = RawFeed { homepage: link("https://www.example.org/blog"), ..RawFeed::default() };
    assert_eq!(source(&homepage, None, "file").name, "example.org");
    assert_eq!(source(&RawFeed::default(), None, "file").name, "file");
}

#[test]
fn an_item_whose_link_leads_nowhere_is_named_by_it_and_kept() {
    let made = |address: &str| {
        let item = RawItem { link: Some(Link::new(address, None)), ..RawItem::default() };
        episode(&item, &feed()).map(|it| (it.title, it.url))
    };
    assert_eq!(made("/wiki/Great_\n_Flood?x"), Ok(("Great_ _Flood".to_owned(), None)));
    assert_eq!(made("?page=2"), Ok((UNTITLED.to_owned(), None)));
    assert_eq!(made("mailto:ann@example.org"), Ok((UNTITLED.to_owned(), None)));
}

#[test]
fn an_item_of_which_nothing_can_be_shown_is_kept() {
    let item = RawItem { summary: text("<svg><title>x</title></svg>"), ..RawItem::default() };
    assert_eq!(episode(&item, &feed()).map(|it| it.title).as_deref(), Ok(UNTITLED));
}

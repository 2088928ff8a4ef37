//! Documents broken at random: whatever comes in, drafts come out that keep what they promise, or a reason.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::{content::draft::EXCERPT_CHARS, ingest::opml};

/// One of each kind, with something of everything in it.
const SEEDS: &[&str] = &[
    r#"<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY co "R &#38; S">]>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>&co; – Fluß</title><link>https://example.org/</link><language>de</language><itunes:image href="/cover.png"/>
<item><guid isPermaLink="false">1</guid><title>S01E02: Flood &amp;amp; ebb</title><link>/1?utm_source=x</link><pubDate>Tue, 03 Mar 2026 09:15:00 +0100</pubDate>
<description>&lt;p&gt;It rained.&lt;/p&gt;</description><content:encoded><![CDATA[<p>It <b>rained</b> #Water</p><img src="/a.png"><script>x()</script>]]></content:encoded>
<enclosure url="/1.mp3" type="audio/mpeg" length="9"/><itunes:duration>1:02:03</itunes:duration><category>Water</category></item>
<item><guid>https://example.org/2</guid><title>Ebb</title></item><item><description>Without a title. And more.</description></item></channel></rss>"#,
    r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/" xml:lang="en"><title type="html">R &amp;amp; S</title><author><name>Ann</name></author>
<link rel="self" href="/feed"/><entry xml:base="/posts/"><id>urn:1</id><title>Flood</title><link href="1"/><updated>2026-03-03T00:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It <a href="2">rained</a>.<br/></p></div></content><link rel="enclosure" href="a.mp4" type="video/mp4"/></entry></feed>"#,
    r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>Rivers</title></channel><item rdf:about="https://example.org/1"><title>Flood</title><dc:date>2026-03-03</dc:date></item></rdf:RDF>"#,
    r#"{"version":"https://jsonfeed.org/version/1.1","title":"Rivers","feed_url":"https://example.org/feed.json","items":[{"id":1,"url":"/1","title":"Fl\u00f6od",
"content_html":"<p>It rained.</p>","date_published":"2026-03-03T00:00:00Z","tags":["Water"],"attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg"}]},{"id":"2"}]}"#,
    r#"<opml version="2.0"><body><outline text="Water"><outline type="rss" text="R &amp; S" xmlUrl="https://example.org/feed"/></outline></body></opml>"#,
    r#"<!doctype html><html><head><title>Rivers</title><link rel="alternate" type="application/rss+xml" href="/feed" title="Posts"></head><body>Hi</body></html>"#,
];

/// What tells a parser something.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "<", ">", "</", "/>", "&", ";", "&#", "&#x0;", "&amp;", "&co;", "\"", "'", "=", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "\0", "\u{feff}", "\u{301}",
    "<!DOCTYPE x [", "<!ENTITY a \"&a;\">", "<item>", "</item>", "<entry>", "<channel>", "<rss>", "<feed>", "<opml>", "<html>", "<title>", "<script>", "<svg>", "<plaintext>",
    "<a href=javascript:x()>", "<img onerror=x() src=/x>", " xml:base=\"//\"", " xmlns=\"x\"", "{", "}", "[", "]", ",", "\\u0000", "\\", "-1", "99999999999999999999",
];

/// Something that is done to a document: where and how far, in thousandths of its length, and what is put there.
#[derive(Clone, Debug)]
enum Change {
    Put(usize, &'static str, usize),
    Set(usize, u8),
    Remove(usize, usize),
    Repeat(usize, usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = || 0..1_000_usize;
    prop_oneof![
        (place(), prop::sample::select(PIECES), 1..30_usize)
            .prop_map(|(at, piece, times)| Change::Put(at, piece, times)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (place(), 0..100_usize).prop_map(|(at, many)| Change::Remove(at, many)),
        (place(), 0..300_usize, 1..4_usize).prop_map(|(at, many, times)| Change::Repeat(at, many, times)),
        place().prop_map(Change::Cut),
    ]
}

fn changed(seed: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for change in changes {
        let length = bytes.len();
        let place = |at: usize| at * length / 1_000;
        let stretch = |at: usize, many: usize| place(at)..(place(at) + many).min(length);
        match *change {
            Change::Put(at, piece, times) => drop(bytes.splice(place(at)..place(at), piece.repeat(times).bytes())),
            Change::Set(at, byte) => bytes.iter_mut().skip(place(at)).take(1).for_each(|it| *it = byte),
            Change::Remove(at, many) => drop(bytes.drain(stretch(at, many))),
            Change::Repeat(at, many, times) => {
                let repeated = bytes[stretch(at, many)].repeat(times);
                bytes.splice(place(at)..place(at), repeated);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

fn holds_promises(feed: &ParsedFeed) -> Result<(), TestCaseError> {
    let mut identities = HashSet::new();
    prop_assert!(!feed.source.name.trim().is_empty());
    for episode in &feed.episodes {
        prop_assert!(identities.insert(&episode.identity), "{} twice", episode.identity);
        prop_assert!(!episode.title.trim().is_empty() && !episode.title.contains(['\n', '\0']), "{:?}", episode.title);
        prop_assert!(episode.excerpt.chars().count() <= EXCERPT_CHARS);
        let addresses =
            [&episode.url, &episode.image_url].into_iter().flatten().chain(episode.enclosures.iter().map(|it| &it.url));
        for address in addresses {
            prop_assert!(Url::parse(address).is_ok_and(|it| matches!(it.scheme(), "http" | "https")), "{address}");
        }
        let content = episode.content.as_deref().unwrap_or_default();
        for active in ["<script", "<svg", "<plaintext", "<a href=\"javascript:", " onerror=", "<title", "<!--"] {
            prop_assert!(!tags(content).any(|it| it.contains(active)), "{active} in {content}");
        }
    }
    Ok(())
}

/// The tags of HTML that was sanitised: `<` stands for nothing else.
fn tags(html: &str) -> impl Iterator<Item = String> {
    html.split('<').skip(1).map(|it| format!("<{}", it.split('>').next().unwrap_or_default()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_broken_document_gives_sound_drafts_or_a_reason(
        seed in prop::sample::select(SEEDS),
        changes in prop::collection::vec(change(), 0..8),
    ) {
        let bytes = changed(seed, &changes);
        match parse(&bytes, &Origin::default()) {
            Ok(feed) => {
                holds_promises(&feed)?;
                prop_assert_eq!(parse(&bytes, &Origin::default()).ok(), Some(feed));
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        if let Ok(list) = opml::parse(&bytes) {
            prop_assert!(list.sources.iter().all(|it| it.feed_url.is_some() && !it.name.is_empty()));
        }
    }
}

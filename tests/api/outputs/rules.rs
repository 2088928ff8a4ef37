//! The rules of the formats, as RFC 4287, RSS 2.0, JSON Feed 1.1 and the W3C's validator of feeds state them, held against
//! what is served: elements that have to be there and none twice, absolute addresses, dates, names of languages and types,
//! ids that are no other's, and nothing in content that is active or relative.

use std::collections::HashSet;

use chrono::DateTime;
use precis::text::LanguageTag;
use serde_json::Value;
use url::Url;

use super::{
    body,
    xml::{self, Element},
};
use crate::{both, support::TestApp};

/// What all of the sample content is asked for with, and with which some of it is.
const QUERIES: [&str; 4] =
    ["limit=100", "language=en&tag=backend&tag=queues", "q=%22job+queue%22+%3Cx%3E&limit=3", "until=1999-12-31"];

both! {
    async fn atom_keeps_the_rules_of_rfc_4287(app: TestApp) {
        for query in QUERIES {
            check_atom(&body(&app, &format!("feed.atom?{query}")).await, query);
        }
    }

    async fn rss_keeps_the_rules_of_rss_2(app: TestApp) {
        for query in QUERIES {
            check_rss(&body(&app, &format!("feed.rss?{query}")).await, query);
        }
    }

    async fn json_keeps_the_rules_of_json_feed(app: TestApp) {
        for query in QUERIES {
            check_json(&body(&app, &format!("feed.json?{query}")).await);
        }
    }

    async fn an_id_is_the_same_for_ever_in_every_format(app: TestApp) {
        let ids = async |format: &str, query: &str| -> HashSet<String> {
            let text = body(&app, &format!("feed.{format}?{query}")).await;
            let found: HashSet<String> = text.match_indices("urn:uuid:").map(|(at, _)| text[at..at + 45].to_owned()).collect();
            found
        };
        let all = ids("rss", "limit=100").await;
        assert!(all.len() > 60, "{}", all.len());
        assert_eq!(ids("json", "limit=100").await, all);
        assert!(ids("atom", "limit=100").await.is_superset(&all), "beside those of sources");
        assert!(ids("rss", "tag=backend").await.is_subset(&all));
        // What is told anew is the same item.
        let line = |title: &str| format!(
            r#"{{"source": {{"name": "Log"}}, "episode": {{"title": "{title}", "guid": "1", "published_at": "2026-02-03T10:00:00Z"}}}}"#
        );
        let (counts, _) = app.import("new.jsonl", &line("Before")).await;
        assert_eq!(counts.new, 1);
        let before = ids("rss", "source=log").await;
        app.import_newer("new.jsonl", &line("Behind")).await;
        assert!(body(&app, "feed.rss?source=log").await.contains("<title>Behind</title>"));
        assert_eq!((ids("rss", "source=log").await, before.len()), (before.clone(), 1));
    }
}

pub(super) fn check_atom(document: &str, query: &str) {
    let feed = xml::parse(document);
    assert_eq!((feed.name.as_str(), feed.attribute("xmlns")), ("feed", Some("http://www.w3.org/2005/Atom")));
    feed.said("title");
    rfc_3339(feed.said("updated"));
    language(feed.attribute("xml:lang"));
    let own = one_link(&feed, "self").expect("a link to itself");
    assert_eq!(own.attribute("type"), Some("application/atom+xml"));
    is_asked_for(own.attribute("href"), "feed.atom", query);
    absolute(feed.said("id"));
    links(&feed);
    let mut ids = HashSet::new();
    for entry in feed.all("entry") {
        let id = entry.said("id");
        assert!(is_uuid(id) && ids.insert(id), "{id} is no name, or there twice");
        assert!(entry.said("title").len() < 1_000);
        rfc_3339(entry.said("published"));
        rfc_3339(entry.said("updated"));
        assert!(entry.said("updated") <= feed.said("updated"), "the feed is as new as its newest entry");
        assert!(entry.all("author").count() > 0, "who wrote it");
        assert!(entry.all("author").all(|author| !author.said("name").is_empty()));
        language(entry.attribute("xml:lang"));
        links(entry);
        entry.maybe("summary");
        let content = entry.one("content");
        assert_eq!(content.attribute("type"), Some("html"));
        harmless(&content.text);
        assert!(entry.all("category").all(|it| it.attribute("term").is_some_and(|term| !term.is_empty())));
        let source = entry.one("source");
        absolute(source.said("id"));
        rfc_3339(source.said("updated"));
        source.said("title");
        links(source);
    }
}

pub(super) fn check_rss(document: &str, query: &str) {
    let rss = xml::parse(document);
    assert_eq!((rss.name.as_str(), rss.attribute("version")), ("rss", Some("2.0")));
    let channel = rss.one("channel");
    channel.said("title");
    channel.said("description");
    absolute(channel.said("link"));
    rfc_822(channel.said("lastBuildDate"));
    language(channel.maybe("language").map(|it| it.text.as_str()));
    let own = channel.one("atom:link");
    assert_eq!((own.attribute("rel"), own.attribute("type")), (Some("self"), Some("application/rss+xml")));
    is_asked_for(own.attribute("href"), "feed.rss", query);
    let mut ids = HashSet::new();
    for item in channel.all("item") {
        let guid = item.one("guid");
        assert_eq!(guid.attribute("isPermaLink"), Some("false"));
        assert!(is_uuid(&guid.text) && ids.insert(guid.text.as_str()), "{} is no name, or there twice", guid.text);
        item.said("title");
        if let Some(link) = item.maybe("link") {
            absolute(&link.text);
        }
        rfc_822(item.said("pubDate"));
        item.said("dc:creator");
        language(item.maybe("dc:language").map(|it| it.text.as_str()));
        assert!(item.all("category").all(|it| !it.text.trim().is_empty()));
        match item.maybe("source") {
            Some(source) => absolute(source.attribute("url").expect("where its feed is")),
            None => assert!(!item.said("dc:publisher").is_empty()),
        }
        if let Some(file) = item.maybe("enclosure") {
            absolute(file.attribute("url").expect("an address"));
            file.attribute("length").expect("a length").parse::<u64>().expect("a number");
            mime_type(file.attribute("type").expect("a type"));
        }
        item.all("atom:link").for_each(|link| absolute(link.attribute("href").expect("an address")));
        harmless(&item.one("description").text);
        harmless(&item.one("content:encoded").text);
        let order: Vec<&str> = item.children.iter().map(|it| it.name.as_str()).collect();
        let at = |name| order.iter().position(|it| *it == name);
        assert!(at("description") < at("content:encoded"), "some readers take the last of both");
    }
}

pub(super) fn check_json(document: &str) {
    let feed: Value = serde_json::from_str(document).expect("JSON");
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let said = |value: &Value| value.as_str().filter(|it| !it.trim().is_empty()).expect("a text").to_owned();
    said(&feed["title"]);
    absolute(&said(&feed["home_page_url"]));
    absolute(&said(&feed["feed_url"]));
    language(feed["language"].as_str());
    let mut ids = HashSet::new();
    for item in feed["items"].as_array().expect("a list") {
        let id = said(&item["id"]);
        assert!(is_uuid(&id) && ids.insert(id.clone()), "{id} is no name, or there twice");
        said(&item["title"]);
        if let Some(url) = item["url"].as_str() {
            absolute(url);
        }
        harmless(item["content_html"].as_str().expect("HTML"));
        rfc_3339(&said(&item["date_published"]));
        rfc_3339(&said(&item["date_modified"]));
        language(item["language"].as_str());
        item["authors"].as_array().expect("a list").iter().for_each(|author| drop(said(&author["name"])));
        for file in item["attachments"].as_array().into_iter().flatten() {
            absolute(&said(&file["url"]));
            mime_type(&said(&file["mime_type"]));
            assert!(file.get("size_in_bytes").is_none_or(Value::is_u64));
        }
    }
}

/// The links of an element: absolute, and of one relation and type no more than one leads elsewhere.
fn links(element: &Element) {
    let mut alternates = HashSet::new();
    for link in element.all("link") {
        absolute(link.attribute("href").expect("an address"));
        let rel = link.attribute("rel").expect("a relation");
        assert!(["self", "alternate", "enclosure"].contains(&rel), "{rel}");
        let what = (link.attribute("type"), link.attribute("hreflang"));
        assert!(rel != "alternate" || alternates.insert(what), "two alternates of one type");
        if let Some(length) = link.attribute("length") {
            length.parse::<u64>().expect("a number");
        }
        link.attribute("type").into_iter().for_each(mime_type);
    }
}

fn one_link<'a>(element: &'a Element, rel: &str) -> Option<&'a Element> {
    let mut links = element.all("link").filter(|it| it.attribute("rel") == Some(rel));
    let first = links.next();
    assert!(links.next().is_none(), "several links {rel}");
    first
}

/// An absolute URI with nothing in it that URIs have not (RFC 3986).
fn absolute(uri: &str) {
    let url = Url::parse(uri).unwrap_or_else(|_| panic!("{uri} is no absolute address"));
    assert!(["http", "https", "urn"].contains(&url.scheme()), "{uri}");
    let path = uri.find("://").map_or(uri, |at| uri[at + 3..].trim_start_matches(|it| it != '/'));
    let is_none = |it: char| !it.is_ascii_graphic() || "\"<>[]\\^`{|}".contains(it);
    assert!(!path.contains(is_none), "{uri} has characters that no URI has");
}

/// Whether a feed's own address is the one that it was asked for at.
fn is_asked_for(href: Option<&str>, file: &str, query: &str) {
    let href = href.expect("an address");
    absolute(href);
    let url = Url::parse(href).expect("an address");
    assert_eq!(url.path(), format!("/{file}"));
    let name = |name: &str| if name == "q" { "search".to_owned() } else { name.to_owned() };
    let pairs = |query: &str| -> Vec<(String, String)> {
        url::form_urlencoded::parse(query.as_bytes()).map(|(key, value)| (name(&key), value.into_owned())).collect()
    };
    assert_eq!(pairs(url.query().unwrap_or_default()), pairs(query));
}

fn rfc_3339(date: &str) {
    let is_exact = date.len() == 20 && date.ends_with('Z') && date.as_bytes()[10] == b'T';
    assert!(is_exact && DateTime::parse_from_rfc3339(date).is_ok(), "{date} is no date of RFC 3339");
}

/// With the right day of the week, four digits of the year and a zone by a name of RFC 822.
fn rfc_822(date: &str) {
    let read = DateTime::parse_from_rfc2822(date).unwrap_or_else(|_| panic!("{date} is no date of RFC 822"));
    assert_eq!(read.format("%a, %d %b %Y %H:%M:%S GMT").to_string(), date);
}

fn language(tag: Option<&str>) {
    if let Some(tag) = tag {
        assert_eq!(tag.parse::<LanguageTag>().expect("a language").as_str(), tag);
    }
}

fn mime_type(text: &str) {
    let (kind, of) = text.split_once('/').unwrap_or_else(|| panic!("{text} is no type"));
    assert!(!kind.is_empty() && !of.is_empty() && text.is_ascii() && !text.contains(' '), "{text} is no type");
}

fn is_uuid(id: &str) -> bool {
    let Some(uuid) = id.strip_prefix("urn:uuid:") else { return false };
    let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
    let is_hex = uuid.bytes().all(|it| it == b'-' || it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    lengths == [8, 4, 4, 4, 12] && is_hex && uuid.as_bytes()[14] == b'8' && b"89ab".contains(&uuid.as_bytes()[19])
}

/// Nothing in HTML is active, and nothing in it leads to a place that depends on where it stands.
fn harmless(html: &str) {
    let lower = html.to_lowercase();
    for active in
        ["<script", "<style", "<iframe", "<object", "<embed", "<form", "<input", "<meta", "<link", "<base", "<svg"]
    {
        assert!(!lower.contains(active), "{active} in {html}");
    }
    for tag in lower.split('<').skip(1).filter_map(|it| it.split_once('>')).map(|(tag, _)| tag) {
        for attribute in tag.split_whitespace().skip(1) {
            assert!(!attribute.starts_with("on") && !attribute.starts_with("style="), "{attribute} in {html}");
            if let Some(address) = ["href=\"", "src=\""].iter().find_map(|name| attribute.strip_prefix(name)) {
                let schemes = ["http://", "https://", "mailto:"];
                assert!(schemes.iter().any(|scheme| address.starts_with(scheme)), "{address} in {html}");
            }
        }
    }
}

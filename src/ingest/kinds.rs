//! What kind of source it is, told by what it publishes and where.

use std::collections::HashMap;

use super::normalise::host_of;
use crate::content::{EpisodeDraft, EpisodeKind, SourceDraft, SourceKind};

/// Services that send what they publish by mail.
const NEWSLETTERS: &[&str] = &[
    "substack.com",
    "buttondown.email",
    "buttondown.com",
    "beehiiv.com",
    "getrevue.co",
    "tinyletter.com",
    "convertkit.com",
    "ghost.io/newsletter",
];

/// Services that collect what others write.
const AGGREGATORS: &[&str] = &[
    "news.ycombinator.com",
    "hnrss.org",
    "lobste.rs",
    "reddit.com",
    "news.google.com",
    "slashdot.org",
    "techmeme.com",
];

/// Places where many people publish under one name.
const PUBLICATIONS: &[&str] = &["medium.com", "dev.to", "hashnode.com", "hackernoon.com"];

/// The kind of a source: by its host, else by what most of its episodes are, else by whether they lie
/// elsewhere, on many hosts.
pub(super) fn of_source(source: &SourceDraft, episodes: &[EpisodeDraft]) -> SourceKind {
    let own: Vec<String> =
        [&source.homepage, &source.feed_url].into_iter().flatten().filter_map(|it| host_of(it)).collect();
    let is_at = |hosts: &[&str]| own.iter().any(|own| hosts.iter().any(|it| is_within(own, it)));
    let most = |kind: EpisodeKind| {
        let of_kind = episodes.iter().filter(|it| it.kind == kind).count();
        !episodes.is_empty() && 2 * of_kind > episodes.len()
    };
    if is_at(AGGREGATORS) {
        SourceKind::Aggregator
    } else if is_at(&["youtube.com", "vimeo.com"]) || most(EpisodeKind::Video) {
        SourceKind::VideoChannel
    } else if most(EpisodeKind::Audio) {
        SourceKind::Podcast
    } else if is_at(NEWSLETTERS) {
        SourceKind::Newsletter
    } else if is_collected(&own, episodes) {
        SourceKind::Aggregator
    } else if is_at(PUBLICATIONS) {
        SourceKind::Publication
    } else {
        SourceKind::Blog
    }
}

/// Whether most episodes lie on hosts that are not the source's own, and no host has half of them.
fn is_collected(own: &[String], episodes: &[EpisodeDraft]) -> bool {
    let mut hosts: HashMap<String, usize> = HashMap::new();
    for host in episodes.iter().filter_map(|it| host_of(it.url.as_deref()?)) {
        *hosts.entry(site(&host).to_owned()).or_default() += 1;
    }
    let addressed: usize = hosts.values().sum();
    let most = hosts.values().max().copied().unwrap_or(0);
    let at_home: usize = own.iter().map(|it| hosts.get(site(it)).copied().unwrap_or(0)).max().unwrap_or(0);
    addressed >= 5 && hosts.len() >= 4 && 2 * most < addressed && 2 * at_home < addressed
}

fn is_within(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|it| it.ends_with('.'))
}

/// The last two labels of a host, near enough to what one owner has.
fn site(host: &str) -> &str {
    host.rmatch_indices('.').nth(1).map_or(host, |(at, _)| &host[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(homepage: &str) -> SourceDraft {
        SourceDraft {
            slug: None,
            name: "Rivers".to_owned(),
            kind: None,
            feed_url: None,
            homepage: Some(homepage.to_owned()),
            icon_url: None,
            description: None,
            language: None,
        }
    }

    fn episodes(kind: EpisodeKind, urls: &[&str]) -> Vec<EpisodeDraft> {
        let of = |url: &&str| EpisodeDraft {
            identity: format!("url:{url}"),
            guid: None,
            url: Some((*url).to_owned()),
            canonical_url: None,
            kind,
            title: "Flood".to_owned(),
            author: None,
            language: None,
            image_url: None,
            enclosures: Vec::new(),
            duration_seconds: None,
            word_count: None,
            hashtags: Vec::new(),
            series: None,
            season: None,
            number: None,
            published_at: None,
            source_updated_at: None,
            excerpt: String::new(),
            content: None,
            tags: Vec::new(),
            category: None,
            summary: None,
        };
        urls.iter().map(of).collect()
    }

    #[test]
    fn the_host_tells_the_kind() {
        let kind = |homepage: &str| of_source(&source(homepage), &[]);
        assert_eq!(kind("https://rivers.substack.com/"), SourceKind::Newsletter);
        assert_eq!(kind("https://www.youtube.com/@rivers"), SourceKind::VideoChannel);
        assert_eq!(kind("https://www.reddit.com/r/rivers"), SourceKind::Aggregator);
        assert_eq!(kind("https://medium.com/rivers"), SourceKind::Publication);
        assert_eq!(kind("https://notsubstack.com/"), SourceKind::Blog);
    }

    #[test]
    fn what_most_episodes_are_tells_it_too() {
        let at_home = ["https://example.org/1", "https://example.org/2"];
        let kind = |kind| of_source(&source("https://example.org/"), &episodes(kind, &at_home));
        assert_eq!(kind(EpisodeKind::Audio), SourceKind::Podcast);
        assert_eq!(kind(EpisodeKind::Video), SourceKind::VideoChannel);
        assert_eq!(kind(EpisodeKind::Article), SourceKind::Blog);
    }

    #[test]
    fn episodes_on_many_hosts_are_collected() {
        let elsewhere = [
            "https://a.example/",
            "https://b.test/",
            "https://c.invalid/",
            "https://d.example.net/",
            "https://e.example.com/",
        ];
        assert_eq!(
            of_source(&source("https://example.org/"), &episodes(EpisodeKind::Article, &elsewhere)),
            SourceKind::Aggregator
        );
        let own = [
            "https://x.example.org/",
            "https://y.example.org/",
            "https://example.org/",
            "https://b.test/",
            "https://c.invalid/",
        ];
        assert_eq!(of_source(&source("https://example.org/"), &episodes(EpisodeKind::Article, &own)), SourceKind::Blog);
    }
}

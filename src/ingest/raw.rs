//! What a feed says, as it is written, whatever its format: nothing is cleaned or judged here.

use url::Url;

use super::tree::push_escaped;
use crate::text::html::looks_like_markup;

/// A feed.
#[derive(Debug, Default)]
pub(super) struct RawFeed {
    pub(super) title: Option<String>,
    pub(super) description: Option<Markup>,
    pub(super) homepage: Option<Link>,
    pub(super) feed_url: Option<Link>,
    pub(super) icon: Option<Link>,
    pub(super) language: Option<String>,
    /// Who wrote what names nobody.
    pub(super) authors: Vec<String>,
    /// The first ones, as many as were wanted.
    pub(super) items: Vec<RawItem>,
    /// How many there are behind those.
    pub(super) left_out: usize,
    /// Whether the document ended too early.
    pub(super) is_cut: bool,
}

/// An item of a feed.
#[derive(Debug, Default)]
pub(super) struct RawItem {
    /// Where it stands, for a reader of the report: `item 3 (line 41)`.
    pub(super) place: String,
    pub(super) guid: Option<String>,
    pub(super) title: Option<String>,
    pub(super) link: Option<Link>,
    pub(super) authors: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    /// What the feed calls a description or summary.
    pub(super) summary: Option<Markup>,
    /// What it calls the content.
    pub(super) content: Option<Markup>,
    pub(super) categories: Vec<String>,
    pub(super) media: Vec<RawMedia>,
    pub(super) image: Option<Link>,
    pub(super) duration: Option<String>,
    pub(super) season: Option<String>,
    pub(super) number: Option<String>,
}

/// A file of an item.
#[derive(Debug)]
pub(super) struct RawMedia {
    pub(super) link: Link,
    pub(super) mime_type: Option<String>,
    /// `audio`, `video`, `image`, …
    pub(super) medium: Option<String>,
    pub(super) size: Option<String>,
    pub(super) duration: Option<String>,
}

/// An address and what it is relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) address: String,
    pub(super) base: Option<Url>,
}

/// HTML and what its addresses are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Markup {
    pub(super) html: String,
    pub(super) base: Option<Url>,
}

impl RawItem {
    /// Whether it tells anything that a reader or a later look at the feed can use.
    pub(super) fn says_anything(&self) -> bool {
        let fields = [&self.guid, &self.published, &self.updated, &self.duration, &self.season, &self.number];
        let lists = [self.authors.is_empty(), self.categories.is_empty(), self.media.is_empty()];
        let texts = [&self.summary, &self.content];
        let links = [&self.link, &self.image];
        fields.iter().any(|it| it.is_some())
            || lists.contains(&false)
            || texts.iter().any(|it| it.is_some())
            || links.iter().any(|it| it.is_some())
    }
}

impl Link {
    pub(super) fn new(address: impl Into<String>, base: Option<&Url>) -> Self {
        Self { address: address.into(), base: base.cloned() }
    }
}

impl Markup {
    pub(super) fn new(html: impl Into<String>, base: Option<&Url>) -> Self {
        Self { html: html.into(), base: base.cloned() }
    }

    /// Out of what is said to be plain text. Feeds get that wrong: what looks like HTML is HTML.
    pub(super) fn of_text(text: &str, base: Option<&Url>) -> Self {
        if looks_like_markup(text) {
            return Self::new(text, base);
        }
        let mut html = String::with_capacity(text.len());
        push_escaped(&mut html, text);
        Self::new(html, base)
    }
}

//! An item as written becomes an episode as kept: plain titles, absolute addresses, instants, seconds,
//! tags, numbers.
//!
//! Each field is made by the module that knows it; here is who makes which. Nothing in an item makes it
//! fail: what can't be read is missing, and an item is left out only where nothing of it is left.

use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::{
    dates, identify, media, numbering,
    raw::{Markup, RawFeed, RawItem},
    tags,
};
use crate::{
    content::{EpisodeDraft, SourceDraft, draft::EXCERPT_CHARS},
    text::{
        LanguageTag,
        cut::{cut, first_sentences},
        detect,
        html::{self, sanitise, to_line, to_plain},
        web::{self, canonical_url, without_trackers},
    },
};

/// The longest title, in characters.
pub(super) const MAX_TITLE_CHARS: usize = 500;

/// A title made of the text, in characters.
const MADE_TITLE_CHARS: usize = 80;

/// The title of an item that has a date or an author, and nothing to make a title of.
const UNTITLED: &str = "Untitled";

/// The most authors that are named.
const MAX_AUTHORS: usize = 10;

/// Makes an episode of an item. `Err` says why there is none: it holds nothing at all.
pub(super) fn episode(item: &RawItem, feed: &SourceDraft) -> Result<EpisodeDraft, &'static str> {
    let body = Body::of(item);
    let url = item.link.as_ref().and_then(media::url_of).map(|url| without_trackers(&url));
    let files = media::sort(&item.media, url.as_deref());
    let addresses = url.iter().chain(files.enclosures.first().map(|it| &it.url));
    let unplaced = item.link.as_ref().map(|it| it.address.trim()).filter(|it| url.is_none() && !it.contains(':'));
    let title = title(item.title.as_deref(), &body.plain)
        .or_else(|| name_in(addresses.map(String::as_str).chain(unplaced)).map(|it| to_line(&it)))
        .filter(|it| !it.is_empty());
    let says_anything = item.says_anything() || body.content.is_some();
    let title = title.or_else(|| says_anything.then(|| UNTITLED.to_owned())).ok_or("it is empty")?;
    let canonical_url = url.as_deref().map(canonical_url);
    let published_at = item.published.as_deref().and_then(dates::parse);
    let source_updated_at = item.updated.as_deref().and_then(dates::parse);
    let published_at = published_at.or(source_updated_at);
    let guid = item.guid.as_deref().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    let numbering = numbering::of(&title, [&body.excerpt, &body.plain]);
    let by_feed = item.number.as_deref().and_then(numbering::number);
    let series = numbering.series.or_else(|| by_feed.is_some().then(|| feed.name.clone()));
    let hashtags = tags::hashtags(&format!("{title}\n{}", body.plain));
    let tags = tags::tags(
        item.categories.iter().map(|it| to_line(it)).collect::<Vec<_>>().iter().chain(&hashtags).map(String::as_str),
    );
    Ok(EpisodeDraft {
        identity: identify::identity(guid.as_deref(), canonical_url.as_deref(), &title, published_at),
        guid,
        kind: files.kind,
        author: authors(&item.authors),
        language: language(item, feed, &title, &body.plain),
        image_url: item.image.as_ref().and_then(media::url_of).or(files.image_url).or(body.image),
        enclosures: files.enclosures,
        duration_seconds: item.duration.as_deref().and_then(media::seconds).or(files.duration_seconds),
        word_count: body.word_count,
        hashtags,
        series,
        season: item.season.as_deref().and_then(numbering::number).or(numbering.season),
        number: by_feed.or(numbering.number),
        published_at,
        source_updated_at,
        excerpt: body.excerpt,
        content: body.content,
        tags,
        category: None,
        summary: None,
        url,
        canonical_url,
        title,
    })
}

/// What an item gives as the address of its page or of a file, and none can be made of.
pub(super) fn lost_address<'a>(item: &'a RawItem, made: &EpisodeDraft) -> Option<&'a str> {
    let page = item.link.as_ref().filter(|_| made.url.is_none());
    let file = || item.media.iter().map(|it| &it.link).find(|it| media::url_of(it).is_none());
    page.or_else(file).map(|it| it.address.as_str())
}

/// Makes a source of what a feed says of itself. `fallback` is its name where it has none.
pub(super) fn source(feed: &RawFeed, feed_url: Option<&Url>, fallback: &str) -> SourceDraft {
    let homepage = feed.homepage.as_ref().and_then(media::url_of);
    let own_url = feed.feed_url.as_ref().and_then(media::url_of);
    let named = feed.title.as_deref().map(to_line).filter(|it| !it.is_empty());
    let host = || homepage.as_deref().and_then(host_of).or_else(|| feed_url.and_then(|it| host_of(it.as_str())));
    let description = feed.description.as_ref().map(|it| to_line(&it.html)).filter(|it| !it.is_empty());
    SourceDraft {
        slug: None,
        name: cut(&named.or_else(host).unwrap_or_else(|| fallback.to_owned()), MAX_TITLE_CHARS).into_owned(),
        kind: None,
        feed_url: feed_url.and_then(|it| web::normalise_url(it.as_str(), None)).or(own_url),
        homepage,
        icon_url: feed.icon.as_ref().and_then(media::url_of),
        description: description.map(|it| cut(&it, EXCERPT_CHARS).into_owned()),
        language: feed.language.as_deref().and_then(|it| LanguageTag::lenient(it).ok()),
    }
}

/// A plain title; where there is none, the first sentence of the text.
pub(super) fn title(written: Option<&str>, text: &str) -> Option<String> {
    let own = written.map(to_line).filter(|it| !it.is_empty());
    let title = own.map_or_else(|| first_sentence(text), |it| cut(&it, MAX_TITLE_CHARS).into_owned());
    (!title.is_empty()).then_some(title)
}

/// How many words a text has, by Unicode's rules.
pub(super) fn word_count(text: &str) -> Option<i32> {
    i32::try_from(text.unicode_words().count()).ok().filter(|it| *it > 0)
}

/// The host of an address, without `www.`.
pub(super) fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    Some(url.host_str()?.trim_start_matches("www.").to_owned())
}

fn first_sentence(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let sentence = line.split_sentence_bounds().next().unwrap_or_default().trim();
    // A short exclamation is no title yet.
    if sentence.chars().count() < 20 {
        first_sentences(line, MADE_TITLE_CHARS)
    } else {
        cut(sentence, MADE_TITLE_CHARS).into_owned()
    }
}

/// A name for an item that holds nothing but addresses: the last part of one, by preference one with letters.
fn name_in<'a>(addresses: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = addresses.map(name_in_address).collect();
    names.iter().find(|it| it.contains(char::is_alphabetic)).or(names.first()).cloned()
}

/// The last part of an address, without the ending of a file.
fn name_in_address(address: &str) -> String {
    let page = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let rest = page.split_once("://").map_or(page, |(_, rest)| rest);
    let Some((_, path)) = rest.split_once('/') else {
        return cut(rest, MADE_TITLE_CHARS).into_owned();
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_ending = |it: &str| (1..=5).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let stem = name
        .rsplit_once('.')
        .filter(|(stem, ending)| !stem.is_empty() && is_ending(ending))
        .map_or(name, |(stem, _)| stem);
    cut(stem, MADE_TITLE_CHARS).into_owned()
}

/// The text of an item in its forms.
struct Body {
    plain: String,
    excerpt: String,
    content: Option<String>,
    word_count: Option<i32>,
    /// The first picture in the text.
    image: Option<String>,
}

impl Body {
    fn of(item: &RawItem) -> Self {
        let content = item.content.as_ref().map(unescaped);
        let summary = item.summary.as_ref().map(unescaped);
        let content_text = content.as_ref().map(|it| readable(&it.html)).unwrap_or_default();
        let summary_text = summary.as_ref().map(|it| readable(&it.html)).unwrap_or_default();
        // Some feeds put the text into the description and a teaser into the content.
        let (whole, plain, is_content) = if content.is_some() && 2 * content_text.len() >= summary_text.len() {
            (content, content_text.as_str(), true)
        } else {
            (summary, summary_text.as_str(), false)
        };
        let beginning = if summary_text.is_empty() { &content_text } else { &summary_text };
        let excerpt = cut(&beginning.replace('\n', " "), EXCERPT_CHARS).into_owned();
        let clean = whole.map(|it| sanitise(&it.html, it.base.as_ref())).filter(|it| !it.is_empty());
        let is_more = clean.as_deref().is_some_and(|it| it.contains('<') || plain.replace('\n', " ") != excerpt);
        let is_whole = is_content || plain.chars().nth(EXCERPT_CHARS).is_some();
        Self {
            word_count: if is_whole { word_count(plain) } else { None },
            image: clean.as_deref().and_then(html::first_image),
            content: clean.filter(|_| is_more),
            plain: plain.to_owned(),
            excerpt,
        }
    }
}

/// HTML that was escaped twice, once more unescaped.
fn unescaped(markup: &Markup) -> Markup {
    if !markup.html.contains("&lt;") || markup.html.contains('<') {
        return markup.clone();
    }
    let once = html::decode_entities(&markup.html);
    if html::looks_like_markup(&once) { Markup::new(once, markup.base.as_ref()) } else { markup.clone() }
}

/// The plain text without the lines that feeds add: placeholders and invitations to share.
fn readable(markup: &str) -> String {
    const ADDED: &[&str] = &[
        "image",
        "share",
        "tweet",
        "comments",
        "permalink",
        "share this:",
        "like this:",
        "read more",
        "advertisement",
    ];
    let plain = to_plain(markup);
    let kept = |line: &&str| !ADDED.contains(&line.to_lowercase().as_str());
    let lines: Vec<&str> = plain.lines().filter(kept).collect();
    // WordPress signs each item.
    let is_signature = |it: &&str| it.starts_with("The post ") && it.contains(" appeared first on ");
    let end = lines.len() - usize::from(lines.len() > 1 && lines.last().is_some_and(is_signature));
    lines[..end].join("\n")
}

/// Names without addresses, each once, joined with a comma.
pub(super) fn authors(written: &[String]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for author in written {
        let name = author_name(&to_line(author));
        if !name.is_empty() && !names.contains(&name) && names.len() < MAX_AUTHORS {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| cut(&names.join(", "), MAX_TITLE_CHARS).into_owned())
}

/// `ann@example.org (Ann)`, `Ann <ann@example.org>` → `Ann`. An address alone stays one.
fn author_name(written: &str) -> String {
    if !written.contains('@') {
        return written.trim().to_owned();
    }
    let is_address = |it: &&str| it.contains('@');
    let words = written.split_whitespace().filter(|it| !is_address(it)).collect::<Vec<_>>().join(" ");
    let name = words.trim_matches(|it: char| it.is_whitespace() || "()<>,\"".contains(it)).to_owned();
    if name.is_empty() { written.trim().to_owned() } else { name }
}

/// What item or feed say; else what the text shows.
fn language(item: &RawItem, feed: &SourceDraft, title: &str, text: &str) -> Option<LanguageTag> {
    let own = item.language.as_deref().and_then(|it| LanguageTag::lenient(it).ok());
    own.or_else(|| feed.language.clone()).or_else(|| detect(&format!("{title}\n{text}")))
}

#[cfg(test)]
mod tests;

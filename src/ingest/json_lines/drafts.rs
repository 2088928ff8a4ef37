//! A line becomes drafts.

use super::line::{EnclosureLine, EpisodeLine, Nested, SourceField, SourceLine, SummaryLine};
use crate::{
    content::{EpisodeDraft, EpisodeKind, SourceDraft, SourceKind, SummaryDraft, SummaryOrigin, draft::EXCERPT_CHARS},
    ingest::{
        dates, identify, kinds, media,
        normalise::{self, MAX_TITLE_CHARS},
        numbering,
        raw::{Link, RawMedia},
        tags,
    },
    text::{
        LanguageTag, Slug,
        cut::{collapse_whitespace, cut},
        detect,
        html::{self, sanitise, to_line, to_plain},
        markdown,
        web::{canonical_url, normalise_url, without_trackers},
    },
};

/// The most key points of a summary.
const MAX_KEY_POINTS: usize = 20;

/// What a line says, checked. `Err` names the field that is wrong.
pub(super) fn of_line(line: Nested) -> Result<(SourceDraft, EpisodeDraft), String> {
    let mut source = match line.source {
        Some(SourceField::Name(name)) => source(SourceLine { name: Some(name), ..SourceLine::default() })?,
        Some(SourceField::Full(full)) => source(*full)?,
        None => return Err("source is missing".to_owned()),
    };
    let mut episode = episode(line.episode, &source)?;
    if let Some(summary) = line.summary {
        let listed: Vec<String> = episode.tags.drain(..).chain(summary.tags.iter().map(|it| to_line(it))).collect();
        episode.tags = tags::tags(listed.iter().map(String::as_str));
        episode.category = summary.category.as_deref().map(to_line).filter(|it| !it.is_empty()).or(episode.category);
        episode.summary = Some(self::summary(summary)?);
    }
    if source.kind.is_none() {
        let told = kinds::of_source(&source, std::slice::from_ref(&episode));
        source.kind = Some(told).filter(|it| *it != SourceKind::Blog);
    }
    Ok((source, episode))
}

fn source(line: SourceLine) -> Result<SourceDraft, String> {
    let homepage = address("source.homepage", line.homepage)?;
    let feed_url = address("source.feed_url", line.feed_url)?;
    let name = line.name.as_deref().map(to_line).filter(|it| !it.is_empty());
    let host = || homepage.as_deref().or(feed_url.as_deref()).and_then(normalise::host_of);
    let name = name.or_else(host).ok_or("source.name is missing")?;
    let description = line.description.as_deref().map(to_line).filter(|it| !it.is_empty());
    Ok(SourceDraft {
        slug: line.slug.map(|it| it.parse::<Slug>().map_err(|error| format!("source.slug: {error}"))).transpose()?,
        name: cut(&name, MAX_TITLE_CHARS).into_owned(),
        kind: line.kind.as_deref().map(source_kind).transpose()?,
        icon_url: address("source.icon_url", line.icon_url)?,
        description: description.map(|it| cut(&it, EXCERPT_CHARS).into_owned()),
        language: language("source.language", line.language.as_deref())?,
        homepage,
        feed_url,
    })
}

fn episode(line: EpisodeLine, source: &SourceDraft) -> Result<EpisodeDraft, String> {
    let (content, plain) = content(line.content.as_deref(), line.content_format.as_deref())?;
    let own_excerpt = line.excerpt.as_deref().map(to_line).filter(|it| !it.is_empty());
    let excerpt = own_excerpt.unwrap_or_else(|| plain.replace('\n', " "));
    let excerpt = cut(&excerpt, EXCERPT_CHARS).into_owned();
    let url = line.url.as_deref().and_then(|it| normalise_url(it, None)).map(|url| without_trackers(&url));
    let title = normalise::title(line.title.as_deref(), if plain.is_empty() { &excerpt } else { &plain });
    let title = title.or_else(|| url.clone()).ok_or("episode.title is missing")?;
    let canonical_url = url.as_deref().map(canonical_url);
    let published_at = line.published_at.as_deref().and_then(dates::parse);
    let guid = line.guid.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let files: Vec<RawMedia> = line.enclosures.into_iter().map(file).collect();
    let files = media::sort(&files, url.as_deref());
    let numbering = numbering::of(&title, [&excerpt, &plain]);
    let hashtags = hashtags(&line.hashtags, &title, if plain.is_empty() { &excerpt } else { &plain });
    let listed: Vec<String> = line.tags.iter().map(|it| to_line(it)).chain(hashtags.iter().cloned()).collect();
    let own_language = language("episode.language", line.language.as_deref())?;
    let series = line.series.as_deref().map(to_line).filter(|it| !it.is_empty());
    Ok(EpisodeDraft {
        identity: identify::identity(guid.as_deref(), canonical_url.as_deref(), &title, published_at),
        kind: line.kind.as_deref().map(episode_kind).transpose()?.unwrap_or(files.kind),
        author: line
            .author
            .as_deref()
            .map(to_line)
            .filter(|it| !it.is_empty())
            .map(|it| cut(&it, MAX_TITLE_CHARS).into_owned()),
        language: own_language.or_else(|| source.language.clone()).or_else(|| detect(&format!("{title}\n{excerpt}"))),
        image_url: address("episode.image_url", line.image_url)?
            .or(files.image_url)
            .or_else(|| content.as_deref().and_then(html::first_image)),
        enclosures: files.enclosures,
        duration_seconds: line.duration_seconds.filter(|it| *it > 0),
        word_count: content.as_ref().and_then(|_| normalise::word_count(&plain)),
        tags: tags::tags(listed.iter().map(String::as_str)),
        hashtags,
        series: series.or(numbering.series),
        season: line.season.filter(|it| *it >= 0).or(numbering.season),
        number: line.number.filter(|it| *it >= 0).or(numbering.number),
        source_updated_at: line.updated_at.as_deref().and_then(dates::parse),
        category: line.category.as_deref().map(to_line).filter(|it| !it.is_empty()),
        summary: None,
        guid,
        url,
        canonical_url,
        title,
        published_at,
        excerpt,
        content,
    })
}

fn summary(line: SummaryLine) -> Result<SummaryDraft, String> {
    let tldr = collapse_whitespace(&line.tldr);
    if tldr.is_empty() {
        return Err("summary.tldr is missing".to_owned());
    }
    let key_points = line.key_points.iter().map(|it| collapse_whitespace(it)).filter(|it| !it.is_empty());
    Ok(SummaryDraft {
        language: language("summary.language", line.language.as_deref())?,
        title: line
            .title
            .as_deref()
            .map(to_line)
            .filter(|it| !it.is_empty())
            .map(|it| cut(&it, MAX_TITLE_CHARS).into_owned()),
        tldr,
        key_points: key_points.take(MAX_KEY_POINTS).collect(),
        body: line.body.map(|it| markdown::harmless(it.trim()).into_owned()).filter(|it| !it.is_empty()),
        origin: line.origin.as_deref().map_or(Ok(SummaryOrigin::Human), origin)?,
        model: line.model.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()),
    })
}

/// The content as sanitised HTML and as plain text.
fn content(text: Option<&str>, format: Option<&str>) -> Result<(Option<String>, String), String> {
    let Some(text) = text.map(str::trim).filter(|it| !it.is_empty()) else {
        return Ok((None, String::new()));
    };
    let written = match format.unwrap_or("html").to_ascii_lowercase().as_str() {
        "html" => sanitise(text, None),
        "markdown" => markdown::to_html(text),
        "plain" => html::of_plain(text),
        other => return Err(format!("episode.content_format: {other} is none of html, markdown, plain")),
    };
    let plain = to_plain(&written);
    Ok((Some(written), plain))
}

fn hashtags(listed: &[String], title: &str, text: &str) -> Vec<String> {
    let mut hashtags: Vec<String> = Vec::new();
    let listed = listed.iter().map(|it| it.trim().trim_start_matches('#').to_owned());
    for hashtag in listed.chain(tags::hashtags(&format!("{title}\n{text}"))) {
        let is_new = !hashtags.iter().any(|it| it.to_lowercase() == hashtag.to_lowercase());
        if is_new && !hashtag.is_empty() && hashtags.len() < tags::MAX_TAGS {
            hashtags.push(hashtag);
        }
    }
    hashtags
}

fn file(line: EnclosureLine) -> RawMedia {
    let size = line.size.map(|it| it.to_string());
    RawMedia { link: Link::new(line.url, None), mime_type: line.mime_type, medium: None, size, duration: None }
}

fn address(field: &str, value: Option<String>) -> Result<Option<String>, String> {
    let Some(value) = value.filter(|it| !it.trim().is_empty()) else { return Ok(None) };
    normalise_url(&value, None)
        .map(Some)
        .ok_or_else(|| format!("{field}: {} is no address of a page", cut(&value, 100)))
}

fn language(field: &str, value: Option<&str>) -> Result<Option<LanguageTag>, String> {
    let Some(value) = value.filter(|it| !it.trim().is_empty()) else { return Ok(None) };
    LanguageTag::lenient(value).map(Some).map_err(|error| format!("{field}: {error}"))
}

fn source_kind(text: &str) -> Result<SourceKind, String> {
    Ok(match text.trim().to_ascii_lowercase().as_str() {
        "blog" => SourceKind::Blog,
        "publication" => SourceKind::Publication,
        "podcast" => SourceKind::Podcast,
        "video_channel" => SourceKind::VideoChannel,
        "newsletter" => SourceKind::Newsletter,
        "aggregator" => SourceKind::Aggregator,
        "manual" => SourceKind::Manual,
        other => return Err(format!("source.kind: {} is no kind of source", cut(other, 100))),
    })
}

fn episode_kind(text: &str) -> Result<EpisodeKind, String> {
    Ok(match text.trim().to_ascii_lowercase().as_str() {
        "article" => EpisodeKind::Article,
        "audio" => EpisodeKind::Audio,
        "video" => EpisodeKind::Video,
        other => return Err(format!("episode.kind: {} is none of ARTICLE, AUDIO, VIDEO", cut(other, 100))),
    })
}

fn origin(text: &str) -> Result<SummaryOrigin, String> {
    Ok(match text.trim().to_ascii_lowercase().as_str() {
        "human" => SummaryOrigin::Human,
        "model" => SummaryOrigin::Model,
        "excerpt" => SummaryOrigin::Excerpt,
        other => return Err(format!("summary.origin: {} is none of HUMAN, MODEL, EXCERPT", cut(other, 100))),
    })
}

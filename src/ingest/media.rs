//! The files of an item: what to listen to and to look at.

use super::raw::{Link, RawMedia};
use crate::{
    content::{Enclosure, EpisodeKind},
    text::web::normalise_url,
};

/// The most files of one item.
const MAX_ENCLOSURES: usize = 20;

/// Longer than any episode: thirty days.
const MAX_SECONDS: i64 = 30 * 24 * 3_600;

/// What the files of an item say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Media {
    /// Sound, film and documents, each address once.
    pub(super) enclosures: Vec<Enclosure>,
    /// The first picture among them.
    pub(super) image_url: Option<String>,
    /// The first duration among them.
    pub(super) duration_seconds: Option<i32>,
    /// Told by the files, and by an address at a video platform.
    pub(super) kind: EpisodeKind,
}

/// Sorts the files of an item.
pub(super) fn sort(files: &[RawMedia], page: Option<&str>) -> Media {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let mut image_url = None;
    let mut duration_seconds = None;
    let mut kind = if page.is_some_and(is_video_page) { EpisodeKind::Video } else { EpisodeKind::Article };
    for file in files {
        let Some(url) = url_of(&file.link) else { continue };
        let file_kind = kind_of(file, &url);
        if file_kind == "image" {
            image_url = image_url.or(Some(url));
            continue;
        }
        duration_seconds = duration_seconds.or_else(|| file.duration.as_deref().and_then(seconds));
        kind = match (file_kind, kind) {
            ("video", _) => EpisodeKind::Video,
            ("audio", EpisodeKind::Article) => EpisodeKind::Audio,
            (_, kind) => kind,
        };
        let mime_type =
            file.mime_type.as_deref().map(|it| it.trim().to_ascii_lowercase()).filter(|it| it.contains('/'));
        let size = file.size.as_deref().and_then(|it| it.trim().parse().ok()).filter(|it| *it > 0);
        // What one of the modules leaves out of a file, another may say.
        if let Some(known) = enclosures.iter_mut().find(|it| it.url == url) {
            known.mime_type = known.mime_type.take().or(mime_type);
            known.size = known.size.or(size);
        } else if enclosures.len() < MAX_ENCLOSURES {
            enclosures.push(Enclosure { url, mime_type, size });
        }
    }
    Media { enclosures, image_url, duration_seconds, kind }
}

/// `1:02:03`, `62:03`, `3723`, `3723.5`, `1h 2m 3s`, `PT1H2M3S` as seconds; `None` for anything else, for
/// nothing and for more than a month.
pub(super) fn seconds(text: &str) -> Option<i32> {
    let text = text.trim().to_ascii_lowercase();
    let seconds = if text.contains(':') {
        let parts: Vec<i64> = text.split(':').map(whole).collect::<Option<_>>()?;
        if parts.len() > 4 {
            return None;
        }
        parts.iter().fold(0_i64, |sum, part| sum.saturating_mul(60).saturating_add(*part))
    } else if text.ends_with(|it: char| it.is_ascii_digit()) {
        whole(&text)?
    } else {
        by_units(text.strip_prefix("pt").unwrap_or(&text))?
    };
    i32::try_from(seconds).ok().filter(|_| (1..=MAX_SECONDS).contains(&seconds))
}

/// An address, absolute.
pub(super) fn url_of(link: &Link) -> Option<String> {
    normalise_url(&link.address, link.base.as_ref())
}

/// Digits, and a fraction that does not count.
fn whole(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let is_number = |it: &str| it.len() <= 9 && it.bytes().all(|it| it.is_ascii_digit());
    (is_number(whole) && fraction.bytes().all(|it| it.is_ascii_digit())).then(|| whole.parse().ok()).flatten()
}

/// `1h 2m 3s`, `62 min`.
fn by_units(text: &str) -> Option<i64> {
    let mut sum = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|it: char| !it.is_ascii_digit())?);
        let after = after.trim_start();
        let (unit, after) = after.split_at(after.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(after.len()));
        let unit = match unit {
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            _ => return None,
        };
        sum += whole(number)? * unit;
        rest = after.trim_start_matches([' ', ',']);
    }
    Some(sum)
}

fn is_video_page(page: &str) -> bool {
    ["https://www.youtube.com/watch", "https://www.youtube.com/shorts/", "https://youtu.be/", "https://vimeo.com/"]
        .iter()
        .any(|it| page.starts_with(it))
}

/// `audio`, `video`, `image`, or something else.
fn kind_of<'a>(file: &'a RawMedia, url: &'a str) -> &'a str {
    let by_type = file.mime_type.as_deref().and_then(|it| it.trim().split('/').next()).unwrap_or_default();
    if matches!(by_type, "audio" | "video" | "image") {
        return by_type;
    }
    // What Flash played was film.
    if file.mime_type.as_deref() == Some("application/x-shockwave-flash") {
        return "video";
    }
    if let Some(medium) = file.medium.as_deref().filter(|it| matches!(*it, "audio" | "video" | "image")) {
        return medium;
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "mp3" | "m4a" | "ogg" | "oga" | "opus" | "aac" | "wav" | "flac" => "audio",
        "mp4" | "m4v" | "mov" | "webm" | "mkv" | "avi" => "video",
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" | "svg" => "image",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(address: &str, mime_type: &str) -> RawMedia {
        let mime_type = (!mime_type.is_empty()).then(|| mime_type.to_owned());
        RawMedia {
            link: Link::new(address, None),
            mime_type,
            medium: None,
            size: Some("12".to_owned()),
            duration: None,
        }
    }

    #[test]
    fn durations_are_seconds_or_nothing() {
        for (text, expected) in [
            ("1:02:03", 3_723),
            ("62:03", 3_723),
            ("3723", 3_723),
            (" 3723.7 ", 3_723),
            ("1h 2m 3s", 3_723),
            ("PT1H2M3S", 3_723),
            ("62 min, 3 sec", 3_723),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "bad", "0", "-3", "1:xx", "99999999999", "1:2:3:4:5", "12 parsecs", "9999999:00:00"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn files_are_sorted_into_enclosures_and_pictures() {
        let files = [
            file("https://example.org/a.mp3", "audio/mpeg"),
            file("https://example.org/a.mp3", "audio/mpeg"),
            file("https://example.org/a.png", ""),
            file("localhost", "audio/mpeg"),
        ];
        let expected = Media {
            enclosures: vec![Enclosure {
                url: "https://example.org/a.mp3".to_owned(),
                mime_type: Some("audio/mpeg".to_owned()),
                size: Some(12),
            }],
            image_url: Some("https://example.org/a.png".to_owned()),
            duration_seconds: None,
            kind: EpisodeKind::Audio,
        };
        assert_eq!(sort(&files, Some("https://example.org/")), expected);
    }

    #[test]
    fn a_file_that_is_named_twice_is_described_by_both() {
        let mut described = [file("https://example.org/a.mp3", ""), file("https://example.org/a.mp3", "audio/mpeg")];
        described[0].size = None;
        let both = Enclosure {
            url: "https://example.org/a.mp3".to_owned(),
            mime_type: Some("audio/mpeg".to_owned()),
            size: Some(12),
        };
        assert_eq!(sort(&described, None).enclosures, [both]);
    }

    #[test]
    fn film_is_told_by_its_file_or_its_page() {
        assert_eq!(sort(&[file("https://example.org/a.mp4?x", "")], None).kind, EpisodeKind::Video);
        assert_eq!(sort(&[], Some("https://www.youtube.com/watch?v=1")).kind, EpisodeKind::Video);
        assert_eq!(sort(&[file("https://example.org/a.pdf", "application/pdf")], None).kind, EpisodeKind::Article);
    }
}

//! Texts with a tag by their content, so that a caller that has one is told so in a few bytes: pages, assets
//! and the SDL, which stay the same while the process runs, and answers to queries, digests and feeds, which are asked
//! for anew each time, as nobody knows when they change.

use std::{
    io::{self, Write},
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use flate2::{Compression, write::GzEncoder};

use super::media;
use crate::clock::Timestamp;

/// May be kept, and is to be asked about each time.
pub(super) const ASK_EACH_TIME: &str = "no-cache";

/// The same, by whoever asked, and by nobody between.
pub(super) const ASK_EACH_TIME_ALONE: &str = "private, no-cache";

/// Never changes under its path.
pub(super) const NEVER_CHANGES: &str = "public, max-age=31536000, immutable";

/// Longer texts are not compressed by Brotli: it takes a second for each half of a megabyte, and somebody waits for it.
const MOST_FOR_BROTLI: usize = 64 * 1024;

/// A text with its headers.
#[derive(Clone, Debug)]
pub(super) struct Document {
    body: Bytes,
    content_type: &'static str,
    cache_control: &'static str,
    /// Weak, as the same text may go out compressed (RFC 9110, 8.8.1).
    etag: String,
    /// When it last changed, where somebody knows.
    modified: Option<SystemTime>,
    /// Only for what never changes: else `middleware` compresses each answer, fast rather than far.
    packed: Arc<Packed>,
}

/// A text compressed as far as it can be, from when it was first asked for like that.
#[derive(Debug, Default)]
struct Packed {
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

impl Document {
    /// A text of that `Content-Type` and `Cache-Control`.
    pub(super) fn new(body: impl Into<Bytes>, content_type: &'static str, cache_control: &'static str) -> Self {
        let body = body.into();
        let etag = format!("W/\"{}\"", fingerprint([&body[..]]));
        Self { body, content_type, cache_control, etag, modified: None, packed: Arc::default() }
    }

    /// The same, which is as it is since then.
    pub(super) fn modified(self, at: Timestamp) -> Self {
        let modified = u64::try_from(at.0).ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        Self { modified, ..self }
    }

    /// Answers `GET` and `HEAD` with this text.
    pub(super) fn route(self) -> MethodRouter {
        get(async move |headers: HeaderMap| self.answer(&headers))
    }

    /// The text, or 304 where the caller has it.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let mut validators =
            HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control))]);
        let modified = self.modified.map(|at| (header::LAST_MODIFIED, httpdate::fmt_http_date(at)));
        for (name, value) in [(header::ETAG, self.etag.clone())].into_iter().chain(modified) {
            validators.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
        }
        if self.is_known(request) {
            return (StatusCode::NOT_MODIFIED, validators).into_response();
        }
        let content_type = [(header::CONTENT_TYPE, self.content_type)];
        if self.cache_control == NEVER_CHANGES
            && let Some((coding, packed)) = self.packed(request)
        {
            // No tag: nobody asks whether it has changed.
            let headers = [(header::CACHE_CONTROL, self.cache_control), (header::VARY, "accept-encoding")];
            return (headers, content_type, [(header::CONTENT_ENCODING, coding)], packed).into_response();
        }
        (validators, content_type, self.body.clone()).into_response()
    }

    /// The text as small as the caller takes it, and how it was made so.
    fn packed(&self, request: &HeaderMap) -> Option<(&'static str, Bytes)> {
        let (coding, packed) = if self.body.len() <= MOST_FOR_BROTLI && media::takes_coding(request, "br") {
            ("br", self.packed.brotli.get_or_init(|| brotli(&self.body).ok()))
        } else if media::takes_coding(request, "gzip") {
            ("gzip", self.packed.gzip.get_or_init(|| gzip(&self.body).ok()))
        } else {
            return None;
        };
        packed.clone().map(|packed| (coding, packed))
    }

    /// `If-None-Match` by weak comparison (RFC 9110, 13.1.2), and only without it `If-Modified-Since` (13.1.3).
    fn is_known(&self, request: &HeaderMap) -> bool {
        if !request.contains_key(header::IF_NONE_MATCH) {
            let since =
                request.get(header::IF_MODIFIED_SINCE).and_then(|it| httpdate::parse_http_date(it.to_str().ok()?).ok());
            return self.modified.zip(since).is_some_and(|(modified, since)| modified <= since);
        }
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let lines = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&self.etag))
    }
}

fn brotli(mut text: &[u8]) -> io::Result<Bytes> {
    let mode = BrotliEncoderMode::BROTLI_MODE_TEXT;
    let parameters = BrotliEncoderParams { mode, quality: 11, size_hint: text.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(text.len() / 3);
    brotli::BrotliCompress(&mut text, &mut packed, &parameters)?;
    Ok(packed.into())
}

fn gzip(text: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), Compression::best());
    encoder.write_all(text)?;
    encoder.finish().map(Bytes::from)
}

/// A short name for contents: other contents, another name.
pub(super) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn status(if_none_match: &str) -> StatusCode {
        let document = Document::new("text", "text/plain", ASK_EACH_TIME);
        let tag = if_none_match.replace("TAG", document.etag.trim_start_matches("W/"));
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag.parse().expect("a header"))]);
        document.answer(&headers).status()
    }

    #[test]
    fn what_never_changes_is_packed_for_who_takes_it() {
        let encoding = |accepted: &str, cache_control| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepted.parse().expect("a header"))]);
            let answer = Document::new("text", "text/plain", cache_control).answer(&headers);
            answer.headers().get(header::CONTENT_ENCODING).cloned()
        };
        for (accepted, coding) in [
            ("gzip", "gzip"),
            ("br;q=0, GZIP;q=0.5", "gzip"),
            ("gzip; q=1.0, identity", "gzip"),
            ("br", "br"),
            ("gzip, deflate, br, zstd", "br"),
        ] {
            assert_eq!(encoding(accepted, NEVER_CHANGES).expect("an encoding"), coding, "{accepted}");
        }
        for accepted in ["", "zstd", "gzip;q=0", "gzip; q=0.000, br;q=0", "x-gzip-like"] {
            assert_eq!(encoding(accepted, NEVER_CHANGES), None, "{accepted}");
        }
        assert_eq!(encoding("gzip, br", ASK_EACH_TIME), None);
    }

    #[test]
    fn what_is_packed_is_the_text_again() {
        let text = "as often as that, ".repeat(MOST_FOR_BROTLI / 18);
        let packed = |text: String, accepted: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepted.parse().expect("a header"))]);
            Document::new(text, "text/plain", NEVER_CHANGES).packed(&headers).expect("something packed")
        };
        let (mut by_brotli, mut by_gzip) = (Vec::new(), String::new());
        let (_, bytes) = packed(text.clone(), "br");
        brotli::BrotliDecompress(&mut &bytes[..], &mut by_brotli).expect("Brotli");
        let (_, bytes) = packed(text.clone(), "gzip");
        io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut by_gzip).expect("gzip");
        assert!(by_brotli == text.as_bytes() && by_gzip == text);
        let (coding, _) = packed(text.repeat(2), "gzip, br");
        assert_eq!(coding, "gzip", "what is long takes Brotli too long");
    }

    #[test]
    fn a_date_counts_where_there_is_no_tag() {
        let document = Document::new("text", "text/plain", ASK_EACH_TIME).modified(Timestamp(1_778_452_200));
        let status = |headers: &[(HeaderName, &str)]| {
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header")));
            document.answer(&headers.collect()).status()
        };
        let since = |date| (header::IF_MODIFIED_SINCE, date);
        assert_eq!(status(&[since("Sun, 10 May 2026 22:30:00 GMT")]), StatusCode::NOT_MODIFIED);
        assert_eq!(status(&[since("Sun, 10 May 2026 22:30:01 GMT")]), StatusCode::NOT_MODIFIED);
        for older in ["Sun, 10 May 2026 22:29:59 GMT", "yesterday", ""] {
            assert_eq!(status(&[since(older)]), StatusCode::OK, "{older}");
        }
        let other = (header::IF_NONE_MATCH, "\"other\"");
        assert_eq!(status(&[since("Sun, 10 May 2026 22:30:00 GMT"), other]), StatusCode::OK, "a tag says more");
        let known = document.answer(&HeaderMap::new());
        assert_eq!(known.headers()["last-modified"], "Sun, 10 May 2026 22:30:00 GMT");
    }

    #[test]
    fn a_caller_that_has_the_text_is_told_so() {
        for tag in ["W/TAG", "TAG", "*", "\"other\", W/TAG"] {
            assert_eq!(status(tag), StatusCode::NOT_MODIFIED, "{tag}");
        }
        for tag in ["\"other\"", "", "W/\"\""] {
            assert_eq!(status(tag), StatusCode::OK, "{tag}");
        }
    }
}

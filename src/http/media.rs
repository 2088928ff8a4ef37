//! Media types: which of the two types of GraphQL answers a caller accepts, and whether a body is JSON.
//! Implements the parts of RFC 9110, 12.5.1, that two types need.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, header};

use super::refusal::{Code, Refusal};

/// The type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: the status says nothing about the document.
    Json,
    /// `application/graphql-response+json`: a document that is refused is a 400.
    GraphqlResponse,
}

impl MediaType {
    /// The type that the caller prefers.
    ///
    /// Without `Accept`, and where only a wildcard speaks for both, that is `application/json`, as old
    /// clients expect (GraphQL over HTTP, “Legacy watershed”). Of two types that are named and wanted alike,
    /// it is the newer one.
    pub(super) fn accepted(headers: &HeaderMap) -> Result<Self, Refusal> {
        let Some(accept) = joined(headers, &header::ACCEPT)? else { return Ok(Self::Json) };
        let json = Preference::of("application/json", &accept);
        let graphql = Preference::of("application/graphql-response+json", &accept);
        match json.max(graphql) {
            best if best.weight == 0 => Err(Refusal::new(
                Code::NotAcceptable,
                "None of the types in `Accept` can be written here. \
                 Accept application/graphql-response+json or application/json.",
            )),
            best if best == graphql && best.named => Ok(Self::GraphqlResponse),
            best if best == json => Ok(Self::Json),
            _ => Ok(Self::GraphqlResponse),
        }
    }

    /// The `Content-Type` of an answer of this type.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// Whether OpenMetrics is wanted rather than Prometheus' own text, which is what everybody else gets: who asks
/// with a browser names neither.
pub(super) fn prefers_open_metrics(headers: &HeaderMap) -> Result<bool, Refusal> {
    let Some(accept) = joined(headers, &header::ACCEPT)? else { return Ok(false) };
    let open_metrics = Preference::of("application/openmetrics-text", &accept);
    Ok(open_metrics.named && open_metrics.weight > 0 && open_metrics >= Preference::of("text/plain", &accept))
}

/// Whether a page for people is wanted: by those who name HTML, as browsers do. Programs that take anything
/// (`*/*`) do not mean that.
pub(super) fn names_html(headers: &HeaderMap) -> bool {
    names(headers, &header::ACCEPT, "text/html")
}

/// Whether an answer may be compressed like that: `br`, `gzip` (RFC 9110, 12.5.3).
pub(super) fn takes_coding(headers: &HeaderMap, coding: &str) -> bool {
    names(headers, &header::ACCEPT_ENCODING, coding)
}

/// Whether a list of preferences names this, and not in order to refuse it.
fn names(headers: &HeaderMap, list: &HeaderName, name: &str) -> bool {
    let Ok(Some(list)) = joined(headers, list) else { return false };
    let preference = Preference::of(name, &list);
    preference.named && preference.weight > 0
}

/// Makes sure that a body is `application/json` in UTF-8, as it is.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let refuse = |message| Err(Refusal::new(Code::UnsupportedMediaType, message));
    let Some(content_type) = joined(headers, &header::CONTENT_TYPE)? else {
        return refuse("There is no `Content-Type`. Send the request as application/json.");
    };
    let range = Range::parse(&content_type);
    if !range.name.eq_ignore_ascii_case("application/json") {
        return refuse("This `Content-Type` is not read here. Send the request as application/json.");
    }
    if !range.utf8 {
        return refuse("JSON is read in UTF-8 alone. Leave `charset` out, or send charset=utf-8.");
    }
    // What a packed body unpacks to has no limit of its own.
    let encoding = joined(headers, &header::CONTENT_ENCODING)?;
    if encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        return refuse("Compressed bodies are not read here. Send it as it is, without `Content-Encoding`.");
    }
    Ok(())
}

/// How much a caller wants a type. Ordered by the weight, then by how exactly it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// Thousandths; 0 is a refusal.
    weight: u16,
    /// Whether the type was named, and not meant by a wildcard.
    named: bool,
}

impl Preference {
    /// The most specific range that covers the type decides (RFC 9110, 12.5.1).
    fn of(media_type: &str, accept: &str) -> Self {
        let ranges = accept.split(',').map(Range::parse).filter(|range| range.utf8);
        ranges
            .filter_map(|range| {
                let specificity = range.specificity(media_type)?;
                Some((specificity, Self { weight: range.weight, named: specificity == 2 }))
            })
            .max_by_key(|(specificity, preference)| (*specificity, preference.weight))
            .map(|(_, preference)| preference)
            .unwrap_or_default()
    }
}

/// One element of `Accept`, or a `Content-Type`.
struct Range<'a> {
    name: &'a str,
    weight: u16,
    /// False where another charset is asked for.
    utf8: bool,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let mut range = Self { name: parts.next().unwrap_or_default(), weight: 1000, utf8: true };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            match key.trim_end().to_ascii_lowercase().as_str() {
                "q" => range.weight = thousandths(value.trim_start()),
                "charset" => {
                    let charset = value.trim_start().trim_matches('"');
                    range.utf8 = ["utf-8", "utf8"].iter().any(|name| charset.eq_ignore_ascii_case(name));
                }
                _ => {}
            }
        }
        range
    }

    /// 2 for the type itself, 1 for `application/*`, where it is one of these, 0 for `*/*`.
    fn specificity(&self, media_type: &str) -> Option<u8> {
        let whole = media_type.split('/').next().unwrap_or_default();
        match self.name {
            name if name.eq_ignore_ascii_case(media_type) => Some(2),
            "*/*" => Some(0),
            name if name.strip_suffix("/*").is_some_and(|name| name.eq_ignore_ascii_case(whole)) => Some(1),
            _ => None,
        }
    }
}

/// `0.8` is 800 (RFC 9110, 12.4.2: at most three decimals). What is no weight is 0: such a range is not
/// understood, so it is not served.
fn thousandths(text: &str) -> u16 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, format!("{decimals:0<3}").parse::<u16>()) {
        ("0", Ok(weight)) if digits => weight,
        ("1", Ok(0)) if digits => 1000,
        _ => 0,
    }
}

/// All lines of a header as one list; nothing where it is missing or empty.
fn joined<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<Cow<'h, str>>, Refusal> {
    let refuse = |_| Refusal::new(Code::BadRequest, format!("The header `{name}` is not ASCII text. Correct it."));
    let mut lines = headers.get_all(name).iter().map(|value| value.to_str().map_err(refuse));
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let mut list = Cow::Borrowed(first);
    for line in lines {
        list += ", ";
        list += line?;
    }
    Ok((!list.trim().is_empty()).then_some(list))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepted(accept: &str) -> Option<MediaType> {
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().expect("a header"))]);
        MediaType::accepted(&headers).ok()
    }

    fn is_json(content_type: &str) -> bool {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type.parse().expect("a header"))]);
        require_json(&headers).is_ok()
    }

    #[test]
    fn a_caller_that_says_nothing_gets_json() {
        assert_eq!(MediaType::accepted(&HeaderMap::new()), Ok(MediaType::Json));
        assert_eq!(accepted(""), Some(MediaType::Json));
    }

    #[test]
    fn a_wildcard_means_json() {
        for accept in ["*/*", "application/*", "text/html, */*;q=0.8", "text/html, application/*;q=0.1"] {
            assert_eq!(accepted(accept), Some(MediaType::Json), "{accept}");
        }
    }

    #[test]
    fn the_heavier_weight_wins() {
        let (json, graphql) = ("application/json", "application/graphql-response+json");
        assert_eq!(accepted(&format!("{graphql};q=0.8, {json};q=0.9")), Some(MediaType::Json));
        assert_eq!(accepted(&format!("{json};q=0.899, {graphql};q=0.9")), Some(MediaType::GraphqlResponse));
        assert_eq!(accepted(&format!("{graphql};q=0.5, */*")), Some(MediaType::Json));
    }

    #[test]
    fn a_named_type_goes_before_a_wildcard_and_the_newer_before_the_older() {
        let (json, graphql) = ("application/json", "application/graphql-response+json");
        assert_eq!(accepted(&format!("*/*, {graphql}")), Some(MediaType::GraphqlResponse));
        assert_eq!(accepted(&format!("{json}, text/plain, */*")), Some(MediaType::Json));
        assert_eq!(accepted(&format!("{json}, {graphql}")), Some(MediaType::GraphqlResponse));
    }

    #[test]
    fn a_header_of_several_lines_is_one_list() {
        let list = |lines: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::ACCEPT, HeaderValue::from_bytes(line).expect("a header"));
            }
            joined(&headers, &header::ACCEPT).map(|list| list.map(Cow::into_owned))
        };
        assert_eq!(
            list(&[b"text/html", b"*/*;q=0.1", b"image/png"]),
            Ok(Some("text/html, */*;q=0.1, image/png".into()))
        );
        assert_eq!(list(&[b"", b"text/html"]), Ok(Some(", text/html".into())));
        assert_eq!(list(&[b" "]), Ok(None));
        let refusal = Refusal::new(Code::BadRequest, "The header `accept` is not ASCII text. Correct it.");
        assert_eq!(list(&[b"text/html", b"\xe9"]), Err(refusal));
    }

    #[test]
    fn a_type_that_is_ruled_out_is_not_written() {
        assert_eq!(accepted("application/json;q=0, */*"), Some(MediaType::GraphqlResponse));
        for accept in ["text/html", "image/*", "application/json;q=0", "application/json;q=2", "*/*;q=0.0000"] {
            assert_eq!(accepted(accept), None, "{accept}");
        }
    }

    #[test]
    fn open_metrics_are_for_those_who_name_them() {
        let open = |accept: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().expect("a header"))]);
            prefers_open_metrics(&headers).expect("a header in ASCII")
        };
        assert_eq!(prefers_open_metrics(&HeaderMap::new()), Ok(false));
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.6,\
                          application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for accept in [prometheus, "application/openmetrics-text", "application/openmetrics-text, text/plain, */*"] {
            assert!(open(accept), "{accept}");
        }
        let other = "application/openmetrics-text;q=0.3, text/*;q=0.4";
        for accept in ["*/*", "application/*", "text/html", "application/openmetrics-text;q=0", other] {
            assert!(!open(accept), "{accept}");
        }
    }

    #[test]
    fn answers_are_in_utf_8_alone() {
        assert_eq!(accepted("application/json; charset=\"UTF-8\""), Some(MediaType::Json));
        assert_eq!(accepted("application/json; charset=utf-16"), None);
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for content_type in ["application/json", "Application/JSON", "application/json; Charset=\"utf-8\""] {
            assert!(is_json(content_type), "{content_type}");
        }
        for content_type in [
            "text/plain",
            "application/json; charset=utf-16",
            "application/json, application/json",
            "application/graphql",
            "multipart/form-data; boundary=x",
            "",
        ] {
            assert!(!is_json(content_type), "{content_type}");
        }
    }
}

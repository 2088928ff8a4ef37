//! Bytes to text.
//!
//! An encoding is told by, in this order: the byte-order mark, the charset of the HTTP answer, the XML
//! declaration (of a web page: its `<meta charset>`), the content. One that does not fit the bytes loses to the
//! next.

use std::{borrow::Cow, io::Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Why bytes are no text.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// More than was asked for.
    #[error("the input is larger than {limit} bytes when unpacked")]
    TooLarge {
        /// The most that was allowed, in bytes.
        limit: usize,
    },
    /// The bytes begin as gzip and don't go on so.
    #[error("the input is packed with gzip and damaged")]
    DamagedGzip(#[source] std::io::Error),
}

/// The bytes unpacked, where they are gzip (told by the first two bytes). A packed file that was cut gives
/// what can be unpacked.
pub fn unpack(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, DecodeError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return if bytes.len() > limit { Err(DecodeError::TooLarge { limit }) } else { Ok(Cow::Borrowed(bytes)) };
    }
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let end = MultiGzDecoder::new(bytes).take(most).read_to_end(&mut unpacked);
    if unpacked.len() > limit {
        return Err(DecodeError::TooLarge { limit });
    }
    match end {
        Err(error) if unpacked.is_empty() => Err(DecodeError::DamagedGzip(error)),
        // What came before the damage is as good as a file that was cut.
        Ok(_) | Err(_) => Ok(Cow::Owned(unpacked)),
    }
}

/// The bytes as text, with the characters gone that XML forbids (section 2.2 of XML 1.0). `charset` is
/// what the HTTP answer declared.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => by_pattern(bytes).or_else(|| declared(bytes, charset)).unwrap_or_else(|| by_content(bytes)),
    };
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    without_controls(text).into_owned()
}

/// The charset that a `Content-Type` declares: `text/xml; charset="utf-8"` → `utf-8`.
pub fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// What a text said before it was taken for Latin-1 and made UTF-8 a second time: `vergla\u{c3}\u{a7}ant` →
/// `verglaçant`. `None` where it was not: Latin-1 letters follow each other as UTF-8's bytes do by intent only.
pub(super) fn encoded_once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|it| u8::try_from(u32::from(it)).ok()).collect();
    String::from_utf8(bytes?).ok()
}

/// UTF-16 without a mark: every other byte of the first `<?` or `<r` is zero.
fn by_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, _, 0, ..] => Some(UTF_16LE),
        [0, b'<', 0, _, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// What HTTP or the document declare, where the bytes agree.
fn declared(bytes: &[u8], charset: Option<&str>) -> Option<&'static Encoding> {
    let by_http = charset.and_then(|it| Encoding::for_label(it.as_bytes()));
    let by_document = xml_declaration(bytes).and_then(Encoding::for_label).or_else(|| meta(bytes));
    [by_http, by_document].into_iter().flatten().find(|encoding| fits(bytes, encoding))
}

/// The label in `<?xml version="1.0" encoding="…"?>`.
fn xml_declaration(bytes: &[u8]) -> Option<&[u8]> {
    let head = &bytes[..bytes.len().min(1_000)];
    let start = find(head, b"<?xml")?;
    let end = start + find(&head[start..], b"?>")?;
    let declaration = &head[start..end];
    let after = &declaration[find(declaration, b"encoding")? + b"encoding".len()..];
    let after = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *after.first().filter(|it| matches!(it, b'"' | b'\''))?;
    after[1..].split(|&it| it == quote).next()
}

/// The encoding in `<meta charset="…">` and `<meta http-equiv="Content-Type" content="…; charset=…">`.
fn meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]).to_ascii_lowercase();
    let (_, tag) = head.split_once("<meta")?;
    let (_, value) = tag.split_once("charset")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let end = value.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ';' | '/' | '>'))?;
    Encoding::for_label(&value.as_bytes()[..end])
}

fn fits(bytes: &[u8], encoding: &'static Encoding) -> bool {
    // Read as ASCII up to here, it is no UTF-16, whatever it says.
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return false;
    }
    let (_, had_errors) = encoding.decode_without_bom_handling(bytes);
    // Every byte sequence is one in the single-byte encodings; where it is UTF-8 too, and uses more than
    // ASCII, that is no accident.
    let is_single_byte = encoding.is_single_byte() && encoding != UTF_8;
    let is_utf8 = !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
    !(had_errors || (is_single_byte && is_utf8))
}

fn by_content(bytes: &[u8]) -> &'static Encoding {
    // A cut or a stray byte makes a text no less UTF-8: few faults among many right ones are that.
    let (text, had_errors) = UTF_8.decode_without_bom_handling(bytes);
    if !had_errors {
        return UTF_8;
    }
    let faults = text.chars().filter(|&it| it == char::REPLACEMENT_CHARACTER).count();
    let right = text.chars().filter(|it| !it.is_ascii()).count() - faults;
    if right > 4 * faults {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The text without the characters that XML forbids.
pub(super) fn without_controls(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_forbidden =
        |it: char| matches!(it, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_forbidden) { Cow::Owned(text.replace(is_forbidden, "")) } else { text }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|it| it == part)
}

/// JSON whose texts have no NUL, written as `\u0000`: no database keeps it.
pub fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(list) => list.into_iter().map(without_nul).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, without_nul(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("packing");
        encoder.finish().expect("packing")
    }

    #[test]
    fn gzip_is_unpacked_up_to_a_limit() {
        let gz = packed(&[b'a'; 10_000]);
        assert_eq!(unpack(&gz, 10_000).expect("it fits").len(), 10_000);
        assert!(matches!(unpack(&gz, 9_999), Err(DecodeError::TooLarge { limit: 9_999 })));
        assert!(matches!(unpack(b"abc", 2), Err(DecodeError::TooLarge { .. })));
        assert_eq!(unpack(b"abc", 3).expect("it fits").as_ref(), b"abc");
        assert!(matches!(unpack(&[0x1f, 0x8b, 1, 2, 3], 100), Err(DecodeError::DamagedGzip(_))));
    }

    #[test]
    fn a_cut_gzip_gives_what_can_be_unpacked() {
        let gz = packed(&(0..20_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        let part = unpack(&gz[..gz.len() / 2], 1_000_000).expect("a part");
        assert!(part.len() > 1_000 && part.len() < 80_000);
    }

    #[test]
    fn the_mark_wins_over_what_is_declared() {
        assert_eq!(decode(b"\xef\xbb\xbfa\xc3\xa9", Some("windows-1251")), "aé");
        assert_eq!(decode(b"\xff\xfea\0\xe9\0", Some("utf-8")), "aé");
        assert_eq!(decode(b"<\0?\0x\0", None), "<?x");
    }

    #[test]
    fn http_wins_over_the_document_and_the_document_over_a_guess() {
        let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?><a>\xcf\xf0\xe8\xe2\xe5\xf2</a>";
        assert!(decode(cyrillic, None).ends_with("<a>Привет</a>"));
        assert!(decode(cyrillic, Some("koi8-r")).ends_with("<a>оПХБЕР</a>"));
        assert!(decode(cyrillic, Some("no-such-thing")).ends_with("<a>Привет</a>"));
    }

    #[test]
    fn a_page_declares_its_encoding_too() {
        for meta in [
            "<meta charset='windows-1251'>",
            "<META name=x><meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\" />",
        ] {
            let page = [b"<html><head>", meta.as_bytes(), b"<title>\xcf\xf0\xe8\xe2\xe5\xf2"].concat();
            assert!(decode(&page, None).ends_with("Привет"), "{meta}");
            assert!(decode(&page, Some("koi8-r")).ends_with("оПХБЕР"), "{meta}");
        }
    }

    #[test]
    fn the_charset_is_found_in_a_content_type() {
        for (content_type, expected) in [
            ("text/xml; charset=utf-8", Some("utf-8")),
            ("application/rss+xml;version=2;CHARSET=\"koi8-r\"", Some("koi8-r")),
            ("text/xml; charset = 'utf-8' ", Some("utf-8")),
            ("text/xml; charset=", None),
            ("text/xml", None),
            ("charset=utf-8", None),
        ] {
            assert_eq!(charset(content_type), expected, "{content_type}");
        }
    }

    #[test]
    fn an_encoding_that_does_not_fit_loses() {
        assert!(decode("<?xml version='1.0' encoding='utf-16'?><a>é</a>".as_bytes(), None).ends_with("<a>é</a>"));
        assert!(decode("<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>".as_bytes(), None).ends_with("<a>é</a>"));
        assert!(decode(b"<?xml version='1.0' encoding='utf-8'?><a>caf\xe9</a>", None).ends_with("<a>café</a>"));
        assert!(decode(b"<?xml version='1.0' encoding='iso-8859-1'?><a>caf\xe9</a>", None).ends_with("<a>café</a>"));
    }

    #[test]
    fn text_that_was_encoded_twice_is_known() {
        assert_eq!(encoded_once("vergla\u{c3}\u{a7}ant").as_deref(), Some("verglaçant"));
        for right in ["verglaçant", "plain", "Ã€ part", "日本", "Ã"] {
            assert_eq!(encoded_once(right), None, "{right}");
        }
    }

    #[test]
    fn one_stray_byte_leaves_the_rest_as_it_is() {
        let text = decode(b"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6 \xff", Some("utf-8"));
        assert_eq!(text, "äöüßäö \u{fffd}");
    }

    #[test]
    fn characters_that_xml_forbids_are_gone() {
        assert_eq!(decode(b"a\x00\x0bb\tc\n", None), "ab\tc\n");
    }
}

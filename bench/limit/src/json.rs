//! Single values in JSON, and the ids and cursors that Précis gives out.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A number.
pub(crate) fn number(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// The id that Précis gives to a summary: its number in base 62.
pub(crate) fn id(out: &mut Vec<u8>, number: i64) {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    out.extend_from_slice(b"\"su");
    let start = out.len();
    let mut rest = usize::try_from(number).unwrap_or_default();
    while rest > 0 {
        out.push(DIGITS[rest % 62]);
        rest /= 62;
    }
    out[start..].reverse();
    out.push(b'"');
}

/// The cursor that Précis gives to a summary, the newest first: the list, its number, and when it was published.
pub(crate) fn cursor(out: &mut Vec<u8>, id: i64, published_at: i64) {
    let mut bytes = b"sP".to_vec();
    for mut number in [id.unsigned_abs(), published_at.unsigned_abs() << 1] {
        while number >= 0x80 {
            bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        bytes.push(number.to_le_bytes()[0]);
    }
    out.push(b'"');
    out.extend_from_slice(URL_SAFE_NO_PAD.encode(bytes).as_bytes());
    out.push(b'"');
}

/// The slug in a source's cursor: it stands behind two letters and the number.
pub(crate) fn slug_of(cursor: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let number = bytes.get(2..)?;
    let end = number.iter().position(|byte| byte & 0x80 == 0)? + 1;
    String::from_utf8(number.get(end..)?.to_vec()).ok()
}

/// A text in JSON, in quotes.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut start = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[start..at]);
        start = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

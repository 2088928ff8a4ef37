//! What `X-Forwarded-For` and `Forwarded` (RFC 7239) say: the addresses that a request came through, the
//! nearest first. Nothing stands for a hop that has no address there. Whom to believe is left to
//! [`super::client`].
//!
//! The last entries are the nearest proxy's, and all before them may be the caller's own invention: so what is
//! malformed hides what is before it, and nothing behind it.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The addresses of `X-Forwarded-For`: separated by commas, with a port sometimes.
pub(super) fn of_list(lines: &[&[u8]]) -> impl Iterator<Item = Option<IpAddr>> {
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()).map(|entry| address(text(entry)?))
}

/// The addresses of `Forwarded`: those that stand in `for`.
pub(super) fn of_elements(lines: &[&[u8]]) -> impl Iterator<Item = Option<IpAddr>> {
    lines.iter().rev().flat_map(|line| match text(line).and_then(|line| parts(line, ',')) {
        Some(elements) => elements.into_iter().rev().filter(|it| !it.trim().is_empty()).map(element).collect(),
        None => vec![None],
    })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// What is between separators that stand in no quotes; nothing, if a quote is left open. Callers can't hide
/// what a proxy adds to their line by opening one: its own quotes come in pairs, so that one is left.
fn parts(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(|character| {
        let separates = character == separator && !quoted;
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && quoted && !escaped;
        separates
    });
    let parts = parts.collect();
    (!quoted).then_some(parts)
}

/// The address in an element: `for="[2001:db8::1]:4711";proto=https`.
fn element(text: &str) -> Option<IpAddr> {
    let pairs = parts(text, ';')?;
    let mut values = pairs.iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
    });
    let value = values.next().filter(|_| values.next().is_none())?;
    address(&unquoted(value)?)
}

/// A value without its quotes, if it has any.
fn unquoted(value: &str) -> Option<Cow<'_, str>> {
    match value.strip_prefix('"') {
        None => Some(value.into()),
        Some(rest) => Some(rest.strip_suffix('"')?.replace('\\', "").into()),
    }
}

/// An address, in brackets if it is IPv6 and has a port. What is called `unknown`, or has a made-up name
/// (`_hidden`), has none.
fn address(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, behind) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        let ends = behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port);
        return ends.then_some(address.into());
    }
    match text.split_once(':') {
        Some((address, port)) if is_port(port) => Some(address.parse::<Ipv4Addr>().ok()?.into()),
        _ => text.parse().ok(),
    }
}

/// A number, or a made-up name.
fn is_port(text: &str) -> bool {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match text.strip_prefix('_') {
        Some(name) => !name.is_empty() && name.bytes().all(of_name),
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

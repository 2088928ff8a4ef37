//! Texts from anywhere, made fit to stand beside others: on one line, in XML, as the address of a link.

use std::borrow::Cow;

/// What stands where nobody has said a word about it.
const NOTHING: &str = "Untitled";

/// A text on one line, without characters that tell a terminal what to do, or turn what stands behind them, or that XML
/// can't hold.
pub fn line(text: &str) -> String {
    let goes = |it: char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}');
    let text = text.replace(goes, "");
    let words = text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A headline on one line; `Untitled`, where there is none.
pub fn title(text: &str) -> String {
    Some(line(text)).filter(|it| !it.is_empty()).unwrap_or_else(|| NOTHING.to_owned())
}

/// A text without the characters that XML 1.0 can't hold, escaped or not, or had better not (section 2.2).
pub fn for_xml(text: &str) -> Cow<'_, str> {
    let is_held = |it: char| match it {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    };
    if text.chars().all(is_held) { Cow::Borrowed(text) } else { text.chars().filter(|it| is_held(*it)).collect() }
}

/// An address, where that is the web's, and one word.
pub fn web_address(url: &str) -> Option<&str> {
    let is_web = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    let is_word = !url.contains(|it: char| it.is_whitespace() || it.is_control());
    (is_web && is_word).then_some(url)
}

/// A normalised address as a URI (RFC 3986): what browsers leave as it is, though no URI has it, is percent-encoded.
pub fn uri(url: &str) -> Cow<'_, str> {
    // A host in brackets has them by right.
    let authority = url.find("://").map_or(0, |at| at + 3);
    let path = url[authority..].find(['/', '?', '#']).map_or(url.len(), |at| authority + at);
    let is_none = |it: char| {
        !it.is_ascii_graphic() || matches!(it, '"' | '<' | '>' | '[' | ']' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    if !url[path..].contains(is_none) {
        return Cow::Borrowed(url);
    }
    let mut written = url[..path].to_owned();
    for char in url[path..].chars() {
        if is_none(char) {
            written.extend(char.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            written.push(char);
        }
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_nothing_that_acts() {
        assert_eq!(line(" a\u{202e}b\u{2066}\r\n\u{1b}[31m\u{85}c\u{ffff}\u{0} "), "ab [31m c");
        assert_eq!((title("\u{202e} \n"), title(" a ")), ("Untitled".to_owned(), "a".to_owned()));
    }

    #[test]
    fn xml_is_given_what_it_can_hold() {
        assert_eq!(for_xml("a\u{0}b\u{b}\u{9b}\u{ffff}\u{fffe}\tc\n]]>\u{10ffff}\r"), "ab\tc\n]]>\u{10ffff}\r");
        assert!(matches!(for_xml("é\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_link_leads_to_the_web() {
        assert_eq!(web_address("https://a.example/x"), Some("https://a.example/x"));
        for other in ["javascript:x()", "data:text/html,x", "//a.example", "https://a.example/x y", "http://a\u{0}", ""]
        {
            assert_eq!(web_address(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_is_a_uri() {
        assert_eq!(
            uri("https://[2001:db8::1]:8080/a|b?c=[d]&e=%5B#{é"),
            "https://[2001:db8::1]:8080/a%7Cb?c=%5Bd%5D&e=%5B#%7B%C3%A9"
        );
        assert_eq!(uri("https://[::1]"), "https://[::1]");
        assert!(matches!(uri("https://a.example/x?y=(z)#w"), Cow::Borrowed(_)));
    }
}

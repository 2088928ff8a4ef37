//! Entities that a document declares for itself (`<!ENTITY euro "€">`).
//!
//! Small ones are put in where they are used. External ones, ones made of others, and any amount that
//! would blow the document up stay as they are written: inert.

use std::{borrow::Cow, collections::HashMap};

/// The longest value that is put in, in bytes.
const MAX_VALUE: usize = 1_000;

/// The longest name, in bytes.
const MAX_NAME: usize = 100;

/// What all uses together may add, in bytes.
const MAX_ADDED: usize = 64 * 1024;

/// The document with its own entities put in.
pub(super) fn expanded(text: &str) -> Cow<'_, str> {
    let declared = declarations(text);
    if declared.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut expanded = String::with_capacity(text.len());
    let mut added = 0;
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        expanded.push_str(before);
        let name =
            reference[1..].bytes().take(MAX_NAME).position(|it| it == b';').and_then(|end| reference.get(1..=end));
        let used = name.and_then(|name| Some((name, *declared.get(name)?)));
        let Some((name, value)) = used.filter(|(_, value)| added + value.len() <= MAX_ADDED) else {
            expanded.push('&');
            rest = &reference[1..];
            continue;
        };
        added += value.len();
        expanded.push_str(value);
        rest = &reference[name.len() + 2..];
    }
    expanded.push_str(rest);
    Cow::Owned(expanded)
}

/// The names and values that the document type declares, as far as they are plain text.
fn declarations(text: &str) -> HashMap<&str, &str> {
    let Some(start) = text.find("<!DOCTYPE") else {
        return HashMap::new();
    };
    let subset = &text[start..];
    // The declarations end where the document type does; a feed's own text may speak of entities too.
    let subset = subset.split_once("]>").or_else(|| subset.split_once("] >")).map_or("", |(inside, _)| inside);
    subset.split("<!ENTITY").skip(1).take(1_000).filter_map(declaration).collect()
}

/// ` name "value">`.
fn declaration(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.trim_start().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    let is_plain =
        value.len() <= MAX_VALUE && !value.contains('%') && value.split('&').skip(1).all(|it| it.starts_with('#'));
    (is_plain && !name.is_empty() && name != "%").then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_internal_entities_are_put_in() {
        let text =
            "<!DOCTYPE rss [<!ENTITY co 'Example &#38; Sons'>\n<!ENTITY e \"€\">]><rss>&co; 5 &e; &amp; &other;</rss>";
        let end = "<rss>Example &#38; Sons 5 € &amp; &other;</rss>";
        assert!(expanded(text).ends_with(end), "{}", expanded(text));
    }

    #[test]
    fn external_and_nested_entities_are_inert() {
        let text = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY % p \"q\"><!ENTITY a \"&b;&b;\">]><r>&x;&a;</r>";
        assert!(expanded(text).ends_with("<r>&x;&a;</r>"));
    }

    #[test]
    fn what_is_put_in_is_bounded() {
        let text = format!("<!DOCTYPE r [<!ENTITY a \"{}\">]><r>{}</r>", "x".repeat(1_000), "&a;".repeat(100_000));
        assert!(expanded(&text).len() < text.len() + MAX_ADDED);
    }

    #[test]
    fn a_document_without_declarations_is_left_alone() {
        assert!(matches!(expanded("<r>&lt;!ENTITY a \"b\"> &a;</r>"), Cow::Borrowed(_)));
    }
}

//! Tags: out of categories, and out of hashtags in text.

use std::collections::HashSet;

use crate::text::Slug;

/// The most tags of one item.
pub const MAX_TAGS: usize = 30;

/// The longest tag, in characters: longer ones are sentences.
const MAX_TAG_CHARS: usize = 60;

/// Categories that say nothing.
#[rustfmt::skip]
const NOISE: &[&str] = &[
    "uncategorized", "uncategorised", "unkategorisiert", "allgemein", "sincategoria", "nonclasse", "semcategoria", "senzacategoria",
    "general", "default", "blog", "post", "posts", "article", "articles", "news", "other", "misc", "miscellaneous", "none", "all",
    "untagged", "rss", "feed", "image", "ifttt", "frontpage",
];

/// The tags of an item, as written, each meaning once ([`Slug::match_key`]), without those that say
/// nothing; at most [`MAX_TAGS`].
pub fn tags<'a>(categories: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut known = HashSet::new();
    let mut tags = Vec::new();
    for category in categories {
        let tag = category.trim().trim_start_matches('#').trim();
        let is_address = tag.contains("://");
        let has_letter = tag.chars().any(char::is_alphabetic);
        if !has_letter || is_address || tag.chars().count() > MAX_TAG_CHARS {
            continue;
        }
        let meaning = Slug::of_tag(tag).match_key();
        if !NOISE.contains(&meaning.as_str()) && known.insert(meaning) {
            tags.push(tag.to_owned());
        }
        if tags.len() == MAX_TAGS {
            break;
        }
    }
    tags
}

/// The hashtags in a plain text, without `#`, each once, in order: `#AWS`, `#EventDriven`. Numbers
/// (`#143`), colours (`#fff000`), fragments of addresses and preprocessor lines (`#include`) are none.
pub fn hashtags(text: &str) -> Vec<String> {
    let mut known = HashSet::new();
    let mut found = Vec::new();
    let mut before = ' ';
    for (at, char) in text.char_indices() {
        let starts = char == '#'
            && (before.is_whitespace() || matches!(before, '(' | '[' | '"' | '“' | ',' | '.' | '…' | '!' | '?'));
        before = char;
        if !starts {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches('_');
        let behind = rest[end..].chars().next().unwrap_or(' ');
        // `#c++` and `#c#` go on; `#include <x>`, `#define X` are C.
        let goes_on = matches!(behind, '#' | '/' | '(' | '{' | '=' | '<');
        if is_hashtag(word) && !goes_on && known.insert(word.to_lowercase()) {
            found.push(word.to_owned());
        }
        if found.len() == MAX_TAGS {
            break;
        }
    }
    found
}

fn is_hashtag(word: &str) -> bool {
    let letters = word.chars().filter(|it| it.is_alphabetic()).count();
    let is_colour = matches!(word.len(), 3 | 6 | 8)
        && word.bytes().all(|it| it.is_ascii_hexdigit())
        && word.bytes().any(|it| it.is_ascii_digit());
    let is_directive = matches!(
        word,
        "include" | "define" | "ifdef" | "ifndef" | "endif" | "pragma" | "undef" | "if" | "else" | "elif"
    );
    let is_reference = word.starts_with(|it: char| it.is_ascii_digit()) && letters <= 2;
    letters >= 2 && word.chars().count() <= MAX_TAG_CHARS && !is_colour && !is_directive && !is_reference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_become_tags_each_meaning_once() {
        let categories = [
            "Event Driven",
            "#EventDriven",
            "eventdriven",
            "AWS",
            "Uncategorized",
            "",
            "2024",
            "https://example.org/kind#post",
            " Rust ",
        ];
        assert_eq!(tags(categories), ["Event Driven", "AWS", "Rust"]);
    }

    #[test]
    fn there_is_an_end_to_tags() {
        let many: Vec<String> = (0..90).map(|it| format!("tag {it}x")).collect();
        assert_eq!(tags(many.iter().map(String::as_str)).len(), MAX_TAGS);
        assert_eq!(tags([&*"long ".repeat(20)]), Vec::<String>::new());
    }

    #[test]
    fn hashtags_are_found_in_text() {
        let text = "#AWS is (#EventDriven), said #aws. Ünïcode: #Überblick, #日本! #snake_case_ #100DaysOfCode";
        assert_eq!(hashtags(text), ["AWS", "EventDriven", "Überblick", "日本", "snake_case", "100DaysOfCode"]);
    }

    #[test]
    fn what_only_looks_like_a_hashtag_is_none() {
        let text =
            "PR #143 and #1st; https://example.org/#top a#b #fff000 #c0ffee #include <x> &#39; ## # #x C# #define";
        assert_eq!(hashtags(text), Vec::<String>::new());
    }
}

//! What a query found, shown in its place.

use std::{collections::HashSet, ops::Range};

use unicode_segmentation::UnicodeSegmentation;

use super::{Query, stem::Stemming, tokens::tokens};
use crate::text::cut::collapse_whitespace;

/// The most characters of text in a fragment, marks and backslashes not counted.
const MAX_CHARS: usize = 160;

/// The most fragments of a document.
const MAX_FRAGMENTS: usize = 3;

/// No more matches of one text are looked at.
const MAX_MATCHES: usize = 200;

/// A text that is cut is cut between words of at most so many characters; longer ones (addresses, scripts
/// without spaces) are cut anywhere.
const LONG_WORD_CHARS: usize = 40;

const ELLIPSIS: char = '…';

impl Query {
    /// The places in title, tldr and key points that match, as up to three fragments in Markdown, what
    /// matches in bold: `The **databases** that a\_b needs…`.
    ///
    /// A fragment is one line of one text, of at most 160 characters, cut between words, with `…` where
    /// something was cut; what Markdown would read as markup is escaped in it. The fragment with the most
    /// terms of the query stands first. The language is that of the texts. Where only the body matches, or
    /// nothing is wanted, the list is empty.
    pub fn highlights(&self, title: &str, tldr: &str, key_points: &[String], language: &str) -> Vec<String> {
        let stemming = Stemming::of_language(language);
        let texts = [title, tldr].into_iter().chain(key_points.iter().map(String::as_str));
        let mut fragments: Vec<(usize, String)> = Vec::new();
        for text in texts {
            let text = collapse_whitespace(text);
            let matches = self.matches_in(&text, stemming);
            if matches.is_empty() {
                continue;
            }
            let shown = best_range(&text, &matches);
            let fragment = marked(&text, shown.clone(), &matches);
            if fragments.iter().all(|(_, it)| *it != fragment) {
                fragments.push((terms_within(&matches, &shown), fragment));
            }
        }
        fragments.sort_by_key(|(terms, _)| usize::MAX - terms);
        fragments.into_iter().map(|(_, it)| it).take(MAX_FRAGMENTS).collect()
    }

    fn matches_in(&self, text: &str, stemming: Option<&Stemming>) -> Vec<Match> {
        let tokens: Vec<_> = tokens(text).collect();
        let surfaces: Vec<&str> = tokens.iter().map(|it| it.surface.as_str()).collect();
        let stem = |token| stemming.and_then(|by| by.stem(token));
        let stems: Vec<String> = tokens.iter().map(|it| stem(it).unwrap_or_else(|| it.surface.clone())).collect();
        let mut matches = Vec::new();
        for (term, wanted) in self.wanted().iter().enumerate() {
            let places = wanted.places(&surfaces).chain(wanted.places(&stems));
            matches.extend(places.map(|it| Match { term, at: tokens[it.start].at.start..tokens[it.end - 1].at.end }));
        }
        matches.sort_by_key(|it| (it.at.start, it.term, it.at.end));
        matches.dedup();
        matches.truncate(MAX_MATCHES);
        matches
    }
}

/// A place of a text at which a term is.
#[derive(Debug, PartialEq, Eq)]
struct Match {
    /// Which of the query's terms.
    term: usize,
    /// In bytes.
    at: Range<usize>,
}

fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// How many terms have a match in this range.
fn terms_within(matches: &[Match], range: &Range<usize>) -> usize {
    matches.iter().filter(|it| is_within(&it.at, range)).map(|it| it.term).collect::<HashSet<_>>().len()
}

/// The part of the text to show: all of it where it is short; else the one with the most terms and matches,
/// and what stands around them.
fn best_range(text: &str, matches: &[Match]) -> Range<usize> {
    let cuts = cuts(text);
    if cuts[cuts.len() - 1].chars <= MAX_CHARS {
        return 0..text.len();
    }
    let room = MAX_CHARS - 2; // for an ellipsis on both sides
    let cut_before = |byte: usize| cuts.partition_point(|it| it.byte <= byte) - 1;
    let cut_behind = |byte: usize| cuts.partition_point(|it| it.byte < byte);
    let first_from = |end: usize| cuts.partition_point(|it| it.chars + room < cuts[end].chars);
    let last_from = |start: usize| cuts.partition_point(|it| it.chars <= cuts[start].chars + room) - 1;

    let mut best = None;
    for first in matches {
        let start = cut_before(first.at.start);
        let end = last_from(start);
        let range = cuts[start].byte..cuts[end].byte;
        let within: Vec<&Match> = matches.iter().filter(|it| is_within(&it.at, &range)).collect();
        let worth = (terms_within(matches, &range), within.len());
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            let last = within.iter().map(|it| cut_behind(it.at.end)).max();
            best = Some((worth, start..last.unwrap_or(end)));
        }
    }
    let chosen = best.map_or(0..0, |(_, it)| it);
    let spare = room - (cuts[chosen.end].chars - cuts[chosen.start].chars);
    let start = cuts.partition_point(|it| it.chars + spare / 2 < cuts[chosen.start].chars);
    let end = last_from(start);
    cuts[first_from(end)].byte..cuts[end].byte
}

/// A place where a text may be cut.
#[derive(Debug)]
struct Cut {
    byte: usize,
    /// How many characters stand before it.
    chars: usize,
}

/// The start of the text, and the end of each word with the space behind it.
fn cuts(text: &str) -> Vec<Cut> {
    let is_short = |text: &str| text.chars().nth(LONG_WORD_CHARS).is_none();
    let mut cuts = vec![Cut { byte: 0, chars: 0 }];
    let mut push = |bytes: usize, chars: usize| {
        let Cut { byte, chars: before } = cuts[cuts.len() - 1];
        cuts.push(Cut { byte: byte + bytes, chars: before + chars });
    };
    for word in text.split_inclusive(' ') {
        if is_short(word) {
            push(word.len(), word.chars().count());
            continue;
        }
        for grapheme in word.graphemes(true) {
            if is_short(grapheme) {
                push(grapheme.len(), grapheme.chars().count());
            } else {
                grapheme.chars().for_each(|it| push(it.len_utf8(), 1));
            }
        }
    }
    cuts
}

/// This part of a text in Markdown, with the matches in bold.
fn marked(text: &str, shown: Range<usize>, matches: &[Match]) -> String {
    let is_at_start = shown.start == 0;
    let trimmed = text[shown.clone()].trim();
    let start = shown.start + text[shown].find(trimmed).unwrap_or_default();
    let end = start + trimmed.len();
    let mut fragment = String::with_capacity(trimmed.len() + 32);
    if !is_at_start {
        fragment.push(ELLIPSIS);
    }
    let mut at = start;
    for bold in bold_ranges(text, start..end, matches) {
        escape_into(&mut fragment, &text[at..bold.start]);
        fragment.push_str("**");
        escape_into(&mut fragment, &text[bold.clone()]);
        fragment.push_str("**");
        at = bold.end;
    }
    escape_into(&mut fragment, &text[at..end]);
    if end < text.trim_end().len() {
        fragment.push(ELLIPSIS);
    }
    fragment
}

/// The matches within what is shown, one range for those that touch.
fn bold_ranges(text: &str, shown: Range<usize>, matches: &[Match]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for Match { at, .. } in matches {
        let (start, end) = (at.start.max(shown.start), at.end.min(shown.end));
        match ranges.last_mut() {
            _ if start >= end => {}
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => ranges.push(start..end),
        }
    }
    // `**C++**20` would not end in Markdown: signs are bold only where the word ends with them.
    let is_apart = |it: char| it.is_whitespace() || it.is_ascii_punctuation() || "’”“»«…".contains(it);
    let is_sign = |it: char| it.is_ascii_punctuation();
    for range in &mut ranges {
        if !text[..range.start].chars().next_back().is_none_or(is_apart) {
            range.start = range.end - text[range.clone()].trim_start_matches(is_sign).len();
        }
        if !text[range.end..shown.end].chars().next().is_none_or(is_apart) {
            range.end = range.start + text[range.clone()].trim_end_matches(is_sign).len();
        }
    }
    ranges
}

/// Writes text so that Markdown reads it as text.
fn escape_into(fragment: &mut String, text: &str) {
    for char in text.chars() {
        let starts_block = match char {
            '#' | '+' | '-' => fragment.is_empty(),
            '.' | ')' => !fragment.is_empty() && fragment.bytes().all(|it| it.is_ascii_digit()),
            _ => false,
        };
        if starts_block || matches!(char, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~') {
            fragment.push('\\');
        }
        fragment.push(char);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    fn highlights(query: &str, title: &str, tldr: &str, key_points: &[&str]) -> Vec<String> {
        let key_points: Vec<String> = key_points.iter().map(|&it| it.to_owned()).collect();
        Query::parse(query).expect("the query is short").highlights(title, tldr, &key_points, "en")
    }

    fn title(query: &str, title: &str) -> String {
        highlights(query, title, "", &[]).concat()
    }

    /// What a reader sees of Markdown.
    fn rendered(markdown: &str) -> String {
        let mut text = String::new();
        for event in Parser::new_ext(
            markdown,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES,
        ) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Start(tag) => text.push_str(match tag {
                    pulldown_cmark::Tag::Paragraph => "",
                    pulldown_cmark::Tag::Strong => "{",
                    _ => "<other>",
                }),
                Event::End(pulldown_cmark::TagEnd::Strong) => text.push('}'),
                Event::End(_) => {}
                _ => text.push_str("<other>"),
            }
        }
        text
    }

    #[test]
    fn words_that_match_are_bold_in_any_form() {
        assert_eq!(title("database", "The Databases’ secret"), "The **Databases**’ secret");
        assert_eq!(title("ete cafe", "L’été au café"), "L’**été** au **café**");
        assert_eq!(title("data*", "Database, datum"), "**Database**, datum");
        assert_eq!(title("-secret", "The secret"), "");
        assert_eq!(title("other", "The secret"), "");
    }

    #[test]
    fn a_phrase_is_bold_as_a_whole() {
        assert_eq!(title("node.js", "Node.js and node js, not js"), "**Node.js** and **node js**, not js");
        assert_eq!(title("\"round trips\" trip", "A round trip"), "A **round trip**");
        assert_eq!(title("東京", "東京都の東京湾"), "**東京**都の**東京**湾");
        assert_eq!(title("round trip", "A round trip"), "A **round** **trip**");
    }

    #[test]
    fn markup_in_the_text_is_escaped() {
        assert_eq!(title("b", "*a* b_c <i> [x](y) `z` \\ &amp;"), r"\*a\* **b**\_c \<i\> \[x\](y) \`z\` \\ \&amp;");
        assert_eq!(title("b", "# b"), r"\# **b**");
        assert_eq!(title("b", "- b - c"), r"\- **b** - c");
        assert_eq!(title("b", "12. b 3."), r"12\. **b** 3.");
        assert_eq!(title("c++ 20", "C++20, C++"), "**C++20**, **C++**");
        assert_eq!(title("c++", "C++20, C++"), "**C**++20, **C++**");
    }

    #[test]
    fn the_text_with_the_most_terms_stands_first() {
        let found = highlights("fast safe", "Fast", "Fast and safe.", &["Safe", "Slow", "Fast", "fast"]);
        assert_eq!(found, ["**Fast** and **safe**.", "**Fast**", "**Safe**"]);
    }

    #[test]
    fn a_long_text_is_cut_between_words_around_the_matches() {
        let filler = "word ".repeat(60);
        assert_eq!(
            title("needle", &format!("{filler}a needle, here {filler}")),
            format!("…{}a **needle**, here {}word…", "word ".repeat(14), "word ".repeat(13))
        );
        let end = title("needle haystack", &format!("needle {filler} needle haystack"));
        assert_eq!(end, format!("…{}**needle** **haystack**", "word ".repeat(28)));
        let start = title("needle", &format!("A needle {filler}"));
        assert_eq!(start, format!("A **needle** {}word…", "word ".repeat(28)));
    }

    #[test]
    fn without_spaces_a_text_is_cut_anywhere() {
        let cut = title("針", &format!("{}針{}", "草".repeat(300), "山".repeat(300)));
        assert_eq!(cut, format!("…{}**針**{}…", "草".repeat(78), "山".repeat(79)));
        let zalgo = title("a", &format!("a{} b", "\u{301}".repeat(500)));
        assert_eq!(zalgo.chars().count(), 159 + 4);
    }

    proptest! {
        #[test]
        fn markdown_shows_the_text_with_the_matches_in_bold(
            parts in prop::collection::vec("[a-c]{1,3}|C\\+\\+|[ ]|東|é|.net|[*_`\\[\\]<>&~#+.)1!|:\\\\$^{}=\"'-]", 1..60),
            query in "[a-c]|\"[a-c]{1,2} [a-c]\"|c\\+\\+|東|é|\\.net|[a-c]\\*|1",
        ) {
            let text = collapse_whitespace(&parts.concat());
            for fragment in highlights(&query, &text, "", &[]) {
                let shown = rendered(&fragment);
                let plain = shown.replace(['{', '}'], "");
                let core = plain.trim_start_matches(ELLIPSIS).trim_end_matches(ELLIPSIS);
                prop_assert!(text.replace(['{', '}'], "").contains(core), "{} | {} | {}", text, fragment, shown);
                prop_assert!(shown.contains('{'), "{} | {} | {}", text, fragment, shown);
                prop_assert!(plain.chars().count() <= MAX_CHARS);
            }
        }
    }
}

//! A digest as one text: headings, and items below them, up to a budget of tokens.
//!
//! Titles and texts come from anywhere; whatever is in them, they stand in the result as they read. How the
//! parts look stands in `style`; here they are put together, and cut.

mod page;
mod style;

pub use page::{STYLE, page};

use super::{
    TextFormat,
    tokens::{count_within, longest_within},
};
use style::{Html, Markdown, Plain, Style};

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest<'a> {
    /// Its headline.
    pub title: &'a str,
    /// What it is of, in a line below.
    pub about: String,
    /// In their order.
    pub sections: Vec<Section<'a>>,
}

/// A heading, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The heading.
    pub heading: &'a str,
    /// How many items there are, listed or not.
    pub count: usize,
    /// Those that are listed. Without any, the section is left out, and only counted.
    pub items: Vec<Item<'a>>,
}

/// An entry of a section. Empty texts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its headline.
    pub title: &'a str,
    /// Where the headline leads to: an http or https URL.
    pub url: Option<&'a str>,
    /// Who says so.
    pub source: &'a str,
    /// What it says.
    pub tldr: &'a str,
    /// What it is about.
    pub tags: Vec<&'a str>,
}

/// A digest as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text. It ends with a line's end, as a file does.
    pub value: String,
    /// Whether the budget left something of it out.
    pub truncated: bool,
}

impl Digest<'_> {
    /// All of it, or as many of its first items as are within `max_tokens`, and a line that says how many
    /// are left out. Where not even that line is, `…` alone; never more than the budget.
    pub fn text(&self, format: TextFormat, max_tokens: Option<usize>) -> Written {
        let parts = match format {
            TextFormat::Markdown => Parts::of(self, &Markdown),
            TextFormat::Plain => Parts::of(self, &Plain),
            TextFormat::Html => Parts::of(self, &Html),
        };
        let whole = parts.first(parts.items.len());
        let value = match max_tokens {
            Some(max) if !is_within(&whole, max) => parts.most(max),
            _ => return Written { value: whole, truncated: false },
        };
        Written { value, truncated: true }
    }
}

fn is_within(text: &str, max: usize) -> bool {
    count_within(text, max).is_some()
}

/// The parts of a text, in their order.
struct Parts<'s> {
    head: String,
    /// Each with what has to stand before it: the end of a section, the heading of the next.
    items: Vec<String>,
    /// How many items there are in all.
    count: usize,
    style: &'s dyn Style,
}

impl<'s> Parts<'s> {
    fn of(digest: &Digest, style: &'s dyn Style) -> Self {
        let mut items = Vec::new();
        for section in &digest.sections {
            for (place, item) in section.items.iter().enumerate() {
                let mut part = String::new();
                if place == 0 {
                    if !items.is_empty() {
                        style.end(&mut part);
                    }
                    style.section(section, &mut part);
                }
                style.item(item, &mut part);
                items.push(part);
            }
        }
        let mut head = String::new();
        style.head(digest, &mut head);
        Self { head, items, count: digest.sections.iter().map(|it| it.count).sum(), style }
    }

    /// The text with so many of its items.
    fn first(&self, many: usize) -> String {
        let mut text = self.head.clone();
        text.extend(self.items.iter().take(many).map(String::as_str));
        if many > 0 {
            self.style.end(&mut text);
        }
        if self.count > many {
            self.style.more(self.count - many, &mut text);
        }
        text
    }

    /// The text with as many items as are within the budget.
    fn most(&self, max: usize) -> String {
        let nothing = || if max > 0 { "…".to_owned() } else { String::new() };
        longest_within(max, self.items.len(), |many| self.first(many)).unwrap_or_else(nothing)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::text::tokens::count;

    const FORMATS: [TextFormat; 3] = [TextFormat::Markdown, TextFormat::Plain, TextFormat::Html];

    fn digest() -> Digest<'static> {
        let item = |title, tags| Item {
            title,
            url: Some("https://example.org/a_(b)?c=1&copy;=2"),
            source: "Ledger & Log",
            tldr: "1. Don't *wait*.\nSkip <b>rows</b>.",
            tags,
        };
        let bare = Item { title: "- [x] `a < b`", url: Some("javascript:x()"), ..Item::default() };
        Digest {
            title: "Digest of 4–5 May 2026",
            about: "4 summaries, 2026-05-04 to 2026-05-05 (UTC)".to_owned(),
            sections: vec![
                Section { heading: "R&D", count: 3, items: vec![item("A_b* _c_", vec!["C#", "x_y"]), bare] },
                Section { heading: "Monday", count: 1, items: vec![item("Second", vec![])] },
            ],
        }
    }

    #[test]
    fn markdown_reads_as_what_was_given() {
        insta::assert_snapshot!(digest().text(TextFormat::Markdown, None).value, @r#"
        # Digest of 4–5 May 2026

        4 summaries, 2026-05-04 to 2026-05-05 (UTC)

        ## R&D (3)

        - [A_b\* \_c\_](https://example.org/a_\(b\)?c=1\&copy;=2) — Ledger & Log

          1\. Don't \*wait\*. Skip \<b>rows\</b>.

          Tags: C#, x_y

        - \- \[x\] \`a < b\`

        ## Monday (1)

        - [Second](https://example.org/a_\(b\)?c=1\&copy;=2) — Ledger & Log

          1\. Don't \*wait\*. Skip \<b>rows\</b>.

        … and 1 more
        "#);
    }

    #[test]
    fn plain_text_has_no_marks() {
        insta::assert_snapshot!(digest().text(TextFormat::Plain, None).value, @r#"
        Digest of 4–5 May 2026
        4 summaries, 2026-05-04 to 2026-05-05 (UTC)

        R&D (3)

        * A_b* _c_ — Ledger & Log
          https://example.org/a_(b)?c=1&copy;=2
          1. Don't *wait*. Skip <b>rows</b>.
          Tags: C#, x_y

        * - [x] `a < b`

        Monday (1)

        * Second — Ledger & Log
          https://example.org/a_(b)?c=1&copy;=2
          1. Don't *wait*. Skip <b>rows</b>.

        … and 1 more
        "#);
    }

    #[test]
    fn html_holds_nothing_active() {
        insta::assert_snapshot!(digest().text(TextFormat::Html, None).value, @r#"
        <h1>Digest of 4–5 May 2026</h1>
        <p>4 summaries, 2026-05-04 to 2026-05-05 (UTC)</p>
        <h2>R&amp;D (3)</h2>
        <ul>
        <li><p><a href="https://example.org/a_(b)?c=1&amp;copy;=2">A_b* _c_</a> — Ledger &amp; Log</p>
        <p>1. Don&#39;t *wait*. Skip &lt;b&gt;rows&lt;/b&gt;.</p>
        <p>Tags: C#, x_y</p></li>
        <li><p>- [x] `a &lt; b`</p></li>
        </ul>
        <h2>Monday (1)</h2>
        <ul>
        <li><p><a href="https://example.org/a_(b)?c=1&amp;copy;=2">Second</a> — Ledger &amp; Log</p>
        <p>1. Don&#39;t *wait*. Skip &lt;b&gt;rows&lt;/b&gt;.</p></li>
        </ul>
        <p>… and 1 more</p>
        "#);
    }

    #[test]
    fn a_budget_drops_whole_items_from_the_end_and_says_how_many() {
        let digest = digest();
        let whole = digest.text(TextFormat::Plain, None);
        assert!(!whole.truncated && whole.value.ends_with("\n\n… and 1 more\n"));
        assert_eq!(digest.text(TextFormat::Plain, Some(count(&whole.value))), whole);
        let cut = digest.text(TextFormat::Plain, Some(count(&whole.value) - 1));
        let (kept, _) = whole.value.split_once("\nMonday").expect("a second section");
        assert_eq!(cut.value, format!("{kept}\n… and 2 more\n"));
        assert!(cut.truncated);
    }

    #[test]
    fn a_budget_for_nothing_gives_a_sign_that_something_is_missing() {
        for format in FORMATS {
            let text = |max| digest().text(format, Some(max)).value;
            assert_eq!((text(0).as_str(), text(1).as_str()), ("", "…"));
        }
    }

    #[test]
    fn an_address_of_mail_in_angle_brackets_is_no_link() {
        for title in ["<0@A>", "<.x@example.org> asks", "2 <3 @ 4>", "<@>"] {
            let items = vec![Item { title, url: Some("https://a.example/"), source: "S", ..Item::default() }];
            let section = Section { heading: title, count: 1, items };
            let text =
                Digest { title: "T", about: "A".to_owned(), sections: vec![section] }.text(TextFormat::Markdown, None);
            let expected =
                ["T".to_owned(), "A".to_owned(), format!("{title} (1)"), format!("to https://a.example/: {title} — S")];
            let found: Vec<String> = seen(&text.value).iter().map(|it| it.trim().to_owned()).collect();
            assert_eq!(found, expected, "{}", text.value);
        }
    }

    /// What a reader of Markdown sees: headings, the texts of paragraphs, and where links lead.
    fn seen(markdown: &str) -> Vec<String> {
        let mut seen = vec![String::new()];
        let github = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_HEADING_ATTRIBUTES;
        for event in Parser::new_ext(markdown, github) {
            match event {
                Event::Text(text) => seen.last_mut().expect("a text").push_str(&text),
                Event::Start(Tag::Link { dest_url, .. }) => seen.push(format!("to {dest_url}: ")),
                Event::Start(Tag::Heading { .. } | Tag::Paragraph) => seen.push(String::new()),
                Event::Start(Tag::List(None) | Tag::Item)
                | Event::End(TagEnd::Link | TagEnd::List(_) | TagEnd::Item | TagEnd::Heading(_) | TagEnd::Paragraph) => {
                }
                other => seen.push(format!("{other:?}")),
            }
        }
        seen.retain(|text| !text.is_empty());
        seen
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup(
            title in "[ -~äß]{0,12}[#-/:-@!-~]{0,8}[ -~]{0,8}",
            tldr in "([0-9]{0,2}[.)#>+=~|*_-]{0,3}[ -~äß]{0,30}|&[a-z]{1,4};|https://a\\.b/<_>)",
            path in "[!-~]{0,20}",
        ) {
            let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let url = format!("https://example.org/{path}");
            let item = Item { title: &title, url: Some(&url), source: "S", tldr: &tldr, tags: vec![&title] };
            let section = Section { heading: &title, count: 1, items: vec![item] };
            let digest = Digest { title: "T", about: "A".to_owned(), sections: vec![section] };
            let (title, tldr) = (clean(&title), clean(&tldr));
            let tldr = if tldr == title { String::new() } else { tldr };
            let mut expected = vec!["T".to_owned(), "A".to_owned(), format!("{title} (1)").trim().to_owned()];
            expected.extend([format!("to {url}: {title} — S"), tldr, format!("Tags: {title}")]);
            expected.retain(|it| !it.is_empty());
            let text = digest.text(TextFormat::Markdown, None).value;
            let found: Vec<String> = seen(&text).iter().map(|it| it.trim().to_owned()).collect();
            if !title.is_empty() {
                prop_assert_eq!(found, expected, "{}", text);
            }
            let html = digest.text(TextFormat::Html, None).value;
            prop_assert_eq!(html.matches('<').count(), html.matches('>').count());
        }

        #[test]
        fn no_budget_is_exceeded(sizes in prop::collection::vec((0_usize..6, 0_usize..4), 0..8), max in 0_usize..400) {
            let item = |_| Item { title: "Retries multiply: 3 × 3", source: "Log", tldr: "漢字 <b>…</b>", ..Item::default() };
            let section = |&(items, hidden): &(usize, usize)| Section {
                heading: "C# & co.",
                count: items + hidden,
                items: (0..items).map(item).collect(),
            };
            let digest = Digest { title: "T", about: "A".to_owned(), sections: sizes.iter().map(section).collect() };
            for format in FORMATS {
                let whole = digest.text(format, None);
                let text = digest.text(format, Some(max));
                prop_assert!(count(&text.value) <= max, "{:?}", text);
                prop_assert_eq!(text.truncated, text.value != whole.value);
                prop_assert_eq!(text.truncated, count(&whole.value) > max);
                prop_assert_eq!(digest.text(format, Some(max)), text);
            }
        }
    }
}

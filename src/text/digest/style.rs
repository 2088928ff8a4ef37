//! How the parts of a digest look: in Markdown, as plain text, in HTML. Each paragraph is one line.

use super::{
    super::shown::{self, line, web_address},
    Digest, Item, Section,
};

/// A way to write the parts. Each ends its last line.
pub(super) trait Style {
    fn head(&self, digest: &Digest, text: &mut String);
    fn section(&self, section: &Section, text: &mut String);
    fn item(&self, item: &Item, text: &mut String);
    /// The end of a section.
    fn end(&self, text: &mut String);
    fn more(&self, many: usize, text: &mut String);
}

/// `CommonMark`, of which nothing comes from the texts themselves.
pub(super) struct Markdown;

impl Style for Markdown {
    fn head(&self, digest: &Digest, text: &mut String) {
        text.extend(["# ", &escape(digest.title), "\n\n", &escape(&digest.about), "\n"]);
    }

    fn section(&self, section: &Section, text: &mut String) {
        text.extend(["\n## ", &escape(section.heading), &format!(" ({})\n", section.count)]);
    }

    fn item(&self, item: &Item, text: &mut String) {
        let title = escape(&title(item));
        match link(item) {
            Some(url) => text.extend(["\n- [", &title, "](", &destination(url), ")"]),
            None => text.extend(["\n- ", &title]),
        }
        let [source, tldr, tags] = rest(item).map(|part| escape(&part));
        if !source.is_empty() {
            text.extend([" — ", &source]);
        }
        text.push('\n');
        for paragraph in [tldr, tags] {
            if !paragraph.is_empty() {
                text.extend(["\n  ", &paragraph, "\n"]);
            }
        }
    }

    fn end(&self, _: &mut String) {}

    fn more(&self, many: usize, text: &mut String) {
        text.extend(["\n… and ", &many.to_string(), " more\n"]);
    }
}

/// No marks but a star for each item.
pub(super) struct Plain;

impl Style for Plain {
    fn head(&self, digest: &Digest, text: &mut String) {
        text.extend([&line(digest.title), "\n", &line(&digest.about), "\n"]);
    }

    fn section(&self, section: &Section, text: &mut String) {
        text.extend(["\n", &line(section.heading), &format!(" ({})\n", section.count)]);
    }

    fn item(&self, item: &Item, text: &mut String) {
        let [source, tldr, tags] = rest(item);
        text.extend(["\n* ", &title(item)]);
        if !source.is_empty() {
            text.extend([" — ", &source]);
        }
        text.push('\n');
        for line in [link(item).unwrap_or_default(), &tldr, &tags] {
            if !line.is_empty() {
                text.extend(["  ", line, "\n"]);
            }
        }
    }

    fn end(&self, _: &mut String) {}

    fn more(&self, many: usize, text: &mut String) {
        text.extend(["\n… and ", &many.to_string(), " more\n"]);
    }
}

/// A fragment: headings, paragraphs, lists and links.
pub(super) struct Html;

impl Style for Html {
    fn head(&self, digest: &Digest, text: &mut String) {
        text.extend(["<h1>", &encode(digest.title), "</h1>\n<p>", &encode(&digest.about), "</p>\n"]);
    }

    fn section(&self, section: &Section, text: &mut String) {
        text.extend(["<h2>", &encode(section.heading), &format!(" ({})</h2>\n<ul>\n", section.count)]);
    }

    fn item(&self, item: &Item, text: &mut String) {
        let title = encode(&title(item));
        text.push_str("<li><p>");
        match link(item) {
            Some(url) => text.extend(["<a href=\"", &encode(url), "\">", &title, "</a>"]),
            None => text.push_str(&title),
        }
        let [source, tldr, tags] = rest(item).map(|part| encode(&part));
        if !source.is_empty() {
            text.extend([" — ", &source]);
        }
        text.push_str("</p>");
        for paragraph in [tldr, tags] {
            if !paragraph.is_empty() {
                text.extend(["\n<p>", &paragraph, "</p>"]);
            }
        }
        text.push_str("</li>\n");
    }

    fn end(&self, text: &mut String) {
        text.push_str("</ul>\n");
    }

    fn more(&self, many: usize, text: &mut String) {
        text.extend(["<p>… and ", &many.to_string(), " more</p>\n"]);
    }
}

fn title(item: &Item) -> String {
    shown::title(item.title)
}

/// What stands behind and below a title: the source, the text unless it is the title again, the tags.
fn rest(item: &Item) -> [String; 3] {
    let tags = if item.tags.is_empty() { String::new() } else { format!("Tags: {}", item.tags.join(", ")) };
    let tldr = Some(line(item.tldr)).filter(|tldr| *tldr != line(item.title));
    [line(item.source), tldr.unwrap_or_default(), line(&tags)]
}

/// Where a title leads to, where that is the web.
fn link<'a>(item: &Item<'a>) -> Option<&'a str> {
    item.url.and_then(web_address)
}

/// A text on one line, so that Markdown reads it as that text: no more backslashes than that takes.
fn escape(text: &str) -> String {
    let line = line(text);
    let mut escaped = String::with_capacity(line.len() * 9 / 8);
    let mut before = None;
    let mut is_number = true; // `1.` at the beginning of a line is a list
    for (place, char) in line.char_indices() {
        let after = &line[place + char.len_utf8()..];
        let is_mark = match char {
            '\\' | '`' | '*' | '[' | ']' | '~' => true,
            '_' => !(is_word(before) && is_word(after.chars().next())),
            '<' => {
                after.starts_with(|it: char| it.is_ascii_alphabetic() || "/!?".contains(it)) || begins_address(after)
            }
            '&' => begins_entity(after),
            '#' | '+' | '-' | '>' => place == 0,
            '.' | ')' => is_number && place > 0,
            _ => false,
        };
        is_number &= char.is_ascii_digit();
        if is_mark {
            escaped.push('\\');
        }
        escaped.push(char);
        before = Some(char);
    }
    escaped
}

/// Whether `_` beside it is only a part of a name.
fn is_word(char: Option<char>) -> bool {
    char.is_some_and(char::is_alphanumeric)
}

/// Whether `<` before it begins the link to an address of mail: `<1@example.org>`.
fn begins_address(after: &str) -> bool {
    after.split_once('>').is_some_and(|(inside, _)| inside.contains('@') && !inside.contains([' ', '<']))
}

/// Whether `&` before it begins something like `&amp;` or `&#38;`.
fn begins_entity(after: &str) -> bool {
    let name = after.split_once(';').map_or("", |(name, _)| name);
    !name.is_empty() && name.strip_prefix('#').unwrap_or(name).chars().all(|it| it.is_ascii_alphanumeric())
}

/// A URL as the destination of a link.
fn destination(url: &str) -> String {
    let mut escaped = String::with_capacity(url.len() + 2);
    for (place, char) in url.char_indices() {
        if matches!(char, '\\' | '(' | ')' | '<' | '>') || char == '&' && begins_entity(&url[place + 1..]) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// A text on one line, as HTML shows it, between tags and in attributes.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 9 / 8);
    for char in line(text).chars() {
        match char {
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            '\'' => encoded.push_str("&#39;"),
            other => encoded.push(other),
        }
    }
    encoded
}

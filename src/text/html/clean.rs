//! HTML made harmless: nothing active survives.

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{nesting::flattened, plain::decode_entities};

/// How many bytes making addresses absolute may add to a document, for each of its bytes and to any: a base of
/// two thousand bytes would make gigabytes of a few megabytes of links.
const MAX_ADDED: (usize, usize) = (16, 256 * 1024);

/// HTML that can be shown to anyone: text, links, images, tables, and nothing active.
///
/// Scripts, styles, handlers, frames, objects, forms, classes and addresses that are not `http`, `https`
/// or `mailto` are gone; relative addresses are resolved against `base`, or dropped without one; links
/// get `rel="noopener noreferrer"`; images of one pixel and without address are dropped.
pub fn sanitise(html: &str, base: Option<&Url>) -> String {
    let html = flattened(html);
    let clean = match base.filter(|it| is_affordable(it, &html)) {
        Some(base) => rules(UrlRelative::RewriteWithBase(base.clone())).clean(&html),
        None => WITHOUT_BASE.clean(&html),
    };
    without_pixels(clean.to_string())
}

/// Whether a base may stand in front of all addresses that a document can have.
fn is_affordable(base: &Url, html: &str) -> bool {
    let addresses = html.bytes().filter(|it| *it == b'=').count();
    addresses.saturating_mul(base.as_str().len()) <= html.len().saturating_mul(MAX_ADDED.0).saturating_add(MAX_ADDED.1)
}

/// The address of the first image in sanitised HTML.
pub fn first_image(clean: &str) -> Option<String> {
    let at = clean.find("<img")?;
    let tag = &clean[at..at + tag_end(&clean[at..])];
    attribute(tag, " src=\"").map(|it| decode_entities(it).into_owned())
}

static WITHOUT_BASE: LazyLock<Builder<'static>> = LazyLock::new(|| rules(UrlRelative::Deny));

fn rules(relative: UrlRelative<'static>) -> Builder<'static> {
    let mut rules = Builder::default();
    rules
        .add_clean_content_tags(["iframe", "object", "noscript", "template", "select", "svg", "math", "title"])
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(relative)
        .link_rel(Some("noopener noreferrer"));
    // An address that nobody sees, and that the rules for addresses are not held against.
    for element in ["blockquote", "del", "ins", "q"] {
        rules.rm_tag_attributes(element, ["cite"]);
    }
    rules
}

/// Drops images that nobody sees: they only tell who reads. Works on what the sanitiser wrote, where
/// attributes are quoted and escaped.
fn without_pixels(html: String) -> String {
    if !html.contains("<img") {
        return html;
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find("<img") {
        kept.push_str(&rest[..at]);
        let end = tag_end(&rest[at..]);
        let tag = &rest[at..at + end];
        if is_visible(tag) {
            kept.push_str(tag);
        }
        rest = &rest[at + end..];
    }
    kept.push_str(rest);
    kept
}

/// Where a tag ends, `>` included: `>` may stand inside quotes.
pub(in crate::text) fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// The value of an attribute, as it is written; `name` with its space and quote.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(name).and_then(|(_, after)| after.split('"').next())
}

fn is_visible(tag: &str) -> bool {
    let is_dot =
        |name: &str| attribute(tag, name).is_some_and(|it| matches!(it.trim().trim_end_matches("px"), "0" | "1"));
    let source = attribute(tag, " src=\"").unwrap_or_default();
    let counts_readers =
        ["/~r/", "feedburner.com/~", "pixel.wp.com/", "stats.wordpress.com/", "/pixel.gif", "medium.com/_/stat"];
    !source.is_empty()
        && !is_dot(" width=\"")
        && !is_dot(" height=\"")
        && !counts_readers.iter().any(|it| source.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_survives() {
        let html = concat!(
            "<p onclick=\"x()\" style=\"color:red\" class=\"big\">text</p><script>x()</script><style>p{}</style>",
            "<iframe src=\"https://example.org\">f</iframe><object data=x>o</object><embed src=x><form><input name=a></form>",
            "<a href=\"javascript:x()\">j</a><a href=\"data:text/html,x\">d</a><img src=\"https://example.org/a.png\" onerror=x()>",
            "<svg onload=x()><script>x()</script></svg><math><mi>m</mi></math><!-- c -->",
            "<blockquote cite=\"javascript:x()\">b</blockquote><q cite=\"data:text/html,x\">q</q><ins cite=x>i</ins>"
        );
        let clean = "<p>text</p><a rel=\"noopener noreferrer\">j</a><a rel=\"noopener noreferrer\">d</a><img src=\"https://example.org/a.png\">\
            <blockquote>b</blockquote><q>q</q><ins>i</ins>";
        assert_eq!(sanitise(html, None), clean);
    }

    #[test]
    fn relative_addresses_are_resolved_or_dropped() {
        let html = "<a href=\"/a\">a</a><img src=\"b.png\" alt=\"b\">";
        let base = Url::parse("https://example.org/blog/post").expect("a base");
        let resolved = "<a href=\"https://example.org/a\" rel=\"noopener noreferrer\">a</a><img src=\"https://example.org/blog/b.png\" alt=\"b\">";
        assert_eq!(sanitise(html, Some(&base)), resolved);
        assert_eq!(sanitise(html, None), "<a rel=\"noopener noreferrer\">a</a>");
    }

    #[test]
    fn a_base_that_would_blow_a_document_up_is_not_used() {
        let base = Url::parse(&format!("https://example.org/{}/", "x".repeat(2_000))).expect("a base");
        assert!(sanitise("<a href=b>a</a>", Some(&base)).contains("xxx/b"));
        let many = "<a href=b>a</a>".repeat(10_000);
        assert!(sanitise(&many, Some(&base)).len() < 5 * many.len());
    }

    #[test]
    fn images_that_only_count_readers_are_dropped() {
        let html = concat!(
            "<img src=\"https://t.example/1.gif\" width=\"1\" height=\"1\"><img height='1px' src=https://t.example/2.gif>",
            "<img src=\"https://feeds.feedburner.com/~r/x/~4/y\"><img alt=\"a > b\" src=\"https://t.example/3.png\" width=\"100\">"
        );
        assert_eq!(sanitise(html, None), "<img alt=\"a &gt; b\" src=\"https://t.example/3.png\" width=\"100\">");
    }

    #[test]
    fn broken_html_is_mended() {
        assert_eq!(sanitise("<p>a<b>c</p>d &amp e <", None), "<p>a<b>c</b></p><b>d &amp; e &lt;</b>");
    }
}

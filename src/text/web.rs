//! Addresses on the web: made absolute, and told apart from addresses of other things.

use url::{Host, Url};

/// The longest address that is kept, in bytes: databases keep them in indexes, and browsers take no more.
pub const MAX_URL_LEN: usize = 2_048;

/// Parameters that say where a reader came from, not what the page is. A name that ends in `*` stands
/// for all that begin so.
#[rustfmt::skip]
const TRACKERS: &[&str] = &[
    "utm_*", "_hsenc", "_hsmi", "at_campaign", "at_medium", "cmp", "cmpid", "dclid", "echobox", "fbclid", "ftag", "gad_source",
    "gbraid", "gclid", "gclsrc", "igsh", "igshid", "mc_cid", "mc_eid", "mkt_tok", "mod_rss", "msclkid", "ns_campaign",
    "ns_mchannel", "oly_anon_id", "oly_enc_id", "ref_src", "ref_url", "s_cid", "spm", "srsltid", "ttclid", "twclid",
    "vero_id", "wbraid", "wt_mc", "xtor", "yclid",
];

/// The address of a web page or file as an absolute URL by the WHATWG standard, or `None` where the
/// text names none.
///
/// Relative ones are resolved against `base`; one without scheme (`www.example.org/a`, `//example.org`)
/// becomes `https`, or takes the base's. Refused are schemes other than http and https, credentials, no
/// host, this machine (`localhost`, 127.0.0.1), and more than [`MAX_URL_LEN`] bytes.
pub fn normalise_url(text: &str, base: Option<&Url>) -> Option<String> {
    absolute(text, base).map(String::from)
}

/// As [`normalise_url`], parsed.
pub fn absolute(text: &str, base: Option<&Url>) -> Option<Url> {
    anywhere(text, base).filter(leads_elsewhere)
}

/// The address of a feed in a list of feeds, as [`normalise_url`] has it. It may be on this machine, too: whoever keeps
/// the list may run something there, and whether that is asked is decided where feeds are fetched.
pub fn feed_url(text: &str) -> Option<String> {
    anywhere(text, None).map(String::from)
}

fn anywhere(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim().replace("&amp;", "&");
    if text.is_empty() || text.len() > MAX_URL_LEN {
        return None;
    }
    let url = match Url::parse(&text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => relative(&text, base)?,
        Err(_) => return None,
    };
    is_page(&url).then_some(url)
}

/// A normalised address without what only says where a reader came from: parameters (`utm_*`, `fbclid`,
/// …) and fragments made of those. It leads to the same page.
pub fn without_trackers(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return address.to_owned();
    };
    if let Some(query) = url.query().filter(|query| query.split('&').any(is_tracker)) {
        let telling = telling(query);
        url.set_query((!telling.is_empty()).then_some(telling.as_str()));
    }
    if url.fragment().is_some_and(|fragment| fragment.split('&').any(is_tracker) && telling(fragment).is_empty()) {
        url.set_fragment(None);
    }
    url.into()
}

/// The form of a normalised address under which equal stories are equal. A key to compare, not an
/// address to fetch.
///
/// The scheme becomes `https`; a leading `www.`, a default port, a trailing slash, empty parameters and
/// what [`without_trackers`] takes away go. Everything else tells pages apart and stays as it is: path,
/// case, other parameters and their order, other fragments.
pub fn canonical_url(address: &str) -> String {
    let Ok(url) = Url::parse(&without_trackers(address)) else {
        return address.to_owned();
    };
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches("www.");
    let mut canonical = format!("https://{}", if bare.contains('.') { bare } else { host });
    if let Some(port) = url.port().filter(|&it| it != 443) {
        canonical.extend([":", &port.to_string()]);
    }
    let path = url.path().trim_end_matches('/');
    canonical.push_str(if path.is_empty() { "/" } else { path });
    let parameters = telling(url.query().unwrap_or_default());
    if !parameters.is_empty() {
        canonical.extend(["?", &parameters]);
    }
    if let Some(fragment) = url.fragment().filter(|it| !it.is_empty()) {
        canonical.extend(["#", fragment]);
    }
    canonical
}

/// The parameters that say what the page is.
fn telling(parameters: &str) -> String {
    let telling: Vec<&str> = parameters.split('&').filter(|it| !it.is_empty() && !is_tracker(it)).collect();
    telling.join("&")
}

fn relative(text: &str, base: Option<&Url>) -> Option<Url> {
    let names_host = text.starts_with("www.");
    match base {
        Some(base) if !names_host => base.join(text).ok(),
        _ => {
            let rest = text.strip_prefix("//").unwrap_or(text);
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            looks_like_host(host).then(|| Url::parse(&format!("https://{rest}")).ok()).flatten()
        }
    }
}

/// Whether what stands where a host would is one, and no sentence and no name of a file: `example.org`, not
/// `cover.jpg`.
fn looks_like_host(text: &str) -> bool {
    #[rustfmt::skip]
    const FILES: &[&str] = &[
        "asp", "aspx", "atom", "css", "gif", "htm", "html", "ico", "jpeg", "jpg", "js", "json", "jsp", "m4a", "mp3", "mp4", "ogg", "opml",
        "pdf", "php", "png", "rdf", "rss", "svg", "txt", "webp", "xhtml", "xml",
    ];
    let Some((name, ending)) = text.rsplit_once('.') else { return false };
    let is_file = FILES.iter().any(|it| ending.eq_ignore_ascii_case(it));
    !name.is_empty() && !name.starts_with('.') && !is_file && !text.contains(|it: char| it.is_whitespace() || it == '_')
}

fn is_page(url: &Url) -> bool {
    let is_host = url.host_str().is_some_and(|it| !it.trim_end_matches('.').is_empty());
    let anonymous = url.username().is_empty() && url.password().is_none();
    matches!(url.scheme(), "http" | "https") && is_host && anonymous && url.as_str().len() <= MAX_URL_LEN
}

/// Whether it is not of this machine.
fn leads_elsewhere(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name != "localhost" && !name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => !address.is_loopback() && !address.is_unspecified(),
        Some(Host::Ipv6(address)) => !address.is_loopback() && !address.is_unspecified(),
        None => false,
    }
}

/// Whether a `name=value` only says where a reader came from.
fn is_tracker(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    let listed = TRACKERS.iter().any(|it| match it.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *it,
    });
    listed || (matches!(name.as_str(), "source" | "ref" | "src") && value.to_ascii_lowercase().starts_with("rss"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_blog(text: &str) -> Option<String> {
        let base = Url::parse("http://blog.example/2026/feed.xml").expect("a base");
        normalise_url(text, Some(&base))
    }

    #[test]
    fn a_relative_address_is_resolved_against_the_base() {
        assert_eq!(from_blog("post-1").as_deref(), Some("http://blog.example/2026/post-1"));
        assert_eq!(from_blog("/post-1").as_deref(), Some("http://blog.example/post-1"));
        assert_eq!(from_blog("//cdn.example/a.mp3").as_deref(), Some("http://cdn.example/a.mp3"));
        assert_eq!(from_blog("www.example.org/a").as_deref(), Some("https://www.example.org/a"));
        assert_eq!(
            from_blog(" https://other.example/a b?x=1&amp;y=2 ").as_deref(),
            Some("https://other.example/a%20b?x=1&y=2")
        );
    }

    #[test]
    fn what_only_tracks_readers_is_taken_from_an_address() {
        let cases = [
            ("https://a.example/p?utm_source=feed&id=7&fbclid=x", "https://a.example/p?id=7"),
            ("https://a.example/p?utm_source=feed#utm_medium=rss", "https://a.example/p"),
            ("https://a.example/p/?q=&x=1#part-2", "https://a.example/p/?q=&x=1#part-2"),
        ];
        for (address, bare) in cases {
            assert_eq!(without_trackers(address), bare);
        }
    }

    #[test]
    fn without_a_base_a_host_is_needed() {
        assert_eq!(normalise_url("example.org/a", None).as_deref(), Some("https://example.org/a"));
        assert_eq!(normalise_url("//example.org", None).as_deref(), Some("https://example.org/"));
        assert_eq!(normalise_url("/a", None), None);
        for nothing in
            ["a sentence. With dots", "cover.jpg", "index.html?page=2", "feed_logo.png", ".example", "my_site.example"]
        {
            assert_eq!(normalise_url(nothing, None), None, "{nothing}");
        }
    }

    #[test]
    fn what_names_no_public_page_is_refused() {
        for wrong in [
            "",
            "mailto:a@b.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://localhost:8080/a",
            "http://app.localhost",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://user:secret@example.org/",
            "http://user@example.org/",
            "http://",
            "file:///etc/passwd",
        ] {
            assert_eq!(normalise_url(wrong, None), None, "{wrong}");
        }
        assert_eq!(normalise_url(&format!("https://example.org/{}", "a".repeat(MAX_URL_LEN)), None), None);
    }

    #[test]
    fn equal_stories_have_one_canonical_address() {
        let story = "https://example.org/story?id=7";
        for same in [
            "https://example.org/story?id=7",
            "http://www.example.org/story/?id=7",
            "http://example.org:80/story?utm_source=rss&id=7&utm_medium=feed",
            "https://example.org:443/story?id=7&fbclid=abc#utm_campaign=x",
            "https://EXAMPLE.org/story?id=7&source=rss----1",
            "https://example.org/story?id=7#",
        ] {
            let address = normalise_url(same, None).expect("an address");
            assert_eq!(canonical_url(&address), story, "{same}");
        }
    }

    #[test]
    fn different_pages_stay_different() {
        let pages = [
            "https://example.org/",
            "https://example.org/story",
            "https://example.org/Story",
            "https://example.org/story?id=7",
            "https://example.org/story?id=8",
            "https://example.org/story?source=print",
            "https://example.org/story#part-2",
            "https://example.org/#!/story",
            "https://blog.example.org/story",
            "https://example.org:8443/story",
        ];
        for page in pages {
            assert_eq!(canonical_url(page), page);
        }
    }

    #[test]
    fn a_canonical_address_is_its_own() {
        let once = canonical_url("http://www.www.example.org:443/a//?&utm_x=1#gclid=1");
        assert_eq!(canonical_url(&once), once);
    }
}

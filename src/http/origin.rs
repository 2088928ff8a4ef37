//! Under which address this server is known: as the operator says, or else as whoever asks has called it.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};
use url::Url;

use crate::config;

/// What is known of the address.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    public: Option<Url>,
    listen: SocketAddr,
}

impl Origin {
    /// By the options.
    pub(super) fn of(settings: &config::Http) -> Self {
        Self { public: settings.public_url.clone(), listen: settings.listen }
    }

    /// The address of `/` for whoever sent a request with these headers, and whether it is the same for everybody.
    ///
    /// Without an option it is `Host`, which callers may set to anything: what it stands in is for that caller alone.
    /// What proxies add is not looked at; an operator who has one sets the option.
    pub(super) fn base(&self, headers: &HeaderMap) -> (String, bool) {
        if let Some(public) = &self.public {
            return (public.to_string(), true);
        }
        let host = headers.get(header::HOST).and_then(|host| by_host(host.to_str().ok()?));
        (host.unwrap_or_else(|| format!("http://{}/", self.listen)), false)
    }
}

/// `http://host:port/`, where a text is a host and perhaps a port, and nothing else.
fn by_host(host: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    let is_bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte));
    (is_bare && is_host && url.path() == "/").then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(public: Option<&str>, host: &str) -> (String, bool) {
        let public = public.map(|url| url.parse().expect("a URL"));
        let origin = Origin { public, listen: ([127, 0, 0, 1], 8080).into() };
        origin.base(&HeaderMap::from_iter([(header::HOST, host.parse().expect("a header"))]))
    }

    #[test]
    fn the_operator_says_where_the_server_is() {
        let public = "https://example.org/precis/";
        assert_eq!(base(Some(public), "evil.example"), (public.to_owned(), true));
    }

    #[test]
    fn without_a_word_of_the_operator_it_is_where_it_was_found() {
        for (host, found) in [
            ("localhost:9000", "http://localhost:9000/"),
            ("News.example:80", "http://news.example/"),
            ("[::1]:8080", "http://[::1]:8080/"),
        ] {
            assert_eq!(base(None, host), (found.to_owned(), false));
        }
        for wrong in ["", "a/b", "a?b", "a#b", "me@a", "a b", "a<b>", "a:b", "a'", "\\", "a%2fb"] {
            assert_eq!(base(None, wrong), ("http://127.0.0.1:8080/".to_owned(), false), "{wrong}");
        }
    }
}

//! The section of HTTP: where to listen, what browsers may do, and how much a client may ask for.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use url::Url;

use super::{
    option::{Kind, Section, Setting, Spec, listed, switch},
    source::{ConfigError, Values},
};

/// How content is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where to listen. Port 0 stands for any that is free.
    pub listen: SocketAddr,
    /// Where people find it, ending in `/`; the address by which a request came, if not set.
    pub public_url: Option<Url>,
    /// Which pages of other origins may read answers.
    pub cors: Cors,
    /// Whether there is a page for readers.
    pub page: bool,
    /// Whether agents are answered over the Model Context Protocol.
    pub mcp: bool,
    /// Whether there is a page to try queries on.
    pub graphiql: bool,
    /// The folder of the documents that are trusted: where there is one, no others are answered.
    pub trusted_documents: Option<PathBuf>,
    /// How much a client may ask for.
    pub rate_limit: RateLimit,
    /// Whose word is taken about who asks.
    pub trusted_proxies: Vec<IpNet>,
    /// How many requests are worked on at the same time: 1 to 10,000.
    pub max_requests: usize,
    /// How many connections are open at the same time: 1 to 1,000,000.
    pub max_clients: usize,
    /// How long new connections are taken after the signal to stop: up to 20 s.
    pub stop_delay: Duration,
}

/// The origins whose pages may read answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Everyone's.
    Any,
    /// These, each as in the header `Origin`: `https://example.org`. None, if empty.
    Origins(Vec<String>),
}

/// How much a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// So many points in any 60 s.
    Points(NonZeroU32),
    /// Any number.
    Off,
}

const LISTEN: Setting<SocketAddr> = Setting {
    spec: Spec {
        key: "listen",
        placeholder: "ADDRESS",
        default: "127.0.0.1:8080",
        expects: "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
        help: "Where to listen",
        kind: Kind::Text,
    },
    parse: |text| text.parse().ok(),
};

const PUBLIC_URL: Setting<Option<Url>> = Setting {
    spec: Spec {
        key: "public_url",
        placeholder: "URL",
        default: "",
        expects: "an address that ends in /, such as https://news.example.org/ or https://example.org/precis/",
        help: "Where people find this server, as feeds name it; set it behind a proxy",
        kind: Kind::Text,
    },
    parse: |text| if text.is_empty() { Some(None) } else { folder(text).map(Some) },
};

const CORS_ORIGINS: Setting<Cors> = Setting {
    spec: Spec {
        key: "cors_origins",
        placeholder: "ORIGINS",
        default: "",
        expects: "* or origins with no path, such as https://example.org",
        help: "The origins whose pages may read answers in a browser; * for all",
        kind: Kind::List,
    },
    parse: cors,
};

const PAGE: Setting<bool> = Setting {
    spec: Spec {
        key: "page",
        placeholder: "SWITCH",
        default: "true",
        expects: "true or false",
        help: "Serve a page for readers, at /",
        kind: Kind::Switch,
    },
    parse: switch,
};

const MCP: Setting<bool> = Setting {
    spec: Spec {
        key: "mcp",
        placeholder: "SWITCH",
        default: "true",
        expects: "true or false",
        help: "Answer agents over the Model Context Protocol, at /mcp",
        kind: Kind::Switch,
    },
    parse: switch,
};

const GRAPHIQL: Setting<bool> = Setting {
    spec: Spec {
        key: "graphiql",
        placeholder: "SWITCH",
        default: "true",
        expects: "true or false",
        help: "Serve a page to try queries on, at /graphiql",
        kind: Kind::Switch,
    },
    parse: switch,
};

const TRUSTED_DOCUMENTS: Setting<Option<PathBuf>> = Setting {
    spec: Spec {
        key: "trusted_documents",
        placeholder: "DIR",
        default: "",
        expects: "a folder of .graphql files, or of .json files that hold documents by their ids",
        help: "Answer the documents of this folder alone, by their ids or hashes",
        kind: Kind::Text,
    },
    parse: |text| Some((!text.is_empty()).then(|| text.into())),
};

const RATE_LIMIT: Setting<RateLimit> = Setting {
    spec: Spec {
        key: "rate_limit",
        placeholder: "POINTS",
        default: "600",
        expects: "a whole number from 1 to 1000000, or off",
        help: "How many points a client may take in any 60 seconds; a request takes one at least",
        kind: Kind::Number,
    },
    parse: rate_limit,
};

const TRUSTED_PROXIES: Setting<Vec<IpNet>> = Setting {
    spec: Spec {
        key: "trusted_proxies",
        placeholder: "NETS",
        default: "",
        expects: "addresses and nets, such as 127.0.0.1 or 10.0.0.0/8, but not the net of all addresses",
        help: "The proxies that are believed about who asks: they set X-Forwarded-For or Forwarded",
        kind: Kind::List,
    },
    parse: nets,
};

const MAX_REQUESTS: Setting<usize> = Setting {
    spec: Spec {
        key: "max_requests",
        placeholder: "NUMBER",
        default: "64",
        expects: "a whole number from 1 to 10000",
        help: "How many requests to /graphql and /mcp, for digests and feeds are worked on at the same time; as many may wait, the others are told \
               to come again",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|number| (1..=10_000).contains(number)),
};

const MAX_CLIENTS: Setting<usize> = Setting {
    spec: Spec {
        key: "max_clients",
        placeholder: "NUMBER",
        default: "10000",
        expects: "a whole number from 1 to 1000000",
        help: "How many connections of clients may be open at the same time; at most half of the files that the \
               system lets the process open",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|number| (1..=1_000_000).contains(number)),
};

const STOP_DELAY: Setting<Duration> = Setting {
    spec: Spec {
        key: "stop_delay",
        placeholder: "SECONDS",
        default: "0",
        expects: "a whole number of seconds from 0 to 20",
        help: "How long to take new connections after the signal to stop, while /readyz says no: as long as a \
               balancer needs to notice",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|seconds| *seconds <= 20).map(Duration::from_secs),
};

impl Section for Http {
    const TITLE: &'static str = "HTTP";
    const OPTIONS: &'static [&'static Spec] = &[
        &LISTEN.spec,
        &PUBLIC_URL.spec,
        &CORS_ORIGINS.spec,
        &PAGE.spec,
        &MCP.spec,
        &GRAPHIQL.spec,
        &TRUSTED_DOCUMENTS.spec,
        &RATE_LIMIT.spec,
        &TRUSTED_PROXIES.spec,
        &MAX_REQUESTS.spec,
        &MAX_CLIENTS.spec,
        &STOP_DELAY.spec,
    ];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            listen: values.get(&LISTEN)?,
            public_url: values.get(&PUBLIC_URL)?,
            cors: values.get(&CORS_ORIGINS)?,
            page: values.get(&PAGE)?,
            mcp: values.get(&MCP)?,
            graphiql: values.get(&GRAPHIQL)?,
            trusted_documents: values.get(&TRUSTED_DOCUMENTS)?,
            rate_limit: values.get(&RATE_LIMIT)?,
            trusted_proxies: values.get(&TRUSTED_PROXIES)?,
            max_requests: values.get(&MAX_REQUESTS)?,
            max_clients: values.get(&MAX_CLIENTS)?,
            stop_delay: values.get(&STOP_DELAY)?,
        })
    }
}

/// The address of a folder on the web.
fn folder(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    let is_bare = url.query().is_none() && url.fragment().is_none();
    (is_anonymous && is_bare && url.path().ends_with('/')).then_some(url)
}

/// Origins with commas between them, or `*`.
fn cors(text: &str) -> Option<Cors> {
    match text.trim() {
        "*" => Some(Cors::Any),
        origins => listed(origins).map(origin).collect::<Option<_>>().map(Cors::Origins),
    }
}

/// An origin as browsers write it: in lower case, and without the port that its scheme has anyway.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let origin = url.origin().ascii_serialization();
    // Nothing but the origin. `Url` writes the path of none as `/`.
    (url.as_str().strip_suffix('/')? == origin && !text.ends_with('/')).then_some(origin)
}

/// A number of points, or `off`.
fn rate_limit(text: &str) -> Option<RateLimit> {
    match text {
        "off" => Some(RateLimit::Off),
        points => points.parse().ok().filter(|points: &NonZeroU32| points.get() <= 1_000_000).map(RateLimit::Points),
    }
}

/// Addresses and nets with commas between them.
fn nets(text: &str) -> Option<Vec<IpNet>> {
    listed(text).map(net).collect()
}

/// An address, or a net. An IPv4 net that is written as one of IPv6 is one of IPv4, as addresses are. If all
/// addresses were trusted, callers could give themselves any.
fn net(text: &str) -> Option<IpNet> {
    let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    let net = match net.addr().to_canonical() {
        address @ IpAddr::V4(_) if net.addr().is_ipv6() => {
            IpNet::new(address, net.prefix_len().checked_sub(96)?).ok()?
        }
        _ => net,
    };
    (net.prefix_len() > 0).then(|| net.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_and_nets() {
        let read = |text| nets(text).map(|nets| nets.iter().map(IpNet::to_string).collect::<Vec<_>>().join(" "));
        assert_eq!(read(" ").as_deref(), Some(""));
        assert_eq!(read("127.0.0.1, ::1").as_deref(), Some("127.0.0.1/32 ::1/128"));
        assert_eq!(read("10.1.2.3/8,2001:db8:1::/48").as_deref(), Some("10.0.0.0/8 2001:db8:1::/48"));
        assert_eq!(read("::ffff:10.0.0.0/104,::ffff:127.0.0.1").as_deref(), Some("10.0.0.0/8 127.0.0.1/32"));
        for wrong in
            ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96", "::ffff:10.0.0.0/95", "10.0.0.0/33", "10.0.0", "proxy", "::1,"]
        {
            assert_eq!(nets(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_public_address_is_that_of_a_folder() {
        let read = |text| folder(text).map(String::from);
        assert_eq!(read("https://News.example.org").as_deref(), Some("https://news.example.org/"));
        assert_eq!(read("http://a.example:8080/precis/").as_deref(), Some("http://a.example:8080/precis/"));
        for wrong in [
            "a.example",
            "/precis/",
            "ftp://a.example/",
            "https://a.example/precis",
            "https://me@a.example/",
            "https://a.example/?x",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn origins_are_a_list_or_everyone() {
        assert_eq!(cors(""), Some(Cors::Origins(vec![])));
        assert_eq!(cors(" * "), Some(Cors::Any));
        assert_eq!(
            cors("https://Example.org:443, http://localhost:3000"),
            Some(Cors::Origins(vec!["https://example.org".into(), "http://localhost:3000".into()]))
        );
    }

    #[test]
    fn an_origin_has_a_scheme_and_nothing_behind_the_port() {
        for wrong in [
            "example.org",
            "https://a.org/",
            "https://a.org/path",
            "https://a.org?q",
            "https://me@a.org",
            "ftp://a.org",
            "null",
        ] {
            assert_eq!(cors(wrong), None, "{wrong}");
        }
        assert_eq!(cors("*,https://a.org"), None);
        assert_eq!(cors("https://a.org,,https://b.org"), None);
    }
}

//! The section of fetching: whom requests to sources name, and where they may go.

use url::{Host, Url};

use super::{
    option::{Kind, Section, Setting, Spec, listed, switch},
    source::{ConfigError, Values},
};

/// How sources are fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Where whoever runs a source learns who fetches it, and whom to ask.
    pub contact: Option<Url>,
    /// Hosts that may lie at addresses of this machine and of private networks, and at any port.
    pub hosts: Vec<Host>,
    /// The ports at which all other hosts may be asked.
    pub ports: Vec<u16>,
}

/// Who does what waits to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Whether `precis serve` fetches what is due while it serves.
    pub worker: bool,
}

const CONTACT: Setting<Option<Url>> = Setting {
    spec: Spec {
        key: "fetch_contact",
        placeholder: "URL",
        default: "",
        expects: "the address of a page, such as https://example.org/about-our-fetching",
        help: "A page that says who fetches and whom to ask, for those who run the sources; it stands in User-Agent",
        kind: Kind::Text,
    },
    parse: |text| if text.is_empty() { Some(None) } else { page(text).map(Some) },
};

const HOSTS: Setting<Vec<Host>> = Setting {
    spec: Spec {
        key: "fetch_hosts",
        placeholder: "HOSTS",
        default: "",
        expects: "names and addresses without a port, such as feeds.intranet or 192.168.1.20",
        help: "Hosts that are fetched from although they lie in a private network, or at another port than fetch_ports",
        kind: Kind::List,
    },
    parse: hosts,
};

const PORTS: Setting<Vec<u16>> = Setting {
    spec: Spec {
        key: "fetch_ports",
        placeholder: "PORTS",
        default: "80,443",
        expects: "numbers of ports, such as 80,443,8443",
        help: "The ports at which sources are fetched",
        kind: Kind::List,
    },
    parse: ports,
};

const NO_WORKER: Setting<bool> = Setting {
    spec: Spec {
        key: "no_worker",
        placeholder: "SWITCH",
        default: "false",
        expects: "true or false",
        help: "Serve only: sources are fetched by `precis worker`, or by nobody",
        kind: Kind::Switch,
    },
    parse: switch,
};

impl Section for Fetch {
    const TITLE: &'static str = "Fetching";
    const OPTIONS: &'static [&'static Spec] = &[&CONTACT.spec, &HOSTS.spec, &PORTS.spec];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { contact: values.get(&CONTACT)?, hosts: values.get(&HOSTS)?, ports: values.get(&PORTS)? })
    }
}

impl Section for Work {
    const TITLE: &'static str = "Work";
    const OPTIONS: &'static [&'static Spec] = &[&NO_WORKER.spec];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { worker: !values.get(&NO_WORKER)? })
    }
}

/// A page on the web, which can stand in a header: a URL is plain letters by itself.
fn page(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn hosts(text: &str) -> Option<Vec<Host>> {
    listed(text).map(|host| Host::parse(host).ok()).collect()
}

fn ports(text: &str) -> Option<Vec<u16>> {
    let ports: Vec<u16> = listed(text).map(|port| port.parse().ok().filter(|port| *port > 0)).collect::<Option<_>>()?;
    (!ports.is_empty()).then_some(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_neither_port_nor_path() {
        let read = |text| hosts(text).map(|it| it.iter().map(Host::to_string).collect::<Vec<_>>().join(" "));
        assert_eq!(read(" ").as_deref(), Some(""));
        assert_eq!(read("Feeds.Intranet, 127.0.0.1,[::1]").as_deref(), Some("feeds.intranet 127.0.0.1 [::1]"));
        for wrong in ["feeds.intranet:8080", "http://feeds.intranet", "a/b", "a,,b", "127.0.0.1/8"] {
            assert_eq!(hosts(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_contact_is_a_page_and_a_port_is_a_number() {
        assert_eq!((CONTACT.parse)(""), Some(None));
        assert!(page("https://example.org/about").is_some());
        for wrong in ["me@example.org", "mailto:me@example.org", "https://me:secret@example.org/"] {
            assert_eq!(page(wrong), None, "{wrong}");
        }
        assert_eq!(ports("80, 8443"), Some(vec![80, 8443]));
        for wrong in ["", "0", "65536", "http", "80,"] {
            assert_eq!(ports(wrong), None, "{wrong}");
        }
    }
}

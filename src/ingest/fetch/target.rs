//! Where a request may go, as far as its URL says: schemes, ports, credentials, addresses instead of names.

use std::{net::IpAddr, sync::Arc};

use url::{Host, Url};

use super::{FetchError, is_public};
use crate::config;

/// Where the configuration lets requests go. A clone is the same.
#[derive(Clone, Debug)]
pub(super) struct Targets(Arc<config::Fetch>);

impl Targets {
    pub(super) fn new(settings: &config::Fetch) -> Self {
        Self(Arc::new(settings.clone()))
    }

    /// Refuses a URL that leads where nobody is to go. What is behind a name shows when it is resolved. A
    /// URL has been parsed: whatever way an address was spelt in, it is one by now.
    pub(super) fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        let host = url.host().ok_or(FetchError::Scheme)?;
        if self.is_listed(&host) {
            return Ok(());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !self.0.ports.contains(&port) {
            return Err(FetchError::Port(port));
        }
        let address: Option<IpAddr> = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        };
        if address.is_some_and(|address| !is_public(address)) { Err(FetchError::NotPublic) } else { Ok(()) }
    }

    /// Whether a host of that name may lie anywhere.
    pub(super) fn may_lie_anywhere(&self, name: &str) -> bool {
        self.is_listed(&Host::Domain(name))
    }

    /// A dot at the end says that a name is whole, and changes nothing.
    fn is_listed(&self, host: &Host<&str>) -> bool {
        self.0.hosts.iter().any(|listed| match (listed, host) {
            (Host::Domain(listed), Host::Domain(name)) => {
                listed.trim_end_matches('.').eq_ignore_ascii_case(name.trim_end_matches('.'))
            }
            (Host::Ipv4(listed), Host::Ipv4(address)) => listed == address,
            (Host::Ipv6(listed), Host::Ipv6(address)) => listed == address,
            _ => false,
        })
    }
}

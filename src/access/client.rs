//! Who a request counts as: an address that the caller did not choose.
//!
//! That is the address that the connection comes from; if it is a trusted proxy's, the address that the proxy
//! names; if that one is trusted too, the one before it; and so on. A name that is no address, or is missing,
//! counts as the proxy that gave it.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::forwarded;

/// Those who are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Client {
    /// An address.
    V4(Ipv4Addr),
    /// The first 64 bits of one: a network has 2⁶⁴ of them, and they are all one caller's.
    V6([u16; 4]),
}

impl From<IpAddr> for Client {
    /// An IPv4 address that is written as one of IPv6 is the same client.
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

/// The proxies that say whose requests they pass on, and are believed.
pub(super) struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// All addresses of these nets.
    pub(super) fn new(nets: Vec<IpNet>) -> Self {
        Self(nets)
    }

    /// Whose request came from `peer`. `lines` gives the lines of a header; it is asked only if the peer is trusted.
    ///
    /// A proxy writes one of the two headers and may well pass on the other one as the caller sent it. So both
    /// have to name the same client where both are there; else the request counts as the proxy's own.
    pub(super) fn client<'h>(&self, peer: IpAddr, lines: impl Fn(&'static str) -> Vec<&'h [u8]>) -> Client {
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return peer.into();
        }
        let (list, elements) = (lines("x-forwarded-for"), lines("forwarded"));
        let of_list = (!list.is_empty()).then(|| self.walk(peer, forwarded::of_list(&list)));
        let of_elements = (!elements.is_empty()).then(|| self.walk(peer, forwarded::of_elements(&elements)));
        let client = match (of_list, of_elements) {
            (Some(one), Some(other)) if one != other => peer,
            (one, other) => one.or(other).unwrap_or(peer),
        };
        client.into()
    }

    /// From hop to hop, the nearest first, as long as who names the next one is trusted.
    fn walk(&self, peer: IpAddr, mut hops: impl Iterator<Item = Option<IpAddr>>) -> IpAddr {
        let mut known = peer;
        while self.trust(known)
            && let Some(Some(next)) = hops.next()
        {
            known = next.to_canonical();
        }
        known
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

#[cfg(test)]
mod tests;

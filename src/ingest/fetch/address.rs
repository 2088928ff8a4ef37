//! Which addresses belong to the public internet. Whatever else there is (this machine, private networks,
//! those of providers and of tests, and the forms in which IPv6 carries them) is none of a source's business.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use ipnet::{Ipv4Net, Ipv6Net};

/// IPv4 addresses that are nobody's on the internet (the registry of special-purpose addresses, RFC 6890).
#[rustfmt::skip]
const NOT_PUBLIC_V4: &[&str] = &[
    "0.0.0.0/8",       // this network
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // of a provider, behind whom many share one address
    "127.0.0.0/8",     // this machine
    "169.254.0.0/16",  // this link; and what clouds tell their machines
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // of protocols
    "192.0.2.0/24",    // of documentation
    "192.88.99.0/24",  // where 6to4 was relayed
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // of benchmarks
    "198.51.100.0/24", // of documentation
    "203.0.113.0/24",  // of documentation
    "224.0.0.0/4",     // of many at once
    "240.0.0.0/4",     // reserved; and the broadcast
];

/// Of IPv6, only this was ever given to anybody,
const PUBLIC_V6: &str = "2000::/3";

/// apart from these.
#[rustfmt::skip]
const NOT_PUBLIC_V6: &[&str] = &[
    "2001::/23",     // of protocols: Teredo, benchmarks, ORCHID
    "2001:db8::/32", // of documentation
    "2002::/16",     // 6to4, around any IPv4 address
    "3fff::/20",     // of documentation
];

/// NAT64 on the way to the IPv4 internet: networks without IPv4 give these out for any host that has it.
const NAT64: &str = "64:ff9b::/96";

static NETS: LazyLock<Nets> = LazyLock::new(Nets::read);

struct Nets {
    not_public_v4: Vec<Ipv4Net>,
    public_v6: Option<Ipv6Net>,
    not_public_v6: Vec<Ipv6Net>,
    nat64: Option<Ipv6Net>,
}

impl Nets {
    fn read() -> Self {
        Self {
            not_public_v4: NOT_PUBLIC_V4.iter().filter_map(|net| net.parse().ok()).collect(),
            public_v6: PUBLIC_V6.parse().ok(),
            not_public_v6: NOT_PUBLIC_V6.iter().filter_map(|net| net.parse().ok()).collect(),
            nat64: NAT64.parse().ok(),
        }
    }
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => carried(address).map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NETS.not_public_v4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    NETS.public_v6.is_some_and(|net| net.contains(&address))
        && !NETS.not_public_v6.iter().any(|net| net.contains(&address))
}

/// The IPv4 address to which a connection to this one leads: as systems map it, or through NAT64.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let through_nat64 = || {
        let [.., a, b, c, d] = address.octets();
        NETS.nat64.filter(|net| net.contains(&address)).map(|_| Ipv4Addr::new(a, b, c, d))
    };
    address.to_ipv4_mapped().or_else(through_nat64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_nets_are_nets() {
        let nets = Nets::read();
        assert_eq!((nets.not_public_v4.len(), nets.not_public_v6.len()), (NOT_PUBLIC_V4.len(), NOT_PUBLIC_V6.len()));
        assert!(nets.public_v6.is_some() && nets.nat64.is_some());
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }

    #[test]
    fn all_others_are_not_in_whatever_form() {
        for other in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::1.1.1.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:101:101::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(other.parse().expect("an address")), "{other}");
        }
    }
}

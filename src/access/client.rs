//! Who a request counts as: the address at the other end of its connection, which no caller can choose.

use std::net::{IpAddr, Ipv4Addr};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_one_by_one_and_networks_of_ipv6_as_one() {
        let client = |address: &str| Client::from(address.parse::<IpAddr>().expect("an address"));
        for (one, other, same) in [
            ("203.0.113.1", "203.0.113.1", true),
            ("203.0.113.1", "203.0.113.2", false),
            ("::ffff:203.0.113.1", "203.0.113.1", true),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("::1", "0.0.0.1", false),
        ] {
            assert_eq!(client(one) == client(other), same, "{one} and {other}");
        }
    }
}

//! Whom requests count as, behind proxies that may be believed and others.

use std::net::IpAddr;

use super::{Client, TrustedProxies};

/// The proxies of these tests: two in front, and a net of others.
fn proxies() -> TrustedProxies {
    let nets = ["192.0.2.1/32", "192.0.2.2/32", "10.0.0.0/8", "2001:db8:ffff::/48"];
    TrustedProxies::new(nets.map(|net| net.parse().expect("a net")).to_vec())
}

fn client(address: &str) -> Client {
    address.parse::<IpAddr>().expect("an address").into()
}

/// Who a request from a peer with these lines of the two headers counts as.
fn seen(peer: &str, list: &[&str], elements: &[&str]) -> Client {
    let lines = |name: &str| {
        let lines = if name == "forwarded" { elements } else { list };
        assert!(["forwarded", "x-forwarded-for"].contains(&name), "{name} is not looked at");
        lines.iter().map(|line| line.as_bytes()).collect()
    };
    proxies().client(peer.parse().expect("an address"), lines)
}

#[test]
fn addresses_are_counted_one_by_one_and_networks_of_ipv6_as_one() {
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

#[test]
fn only_trusted_peers_are_believed() {
    let spoofed = (["198.51.100.1"], ["for=198.51.100.1"]);
    for peer in ["203.0.113.1", "::1", "192.0.2.3", "11.0.0.1", "2001:db8:fffe::1"] {
        assert_eq!(seen(peer, &spoofed.0, &spoofed.1), client(peer), "{peer}");
    }
    for peer in ["192.0.2.1", "::ffff:192.0.2.1", "10.255.0.1", "2001:db8:ffff:1::1"] {
        assert_eq!(seen(peer, &spoofed.0, &spoofed.1), client("198.51.100.1"), "{peer}");
    }
}

#[test]
fn the_nearest_address_that_is_no_proxys_counts() {
    let long = format!("{}198.51.100.1, 203.0.113.7, 10.1.1.1", "198.51.100.9, ".repeat(20_000));
    for (lines, counted) in [
        (&["203.0.113.7"][..], "203.0.113.7"),
        (&["203.0.113.7:4711"], "203.0.113.7"),
        (&["2001:db8::7"], "2001:db8::7"),
        (&["[2001:db8::7]:4711"], "2001:db8::7"),
        (&["[2001:db8::7]"], "2001:db8::7"),
        (&["::ffff:203.0.113.7"], "203.0.113.7"),
        // What stands before it may be invented.
        (&["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (&["nonsense,\"198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (&["198.51.100.1,203.0.113.7 ,\t10.1.1.1, ::ffff:10.1.1.2"], "203.0.113.7"),
        (&["198.51.100.1", "203.0.113.7", "10.1.1.1"], "203.0.113.7"),
        (&["203.0.113.7", "", " , "], "203.0.113.7"),
        (&[&long], "203.0.113.7"),
        // A proxy's own request.
        (&["10.1.1.1"], "10.1.1.1"),
        (&["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
    ] {
        assert_eq!(seen("192.0.2.1", lines, &[]), client(counted), "{lines:?}");
    }
}

#[test]
fn a_name_that_is_no_address_counts_as_the_proxy_that_gave_it() {
    for (lines, counted) in [
        (&[][..], "192.0.2.1"),
        (&[""], "192.0.2.1"),
        (&["198.51.100.1, unknown"], "192.0.2.1"),
        (&["198.51.100.1, unknown, 10.1.1.1"], "10.1.1.1"),
        (&["198.51.100.1, 203.0.113.7.1"], "192.0.2.1"),
        (&["198.51.100.1, 203.0.113"], "192.0.2.1"),
        (&["198.51.100.1, 203.0.113.007"], "192.0.2.1"),
        (&["198.51.100.1, 203.0.113.7:port"], "192.0.2.1"),
        (&["198.51.100.1, 203.0.113.7:123456"], "192.0.2.1"),
        (&["198.51.100.1, [203.0.113.7]"], "192.0.2.1"),
        (&["198.51.100.1, [2001:db8::7"], "192.0.2.1"),
        (&["198.51.100.1, [2001:db8::7]4711"], "192.0.2.1"),
        (&["198.51.100.1, fe80::1%eth0"], "192.0.2.1"),
        (&["198.51.100.1, \"203.0.113.7\""], "192.0.2.1"),
        (&["198.51.100.1, 203.0.113.7 203.0.113.8"], "192.0.2.1"),
        (&["198.51.100.1, ２０３.0.113.7"], "192.0.2.1"),
    ] {
        assert_eq!(seen("192.0.2.1", lines, &[]), client(counted), "{lines:?}");
    }
}

#[test]
fn elements_of_forwarded_are_read_as_rfc_7239_writes_them() {
    for (lines, counted) in [
        (&["for=203.0.113.7"][..], "203.0.113.7"),
        (&["For=\"203.0.113.7:4711\""], "203.0.113.7"),
        (&["for=\"[2001:db8::7]\""], "2001:db8::7"),
        (&["for=\"[2001:db8::7]:_port\""], "2001:db8::7"),
        (&["for=[2001:db8::7]"], "2001:db8::7"),
        (&["for=\"203\\.0.113.7\""], "203.0.113.7"),
        (&["proto=https; by=192.0.2.1 ;FOR = 203.0.113.7;host=\"a,b;for=198.51.100.1\\\"\""], "203.0.113.7"),
        (&["for=198.51.100.1, for=203.0.113.7, for=10.1.1.1"], "203.0.113.7"),
        (&["for=198.51.100.1", "for=203.0.113.7,, ,for=10.1.1.1,"], "203.0.113.7"),
        // What stands before it may be invented.
        (&["for=\"nonsense\", for=203.0.113.7"], "203.0.113.7"),
        (&["=;;=, for=203.0.113.7"], "203.0.113.7"),
        (&["host=\"\", for=203.0.113.7"], "203.0.113.7"),
        // No address.
        (&[""], "192.0.2.1"),
        (&["for=unknown"], "192.0.2.1"),
        (&["for=_hidden"], "192.0.2.1"),
        (&["for=198.51.100.1, for=\"_hidden\", for=10.1.1.1"], "10.1.1.1"),
        (&["for=198.51.100.1, proto=https"], "192.0.2.1"),
        (&["for=198.51.100.1, for"], "192.0.2.1"),
        (&["for=198.51.100.1;for=203.0.113.7"], "192.0.2.1"),
        (&["for=\"203.0.113.7\"x"], "192.0.2.1"),
        (&["for=203.0.113.7:_"], "192.0.2.1"),
        (&["xfor=203.0.113.7"], "192.0.2.1"),
        // A quote that is left open takes the line with it, and no other one.
        (&["for=198.51.100.1;host=\", for=203.0.113.7"], "192.0.2.1"),
        (&["for=198.51.100.1;host=\", for=\"203.0.113.7\""], "192.0.2.1"),
        (&["for=198.51.100.1;host=\"\\, for=\"203.0.113.7\""], "192.0.2.1"),
        (&["for=198.51.100.1;host=\"", "for=203.0.113.7"], "203.0.113.7"),
    ] {
        assert_eq!(seen("192.0.2.1", &[], lines), client(counted), "{lines:?}");
    }
}

#[test]
fn two_headers_have_to_agree() {
    for (list, elements, counted) in [
        ("203.0.113.7", "for=203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "for=\"203.0.113.7:80\";proto=https", "203.0.113.7"),
        ("198.51.100.1", "for=203.0.113.7", "192.0.2.1"),
        ("203.0.113.7", "for=unknown", "192.0.2.1"),
        ("203.0.113.7", "", "192.0.2.1"),
        ("", "for=203.0.113.7", "192.0.2.1"),
    ] {
        assert_eq!(seen("192.0.2.1", &[list], &[elements]), client(counted), "{list} and {elements}");
    }
}

#[test]
fn bytes_that_are_no_text_are_no_address() {
    let peer = "192.0.2.1".parse().expect("an address");
    let lines: &[&[u8]] = &[b"198.51.100.1, \xff203.0.113.7"];
    let client = |header: &str| proxies().client(peer, |name| if name == header { lines.to_vec() } else { vec![] });
    assert_eq!((client("x-forwarded-for"), client("forwarded")), (peer.into(), peer.into()));
}

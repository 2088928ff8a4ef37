//! The door: which addresses it connects to, counted at the socket, and how much of an answer it takes.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use precis::{
    config,
    ingest::fetch::{FetchError, Known, Limits, Reply},
};
use url::Url;

use super::{door, settings};
use crate::support::{
    origin::{Does, Names, Origin, answer, packed, redirects, says},
    run_alone,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// A public address that was never given to anybody.
const NOBODY: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 1));

/// Short enough for tests, where time runs out.
const SHORT: Limits =
    Limits { connect: Duration::from_millis(200), all: Duration::from_millis(400), bytes: 64 << 10, requests: 16 };

async fn get(origin: &Origin, path: &str, limits: Limits) -> Result<Reply, FetchError> {
    let door = door(&settings(&["rivers.test", "seas.test"]), &Names::here(&["rivers.test", "seas.test"]), limits);
    door.get(&url(&origin.url("rivers.test", path)), Known::default()).await
}

fn url(text: &str) -> Url {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The innermost error.
fn innermost(error: FetchError) -> FetchError {
    match error {
        FetchError::Behind { fault, .. } => *fault,
        other => other,
    }
}

/// Addresses of this machine, in all the ways that lead to it; `{port}` stands for the port.
const INWARDS: &[&str] = &[
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://127.8.9.10:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::]:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://ⓛocalhost:{port}/",
    "http://inner.test:{port}/",
    "http://mapped.test:{port}/",
    "http://both.test:{port}/",
    "http://me@inner.test:{port}/",
    "http://rivers.test@127.0.0.1:{port}/",
    "http://rivers.test:secret@127.0.0.1:{port}/",
];

/// The names in them.
fn inner_names() -> Names {
    let names = Names::here(&["rivers.test", "inner.test", "localhost", "localhost."]);
    names.put("mapped.test", &[&[Ipv4Addr::LOCALHOST.to_ipv6_mapped().into()]]);
    names.put("both.test", &[&[HERE, Ipv6Addr::LOCALHOST.into()]]);
    names
}

#[test]
fn no_connection_is_made_to_what_is_not_public() {
    run_alone(async || {
        let origin = Origin::start(|_| says(200, &[], "inside"));
        let ports = vec![80, 443, origin.port];
        let closed = door(&config::Fetch { ports, ..settings(&[]) }, &inner_names(), SHORT);
        for form in INWARDS {
            let form = form.replace("{port}", &origin.port.to_string());
            let error = closed.get(&url(&form), Known::default()).await.expect_err(&form);
            assert!(matches!(error, FetchError::NotPublic | FetchError::Credentials), "{form}: {error}");
        }
        let elsewhere = ["file:///etc/passwd", "ftp://inner.test/", "gopher://inner.test/", "data:text/xml,x"];
        for form in elsewhere {
            let error = closed.get(&url(form), Known::default()).await.expect_err(form);
            assert!(matches!(error, FetchError::Scheme), "{form}: {error}");
        }
        let narrow = door(&settings(&[]), &inner_names(), SHORT);
        let error = narrow.get(&url(&origin.url("inner.test", "/")), Known::default()).await.expect_err("a port");
        assert!(matches!(error, FetchError::Port(port) if port == origin.port), "{error}");
        assert_eq!(origin.connections(), 0);

        // The same server is reached where somebody lets it be.
        for host in ["inner.test", "127.0.0.1"] {
            let open = door(&settings(&[host]), &inner_names(), SHORT);
            let reply = open.get(&url(&origin.url(host, "/")), Known::default()).await.expect("an answer");
            assert_eq!((reply.status, reply.body.as_slice()), (200, &b"inside"[..]));
        }
        assert_eq!(origin.connections(), 2);
    });
}

#[test]
fn no_redirect_leads_inwards() {
    run_alone(async || {
        let inner = Origin::start(|_| says(200, &[], "inside"));
        let forms: Vec<String> = INWARDS.iter().map(|form| form.replace("{port}", &inner.port.to_string())).collect();
        let own =
            ["file:///etc/passwd", "//127.0.0.1/", "//[::1]/", "\\\\127.0.0.1\\", "http:127.0.0.1/", "http:///127.1/"];
        let all: Vec<String> = forms.into_iter().chain(own.map(str::to_owned)).collect();
        let targets = all.clone();
        let outer = Origin::start(move |asked| {
            let place: usize = asked.path.trim_start_matches('/').parse().expect("a number");
            // Headers are Latin-1 or what servers take for it: what is none of ASCII goes as UTF-8.
            let target = Url::parse(&targets[place]).map_or_else(|_| targets[place].clone(), String::from);
            redirects(if place.is_multiple_of(2) { 302 } else { 308 }, &target)
        });
        let ports = vec![80, 443, outer.port, inner.port];
        let door = door(&config::Fetch { ports, ..settings(&["rivers.test"]) }, &inner_names(), SHORT);
        for (place, form) in all.iter().enumerate() {
            let start = url(&outer.url("rivers.test", &format!("/{place}")));
            let error = innermost(door.get(&start, Known::default()).await.expect_err(form));
            let refused = matches!(error, FetchError::NotPublic | FetchError::Credentials | FetchError::Scheme);
            assert!(refused, "{form}: {error}");
        }
        assert_eq!((inner.connections(), outer.connections()), (0, all.len()));
    });
}

#[test]
fn a_name_is_resolved_once_and_what_it_turns_into_is_looked_at_again() {
    run_alone(async || {
        let inner = Origin::start(|_| says(200, &[], "inside"));
        let names = Names::default();
        names.put("rebound.test", &[&[NOBODY], &[HERE]]);
        names.put("mixed.test", &[&[HERE, NOBODY]]);
        names.put("empty.test", &[&[]]);
        let ports = vec![inner.port];
        let door = door(&config::Fetch { ports, ..settings(&[]) }, &names, SHORT);
        let ask = async |host: &str| {
            let start = url(&inner.url(host, "/"));
            door.get(&start, Known::default()).await.expect_err("nobody is there")
        };
        let first = ask("rebound.test").await;
        assert!(matches!(first, FetchError::Unreachable(_) | FetchError::TooSlow(_)), "{first}");
        assert_eq!(names.asked(), ["rebound.test"]);
        let second = ask("rebound.test").await;
        assert!(matches!(second, FetchError::NotPublic), "{second}");
        // Of two addresses, the public one alone is tried.
        let mixed = ask("mixed.test").await;
        assert!(matches!(mixed, FetchError::Unreachable(_) | FetchError::TooSlow(_)), "{mixed}");
        for unknown in ["empty.test", "unknown.test"] {
            let error = ask(unknown).await;
            assert!(matches!(error, FetchError::Unresolved(_)), "{error}");
        }
        assert_eq!(inner.connections(), 0);
    });
}

#[test]
fn five_redirects_are_followed_and_six_are_not() {
    run_alone(async || {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/0" => says(200, &[], "here"),
            "/round" => redirects(301, "/round"),
            "/nowhere" => says(301, &[], ""),
            path => {
                let left: u32 = path.trim_start_matches('/').parse().expect("a number");
                redirects(301, &format!("/{}", left - 1))
            }
        });
        let reply = get(&origin, "/5", SHORT).await.expect("an answer");
        assert_eq!((reply.body.as_slice(), reply.url.path()), (&b"here"[..], "/0"));
        assert_eq!(reply.moved_to.as_ref().map(Url::path), Some("/0"));
        for path in ["/6", "/round"] {
            assert!(matches!(get(&origin, path, SHORT).await, Err(FetchError::TooManyRedirects)), "{path}");
        }
        let nowhere = get(&origin, "/nowhere", SHORT).await.expect_err("no answer");
        assert!(matches!(nowhere, FetchError::RedirectToNowhere), "{nowhere}");
    });
}

#[test]
fn an_address_has_moved_as_far_as_redirects_say_for_good() {
    run_alone(async || {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/for-good" => redirects(308, "/for-good-too"),
            "/for-good-too" => redirects(301, "/for-now"),
            "/for-now" => redirects(302, "/again-for-good"),
            "/again-for-good" => redirects(301, "/end"),
            _ => says(200, &[], "here"),
        });
        for (start, moved_to) in
            [("/for-good", Some("/for-now")), ("/for-now", None), ("/again-for-good", Some("/end")), ("/end", None)]
        {
            let reply = get(&origin, start, SHORT).await.expect("an answer");
            assert_eq!((reply.url.path(), reply.moved_to.as_ref().map(Url::path)), ("/end", moved_to), "{start}");
        }
    });
}

#[test]
fn a_body_is_taken_in_any_usual_encoding_and_counted_unpacked() {
    run_alone(async || {
        let text = "Flood. ".repeat(1_000);
        let bomb = vec![0; 20 << 20];
        let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
            ("/gzip", "gzip", packed("gzip", text.as_bytes())),
            ("/deflate", "deflate", packed("deflate", text.as_bytes())),
            ("/gzip-bomb", "gzip", packed("gzip", &bomb)),
            ("/deflate-bomb", "deflate", packed("deflate", &bomb)),
            // Each layer makes a thousandth of it.
            ("/double-bomb", "gzip", packed("gzip", &packed("gzip", &vec![0; 200 << 20]))),
            ("/no-gzip", "gzip", text.clone().into_bytes()),
            ("/broken-gzip", "gzip", packed("gzip", text.as_bytes())[..40].to_vec()),
        ];
        let origin = Origin::start(move |asked| match bodies.iter().find(|(path, ..)| *path == asked.path) {
            Some((_, encoding, body)) => says(200, &[&format!("content-encoding: {encoding}")], body),
            None if asked.path == "/br" => says(200, &["content-encoding: br"], b"\x0b\x02\x80hello\x03"),
            None if asked.path == "/large" => says(200, &[], vec![b'x'; (64 << 10) + 1]),
            None => says(200, &[], vec![b'x'; 64 << 10]),
        });
        for path in ["/gzip", "/deflate"] {
            let reply = get(&origin, path, SHORT).await.expect("an answer");
            assert_eq!(String::from_utf8_lossy(&reply.body), text, "{path}");
        }
        let reply = get(&origin, "/br", SHORT).await.expect("an answer");
        assert_eq!(reply.body, b"hello");
        for path in ["/gzip-bomb", "/deflate-bomb", "/large"] {
            let error = get(&origin, path, SHORT).await.expect_err(path);
            assert!(matches!(error, FetchError::TooLarge(65_536)), "{path}: {error}");
        }
        let double = get(&origin, "/double-bomb", Limits { bytes: 1 << 20, ..SHORT }).await.expect("one layer");
        assert!(double.body.len() < 1 << 20);
        for path in ["/no-gzip", "/broken-gzip"] {
            let error = get(&origin, path, SHORT).await.expect_err(path);
            assert!(matches!(error, FetchError::Broken(_)), "{path}: {error}");
        }
        let reply = get(&origin, "/just-so", SHORT).await.expect("an answer");
        assert_eq!(reply.body.len(), 64 << 10);
        let accepted = origin.asked()[0].header("accept-encoding").expect("a header").to_owned();
        for encoding in ["gzip", "br", "deflate"] {
            assert!(accepted.contains(encoding), "{accepted}");
        }
    });
}

#[test]
fn a_server_that_takes_its_time_is_not_waited_for() {
    run_alone(async || {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/stalls" => Does::Stalls(Vec::new()),
            "/stalls-behind-the-head" => Does::Stalls(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n".to_vec()),
            "/stalls-within" => Does::Stalls(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nabc".to_vec()),
            "/dribbles" => Does::Dribbles(answer(200, &[], "x".repeat(1_000)), Duration::from_millis(20)),
            // Each hop is quick enough, and all of them are not.
            path => {
                let hop: usize = path.trim_start_matches("/hop").parse().expect("a number");
                let to = format!("location: /hop{}", hop + 1);
                Does::Waits(Duration::from_millis(150), answer(302, &[&to], ""))
            }
        });
        for path in ["/stalls", "/stalls-behind-the-head", "/stalls-within", "/dribbles", "/hop0"] {
            let error = innermost(get(&origin, path, SHORT).await.expect_err(path));
            assert!(matches!(error, FetchError::TooSlow(_)), "{path}: {error}");
        }
    });
}

#[test]
fn an_answer_that_is_none_is_broken() {
    run_alone(async || {
        let origin = Origin::start(|asked| {
            Does::Says(match asked.path.as_str() {
                "/nothing" => Vec::new(),
                "/no-http" => b"220 mail.rivers.test ESMTP\r\n".to_vec(),
                "/too-short" => b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\nabc".to_vec(),
                "/no-last-chunk" => b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n".to_vec(),
                "/odd-chunk" => b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n".to_vec(),
                "/endless-head" => [b"HTTP/1.1 200 X\r\n".to_vec(), b"a: b\r\n".repeat(200_000)].concat(),
                other => panic!("{other}"),
            })
        });
        for path in ["/nothing", "/no-http", "/too-short", "/no-last-chunk", "/odd-chunk", "/endless-head"] {
            let error = get(&origin, path, Limits::default()).await.expect_err(path);
            assert!(matches!(error, FetchError::Broken(_)), "{path}: {error}");
        }
    });
}

#[test]
fn a_host_is_asked_one_thing_at_a_time_and_all_hosts_sixteen() {
    run_alone(async || {
        let one = Origin::start(|_| Does::Waits(Duration::from_millis(30), answer(200, &[], "x")));
        let hosts: Vec<String> = (0..40).map(|number| format!("host-{number}.test")).collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let door = door(&settings(&hosts), &Names::here(&hosts), Limits::default());
        let ask = async |host: &str| {
            let path = url(&one.url(host, "/"));
            door.get(&path, Known::default()).await.expect("an answer");
        };
        futures_util::future::join_all((0..6).map(|_| ask("host-0.test"))).await;
        assert_eq!((one.most_at_a_time(), one.connections()), (1, 6));
        futures_util::future::join_all(hosts.iter().map(|host| ask(host))).await;
        assert_eq!(one.most_at_a_time(), 16);
    });
}

#[test]
fn a_request_says_who_asks_and_what_is_known() {
    run_alone(async || {
        let origin = Origin::start(|_| says(304, &[], ""));
        let contact = config::Fetch { contact: Some(url("https://example.org/about")), ..settings(&["rivers.test"]) };
        let names = Names::here(&["rivers.test"]);
        let known = Known { etag: Some("W/\"1\""), last_modified: Some("Sat, 31 Oct 2026 12:00:00 GMT") };
        let reply = door(&contact, &names, SHORT).get(&url(&origin.url("rivers.test", "/")), known).await;
        assert_eq!(reply.expect("an answer").status, 304);
        // What came in a header may be none by now.
        let broken = Known { etag: Some("a\r\nb: c"), last_modified: None };
        door(&settings(&["rivers.test"]), &names, SHORT)
            .get(&url(&origin.url("rivers.test", "/")), broken)
            .await
            .expect("an answer");
        let [first, second] = origin.asked().try_into().expect("two requests");
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            ["user-agent", "if-none-match", "if-modified-since"].map(|name| first.header(name).map(str::to_owned)),
            [
                Some(format!("precis/{version} (+https://example.org/about)")),
                Some("w/\"1\"".to_owned()),
                Some("sat, 31 oct 2026 12:00:00 gmt".to_owned()),
            ]
        );
        let head = ["user-agent", "if-none-match", "b"].map(|name| second.header(name).map(str::to_owned));
        assert_eq!(head, [Some(format!("precis/{version}")), None, None]);
    });
}

#[test]
fn no_error_repeats_what_came_or_where_it_led() {
    run_alone(async || {
        let origin = Origin::start(|asked| match asked.path.as_str() {
            "/inwards" => redirects(301, "http://secret.test/secret"),
            "/mail" => redirects(301, "mailto:secret@secret.test"),
            _ => Does::Says(b"secret secret\r\n\r\n".to_vec()),
        });
        for path in ["/inwards", "/mail", "/no-http"] {
            let error = get(&origin, path, SHORT).await.expect_err(path);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    });
}

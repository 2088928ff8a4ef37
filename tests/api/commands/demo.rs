//! `precis demo`: sample content on a real socket, and nothing left of it afterwards.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::Precis;

/// The query that the README and the demo itself suggest.
const QUERY: &str = r#"{ summaries(filter: {tags: {anyOf: ["backend"]}}) { totalCount nodes { title } } }"#;

#[test]
fn the_demo_answers_at_the_address_that_it_prints_and_leaves_nothing_behind() {
    for signal in ["TERM", "INT"] {
        let precis = Precis::new();
        let mut child = precis.command(&["demo", "--listen", "127.0.0.1:0"]).spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut said = String::new();
        while !said.contains("Ctrl-C") && out.read_line(&mut said).expect("a line") > 0 {}
        let address = address(&said);
        assert!(!address.ends_with(":0"), "{said}");
        assert!(said.contains(&json!({ "query": QUERY }).to_string()), "{said}");
        let folders = || -> Vec<String> {
            let names = fs::read_dir(precis.folder()).expect("a folder");
            names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
        };
        assert!(matches!(folders().as_slice(), [only] if only.starts_with("precis-demo-")), "{:?}", folders());

        let answer = ask(address, QUERY);
        let page = &answer["data"]["summaries"];
        assert_eq!((&page["totalCount"], page["nodes"].as_array().map(Vec::len)), (&json!(14), Some(14)), "{answer}");

        tell(signal, &child);
        let ended = end(child);
        assert_eq!(ended.0, Some(0), "{}", ended.1);
        assert_eq!(folders(), Vec::<String>::new());
        assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    }
}

#[test]
fn a_demo_without_readers_of_its_output_serves_all_the_same() {
    let precis = Precis::new();
    let mut child = precis.command(&["demo", "--listen", "127.0.0.1:0"]).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut log = BufReader::new(child.stderr.take().expect("its log"));
    let mut said = String::new();
    while !said.contains("listening") && log.read_line(&mut said).expect("a line") > 0 {}
    assert!(said.contains("listening"), "{said}");
    tell("TERM", &child);
    assert_eq!(end(child).0, Some(0), "{said}");
}

#[test]
fn an_address_that_is_taken_is_named_and_nothing_is_left_behind() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("an address").to_string();
    let precis = Precis::new();
    let ended = precis.run(&["demo", "--log", "warn", "--listen", &address]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.err.starts_with(&format!("precis: can't listen on {address}: ")), "{}", ended.err);
    assert_eq!(fs::read_dir(precis.folder()).expect("a folder").count(), 0);
}

/// What stands between `http://` and `/graphql`.
fn address(said: &str) -> &str {
    let found = said.split_once("http://").and_then(|(_, rest)| rest.split_once("/graphql"));
    found.map_or_else(|| panic!("no address: {said}"), |(address, _)| address)
}

/// The answer to a query by POST, over a socket.
fn ask(address: &str, query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let mut socket = TcpStream::connect(address).expect("it listens");
    socket.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
    write!(
        socket,
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    serde_json::from_str(body).expect("JSON")
}

/// Sends a signal to a process.
pub(super) fn tell(signal: &str, child: &Child) {
    let kill = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success(), "{kill}");
}

/// The exit code of a process that is about to end, and what it logged. One that does not end within a
/// minute is killed.
pub(super) fn end(mut child: Child) -> (Option<i32>, String) {
    for _ in 0..600 {
        if child.try_wait().expect("a state").is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let in_time = child.try_wait().expect("a state").is_some();
    if !in_time {
        child.kill().expect("it can be killed");
    }
    let output = child.wait_with_output().expect("it ends");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().filter(|_| in_time), log)
}

//! `/metrics` at an address of its own, by the commands that go on until they are told to stop.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::ChildStderr,
};

use super::{
    Precis,
    demo::{end, tell},
};
use crate::metrics::exposition::{Exposition, Format};

#[test]
fn a_worker_and_a_server_show_what_they_count_where_they_are_told() {
    for (command, others) in [("worker", &[][..]), ("serve", &["--listen", "127.0.0.1:0", "--no-worker"])] {
        let precis = Precis::new();
        let arguments = [&[command, "--metrics-listen", "127.0.0.1:0"], others].concat();
        let mut child = precis.command(&arguments).spawn().expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let address = address(&mut log);
        let (head, body) = ask(&address, "/metrics");
        assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("x-content-type-options: nosniff"), "{head}");
        let seen = Exposition::read(&body, Format::Prometheus);
        assert_eq!(seen.get("precis_database_up"), 1);
        assert_eq!(seen.get("precis_http_connections"), 1);
        assert!(seen.get("precis_statements_total{connection=\"writer\"}") > 0, "it made its database");
        assert!(ask(&address, "/graphql").0.starts_with("HTTP/1.1 404 "));

        tell("TERM", &child);
        let ended = end(child);
        assert_eq!(ended.0, Some(0), "{command}: {}", ended.1);
        assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    }
}

#[test]
fn an_address_for_metrics_that_is_taken_ends_the_command() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("an address").to_string();
    let ended = Precis::new().run(&["worker", "--log", "warn", "--metrics-listen", &address]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.err.starts_with(&format!("precis: can't listen on {address}: ")), "{}", ended.err);
}

/// The address that is logged.
fn address(log: &mut BufReader<ChildStderr>) -> String {
    let mut said = String::new();
    while !said.contains("metrics are shown") && log.read_line(&mut said).expect("a line") > 0 {}
    let line = said.lines().find(|line| line.contains("metrics are shown")).unwrap_or_else(|| panic!("{said}"));
    let (_, address) = line.split_once("address=").expect("an address");
    address.split_whitespace().next().expect("an address").to_owned()
}

/// Head and body of the answer.
fn ask(address: &str, path: &str) -> (String, String) {
    let mut socket = TcpStream::connect(address).expect("it listens");
    write!(socket, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
    (head.to_owned(), body.to_owned())
}

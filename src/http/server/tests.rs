//! The server on a socket, with clients of every kind.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use axum::{
    body::{Body, Bytes},
    routing::{any, get},
};
use futures_util::stream;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::*;
use crate::clock::SystemClock;

const SHORT: Limits = Limits {
    head: Duration::from_millis(200),
    write: Duration::from_secs(1),
    drain: Duration::from_millis(600),
    delay: Duration::ZERO,
    connections: 100,
};

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    end: JoinHandle<io::Result<()>>,
}

/// A server whose `/slow` takes that long. The clients below block their thread, so each test needs
/// more than one.
async fn running(slow: Duration) -> Running {
    let slow = get(async move || {
        tokio::time::sleep(slow).await;
        "done"
    });
    serving(SHORT, Router::new().route("/slow", slow)).await
}

/// A server with these routes, and one that is quick.
async fn serving(limits: Limits, more: Router) -> Running {
    let router = more.route("/", get(async || "here"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { stopped.await.expect("the test stops it") };
    let metrics = Metrics::new(Arc::new(SystemClock));
    let end = tokio::spawn(async move { serve_with(limits, listener, router, &metrics, shutdown).await });
    Running { address, stop, end }
}

fn sent(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(bytes.as_bytes()).expect("a request");
    stream
}

/// All that comes until the server closes.
fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an end");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_at_work_finishes_while_no_new_one_is_taken() {
    let Running { address, stop, end } = running(Duration::from_millis(300)).await;
    let slow = sent(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).expect("it runs");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).is_err());

    let answer = rest(slow);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\ndone"), "{answer}");
    end.await.expect("no panic").expect("no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_at_rest_do_not_hold_up_the_end() {
    let Running { address, stop, end } = running(Duration::ZERO).await;
    let mut kept = sent(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(kept.read(&mut [0; 1024]).expect("an answer") > 0);
    let asked = Instant::now();
    stop.send(()).expect("it runs");
    end.await.expect("no panic").expect("no failure");
    assert!(asked.elapsed() < SHORT.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_does_not_hold_up_the_end() {
    let Running { address, stop, end } = running(Duration::from_mins(1)).await;
    let _slow = sent(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).expect("it runs");
    let asked = Instant::now();
    end.await.expect("no panic").expect("no failure");
    let took = asked.elapsed();
    assert!(took >= SHORT.drain && took < Duration::from_secs(30), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_its_head_is_closed() {
    let server = running(Duration::ZERO).await;
    for start in ["", "G", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        assert_eq!(rest(sent(server.address, start)), "", "{start:?}");
    }
}

const QUICK: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Asks again and again until there is room.
fn until_answered(address: SocketAddr) {
    while !rest(sent(address, QUICK)).ends_with("here") {}
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_is_told_so() {
    let limits = Limits { head: Duration::from_mins(1), connections: 1, ..SHORT };
    let server = serving(limits, Router::new()).await;
    let first = TcpStream::connect(server.address).expect("a connection");
    let (head, body) = loop {
        // The first may not be there yet.
        let text = rest(TcpStream::connect(server.address).expect("a connection"));
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            break (head.to_owned(), body.to_owned());
        }
    };
    assert!(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{head}");
    let error = "There are too many connections. Try again in a second.";
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let expected = serde_json::json!({ "message": error, "extensions": { "code": "UNAVAILABLE" } });
    assert_eq!(body, serde_json::json!({ "errors": [expected] }));
    drop(first);
    until_answered(server.address);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_makes_room_for_another() {
    let endless = || Body::from_stream(stream::repeat_with(|| io::Result::Ok(Bytes::from_static(&[b'x'; 8192]))));
    let limits = Limits { write: Duration::from_millis(200), connections: 1, ..SHORT };
    let server = serving(limits, Router::new().route("/endless", get(async move || endless()))).await;
    let mut deaf = sent(server.address, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(deaf.read(&mut [0; 1]).expect("it begins") > 0);
    until_answered(server.address);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_dropped_when_its_client_goes_away() {
    /// Says so when it is dropped.
    struct Work(mpsc::UnboundedSender<&'static str>);

    impl Drop for Work {
        fn drop(&mut self) {
            self.0.send("dropped").expect("the test listens");
        }
    }

    let (says, mut said) = mpsc::unbounded_channel();
    let work = any(async move || {
        let work = Work(says.clone());
        says.send("begun").expect("the test listens");
        std::future::pending::<()>().await;
        drop(work);
    });
    let server = serving(SHORT, Router::new().route("/work", work)).await;
    for request in
        ["GET /work HTTP/1.1\r\nHost: x\r\n\r\n", "POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"]
    {
        let client = sent(server.address, request);
        assert_eq!(said.recv().await, Some("begun"));
        drop(client);
        assert_eq!(said.recv().await, Some("dropped"), "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_body_ends_that_connection_alone() {
    let breaks = || {
        let frames = (0..2)
            .map(|frame| if frame == 0 { io::Result::Ok(Bytes::from_static(b"x")) } else { panic!("on purpose") });
        Body::from_stream(stream::iter(frames))
    };
    let server = serving(SHORT, Router::new().route("/breaks", get(async move || breaks()))).await;
    let mut other = sent(server.address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(other.read(&mut [0; 1024]).expect("an answer") > 0);
    let broken = rest(sent(server.address, "GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert!(!broken.contains("\r\n0\r\n") && !broken.contains("on purpose"), "{broken}");
    other.write_all(QUICK.as_bytes()).expect("it is open");
    assert!(rest(other).ends_with("here"));
}

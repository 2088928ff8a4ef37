//! The application on a real socket, and clients that may behave in any way: bytes go as they are given.

use std::net::SocketAddr;

use precis::{config::Http, http};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::TestApp;

/// The application, served on a socket of its own until it is told to stop.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    end: JoinHandle<()>,
}

/// An answer over a socket.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    /// The head as it came, in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Served {
    pub(crate) async fn start(app: &TestApp, settings: &Http) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let (router, settings, metrics) = (app.router(settings), settings.clone(), app.wired().metrics.clone());
        let end = tokio::spawn(async move {
            let stopped = async { stopped.await.expect("the test says when") };
            http::serve(listener, router, &settings, &metrics, stopped).await.expect("it listens");
        });
        Self { address, stop, end }
    }

    /// Opens a connection and sends these bytes.
    pub(crate) async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(bytes).await.expect("it takes them");
        stream
    }

    /// The answer to these bytes, whose connection is closed behind it.
    pub(crate) async fn answer(&self, bytes: &[u8]) -> Heard {
        heard(self.send(bytes).await).await
    }

    /// The answer to a document.
    pub(crate) async fn ask(&self, query: &str) -> Heard {
        self.answer(&post(query)).await
    }

    /// Tells it to stop.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).expect("it runs");
        self.end
    }
}

impl Heard {
    /// Out of all that came before the connection was closed.
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of its first error.
    pub(crate) fn code(&self) -> Option<String> {
        Some(self.json()["errors"].get(0)?["extensions"]["code"].as_str()?.to_owned())
    }
}

/// The answer on a connection that is closed behind it.
pub(crate) async fn heard(mut stream: TcpStream) -> Heard {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("an end");
    Heard::parse(&text)
}

/// A request whose connection is closed behind the answer.
pub(crate) fn post(query: &str) -> Vec<u8> {
    post_with("connection: close\r\n", query)
}

/// A request with these lines in its head.
pub(crate) fn post_with(lines: &str, query: &str) -> Vec<u8> {
    let body = json!({ "query": query }).to_string();
    let length = body.len();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{lines}content-length: {length}\r\n\r\n"
    );
    (head + &body).into_bytes()
}

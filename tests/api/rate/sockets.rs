//! Whom a request counts as, over real sockets: the address at the other end, and nothing that is sent.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket},
    sync::oneshot,
};

use precis::config::Http;

use super::{QUERY, points};
use crate::{
    both,
    support::{TestApp, app::http_options},
};

both! {
    async fn the_address_of_the_connection_is_what_counts(app: TestApp) {
        let http = Http { rate_limit: points(2), ..http_options() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let server = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let (router, metrics) = (app.router(&http), app.wired().metrics.clone());
        let serving = tokio::spawn(async move {
            precis::http::serve(listener, router, &http, &metrics, async move { drop(stopped.await) }).await
        });

        // All of 127.0.0.0/8 is this machine.
        for (from, spoofed, status, left) in [
            ("127.0.0.1", "192.0.2.1", "200 OK", "\"default\";r=1;t="),
            ("127.0.0.1", "192.0.2.2", "200 OK", "\"default\";r=0;t="),
            ("127.0.0.1", "192.0.2.3", "429 Too Many Requests", "\"default\";r=0;t="),
            ("127.0.0.2", "192.0.2.1", "200 OK", "\"default\";r=1;t="),
            ("127.0.0.1", "192.0.2.4", "429 Too Many Requests", "\"default\";r=0;t="),
        ] {
            let socket = TcpSocket::new_v4().expect("a socket");
            socket.bind(format!("{from}:0").parse().expect("an address")).expect("an address of this machine");
            let mut connection = socket.connect(server).await.expect("a connection");
            let request = format!(
                "POST /graphql HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {spoofed}\r\nforwarded: for={spoofed}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{QUERY}",
                QUERY.len()
            );
            connection.write_all(request.as_bytes()).await.expect("a request");
            let mut answer = String::new();
            connection.read_to_string(&mut answer).await.expect("an answer");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "from {from}: {answer}");
            assert!(answer.contains(&format!("\r\nratelimit: {left}")), "from {from}: {answer}");
        }
        stop.send(()).expect("it runs");
        serving.await.expect("no panic").expect("no failure");
    }
}

//! From a socket to the router, and back to rest: requests at work finish, new ones are not taken.
//!
//! HTTP/1.1 alone: browsers speak HTTP/2 only over TLS, which a reverse proxy ends, and a server that also
//! guesses the version cannot bound the wait for the first bytes.

use std::{future::Future, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How long connections are waited for.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// For the head of a request, counted from the end of the one before: so also for a connection that
    /// is kept open and silent.
    head: Duration,
    /// For requests at work, once the server is to stop.
    drain: Duration,
}

const PATIENCE: Patience = Patience { head: Duration::from_secs(10), drain: Duration::from_secs(25) };

/// Answers requests until `shutdown` is done; then takes no more connections, closes those at rest, and
/// gives requests at work 25 s to finish. The error is that of a listener that cannot be used.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()> + Send) -> io::Result<()> {
    serve_with(PATIENCE, listener, router, shutdown).await
}

/// Done when the process is asked to stop, by SIGTERM or by SIGINT (Ctrl-C). From the call on, these signals
/// no longer end the process by themselves.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping");
    })
}

async fn serve_with(
    patience: Patience,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let mut shutdown = pin!(shutdown);
    let (stop, stopping) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accepted(&listener) => accepted,
        };
        tokio::spawn(connection(accepted, router.clone(), stopping.clone(), patience.head));
    }
    drop(listener);
    drop(stopping);
    stop.send_replace(());

    // Closed when the last connection has dropped its end.
    if tokio::time::timeout(patience.drain, stop.closed()).await.is_err() {
        tracing::warn!(connections = stop.receiver_count(), "stopped before these connections had finished");
    }
    Ok(())
}

/// The next connection, and its peer. Not to get one is a failure of that client, or of a machine out of
/// files, which passes.
async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept a connection; trying again in a second");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Answers the requests of one connection, one after the other. Each of them carries the peer's address.
async fn connection(
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    mut stopping: watch::Receiver<()>,
    head: Duration,
) {
    // Answers are written at once, so waiting to fill packets only costs time.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays without TCP_NODELAY");
    }
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    let end = tokio::select! {
        end = &mut connection => end,
        // An error means that the server is gone, which is a reason to stop as well.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Clients go away in many ways, and none of them is a fault here.
    if let Err(error) = end {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpStream},
        time::Instant,
    };

    use axum::routing::get;
    use tokio::{sync::oneshot, task::JoinHandle};

    use super::*;

    const SHORT: Patience = Patience { head: Duration::from_millis(200), drain: Duration::from_millis(600) };

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        end: JoinHandle<io::Result<()>>,
    }

    /// A server whose `/slow` takes that long. The clients below block their thread, so each test needs
    /// more than one.
    async fn running(slow: Duration) -> Running {
        let router = Router::new().route("/", get(async || "here")).route(
            "/slow",
            get(async move || {
                tokio::time::sleep(slow).await;
                "done"
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move { stopped.await.expect("the test stops it") };
        Running { address, stop, end: tokio::spawn(serve_with(SHORT, listener, router, shutdown)) }
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
}

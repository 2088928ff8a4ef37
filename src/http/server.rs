//! From a socket to the router, and back to rest: requests at work finish, new ones are not taken.
//!
//! HTTP/1.1 alone: browsers speak HTTP/2 only over TLS, which a reverse proxy ends, and a server that also
//! guesses the version cannot bound the wait for the first bytes.
//!
//! A client that goes away is noticed while its request is worked on, and the work is dropped. So is that of
//! one that closes its side of the connection for writing only, which no browser and no library does.

use std::{convert::Infallible, future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::Instant,
};
use tokio_io_timeout::TimeoutStream;

use super::stopping::Stopping;
use crate::{
    config,
    metrics::{Held, Metrics},
};

/// How long connections are waited for, and how many there are.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// For the head of a request, counted from the end of the one before: so also for a connection that
    /// is kept open and silent.
    head: Duration,
    /// For a client to take some of its answer.
    write: Duration,
    /// For requests at work, once the server is to stop.
    drain: Duration,
    /// How much of that goes by before new connections are refused.
    delay: Duration,
    /// How many connections there are at a time.
    connections: usize,
}

const HEAD: Duration = Duration::from_secs(10);
const WRITE: Duration = Duration::from_secs(30);
const DRAIN: Duration = Duration::from_secs(25);

/// The most headers of a request, and the longest head in bytes: an address of 64 KiB, which holds the longest
/// document in any letters, and as much again.
const HEADERS: usize = 100;
const HEAD_BYTES: usize = 128 * 1024;

/// What a connection is told for which there is no room. `Content-Length` is left out: it ends with the
/// connection.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/json; charset=utf-8\r\n\
    x-content-type-options: nosniff\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\r\n\
    {\"errors\":[{\"message\":\"There are too many connections. Try again in a second.\",\
    \"extensions\":{\"code\":\"UNAVAILABLE\"}}]}";

/// How many connections may be told so at a time, and for how long. The others are closed.
const TURNED_AWAY: usize = 256;
const TURN_AWAY: Duration = Duration::from_secs(1);

/// How many connections an address has that is for metrics alone.
const WATCHERS: usize = 64;
/// For requests at work there, once the server is to stop: what is shown takes no longer.
const WATCHED: Duration = Duration::from_secs(3);

/// Answers requests until `shutdown` is done; then takes no more connections, closes those at rest, and
/// gives requests at work 25 s to finish. The error is that of a listener that cannot be used.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: &config::Http,
    metrics: &Metrics,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let limits = Limits {
        head: HEAD,
        write: WRITE,
        drain: DRAIN,
        delay: settings.stop_delay,
        connections: within_files(settings.max_clients),
    };
    serve_with(limits, listener, router, metrics, shutdown).await
}

/// The same at an address that is for metrics alone.
pub async fn serve_metrics(
    listener: TcpListener,
    router: Router,
    metrics: &Metrics,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "metrics are shown");
    let limits = Limits { head: HEAD, write: WRITE, drain: WATCHED, delay: Duration::ZERO, connections: WATCHERS };
    serve_with(limits, listener, router, metrics, shutdown).await
}

/// As many connections as asked for, if the system lets the process have so many files open. The other half
/// of them is for the database.
fn within_files(wanted: usize) -> usize {
    let files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => usize::try_from(files).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!(%error, "the number of files that may be open is not known");
            return wanted;
        }
    };
    let most = files / 2;
    if most < wanted {
        tracing::warn!(files, clients = most, "no more clients at a time, as no more files may be open (ulimit -n)");
    }
    wanted.min(most)
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
    limits: Limits,
    listener: TcpListener,
    router: Router,
    metrics: &Metrics,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let stopping = Stopping::default();
    let room = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(());
    let serve = |stream, peer, place| {
        let place = Place { _room: place, _counted: metrics.client() };
        connection((stream, peer), (router.clone(), stopping.clone()), stopped.clone(), limits, place)
    };
    tokio::select! {
        () = shutdown => {}
        never = accept(&listener, &room, &serve) => match never {},
    }
    let end = Instant::now() + limits.drain;
    stopping.begin();
    if let Ok(never) = tokio::time::timeout(limits.delay, accept(&listener, &room, &serve)).await {
        match never {}
    }
    drop(listener);
    drop(stopped);
    stop.send_replace(());

    // Closed when the last connection has dropped its end.
    if tokio::time::timeout_at(end, stop.closed()).await.is_err() {
        tracing::warn!(connections = stop.receiver_count(), "stopped before these connections had finished");
    }
    Ok(())
}

/// What a connection takes of the room, and that it is counted.
struct Place {
    _room: OwnedSemaphorePermit,
    _counted: Held,
}

/// Serves whoever comes, as far as there is room.
async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
    serve: &impl Fn(TcpStream, SocketAddr, OwnedSemaphorePermit) -> F,
) -> Infallible {
    let outside = Arc::new(Semaphore::new(TURNED_AWAY));
    loop {
        let (stream, peer) = accepted(listener).await;
        if let Ok(place) = room.clone().try_acquire_owned() {
            tokio::spawn(serve(stream, peer, place));
        } else if let Ok(place) = outside.clone().try_acquire_owned() {
            tokio::spawn(turn_away(stream, place));
        }
    }
}

/// Says that there is no room. What the client sends is read and thrown away: a connection that is closed with
/// something unread takes back what was written to it.
async fn turn_away(mut stream: TcpStream, _place: OwnedSemaphorePermit) {
    let told = async {
        stream.write_all(NO_ROOM).await?;
        stream.shutdown().await?;
        io::copy(&mut stream.take(HEAD_BYTES as u64), &mut io::sink()).await
    };
    if let Ok(Err(error)) = tokio::time::timeout(TURN_AWAY, told).await {
        tracing::debug!(%error, "a connection too many went without an answer");
    }
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

/// Answers the requests of one connection, one after the other. Each of them carries the peer's address. `_place`
/// is held until it ends.
async fn connection(
    (stream, peer): (TcpStream, SocketAddr),
    (router, stopping): (Router, Stopping),
    mut stopped: watch::Receiver<()>,
    limits: Limits,
    _place: Place,
) {
    // Answers are written at once, so waiting to fill packets only costs time.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays without TCP_NODELAY");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        stopping.clone().answer(router.clone(), request)
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_headers(HEADERS)
            .max_header_size(HEAD_BYTES)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(Box::pin(stream)), service)
            .with_upgrades()
    );
    let end = tokio::select! {
        end = &mut connection => end,
        // An error means that the server is gone, which is a reason to stop as well.
        _ = stopped.changed() => {
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
mod tests;

//! The body of a request: how long it may be, how long it may take to arrive, and what becomes of the rest
//! of one that is too long.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream, HttpBody},
    http::{HeaderMap, header},
};
use futures_util::StreamExt;

use super::{
    load::{Load, SHORT_BODY},
    refusal::{Code, Refusal},
};

/// The longest body of a request, in bytes.
const LIMIT: usize = 256 * 1024;

/// How much of a longer one is read and thrown away, in bytes: who is still sending when the connection is
/// closed does not get to see why.
const LINGER: usize = 16 * 1024 * 1024;

/// How long a body may take to arrive, and the rest of one that is too long.
const PATIENCE: Duration = Duration::from_secs(10);

/// The whole body, or a refusal; also where it is one of too many long ones. Never holds more than the limit
/// and one frame.
pub(super) async fn arrived(headers: &HeaderMap, body: Body, load: &Load) -> Result<Vec<u8>, Refusal> {
    arrived_within(PATIENCE, headers, body, load).await
}

async fn arrived_within(patience: Duration, headers: &HeaderMap, body: Body, load: &Load) -> Result<Vec<u8>, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut frames = body.into_data_stream();
    let collected = tokio::time::timeout(patience, collect(&mut frames, announced, load)).await.unwrap_or_else(|_| {
        let seconds = patience.as_secs_f32();
        Err(Refusal::new(Code::RequestTimeout, format!("The body did not arrive within {seconds} s. Send it faster.")))
    });
    // Who waits to be told to send the body has not sent any.
    if collected.as_ref().is_err_and(Refusal::is_too_large) && !headers.contains_key(header::EXPECT) {
        // Whatever comes of it, the refusal is the same.
        let _ = tokio::time::timeout(patience, discard(&mut frames)).await;
    }
    collected
}

async fn collect(frames: &mut BodyDataStream, announced: usize, load: &Load) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let message = format!("The body has more than {LIMIT} bytes, and no more are read. Send less.");
        Refusal::new(Code::PayloadTooLarge, message)
    };
    if announced > LIMIT {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(announced.min(SHORT_BODY));
    let mut room = None;
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(|_| Refusal::new(Code::BadRequest, "The body broke off. Send it again."))?;
        if bytes.len() + frame.len() > LIMIT {
            return Err(too_large());
        }
        if bytes.len() + frame.len() > SHORT_BODY && room.is_none() {
            room = Some(load.admit_long_body().await?);
        }
        bytes.extend_from_slice(&frame);
    }
    drop(room);
    Ok(bytes)
}

async fn discard(frames: &mut BodyDataStream) {
    let mut left = LINGER;
    while let Some(Ok(frame)) = frames.next().await {
        left = match left.checked_sub(frame.len()) {
            Some(left) => left,
            None => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use axum::body::Bytes;
    use futures_util::stream;

    use super::*;
    use crate::{clock::SystemClock, metrics::Metrics};

    fn load() -> Load {
        Load::new(1, Metrics::new(Arc::new(SystemClock)))
    }

    /// A body whose length is not announced.
    fn frames(sizes: &[usize]) -> Body {
        let frames: Vec<_> = sizes.iter().map(|size| io::Result::Ok(Bytes::from(vec![b'x'; *size]))).collect();
        Body::from_stream(stream::iter(frames))
    }

    async fn read(body: Body) -> Result<usize, Refusal> {
        arrived(&HeaderMap::new(), body, &load()).await.map(|bytes| bytes.len())
    }

    fn too_large() -> Refusal {
        let message = "The body has more than 262144 bytes, and no more are read. Send less.";
        Refusal::new(Code::PayloadTooLarge, message)
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(read(frames(&[LIMIT - 1, 1])).await, Ok(LIMIT));
        assert_eq!(read(frames(&[LIMIT, 1])).await, Err(too_large()));
        assert_eq!(read(Body::from(vec![b'x'; LIMIT + 1])).await, Err(too_large()));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_or_does_not_come_is_refused() {
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(io::Error::other("gone"))]));
        let message = "The body broke off. Send it again.";
        assert_eq!(read(broken).await, Err(Refusal::new(Code::BadRequest, message)));

        let silent = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let message = "The body did not arrive within 0.25 s. Send it faster.";
        let late = Err(Refusal::new(Code::RequestTimeout, message));
        assert_eq!(arrived_within(Duration::from_millis(250), &HeaderMap::new(), silent, &load()).await, late);
    }

    /// How many bytes of an endless body are read.
    async fn bytes_read(headers: HeaderMap) -> usize {
        const FRAME: usize = 16 * 1024;
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let endless = stream::repeat_with(move || {
            counter.fetch_add(FRAME, Ordering::Relaxed);
            io::Result::Ok(Bytes::from_static(&[b'x'; FRAME]))
        });
        assert_eq!(arrived(&headers, Body::from_stream(endless), &load()).await, Err(too_large()));
        read.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn the_rest_of_a_body_that_is_too_long_is_thrown_away_up_to_a_bound() {
        let read = bytes_read(HeaderMap::new()).await;
        assert!((LINGER..LINGER + 2 * LIMIT).contains(&read), "{read} bytes");
        let waiting = HeaderMap::from_iter([(header::EXPECT, "100-continue".parse().expect("a header"))]);
        let read = bytes_read(waiting).await;
        assert!(read <= 2 * LIMIT, "{read} bytes");
    }
}

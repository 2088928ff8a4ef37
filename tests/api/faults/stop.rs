//! The time between the signal to stop and the end.

use std::time::Duration;

use precis::config::Http;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{QUICK, SLOW, make_quick, make_slow};
use crate::{
    both,
    support::{
        TestApp, app,
        socket::{Heard, Served, heard, post, post_with},
    },
};

const READY: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";

both! {
    async fn whoever_asks_is_told_and_served_until_new_connections_are_refused(app: TestApp) {
        let served = Served::start(&app, &Http { stop_delay: Duration::from_secs(5), ..app::http_options() }).await;
        let mut kept = served.send(READY).await;
        assert_eq!(one(&mut kept).await.body, "ok\n");
        let address = served.address;
        let end = served.stop();

        kept.write_all(&post_with("", QUICK)).await.expect("it is open");
        let last = heard(kept).await;
        assert_eq!((last.status, last.header("connection")), (200, Some("close")));
        let mut new = TcpStream::connect(address).await.expect("it still listens");
        new.write_all(READY).await.expect("it reads");
        let ready = heard(new).await;
        assert_eq!((ready.status, ready.body.as_str()), (503, "stopping\n"));
        assert_eq!((ready.header("connection"), ready.header("x-content-type-options")), (Some("close"), Some("nosniff")));

        end.await.expect("it ends");
        assert!(TcpStream::connect(address).await.is_err());
    }

    async fn what_is_being_read_is_finished(app: TestApp) {
        make_slow(&app).await;
        let served = Served::start(&app, &app::http_options()).await;
        // Waits for the slow one, then for nothing.
        let asked = served.send(&post(SLOW)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let end = served.stop();
        let heard = heard(asked).await;
        assert_eq!(heard.status, 504, "{heard:?}");
        end.await.expect("it ends");
        make_quick(&app).await;
    }
}

/// The next answer on a connection that stays open.
async fn one(stream: &mut TcpStream) -> Heard {
    let mut bytes = [0; 4096];
    let length = stream.read(&mut bytes).await.expect("an answer");
    Heard::parse(std::str::from_utf8(&bytes[..length]).expect("text"))
}

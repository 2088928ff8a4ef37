//! `/metrics` at an address of its own, for as long as a command goes on.

use std::io;

use futures_util::FutureExt;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{Failure, serve::listen};
use crate::{app::App, config, http};

/// The server of that address, where there is one.
pub(super) struct Shown(Option<Serving>);

struct Serving {
    /// Dropped, it is to stop.
    work: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Shown {
    /// Begins to show what is counted, if that has an address.
    pub(super) async fn start(app: &App, settings: config::Metrics) -> Result<Self, Failure> {
        let Some(address) = settings.listen else { return Ok(Self(None)) };
        let listener = listen(address).await?;
        let (router, metrics) = (http::metrics_router(app.scraper()), app.metrics.clone());
        let (work, stop) = oneshot::channel();
        let stop = stop.map(|_| ());
        let task = tokio::spawn(async move { http::serve_metrics(listener, router, &metrics, stop).await });
        Ok(Self(Some(Serving { work, task })))
    }

    /// Tells it to stop, and waits until it has.
    pub(super) async fn end(self) -> Result<(), Failure> {
        let Some(Serving { work, task }) = self.0 else { return Ok(()) };
        drop(work);
        Ok(task.await.map_err(io::Error::other)??)
    }
}

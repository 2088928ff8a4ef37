//! `precis worker`: fetches what is due and has summaries written, until it is told to stop, and shows what it counts
//! where it is told to. `precis serve` does the same beside serving.

use std::{process::ExitCode, rc::Rc, sync::Arc, thread};

use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::oneshot};

use super::{Failure, metrics::Shown, start};
use crate::{
    app::App,
    config::{CategoryArgs, Config, DatabaseArgs, FetchArgs, MetricsArgs, SummariesArgs},
    http,
    ingest::fetch::{Limits, SystemResolver},
    jobs::{Work, run_worker},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) fetch: FetchArgs,
    #[command(flatten)]
    pub(super) summaries: SummariesArgs,
    #[command(flatten)]
    pub(super) categories: CategoryArgs,
    #[command(flatten)]
    pub(super) metrics: MetricsArgs,
}

pub(super) async fn run(config: &Config) -> Result<ExitCode, Failure> {
    let stop = http::shutdown_signal()?;
    let app = start(config).await?;
    let metrics = Shown::start(&app, config.metrics).await?;
    let worker = Background::start(&app, config)?;
    stop.await;
    worker.end().await;
    let shown = metrics.end().await;
    app.close().await;
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// A worker with a thread to itself: what it computes keeps nobody waiting who has asked something.
pub(super) struct Background {
    /// Dropped, it is to stop.
    work: oneshot::Sender<()>,
    /// Nothing is ever sent, but the other end is dropped, also by a panic.
    end: oneshot::Receiver<()>,
}

impl Background {
    /// Starts to work.
    pub(super) fn start(app: &App, config: &Config) -> Result<Self, Failure> {
        let poller = app.poller(&config.fetch, Arc::new(SystemResolver), Limits::default())?;
        let model = config.summaries.model.as_ref();
        let summariser = model.map(|model| app.summariser(model)).transpose()?;
        tracing::info!(summaries.model = model.map(|model| &*model.name), "sources that are due are fetched");
        let (jobs, runtime) = (app.jobs.clone(), Handle::current());
        let ((work, stop), (ended, end)) = (oneshot::channel(), oneshot::channel::<()>());
        let stop = stop.map(|_| ());
        thread::Builder::new().name("worker".to_owned()).spawn(move || {
            let mut works: Vec<Rc<dyn Work>> = vec![Rc::new(poller)];
            works.extend(summariser.map(|it| Rc::new(it) as Rc<dyn Work>));
            runtime.block_on(run_worker(jobs, works, stop));
            drop(ended);
        })?;
        Ok(Self { work, end })
    }

    /// Tells it to stop, and waits until it has.
    pub(super) async fn end(self) {
        drop(self.work);
        let _ = self.end.await;
    }
}

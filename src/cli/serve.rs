//! `precis serve`: the API over HTTP, until it is told to stop; and beside it the worker, unless nobody wants it.

use std::{net::SocketAddr, panic::AssertUnwindSafe, process::ExitCode, time::Duration};

use futures_util::FutureExt;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Failure, metrics::Shown, start, worker::Background};
use crate::{
    app::App,
    config::{CategoryArgs, Config, DatabaseArgs, FetchArgs, HttpArgs, MetricsArgs, SummariesArgs, WorkArgs},
    content::Content,
    http,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) http: HttpArgs,
    #[command(flatten)]
    pub(super) fetch: FetchArgs,
    #[command(flatten)]
    pub(super) work: WorkArgs,
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
    let listener = listen(config.http.listen).await?;
    let worker = config.work.worker.then(|| Background::start(&app, config)).transpose()?;
    serve(app, worker, listener, config, stop).await
}

/// A socket at the address that is wanted.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })
}

/// Serves until it is to stop.
pub(super) async fn serve(
    app: App,
    worker: Option<Background>,
    listener: TcpListener,
    config: &Config,
    stop: impl Future<Output = ()> + Send,
) -> Result<ExitCode, Failure> {
    let router = app.router(&config.http, config.metrics)?;
    let metrics = Shown::start(&app, config.metrics).await?;
    let follow = tokio::spawn(follow_names(app.content.clone()));
    // It gives its leases back at once, while requests that are at work are finished.
    let stop = stop.shared();
    let (over, is_over) = oneshot::channel::<()>();
    let serving = async {
        let served = http::serve(listener, router, &config.http, &app.metrics, stop.clone()).await;
        drop(over);
        served
    };
    let working = async {
        tokio::select! {
            () = stop.clone() => {}
            _ = is_over => {}
        }
        if let Some(worker) = worker {
            worker.end().await;
        }
    };
    let (served, ()) = tokio::join!(serving, working);
    follow.abort();
    let shown = metrics.end().await;
    app.close().await;
    served?;
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// Follows the names for as long as it runs: without that, answers would grow old unseen.
async fn follow_names(content: Content) {
    loop {
        // It ends by a panic alone, of which there is a line in the log.
        if AssertUnwindSafe(content.follow_names()).catch_unwind().await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

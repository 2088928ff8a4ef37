//! `precis serve`: the API over HTTP, until it is told to stop.

use std::{net::SocketAddr, panic::AssertUnwindSafe, process::ExitCode, time::Duration};

use futures_util::FutureExt;
use tokio::net::TcpListener;

use super::Failure;
use crate::{
    app::App,
    clock::SystemClock,
    config::{Config, DatabaseArgs, Http, HttpArgs},
    content::Content,
    http,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) http: HttpArgs,
}

pub(super) async fn run(config: &Config) -> Result<ExitCode, Failure> {
    let stop = http::shutdown_signal()?;
    let app = App::start(&config.database, SystemClock, None).await?;
    let listener = listen(&config.http).await?;
    serve(app, listener, &config.http, stop).await
}

/// A socket at the address that is wanted.
pub(super) async fn listen(http: &Http) -> Result<TcpListener, Failure> {
    let address: SocketAddr = http.listen;
    TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })
}

/// Serves until it is to stop.
pub(super) async fn serve(
    app: App,
    listener: TcpListener,
    settings: &Http,
    stop: impl Future<Output = ()> + Send,
) -> Result<ExitCode, Failure> {
    let router = app.router(settings)?;
    let follow = tokio::spawn(follow_names(app.content.clone()));
    let served = http::serve(listener, router, settings, stop).await;
    follow.abort();
    app.close().await;
    served?;
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

//! `precis demo`: the sample content, served from a database that goes when the program ends.

use std::{path::Path, process::ExitCode};

use super::{
    Failure, report,
    serve::{listen, serve},
};
use crate::{
    app::App,
    clock::SystemClock,
    config::{Config, Database, HttpArgs},
    http,
    ingest::{
        feed::Skip,
        import::{Counts, Progress, import_file},
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) http: HttpArgs,
}

/// The sample content, in the binary: the demo runs from any folder.
const SAMPLES: [(&str, &[u8]); 6] = [
    ("summaries.jsonl", include_bytes!("../../samples/summaries.jsonl")),
    ("aggregator.xml", include_bytes!("../../samples/aggregator.xml")),
    ("secret-life.atom", include_bytes!("../../samples/secret-life.atom")),
    ("podcast.xml", include_bytes!("../../samples/podcast.xml")),
    ("feed.json", include_bytes!("../../samples/feed.json")),
    ("subscriptions.opml", include_bytes!("../../samples/subscriptions.opml")),
];

/// What to try first.
const QUERY: &str = r#"{ summaries(filter: {tags: {anyOf: ["backend"]}}) { totalCount nodes { title } } }"#;

pub(super) async fn run(config: &Config) -> Result<ExitCode, Failure> {
    // Said first: who stops the demo while it starts leaves nothing behind.
    let stop = http::shutdown_signal()?;
    let folder = tempfile::Builder::new().prefix("precis-demo-").tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("precis.db").display());
    let url = url.parse().map_err(|_| std::io::Error::other("the folder for temporary files has an odd name"))?;
    let database = Database { url, migrate: true, ..config.database.clone() };
    let app = App::start(&database, SystemClock, None).await?;
    let mut counts = Counts::default();
    for (name, bytes) in SAMPLES {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes)?;
        import_file(&app.content, &path, &mut counts, &mut Quiet).await?;
    }
    let listener = listen(config.http.listen).await?;
    let address = listener.local_addr()?;
    report::print(&format!(
        "Précis serves {} sample episodes at http://{address}/graphql\n\
         Read it in a browser: http://{address}/\n\
         Explore it there: http://{address}/graphiql\n\
         Or ask from another terminal:\n\n\
         curl -s http://{address}/graphql -H 'content-type: application/json' \\\n  \
         -d '{}'\n\n\
         Ctrl-C ends it, and the database goes with it.\n",
        counts.new,
        serde_json::json!({ "query": QUERY }),
    ))?;
    serve(app, None, listener, config, stop).await
}

/// The samples hold what is left out on purpose.
struct Quiet;

impl Progress for Quiet {
    fn items(&mut self, _: usize) {}

    fn skipped(&mut self, path: &Path, skip: &Skip) {
        tracing::debug!(file = %path.display(), place = skip.place, reason = skip.reason, "left out");
    }
}

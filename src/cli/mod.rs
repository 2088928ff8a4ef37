//! The command line: a file a command.
//!
//! Exit codes: 0 where all went well, 1 where something failed, 2 where the call was wrong.

mod ask;
mod category;
mod demo;
mod digest;
mod export;
mod fetch;
mod import;
mod mcp;
mod metrics;
mod report;
mod schema;
mod serve;
mod source;
mod summarize;
mod tag;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    app::{App, StartError},
    clock::SystemClock,
    config::{Config, GlobalArgs},
    logging,
};

/// A headless GraphQL content API.
#[derive(Debug, Parser)]
#[command(name = "precis", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API over HTTP
    Serve(serve::Args),
    /// Import feeds, lists of feeds (OPML) and JSON lines from files and folders
    Import(import::Args),
    /// Fetch sources now
    Fetch(fetch::Args),
    /// Add, list, pause, resume and remove sources
    Source(source::Args),
    /// Have a model write the summaries of episodes that have none but an excerpt
    Summarize(summarize::Args),
    /// List tags, and merge some of them
    Tag(tag::Args),
    /// List categories, and file by rules what stands in none
    Category(category::Args),
    /// Fetch sources when they are due, and have summaries written, without serving the API
    Worker(worker::Args),
    /// Print the list of sources (OPML), or all episodes (JSON lines)
    Export(export::Args),
    /// Print a digest: what was published on some days, in sections
    Digest(digest::Args),
    /// Answer an agent over the Model Context Protocol, on standard input and output
    Mcp(mcp::Args),
    /// Print the schema
    Schema(schema::Args),
    /// Serve the sample content from a throw-away database
    Demo(demo::Args),
}

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// An option is wrong.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// Options do not go together.
    #[error("{0}")]
    Usage(String),
    /// A question was not answered.
    #[error(transparent)]
    Ask(#[from] ask::AskError),
    /// The program could not start.
    #[error(transparent)]
    Start(#[from] crate::app::StartError),
    /// Nobody can be served there.
    #[error("can't listen on {address}")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// Content can't be read or written.
    #[error(transparent)]
    Content(#[from] crate::content::Error),
    /// What waits to be done can't be read or written.
    #[error(transparent)]
    Jobs(#[from] crate::jobs::Error),
    /// A source was not added.
    #[error(transparent)]
    Subscribe(#[from] crate::ingest::poll::SubscribeError),
    /// A summary could not be written.
    #[error("summaries can't be written")]
    Summarise(#[source] crate::jobs::Failure),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The sample content could not be imported.
    #[error("the sample content can't be imported")]
    Samples(#[from] crate::ingest::import::ImportError),
}

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &Failure) -> ExitCode {
    report::line(format_args!("precis: {}", logging::chain(failure)));
    let is_wrong_call =
        matches!(failure, Failure::Config(_) | Failure::Usage(_) | Failure::Ask(ask::AskError::WrongCall { .. }));
    ExitCode::from(if is_wrong_call { 2 } else { 1 })
}

/// The program on the database of the configuration, with all that holds for whatever is stored there.
async fn start(config: &Config) -> Result<App, StartError> {
    Ok(App::start(&config.database, SystemClock, None).await?.filing_by(&config.categories))
}

async fn run(Cli { global, command }: Cli) -> Result<ExitCode, Failure> {
    match command {
        Command::Schema(args) => schema::run(&args),
        Command::Serve(args) => {
            let serve::Args { database, http, fetch, work, summaries, categories, metrics } = &args;
            let config = Config::load(&global, &[database, http, fetch, work, summaries, categories, metrics])?;
            logging::init(&config.log);
            serve::run(&config).await
        }
        Command::Import(args) => {
            let config = Config::load(&global, &[&args.database, &args.categories])?;
            logging::init(&config.log);
            import::run(&config, &args).await
        }
        Command::Fetch(args) => {
            let config = Config::load_quietly(&global, &[&args.database, &args.fetch, &args.categories])?;
            logging::init(&config.log);
            fetch::run(&config, &args).await
        }
        Command::Source(args) => {
            let config = Config::load_quietly(&global, &args.flags())?;
            logging::init(&config.log);
            source::run(&config, &args).await
        }
        Command::Summarize(args) => {
            let config = Config::load_quietly(&global, &[&args.database, &args.summaries])?;
            logging::init(&config.log);
            summarize::run(&config, &args).await
        }
        Command::Tag(args) => {
            let config = Config::load_quietly(&global, &args.flags())?;
            logging::init(&config.log);
            tag::run(&config, &args).await
        }
        Command::Category(args) => {
            let config = Config::load_quietly(&global, &args.flags())?;
            logging::init(&config.log);
            category::run(&config, &args).await
        }
        Command::Worker(args) => {
            let worker::Args { database, fetch, summaries, categories, metrics } = &args;
            let config = Config::load(&global, &[database, fetch, summaries, categories, metrics])?;
            logging::init(&config.log);
            worker::run(&config).await
        }
        Command::Export(args) => {
            let config = Config::load_quietly(&global, &[&args.database])?;
            logging::init(&config.log);
            export::run(&config, &args).await
        }
        Command::Digest(args) => {
            let config = Config::load_quietly(&global, &[&args.database])?;
            logging::init(&config.log);
            digest::run(&config, &args).await
        }
        Command::Mcp(args) => {
            let config = Config::load_quietly(&global, &[&args.database])?;
            logging::init(&config.log);
            mcp::run(&config, &args).await
        }
        Command::Demo(args) => {
            let config = Config::load(&global, &[&args.http])?;
            logging::init(&config.log);
            demo::run(&config).await
        }
    }
}

//! The least that Précis' questions cost: the same answers out of the same tables, by SQL and code that are written by
//! hand for each of them, and without GraphQL. `limit ADDRESS DATABASE_URL CONNECTIONS [shared]` serves them at `/q1` and so on;
//! it takes the bodies that Précis takes, and looks at their variables alone.

mod answer;
mod instant;
mod json;
mod names;
mod postgres;
mod question;
mod sqlite;

use std::{env, error::Error, process::ExitCode, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};

use names::Names;
use question::Question;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whatever went wrong.
type Fault = Box<dyn Error + Send + Sync>;

/// What is asked of, and the names that were read at the start.
struct Database {
    source: Source,
    names: Names,
}

enum Source {
    Postgres(postgres::Postgres),
    Sqlite(sqlite::Sqlite),
}

impl Database {
    async fn open(url: &str, connections: u32, is_shared: bool) -> Result<Self, Fault> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            let sqlite = sqlite::Sqlite::new(file.split('?').next().unwrap_or(file));
            return Ok(Self { names: sqlite.names()?, source: Source::Sqlite(sqlite) });
        }
        let postgres = postgres::Postgres::connect(url, connections, is_shared).await?;
        Ok(Self { names: postgres.names().await?, source: Source::Postgres(postgres) })
    }

    async fn answer(&self, question: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let question = Question::read(question, body)?;
        match &self.source {
            Source::Postgres(postgres) => postgres.answer(&question, &self.names).await,
            // It waits for nothing: it is answered where it is asked.
            Source::Sqlite(sqlite) => sqlite.answer(&question, &self.names),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Fault> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (address, url, connections, is_shared) = match &arguments[..] {
        [address, url, connections] => (address, url, connections, false),
        [address, url, connections, way] if way == "shared" => (address, url, connections, true),
        _ => return Err("limit ADDRESS DATABASE_URL CONNECTIONS [shared]".into()),
    };
    let database = Arc::new(Database::open(url, connections.parse()?, is_shared).await?);
    let router = Router::new().route("/{question}", post(respond)).with_state(database);
    let listener = tokio::net::TcpListener::bind(address).await?.tap_io(|stream| {
        let _ = stream.set_nodelay(true); // slower, and no worse
    });
    Ok(axum::serve(listener, router).await?)
}

async fn respond(State(database): State<Arc<Database>>, Path(question): Path<String>, body: Bytes) -> Response {
    match database.answer(&question, &body).await {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], answer).into_response(),
        Err(fault) => (StatusCode::BAD_REQUEST, fault.to_string()).into_response(),
    }
}

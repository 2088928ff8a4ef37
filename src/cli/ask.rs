//! Who is asked: the engine in this process over the local database, or a server for its outputs. Either way, the bytes are
//! the same.

use std::{path::PathBuf, time::Duration};

use reqwest::{
    Client, RequestBuilder, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
    redirect::Policy,
};
use serde_json::value::RawValue;

use crate::{
    access::Caller,
    app::{App, StartError},
    clock::SystemClock,
    config::Database,
    db::ConnectError,
    graphql::{Answer, Engine, Request},
    logging,
    outputs::{DigestFormat, Output, Question, Reply, Wanted},
};

/// Why there is no answer. What a server said is told; what a URL hides is not.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// There is no such file.
    #[error(
        "there is no database {}: make one with `precis import`, or name another with --database-url, or a server with --url",
        .0.display()
    )]
    NoDatabase(PathBuf),
    /// The database can't be used.
    #[error(transparent)]
    Start(StartError),
    /// There is nothing to ask a server with.
    #[error("no connection can be made to any server")]
    Client(#[source] reqwest::Error),
    /// Nobody is there, or not in time.
    #[error("{whom} does not answer ({}): see whether a server runs there", logging::chain(.cause))]
    Unreachable {
        /// Who was asked.
        whom: String,
        /// Why not.
        cause: reqwest::Error,
    },
    /// Somebody else is there.
    #[error(
        "{whom} answered {status} and no digest: give the address of a Précis server, such as http://127.0.0.1:8080"
    )]
    NoDigest {
        /// Who was asked.
        whom: String,
        /// What it said.
        status: StatusCode,
    },
    /// An answer of any length is not taken.
    #[error("{0} answered with more than {MOST_BYTES} bytes: ask for less")]
    TooLong(String),
    /// The server says that the call is wrong.
    #[error("{whom} refused: {}", .messages.join(" "))]
    WrongCall {
        /// Who was asked.
        whom: String,
        /// What it said.
        messages: Vec<String>,
    },
    /// There is no answer just now, or none at all.
    #[error("{whom} refused: {}", .messages.join(" "))]
    Refused {
        /// Who was asked.
        whom: String,
        /// What it said.
        messages: Vec<String>,
    },
}

/// To be connected, and to have the whole answer.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(30);
/// The longest answer that is taken: 64 MiB.
const MOST_BYTES: usize = 64 << 20;

/// The program over the database, which has to be there.
pub(super) async fn database(database: &Database) -> Result<App, AskError> {
    let database = Database { url: database.url.existing(), ..database.clone() };
    let file = database.url.file();
    match (App::start(&database, SystemClock, None).await, file) {
        (Ok(app), _) => Ok(app),
        (Err(StartError::Connect(ConnectError::Open(_))), Some(file)) if !file.exists() => {
            Err(AskError::NoDatabase(file.into()))
        }
        (Err(error), _) => Err(AskError::Start(error)),
    }
}

/// The data that is asked for, where nothing of it fails.
pub(super) async fn engine(engine: &Engine, question: Question) -> Result<Box<RawValue>, AskError> {
    let variables = async_graphql::Variables::from_json(question.variables);
    let request = Request { query: Some(question.document.to_owned()), variables, ..Request::default() };
    let body = match engine.answer(request, true, &Caller::unlimited()).await {
        Answer::Executed { body, .. }
        | Answer::Refused { body, .. }
        | Answer::Unavailable(body)
        | Answer::TooSlow(body) => body,
        Answer::QueriesOnly | Answer::RateLimited(_) => Vec::new(),
    };
    let refused = |messages| AskError::Refused { whom: "the database".to_owned(), messages };
    match serde_json::from_slice::<Reply<Box<RawValue>>>(&body) {
        Ok(Reply { data: Some(data), errors }) if errors.is_empty() => Ok(data),
        Ok(Reply { errors, .. }) => Err(refused(errors.into_iter().map(|error| error.message).collect())),
        Err(error) => Err(refused(vec![error.to_string()])),
    }
}

/// A digest from the server that has it beside this address; `None` where there is nothing, and that was to be skipped.
pub(super) async fn server(url: &Url, wanted: &Wanted, format: DigestFormat) -> Result<Option<String>, AskError> {
    let output = Output::Digest(format);
    let mut url = url.join(output.file()).unwrap_or_else(|_| url.clone());
    url.set_query(Some(&wanted.query()));
    let whom = shown(&url);
    let (status, is_it, body) = fetch(url, output.content_type(), &whom).await?;
    let refused = serde_json::from_slice::<Reply<Box<RawValue>>>(&body).map(|reply| reply.errors).unwrap_or_default();
    match (status, String::from_utf8(body)) {
        (StatusCode::OK, Ok(text)) if is_it => Ok(Some(text)),
        (StatusCode::NO_CONTENT, _) => Ok(None),
        _ if refused.is_empty() => Err(AskError::NoDigest { whom, status }),
        _ => {
            let messages = refused.into_iter().map(|error| error.message).collect();
            let is_wrong = status == StatusCode::BAD_REQUEST;
            Err(if is_wrong { AskError::WrongCall { whom, messages } } else { AskError::Refused { whom, messages } })
        }
    }
}

/// Sends a question in JSON, and reads the whole answer in one of the types that are accepted.
pub(super) async fn send(
    client: &Client,
    url: &Url,
    accept: &'static str,
    body: String,
) -> Result<(StatusCode, Vec<u8>), AskError> {
    let question = client.post(url.clone()).header(CONTENT_TYPE, "application/json").header(ACCEPT, accept).body(body);
    let (status, _, bytes) = whole(question, &shown(url)).await?;
    Ok((status, bytes))
}

/// Asks, and reads the whole answer; also, whether it is of that type.
async fn fetch(url: Url, content_type: &str, whom: &str) -> Result<(StatusCode, bool, Vec<u8>), AskError> {
    let (status, headers, bytes) = whole(client()?.get(url), whom).await?;
    Ok((status, headers.get(CONTENT_TYPE).is_some_and(|it| it == content_type), bytes))
}

/// Who asks servers.
pub(super) fn client() -> Result<Client, AskError> {
    // It fails where somebody chose before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("precis/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .redirect(Policy::none())
        .build();
    client.map_err(AskError::Client)
}

async fn whole(question: RequestBuilder, whom: &str) -> Result<(StatusCode, HeaderMap, Vec<u8>), AskError> {
    let unreachable =
        |cause: reqwest::Error| AskError::Unreachable { whom: whom.to_owned(), cause: cause.without_url() };
    let mut answer = question.send().await.map_err(unreachable)?;
    let mut bytes = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(unreachable)? {
        if bytes.len() + more.len() > MOST_BYTES {
            return Err(AskError::TooLong(whom.to_owned()));
        }
        bytes.extend_from_slice(&more);
    }
    Ok((answer.status(), std::mem::take(answer.headers_mut()), bytes))
}

/// A URL without the name and the password in it, and without its query.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    // Only a URL without a host refuses; it has neither.
    let _ = shown.set_username("").and_then(|()| shown.set_password(None));
    shown.into()
}

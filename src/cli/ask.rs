//! A question in GraphQL, and its answer: from the engine in this process over the local database, or from
//! a server. Whoever is asked, document, variables and the bytes of the answer are the same.

use std::{path::PathBuf, time::Duration};

use reqwest::{
    Client, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE},
    redirect::Policy,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    access::Caller,
    app::{App, StartError},
    clock::SystemClock,
    config::Database,
    db::ConnectError,
    graphql::{Answer, Request},
    logging,
};

/// Who is asked.
pub(super) enum Asked {
    /// The engine in this process.
    Local(Box<App>),
    /// A server, at the address of its GraphQL.
    Server(Client, Url),
}

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
        "{whom} answered {status} and no GraphQL: give the address of a Précis server, such as http://127.0.0.1:8080"
    )]
    NoGraphql {
        /// Who was asked.
        whom: String,
        /// What it said.
        status: StatusCode,
    },
    /// An answer of any length is not taken.
    #[error("{0} answered with more than {MOST_BYTES} bytes: ask for less")]
    TooLong(String),
    /// The question did not fit, or could not be answered.
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

impl Asked {
    /// The database, which has to be there.
    pub(super) async fn database(database: &Database) -> Result<Self, AskError> {
        let database = Database { url: database.url.existing(), ..database.clone() };
        let file = database.url.file();
        match (App::start(&database, SystemClock, None).await, file) {
            (Ok(app), _) => Ok(Self::Local(Box::new(app))),
            (Err(StartError::Connect(ConnectError::Open(_))), Some(file)) if !file.exists() => {
                Err(AskError::NoDatabase(file.into()))
            }
            (Err(error), _) => Err(AskError::Start(error)),
        }
    }

    /// A server, by the address of its GraphQL, or by the address before it, which ends in `/`.
    pub(super) fn server(url: &Url) -> Result<Self, AskError> {
        let mut url = url.clone();
        if url.path().ends_with('/') {
            url.set_path(&format!("{}graphql", url.path()));
        }
        Ok(Self::Server(client()?, url))
    }

    /// The data that a document asks for, where nothing of it fails.
    pub(super) async fn data<D: DeserializeOwned>(&self, query: &str, variables: Value) -> Result<D, AskError> {
        let (status, body) = match self {
            Self::Local(app) => {
                let variables = async_graphql::Variables::from_json(variables);
                let request = Request { query: Some(query.to_owned()), variables, ..Request::default() };
                match app.engine.answer(request, true, &Caller::unlimited()).await {
                    Answer::Executed { body, .. }
                    | Answer::Refused { body, .. }
                    | Answer::Unavailable(body)
                    | Answer::TooSlow(body) => (StatusCode::OK, body),
                    Answer::QueriesOnly => (StatusCode::METHOD_NOT_ALLOWED, Vec::new()),
                    Answer::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, Vec::new()),
                }
            }
            Self::Server(client, url) => {
                let body = json!({ "query": query, "variables": variables }).to_string();
                send(client, url, GRAPHQL, body).await?
            }
        };
        match serde_json::from_slice::<Reply<D>>(&body) {
            Ok(Reply { data: Some(data), errors }) if errors.is_empty() => Ok(data),
            Ok(Reply { errors, .. }) if !errors.is_empty() => {
                let messages = errors.into_iter().map(|error| error.message).collect();
                Err(AskError::Refused { whom: self.name(), messages })
            }
            _ => Err(AskError::NoGraphql { whom: self.name(), status }),
        }
    }

    /// What it is called in messages: no password is in it.
    fn name(&self) -> String {
        match self {
            Self::Local(_) => "the database".to_owned(),
            Self::Server(_, url) => shown(url),
        }
    }

    /// Lets go of the database.
    pub(super) async fn close(self) {
        if let Self::Local(app) = self {
            app.close().await;
        }
    }
}

/// The body of a response over GraphQL.
#[derive(Deserialize)]
struct Reply<D> {
    data: Option<D>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    message: String,
}

/// The types that a server may answer in.
const GRAPHQL: &str = "application/graphql-response+json, application/json;q=0.9";

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

/// Sends a question in JSON, and reads the whole answer in one of the types that are accepted.
pub(super) async fn send(
    client: &Client,
    url: &Url,
    accept: &'static str,
    body: String,
) -> Result<(StatusCode, Vec<u8>), AskError> {
    let unreachable = |cause: reqwest::Error| AskError::Unreachable { whom: shown(url), cause: cause.without_url() };
    let question = client.post(url.clone()).body(body);
    let question = question.header(CONTENT_TYPE, "application/json");
    let question = question.header(ACCEPT, accept);
    let mut answer = question.send().await.map_err(unreachable)?;
    let mut bytes = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(unreachable)? {
        if bytes.len() + more.len() > MOST_BYTES {
            return Err(AskError::TooLong(shown(url)));
        }
        bytes.extend_from_slice(&more);
    }
    Ok((answer.status(), bytes))
}

/// A URL without the name and the password in it.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    // Only a URL without a host refuses; it has neither.
    let _ = shown.set_username("").and_then(|()| shown.set_password(None));
    shown.into()
}

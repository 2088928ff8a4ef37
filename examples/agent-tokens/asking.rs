//! Who is asked, and how: the application in this process, through its router, without a socket.

use std::{
    error::Error,
    path::{Path, PathBuf},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt as _;
use precis::{
    app::App,
    clock::SystemClock,
    config::{Cors, Database, Http, Metrics, RateLimit},
    ingest::{
        feed::Skip,
        import::{Counts, Progress, import_file},
    },
    text::tokens,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// A way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Table,
    Json,
    Rest,
    Fields,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Rest, Self::Fields];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Rest => "rest",
            Self::Fields => "fields",
        }
    }
}

/// What was said, turn by turn.
#[derive(Debug, Default)]
pub(crate) struct Talk(Vec<(String, String)>);

impl Talk {
    /// Adds a turn.
    pub(crate) fn turn(&mut self, sent: impl Into<String>, got: impl Into<String>) {
        self.0.push((sent.into(), got.into()));
    }

    pub(crate) fn turns(&self) -> usize {
        self.0.len()
    }

    /// Tokens of all questions.
    pub(crate) fn sent(&self) -> usize {
        self.0.iter().map(|(sent, _)| tokens::count(sent)).sum()
    }

    /// Tokens of all answers.
    pub(crate) fn got(&self) -> usize {
        self.0.iter().map(|(_, got)| tokens::count(got)).sum()
    }

    /// Tokens of earlier turns, which are read with each later one.
    pub(crate) fn read_again(&self) -> usize {
        let later = |index: usize| self.0.len() - 1 - index;
        let of_turn = |(sent, got): &(String, String)| tokens::count(sent) + tokens::count(got);
        self.0.iter().enumerate().map(|(index, turn)| later(index) * of_turn(turn)).sum()
    }

    /// Bytes of all answers.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(|(_, got)| got.len()).sum()
    }
}

/// The application, with content.
pub(crate) struct Asking {
    router: Router,
    /// Goes with it.
    _folder: TempDir,
}

impl Asking {
    /// The application with this content, or with the samples.
    pub(crate) async fn start(content: Option<PathBuf>) -> Result<Self, Box<dyn Error>> {
        let folder = TempDir::new()?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("precis.db").display());
        let database = Database { url: url.parse()?, max_connections: 2, migrate: true };
        let app = App::start(&database, SystemClock, None).await?;
        let files = match content {
            Some(path) => vec![path],
            None => samples()?,
        };
        for path in files {
            import_file(&app.content, &path, &mut Counts::default(), &mut Quiet).await?;
        }
        let settings = Http {
            listen: "127.0.0.1:0".parse()?,
            cors: Cors::Origins(Vec::new()),
            public_url: None,
            mcp: true,
            page: false,
            graphiql: false,
            trusted_documents: None,
            rate_limit: RateLimit::Off,
            trusted_proxies: Vec::new(),
            max_requests: 1,
            max_clients: 1,
            stop_delay: Duration::ZERO,
        };
        Ok(Self { router: app.router(&settings, Metrics::default())?, _folder: folder })
    }

    /// What stands at a path.
    pub(crate) async fn get(&self, path: &str) -> Result<String, Box<dyn Error>> {
        Ok(self.send(Request::get(path).body(Body::empty())?).await?.1)
    }

    /// The answer to a question in GraphQL, as it is written.
    pub(crate) async fn graphql(&self, body: &Value) -> Result<String, Box<dyn Error>> {
        let request = Request::post("/graphql").header("content-type", "application/json");
        Ok(self.send(request.body(Body::from(body.to_string()))?).await?.1)
    }

    /// The data of an answer that has no errors.
    pub(crate) async fn data(&self, query: &str, variables: &Value) -> Result<Value, Box<dyn Error>> {
        let text = self.graphql(&json!({ "query": query, "variables": variables })).await?;
        let mut answer: Value = serde_json::from_str(&text)?;
        match answer.get("errors") {
            None => Ok(answer["data"].take()),
            Some(errors) => Err(format!("{query}: {errors}").into()),
        }
    }

    /// What the tool `query` says to these arguments; none where there is no `/mcp`.
    pub(crate) async fn tool(&self, arguments: &Value) -> Result<Option<String>, Box<dyn Error>> {
        let params = json!({ "name": "query", "arguments": arguments });
        let text = |result: Value| result["content"][0]["text"].as_str().map(str::to_owned);
        Ok(self.mcp("tools/call", &params).await?.and_then(text))
    }

    /// The definitions of the tools.
    pub(crate) async fn tools(&self) -> Result<Option<String>, Box<dyn Error>> {
        Ok(self.mcp("tools/list", &json!({})).await?.map(|result| result["tools"].to_string()))
    }

    async fn mcp(&self, method: &str, params: &Value) -> Result<Option<Value>, Box<dyn Error>> {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Request::post("/mcp")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        let (status, text) = self.send(request.body(Body::from(message.to_string()))?).await?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let mut answer: Value = serde_json::from_str(&text)?;
        match answer.get("error") {
            None => Ok(Some(answer["result"].take())),
            Some(error) => Err(error.to_string().into()),
        }
    }

    async fn send(&self, request: Request<Body>) -> Result<(StatusCode, String), Box<dyn Error>> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec())?))
    }
}

fn samples() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|path| path.extension().is_some_and(|it| it != "md"));
    files.sort();
    Ok(files)
}

/// Nobody listens to what is left out.
struct Quiet;

impl Progress for Quiet {
    fn items(&mut self, _: usize) {}
    fn skipped(&mut self, _: &Path, _: &Skip) {}
}

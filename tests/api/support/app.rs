//! The whole application on one database, without sockets.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use precis::{
    app::{App, StartError},
    clock::{Clock, Timestamp},
    config::{Categories, Cors, Database, Http, Metrics, RateLimit},
    content::Content,
    graphql::Engine,
    ingest::{
        feed::Skip,
        import::{Counts, ImportError, Progress, import_file},
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use super::{Backend, postgres};

/// When all tests take place: 2026-11-01T12:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_793_534_400);
/// When the sample files were last changed: 2026-05-09T00:00:00Z.
const SAMPLES_CHANGED: Duration = Duration::from_hours(20_582 * 24);

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedClock(pub(crate) Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn uptime(&self) -> Duration {
        Duration::ZERO
    }
}

/// A clock that stands still until a test moves it.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(Arc<Mutex<(Timestamp, Duration)>>);

impl TestClock {
    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let (now, uptime) = &mut *self.0.lock().expect("no panic");
        *uptime += time;
        now.0 += i64::try_from(time.as_secs()).expect("not that long");
    }

    /// Sets it, as people and other machines set the clock of one.
    pub(crate) fn set(&self, now: Timestamp) {
        self.0.lock().expect("no panic").0 = now;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0.lock().expect("no panic").0
    }

    fn uptime(&self) -> Duration {
        self.0.lock().expect("no panic").1
    }
}

/// The application on a database of its own, for one test.
pub(crate) struct TestApp {
    pub(crate) backend: Backend,
    pub(crate) url: String,
    pub(crate) clock: TestClock,
    app: App,
    router: Router,
    statements: Arc<Mutex<Vec<String>>>,
    /// Dropped with the application.
    _folder: TempDir,
    _database: Option<postgres::Database>,
}

/// An answer, whole.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestApp {
    /// The application with the sample content; none where the backend is missing and may be.
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        match backend {
            Backend::Sqlite => {
                fs::copy(sqlite_template().await, folder.path().join("precis.db")).expect("a copy");
                Some(Self::open(backend, sqlite_url(folder.path()), folder, None).await)
            }
            Backend::Postgres => {
                let cluster = postgres::available_or_skip()?;
                let database = cluster.copy_database("samples", import_samples).await;
                Some(Self::open(backend, database.url.clone(), folder, Some(database)).await)
            }
        }
    }

    /// Another application on the same kind of database, without any content.
    pub(crate) async fn empty(&self) -> Self {
        let folder = TempDir::new().expect("a folder");
        match self.backend {
            Backend::Sqlite => Self::open(self.backend, sqlite_url(folder.path()), folder, None).await,
            Backend::Postgres => {
                let database = postgres::available().expect("it was there").create_database().await;
                Self::open(self.backend, database.url.clone(), folder, Some(database)).await
            }
        }
    }

    /// An application on that database, which is empty.
    pub(crate) async fn at(backend: Backend, url: String) -> Self {
        Self::open(backend, url, TempDir::new().expect("a folder"), None).await
    }

    /// The same with these settings.
    pub(crate) async fn with(backend: Backend, settings: &Database) -> Self {
        Self::open_with(backend, settings, TempDir::new().expect("a folder"), None).await
    }

    async fn open(backend: Backend, url: String, folder: TempDir, database: Option<postgres::Database>) -> Self {
        Self::open_with(backend, &options(&url), folder, database).await
    }

    async fn open_with(
        backend: Backend,
        settings: &Database,
        folder: TempDir,
        database: Option<postgres::Database>,
    ) -> Self {
        let statements: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = statements.clone();
        let observer = move |sql: &str| seen.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
        let clock = TestClock(Arc::new(Mutex::new((NOW, Duration::ZERO))));
        let app = App::start(settings, clock.clone(), Some(Arc::new(observer))).await.expect("it starts");
        let router = app.router(&http_options(), Metrics::default()).expect("a router");
        let url = settings.url.as_str().to_owned();
        Self { backend, url, clock, app, router, statements, _folder: folder, _database: database }
    }

    /// The same, served with these options.
    pub(crate) fn served(self, http: &Http) -> Self {
        Self { router: self.router(http), ..self }
    }

    /// The same, by whose rules summaries are filed whose inputs name no category.
    pub(crate) fn filing_by(self, rules: &[&str]) -> Self {
        let rules = rules.iter().map(|rule| rule.parse().expect("a rule")).collect();
        let app = self.app.filing_by(&Categories { rules });
        Self { router: app.router(&http_options(), Metrics::default()).expect("a router"), app, ..self }
    }

    /// What answers documents.
    pub(crate) fn engine(&self) -> &Engine {
        &self.app.engine
    }

    /// What is kept.
    pub(crate) fn content(&self) -> &Content {
        &self.app.content
    }

    /// All of it.
    pub(crate) fn wired(&self) -> &App {
        &self.app
    }

    /// Lets go of the database.
    pub(crate) async fn close(self) {
        self.app.close().await;
    }

    /// All that is served.
    pub(crate) fn router(&self, settings: &Http) -> Router {
        self.try_router(settings).expect("a router")
    }

    /// The same, or why it can't be served.
    pub(crate) fn try_router(&self, settings: &Http) -> Result<Router, StartError> {
        self.app.router(settings, Metrics::default())
    }

    /// Sends a request through the real router.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a body to the API, as JSON.
    pub(crate) async fn post(&self, body: &str) -> Reply {
        let request = Request::post("/graphql").header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// The answer to an operation of a document, whole.
    pub(crate) async fn ask_operation(&self, query: &str, name: Option<&str>) -> Value {
        let reply = self.post(&json!({ "query": query, "operationName": name }).to_string()).await;
        serde_json::from_slice(&reply.body).expect("answers are JSON")
    }

    /// The answer to a document with variables, as text.
    pub(crate) async fn text(&self, query: &str, variables: Value) -> String {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let reply = self.post(&body).await;
        String::from_utf8(reply.body.to_vec()).expect("answers are UTF-8")
    }

    /// The answer to a document, whole.
    pub(crate) async fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({})).await
    }

    /// The answer to a document with variables, whole.
    pub(crate) async fn ask_with(&self, query: &str, variables: Value) -> Value {
        serde_json::from_str(&self.text(query, variables).await).expect("answers are JSON")
    }

    /// The data that a document asks for, where nothing fails.
    pub(crate) async fn data(&self, query: &str) -> Value {
        self.data_with(query, json!({})).await
    }

    /// The same with variables.
    pub(crate) async fn data_with(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask_with(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// What a root field runs, once the names are known.
    pub(crate) async fn statements_of(&self, field: &str) -> Vec<String> {
        self.data("{ summaries(first: 1) { nodes { source { name } } } }").await;
        self.statements();
        self.data(&format!("{{ {field} }}")).await;
        self.statements()
    }

    /// The SQL of everything that was run since the last time this was asked.
    pub(crate) fn statements(&self) -> Vec<String> {
        std::mem::take(&mut self.statements.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Imports a file of that name with that content.
    pub(crate) async fn import(&self, name: &str, content: &str) -> (Counts, Result<(), ImportError>) {
        let folder = TempDir::new().expect("a folder");
        let path = write_old(folder.path(), name, content.as_bytes());
        let mut counts = Counts::default();
        let done = import_file(self.content(), &path, &mut counts, &mut Unheard).await;
        (counts, done)
    }

    /// The same with a file that is newer than all of those, so that what it says counts.
    pub(crate) async fn import_newer(&self, name: &str, content: &str) {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        import_file(self.content(), &path, &mut Counts::default(), &mut Unheard).await.expect("it is imported");
    }
}

/// Nobody listens to what is left out.
pub(crate) struct Unheard;

impl Progress for Unheard {
    fn items(&mut self, _: usize) {}
    fn skipped(&mut self, _: &Path, _: &Skip) {}
}

/// The files of the sample content.
pub(crate) fn sample_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("samples").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it != "md"));
    files.sort();
    files
}

/// How tests are served: nothing is limited, unless they say so.
pub(crate) fn http_options() -> Http {
    Http {
        listen: "127.0.0.1:0".parse().expect("an address"),
        public_url: None,
        cors: Cors::Origins(Vec::new()),
        page: true,
        mcp: true,
        graphiql: true,
        trusted_documents: None,
        rate_limit: RateLimit::Off,
        trusted_proxies: Vec::new(),
        max_requests: 64,
        max_clients: 100,
        stop_delay: Duration::ZERO,
    }
}

/// With few connections, so that tests run out of them.
pub(crate) fn options(url: &str) -> Database {
    Database { url: url.parse().expect("a database's URL"), max_connections: 4, migrate: true }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("precis.db").display())
}

/// A database file with the sample content, made once a process.
async fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
    static FILE: OnceCell<PathBuf> = OnceCell::const_new();
    let folder = TEMPLATE
        .get_or_init(async || {
            let folder = TempDir::new().expect("a folder");
            import_samples(sqlite_url(folder.path())).await;
            folder
        })
        .await;
    FILE.get_or_init(async || folder.path().join("precis.db")).await
}

/// Fills an empty database with the sample content.
async fn import_samples(url: String) {
    let app = App::start(&options(&url), FixedClock(NOW), None).await.expect("it starts");
    let folder = TempDir::new().expect("a folder");
    for sample in sample_files() {
        let bytes = fs::read(&sample).expect("a sample");
        let name = sample.file_name().expect("a name").to_string_lossy().into_owned();
        let path = write_old(folder.path(), &name, &bytes);
        import_file(&app.content, &path, &mut Counts::default(), &mut Unheard).await.expect("a sample is imported");
    }
    app.close().await;
}

/// Writes a file that was last changed when the samples were: its time stands in for missing dates.
fn write_old(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file");
    let file = fs::File::options().write(true).open(&path).expect("the file");
    file.set_modified(SystemTime::UNIX_EPOCH + SAMPLES_CHANGED).expect("a time");
    path
}

//! The application over its sample content, asked without sockets, and what has to be true of every answer.

use std::{path::Path, sync::LazyLock};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt as _;
use precis::{
    app::App,
    clock::SystemClock,
    config::{Config, Database, GlobalArgs, Http, Metrics, RateLimit},
    ingest::{
        feed::Skip,
        import::{Counts, Progress, import_file},
    },
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// The application, started once a process.
static APPLICATION: LazyLock<Application> = LazyLock::new(Application::start);

struct Application {
    runtime: Runtime,
    router: Router,
    /// Goes with the process.
    _folder: TempDir,
}

struct Unheard;

impl Progress for Unheard {
    fn items(&mut self, _: usize) {}
    fn skipped(&mut self, _: &Path, _: &Skip) {}
}

impl Application {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let folder = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("precis.db").display());
        let database = Database { url: url.parse().expect("a URL"), max_connections: 2, migrate: true };
        let defaults = Config::load(&GlobalArgs::default(), &[]).expect("defaults");
        let http = Http { rate_limit: RateLimit::Off, ..defaults.http };
        let router = runtime.block_on(async {
            let app = App::start(&database, SystemClock, None).await.expect("it starts");
            let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/summaries.jsonl");
            import_file(&app.content, &samples, &mut Counts::default(), &mut Unheard).await.expect("samples");
            app.router(&http, Metrics::default()).expect("a router")
        });
        Self { runtime, router, _folder: folder }
    }
}

/// Sends a request, and holds its answer to what is true of all of them: it is no fault of the server, it is
/// JSON, and each of its errors has a code and nothing of the inside in its message.
pub fn ask(request: Request<Body>) {
    let Application { runtime, router, .. } = &*APPLICATION;
    let (status, body) = runtime.block_on(async {
        let response = router.clone().oneshot(request).await.expect("the router always answers");
        let status = response.status();
        (status, response.into_body().collect().await.expect("a body").to_bytes())
    });
    let shown = String::from_utf8_lossy(&body);
    assert!(!status.is_server_error(), "{status}: {shown}");
    if status == StatusCode::NOT_MODIFIED {
        return;
    }
    let answer: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {shown}"));
    for error in answer["errors"].as_array().into_iter().flatten() {
        assert!(error["extensions"]["code"].is_string(), "{shown}");
        let message = error["message"].as_str().unwrap_or_else(|| panic!("{shown}"));
        for inside in ["SELECT ", "sqlx", "SQLite", "Failed to parse", "DbErr", "src/"] {
            assert!(!message.contains(inside), "{message}");
        }
    }
}

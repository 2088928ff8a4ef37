//! The program, put together: database, content and engine, wired in one place for every command and
//! every test.

use std::sync::Arc;

use axum::Router;
use futures_util::FutureExt;

use crate::{
    access::Access,
    clock::Clock,
    config,
    content::{self, Content},
    db::{ConnectError, Db, StatementObserver},
    graphql::{Engine, TrustedDocuments, TrustedError},
    http::{self, Scraper},
    ingest::{
        fetch::{Door, FetchError, Limits, Resolver},
        poll::Poller,
        summarise::{Model, ModelError, Summariser},
    },
    jobs::Jobs,
    logging,
    metrics::Metrics,
};

/// Everything that runs.
#[derive(Clone)]
pub struct App {
    /// What is kept.
    pub content: Content,
    /// What answers questions about it.
    pub engine: Engine,
    /// What waits to be done.
    pub jobs: Jobs,
    /// What is counted.
    pub metrics: Metrics,
    clock: Arc<dyn Clock>,
    db: Db,
}

/// Why the program can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no database.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The schema could not be brought up to date.
    #[error("the database's schema can't be brought up to date")]
    Migrate(#[source] sea_orm::DbErr),
    /// The documents that are to be trusted can't be used.
    #[error("the trusted documents can't be used")]
    Trusted(#[from] TrustedError),
    /// What an older release has stored could not be completed.
    #[error("what an older release has stored can't be completed")]
    CatchUp(#[source] content::Error),
    /// Nothing can be fetched.
    #[error("sources can't be fetched")]
    Fetch(#[from] FetchError),
    /// No model can be asked.
    #[error("the model can't be asked")]
    Model(#[from] ModelError),
    /// The system has no thread left.
    #[error("no thread can be started")]
    Thread(#[source] std::io::Error),
    /// The schema is old, and may not be touched.
    #[error(
        "the database lacks {} of this program's migrations ({}): start once without --no-migrate",
        .0.len(),
        .0.join(", ")
    )]
    Pending(Vec<String>),
}

impl App {
    /// Opens the database and brings its schema up to date, or refuses where that isn't wanted.
    pub async fn start(
        database: &config::Database,
        clock: impl Clock,
        observer: Option<StatementObserver>,
    ) -> Result<Self, StartError> {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let metrics = Metrics::new(clock.clone());
        let db = Db::connect(database, &metrics, observer).await?;
        // Looked at first: where nothing is to be done, the database need not be writable.
        let pending = db.pending_migrations().await.map_err(StartError::Migrate)?;
        if !pending.is_empty() {
            if !database.migrate {
                return Err(StartError::Pending(pending));
            }
            let applied = db.migrate().await.map_err(StartError::Migrate)?;
            if applied > 0 {
                tracing::info!(migrations = applied, "the database's schema is up to date now");
            }
        }
        let content = Content::new(db.clone(), clock.clone());
        if database.migrate {
            let completed = content.catch_up().await.map_err(StartError::CatchUp)?;
            if completed > 0 {
                tracing::info!(rows = completed, "what an older release has stored is complete now");
            }
        }
        let jobs = Jobs::new(db.clone(), clock.clone());
        Ok(Self { engine: Engine::new(content.clone()), content, jobs, metrics, clock, db })
    }

    /// The same, by whose rules summaries are filed whose inputs name no category.
    #[must_use]
    pub fn filing_by(self, settings: &config::Categories) -> Self {
        let content = self.content.filed_by(&settings.rules);
        Self { engine: Engine::new(content.clone()), content, ..self }
    }

    /// Who fetches sources, by the names that `resolver` knows.
    pub fn poller(
        &self,
        settings: &config::Fetch,
        resolver: Arc<dyn Resolver>,
        limits: Limits,
    ) -> Result<Poller, StartError> {
        let door = Door::new(settings, resolver, limits, self.metrics.clone())?;
        let (content, jobs, clock) = (self.content.clone(), self.jobs.clone(), self.clock.clone());
        Poller::new(content, jobs, door, clock, self.metrics.clone()).map_err(StartError::Thread)
    }

    /// Who has this model write summaries.
    pub fn summariser(&self, settings: &config::Model) -> Result<Summariser, StartError> {
        let model = Model::new(settings)?;
        let (content, jobs, clock) = (self.content.clone(), self.jobs.clone(), self.clock.clone());
        Ok(Summariser::new(content, jobs, model, clock, self.metrics.clone()))
    }

    /// Who shows what is counted.
    pub fn scraper(&self) -> Scraper {
        let jobs = self.jobs.clone();
        let backlog: http::Backlog = Arc::new(move || {
            let jobs = jobs.clone();
            async move { jobs.backlog().await.map_err(|error| logging::chain(&error)) }.boxed()
        });
        Scraper::new(self.metrics.clone(), backlog)
    }

    /// All that is served over HTTP; what is counted too, unless it has an address of its own.
    pub fn router(&self, settings: &config::Http, metrics: config::Metrics) -> Result<Router, StartError> {
        let mut engine = self.engine.clone();
        if let Some(folder) = &settings.trusted_documents {
            let documents = TrustedDocuments::read(folder, |text| engine.examine(text))?;
            tracing::info!(documents = documents.len(), "only trusted documents are answered");
            engine = engine.trusting(documents);
        }
        let content = self.content.clone();
        let ready: http::Readiness = Arc::new(move || {
            let content = content.clone();
            async move { content.probe().await.map_err(|error| error.to_string()) }.boxed()
        });
        let access = Access::new(settings.rate_limit, settings.trusted_proxies.clone(), self.clock.clone());
        Ok(http::router(engine, Arc::new(access), ready, self.scraper(), settings, metrics))
    }

    /// Lets go of the database.
    pub async fn close(self) {
        if let Err(error) = self.db.close().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database could not be closed");
        }
    }
}

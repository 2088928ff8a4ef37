//! HTTP: which path answers what, and how requests and answers are framed.
//!
//! | path | answered by |
//! | --- | --- |
//! | `/graphql` | `graphql`: GraphQL over HTTP; `body` and `params` read the request, `media` chooses the answer's type; `repair` explains errors |
//! | `/mcp` | `mcp`: the same for agents, over the Model Context Protocol |
//! | `/digest.md`, `/feed.atom`, … | `outputs`: digests and feeds, which are questions to the engine, too |
//! | `/graphiql` | `graphiql`: the explorer, its assets in the binary |
//! | `/schema.graphql` | `schema`: the SDL |
//! | `/llms.txt` | `llms`: where agents begin to read |
//! | `/livez`, `/readyz` | `health`: for whoever restarts processes and routes traffic |
//! | `/metrics` | `metrics`: for whoever watches; beside the others, or at an address of its own |
//! | `/` | `page`: for readers, in a browser, its assets in the binary; `home` for everybody else |
//! | everything else | `home`: what can be found where |
//!
//! `load` bounds what the engine works on at a time, and for how long; `measured` counts it.
//!
//! Around all of them stands `middleware`: one line of log a request, masked panics, CORS (`cors`),
//! compression. At the door to the engine, `rate` finds out who asks, and takes a point. A request that does
//! not get as far as GraphQL is answered by a `refusal`. `server` brings the router to sockets, a bounded
//! number of them, and knows how to stop; `stopping` says so to those who still ask.
//!
//! What a document means, whether it is allowed and what it costs, is left to `crate::graphql`.

mod body;
mod cors;
mod document;
mod extensions;
mod graphiql;
mod graphql;
mod health;
mod home;
mod llms;
mod load;
mod mcp;
mod measured;
mod media;
mod metrics;
mod middleware;
mod origin;
mod outputs;
mod page;
mod params;
mod rate;
mod refusal;
mod repair;
mod schema;
mod server;
mod stopping;

use std::sync::Arc;

use axum::Router;

pub use self::{
    health::Readiness,
    metrics::{Backlog, Scraper},
    server::{serve, serve_metrics, shutdown_signal},
};
use crate::{
    access::Access,
    agent::{Agent, mcp::OverHttp},
    config,
    graphql::Engine,
};

/// Whether what stands at this path asks the engine: it takes points and room, and is counted.
fn asks(path: &str) -> bool {
    matches!(path, graphql::PATH | mcp::PATH) || outputs::stands_at(path)
}

/// All paths over one engine. `access` says who asks, `ready` whether requests can be answered now, and `scraper`
/// what is counted, which is shown here unless `metrics` has an address of its own.
pub fn router(
    engine: Engine,
    access: Arc<Access>,
    ready: Readiness,
    scraper: Scraper,
    settings: &config::Http,
    metrics: config::Metrics,
) -> Router {
    // An agent asks what it likes, which is nothing that an operator has trusted.
    let mcp = settings.mcp && settings.trusted_documents.is_none();
    let counts = scraper.metrics().clone();
    let load = load::Load::new(settings.max_requests, counts.clone());
    let mut routes = Router::new()
        .route("/livez", health::live())
        .route("/readyz", health::ready(ready))
        .route("/schema.graphql", schema::route(engine.sdl(), &engine.lean_sdl()))
        .merge(outputs::routes(&engine, &load, settings))
        .route("/llms.txt", llms::route(engine.clone(), mcp))
        .route(graphql::PATH, graphql::route(engine.clone(), load.clone()));
    if mcp {
        let server = OverHttp::new(Agent::new(engine));
        routes = routes.route(mcp::PATH, mcp::route(server, load, &settings.cors));
    }
    // So does the page.
    let page = (settings.page && settings.trusted_documents.is_none()).then(|| page::Page::new(settings.graphiql));
    if let Some(page) = &page {
        routes = routes.merge(page.assets());
    }
    if settings.graphiql {
        routes = routes.merge(graphiql::routes());
    }
    if metrics.listen.is_none() {
        routes = routes.route(metrics::PATH, scraper.route());
    }
    let stands = |path: &str| match path {
        "/graphiql" => settings.graphiql,
        metrics::PATH => metrics.listen.is_none(),
        mcp::PATH => mcp,
        _ => true,
    };
    middleware::around(home::add(routes, page, stands), access, counts, &settings.cors)
}

/// What is counted, and nothing else: for an address of its own.
pub fn metrics_router(scraper: Scraper) -> Router {
    let routes = Router::new().route(metrics::PATH, scraper.route());
    middleware::around_metrics(home::add(routes, None, |path| path == metrics::PATH))
}

//! HTTP: which path answers what, and how requests and answers are framed.
//!
//! | path | answered by |
//! | --- | --- |
//! | `/graphql` | `graphql`: GraphQL over HTTP; `body` and `params` read the request, `media` chooses the answer's type |
//! | `/graphiql` | `graphiql`: the explorer, its assets in the binary |
//! | `/schema.graphql` | `schema`: the SDL |
//! | `/livez`, `/readyz` | `health`: for whoever restarts processes and routes traffic |
//! | `/` and everything else | `home`: what can be found where |
//!
//! `load` bounds what of `/graphql` is worked on at a time, and for how long.
//!
//! Around all of them stands `middleware`: one line of log a request, masked panics, CORS (`cors`),
//! compression. At the door to `/graphql`, `rate` finds out who asks, and takes a point. A request that does
//! not get as far as GraphQL is answered by a `refusal`. `server` brings the router to sockets, a bounded
//! number of them, and knows how to stop; `stopping` says so to those who still ask.
//!
//! What a document means, whether it is allowed and what it costs, is left to `crate::graphql`.

mod body;
mod cors;
mod document;
mod graphiql;
mod graphql;
mod health;
mod home;
mod load;
mod media;
mod middleware;
mod params;
mod rate;
mod refusal;
mod schema;
mod server;
mod stopping;

use std::sync::Arc;

use axum::Router;

pub use self::{
    health::Readiness,
    server::{serve, shutdown_signal},
};
use crate::{access::Access, config, graphql::Engine};

/// All paths over one engine. `access` says who asks, and `ready` whether requests can be answered now.
pub fn router(engine: Engine, access: Arc<Access>, ready: Readiness, settings: &config::Http) -> Router {
    let mut routes = Router::new()
        .route("/livez", health::live())
        .route("/readyz", health::ready(ready))
        .route("/schema.graphql", schema::route(engine.sdl()))
        .route(graphql::PATH, graphql::route(engine, load::Load::new(settings.max_requests)));
    if settings.graphiql {
        routes = routes.merge(graphiql::routes());
    }
    middleware::around(home::add(routes, settings.graphiql), access, &settings.cors)
}

//! `/mcp`: the Model Context Protocol for agents, by streamable HTTP without sessions. The door, the room and the limits
//! are those of `/graphql`; what is asked and answered is left to `crate::agent`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};

use super::{
    body,
    load::Load,
    measured::End,
    refusal::{Code, Refusal},
};
use crate::{agent::mcp::OverHttp, config::Cors, metrics::RequestOutcome};

/// Where it stands.
pub(super) const PATH: &str = "/mcp";

/// `POST` takes a message; there are no streams to `GET`, and no sessions to `DELETE`.
pub(super) fn route(server: OverHttp, load: Load, origins: &Cors) -> MethodRouter {
    let pages = axum::middleware::from_fn_with_state(Arc::new(origins.clone()), of_known_origin);
    post(answer).with_state((server, load)).layer(pages)
}

async fn answer(State((server, load)): State<(OverHttp, Load)>, request: Request) -> Result<Response, Refusal> {
    load.admit().await?;
    let (head, body) = request.into_parts();
    let body = body::arrived(&head.headers, body, &load).await?;
    let Ok(answer) = load.answer(Box::pin(server.answer(head, body))).await?;
    Ok(marked(answer))
}

/// The answer with what it counts as.
fn marked(mut answer: Response<Body>) -> Response {
    let outcome = match answer.status() {
        status if status.is_success() => RequestOutcome::Ok,
        status if status.is_server_error() => RequestOutcome::Internal,
        _ => RequestOutcome::BadRequest,
    };
    answer.extensions_mut().insert(End { outcome, cost: None });
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}

/// Lets pass what no page of another origin has sent: a browser on the same machine or in the same network would else
/// ask for anyone whose page it shows (MCP, “Streamable HTTP”, “Security Warning”).
async fn of_known_origin(State(known): State<Arc<Cors>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let is_known = match (headers.get(header::ORIGIN), &*known) {
        (None, _) | (_, Cors::Any) => true,
        (Some(origin), Cors::Origins(known)) => known.iter().any(|it| origin == it.as_str()),
    };
    if is_known {
        return next.run(request).await;
    }
    let refusal = Refusal::new(
        Code::BadRequest,
        "Pages of this origin may not ask here. Whoever runs the server can name it in `cors_origins`.",
    );
    let mut response = refusal.into_response();
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

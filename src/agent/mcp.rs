//! The Model Context Protocol: over HTTP, where each request stands for itself, and over standard streams. The crate
//! `rmcp` knows the protocol and its versions; this file says which tools there are, and who calls them.

use std::{convert::Infallible, io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{Request, Response, request::Parts},
};
use futures_util::future::BoxFuture;
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
    transport::{
        StreamableHttpServerConfig, StreamableHttpService, stdio,
        streamable_http_server::session::never::NeverSessionManager,
    },
};
use serde_json::{Map, Value};

use super::{
    query::{Agent, Told},
    tools,
};
use crate::access::Caller;

/// The server that clients talk to.
#[derive(Clone)]
struct Server(Answers);

/// Who answers calls of tools.
#[derive(Clone)]
pub enum Answers {
    /// An agent in this process, whoever calls: each request carries its [`Caller`].
    Callers(Agent),
    /// An agent in this process, without limits: for whoever has started it.
    Owner(Agent),
    /// Another server, which is sent the tool's name and arguments.
    Elsewhere(Relay),
}

/// Passes a call on, and gives what came of it.
pub type Relay = Arc<dyn Fn(String, Map<String, Value>) -> BoxFuture<'static, Told> + Send + Sync>;

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("precis", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tool = |tool: tools::Tool| Tool::new(tool.name, tool.description, Arc::new(tool.arguments));
        Ok(ListToolsResult::with_all_items(tools::all().into_iter().map(tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (name, arguments) = (request.name, request.arguments.unwrap_or_default());
        let told = match &self.0 {
            Answers::Callers(agent) => {
                let caller = context.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Caller>());
                let unknown = || ErrorData::internal_error("nobody is known to call", None);
                agent.call(&name, arguments, caller.ok_or_else(unknown)?).await
            }
            Answers::Owner(agent) => agent.call(&name, arguments, &Caller::unlimited()).await,
            Answers::Elsewhere(relay) if tools::all().iter().any(|tool| tool.name == name) => {
                Some(relay(name.into_owned(), arguments).await)
            }
            Answers::Elsewhere(_) => None,
        };
        let Some(told) = told else {
            return Err(ErrorData::invalid_params("there is no such tool: see tools/list", None));
        };
        // Nothing but a text: clients differ in what they show of an answer that is there twice.
        let blocks = vec![ContentBlock::text(told.text)];
        let result = if told.is_error { CallToolResult::error(blocks) } else { CallToolResult::success(blocks) };
        Ok(result.into())
    }
}

/// Answers requests of the streamable HTTP transport, each by itself: there are no sessions, and no streams.
#[derive(Clone)]
pub struct OverHttp(StreamableHttpService<Server, NeverSessionManager>);

impl OverHttp {
    /// For this agent.
    pub fn new(agent: Agent) -> Self {
        // Which hosts and origins may ask, and how long a request may be, is looked at before.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .disable_allowed_hosts()
            .disable_allowed_origins();
        let server = Server(Answers::Callers(agent));
        Self(StreamableHttpService::new(move || Ok(server.clone()), Arc::new(NeverSessionManager::default()), config))
    }

    /// The answer to a `POST` with this body, which carries its [`Caller`].
    pub async fn answer(&self, mut head: Parts, body: Vec<u8>) -> Result<Response<Body>, Infallible> {
        // A request that reached this server by name is answered, whichever name that was.
        head.headers.entry("host").or_insert(axum::http::HeaderValue::from_static("localhost"));
        let response = self.0.handle(Request::from_parts(head, Body::from(Bytes::from(body)))).await;
        Ok(response.map(Body::new))
    }
}

/// Answers on standard input and output until its end.
pub async fn over_stdio(answers: Answers) -> io::Result<()> {
    let running = match Server(answers).serve(stdio()).await {
        Ok(running) => running,
        // Who says nothing wants nothing.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(io::Error::other(error)),
    };
    running.waiting().await.map(drop).map_err(io::Error::other)
}

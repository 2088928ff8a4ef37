//! `precis mcp`: the Model Context Protocol on standard input and output, for clients that start their servers. What is
//! asked is answered from the local database, or passed on to a server.

use std::{process::ExitCode, sync::Arc};

use futures_util::FutureExt;
use reqwest::{Client, StatusCode, Url};
use serde_json::{Map, Value, json};

use super::{
    Failure,
    ask::{client, database, send},
    digest::url,
};
use crate::{
    agent::{
        Agent, Told,
        mcp::{Answers, over_stdio},
    },
    config::{Config, DatabaseArgs},
    logging,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    /// Ask this server instead of the local database
    #[arg(long, value_name = "URL", value_parser = url)]
    url: Option<Url>,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    if let Some(url) = &args.url {
        let (client, url) = (client()?, mcp_of(url));
        let relay = move |tool, arguments| relayed(client.clone(), url.clone(), tool, arguments).boxed();
        over_stdio(Answers::Elsewhere(Arc::new(relay))).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let app = database(&config.database).await?;
    over_stdio(Answers::Owner(Agent::new(app.engine.clone()))).await?;
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Where a server answers agents, whose address this is, or that of its GraphQL.
fn mcp_of(url: &Url) -> Url {
    let mut url = url.clone();
    let path = url.path().strip_suffix("graphql").unwrap_or(url.path());
    if path.ends_with('/') {
        url.set_path(&format!("{path}mcp"));
    }
    url
}

/// What a server says to a call.
async fn relayed(client: Client, url: Url, tool: String, arguments: Map<String, Value>) -> Told {
    let message = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments },
    });
    match send(&client, &url, "application/json, text/event-stream", message.to_string()).await {
        Ok((status, body)) => told(status, &serde_json::from_slice(&body).unwrap_or_default()),
        Err(error) => Told { text: format!("error UNAVAILABLE {}", logging::chain(&error)), is_error: true },
    }
}

fn told(status: StatusCode, answer: &Value) -> Told {
    if let Some(text) = answer["result"]["content"][0]["text"].as_str() {
        return Told { text: text.to_owned(), is_error: answer["result"]["isError"] == true };
    }
    let refusal = &answer["errors"][0];
    let code = refusal["extensions"]["code"].as_str().unwrap_or("UNAVAILABLE");
    let message = refusal["message"].as_str().or(answer["error"]["message"].as_str());
    let message = message
        .map_or_else(|| format!("the server answered {status}: see whether it is a Précis server"), str::to_owned);
    Told { text: format!("error {code} {message}"), is_error: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_by_its_address_or_that_of_its_graphql() {
        for (given, found) in [
            ("http://a.example", "http://a.example/mcp"),
            ("http://a.example/", "http://a.example/mcp"),
            ("http://a.example/graphql", "http://a.example/mcp"),
            ("http://a.example/below/", "http://a.example/below/mcp"),
            ("http://a.example/mcp", "http://a.example/mcp"),
        ] {
            assert_eq!(mcp_of(&given.parse().expect("an address")).as_str(), found);
        }
    }

    #[test]
    fn what_a_server_refuses_is_told() {
        let refusal = json!({ "errors": [{ "message": "Come again.", "extensions": { "code": "RATE_LIMITED" } }] });
        let told = told(StatusCode::TOO_MANY_REQUESTS, &refusal);
        assert_eq!(told, Told { text: "error RATE_LIMITED Come again.".to_owned(), is_error: true });
    }
}

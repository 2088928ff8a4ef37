//! `precis mcp`: an agent is answered on standard output, a line for a line.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use serde_json::{Value, json};

use super::{Ended, Fresh, Precis, digest::Server};
use crate::{both, support::TestApp};

const LINES: &str = "\
{\"source\": \"Rivers\", \"title\": \"Flood\", \"guid\": \"1\", \"published_at\": \"2026-03-03T09:15:00Z\", \"tags\": [\"Water\"]}\n\
{\"source\": \"Rivers\", \"title\": \"Ebb\", \"guid\": \"2\", \"published_at\": \"2026-03-02T09:15:00Z\"}\n";

const QUERY: &str = "{ summaries { totalCount nodes { title tags { slug } } } }";

/// What is answered to a client that greets, asks, and goes.
fn talk(precis: &Precis, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let client =
        json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "a", "version": "1" } });
    let lines = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": { "name": "query", "arguments": { "query": QUERY } } }),
    ];
    let mut child = precis.command(arguments).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("its input");
    let mut out = BufReader::new(child.stdout.take().expect("its output"));
    let mut answers = Vec::new();
    for line in lines {
        writeln!(input, "{line}").expect("it reads");
        if line.get("id").is_some() {
            let mut answer = String::new();
            out.read_line(&mut answer).expect("a line");
            answers.push(serde_json::from_str(&answer).expect("JSON"));
        }
    }
    drop(input);
    (Ended::from(child.wait_with_output().expect("it ends")).code, answers)
}

both! {
    async fn an_agent_is_answered_from_the_database_and_from_a_server(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        precis.write("a.jsonl", LINES);
        let imported = precis.run(&["import", "--log", "warn", "a.jsonl", "--database-url", &database.url]);
        assert_eq!(imported.code, Some(0));
        let (code, answers) = talk(&precis, &["mcp", "--database-url", &database.url]);
        assert_eq!(code, Some(0));
        let server = Server::of(&precis, &database.url);
        for url in [format!("http://{}", server.address), format!("http://{}/graphql", server.address)] {
            assert_eq!(talk(&precis, &["mcp", "--url", &url]), (code, answers.clone()));
        }
        let names: Vec<&Value> = answers[1]["result"]["tools"].as_array().expect("tools").iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["schema", "query"]);
        let table = "#summaries 2/2\ntitle\ttags[].slug\nFlood\twater\nEbb\t[]";
        assert_eq!(answers[2]["result"], json!({ "content": [{ "type": "text", "text": table }], "isError": false }));
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let precis = Precis::new();
    let Ended { code, err, .. } = precis.run(&["mcp"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("there is no database"), "{err}");
}

#[test]
fn a_server_that_is_not_there_is_told_to_the_agent() {
    let (code, answers) = talk(&Precis::new(), &["mcp", "--url", "http://127.0.0.1:1"]);
    assert_eq!((code, &answers[2]["result"]["isError"]), (Some(0), &json!(true)));
    let text = answers[2]["result"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("error UNAVAILABLE http://127.0.0.1:1/mcp does not answer"), "{text}");
}

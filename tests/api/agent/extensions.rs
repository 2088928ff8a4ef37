//! The same budget over plain GraphQL, and what a request cost, in `extensions`.

use proptest::sample::select;
use serde_json::{Value, json};

use crate::{both, property::for_all, support::TestApp, tokens};

const QUERIES: [&str; 5] = [
    "{ summaries(first: 60) { totalCount nodes { title tldr } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    "{ sources(first: 50) { pageInfo { hasNextPage endCursor } nodes { name episodes(first: 40) { nodes { title } pageInfo { hasNextPage endCursor } } } } }",
    "{ a: summaries(last: 20) { edges { cursor node { title } } pageInfo { hasNextPage startCursor endCursor } } b: tags { nodes { slug } pageInfo { hasNextPage } } }",
    "{ summaryDays { nodes { date summaries(first: 20) { nodes { title } pageInfo { hasNextPage } } } } }",
    "{ tags { nodes { slug summaryCount } } viewer { name } }",
];

/// The response to a query within a budget.
async fn within(app: &TestApp, query: &str, max_tokens: usize) -> (String, Value) {
    let body = json!({ "query": query, "extensions": { "budget": { "maxTokens": max_tokens } } });
    let reply = app.post(&body.to_string()).await;
    let text = String::from_utf8(reply.body.to_vec()).expect("answers are UTF-8");
    let answer = serde_json::from_str(&text).expect("answers are JSON");
    (text, answer)
}

both! {
    async fn a_budget_cuts_pages_and_their_ends_are_true(app: TestApp) {
        for_all(60, (select(QUERIES.to_vec()), 100..4_000_usize), async |(query, limit)| {
            let (text, answer) = within(&app, query, limit).await;
            let whole = app.data(query).await;
            let budget = &answer["extensions"]["budget"];
            let cut = budget["cut"].as_array().expect("what was cut");
            if tokens(&text) > limit && cut.iter().any(|it| it["rows"] != 0) {
                return Err(format!("{} tokens instead of {limit}: {text}", tokens(&text)));
            }
            if budget["limit"] != limit {
                return Err(format!("another limit: {budget}"));
            }
            holds(&answer["data"], &whole, cut, &mut Vec::new())
        })
        .await;
    }

    async fn what_fits_is_left_as_it_is(app: TestApp) {
        let query = "{ tags(first: 3) { nodes { slug } pageInfo { hasNextPage } } }";
        let (_, answer) = within(&app, query, 500).await;
        assert_eq!(answer["data"], app.data(query).await);
        let used = tokens(&json!({ "data": answer["data"] }).to_string());
        assert_eq!(answer["extensions"], json!({ "budget": { "limit": 500, "used": used, "cut": [] } }));
    }

    async fn a_page_that_was_cut_goes_on_behind_its_end(app: TestApp) {
        let list = |after: &Value| format!("{{ summaries(first: 60, after: {after}) {{ nodes {{ id title }} pageInfo {{ hasNextPage endCursor }} }} }}");
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let (_, answer) = within(&app, &list(&after), 400).await;
            let page = &answer["data"]["summaries"];
            seen.extend(page["nodes"].as_array().expect("rows").clone());
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let whole = app.data("{ summaries(first: 100) { nodes { id title } } }").await;
        assert_eq!(Value::from(seen), whole["summaries"]["nodes"]);
    }

    async fn a_request_is_told_what_it_cost(app: TestApp) {
        let body = json!({ "query": "{ summaries(first: 60) { totalCount nodes { title tags { slug } } } }", "extensions": { "cost": true } });
        let answer: Value = serde_json::from_slice(&app.post(&body.to_string()).await.body).expect("JSON");
        assert_eq!(answer["extensions"], json!({ "cost": { "cost": 365, "limit": 10_000, "points": 4 } }));
    }

    async fn extensions_that_make_no_sense_are_refused(app: TestApp) {
        for (extensions, message) in [
            (json!({ "budget": 500 }), "`budget` is a number. Send a JSON object."),
            (json!({ "budget": {} }), "Of `budget`, `maxTokens` is a whole number of at least 100."),
            (json!({ "budget": { "maxTokens": 99 } }), "Of `budget`, `maxTokens` is a whole number of at least 100."),
            (json!({ "cost": 1 }), "`cost` is a number. Send true or false."),
        ] {
            let body = json!({ "query": "{ viewer { name } }", "extensions": extensions });
            let answer: Value = serde_json::from_slice(&app.post(&body.to_string()).await.body).expect("JSON");
            assert_eq!(answer["errors"][0]["message"], message);
        }
    }
}

/// Whether a cut answer is the whole one but for the pages that are said to be cut, whose ends are theirs.
fn holds(cut: &Value, whole: &Value, said: &[Value], path: &mut Vec<Value>) -> Result<(), String> {
    match (cut, whole) {
        (Value::Object(cut), Value::Object(whole)) => {
            let of_here = said.iter().find(|it| it["path"] == json!(path));
            for (key, value) in whole {
                let found = &cut[key];
                path.push(key.as_str().into());
                match (key.as_str(), of_here) {
                    ("nodes" | "edges", Some(said)) => {
                        let (rows, of) = (found.as_array().map_or(0, Vec::len), value.as_array().map_or(0, Vec::len));
                        if said["rows"] != rows || said["of"] != of || rows >= of {
                            return Err(format!("{said} at {path:?}, but {rows} rows of {of}"));
                        }
                    }
                    ("pageInfo", Some(said)) if found["hasNextPage"] != true => {
                        return Err(format!("{said} at {path:?}, but {found}"));
                    }
                    _ => {}
                }
                if !(key == "pageInfo" && of_here.is_some()) {
                    holds(found, value, said, path)?;
                }
                path.pop();
            }
            Ok(())
        }
        (Value::Array(cut), Value::Array(whole)) => {
            for (at, (cut, whole)) in cut.iter().zip(whole).enumerate() {
                path.push(at.into());
                holds(cut, whole, said, path)?;
                path.pop();
            }
            let is_said =
                said.iter().any(|it| it["path"].as_array().is_some_and(|it| it[..] == path[..path.len() - 1]));
            if cut.len() < whole.len() && !is_said { Err(format!("cut at {path:?}")) } else { Ok(()) }
        }
        (cut, whole) if cut == whole => Ok(()),
        (cut, whole) => Err(format!("{cut} instead of {whole} at {path:?}")),
    }
}

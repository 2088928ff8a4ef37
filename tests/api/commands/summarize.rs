//! `precis summarize`: summaries are written, or it is said what would be.

use serde_json::{Value, json};

use super::{Ended, Fresh, Precis, said};
use crate::{
    both,
    support::{
        TestApp,
        model::{TestModel, summary, writes},
        origin::says,
    },
};

/// An input with two texts that can be summed up, and one that can't.
fn lines() -> String {
    let text = "It rained for two days, and the river rose by a metre. ".repeat(6);
    let line = |title: &str, text: &str, day: u32| {
        let episode = json!({
            "title": title, "content": text, "content_format": "plain", "language": "en",
            "published_at": format!("2026-05-0{day}T12:00:00Z"),
        });
        json!({ "source": "Rivers", "episode": episode }).to_string()
    };
    [line("Flood", &text, 1), line("Ebb", &format!("{text} And fell."), 2), line("Calm", "Nothing.", 3)].join("\n")
}

/// A command on this database that asks this model.
fn run(precis: &Precis, url: &str, model: &TestModel, arguments: &[&str]) -> Ended {
    let mut command = precis.command(&[&["summarize", "--database-url", url], arguments].concat());
    command.env("PRECIS_MODEL_URL", model.url()).env("PRECIS_MODEL", "test-model");
    command.env("PRECIS_MODEL_KEY", "test-key").env("PRECIS_MODEL_PARALLEL", "1");
    Ended::from(command.output().expect("it runs"))
}

fn failed(code: i32, out: &str, err: &str) -> Ended {
    Ended { code: Some(code), out: out.to_owned(), err: err.to_owned() }
}

/// An empty database with that input.
async fn imported(app: &TestApp, precis: &Precis) -> Fresh {
    let database = Fresh::on(app.backend).await.expect("it was there");
    precis.write("rivers.jsonl", lines());
    let ended = precis.run(&["import", "rivers.jsonl", "--log", "warn", "--database-url", &database.url]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    database
}

both! {
    async fn a_dry_run_asks_nobody_and_a_run_has_them_written_once(app: TestApp) {
        let precis = Precis::new();
        let database = imported(&app, &precis).await;
        let url = database.url.as_str();
        let model = TestModel::that_writes(&summary());
        let dry = run(&precis, url, &model, &["--dry-run", "--json"]);
        let mut answer: Value = serde_json::from_str(&dry.out).expect("one object");
        let tokens = answer["total"]["input_tokens"].take().as_u64().expect("a number");
        assert!((800..2_000).contains(&tokens), "{tokens}");
        assert_eq!(
            (dry.code, answer, dry.err.as_str()),
            (
                Some(0),
                json!({ "dry_run": true, "total": { "summaries": 2, "too_short": 1, "input_tokens": null } }),
                "",
            ),
        );
        let text = format!("2 summaries would be written, 1 texts are too short; the questions have {tokens} tokens\n");
        assert_eq!(run(&precis, url, &model, &["--dry-run"]), said(&text));
        assert!(model.asked().is_empty());

        let first = run(&precis, url, &model, &["--since", "2026-05-02", "--limit", "2", "--json"]);
        let answer: Value = serde_json::from_str(&first.out).expect("one object");
        let episode = |id: &str, outcome: &str, requests: u32| {
            json!({
                "id": id, "outcome": outcome, "requests": requests, "input_tokens": 100 * requests,
                "output_tokens": 50 * requests, "error": null,
            })
        };
        let total = json!({
            "written": 1, "kept": 1, "failed": 0, "left": 0, "input_tokens": 100, "output_tokens": 50,
        });
        let episodes = json!([episode("ep3", "TOO_SHORT", 0), episode("ep2", "WRITTEN", 1)]);
        assert_eq!((first.code, answer), (Some(0), json!({ "episodes": episodes, "total": total })));

        let tokens = "100 tokens of input, 50 of output\n";
        let second = run(&precis, url, &model, &[]);
        assert_eq!(second, said(&format!("1 summaries written, 0 kept as they are, 0 failed, 0 left; {tokens}")));
        let none = "0 summaries written, 0 kept as they are, 0 failed, 0 left; 0 tokens of input, 0 of output\n";
        for arguments in [[].as_slice(), &["--stale"]] {
            assert_eq!(run(&precis, url, &model, arguments), said(none));
        }
        assert_eq!(model.asked().len(), 2);
    }

    async fn what_fails_is_told_and_the_rest_is_left_where_nobody_answers(app: TestApp) {
        let precis = Precis::new();
        let database = imported(&app, &precis).await;
        let url = database.url.as_str();
        let wrong = TestModel::start(|_| writes("no"));
        let ended = run(&precis, url, &wrong, &["--limit", "2"]);
        let out = "0 summaries written, 1 kept as they are, 1 failed, 0 left; 300 tokens of input, 150 of output\n";
        assert_eq!(ended, failed(1, out, "ep2: no answer can be used: the answer is no JSON object\n"));

        let down = TestModel::start(|_| says(401, &[], "secret"));
        let ended = run(&precis, url, &down, &[]);
        let why = "the endpoint answered 401: see whether the key is right, which the variable of model_key_variable holds";
        let out = "0 summaries written, 0 kept as they are, 1 failed, 0 left; 0 tokens of input, 0 of output\n";
        assert_eq!(ended, failed(1, out, &format!("ep1: {why}\n")));

        // More than a day's tokens are not waited for.
        let budget = ["--max-tokens-per-day", "10000", "--max-input-tokens", "5000"];
        let many = TestModel::that_writes(&summary());
        let ended = run(&precis, url, &many, &[&budget[..], &["--stale"]].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    async fn without_a_model_the_call_is_wrong(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let ended = Precis::new().run(&["summarize", "--database-url", &database.url]);
        let why = "precis: no model is configured: give --model-url and --model, or set them in precis.toml\n";
        assert_eq!(ended, failed(2, "", why));
        let ended = Precis::new().run(&["summarize", "--model-url", "http://127.0.0.1:9/v1", "--database-url", &database.url]);
        let why = "precis: --model: \"\" will not do; expected the name of a model that model_url has, such as qwen3:8b\n";
        assert_eq!(ended, failed(2, "", why));
    }
}

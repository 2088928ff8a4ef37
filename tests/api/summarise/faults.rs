//! Models that answer wrongly, late, or not at all.

use std::time::Duration;

use precis::{
    clock::Timestamp,
    config,
    content::summarising::Wanted,
    ingest::summarise::{Fault, Outcome},
    jobs::{Ended, NotBefore},
    logging,
};
use serde_json::{Value, json};

use super::{TEXT, app_with_rivers, content, episode, excerpt, flood, outcome, rivers, summarise, summariser, written};
use crate::{
    both,
    metrics::scrape,
    support::{
        TestApp,
        app::NOW,
        model::{TestModel, summary, writes},
        origin::{Does, says},
    },
    tables::{assert_same, dump},
};

/// A summary with one field changed.
fn with(field: &str, value: Value) -> String {
    let mut summary = summary();
    summary[field] = value;
    summary.to_string()
}

/// The only job: how often it was begun, and when it may be begun again.
async fn job(app: &TestApp) -> (i64, Timestamp) {
    let jobs = dump(&app.url).await.remove("job").expect("a table");
    let [job] = jobs.as_slice() else { panic!("not one job: {jobs:?}") };
    (job["attempts"].as_i64().expect("a number"), Timestamp(job["run_at"].as_i64().expect("a number")))
}

fn later(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds)
}

/// How long an attempt has to wait, in seconds, and what for.
fn waits<T: std::fmt::Debug>(ended: Ended<T>) -> (i64, String) {
    match ended {
        Ended::Later(NotBefore { until, why }) => (until.0 - NOW.0, logging::chain(&*why)),
        other => panic!("it does not wait: {other:?}"),
    }
}

/// Why an attempt failed.
fn failure<T: std::fmt::Debug>(ended: Ended<T>) -> String {
    match ended {
        Ended::Failed(failure) => logging::chain(&*failure),
        other => panic!("it did not fail: {other:?}"),
    }
}

both! {
    async fn a_wrong_answer_is_answered_with_what_is_wrong_until_it_is_right(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|question| match question.nth {
            0 => writes("Sure! Here is your summary."),
            1 => writes(&with("tldr", json!("x".repeat(281)))),
            _ => writes(&summary().to_string()),
        });
        let Ended::Done(done) = summarise(&app, model.settings()).await else { panic!("it was not done") };
        assert_eq!((done.outcome, done.requests, done.usage.input, done.usage.output), (Outcome::Written, 3, 300, 150));
        assert_eq!(flood(&app).await, written());
        let asked = model.asked();
        let said = |nth: usize| asked[nth].said().into_iter().map(|(role, _)| role).collect::<Vec<_>>();
        assert_eq!((said(0), said(1)), (vec!["system".into(), "user".into()], said(2)));
        assert_eq!(said(1), ["system", "user", "assistant", "user"]);
        // Each question is about the last answer alone.
        assert_eq!(asked[1].said()[2].1, "Sure! Here is your summary.");
        assert!(asked[1].last().starts_with("That can't be used: the answer is no JSON object."));
        assert!(asked[2].last().starts_with("That can't be used: tldr has 281 characters, and is to have 1 to 280."));
        assert!(asked[2].said()[..2] == asked[0].said()[..]);
    }

    async fn after_three_wrong_answers_the_excerpt_stays_until_the_text_is_another(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|_| writes(&with("category", json!("<b>IGNORE ALL THAT</b>"))));
        let before = content(&app).await;
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Unusable(Fault::Category));
        assert_eq!(model.asked().len(), 3);
        assert_same(&before, &content(&app).await, "nothing came of it");
        assert_eq!(flood(&app).await, excerpt());
        let faults = dump(&app.url).await.remove("model_fault").expect("a table");
        let flood = episode(&app, "Flood").await;
        let [fault] = faults.as_slice() else { panic!("not one fault: {faults:?}") };
        assert_eq!((&fault["episode_id"], &fault["model"]), (&json!(flood), &json!("test-model")));
        let why = "category is none of the categories: take one of them, as it is written, or null";
        assert_eq!(fault["fault"], why);
        assert!(dump(&app.url).await["job"].is_empty());

        // The same model is not asked again, but another one is, and both are about another text.
        let wanted = async |name: &str| {
            let settings = config::Model { name: name.to_owned(), ..model.settings() };
            summariser(&app, &settings).wanted(Wanted::Missing, None, 1).await.expect("rows")
        };
        let ebb = episode(&app, "Ebb").await;
        assert_eq!((wanted("test-model").await, wanted("better-model").await), (vec![ebb], vec![flood]));
        app.import_newer("rivers.xml", &rivers(&format!("{TEXT} And then it ebbed."))).await;
        assert_eq!(wanted("test-model").await, [flood]);
    }

    async fn an_answer_may_be_empty_refused_or_cut_off(app: TestApp) {
        let cases = [
            (json!({ "content": null }), "stop", Fault::Nothing),
            (json!({ "content": "" }), "stop", Fault::Nothing),
            (json!({ "content": null, "refusal": "No." }), "stop", Fault::Refused),
            (json!({ "content": "{\"title\": \"Riv" }), "length", Fault::CutOff),
        ];
        for (message, reason, fault) in cases {
            let app = app_with_rivers(&app).await;
            let body = json!({ "choices": [{ "message": message, "finish_reason": reason }] }).to_string();
            let model = TestModel::start(move |_| says(200, &[], &body));
            assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Unusable(fault));
            // Where the endpoint does not count, we do.
            let requests = dump(&app.url).await.remove("model_request").expect("a table");
            assert!(requests.iter().all(|row| (300..1_500).contains(&row["tokens"].as_i64().expect("a number"))));
        }
    }

    async fn an_endpoint_that_is_busy_is_asked_when_it_says_and_that_is_no_attempt(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|question| match question.nth {
            0 => says(429, &["retry-after: 90"], "slow down"),
            1 => says(429, &[], "slow down"),
            _ => writes(&summary().to_string()),
        });
        let why = "the endpoint answered 429: it wants to be asked less often, or later".to_owned();
        assert_eq!(waits(summarise(&app, model.settings()).await), (90, why.clone()));
        assert_eq!(job(&app).await, (0, later(90)));
        // Where it does not say, it is left alone for a while.
        assert_eq!(waits(summarise(&app, model.settings()).await), (300, why));
        assert_eq!(job(&app).await, (0, later(300)));
        assert!(dump(&app.url).await["model_request"].iter().all(|row| row["tokens"] == 0));
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
    }

    async fn an_endpoint_that_stalls_is_given_up_and_tried_again(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|question| match question.nth {
            0 => Does::Stalls(Vec::new()),
            1 => Does::Stalls(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()),
            2 => Does::Says(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()),
            _ => writes(&summary().to_string()),
        });
        let settings = config::Model { timeout: Duration::from_secs(1), ..model.settings() };
        for attempt in 1..=2 {
            let said = failure(summarise(&app, settings.clone()).await);
            assert!(said.starts_with("the model took longer than 1 s: "), "{said}");
            assert_eq!(job(&app).await.0, attempt);
        }
        let said = failure(summarise(&app, settings.clone()).await);
        assert!(said.starts_with("the model's answer broke off"), "{said}");
        assert_eq!(job(&app).await, (3, later(60)));
        // It may have been paid for.
        let requests = dump(&app.url).await.remove("model_request").expect("a table");
        assert!(requests.iter().all(|row| row["tokens"].as_i64().expect("a number") > 2_000), "{requests:?}");
        assert_eq!(flood(&app).await, excerpt());
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
        assert_eq!(flood(&app).await, written());
    }

    async fn what_an_endpoint_can_do_wrong_is_said_without_what_it_says(app: TestApp) {
        let app = app_with_rivers(&app).await;
        // Where it is the endpoint that something is wrong with, it is asked again, and that is no attempt.
        let cases = [
            (401, "the endpoint answered 401: see whether the key is right, which the variable of model_key_variable holds"),
            (404, "the endpoint answered 404: see whether model_url is right, and has a model of that name"),
            (307, "the endpoint answered 307: see whether model_url is right, and has a model of that name"),
            (500, "the endpoint answered 500: something is wrong with it"),
        ];
        for (status, why) in cases {
            let model = TestModel::start(move |_| says(status, &["location: http://127.0.0.1:9/"], "secret"));
            assert_eq!(waits(summarise(&app, model.settings()).await), (300, why.to_owned()));
        }
        let nobody = TestModel::start(|_| says(200, &[], ""));
        let nobody = config::Model { url: "http://127.0.0.1:9/v1/".parse().expect("a URL"), ..nobody.settings() };
        let (pause, said) = waits(summarise(&app, nobody).await);
        assert!(said.starts_with("the model can't be reached: see whether model_url is right, and the endpoint runs"));
        assert_eq!((pause, job(&app).await), (300, (0, later(300))));
        assert!(dump(&app.url).await["model_request"].iter().all(|row| row["tokens"] == 0));

        // It may be about this question.
        let refuses = TestModel::start(|_| says(402, &[], "secret"));
        let why = "the endpoint answered 402: it does not take the question; its log may say why";
        assert_eq!(failure(summarise(&app, refuses.settings()).await), why);
        let other = TestModel::start(|_| says(200, &[], "<!doctype html>"));
        let why = "the endpoint answered something else than a chat completion: see whether model_url is right";
        assert_eq!(failure(summarise(&app, other.settings()).await), why);
        let large = TestModel::start(|_| says(200, &[], "x".repeat(2 << 20)));
        assert_eq!(failure(summarise(&app, large.settings()).await), "the endpoint's answer is longer than 1024 KiB");
        assert_eq!(job(&app).await, (3, later(60)));
        assert_eq!(flood(&app).await, excerpt());
    }

    async fn an_endpoint_that_is_away_for_days_costs_no_summary(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|question| match question.nth {
            0..30 => says(502, &[], ""),
            _ => writes(&summary().to_string()),
        });
        for _ in 0..30 {
            let ended = summarise(&app, model.settings()).await;
            assert!(matches!(ended, Ended::Later(_)), "{ended:?}");
            app.clock.pass(Duration::from_hours(2));
        }
        assert_eq!(job(&app).await.0, 0);
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
        assert_eq!(flood(&app).await, written());
    }

    async fn what_becomes_of_questions_and_what_they_take_is_counted(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|question| match question.nth {
            0 => says(429, &[], ""),
            1 => says(401, &[], ""),
            2 => says(500, &[], ""),
            3 => Does::Stalls(Vec::new()),
            4 => writes("no"),
            _ => writes(&summary().to_string()),
        });
        let settings = config::Model { timeout: Duration::from_secs(1), ..model.settings() };
        for _ in 0..3 {
            waits(summarise(&app, settings.clone()).await);
        }
        failure(summarise(&app, settings.clone()).await);
        assert_eq!(outcome(summarise(&app, settings).await), Outcome::Written);
        let shown = scrape(&app).await;
        for (outcome, times) in [
            ("answered", 1), ("invalid", 1), ("refused", 1), ("rate_limited", 1), ("failed", 1), ("timeout", 1),
        ] {
            let series = format!("precis_model_requests_total{{outcome=\"{outcome}\"}}");
            assert_eq!(shown.get(&series), times, "{outcome}");
        }
        for (direction, tokens) in [("input", 200), ("output", 100)] {
            let series = format!("precis_model_tokens_total{{direction=\"{direction}\"}}");
            assert_eq!(shown.get(&series), tokens, "{direction}");
        }
    }

    async fn an_endpoint_is_asked_in_the_manner_that_it_takes(app: TestApp) {
        let app = app_with_rivers(&app).await;
        app.import("more.xml", &rivers(TEXT).replace("Flood", "Flood again").replace(">1<", ">3<")).await.1.expect("it is imported");
        let model = TestModel::start(|question| {
            let format = question.body["response_format"]["type"].as_str();
            if format == Some("json_object") && question.body["max_tokens"] == 2_000 {
                writes(&summary().to_string())
            } else {
                says(400, &[], "{\"error\": {\"message\": \"Unsupported parameter\"}}")
            }
        });
        let summariser = summariser(&app, &model.settings());
        for (title, questions) in [("Flood", 3), ("Flood again", 4)] {
            let ended = summariser.summarise_now(episode(&app, title).await, std::future::pending()).await;
            let Ended::Done(done) = ended.expect("jobs").expect("nobody else does it") else { panic!("it was not done") };
            // What is refused is no request that counts.
            assert_eq!((done.outcome, done.requests), (Outcome::Written, 1));
            assert_eq!(model.asked().len(), questions);
        }
        let never = TestModel::start(|_| says(422, &[], "no"));
        assert_eq!(
            failure(summarise(&app_with_rivers(&app).await, never.settings()).await),
            "the endpoint answered 422: it does not take the question; its log may say why",
        );
        assert_eq!(never.asked().len(), 4);
    }
}

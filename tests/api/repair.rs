//! Errors that teach: mistakes of people and models, each with the query that was meant. What is offered instead of
//! them is that query, or nothing.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{self, StatusCode},
};
use precis::{
    agent::repair::explain,
    graphql::{Request, parse, print},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Backend, TestApp, run},
};

/// The mistakes, by class.
const MISTAKES: &str = include_str!("repair/mistakes.txt");

/// The least part of all mistakes that is answered with the query that was meant, in hundredths.
const LEAST: usize = 90;

struct Mistake {
    class: &'static str,
    wrong: String,
    meant: String,
    variables: Value,
}

fn mistakes() -> Vec<Mistake> {
    let (mut all, mut class): (Vec<Mistake>, _) = (Vec::new(), "");
    for line in MISTAKES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (mark, text) = line.split_at(line.find(' ').expect("a mark and a text"));
        let text = text.trim_start();
        let mistake = all.last_mut();
        match (mark, mistake) {
            ("==", _) => class = text,
            ("-", _) => {
                let (wrong, meant, variables) = (text.replace("\\n", "\n"), String::new(), json!({}));
                all.push(Mistake { class, wrong, meant, variables });
            }
            ("+", Some(mistake)) => mistake.meant = text.replace("\\n", "\n"),
            ("$", Some(mistake)) => mistake.variables = serde_json::from_str(text).expect(text),
            _ => panic!("{line}"),
        }
    }
    all
}

fn request(query: &str, variables: &Value) -> Request {
    let variables = serde_json::from_value(variables.clone()).expect("variables");
    Request { query: Some(query.to_owned()), variables, ..Request::default() }
}

fn printed(query: &str) -> String {
    print(&parse(query).unwrap_or_else(|error| panic!("{query}: {error}")))
}

#[test]
fn nine_of_ten_mistakes_are_answered_with_what_was_meant_and_none_with_something_else() {
    run(Backend::Sqlite, async |app| {
        let (engine, all) = (app.engine(), mistakes());
        let mut classes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let (mut wrong, mut unanswered) = (Vec::new(), Vec::new());
        for Mistake { class, wrong: query, meant, variables } in &all {
            let faults = engine.faults(&request(meant, variables));
            assert!(faults.is_empty(), "what is meant is right: {meant}: {faults:?}");
            assert!(
                !engine.faults(&request(query, variables)).is_empty() || printed(query) == printed(meant),
                "{query}"
            );
            let explained = explain(engine, &request(query, variables));
            let counts = classes.entry(class).or_default();
            counts.0 += 1;
            match &explained.fixed {
                Some(fixed) if *fixed == printed(meant) => counts.1 += 1,
                Some(_) => wrong.push(format!(
                    "{query}\n  meant   {}\n  {}",
                    printed(meant),
                    explained.text().replace('\n', "\n  ")
                )),
                None => unanswered.push(format!(
                    "{query}\n  meant   {}\n  {}",
                    printed(meant),
                    explained.text().replace('\n', "\n  ")
                )),
            }
        }
        let right: usize = classes.values().map(|(_, right)| right).sum();
        println!("{:<28} {:>4} {:>6}", "class", "all", "right");
        for (class, (all, right)) in &classes {
            println!("{class:<28} {all:>4} {right:>6}");
        }
        println!("{:<28} {:>4} {right:>6}\n", "all", all.len());
        println!("Not answered:\n{}\n", unanswered.join("\n"));
        assert!(all.len() >= 300 && classes.len() >= 10);
        assert!(wrong.is_empty(), "{} are answered with something else:\n{}", wrong.len(), wrong.join("\n"));
        assert!(right * 100 >= all.len() * LEAST, "{right} of {}", all.len());
    });
}

/// Words that are put into documents at random, beside those of the documents themselves.
const WORDS: [&str; 24] = [
    "{", "}", "(", ")", "[", "]", ":", "$", "...", "@", "!", "=", "\"", "'", "\"\"\"", "on", "fragment", "query",
    "null", "1e9", "nodes", "é", "\u{0}", "#",
];

#[test]
fn whatever_is_sent_is_explained_and_what_is_offered_is_right() {
    run(Backend::Sqlite, async |app| {
        let (engine, all) = (app.engine(), mistakes());
        let mut random = fastrand::Rng::with_seed(7);
        let mut offered = 0;
        for round in 0..1_500 {
            let mistake = &all[random.usize(..all.len())];
            let mut text = if round % 2 == 0 { mistake.meant.clone() } else { mistake.wrong.clone() };
            for _ in 0..random.usize(1..4) {
                edit(&mut text, &mut random);
            }
            let explained = explain(engine, &request(&text, &mistake.variables));
            if let Some(fixed) = &explained.fixed {
                offered += 1;
                let faults = engine.faults(&request(fixed, &mistake.variables));
                assert!(faults.is_empty(), "{text}\nis answered with {fixed}:\n{faults:?}");
            } else {
                assert!(!explained.lines.is_empty(), "{text}\nis not explained");
            }
            assert!(explained.lines.len() <= 12, "{explained:?}");
        }
        assert!(offered > 100, "only {offered} were offered");
    });
}

/// Takes something out, puts something in, or has two places change.
fn edit(text: &mut String, random: &mut fastrand::Rng) {
    let mut at = || text.floor_char_boundary(random.usize(..=text.len()));
    let (one, other) = (at(), at());
    let (from, until) = (one.min(other), text.floor_char_boundary(one.max(other).min(one.min(other) + 6)));
    match random.u8(..4) {
        0 => text.replace_range(from..until, ""),
        1 => text.insert_str(from, WORDS[random.usize(..WORDS.len())]),
        2 => {
            let part = text[from..until].to_owned();
            text.insert_str(one, &part);
        }
        _ => {
            let turned: String = text[from..until].chars().rev().collect();
            text.replace_range(from..until, &turned);
        }
    }
}

#[test]
fn what_cannot_be_mended_is_told_with_what_there_is_instead() {
    run(Backend::Sqlite, async |app| {
        let none = json!({});
        let told = [
            ("{ summaries(offset: 20) { nodes { id } } }", none.clone()),
            ("{ summary(by: \"su3\") { title } }", none.clone()),
            ("{ source(by: {slug: \"x\"}) { zzz } }", none.clone()),
            ("{ articles { nodes { title } } }", none.clone()),
            ("{ summaries(filter: {publishedAt: {gt: \"2026-05-01T00:00:00Z\"}}) { nodes { id } } }", none.clone()),
            ("{ summaries(filter: {sourceKinds: [ZZZ]}) { nodes { id } } }", none.clone()),
            ("{ episode(by: {seriesNumber: {number: 3}}) { title } }", none.clone()),
            ("{ summaries(first: 101, zzz: 1) { nodes { title source } } }", none.clone()),
            ("subscription { summaries { nodes { title } } }", none.clone()),
            ("", none.clone()),
            ("{ summaries(first: \"x", none.clone()),
            ("{ summaries(first: 100) { nodes { related(first: 50) { related(first: 50) { titel } } } } }", none),
            ("query ($n: Int) { summaries(first: $n) { nodes { id } } }", json!({ "n": "3" })),
            ("query ($n: Int!) { summaries(limit: $n) { nodes { id } } }", json!({})),
        ]
        .map(|(query, variables)| format!("{query}\n{}\n", explain(app.engine(), &request(query, &variables)).text()));
        insta::assert_snapshot!(told.join("\n"));
    });
}

/// A request that asks to be told how it was meant.
fn asking(query: &str, repair: &Value) -> String {
    json!({ "query": query, "extensions": { "repair": repair } }).to_string()
}

both! {
    async fn a_refusal_says_how_it_was_meant_where_its_caller_asks(app: TestApp) {
        let wrong = "{ summaries(limit: 1) { titel } }";
        let answer: Value = serde_json::from_slice(&app.post(&asking(wrong, &json!(true))).await.body).expect("JSON");
        let plain = app.ask(wrong).await;
        assert_eq!(plain["extensions"], Value::Null);
        assert_eq!(
            answer,
            json!({
                "errors": plain["errors"],
                "extensions": { "repair": {
                    "lines": [
                        "error UNKNOWN_ARGUMENT Query.summaries(limit:) -> first",
                        "error UNKNOWN_FIELD SummaryConnection.titel -> nodes { titel }",
                        "error UNKNOWN_FIELD Summary.titel -> title",
                    ],
                    "query": "{ summaries(first: 1) { nodes { title } } }",
                } },
            })
        );
        let meant = answer["extensions"]["repair"]["query"].as_str().expect("a query");
        assert_eq!(app.data(meant).await["summaries"]["nodes"].as_array().map(Vec::len), Some(1));

        // By GET, and with nothing to offer.
        let get = http::Request::get("/graphql?query=%7Bx%7D&extensions=%7B%22repair%22:true%7D");
        let reply = app.send(get.body(Body::empty()).expect("a request")).await;
        let answer: Value = serde_json::from_slice(&reply.body).expect("JSON");
        assert_eq!(answer["extensions"]["repair"]["query"], Value::Null);
        assert_eq!(answer["extensions"]["repair"]["lines"].as_array().map(Vec::len), Some(1));
    }

    async fn nothing_is_said_of_what_is_right_or_was_not_asked(app: TestApp) {
        for (query, repair) in [
            ("{ summaries(first: 1) { nodes { id } } }", json!(true)),
            ("{ summaries(first: 1) { id } }", json!(false)),
            ("{ summaries(first: 1) { id } }", json!(null)),
            ("{ summaries(first: 1000) { nodes { id } } }", json!(true)),
        ] {
            let answer: Value = serde_json::from_slice(&app.post(&asking(query, &repair)).await.body).expect("JSON");
            assert_eq!(answer["extensions"], Value::Null, "{query}");
        }
        let reply = app.post(&asking("{ x }", &json!("yes"))).await;
        let answer: Value = serde_json::from_slice(&reply.body).expect("JSON");
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer["errors"][0]["message"], "`repair` is a string. Send true or false.");
    }
}

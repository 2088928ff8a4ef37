//! Errors that teach: mistakes of people and models, each with the query that was meant. What is offered instead of
//! them is that query, or nothing.

use std::collections::BTreeMap;

use precis::{
    agent::repair::{Explained, explain},
    graphql::{Engine, Request, parse, print},
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

fn explained(engine: &Engine, query: &str) -> Explained {
    explain(engine, &request(query, &json!({})))
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
            assert!(!engine.faults(&request(query, variables)).is_empty() || printed(query) == printed(meant), "{query}");
            let explained = explain(engine, &request(query, variables));
            let counts = classes.entry(class).or_default();
            counts.0 += 1;
            match &explained.fixed {
                Some(fixed) if *fixed == printed(meant) => counts.1 += 1,
                Some(_) => wrong.push(format!("{query}\n  meant   {}\n  {}", printed(meant), explained.text().replace('\n', "\n  "))),
                None => unanswered.push(format!("{query}\n  meant   {}\n  {}", printed(meant), explained.text().replace('\n', "\n  "))),
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

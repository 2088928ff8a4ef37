//! What holds after any imports under any rules: copies and counters agree, and what is filed afterwards stands where
//! it would stand if the rules had been there from the start.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::Value;

use super::apply;
use crate::{
    import::{
        inbox::{import_as_of, lines},
        property::{Rows, agree, inputs},
    },
    property::{for_all, same},
    support::{Backend, TestApp, run},
    tables::{differences, dump},
};

/// How many sequences are tried on each database.
const CASES: u32 = 16;

/// Rules about what never changes without the summary: others depend on when it was looked at.
const RULES: [&str; 6] = [
    "tag:event-driven = News",
    "tag:WATER = Water",
    "source:seas = Water",
    "source:rivers = weather",
    "tag:#eventdriven = Backend",
    "source:lakes = Lakes",
];

fn rules() -> impl Strategy<Value = Vec<&'static str>> {
    (vec(select(RULES.to_vec()), 0..2), subsequence(RULES.to_vec(), 0..4))
        .prop_map(|(first, rest)| [first, rest].concat())
}

/// All summaries with their categories, in one order.
async fn shelves(app: &TestApp) -> Value {
    let fields = "title language tldr source { slug } tags { slug } category { slug }";
    let order = "orderBy: {field: TITLE, direction: ASC}";
    let mut nodes = app.data(&format!("{{ summaries(first: 100, {order}) {{ nodes {{ {fields} }} }} }}")).await;
    let mut nodes: Vec<Value> = nodes["summaries"]["nodes"].as_array_mut().expect("nodes").drain(..).collect();
    nodes.sort_by_key(Value::to_string);
    nodes.into()
}

async fn check(app: &TestApp, rules: &[&str], inputs: &[(u64, Vec<Value>)]) -> Result<(), String> {
    let (early, late) = (app.empty().await.filing_by(rules), app.empty().await);
    for (changed, items) in inputs {
        let text = lines(items);
        for app in [&early, &late] {
            let before = Rows::read(&app.url).await;
            assert!(import_as_of(app.content(), *changed, "a.jsonl", text.as_bytes()).await.is_stored());
            let after = Rows::read(&app.url).await;
            agree(&before, &after);
            let tables = dump(&app.url).await;
            import_as_of(app.content(), *changed, "a.jsonl", text.as_bytes()).await;
            same(&differences(&tables, &dump(&app.url).await), &Vec::new())?;
        }
    }
    let late = late.filing_by(rules);
    let would = apply(&late, true).await;
    let before = Rows::read(&late.url).await;
    same(&apply(&late, false).await, &would)?;
    let after = Rows::read(&late.url).await;
    agree(&before, &after);
    same(&shelves(&late).await, &shelves(&early).await)?;
    let tables = dump(&early.url).await;
    apply(&early, false).await;
    same(&differences(&tables, &dump(&early.url).await), &Vec::new())
}

#[test]
fn what_is_filed_late_stands_where_it_would_have_stood_on_sqlite() {
    let check = async |app: TestApp| {
        for_all(CASES, (rules(), inputs()), async |(rules, inputs)| check(&app, &rules, &inputs).await).await;
    };
    run(Backend::Sqlite, check);
}

#[test]
fn what_is_filed_late_stands_where_it_would_have_stood_on_postgres() {
    let check = async |app: TestApp| {
        for_all(CASES, (rules(), inputs()), async |(rules, inputs)| check(&app, &rules, &inputs).await).await;
    };
    run(Backend::Postgres, check);
}

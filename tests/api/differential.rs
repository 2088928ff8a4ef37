//! The differential test: documents at random, over content at random, are put to the application and to a
//! naive interpreter of the specification, and both have to say the same: data byte by byte, errors by path
//! and code, and no more statements than `statements` allows.
//!
//! `differential/` has the content (`content`), the interpreter's own view of it (`world`), the interpreter
//! (`execute`, `coerce`, `resolvers`, `find`, `stories`, `shelf`, `facets`, `search`, `pages`), and the documents
//! (`random`, `values`, `words`, `texts`, `focus`, `merge`, `shrink`). `cost` and `shape` say what a document costs and how
//! large it is, by the same rules in words; every document is asked twice, as the second time it is not looked at again.
//! Documents are made from the schema: a new field is asked for at once, and fails the test until
//! `resolvers` knows what it is.
//!
//! A failure tells the seed of its content; `PRECIS_TEST_SEED` starts there. `PRECIS_TEST_CASES` is how many
//! documents are tried on each database. Twenty thousand:
//!
//! ```sh
//! PRECIS_TEST_CASES=20000 cargo test --test api differential -- --nocapture
//! ```

mod answer;
mod budget;
mod coerce;
mod content;
mod cost;
mod dice;
mod document;
mod execute;
mod facets;
mod figures;
mod find;
mod focus;
mod lists;
mod merge;
mod objects;
mod pages;
mod random;
mod resolvers;
pub(crate) mod schema;
mod search;
mod shape;
mod shelf;
mod shrink;
mod statements;
mod stories;
mod texts;
mod values;
mod words;
mod world;

use std::{
    env,
    hash::{BuildHasher as _, RandomState},
    time::Instant,
};

use answer::Expected;
use axum::{body::Body, http::Request};
use document::Case;
use figures::Figures;
use precis::content::{Content, SourceHealth, fetching::FetchState};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use random::Documents;
use schema::Schema;
use serde_json::json;
use words::Words;
use world::World;

use crate::{both, property::for_all_with, support::TestApp, tables::connect};

/// How many documents are tried on each database, unless `PRECIS_TEST_CASES` says.
const DOCUMENTS: u64 = 2_000;
/// How many documents are tried on one content.
const DOCUMENTS_OF_A_CONTENT: u32 = 50;

both! {
    async fn any_document_is_answered_as_the_specification_says(app: TestApp) {
        let schema = Schema::of(&precis::graphql::sdl());
        let documents = number("PRECIS_TEST_CASES").unwrap_or(DOCUMENTS);
        let first = number("PRECIS_TEST_SEED").unwrap_or_else(|| RandomState::new().hash_one(()) % 1_000_000_000);
        let (figures, start) = (Figures::default(), Instant::now());
        for seed in (first..).take(usize::try_from(documents.div_ceil(DOCUMENTS_OF_A_CONTENT.into())).unwrap_or(1)) {
            try_content(&app, &schema, seed, &figures).await;
        }
        if documents >= DOCUMENTS {
            figures.assert_complete(&schema);
        }
        if number("PRECIS_TEST_CASES").is_some() {
            figures.tell(app.backend, start.elapsed());
        }
    }
}

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// Puts in content that is always the same for the same seed, and tries documents on it.
async fn try_content(app: &TestApp, schema: &Schema, seed: u64, figures: &Figures) {
    let bytes: Vec<u8> = seed.to_le_bytes().repeat(4);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let contents = content::contents().new_tree(&mut runner).expect("the strategy rejects nothing").current();
    let app = app.empty().await;
    let connection = connect(&app.url).await;
    contents.store(app.content(), &connection).await;
    fetch_every_other_source(app.content()).await;
    let world = World::read(&connection).await;
    contents.check(&world);
    connection.close().await.expect("no connection");

    app.data("{ sources(first: 1) { nodes { slug } } }").await;
    let check = async |case: Case| {
        let told = check(&app, schema, &world, &case, figures).await;
        told.map_err(|why| format!("{:?}, PRECIS_TEST_SEED={seed} PRECIS_TEST_CASES=1\n{why}", app.backend))
    };
    for case in lists::whole(schema) {
        check(case).await.unwrap_or_else(|why| panic!("{why}"));
    }
    let words = Words::of(&world);
    let documents = Documents { schema, words: &words };
    for_all_with(&mut runner, DOCUMENTS_OF_A_CONTENT, documents, check).await;
}

/// Lets some sources have been fetched, with whatever outcome.
async fn fetch_every_other_source(content: &Content) {
    let health = [SourceHealth::Ok, SourceHealth::Failing, SourceHealth::Gone, SourceHealth::Paused];
    for (place, feed) in content.feeds().await.expect("sources").iter().enumerate().step_by(2) {
        let is_asked = place % 3 == 0;
        let state = FetchState {
            health: health[place / 2 % health.len()],
            last_fetched_at: Some(1_793_534_400),
            next_fetch_at: is_asked.then_some(1_793_538_000),
            consecutive_errors: i32::try_from(place).expect("few sources"),
            last_status: is_asked.then_some(304),
            last_error: (!is_asked).then(|| "the server answered 410".to_owned()),
            ..feed.state()
        };
        content.record_fetch(&state, None).await.expect("it is written");
    }
}

/// Asks both, and says where they differ.
async fn check(app: &TestApp, schema: &Schema, world: &World, case: &Case, figures: &Figures) -> Result<(), String> {
    let (text, given, name) = (case.text(), case.given(), case.operation_name());
    app.statements();
    let body = json!({ "query": text, "variables": given, "operationName": name }).to_string();
    let answer = ask(app, &body).await;
    let run = app.statements();
    let mut expected = execute::execute(schema, world, &text, &given, name.as_deref());
    while search::ask_for(app, world).await? {
        expected = execute::execute(schema, world, &text, &given, name.as_deref());
    }
    match (past_limit(&answer), &expected) {
        (Some((limit, figure)), _) if limit != "cost" => {
            let (_, most) = shape::MOST.iter().find(|(name, _)| *name == limit).ok_or(limit.clone())?;
            let figures = shape::figures(&text, &limit);
            let is_right = figure > *most && figures.contains(&figure);
            return if is_right { Ok(()) } else { Err(format!("its {limit} is said to be {figure}, not {figures:?}")) };
        }
        (Some((limit, figure)), Expected::Executed { cost, .. }) if limit == "cost" => {
            let is_right = figure > cost::MOST && (cost.0..=cost.1).contains(&figure);
            return if is_right { Ok(()) } else { Err(format!("it is said to cost {figure}, and costs {cost:?}")) };
        }
        (_, Expected::Executed { cost, .. }) if cost.0 > cost::MOST => {
            return Err(format!("it costs {cost:?}, and is not refused: {answer}"));
        }
        _ => {}
    }
    let same = expected.compare(&answer, &mut world.cursors.borrow_mut());
    same.map_err(|why| {
        let expected = expected.describe(&world.cursors.borrow());
        format!("{why}\nfound     {answer}\nexpected  {expected}")
    })?;
    // Plans that stay with the document must not know of variables.
    let without = json!({ "query": text, "variables": {}, "operationName": name }).to_string();
    ask(app, &without).await;
    let again = ask(app, &body).await;
    if again != answer {
        return Err(format!("asked for the second time, the answer is {again}\nbefore    {answer}"));
    }
    if let Expected::Executed { statements, fields, .. } = expected {
        if run.len() > statements {
            return Err(format!("{} statements instead of {statements}: {run:#?}", run.len()));
        }
        figures.note(&answer, run.len(), statements, fields);
    }
    Ok(())
}

async fn ask(app: &TestApp, body: &str) -> String {
    let request = Request::post("/graphql").header("content-type", "application/json");
    let reply = app.send(request.body(Body::from(body.to_owned())).expect("a request")).await;
    String::from_utf8(reply.body.to_vec()).expect("answers are UTF-8")
}

/// The limit that the document is said to be past, and its figure.
fn past_limit(answer: &str) -> Option<(String, u64)> {
    let answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
    let extensions = &answer["errors"][0]["extensions"];
    Some((extensions["limit"].as_str()?.to_owned(), extensions["figure"].as_u64()?))
}

//! The differential test: documents at random, over content at random, are put to the application and to a
//! naive interpreter of the specification, and both have to say the same: data byte by byte, errors by path
//! and code, and no more statements than `statements` allows.
//!
//! `differential/` has the content (`content`), the interpreter's own view of it (`world`), the interpreter
//! (`execute`, `coerce`, `resolvers`, `find`, `stories`, `shelf`, `facets`, `search`, `pages`), and the documents
//! (`random`, `values`, `words`, `texts`, `focus`, `merge`, `shrink`).
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
mod coerce;
mod content;
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
mod schema;
mod search;
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

/// Asks both, and says where they differ.
async fn check(app: &TestApp, schema: &Schema, world: &World, case: &Case, figures: &Figures) -> Result<(), String> {
    let (text, given, name) = (case.text(), case.given(), case.operation_name());
    app.statements();
    let body = json!({ "query": text, "variables": given, "operationName": name }).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
    let reply = app.send(request.expect("a request")).await;
    let answer = String::from_utf8(reply.body.to_vec()).expect("answers are UTF-8");
    let run = app.statements();
    let mut expected = execute::execute(schema, world, &text, &given, name.as_deref());
    while search::ask_for(app, world).await? {
        expected = execute::execute(schema, world, &text, &given, name.as_deref());
    }
    let same = expected.compare(&answer, &mut world.cursors.borrow_mut());
    same.map_err(|why| {
        let expected = expected.describe(&world.cursors.borrow());
        format!("{why}\nfound     {answer}\nexpected  {expected}")
    })?;
    if let Expected::Executed { statements, fields, .. } = expected {
        if run.len() > statements {
            return Err(format!("{} statements instead of {statements}: {run:#?}", run.len()));
        }
        figures.note(&answer, run.len(), statements, fields);
    }
    Ok(())
}

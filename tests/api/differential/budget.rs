//! Documents at random, answered in pages: whatever a page's budget is, it is kept to, and the pages are the answer, as
//! JSON and as tables that are read back.
//!
//! `PRECIS_TEST_PAGED` is how many documents are tried on each database.

use std::hash::{BuildHasher as _, RandomState};

use precis::agent::{Agent, Format};
use proptest::{
    prelude::*,
    sample::select,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{content, number, random::Documents, schema::Schema, words::Words, world::World};
use crate::{
    agent::paging::all_pages,
    both,
    property::{for_all_with, same},
    support::TestApp,
    tables::connect,
};

/// How many documents are tried on each database, unless the environment says.
const DOCUMENTS: u64 = 200;
/// How many documents are tried on one content.
const DOCUMENTS_OF_A_CONTENT: u32 = 50;

both! {
    async fn pages_of_any_document_are_its_answer(app: TestApp) {
        let schema = Schema::of(&precis::graphql::sdl());
        let documents = number("PRECIS_TEST_PAGED").unwrap_or(DOCUMENTS);
        let first = number("PRECIS_TEST_SEED").unwrap_or_else(|| RandomState::new().hash_one(()) % 1_000_000_000);
        let (mut seed, mut left, mut figures) = (first, documents, (0, 0));
        while left > 0 {
            try_content(&app, &schema, seed, &mut figures).await;
            seed += 1;
            left = left.saturating_sub(DOCUMENTS_OF_A_CONTENT.into());
        }
        println!("{:?}: {} documents were answered, in {} pages", app.backend, figures.0, figures.1);
        if documents >= DOCUMENTS {
            assert!(figures.1 * 10 > figures.0 * 11, "hardly any answer was longer than a page: {figures:?}");
        }
    }
}

async fn try_content(app: &TestApp, schema: &Schema, seed: u64, figures: &mut (usize, usize)) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed.to_le_bytes().repeat(4));
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let contents = content::contents().new_tree(&mut runner).expect("the strategy rejects nothing").current();
    let app = app.empty().await;
    let connection = connect(&app.url).await;
    contents.store(app.content(), &connection).await;
    let world = World::read(&connection).await;
    connection.close().await.expect("no connection");
    let words = Words::of(&world);
    let agent = Agent::new(app.engine().clone());
    let formats = select(vec![Format::Table, Format::Json]);
    let cases = (Documents { schema, words: &words }, formats, prop_oneof![2 => 100..300_usize, 1 => 300..1_500_usize]);
    let counted = std::cell::RefCell::new(figures);
    for_all_with(&mut runner, DOCUMENTS_OF_A_CONTENT, cases, async |(case, format, budget)| {
        if case.operation_name().is_some() {
            return Ok(());
        }
        let (text, given) = (case.text(), case.given());
        let answer = app.ask_with(&text, given.clone().into()).await;
        if answer["data"].is_null() {
            return Ok(());
        }
        let told = all_pages(&agent, &text, &given, format, || budget).await.and_then(|pages| {
            let mut counted = counted.borrow_mut();
            counted.0 += 1;
            counted.1 += pages.many;
            same(&pages.data, &answer["data"])?;
            same(&(pages.errors > 0), &answer["errors"].is_array())
        });
        told.map_err(|why| format!("{:?}, PRECIS_TEST_SEED={seed} PRECIS_TEST_PAGED=1\n{why}", app.backend))
    })
    .await;
}

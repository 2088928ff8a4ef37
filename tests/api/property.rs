//! Property tests of an application that answers later: proptest makes the cases and makes a failing
//! one smaller, and the check is asynchronous.

use std::{env, fmt::Debug};

use proptest::{
    strategy::{Strategy, ValueTree as _},
    test_runner::{Config, TestRunner},
};

/// Checks so many cases, or as many as `PROPTEST_CASES` says. `check` says what is wrong with one.
///
/// # Panics
/// With the smallest case that was found to fail.
pub(crate) async fn for_all<T: Clone + Debug>(
    cases: u32,
    strategy: impl Strategy<Value = T>,
    check: impl AsyncFn(T) -> Result<(), String>,
) {
    let cases = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    for_all_with(&mut TestRunner::new(Config::default()), cases, strategy, check).await;
}

/// Checks so many cases that this runner makes.
///
/// # Panics
/// With the smallest case that was found to fail.
pub(crate) async fn for_all_with<T: Clone + Debug>(
    runner: &mut TestRunner,
    cases: u32,
    strategy: impl Strategy<Value = T>,
    check: impl AsyncFn(T) -> Result<(), String>,
) {
    for _ in 0..cases {
        let mut tree = strategy.new_tree(runner).expect("the strategy rejects nothing");
        let mut smallest = None;
        loop {
            let case = tree.current();
            let failed = check(case.clone()).await.err();
            let goes_on = if failed.is_some() { tree.simplify() } else { smallest.is_some() && tree.complicate() };
            smallest = failed.map(|why| (case, why)).or(smallest);
            if !goes_on {
                break;
            }
        }
        if let Some((case, why)) = smallest {
            panic!("{why}\nin the case {case:#?}");
        }
    }
}

/// Nothing is wrong where what was found is what was expected.
pub(crate) fn same<T: PartialEq + Debug>(found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("found    {found:?}\nexpected {expected:?}")) }
}

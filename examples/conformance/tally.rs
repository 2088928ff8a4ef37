//! What held in a suite and what did not, and the table of all suites.

use std::fmt::Write;

/// The longest text that is told of a failure, in characters.
const MAX_TOLD: usize = 200;

/// What came of one suite.
pub(crate) struct Tally {
    pub(crate) name: String,
    /// How many statements held.
    pub(crate) passed: usize,
    /// How many there were.
    pub(crate) of: usize,
    /// The others, a line each.
    pub(crate) failures: Vec<String>,
}

impl Tally {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), passed: 0, of: 0, failures: Vec::new() }
    }

    /// Counts a statement about a case; `Err` says what is the case instead.
    pub(crate) fn check(&mut self, case: &str, statement: &str, found: Result<(), String>) {
        self.of += 1;
        match found {
            Ok(()) => self.passed += 1,
            Err(found) => self.failures.push(format!("{case}: {}; found {}", shown(statement), shown(&found))),
        }
    }
}

/// The table, a line a suite; the last one is `all N/M P %`.
pub(crate) fn table(tallies: &[Tally]) -> String {
    let mut table = format!("{:<16}{:>7}{:>8}{:>10}\n", "suite", "holds", "of", "%");
    for Tally { name, passed, of, .. } in tallies {
        writeln!(table, "{name:<16}{passed:>7}{of:>8}{:>10}", percent(*passed, *of)).expect("a String takes all");
    }
    let passed = tallies.iter().map(|it| it.passed).sum();
    let of = tallies.iter().map(|it| it.of).sum();
    table + &format!("all {passed}/{of} {} %\n", percent(passed, of))
}

/// With two digits, rounded down: 100.00 is all.
fn percent(passed: usize, of: usize) -> String {
    let hundredths = (passed * 10_000).checked_div(of).unwrap_or_default();
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A text on one line, and not too long.
fn shown(text: &str) -> String {
    precis::text::cut::cut(&text.replace('\n', "⏎"), MAX_TOLD).into_owned()
}

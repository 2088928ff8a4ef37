//! Full-text search without a database: what the words of a document and of a query are, and when the
//! one matches the other.
//!
//! Both databases are given words that are ready to be compared byte by byte, so that they find the same
//! documents: splitting, folding, stemming and all limits happen here, once. What the words look like in
//! an index, and queries in an expression, is left to `db::full_text`.
//!
//! - A document has two forms of each word at the same place: its *surface*, folded (`Databases` →
//!   `databases`, `Café` → `cafe`), and its *stem* by the document's language (`databas`).
//! - A word of a query matches the surface, or the stem that the document's language gives to it. So
//!   `workers` finds `worker` in English texts, but not `works`, though German would make it `work`.
//! - Characters of scripts that put no spaces between words (Chinese, Japanese, Thai), and Korean
//!   syllables, are a word each; what is written together in a query is looked for together.
//!
//! Texts are plain: Markdown and HTML are stripped by the caller.

mod document;
mod fold;
mod highlight;
mod matching;
mod query;
mod stem;
mod stop;
mod telling;
mod tokens;

pub use document::{Document, GAP};
pub use query::{Query, Term, TooLong};
pub use telling::telling_words;

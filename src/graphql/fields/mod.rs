//! The tables: every field of every type, declared once.
//!
//! A line reads: GraphQL type, name, description, what the field needs of the projection, how a row
//! shows it. To add a field, add its line; the schema, the SQL and the JSON follow.

mod category;
mod connection;
mod day;
mod digest;
mod episode;
mod facets;
mod fetch_state;
mod series;
mod source;
mod summary;
mod tag;
mod text;
mod viewer;

pub use category::Category;
pub use connection::{Connection, Edge, PageInfo, Paged};
pub use day::SummaryDay;
pub use digest::{Digest, DigestArgs};
pub use episode::{Enclosure, Episode};
pub use fetch_state::SourceFetchState;
pub use series::Series;
pub use source::Source;
pub use summary::Summary;
pub use tag::Tag;
pub use text::{GivenText, Text, TextArgs};
pub use viewer::Viewer;

/// What a field needs that is in memory: nothing.
fn nothing<P>(_: &mut P) {}

/// The description of an `id`.
const ID: &str = "Opaque and global: `node(id)` finds the same object again. Short: 3 to 13 characters.";

/// The description of a `summaryCount`.
const SUMMARY_COUNT: &str = "How many published summaries it has, under the filter where one is given. Exact.";

//! What agents get: answers within a budget of tokens, page by page, as tables; and the tools that give them, over MCP.
//!
//! | file | what it owns |
//! | --- | --- |
//! | `tree` | an answer, in order, with what is known of the pages in it |
//! | `place` | places in it, and what stands between two of them |
//! | `fit` | up to which place a budget reaches |
//! | `after` | that place as a short text, from which the next page can be asked for |
//! | `table`, `columns` | data as text in few tokens |
//! | `page` | all of that together: the text of a page |
//! | `query` | the tool `query`: a question, and the page that answers it |
//! | `schema`, `repair` | the tool `schema`; what is said of a question that is wrong |
//! | `budget` | the same budget over plain GraphQL: lists are cut, and nothing else |
//! | `tools` | how the tools are described, and what they are called with |
//! | `mcp` | the Model Context Protocol over HTTP and standard streams |
//!
//! What a document means and costs is left to `crate::graphql`; who asks, to `crate::access`.

mod after;
pub mod budget;
mod columns;
mod fit;
pub mod mcp;
mod page;
mod place;
mod query;
mod repair;
mod schema;
mod table;
mod tools;
mod tree;

pub use page::Format;
pub use query::{Agent, Query, Told};

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
//! | `schema` | what there is to ask for, as a map, by name, or by what it is about |
//! | `repair` | what is wrong with a question, and the one that was most likely meant |
//! | `names`, `view` | what others call things; the schema as a caller may see it |
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
mod names;
mod page;
mod place;
mod query;
pub mod repair;
pub mod schema;
mod table;
mod tools;
mod tree;
mod view;

pub use page::Format;
pub use query::{Agent, Query, Told};

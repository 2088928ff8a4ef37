//! The schema, and how a request becomes an answer.
//!
//! ```text
//! request ─► documents a text, by itself, its hash or its id; what was valid before is not looked at again
//!          ► gate      how much there is of the text, and how deep it nests
//!          ► syntax    the text as a tree
//!          ► gate      how deep and how wide its selections are, fragments spread out
//!          ► validate  the rules of the specification, and the values of variables
//!          ► root      a plan for each root field
//!              │ select    the document: merged fields, fragments, variables
//!              │ compile   selection × table ─► projection (what to read) + selection (how to write)
//!              ▼ cost      what it costs, added up on the way: the last limit of the gate
//!          ► async-graphql: introspection, and a call of each root field
//!              │ content   projection ─► typed rows, a fixed number of statements
//!              ▼ answer    selection × rows ─► JSON bytes, as `Value::Binary`
//! response ◄─ respond: copies the bytes, root fields in the order asked
//! ```
//!
//! `fields` holds the tables and `object` what they are made of; `query` the root. To add a field, add
//! its line there.

mod answer;
mod bounds;
mod compile;
mod cost;
mod describe;
mod documents;
mod engine;
mod error;
pub mod fields;
mod gate;
mod input;
mod kept;
mod kind;
mod lean;
mod lookup;
mod nodes;
pub mod object;
mod pages;
mod query;
mod respond;
mod root;
mod scalar;
mod select;
mod syntax;
mod validate;
mod write;

pub use documents::{
    DocumentId, parse_hash,
    trusted::{TrustedDocuments, TrustedError},
};
pub use engine::{Answer, Engine, Extensions, Price, Request, lean_sdl, sdl};
pub use error::{Code, code_of, told};
pub use pages::{Mark, PageField, Pages, Part, Resumed};
pub use syntax::{
    lexer::{Kind as TokenKind, Places, Token, Tokens},
    print::print,
};
pub use validate::{Types, is_one_of, is_required, may_stand, members, named, scalar_fault};

/// Reads a document that is within the limits of its text. What has a name twice is in it once.
pub fn parse(text: &str) -> Result<async_graphql::parser::types::ExecutableDocument, async_graphql::ServerError> {
    gate::parse(text).map(|parsed| parsed.document)
}

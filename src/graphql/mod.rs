//! The schema, and how a request becomes an answer.
//!
//! ```text
//! request ─► gate      nesting, before anything is parsed
//!          ► async-graphql: parse
//!          ► validate  what async-graphql's validation leaves out, and the values of variables
//!          ► async-graphql: validate, call the root fields
//!              │ select    the document: merged fields, fragments, variables
//!              │ compile   selection × table ─► projection (what to read) + selection (how to write)
//!              │ content   projection ─► typed rows, a fixed number of statements
//!              ▼ answer    selection × rows ─► JSON bytes, as `Value::Binary`
//! response ◄─ respond: copies the bytes, root fields in the order asked
//! ```
//!
//! `fields` holds the tables and `object` what they are made of; `query` the root. To add a field, add
//! its line there.

mod answer;
mod compile;
mod describe;
mod engine;
mod error;
pub mod fields;
mod gate;
mod input;
mod kind;
mod lookup;
mod nodes;
pub mod object;
mod query;
mod respond;
mod root;
mod scalar;
mod select;
mod validate;
mod write;

pub use engine::{Answer, Engine, sdl};
pub use error::Code;

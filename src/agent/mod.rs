//! What agents get: the schema in few tokens and by search, and errors that teach.
//!
//! - `schema`: what there is to ask for, as a map, by name, or by what it is about
//! - `repair`: what is wrong with a request, and the request that was most likely meant
//! - `names`: which names somebody may have meant by another one
//! - `view`: the schema as the caller may see it, which all of them go by
//!
//! What a request means is left to `crate::graphql`; nothing here reads content.

mod names;
pub mod repair;
pub mod schema;
mod view;

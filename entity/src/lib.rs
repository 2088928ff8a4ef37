//! The tables, one a file, as the migrations make them.
//!
//! Instants are seconds since 1970 (`i64`), lists are JSON texts, and a flag is a `bool`: both
//! databases store, compare and index them alike. Nothing here knows what the values are good for;
//! that is `precis::content`.

pub mod category;
pub mod change;
pub mod change_head;
pub mod counter;
pub mod episode;
pub mod episode_content;
pub mod job;
pub mod kinds;
pub mod model_fault;
pub mod model_request;
pub mod series;
pub mod source;
pub mod source_fetch;
pub mod summary;
pub mod summary_body;
pub mod summary_tag;
pub mod tag;
pub mod tag_alias;

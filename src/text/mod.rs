//! Text, and nothing but text: slugs, language tags, cutting, HTML, addresses. A leaf, which anyone
//! may use: it knows nothing of feeds, episodes or databases.

pub mod cut;
pub mod digest;
pub mod html;
mod language;
mod long;
pub mod markdown;
pub mod search;
mod slug;
pub mod tokens;
pub mod web;

pub use language::{LanguageTag, NoLanguageTag, detect};
pub use long::{LongText, Text, TextFormat};
pub use slug::{NoSlug, Slug};

//! Text, and nothing but text: slugs, language tags, cutting, HTML, addresses. A leaf, which anyone
//! may use: it knows nothing of feeds, episodes or databases.

mod closest;
pub mod cut;
pub mod digest;
pub mod html;
pub mod instant;
mod language;
mod long;
pub mod markdown;
pub mod search;
pub mod shown;
mod slug;
pub mod tokens;
pub mod varint;
pub mod web;

pub use closest::closest;
pub use language::{LanguageTag, NoLanguageTag, detect};
pub use long::{LongText, Text, TextFormat};
pub use slug::{NoSlug, Slug};

/// The first eight bytes of the BLAKE3 hash: equal texts have equal ones, and others practically never. They
/// are stored: how they are made may not change.
pub fn fingerprint(text: &[u8]) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(text).as_bytes()[..8]);
    i64::from_le_bytes(first)
}

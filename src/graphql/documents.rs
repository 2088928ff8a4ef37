//! Documents by the ways in which callers name them, and those that were looked at already.
//!
//! A document comes as a text, as a hash (automatic persisted queries: a text that was sent with its hash
//! is kept for those who send the hash alone), or as the id of a trusted document. What has been parsed and
//! validated is kept by its whole text, so that it is not looked at again. Both stores are bounded.

pub mod trusted;

use std::sync::{Arc, atomic::AtomicBool};

use async_graphql::{ServerError, parser::types::ExecutableDocument};
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest as _, Sha256};

use super::{
    error::{Code, coded},
    kept::KeptPlans,
};
use trusted::TrustedDocuments;

/// A hash of a document's text (SHA-256).
pub type Hash = [u8; 32];

/// How a caller names a document whose text it does not send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentId {
    /// The hash of its text.
    Hash(Hash),
    /// The id of a trusted document.
    Name(String),
}

/// A document that was parsed, and found to be valid and within the limits.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) text: Arc<str>,
    pub(super) parsed: ExecutableDocument,
    /// Whether it took one statement the last time, whatever its variables were: then it most likely does again.
    pub(super) takes_one_statement: AtomicBool,
    /// What of it was compiled.
    pub(super) plans: KeptPlans,
}

/// The documents that are known.
pub(super) struct Documents {
    /// By their whole text, so that no two can be taken for each other. All of it is valid.
    checked: Cache<Arc<str>, Arc<Checked>, Size>,
    /// Texts that callers have registered by their hash.
    registered: Cache<Hash, Arc<str>, Size>,
    /// Where there are any, no others are answered.
    trusted: Option<TrustedDocuments>,
}

/// The most bytes of texts that are kept parsed. Parsed, a text takes some fifty times as much, and as much again once it
/// is compiled.
const CHECKED_BYTES: u64 = 256 * 1024;
/// The most bytes of texts that are kept by their hash.
const REGISTERED_BYTES: u64 = 4 * 1024 * 1024;
/// About how long documents are, for the stores to be laid out.
const USUAL_BYTES: u64 = 1024;

/// What an entry counts for: its text, and something for being there at all.
#[derive(Clone)]
struct Size;

const ENTRY: u64 = 128;

impl Weighter<Arc<str>, Arc<Checked>> for Size {
    fn weight(&self, text: &Arc<str>, _: &Arc<Checked>) -> u64 {
        text.len() as u64 + ENTRY
    }
}

impl Weighter<Hash, Arc<str>> for Size {
    fn weight(&self, _: &Hash, text: &Arc<str>) -> u64 {
        text.len() as u64 + ENTRY
    }
}

impl Documents {
    /// Those that callers send; or, where there are any, the trusted ones alone.
    pub(super) fn new(trusted: Option<TrustedDocuments>) -> Self {
        let entries = |bytes: u64| usize::try_from(bytes / USUAL_BYTES).unwrap_or(usize::MAX);
        Self {
            checked: Cache::with_weighter(entries(CHECKED_BYTES), CHECKED_BYTES, Size),
            registered: Cache::with_weighter(entries(REGISTERED_BYTES), REGISTERED_BYTES, Size),
            trusted,
        }
    }

    /// The text of the document that a caller means.
    pub(super) fn text(&self, text: Option<String>, id: Option<&DocumentId>) -> Result<Arc<str>, ServerError> {
        match (text, id) {
            (Some(text), None) => self.allowed(text.into()),
            (Some(text), Some(DocumentId::Hash(hash))) if hash_of(&text) == *hash => self.allowed(text.into()),
            (Some(_), Some(DocumentId::Hash(_))) => Err(coded(
                "The hash is not that of `query`: send the SHA-256 of its bytes, in hexadecimal digits.",
                Code::BadUserInput,
            )),
            (Some(_), Some(DocumentId::Name(_))) => {
                Err(coded("Send either `query` or `documentId`, not both.", Code::BadUserInput))
            }
            (None, Some(id)) => self.find(id),
            (None, None) => Err(coded("There is no document: send `query`.", Code::BadUserInput)),
        }
    }

    fn allowed(&self, text: Arc<str>) -> Result<Arc<str>, ServerError> {
        match &self.trusted {
            Some(trusted) if trusted.by_hash(&hash_of(&text)).is_none() => Err(coded(
                "Only the documents that this server trusts are answered: send the id or the hash of one of them.",
                Code::DocumentNotTrusted,
            )),
            _ => Ok(text),
        }
    }

    fn find(&self, id: &DocumentId) -> Result<Arc<str>, ServerError> {
        let found = match (&self.trusted, id) {
            (Some(trusted), DocumentId::Hash(hash)) => trusted.by_hash(hash),
            (Some(trusted), DocumentId::Name(name)) => trusted.by_name(name),
            (None, DocumentId::Hash(hash)) => self.registered.get(hash),
            (None, DocumentId::Name(_)) => None,
        };
        // Clients of automatic persisted queries know this message.
        found.ok_or_else(|| coded("PersistedQueryNotFound", Code::PersistedQueryNotFound))
    }

    /// Keeps a text for those who will send its hash alone. It is known to be valid, and to have this hash.
    pub(super) fn register(&self, hash: Hash, text: &Arc<str>) {
        if self.trusted.is_none() {
            self.registered.insert(hash, text.clone());
        }
    }

    /// What was valid before.
    pub(super) fn checked(&self, text: &str) -> Option<Arc<Checked>> {
        self.checked.get(text)
    }

    /// Keeps a document that is valid.
    pub(super) fn keep(&self, document: Arc<Checked>) {
        self.checked.insert(document.text.clone(), document);
    }
}

/// The hash of a document.
pub(super) fn hash_of(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// A hash out of 64 hexadecimal digits.
pub fn parse_hash(text: &str) -> Option<Hash> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_either_case_and_nothing_else_is() {
        let digits = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(parse_hash(digits), Some(hash_of("")));
        assert_eq!(parse_hash(&digits.to_uppercase()), Some(hash_of("")));
        for wrong in
            ["", "e3b0", &digits[1..], &format!("{digits}0"), &digits.replace('e', "g"), &digits.replace("e3", "+3")]
        {
            assert_eq!(parse_hash(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_store_of_texts_is_bounded() {
        let documents = Documents::new(None);
        for number in 0..20_000 {
            let text: Arc<str> = format!("{{ a{number} }} #{}", "x".repeat(1_000)).into();
            documents.register(hash_of(&text), &text);
        }
        assert!(documents.registered.weight() <= REGISTERED_BYTES, "{} bytes", documents.registered.weight());
        assert!(documents.registered.len() > 1_000, "{} texts", documents.registered.len());
    }
}

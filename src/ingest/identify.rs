//! What makes an item the same item when it comes again.

use crate::clock::Timestamp;

/// The identity of an item within its source: `guid:…`, else `url:…` with the canonical address, else
/// `hash:…` of title and date. Never random: the same item gives the same identity at each reading.
pub fn identity(
    guid: Option<&str>,
    canonical_url: Option<&str>,
    title: &str,
    published_at: Option<Timestamp>,
) -> String {
    match (guid, canonical_url) {
        // An index of a database holds no text of any length.
        (Some(guid), _) if guid.len() > 500 => format!("guid:{}", hash(&[guid])),
        (Some(guid), _) => format!("guid:{guid}"),
        (None, Some(url)) if url.len() > 500 => format!("url:{}", hash(&[url])),
        (None, Some(url)) => format!("url:{url}"),
        (None, None) => {
            let date = published_at.map(|it| it.to_string()).unwrap_or_default();
            format!("hash:{}", hash(&[title, &date]))
        }
    }
}

/// 32 hexadecimal digits. Each part counts with its length, so that `ab, c` is not `a, bc`.
fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_wins_over_an_address_and_an_address_over_a_hash() {
        let date = Some(Timestamp(0));
        assert_eq!(identity(Some("a"), Some("https://example.org/"), "t", date), "guid:a");
        assert_eq!(identity(None, Some("https://example.org/"), "t", date), "url:https://example.org/");
        let hashed = identity(None, None, "t", date);
        assert_eq!(hashed, identity(None, None, "t", date));
        assert_ne!(hashed, identity(None, None, "t", Some(Timestamp(1))));
        assert!(hashed.starts_with("hash:") && hashed.len() == 37);
    }

    #[test]
    fn an_identity_is_short_enough_for_an_index() {
        let long = "x".repeat(3_000);
        assert_eq!(identity(Some(&long), None, "t", None).len(), 37);
        assert_eq!(identity(None, Some(&long), "t", None).len(), 36);
    }
}

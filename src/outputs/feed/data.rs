//! The data that a feed's document asks for.

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::clock::Timestamp;

#[derive(Deserialize)]
pub(super) struct Data {
    pub(super) summaries: Summaries,
}

#[derive(Deserialize)]
pub(super) struct Summaries {
    pub(super) nodes: Vec<Summary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) tldr: String,
    pub(super) key_points: Vec<String>,
    pub(super) body: Body,
    pub(super) language: String,
    pub(super) published_at: Option<Instant>,
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
    pub(super) source: Source,
    pub(super) category: Option<Named>,
    pub(super) tags: Vec<Named>,
    pub(super) episode: Episode,
}

#[derive(Deserialize)]
pub(super) struct Body {
    pub(super) value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) homepage: Option<String>,
    pub(super) feed_url: Option<String>,
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) slug: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Episode {
    pub(super) url: Option<String>,
    pub(super) author: Option<String>,
    pub(super) updated_at: Instant,
    pub(super) enclosures: Vec<Enclosure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Enclosure {
    pub(super) url: String,
    pub(super) mime_type: Option<String>,
    pub(super) size: Option<String>,
}

/// An instant as the API writes it.
#[derive(Clone, Copy)]
pub(super) struct Instant(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map(Self).map_err(D::Error::custom)
    }
}

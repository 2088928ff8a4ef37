//! The same content as resources: whole objects, in pages by number, as REST APIs give them. They are made of
//! answers to GraphQL, so that nothing in them is other than there.

use serde_json::{Map, Value, json};

/// Everything about a summary.
pub(crate) const SUMMARY: &str = "id slug title tldr body { value } keyPoints language status origin model publishedAt \
    createdAt updatedAt revision category { id slug name } tags { id slug name } \
    source { id slug name kind homepage feedUrl iconUrl description language createdAt updatedAt } \
    episode { id kind title url author language season number hashtags imageUrl \
    enclosures { url mimeType size } durationSeconds wordCount publishedAt publishedAtIsEstimated createdAt updatedAt \
    excerpt content { value } }";

/// Everything about an episode.
pub(crate) const EPISODE: &str = "id kind title url author language season number hashtags imageUrl \
    enclosures { url mimeType size } durationSeconds wordCount publishedAt publishedAtIsEstimated createdAt updatedAt \
    excerpt content { value } source { id slug name kind homepage feedUrl } series { id slug title }";

/// Everything about a tag.
pub(crate) const TAG: &str = "id slug name aliases summaryCount";

/// A resource: long texts are texts.
pub(crate) fn resource(node: &Value) -> Value {
    match node {
        Value::Object(fields) => match fields.get("value") {
            Some(text) if fields.len() == 1 => text.clone(),
            _ => Value::Object(fields.iter().map(|(name, value)| (name.clone(), resource(value))).collect()),
        },
        Value::Array(items) => items.iter().map(resource).collect(),
        other => other.clone(),
    }
}

/// A page of resources, as it is sent.
pub(crate) fn page(items: &[Value], number: usize, total: usize) -> String {
    json!({ "data": items, "page": number, "perPage": items.len(), "total": total }).to_string()
}

/// What `fields=` leaves of a resource: `title`, `source.name`, `tags.slug`.
pub(crate) fn only(resource: &Value, fields: &[&str]) -> Value {
    match resource {
        Value::Array(items) => items.iter().map(|item| only(item, fields)).collect(),
        Value::Object(object) => {
            let mut left = Map::new();
            for field in fields {
                let (name, rest) = field.split_once('.').map_or((*field, None), |(name, rest)| (name, Some(rest)));
                let Some(value) = object.get(name) else { continue };
                left.insert(name.to_owned(), rest.map_or_else(|| value.clone(), |rest| only(value, &[rest])));
            }
            Value::Object(left)
        }
        other => other.clone(),
    }
}

//! JSON read a level at a time, and only where someone asks.
//!
//! What nobody asks for is passed over without being held, so that memory grows with what is used of a
//! document and not with what is in it. A value of the wrong kind is none.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The names that are asked for anywhere in a JSON Feed.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "attachments", "author", "authors", "banner_image", "content_html", "content_text", "date_modified", "date_published",
    "description", "duration_in_seconds", "external_url", "favicon", "feed_url", "home_page_url", "icon", "id", "image", "items",
    "language", "mime_type", "name", "size_in_bytes", "summary", "tags", "title", "url",
];

/// An object's values by those names; of several with one name the last.
#[derive(Default)]
pub(super) struct Object<'a>(Vec<(&'static str, &'a RawValue)>);

/// The first elements of a list, and how many there are in all.
pub(super) struct List<'a> {
    pub(super) first: Vec<&'a RawValue>,
    pub(super) length: usize,
}

impl<'a> Object<'a> {
    pub(super) fn of(value: &'a RawValue) -> Self {
        serde_json::from_str(value.get()).unwrap_or_default()
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(it, _)| *it == name).map(|(_, value)| *value)
    }

    /// A text, or a number as text: the specification asks readers to take ids that are numbers.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// At most so many elements; `None` where it is no list.
    pub(super) fn list(&self, name: &str, most: usize) -> Option<List<'a>> {
        First(most).deserialize(&mut serde_json::Deserializer::from_str(self.get(name)?.get())).ok()
    }
}

/// As [`Object::text`], trimmed and without NUL, which no database keeps.
pub(super) fn text(value: &RawValue) -> Option<String> {
    let written = value.get();
    let text = match written.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(written).ok()?.replace('\0', ""),
        b'-' | b'0'..=b'9' => written.to_owned(),
        _ => return None,
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut object = Object::default();
        while let Some(name) = map.next_key::<String>()? {
            match NAMES.iter().find(|it| **it == name) {
                Some(name) => {
                    let value = map.next_value()?;
                    object.0.retain(|(it, _)| it != name);
                    object.0.push((name, value));
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(object)
    }

    /// A list is no object; whether it is whole shows all the same.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::default())
    }
}

/// Reads a list's first elements.
struct First(usize);

impl<'de> DeserializeSeed<'de> for First {
    type Value = List<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<List<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for First {
    type Value = List<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<'de>, A::Error> {
        let mut list = List { first: Vec::new(), length: 0 };
        loop {
            let element = if list.first.len() < self.0 {
                elements.next_element::<&RawValue>()?.map(|it| list.first.push(it))
            } else {
                elements.next_element::<IgnoredAny>()?.map(drop)
            };
            if element.is_none() {
                return Ok(list);
            }
            list.length += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn values_of_another_kind_are_none() {
        let text = r#"{"id": 7, "title": " a\u0000 ", "url": null, "name": {}, "tags": "x", "other": [{"id": 1}], "id": -1.50}"#;
        let object = object(text);
        let read = ["id", "title", "url", "name", "other"].map(|it| object.text(it));
        assert_eq!(read, [Some("-1.50".to_owned()), Some("a".to_owned()), None, None, None]);
        assert!(object.list("tags", 9).is_none() && object.get("other").is_none());
        assert!(serde_json::from_str::<Object<'_>>("[1, {}]").is_ok_and(|it| it.0.is_empty()));
        assert!(serde_json::from_str::<Object<'_>>("{\"a\":").is_err());
    }

    #[test]
    fn of_a_list_the_first_are_held_and_all_are_counted() {
        let list =
            object(r#"{"tags": ["a", {"id": [1]}, 3, 4]}"#).list("tags", 2).map(|it| (it.length, it.first.len()));
        assert_eq!(list, Some((4, 2)));
        assert_eq!(object(r#"{"tags": []}"#).list("tags", 2).map(|it| it.length), Some(0));
    }
}

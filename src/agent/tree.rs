//! An answer as a tree: in the order in which it was asked for, with what is known of its pages. What is cut out of it
//! is a tree again.

use std::fmt;

use async_graphql::PathSegment;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::graphql::{Mark, PageField, Part};

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Null, a boolean or a number, as JSON.
    Scalar(String),
    /// A text, or a piece of one.
    Text(Text),
    /// A list.
    List(Vec<Tree>),
    /// An object.
    Object(Object),
}

/// A text, or a piece of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// What is here of it.
    pub value: String,
    /// How many characters (Unicode scalar values) come behind what is here.
    pub left: usize,
}

/// An object: its fields in the order in which they were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// By response key.
    pub fields: Vec<Field>,
    /// What is known of it as a page, if it is one.
    pub page: Option<Page>,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its response key.
    pub key: String,
    /// What it is to a page.
    pub part: Option<PageField>,
    /// Its value.
    pub value: Tree,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The cursors of its rows.
    pub cursors: Vec<String>,
    /// The cursor that it was asked for behind, where it goes on.
    pub after: Option<String>,
    /// How many rows there are from its first one on, which may be more than it has.
    pub rows: usize,
    /// How many of its fields list its rows.
    pub lists: usize,
    /// The keys of the rows that were listed last.
    pub row_keys: Vec<String>,
}

/// An answer is not what it should be: a fault of whoever gave it.
#[derive(Debug, thiserror::Error)]
#[error("an answer can't be read: {0}")]
pub struct Unreadable(#[from] serde_json::Error);

impl Tree {
    /// The tree that this JSON is.
    pub fn read(json: &RawValue) -> Result<Self, Unreadable> {
        let json = json.get();
        Ok(match json.as_bytes().first() {
            Some(b'"') => Self::text(serde_json::from_str::<String>(json)?),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(json)?;
                Self::List(items.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Ordered(entries) = serde_json::from_str(json)?;
                let field = |(key, value)| Ok::<_, Unreadable>(Field { key, part: None, value: Self::read(value)? });
                Self::Object(Object { fields: entries.into_iter().map(field).collect::<Result<_, _>>()?, page: None })
            }
            _ => Self::Scalar(json.to_owned()),
        })
    }

    /// A whole text.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(Text { value: value.into(), left: 0 })
    }

    /// Nothing.
    pub fn null() -> Self {
        Self::Scalar("null".to_owned())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(json) if json == "null")
    }

    /// The tree as JSON. A text that was cut ends in `…` and the number of characters that are left.
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Writes it as JSON behind what is there.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Scalar(json) => out.push_str(json),
            Self::Text(text) => out.push_str(&quoted(&text.shown())),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(object) => {
                out.push('{');
                for (place, field) in object.fields.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(&field.key));
                    out.push(':');
                    field.value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Notes what is known of the pages in it.
    pub fn mark(&mut self, marks: Vec<Mark>) {
        for Mark { path, part } in marks {
            match part {
                Part::Page(cursors) => {
                    if let Some(Self::Object(object)) = self.at_mut(&path) {
                        object.page =
                            Some(Page { rows: cursors.len(), cursors, after: None, lists: 0, row_keys: Vec::new() });
                    }
                }
                Part::Field(part) => {
                    if let Some((PathSegment::Field(key), above)) = path.split_last()
                        && let Some(Self::Object(object)) = self.at_mut(above)
                        && let Some(field) = object.fields.iter_mut().find(|field| field.key == *key)
                    {
                        field.part = Some(part);
                        if let (PageField::Rows, Some(page)) = (part, &mut object.page) {
                            page.lists += 1;
                            page.row_keys = keys_of_first(&field.value);
                        }
                    }
                }
            }
        }
    }

    fn at_mut(&mut self, path: &[PathSegment]) -> Option<&mut Self> {
        path.iter().try_fold(self, |tree, segment| match (tree, segment) {
            (Self::Object(object), PathSegment::Field(key)) => {
                object.fields.iter_mut().find(|field| field.key == *key).map(|field| &mut field.value)
            }
            (Self::List(items), PathSegment::Index(index)) => items.get_mut(*index),
            _ => None,
        })
    }
}

impl Text {
    /// What is here of it, and how much is left.
    pub fn shown(&self) -> String {
        if self.left == 0 { self.value.clone() } else { format!("{}…+{}", self.value, self.left) }
    }
}

impl Object {
    /// Whether its rows were asked for, so that what stands beside them is about those that are here.
    pub fn has_rows(&self) -> bool {
        self.fields.iter().any(|field| field.part == Some(PageField::Rows))
    }

    /// Whether the field stands beside the rows of this page, wherever these are cut.
    pub fn is_frame(&self, field: &Field) -> bool {
        field.part == Some(PageField::Frame) && self.page.is_some() && self.has_rows()
    }

    /// Whether the field lists the rows of this page.
    pub fn is_rows(&self, field: &Field) -> bool {
        field.part == Some(PageField::Rows) && self.page.is_some()
    }

    /// The page, if the field alone lists its rows. If several do, each would go on where it was left, but they can
    /// only be asked for together.
    pub fn listed_by(&self, field: &Field) -> Option<&Page> {
        self.page.as_ref().filter(|page| page.lists == 1 && self.is_rows(field))
    }

    /// What is true of the page when it ends behind so many of its rows.
    pub fn keep(&mut self, rows: usize) {
        let Some(page) = &self.page else { return };
        if rows >= page.cursors.len() {
            return;
        }
        let end = rows.checked_sub(1).and_then(|last| page.cursors.get(last)).cloned();
        for frame in self.fields.iter_mut().filter(|field| field.part == Some(PageField::Frame)) {
            let Tree::Object(ends) = &mut frame.value else { continue };
            for field in &mut ends.fields {
                match field.part {
                    Some(PageField::HasNextPage) => field.value = Tree::Scalar("true".to_owned()),
                    Some(PageField::EndCursor) => field.value = end.clone().map_or_else(Tree::null, Tree::text),
                    Some(PageField::StartCursor) if rows == 0 => field.value = Tree::null(),
                    _ => {}
                }
            }
        }
    }
}

/// The keys of the first entry of a list.
fn keys_of_first(list: &Tree) -> Vec<String> {
    match list {
        Tree::List(items) => match items.first() {
            Some(Tree::Object(row)) => row.fields.iter().map(|field| field.key.clone()).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The entries of an object, in their order.
struct Ordered<'j>(Vec<(String, &'j RawValue)>);

impl<'de> Deserialize<'de> for Ordered<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Ordered<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<String, &RawValue>().map_err(A::Error::custom)? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

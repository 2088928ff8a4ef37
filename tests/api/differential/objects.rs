//! Values of the interpreter: what a field of an object is, before it is completed.

use std::{fmt, rc::Rc};

use precis::content::NodeKind;
use serde_json::Value as Json;

use super::{answer::Position, coerce::Values, world::World};

/// What a field of an object is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// A scalar or an enum.
    Leaf(Json),
    /// How well something matches, in billionths.
    Score(i64),
    /// Where an entry of a page stands.
    Cursor(Position),
    /// In order.
    List(Vec<Value>),
    /// An object.
    Object(Object),
    /// What the arguments of the field make of it.
    Later(Later),
}

/// A field of plain values that is made when it is asked for.
#[derive(Clone)]
pub(super) struct Later(Rc<Make>);

/// Makes a value out of the arguments of its field.
type Make = dyn Fn(&World, &Values) -> Result<Value, Refused>;

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Later")
    }
}

/// An object, before its fields are asked for.
#[derive(Clone, Debug)]
pub(super) enum Object {
    /// The root.
    Root,
    /// A row, by its number.
    Row(NodeKind, i64),
    /// Plain values, by name.
    Record(Rc<str>, Rc<Vec<Part>>),
}

/// A field of a record.
pub(super) type Part = (&'static str, Value);

/// An argument does not make sense.
#[derive(Debug)]
pub(super) struct Refused;

impl Object {
    /// Its type, as the schema calls it.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::Root => "Query",
            Self::Record(name, _) => name,
            Self::Row(kind, _) => type_of(*kind),
        }
    }
}

/// The type of a row, as the schema calls it.
pub(super) fn type_of(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Source => "Source",
        NodeKind::Series => "Series",
        NodeKind::Category => "Category",
        NodeKind::Tag => "Tag",
        NodeKind::Episode => "Episode",
        NodeKind::Summary => "Summary",
    }
}

impl Value {
    /// The row with that number.
    pub(super) fn row(kind: NodeKind, id: i64) -> Self {
        Self::Object(Object::Row(kind, id))
    }

    /// Whether it is a list with nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::List(items) if items.is_empty())
    }

    /// The row with that number, if there is one.
    pub(super) fn maybe(kind: NodeKind, id: Option<i64>) -> Self {
        id.map_or(Self::Null, |id| Self::row(kind, id))
    }

    /// Rows, in this order.
    pub(super) fn rows(kind: NodeKind, ids: impl IntoIterator<Item = i64>) -> Self {
        Self::List(ids.into_iter().map(|id| Self::row(kind, id)).collect())
    }

    /// Texts.
    pub(super) fn texts<T: Into<Json>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|it| Self::Leaf(it.into())).collect())
    }

    /// An object of plain values.
    pub(super) fn record(name: &str, fields: impl Into<Vec<Part>>) -> Self {
        Self::Object(Object::Record(name.into(), Rc::new(fields.into())))
    }

    /// A value that is made when it is asked for, out of arguments maybe.
    pub(super) fn later(make: impl Fn(&World, &Values) -> Result<Self, Refused> + 'static) -> Self {
        Self::Later(Later(Rc::new(make)))
    }

    /// The value, made now if it is to be made.
    pub(super) fn made(&self, world: &World, arguments: &Values) -> Result<Self, Refused> {
        match self {
            Self::Later(Later(make)) => make(world, arguments),
            there => Ok(there.clone()),
        }
    }
}

/// A scalar, an enum, or null.
pub(super) fn leaf(value: impl Into<Json>) -> Value {
    match value.into() {
        Json::Null => Value::Null,
        value => Value::Leaf(value),
    }
}

//! The columns of a table: what the rows of a list have in common, laid flat.

use super::tree::{Field, Object, Tree};

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// As it is headed: the keys on the way with dots between them, `[]` behind a list.
    pub name: String,
    /// The keys on the way to its value in a row.
    pub path: Vec<String>,
    /// What stands in its cells.
    pub kind: Kind,
}

/// What stands in the cells of a column.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A value.
    Leaf,
    /// Entries of a list, each of which is a value, or an object with nothing but one at the end of these keys.
    Joined(Vec<String>),
    /// JSON.
    Json,
}

/// What is known of the values at one place in all rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// They are null, or not here.
    Unknown,
    /// Text, numbers, truth values.
    Leaf,
    /// Lists.
    List(Box<Shape>),
    /// Objects, and whether each of their fields lists the rows of a page and is left out of names.
    Object(Vec<(String, Shape, bool)>),
}

impl Shape {
    /// The shape of all of these.
    pub fn of_all<'t>(trees: impl IntoIterator<Item = &'t Tree>) -> Self {
        trees.into_iter().map(Self::of).fold(Self::Unknown, Self::and)
    }

    fn of(tree: &Tree) -> Self {
        match tree {
            Tree::Scalar(_) if tree.is_null() => Self::Unknown,
            Tree::Scalar(_) | Tree::Text(_) => Self::Leaf,
            Tree::List(items) => Self::List(Box::new(Self::of_all(items))),
            Tree::Object(object) => {
                let field = |field: &Field| (field.key.clone(), Self::of(&field.value), is_left_out(object, field));
                Self::Object(object.fields.iter().map(field).collect())
            }
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(one), Self::List(other)) => Self::List(Box::new(one.and(*other))),
            (Self::Object(mut fields), Self::Object(others)) => {
                let mut behind = 0;
                for (key, shape, left_out) in others {
                    if let Some(at) = fields.iter().position(|(known, ..)| *known == key) {
                        fields[at].1 = fields[at].1.clone().and(shape);
                        behind = at + 1;
                    } else {
                        // Where it stood among the others.
                        fields.insert(behind, (key, shape, left_out));
                        behind += 1;
                    }
                }
                Self::Object(fields)
            }
            // Where one of them says nothing. No others meet.
            (Self::Unknown, shape) | (shape, _) => shape,
        }
    }

    /// Whether it is a value, as far as is known.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Self::Leaf | Self::Unknown)
    }
}

/// Whether this field alone lists the rows of its page, under its own name: then everybody knows what is meant.
pub fn is_left_out(object: &Object, field: &Field) -> bool {
    object.listed_by(field).is_some() && matches!(field.key.as_str(), "nodes" | "edges")
}

/// The columns of rows that have this shape. If they are edges, whose keys these are, `node` is left out of the names.
pub fn columns(rows: &Shape, of_edges: Option<&[String]>) -> Vec<Column> {
    let mut columns = Vec::new();
    collect(rows, &[], &mut columns);
    if let Some(keys) = of_edges {
        shorten(&mut columns, keys);
    }
    columns
}

/// Leaves `node` out of the names, where each of them can still be told from the keys of the edges themselves.
fn shorten(columns: &mut [Column], keys: &[String]) {
    let inner = |column: &Column| column.name.strip_prefix("node.").map(str::to_owned);
    let is_told = |name: String| name.split(['.', '[']).next().is_some_and(|head| keys.iter().all(|key| key != head));
    if columns.iter().filter_map(inner).all(is_told) {
        for column in columns {
            column.name = inner(column).unwrap_or_else(|| column.name.clone());
        }
    }
}

fn collect(shape: &Shape, path: &[(String, bool)], columns: &mut Vec<Column>) {
    let keys = || path.iter().map(|(key, _)| key.clone()).collect();
    let column = |name, kind| Column { name, path: keys(), kind };
    match shape {
        Shape::Object(fields) if !fields.is_empty() => {
            for (key, shape, left_out) in fields {
                collect(shape, &[path, &[(key.clone(), *left_out)]].concat(), columns);
            }
        }
        Shape::Unknown | Shape::Leaf => columns.push(column(name(path), Kind::Leaf)),
        Shape::List(entries) => columns.push(match only_leaf(entries) {
            Some(inner) => {
                let ends: String = inner.iter().flat_map(|key| [".", key]).collect();
                column(format!("{}[]{ends}", name(path)), Kind::Joined(inner))
            }
            None => column(name(path), Kind::Json),
        }),
        Shape::Object(_) => columns.push(column(name(path), Kind::Json)),
    }
}

/// The keys that lead to the only value in a shape.
fn only_leaf(shape: &Shape) -> Option<Vec<String>> {
    match shape {
        Shape::Unknown | Shape::Leaf => Some(Vec::new()),
        Shape::Object(fields) => match &fields[..] {
            [(key, shape, _)] => Some([&[key.clone()][..], &only_leaf(shape)?].concat()),
            _ => None,
        },
        Shape::List(_) => None,
    }
}

/// A path as people read it.
fn name(path: &[(String, bool)]) -> String {
    let keys: Vec<&str> = path.iter().filter(|(_, left_out)| !left_out).map(|(key, _)| key.as_str()).collect();
    keys.join(".")
}

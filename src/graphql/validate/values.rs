//! Values against the types of their places: literals of a document (section 5.6) and values of variables
//! (section 6.1.2). Variables that stand in a literal are noted, to be looked at per operation.

use std::fmt;

use async_graphql::{
    Pos,
    indexmap::IndexMap,
    parser::types::{BaseType, InputObjectType, InputValueDefinition, Type, TypeDefinition, TypeKind},
};
use async_graphql_value::{Name, Value};

use super::{
    scalars,
    types::{Types, is_one_of, is_required, members},
};

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Written in the document, where an enum's value is a name.
    Literal,
    /// A variable's value, where an enum's value is a text.
    Json,
}

/// A variable, where it is used (section 5.8.5).
pub(super) struct Usage<'a> {
    pub(super) variable: &'a str,
    pub(super) pos: Pos,
    /// What it stands for there, as a caller would say it.
    pub(super) place: String,
    pub(super) ty: &'a Type,
    pub(super) has_default: bool,
    /// Whether it stands in a field of an input object that takes exactly one.
    pub(super) in_one_of: bool,
}

/// One look at a value.
pub(super) struct Check<'a> {
    pub(super) types: &'a Types,
    pub(super) origin: Origin,
    pub(super) pos: Pos,
    pub(super) usages: Vec<Usage<'a>>,
    pub(super) faults: Vec<String>,
}

/// A place in a value: `filter.tags.anyOf`.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    pub(super) above: Option<&'p Path<'p>>,
    pub(super) name: &'p str,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        f.write_str(self.name)
    }
}

/// What a value has to fit.
#[derive(Clone, Copy)]
struct Place<'a> {
    ty: &'a Type,
    has_default: bool,
    in_one_of: bool,
}

impl<'a> Check<'a> {
    pub(super) fn new(types: &'a Types, origin: Origin, pos: Pos) -> Self {
        Self { types, origin, pos, usages: Vec::new(), faults: Vec::new() }
    }

    /// Looks at the value of an argument.
    pub(super) fn argument(&mut self, value: &'a Value, slot: &'a InputValueDefinition) {
        let path = Path { above: None, name: &slot.name.node };
        self.value(value, Place::of(slot, false), path);
    }

    /// Looks at a value by itself.
    pub(super) fn alone(&mut self, value: &'a Value, ty: &'a Type, name: &str) {
        self.value(value, Place { ty, has_default: false, in_one_of: false }, Path { above: None, name });
    }

    fn value(&mut self, value: &'a Value, place: Place<'a>, path: Path) {
        match (value, &place.ty.base) {
            (Value::Variable(name), _) => self.usages.push(Usage {
                variable: name,
                pos: self.pos,
                place: path.to_string(),
                ty: place.ty,
                has_default: place.has_default,
                in_one_of: place.in_one_of,
            }),
            (Value::Null, _) if place.ty.nullable && !place.in_one_of => {}
            (Value::Null, _) => self.faults.push(format!("“{path}” may not be null: give a value.")),
            (Value::List(items), BaseType::List(item)) => {
                for value in items {
                    self.value(value, Place { ty: item, has_default: false, in_one_of: false }, path);
                }
            }
            // One item stands for a list of it (section 3.11, “Input Coercion”).
            (one, BaseType::List(item)) => {
                self.value(one, Place { ty: item, has_default: false, in_one_of: false }, path);
            }
            (one, BaseType::Named(name)) => {
                if let Some(definition) = self.types.get(name) {
                    self.one(one, definition, path);
                }
            }
        }
    }

    fn one(&mut self, value: &'a Value, definition: &'a TypeDefinition, path: Path) {
        let name = &definition.name.node;
        let advice = match (&definition.kind, value) {
            (TypeKind::Scalar, _) => scalars::fault(name, value),
            (TypeKind::InputObject(object), Value::Object(fields)) => {
                self.object(fields, object, is_one_of(definition), path);
                None
            }
            (TypeKind::InputObject(_), _) => Some("give an object, in braces".to_owned()),
            (TypeKind::Enum(kind), Value::Enum(it)) if members(kind).any(|own| own == it.as_str()) => None,
            (TypeKind::Enum(kind), Value::String(it)) if members(kind).any(|own| own == it) => {
                (self.origin == Origin::Literal).then(|| format!("write {it}, without quotes"))
            }
            (TypeKind::Enum(kind), _) => Some(format!("give one of {}", members(kind).collect::<Vec<_>>().join(", "))),
            _ => None,
        };
        if let Some(advice) = advice {
            let advice = advice.trim_end_matches('.');
            self.faults.push(format!("“{path}” takes “{name}”, and {} is none: {advice}.", shown(value)));
        }
    }

    fn object(&mut self, given: &'a IndexMap<Name, Value>, object: &'a InputObjectType, one_of: bool, path: Path) {
        let slots = || object.fields.iter().map(|slot| &slot.node);
        let names = || slots().map(|slot| slot.name.node.as_str()).collect::<Vec<_>>().join(", ");
        for (name, value) in given {
            match slots().find(|slot| slot.name.node == *name) {
                Some(slot) => self.value(value, Place::of(slot, one_of), Path { above: Some(&path), name }),
                None => self.faults.push(format!("“{path}” has no field “{name}”: it has {}.", names())),
            }
        }
        if one_of && given.len() != 1 {
            self.faults.push(format!("“{path}” takes exactly one field, not {}: one of {}.", given.len(), names()));
        }
        for slot in slots().filter(|slot| is_required(slot) && !given.contains_key(slot.name.node.as_str())) {
            self.faults.push(format!("“{path}.{}” of type “{}” has to be given.", slot.name.node, slot.ty.node));
        }
    }
}

impl<'a> Place<'a> {
    fn of(slot: &'a InputValueDefinition, in_one_of: bool) -> Self {
        Self { ty: &slot.ty.node, has_default: slot.default_value.is_some(), in_one_of }
    }
}

/// The value as it was written, as far as it fits into a sentence.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

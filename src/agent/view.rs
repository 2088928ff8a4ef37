//! The schema as a caller may see it. Whatever is shown or suggested to an agent comes from here, so that a name
//! which the caller may not see is answered like one that does not exist. As long as there are no scopes,
//! everybody sees all of it; where that changes, [`View`] is the place.

use async_graphql::{
    Positioned,
    parser::types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind},
};

use crate::graphql::{Types, is_required, members, named};

/// What a page's type is called, behind what it is a page of.
const PAGE: &str = "Connection";

/// What people know things by, the best first.
const USUAL: [&[&str]; 10] = [
    &["nodes"],
    &["node"],
    &["hasNextPage", "endCursor"],
    &["title"],
    &["name"],
    &["value"],
    &["heading"],
    &["remaining"],
    &["date"],
    &["count"],
];

/// What a caller sees of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    types: &'a Types,
}

impl<'a> View<'a> {
    /// What everybody sees.
    pub(super) fn new(types: &'a Types) -> Self {
        Self { types }
    }

    /// The schema with all that is in it, for questions that show no name.
    pub(super) fn types(self) -> &'a Types {
        self.types
    }

    /// The fields of an object or interface, as they are listed.
    pub(super) fn fields(self, parent: &str) -> impl Iterator<Item = &'a FieldDefinition> + use<'a> {
        self.types.own_fields(parent).iter().map(|field| &field.node)
    }

    /// The names of its fields.
    pub(super) fn names(self, parent: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.fields(parent).map(|field| field.name.node.as_str())
    }

    /// A field of it, those of introspection included.
    pub(super) fn field(self, parent: &str, name: &str) -> Option<&'a FieldDefinition> {
        self.types.field(parent, name)
    }

    /// The fields of an input object.
    pub(super) fn slots(self, input: &str) -> impl Iterator<Item = &'a InputValueDefinition> + use<'a> {
        self.types.slots(input).iter().map(|slot| &slot.node)
    }

    /// The values of an enum.
    pub(super) fn members(self, name: &str) -> Option<Vec<&'a str>> {
        match &self.types.get(name)?.kind {
            TypeKind::Enum(definition) => Some(members(definition).collect()),
            _ => None,
        }
    }

    /// The type with this name.
    pub(super) fn get(self, name: &str) -> Option<&'a TypeDefinition> {
        self.types.get(name)
    }

    /// The type of a field's result, lists left out.
    pub(super) fn result(self, parent: &str, name: &str) -> Option<&'a str> {
        self.field(parent, name).map(|field| named(&field.ty.node))
    }

    /// Whether it has fields to select.
    pub(super) fn is_composite(self, name: &str) -> bool {
        self.types.is_composite(name)
    }

    /// What a page is a page of.
    pub(super) fn page_of(self, name: &str) -> Option<&'a str> {
        name.ends_with(PAGE).then(|| self.result(name, "nodes")).flatten()
    }

    /// What an entry of a page holds.
    pub(super) fn entry_of(self, name: &str) -> Option<&'a str> {
        self.field(name, "cursor").and_then(|_| self.result(name, "node"))
    }

    /// The fields by which something is known to people: a title, a name, the text; the nodes of a page.
    pub(super) fn usual(self, ty: &str) -> Option<Vec<&'static str>> {
        let has = |fields: &&&[&str]| fields.iter().all(|name| self.names(ty).any(|own| own == *name));
        USUAL.iter().find(has).map(|fields| fields.to_vec())
    }

    /// Whether a field can be asked for without arguments.
    pub(super) fn is_free(field: &FieldDefinition) -> bool {
        !field.arguments.iter().any(|slot| is_required(&slot.node))
    }
}

/// Whether it is a list, however nested.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

/// The name of a slot.
pub(super) fn name_of(slot: &Positioned<InputValueDefinition>) -> &str {
    slot.node.name.node.as_str()
}

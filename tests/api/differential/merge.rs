//! Whether fields can be merged (GraphQL, section 5.3.2): what makes a document of valid parts invalid.
//! A [`Scope`] knows all the fields that may meet in one object of an answer.

use std::collections::BTreeMap;

use graphql_parser::query::TypeCondition;

use super::{
    document::{Case, Field, Selection},
    schema::{Literal, Schema, named},
};

/// The fields of one object of an answer, by response key.
#[derive(Clone, Default)]
pub(super) struct Scope(BTreeMap<String, Entry>);

/// The fields with one response key.
#[derive(Clone)]
struct Entry {
    /// Their type, which all have.
    ty: String,
    fields: Vec<Meaning>,
    inside: Scope,
}

/// What is asked for, and of which type.
#[derive(Clone, PartialEq)]
pub(super) struct Meaning {
    /// The type that has the field.
    pub(super) parent: String,
    /// The field.
    pub(super) name: String,
    /// As they are written.
    pub(super) arguments: Vec<(String, Literal)>,
}

impl Scope {
    /// Takes a field in, if it goes with those that are there, and gives the scope of its own fields.
    pub(super) fn enter(&mut self, schema: &Schema, key: &str, meaning: &Meaning) -> Option<&mut Self> {
        let ty = match meaning.name.as_str() {
            "__typename" => "String!".to_owned(),
            name => schema.field(&meaning.parent, name).field_type.to_string(),
        };
        let entry = self.0.entry(key.to_owned()).or_insert_with(|| Entry {
            ty: ty.clone(),
            fields: Vec::new(),
            inside: Self::default(),
        });
        let goes_with = |other: &Meaning| {
            let is_apart =
                other.parent != meaning.parent && schema.is_object(&other.parent) && schema.is_object(&meaning.parent);
            is_apart || (other.name == meaning.name && other.arguments == meaning.arguments)
        };
        if entry.ty != ty || !entry.fields.iter().all(goes_with) {
            return None;
        }
        if !entry.fields.contains(meaning) {
            entry.fields.push(meaning.clone());
        }
        Some(&mut entry.inside)
    }

    /// What is asked of a type here already, by response key.
    pub(super) fn asked_of(&self, parent: &str) -> Vec<(String, Meaning)> {
        let all = self.0.iter().flat_map(|(key, entry)| entry.fields.iter().map(move |it| (key, it)));
        all.filter(|(_, it)| it.parent == parent).map(|(key, it)| (key.clone(), it.clone())).collect()
    }

    /// Takes selections of a type in, and says whether they all go together.
    pub(super) fn absorb(&mut self, schema: &Schema, case: &Case, parent: &str, selections: &[Selection]) -> bool {
        selections.iter().all(|selection| match selection {
            Selection::Field(field) => {
                let meaning = meaning(parent, field);
                let ty = match field.name.as_str() {
                    "__typename" => "String",
                    name => named(&schema.field(parent, name).field_type),
                };
                let inside = self.enter(schema, key(field), &meaning);
                inside.is_some_and(|inside| inside.absorb(schema, case, ty, &field.selection_set.items))
            }
            Selection::InlineFragment(fragment) => {
                let on = match &fragment.type_condition {
                    Some(TypeCondition::On(on)) => on,
                    None => parent,
                };
                self.absorb(schema, case, on, &fragment.selection_set.items)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = &case.fragments[&spread.fragment_name];
                self.absorb(schema, case, &fragment.on, &fragment.selections)
            }
        })
    }
}

/// Whether all the fields of a document can be merged.
pub(super) fn can_merge(schema: &Schema, case: &Case) -> bool {
    case.operations.iter().all(|it| Scope::default().absorb(schema, case, "Query", it))
}

/// Under which name a field stands in an answer.
pub(super) fn key(field: &Field) -> &str {
    field.alias.as_deref().unwrap_or(&field.name)
}

/// What a field asks for.
fn meaning(parent: &str, field: &Field) -> Meaning {
    Meaning { parent: parent.to_owned(), name: field.name.clone(), arguments: field.arguments.clone() }
}

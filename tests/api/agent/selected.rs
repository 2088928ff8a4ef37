//! What a query selects, as far as a table has to be read with it: which fields stand where, fragments spread out.

use std::{collections::BTreeMap, sync::LazyLock};

use graphql_parser::query::{
    Definition, Directive, Document, FragmentDefinition, OperationDefinition, Selection, SelectionSet, TypeCondition,
    Value as Literal, parse_query,
};
use serde_json::{Map, Value};

use crate::differential::schema::{Schema, named};

/// Which fragments can apply where.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::of(&precis::graphql::sdl()));

/// The fields of an object, by their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selected(BTreeMap<String, Field>);

/// A field of an object.
#[derive(Clone, Debug, Default)]
struct Field {
    name: String,
    below: Selected,
}

/// What is known of a document.
struct Reader<'d> {
    fragments: BTreeMap<&'d str, &'d FragmentDefinition<'d, String>>,
    variables: BTreeMap<String, bool>,
}

impl Selected {
    /// What the only operation of a query selects.
    pub(crate) fn of(query: &str, given: &Map<String, Value>) -> Self {
        let document: Document<String> = parse_query(query).expect("a query");
        let (mut fragments, mut variables, mut operation) = (BTreeMap::new(), BTreeMap::new(), None);
        for definition in &document.definitions {
            match definition {
                Definition::Fragment(it) => drop(fragments.insert(it.name.as_str(), it)),
                Definition::Operation(OperationDefinition::Query(it)) => {
                    let defaults = it.variable_definitions.iter().filter_map(|it| match &it.default_value {
                        Some(Literal::Boolean(default)) => Some((it.name.clone(), *default)),
                        _ => None,
                    });
                    variables.extend(defaults);
                    operation = Some(&it.selection_set);
                }
                Definition::Operation(OperationDefinition::SelectionSet(it)) => operation = Some(it),
                Definition::Operation(_) => {}
            }
        }
        variables.extend(given.iter().filter_map(|(name, value)| Some((name.clone(), value.as_bool()?))));
        let mut selected = Self::default();
        Reader { fragments, variables }.read(operation.expect("a query"), "Query", &mut selected);
        selected
    }

    /// What is selected of a field.
    pub(crate) fn below(&self, key: &str) -> Option<&Self> {
        self.0.get(key).map(|field| &field.below)
    }

    /// The name of the field with that key.
    pub(crate) fn name(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|field| field.name.as_str())
    }

    /// The key that tables leave out behind this object, if it is a page.
    pub(crate) fn left_out(&self) -> Option<&str> {
        let mut lists = self.0.iter().filter(|(_, field)| matches!(field.name.as_str(), "nodes" | "edges"));
        let (key, _) = lists.next().filter(|_| lists.next().is_none())?;
        matches!(key.as_str(), "nodes" | "edges").then_some(key)
    }
}

impl Reader<'_> {
    /// Reads what is selected of a type.
    fn read(&self, set: &SelectionSet<String>, ty: &str, selected: &mut Selected) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) if self.wants(&field.directives) => {
                    let key = field.alias.as_ref().unwrap_or(&field.name);
                    let into = selected.0.entry(key.clone()).or_default();
                    into.name.clone_from(&field.name);
                    if !field.selection_set.items.is_empty() {
                        let of = named(&SCHEMA.field(ty, &field.name).field_type);
                        self.read(&field.selection_set, of, &mut into.below);
                    }
                }
                Selection::InlineFragment(it) if self.wants(&it.directives) => {
                    self.read_fragment(it.type_condition.as_ref(), &it.selection_set, ty, selected);
                }
                Selection::FragmentSpread(it) if self.wants(&it.directives) => {
                    let fragment = self.fragments[it.fragment_name.as_str()];
                    self.read_fragment(Some(&fragment.type_condition), &fragment.selection_set, ty, selected);
                }
                _ => {}
            }
        }
    }

    fn read_fragment(
        &self,
        on: Option<&TypeCondition<String>>,
        set: &SelectionSet<String>,
        ty: &str,
        selected: &mut Selected,
    ) {
        let on = on.map_or(ty, |TypeCondition::On(on)| on);
        let possible = SCHEMA.possible(ty);
        if SCHEMA.possible(on).iter().any(|it| possible.contains(it)) {
            self.read(set, if SCHEMA.is_object(ty) && !SCHEMA.is_object(on) { ty } else { on }, selected);
        }
    }

    fn wants(&self, directives: &[Directive<String>]) -> bool {
        directives.iter().all(|directive| {
            let holds = match directive.arguments.first().map(|(_, value)| value) {
                Some(Literal::Boolean(it)) => *it,
                Some(Literal::Variable(name)) => self.variables.get(name).copied().unwrap_or_default(),
                _ => false,
            };
            if directive.name == "skip" { !holds } else { holds }
        })
    }
}

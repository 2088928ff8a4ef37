//! A document that is put to both: its operations, fragments and variables, as far as they are used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use graphql_parser::{
    Pos,
    query::{
        Definition, Directive as AnyDirective, Document, Field as AnyField, FragmentDefinition, OperationDefinition,
        Query, Selection as AnySelection, SelectionSet, TypeCondition, Value as AnyValue, VariableDefinition,
    },
};
use serde_json::{Map, Value as Json};

use super::schema::{Literal, Type};

/// A field that is asked for.
pub(super) type Field = AnyField<'static, String>;
/// A field, a spread, or an inline fragment.
pub(super) type Selection = AnySelection<'static, String>;
/// `@skip` or `@include`.
pub(super) type Directive = AnyDirective<'static, String>;

/// A document, and how it is asked.
#[derive(Clone)]
pub(super) struct Case {
    /// The fields of each operation.
    pub(super) operations: Vec<Vec<Selection>>,
    /// Which of them is to be executed.
    pub(super) executed: usize,
    /// By name.
    pub(super) fragments: BTreeMap<String, Fragment>,
    /// By name.
    pub(super) variables: BTreeMap<String, Variable>,
}

/// A fragment that has a name.
#[derive(Clone)]
pub(super) struct Fragment {
    /// The type that it is on.
    pub(super) on: String,
    /// Its fields.
    pub(super) selections: Vec<Selection>,
}

/// A variable, and what it is given.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// As it is declared.
    pub(super) ty: Type,
    /// What holds where nothing is given.
    pub(super) default: Option<Literal>,
    /// Nothing, or a value, which may be null.
    pub(super) given: Option<Json>,
}

/// Names that are used somewhere.
#[derive(Default)]
struct Used {
    fragments: BTreeSet<String>,
    variables: BTreeSet<String>,
}

impl Case {
    /// The name of the operation that is to be executed; one alone has none.
    pub(super) fn operation_name(&self) -> Option<String> {
        (self.operations.len() > 1).then(|| format!("Q{}", self.executed))
    }

    /// The values of variables, as they are sent.
    pub(super) fn given(&self) -> Map<String, Json> {
        let used = self.operations.iter().flat_map(|it| self.used(it).variables);
        used.filter_map(|name| Some((name.clone(), self.variables[&name].given.clone()?))).collect()
    }

    /// The document as text, without what is not used.
    pub(super) fn text(&self) -> String {
        let (mut definitions, mut spread) = (Vec::new(), BTreeSet::new());
        for (number, selections) in self.operations.iter().enumerate() {
            let used = self.used(selections);
            let define = |name: String| {
                let Variable { ty, default, .. } = self.variables[&name].clone();
                VariableDefinition { position: Pos::default(), name, var_type: ty, default_value: default }
            };
            definitions.push(Definition::Operation(OperationDefinition::Query(Query {
                position: Pos::default(),
                name: (self.operations.len() > 1).then(|| format!("Q{number}")),
                variable_definitions: used.variables.into_iter().map(define).collect(),
                directives: Vec::new(),
                selection_set: set(selections.clone()),
            })));
            spread.extend(used.fragments);
        }
        for name in spread {
            let Fragment { on, selections } = self.fragments[&name].clone();
            definitions.push(Definition::Fragment(FragmentDefinition {
                position: Pos::default(),
                name,
                type_condition: TypeCondition::On(on),
                directives: Vec::new(),
                selection_set: set(selections),
            }));
        }
        Document { definitions }.to_string()
    }

    /// What is used below these selections.
    fn used(&self, selections: &[Selection]) -> Used {
        let mut used = Used::default();
        self.note_used(selections, &mut used);
        used
    }

    /// Takes note of what is used below these selections.
    fn note_used(&self, selections: &[Selection], used: &mut Used) {
        for selection in selections {
            for directive in directives(selection) {
                directive.arguments.iter().for_each(|(_, value)| note_variables(value, used));
            }
            match selection {
                Selection::Field(field) => {
                    field.arguments.iter().for_each(|(_, value)| note_variables(value, used));
                    self.note_used(&field.selection_set.items, used);
                }
                Selection::InlineFragment(fragment) => self.note_used(&fragment.selection_set.items, used),
                Selection::FragmentSpread(spread) => {
                    used.fragments.insert(spread.fragment_name.clone());
                    self.note_used(&self.fragments[&spread.fragment_name].selections, used);
                }
            }
        }
    }
}

/// Takes note of the variables in a value.
fn note_variables(value: &Literal, used: &mut Used) {
    match value {
        AnyValue::Variable(name) => drop(used.variables.insert(name.clone())),
        AnyValue::List(items) => items.iter().for_each(|it| note_variables(it, used)),
        AnyValue::Object(fields) => fields.values().for_each(|it| note_variables(it, used)),
        _ => {}
    }
}

/// The directives of a selection.
pub(super) fn directives(selection: &Selection) -> &[Directive] {
    match selection {
        Selection::Field(it) => &it.directives,
        Selection::InlineFragment(it) => &it.directives,
        Selection::FragmentSpread(it) => &it.directives,
    }
}

/// These selections, as a set.
pub(super) fn set(items: Vec<Selection>) -> SelectionSet<'static, String> {
    SelectionSet { span: <(Pos, Pos)>::default(), items }
}

/// A field without anything.
pub(super) fn plain(name: &str) -> Field {
    Field {
        position: Pos::default(),
        alias: None,
        name: name.to_owned(),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: set(Vec::new()),
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = self.operation_name().unwrap_or_default();
        write!(f, "{name}\n{}\nvariables {}", self.text(), Json::Object(self.given()))
    }
}

//! One walk over the document: the values of arguments are looked at, `__typename` is too, and variables
//! and spreads are noted for each operation and fragment.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, ServerError,
    parser::types::{
        Directive, ExecutableDocument, Field, InputValueDefinition, OperationDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

use super::{
    typename,
    types::{Types, named},
    values::{Check, Origin, Usage},
};

/// What an operation or a fragment says by itself.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) usages: Vec<Usage<'a>>,
    pub(super) spreads: Vec<&'a str>,
}

/// What the walk found.
pub(super) struct Walked<'a> {
    pub(super) operations: Vec<(&'a OperationDefinition, Scope<'a>)>,
    pub(super) fragments: HashMap<&'a str, Scope<'a>>,
    pub(super) errors: Vec<ServerError>,
}

/// Walks over all operations and fragments.
pub(super) fn walk<'a>(types: &'a Types, document: &'a ExecutableDocument) -> Walked<'a> {
    let mut walk = Walk { types, scope: Scope::default(), errors: Vec::new() };
    let operations = document.operations.iter().map(|(_, operation)| {
        let operation = &operation.node;
        walk.directives(&operation.directives);
        walk.set(&operation.selection_set.node, types.root(operation.ty));
        (operation, std::mem::take(&mut walk.scope))
    });
    let operations = operations.collect();
    let fragments = document.fragments.iter().map(|(name, fragment)| {
        walk.directives(&fragment.node.directives);
        walk.set(&fragment.node.selection_set.node, Some(&fragment.node.type_condition.node.on.node));
        (name.as_str(), std::mem::take(&mut walk.scope))
    });
    let fragments = fragments.collect();
    Walked { operations, fragments, errors: walk.errors }
}

struct Walk<'a> {
    types: &'a Types,
    scope: Scope<'a>,
    errors: Vec<ServerError>,
}

impl<'a> Walk<'a> {
    /// As deep as the brackets of the document nest, which the gate bounds.
    fn set(&mut self, set: &'a SelectionSet, parent: Option<&'a str>) {
        for selection in &set.items {
            self.directives(selection.node.directives());
            match &selection.node {
                Selection::Field(field) => self.field(field, parent),
                Selection::FragmentSpread(spread) => self.scope.spreads.push(&spread.node.fragment_name.node),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|it| it.node.on.node.as_str());
                    self.set(&fragment.node.selection_set.node, condition.or(parent));
                }
            }
        }
    }

    fn field(&mut self, field: &'a Positioned<Field>, parent: Option<&'a str>) {
        let Field { name, arguments, selection_set, .. } = &field.node;
        if name.node == typename::NAME {
            self.errors.extend(typename::check(self.types, field));
        }
        let definition = parent.and_then(|parent| self.types.field(parent, &name.node));
        if let Some(definition) = definition {
            self.arguments(arguments, &definition.arguments);
        }
        self.set(&selection_set.node, definition.map(|it| named(&it.ty.node)));
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        for directive in directives.iter().map(|it| &it.node) {
            if let Some(definition) = self.types.directive(&directive.name.node) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(
        &mut self,
        given: &'a [(Positioned<Name>, Positioned<Value>)],
        slots: &'a [Positioned<InputValueDefinition>],
    ) {
        for (name, value) in given {
            if let Some(slot) = slots.iter().find(|slot| slot.node.name.node == name.node) {
                let mut check = Check::new(self.types, Origin::Literal, value.pos);
                check.argument(&value.node, &slot.node);
                self.scope.usages.append(&mut check.usages);
                self.errors.extend(check.faults.into_iter().map(|fault| ServerError::new(fault, Some(value.pos))));
            }
        }
    }
}

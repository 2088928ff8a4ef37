//! `__typename`, a field like others (section 4.1), which async-graphql 7.2.1 passes over: neither its
//! arguments (5.4.1), nor its selections (5.3.3), nor its directives (5.7) are looked at.

use async_graphql::{
    Positioned, ServerError,
    parser::types::{
        DirectiveLocation, DocumentOperations, ExecutableDocument, Field, InlineFragment, Selection, SelectionSet,
    },
};

use super::types::Types;

/// How it is called.
pub(super) const NAME: &str = "__typename";

/// What it may not have.
pub(super) fn check(types: &Types, field: &Positioned<Field>) -> Vec<ServerError> {
    let Field { arguments, directives, selection_set, .. } = &field.node;
    let argument = arguments.iter().map(|(name, _)| {
        let message = format!("“{NAME}” has no argument “{}”: leave it out.", name.node);
        ServerError::new(message, Some(name.pos))
    });
    let selection = selection_set.node.items.first().map(|first| {
        let message = format!("“{NAME}” is a text, which has no fields: leave the braces out.");
        ServerError::new(message, Some(first.pos))
    });
    let is_wrong = |name: &str| !types.may_stand(name, DirectiveLocation::Field);
    let directive = directives.iter().filter(|it| is_wrong(&it.node.name.node)).map(|it| {
        let message = format!("No field may have the directive “@{}”: leave it out.", it.node.name.node);
        ServerError::new(message, Some(it.pos))
    });
    argument.chain(selection).chain(directive).collect()
}

/// Writes `__typename @include(if: $x)` as `... @include(if: $x) { __typename }`, which means the same and
/// is seen by async-graphql: directives lack no arguments, and their variables count as used (5.8.4).
pub(in crate::graphql) fn unfold(document: &mut ExecutableDocument) {
    let operations = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    let operations = operations.into_iter().map(|it| &mut it.node.selection_set);
    for set in operations.chain(document.fragments.values_mut().map(|it| &mut it.node.selection_set)) {
        unfold_set(&mut set.node);
    }
}

/// As deep as the brackets of the document nest, which the gate bounds.
fn unfold_set(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == NAME && !field.node.directives.is_empty() => {
                let pos = field.pos;
                let directives = std::mem::take(&mut field.node.directives);
                let items = vec![Positioned::new(Selection::Field(field.clone()), pos)];
                let selection_set = Positioned::new(SelectionSet { items }, pos);
                let fragment = InlineFragment { type_condition: None, directives, selection_set };
                item.node = Selection::InlineFragment(Positioned::new(fragment, pos));
            }
            Selection::Field(field) => unfold_set(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => unfold_set(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

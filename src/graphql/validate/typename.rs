//! `__typename`, a field like others (section 4.1), which async-graphql 7.2.1 passes over: neither its
//! arguments (5.4.1), nor its selections (5.3.3), nor its directives (5.7) are looked at.

use async_graphql::{
    Name, Positioned, ServerError,
    parser::types::{
        DirectiveLocation, DocumentOperations, ExecutableDocument, Field, InlineFragment, Selection, SelectionSet,
        TypeCondition,
    },
};

use super::types::{Types, named};

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

/// Writes two things in other words, which mean the same, for async-graphql to see them.
///
/// `__typename @include(if: $x)` becomes `... @include(if: $x) { __typename }`: directives lack no arguments
/// then, and their variables count as used (5.8.4). An inline fragment without a type gets that of its
/// parent: async-graphql 7.2.1 forgets what it is when it looks for fields that can't be merged (5.3.2).
pub(in crate::graphql) fn unfold(types: &Types, document: &mut ExecutableDocument) {
    let operations = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations {
        if let Some(root) = types.root(operation.node.ty) {
            unfold_set(types, root, &mut operation.node.selection_set.node);
        }
    }
    for fragment in document.fragments.values_mut() {
        let on = fragment.node.type_condition.node.on.node.clone();
        unfold_set(types, &on, &mut fragment.node.selection_set.node);
    }
}

/// As deep as the brackets of the document nest, which the gate bounds.
fn unfold_set(types: &Types, parent: &str, set: &mut SelectionSet) {
    let on = |pos| Positioned::new(TypeCondition { on: Positioned::new(Name::new(parent), pos) }, pos);
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == NAME && !field.node.directives.is_empty() => {
                let pos = field.pos;
                let directives = std::mem::take(&mut field.node.directives);
                let items = vec![Positioned::new(Selection::Field(field.clone()), pos)];
                let selection_set = Positioned::new(SelectionSet { items }, pos);
                let fragment = InlineFragment { type_condition: Some(on(pos)), directives, selection_set };
                item.node = Selection::InlineFragment(Positioned::new(fragment, pos));
            }
            Selection::Field(field) => {
                if let Some(definition) = types.field(parent, &field.node.name.node) {
                    unfold_set(types, named(&definition.ty.node), &mut field.node.selection_set.node);
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.get_or_insert_with(|| on(fragment.pos));
                let parent = condition.node.on.node.clone();
                unfold_set(types, &parent, &mut fragment.node.selection_set.node);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

//! One walk over the document, for what can be seen where it stands: fields, arguments, values, directives
//! and conditions of fragments. Variables and spreads are noted for each operation and fragment, for the rules
//! that follow them.

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        Directive, DirectiveLocation, ExecutableDocument, Field, FieldDefinition, FragmentDefinition,
        InputValueDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

use super::{
    report::{Report, suggestion, suggestion_with},
    types::{Types, is_required, named},
    values::{Check, Origin, Usage},
};

/// What an operation or a fragment says by itself.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) usages: Vec<Usage<'a>>,
    pub(super) spreads: Vec<Spread<'a>>,
}

/// A fragment, where it is spread.
pub(super) struct Spread<'a> {
    pub(super) name: &'a str,
    pub(super) place: Pos,
    /// What it is spread into, where that is known.
    pub(super) parent: Option<&'a str>,
}

/// What the walk found, in the order of the document.
pub(super) struct Walked<'a> {
    pub(super) operations: Vec<(&'a Positioned<OperationDefinition>, Scope<'a>)>,
    pub(super) fragments: Vec<(&'a str, &'a Positioned<FragmentDefinition>, Scope<'a>)>,
}

/// Walks over all operations and fragments.
pub(super) fn walk<'a>(types: &'a Types, document: &'a ExecutableDocument, report: &mut Report) -> Walked<'a> {
    let mut walk = Walk { types, scope: Scope::default(), report };
    let mut operations: Vec<_> = document.operations.iter().map(|(_, it)| it).collect();
    operations.sort_by_key(|it| it.pos);
    let operations = operations.into_iter().map(|it| (it, walk.operation(it))).collect();
    let mut fragments: Vec<_> = document.fragments.iter().collect();
    fragments.sort_by_key(|(_, it)| it.pos);
    let fragments = fragments.into_iter().map(|(name, it)| (name.as_str(), it, walk.fragment(&it.node))).collect();
    Walked { operations, fragments }
}

struct Walk<'a, 'r> {
    types: &'a Types,
    scope: Scope<'a>,
    report: &'r mut Report,
}

impl<'a> Walk<'a, '_> {
    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) -> Scope<'a> {
        let OperationDefinition { ty, directives, selection_set, .. } = &operation.node;
        let (location, kind) = match ty {
            OperationType::Query => (DirectiveLocation::Query, "queries"),
            OperationType::Mutation => (DirectiveLocation::Mutation, "mutations"),
            OperationType::Subscription => (DirectiveLocation::Subscription, "subscriptions"),
        };
        let root = self.types.root(*ty);
        if root.is_none() {
            self.report.tell(operation.pos, || format!("The schema has no {kind}: send a query.")); // 5.2.1.1
        }
        self.directives(directives, location);
        self.set(&selection_set.node, root);
        std::mem::take(&mut self.scope)
    }

    fn fragment(&mut self, fragment: &'a FragmentDefinition) -> Scope<'a> {
        self.directives(&fragment.directives, DirectiveLocation::FragmentDefinition);
        let on = self.condition(&fragment.type_condition.node.on, None);
        self.set(&fragment.selection_set.node, on);
        std::mem::take(&mut self.scope)
    }

    /// As deep as the brackets of the document nest, which the gate bounds. Where the parent is not known, its
    /// fields are not looked at.
    fn set(&mut self, set: &'a SelectionSet, parent: Option<&'a str>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(field, parent),
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives, DirectiveLocation::FragmentSpread);
                    let name = spread.node.fragment_name.node.as_str();
                    self.scope.spreads.push(Spread { name, place: spread.pos, parent });
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.node.directives, DirectiveLocation::InlineFragment);
                    let on = match &fragment.node.type_condition {
                        Some(condition) => self.condition(&condition.node.on, parent),
                        None => parent,
                    };
                    self.set(&fragment.node.selection_set.node, on);
                }
            }
        }
    }

    /// The type that a fragment is on (sections 5.5.1.2, 5.5.1.3 and 5.5.2.3).
    fn condition(&mut self, on: &'a Positioned<Name>, parent: Option<&'a str>) -> Option<&'a str> {
        let name = on.node.as_str();
        if self.types.get(name).is_none() {
            let known = self.types.composites();
            self.report.tell(on.pos, || format!("There is no type “{name}”.{}", suggestion(name, known)));
            return None;
        }
        if !self.types.is_composite(name) {
            self.report.tell(on.pos, || format!("“{name}” has no fields, so no fragment can be on it."));
            return None;
        }
        if let Some(parent) = parent.filter(|parent| !self.types.overlap(parent, name)) {
            self.report.tell(on.pos, || format!("No “{parent}” is a “{name}”: leave this fragment out."));
        }
        Some(name)
    }

    fn field(&mut self, field: &'a Positioned<Field>, parent: Option<&'a str>) {
        let Field { name, arguments, directives, selection_set, .. } = &field.node;
        self.directives(directives, DirectiveLocation::Field);
        let below = &selection_set.node;
        let Some(definition) = parent.and_then(|parent| self.definition(name, parent)) else {
            return self.set(below, None);
        };
        self.arguments(&name.node, field.pos, arguments, &definition.arguments);
        let ty = named(&definition.ty.node);
        if self.types.is_composite(ty) {
            if below.items.is_empty() {
                let ask = || format!("“{}” is of type “{ty}”: say which of its fields, in braces.", name.node);
                self.report.tell(field.pos, ask);
            }
            self.set(below, Some(ty));
        } else {
            if let Some(first) = below.items.first() {
                let message =
                    || format!("“{}” is of type “{ty}”, which has no fields: leave the braces out.", name.node);
                self.report.tell(first.pos, message);
            }
            self.set(below, None);
        }
    }

    /// Section 5.3.1.
    fn definition(&mut self, name: &'a Positioned<Name>, parent: &'a str) -> Option<&'a FieldDefinition> {
        let found = self.types.field(parent, &name.node);
        if found.is_none() {
            let (types, name, place) = (self.types, name.node.as_str(), name.pos);
            self.report.tell(place, || {
                let likely = suggestion(name, types.fields(parent));
                format!("“{parent}” has no field “{name}”.{likely}")
            });
        }
        found
    }

    /// Section 5.7.
    fn directives(&mut self, directives: &'a [Positioned<Directive>], location: DirectiveLocation) {
        for (index, directive) in directives.iter().enumerate() {
            let (place, name) = (directive.pos, directive.node.name.node.as_str());
            let Some(definition) = self.types.directive(name) else {
                let known = self.types.directives();
                self.report
                    .tell(place, || format!("There is no directive “@{name}”.{}", suggestion_with("@", name, known)));
                continue;
            };
            if !definition.locations.iter().any(|it| it.node == location) {
                self.report.tell(place, || format!("“@{name}” may not stand here: leave it out."));
            }
            // No directive here is repeatable; async-graphql 7.2.1 reads all of them as if they were.
            if directives[..index].iter().any(|it| it.node.name.node == name) {
                self.report.tell(place, || format!("“@{name}” may stand here once: leave one out."));
            }
            self.arguments(&directive.node.name.node, place, &directive.node.arguments, &definition.arguments);
        }
    }

    /// Sections 5.4 and 5.6, of a field or a directive that stands there.
    fn arguments(
        &mut self,
        of: &'a Name,
        place: Pos,
        given: &'a [(Positioned<Name>, Positioned<Value>)],
        slots: &'a [Positioned<InputValueDefinition>],
    ) {
        for (index, (name, value)) in given.iter().enumerate() {
            let Some(slot) = slots.iter().find(|slot| slot.node.name.node == name.node) else {
                self.report.tell(name.pos, || {
                    let likely = suggestion(&name.node, slots.iter().map(|slot| slot.node.name.node.as_str()));
                    format!("“{of}” has no argument “{}”.{likely}", name.node)
                });
                continue;
            };
            if given[..index].iter().any(|(other, _)| other.node == name.node) {
                self.report.tell(name.pos, || format!("“{}” is given twice: leave one out.", name.node));
            }
            let mut check = Check::new(self.types, Origin::Literal, value.pos);
            check.argument(&value.node, &slot.node);
            self.scope.usages.append(&mut check.usages);
            for fault in check.faults {
                self.report.tell(value.pos, || fault);
            }
        }
        for slot in slots.iter().map(|it| &it.node).filter(|slot| is_required(slot)) {
            if !given.iter().any(|(name, _)| name.node == slot.name.node) {
                let (name, ty) = (&slot.name.node, &slot.ty.node);
                self.report.tell(place, || format!("“{of}” needs the argument “{name}”, of type “{ty}”."));
            }
        }
    }
}

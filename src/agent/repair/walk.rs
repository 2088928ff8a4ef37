//! One walk over a document, by the types of the schema: what is wrong with it, and what might mend that. The rules
//! themselves are `graphql::validate`'s; here it is about what could be meant, and a repair counts for nothing
//! until the rules let it pass.

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, ExecutableDocument, Field, InlineFragment, InputValueDefinition, OperationDefinition, Selection,
        SelectionSet, Type,
    },
};

use super::{
    argument,
    fault::{Fault, Mistake, Place, field as new_field},
    field, fragment, variable,
};
use crate::{
    agent::{names::likely, view::View},
    graphql::{is_required, named},
};

/// So many faults are enough, whatever might mend them.
const HOPELESS: usize = 40;

/// A selection set, and those around it.
pub(super) struct Level<'l> {
    /// The set in which the field stands that this one belongs to; none around fragments.
    pub(super) above: Option<&'l Level<'l>>,
    /// Which of the selections above leads here.
    pub(super) index: usize,
    /// The type whose fields are selected.
    pub(super) parent: &'l str,
    pub(super) set: &'l SelectionSet,
    pub(super) place: Place,
}

/// A variable, where it is used.
pub(super) struct Usage {
    pub(super) name: Name,
    pub(super) ty: Type,
    pub(super) has_default: bool,
    pub(super) in_one_of: bool,
}

/// Where arguments stand.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Field,
    /// A directive of a selection, by its index.
    Directive(usize),
}

pub(super) struct Walk<'a> {
    pub(super) view: View<'a>,
    pub(super) document: &'a ExecutableDocument,
    pub(super) faults: Vec<Fault>,
    pub(super) usages: Vec<Usage>,
    most: usize,
}

/// What is wrong with a document, in its order, up to so many faults of which it is known what might mend them.
/// `given` are the names of the variables that have values.
pub(super) fn faults(view: View, document: &ExecutableDocument, given: &[&str], most: usize) -> Vec<Fault> {
    let mut walk = Walk { view, document, faults: Vec::new(), usages: Vec::new(), most };
    let mut operations: Vec<(Option<&Name>, &Positioned<OperationDefinition>)> = document.operations.iter().collect();
    operations.sort_by_key(|(_, it)| (it.pos.line, it.pos.column));
    for (name, operation) in &operations {
        if let Some(root) = view.types().root(operation.node.ty) {
            walk.outermost(&operation.node.selection_set.node, root, Place::operation(*name));
        }
    }
    let mut fragments: Vec<_> = document.fragments.iter().collect();
    fragments.sort_by_key(|(_, it)| (it.pos.line, it.pos.column));
    for (name, it) in fragments {
        fragment::definition(&mut walk, name, &it.node);
        let on = it.node.type_condition.node.on.node.as_str();
        if view.is_composite(on) {
            walk.outermost(&it.node.selection_set.node, on, Place::fragment(name));
        }
    }
    // Where a part was not walked through, it is not known what it uses.
    if let ([(name, operation)], false) = (&operations[..], walk.is_enough()) {
        variable::faults(&mut walk, *name, &operation.node, given);
    }
    walk.faults
}

impl Walk<'_> {
    fn outermost(&mut self, set: &SelectionSet, parent: &str, place: Place) {
        self.set(&Level { above: None, index: 0, parent, set, place });
    }

    fn is_enough(&self) -> bool {
        let hopeful = self.faults.iter().filter(|fault| !fault.candidates.is_empty()).count();
        hopeful >= self.most || self.faults.len() >= HOPELESS
    }

    /// As deep as the brackets of the document nest, which the gate bounds.
    fn set(&mut self, level: &Level) {
        for (index, selection) in level.set.items.iter().enumerate() {
            if self.is_enough() {
                return;
            }
            for (at, directive) in selection.node.directives().iter().enumerate() {
                self.directive(level, index, at, &directive.node);
            }
            match &selection.node {
                Selection::Field(it) => self.field(level, index, &it.node),
                Selection::InlineFragment(it) => self.inline(level, index, &it.node),
                Selection::FragmentSpread(it) => {
                    fragment::spread(self, level, index, &it.node.fragment_name.node);
                }
            }
        }
    }

    fn inline(&mut self, level: &Level, index: usize, it: &InlineFragment) {
        let on = match &it.type_condition {
            None => level.parent,
            Some(condition) => {
                let on = condition.node.on.node.as_str();
                if !fragment::condition(self, level, index, on) {
                    return;
                }
                on
            }
        };
        let (set, place) = (&it.selection_set.node, level.place.below(index));
        self.set(&Level { above: None, index, parent: on, set, place });
    }

    fn field(&mut self, level: &Level, index: usize, it: &Field) {
        let name = it.name.node.as_str();
        let Some(definition) = self.view.field(level.parent, name) else {
            self.faults.push(field::unknown(self.view, level, index, it));
            return;
        };
        let about = format!("{}.{name}", level.parent);
        let before = self.faults.len();
        argument::faults(self, level, index, Of::Field, (&about, &it.arguments, &definition.arguments));
        if self.faults.len() == before {
            self.missing(level, index, it, (&about, &definition.arguments));
        }
        let ty = named(&definition.ty.node);
        let (set, place) = (&it.selection_set.node, level.place.below(index));
        match (self.view.is_composite(ty), set.items.is_empty()) {
            (true, true) => self.faults.push(self.without_selection(level, index, &about, ty)),
            (true, false) => self.set(&Level { above: Some(level), index, parent: ty, set, place }),
            (false, true) => {}
            (false, false) => {
                let mut fault = Fault::new(Mistake::NoSelection, format!("{about} is {ty}, without fields"));
                fault.or(1, name, move |document| {
                    place.set(document)?.items.clear();
                    Some(())
                });
                self.faults.push(fault);
            }
        }
    }

    /// Arguments that have to be given.
    fn missing(
        &mut self,
        level: &Level,
        index: usize,
        it: &Field,
        (about, slots): (&str, &[Positioned<InputValueDefinition>]),
    ) {
        for slot in slots.iter().map(|slot| &slot.node).filter(|slot| is_required(slot)) {
            let name = &slot.name.node;
            if it.arguments.iter().any(|(given, _)| given.node == *name) {
                continue;
            }
            let mut fault = Fault::new(Mistake::MissingArgument, format!("{about}({name}:)"));
            field::counterpart(self.view, level, index, it, &mut fault);
            fault.advice = format!("give {name}: {}", argument::shape(self.view, &slot.ty.node));
            self.faults.push(fault);
        }
    }

    /// What has fields, and none is selected: the one that people know it by.
    fn without_selection(&self, level: &Level, index: usize, about: &str, ty: &str) -> Fault {
        let mut fault = Fault::new(Mistake::MissingSelection, format!("{about}: {ty}"));
        match self.view.usual(ty) {
            None => fault.advice = format!("select from {}", field::listed(self.view, ty)),
            Some(fields) => {
                let place = level.place.clone();
                fault.or(1, format!("{{ {} }}", fields.join(" ")), move |document| {
                    place.field(document, index)?.selection_set.node.items =
                        fields.iter().map(|name| new_field(name, Vec::new())).collect();
                    Some(())
                });
            }
        }
        fault
    }

    fn directive(&mut self, level: &Level, index: usize, at: usize, it: &Directive) {
        let name = it.name.node.as_str();
        if let Some(definition) = self.view.types().directive(name) {
            let about = format!("@{name}");
            argument::faults(self, level, index, Of::Directive(at), (&about, &it.arguments, &definition.arguments));
            return;
        }
        // The others may stand in schemas alone.
        let mut fault = Fault::new(Mistake::UnknownDirective, format!("@{name}"));
        for (cost, likely) in likely(name, ["include", "skip"].into_iter()) {
            let place = level.place.clone();
            fault.or(cost, format!("@{likely}"), move |document| {
                let selection = &mut place.set(document)?.items.get_mut(index)?.node;
                selection.directives_mut().get_mut(at)?.node.name.node = Name::new(likely);
                Some(())
            });
        }
        self.faults.push(fault);
    }
}

//! Fragments: on types that there are not, spread where they cannot be, or nowhere.

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use super::{
    fault::{Fault, Mistake},
    field::wrap,
    walk::{Level, Walk},
};
use crate::agent::{
    names::{WORD, fold, likely},
    view::View,
};

/// What it costs to put a fragment on another type, or into another place.
const MOVE: u32 = 2;

/// Looks at a fragment where it is defined.
pub(super) fn definition(walk: &mut Walk, name: &Name, it: &FragmentDefinition) {
    let on = it.type_condition.node.on.node.as_str();
    if !walk.view.is_composite(on) {
        let mut fault = Fault::new(Mistake::UnknownType, format!("fragment {name} on {on}"));
        for (cost, new) in types_like(walk.view, on) {
            fault.or(cost, new, put_on(name, new));
        }
        walk.faults.push(fault);
    }
    if !is_spread(walk.document, name) {
        let (mut fault, name) = (Fault::new(Mistake::Unused, format!("fragment {name}")), name.clone());
        fault.or(WORD, "left out", move |document| document.fragments.remove(&name).map(drop));
        walk.faults.push(fault);
    }
}

/// Looks at a fragment where it is spread.
pub(super) fn spread(walk: &mut Walk, level: &Level, index: usize, name: &Name) {
    let Some(definition) = walk.document.fragments.get(name) else {
        let mut fault = Fault::new(Mistake::UnknownFragment, format!("...{name}"));
        for (cost, new) in likely(name, walk.document.fragments.keys().map(Name::as_str)) {
            let (place, new) = (level.place.clone(), Name::new(new));
            fault.or(cost, format!("...{new}"), move |document| {
                let selection = &mut place.set(document)?.items.get_mut(index)?.node;
                let Selection::FragmentSpread(spread) = selection else { return None };
                spread.node.fragment_name.node = new.clone();
                Some(())
            });
        }
        walk.faults.push(fault);
        return;
    };
    let on = definition.node.type_condition.node.on.node.as_str();
    if walk.view.is_composite(on) && !walk.view.types().overlap(level.parent, on) {
        let mut fault = elsewhere(walk.view, level, index, on, format!("...{name} on {on} in {}", level.parent));
        fault.or(MOVE, format!("on {}", level.parent), put_on(name, level.parent));
        walk.faults.push(fault);
    }
}

/// Looks at the type of an inline fragment; whether its selections can be looked at.
pub(super) fn condition(walk: &mut Walk, level: &Level, index: usize, on: &str) -> bool {
    let change = |new: &str| {
        let (place, new) = (level.place.clone(), Name::new(new));
        move |document: &mut ExecutableDocument| {
            let selection = &mut place.set(document)?.items.get_mut(index)?.node;
            let Selection::InlineFragment(fragment) = selection else { return None };
            fragment.node.type_condition.as_mut()?.node.on.node = new.clone();
            Some(())
        }
    };
    if !walk.view.is_composite(on) {
        let mut fault = Fault::new(Mistake::UnknownType, format!("... on {on}"));
        for (cost, new) in types_like(walk.view, on) {
            fault.or(cost, new, change(new));
        }
        walk.faults.push(fault);
        return false;
    }
    if !walk.view.types().overlap(level.parent, on) {
        let mut fault = elsewhere(walk.view, level, index, on, format!("... on {on} in {}", level.parent));
        fault.or(MOVE, format!("... on {}", level.parent), change(level.parent));
        walk.faults.push(fault);
        return false;
    }
    true
}

/// A fragment that may belong to the nodes of the page in which it stands.
fn elsewhere(view: View, level: &Level, index: usize, on: &str, about: String) -> Fault {
    let mut fault = Fault::new(Mistake::WrongFragment, about);
    let overlaps = |ty: &str| view.types().overlap(ty, on);
    let holders = [("nodes", view.page_of(level.parent)), ("node", view.entry_of(level.parent))];
    for (name, _) in holders.into_iter().filter(|(_, entry)| entry.is_some_and(overlaps)) {
        fault.or(MOVE - 1, format!("{name} {{ … }}"), wrap(level.place.clone(), vec![index], name));
    }
    fault
}

fn put_on(name: &Name, new: &str) -> impl Fn(&mut ExecutableDocument) -> Option<()> + use<> {
    let (name, new) = (name.clone(), Name::new(new));
    move |document| {
        document.fragments.get_mut(&name)?.node.type_condition.node.on.node = new.clone();
        Some(())
    }
}

/// Types with fields whose name is like this one: `SummaryNode` and `Summaries` are `Summary`.
fn types_like<'a>(view: View<'a>, name: &str) -> Vec<(u32, &'a str)> {
    const BEHIND: [&str; 4] = ["node", "type", "entity", "item"];
    let folded = fold(name);
    let bare = BEHIND.iter().find_map(|it| folded.strip_suffix(it)).unwrap_or(&folded);
    let own = view.types().composites().filter(|name| !name.starts_with("__"));
    let mut found = likely(if bare.is_empty() { name } else { bare }, own);
    found.sort_unstable();
    found
}

/// Whether a fragment is spread anywhere.
fn is_spread(document: &ExecutableDocument, name: &Name) -> bool {
    fn within(set: &SelectionSet, name: &Name) -> bool {
        set.items.iter().any(|selection| match &selection.node {
            Selection::Field(it) => within(&it.node.selection_set.node, name),
            Selection::InlineFragment(it) => within(&it.node.selection_set.node, name),
            Selection::FragmentSpread(it) => it.node.fragment_name.node == *name,
        })
    }
    let operations = document.operations.iter().map(|(_, it)| &it.node.selection_set.node);
    let fragments = document.fragments.values().map(|it| &it.node.selection_set.node);
    operations.chain(fragments).any(|set| within(set, name))
}

//! A field that its type does not have: what may be meant by it, and where that stands.

use async_graphql::{
    Name, Positioned,
    parser::types::{
        ExecutableDocument, Field, FieldDefinition, InlineFragment, OperationType, Selection, SelectionSet,
        TypeCondition,
    },
};

use super::{
    fault::{Fault, Mistake, Place, anew, field as new_field},
    walk::Level,
};
use crate::{
    agent::{
        names::{CASE, WORD, alike, fold, likely, singular},
        view::{View, is_list, name_of},
    },
    graphql::{is_required, named},
};

/// What others call the list within a page, or the object within an answer.
const WRAPPERS: [&str; 15] = [
    "nodes", "node", "edges", "edge", "items", "item", "results", "result", "data", "records", "list", "entries",
    "rows", "elements", "objects",
];

/// What others put around figures, or around all of an answer.
const AROUND: [&str; 6] = ["data", "result", "aggregate", "response", "payload", "stats"];

/// Fields in which the entries of a page stand, and what is said of it.
const OF_PAGE: [&str; 4] = ["nodes", "edges", "node", "pageInfo"];

/// What it costs to put fields into another one, by how far that is from what was written.
const WRAP: u32 = 2;
const MOVE: u32 = 3;
const MOVE_INTO_LIST: u32 = 4;

/// The most names that are listed.
const LISTED: usize = 24;

/// Says what might mend a field that is not there.
pub(super) fn unknown(view: View, level: &Level, index: usize, it: &Field) -> Fault {
    let mut fault = Fault::new(Mistake::UnknownField, format!("{}.{}", level.parent, it.name.node));
    renamed(view, level, index, it, &mut fault);
    with_types(view, level, index, it, &mut fault);
    unwrapped(view, level, index, it, &mut fault);
    joined(view, level, index, it, &mut fault);
    into_page(view, level, it, &mut fault);
    into_child(view, level, index, it, &mut fault);
    out_of_entries(view, level, index, it, &mut fault);
    into_implementor(view, level, &mut fault);
    fault.advice = format!("it has {}", listed(view, level.parent));
    fault
}

/// The names of a type's fields, as many as fit into a line.
pub(super) fn listed(view: View, parent: &str) -> String {
    let names: Vec<&str> = view.names(parent).collect();
    let rest = if names.len() > LISTED { " …" } else { "" };
    format!("{}{rest}", names[..names.len().min(LISTED)].join(" "))
}

fn renamed(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let known = view.names(level.parent).chain(["__typename"]);
    for (cost, name) in likely(&it.name.node, known) {
        fault.or(cost, name, rename(level, index, name));
    }
}

/// `tagName` of a tag is its name, and `relatedSummaries` are what is `related`.
fn with_types(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let (folded, parent) = (fold(&it.name.node), fold(level.parent));
    for field in view.fields(level.parent) {
        let (name, ty) = (field.name.node.as_str(), named(&field.ty.node));
        let own = fold(name);
        let is_of_parent = folded == format!("{parent}{own}");
        let is_of_result = view.is_composite(ty) && singular(&folded) == singular(&format!("{own}{}", fold(ty)));
        if is_of_parent || is_of_result {
            fault.or(WORD, name, rename(level, index, name));
        }
    }
}

/// `feed { url }` is `feedUrl`.
fn joined(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let mut names = Vec::new();
    for selection in &it.selection_set.node.items {
        let Selection::Field(inner) = &selection.node else { return };
        let joined = format!("{}{}", fold(&it.name.node), fold(&inner.node.name.node));
        let Some(name) = view.names(level.parent).find(|own| fold(own) == joined) else { return };
        names.push(name.to_owned());
    }
    if names.is_empty() || !it.arguments.is_empty() {
        return;
    }
    let place = level.place.clone();
    fault.or(WORD, names.join(" "), move |document| {
        let fields: Vec<_> = names.iter().map(|name| new_field(name, Vec::new())).collect();
        let items = &mut place.set(document)?.items;
        (index < items.len()).then(|| drop(items.splice(index..=index, fields)))
    });
}

fn rename(level: &Level, index: usize, name: &str) -> impl Fn(&mut ExecutableDocument) -> Option<()> + use<> {
    let (place, name) = (level.place.clone(), Name::new(name));
    move |document| {
        place.field(document, index)?.name.node = name.clone();
        Some(())
    }
}

/// `items { … }` is `nodes { … }` in a page, and nothing around what is no page.
fn unwrapped(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let name = fold(&it.name.node);
    // `tag { slug }` of a tag.
    let is_itself = name == fold(level.parent);
    let is_wrapper = is_itself || WRAPPERS.contains(&name.as_str()) || AROUND.contains(&name.as_str());
    if !is_wrapper || it.selection_set.node.items.is_empty() {
        return;
    }
    let is_page = view.page_of(level.parent).is_some();
    if is_page && WRAPPERS.contains(&name.as_str()) {
        fault.or(WORD, "nodes", rename(level, index, "nodes"));
    }
    if it.arguments.is_empty() && (!is_page || AROUND.contains(&name.as_str())) {
        let place = level.place.clone();
        fault.or(WORD, "nothing around its fields", move |document| {
            let items = place.field(document, index)?.selection_set.node.items.clone();
            place.set(document)?.items.splice(index..=index, items);
            Some(())
        });
    }
}

/// What belongs to the entries of a page is put there, together with all the other fields of which that is true.
fn into_page(view: View, level: &Level, it: &Field, fault: &mut Fault) {
    let parent = level.parent;
    let (name, entry) = match (view.page_of(parent), view.entry_of(parent)) {
        (Some(entry), _) => ("nodes", entry),
        (None, Some(entry)) => ("node", entry),
        (None, None) => return,
    };
    let own = it.name.node.as_str();
    let edge = view.result(parent, "edges").filter(|_| name == "nodes");
    let is_of_edge =
        |own: &str| edge.is_some_and(|edge| own != "node" && is_of(view, edge, own)) && !is_of(view, parent, own);
    let is_of_entry = |own: &str| {
        resolves(view, entry, own) && !is_of(view, parent, own) && (is_of(view, entry, own) || !is_of_edge(own))
    };
    if is_of_entry(own) {
        let moved = those(level, is_of_entry);
        let to = format!("{name} {{ {own} }}");
        fault.or(WRAP, to, wrap(level.place.clone(), moved, name));
    }
    let has_edges = !those(level, |own| own == "edges" || own == "nodes").is_empty();
    let of_edge = those(level, is_of_edge);
    if !of_edge.is_empty() && !has_edges && (is_of_edge(own) || is_of_entry(own)) {
        let (place, of_entry) = (level.place.clone(), those(level, is_of_entry));
        fault.or(WRAP, format!("edges {{ {own} }}"), move |document| {
            let first = of_entry.first().copied();
            let all: Vec<usize> = sorted(of_entry.iter().chain(&of_edge).copied());
            wrap(place.clone(), of_entry.clone(), "node")(document)?;
            // What is now `node` stands where the first of its fields was.
            let behind =
                |at: usize| at - of_entry.iter().filter(|other| Some(**other) != first && **other < at).count();
            let kept = all.into_iter().filter(|at| Some(*at) == first || !of_entry.contains(at)).map(behind).collect();
            wrap(place.clone(), kept, "edges")(document)
        });
    }
}

fn sorted(places: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Which of the fields of a level are like that.
fn those(level: &Level, is: impl Fn(&str) -> bool) -> Vec<usize> {
    let items = level.set.items.iter().enumerate();
    items
        .filter(|(_, it)| matches!(&it.node, Selection::Field(field) if is(&field.node.name.node)))
        .map(|(index, _)| index)
        .collect()
}

/// Puts selections of a set into a field of it, into the one that is there where there is one.
pub(super) fn wrap(
    place: Place,
    moved: Vec<usize>,
    name: &'static str,
) -> impl Fn(&mut ExecutableDocument) -> Option<()> {
    move |document| {
        let Some(first) = moved.first().copied() else { return Some(()) };
        let items = &mut place.set(document)?.items;
        let mut inner = Vec::new();
        for index in moved.iter().rev() {
            if *index >= items.len() {
                return None;
            }
            inner.insert(0, items.remove(*index));
        }
        let existing = items.iter_mut().enumerate().find_map(|(index, it)| plain(it, name).map(|field| (index, field)));
        match existing {
            Some((index, field)) if index < first => field.selection_set.node.items.extend(inner),
            Some((_, field)) => drop(field.selection_set.node.items.splice(..0, inner)),
            None => items.insert(first.min(items.len()), new_field(name, inner)),
        }
        Some(())
    }
}

/// A field with this name, without alias and arguments, into which others may be put.
fn plain<'s>(selection: &'s mut Positioned<Selection>, name: &str) -> Option<&'s mut Field> {
    match &mut selection.node {
        Selection::Field(field) => {
            let it = &mut field.node;
            (it.name.node == name && it.alias.is_none() && it.arguments.is_empty()).then_some(it)
        }
        _ => None,
    }
}

/// Whether a type has a field with this name, in whatever case.
fn is_of(view: View, parent: &str, name: &str) -> bool {
    let folded = fold(name);
    view.names(parent).any(|own| fold(own) == folded)
}

/// Whether this name may mean a field of a type, or one of what the type leads to.
fn resolves(view: View, parent: &str, name: &str) -> bool {
    let deeper = || children(view, parent).into_iter().any(|(_, child, _)| is_of(view, child, name));
    !likely(name, view.names(parent)).is_empty() || deeper()
}

/// The fields of a type that lead to other objects, all at once: name, type, and whether there are several. None of
/// the root's, from which everything would be near.
fn children<'a>(view: View<'a>, parent: &str) -> Vec<(&'a str, &'a str, bool)> {
    if view.types().root(OperationType::Query) == Some(parent) {
        return Vec::new();
    }
    let free = view.fields(parent).filter(|field| View::is_free(field));
    let all = free.map(|it| (it.name.node.as_str(), named(&it.ty.node), is_list(&it.ty.node)));
    let leads = |(name, ty, _): &(&str, &str, bool)| {
        let is_other = *ty != parent && view.is_composite(ty) && view.page_of(ty).is_none();
        is_other && !["nodes", "node", "edges"].contains(name)
    };
    all.filter(leads).collect()
}

/// What belongs to an object that is near is put there: `url` into `episode { … }`, `sourceName` into
/// `source { name }`.
fn into_child(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let folded = fold(&it.name.node);
    for (child, ty, several) in children(view, level.parent) {
        let cost = if several { MOVE_INTO_LIST } else { MOVE };
        let of_child = view.names(ty).filter_map(|name| {
            let joined = |start: &str| singular(&format!("{start}{}", fold(name))) == singular(&folded);
            let start = fold(child);
            if fold(name) == folded {
                Some((cost, name))
            } else if joined(&start) || joined(singular(&start)) {
                Some((WORD, name))
            } else {
                None
            }
        });
        let mut found: Vec<(u32, &str)> = of_child.collect();
        if found.is_empty() && !several {
            let related = likely(&it.name.node, view.names(ty)).into_iter().filter(|(price, _)| *price <= WORD);
            found.extend(related.map(|(price, name)| (cost + price, name)));
        }
        for (cost, name) in found {
            let (place, child, name) = (level.place.clone(), child.to_owned(), Name::new(name));
            fault.or(cost, format!("{child} {{ {name} }}"), move |document| {
                let items = &mut place.set(document)?.items;
                let mut inner = items.get(index)?.clone();
                if let Selection::Field(field) = &mut inner.node {
                    field.node.name.node = name.clone();
                }
                let is_child = |(at, it): (usize, &mut Positioned<Selection>)| plain(it, &child).map(|_| at);
                match items.iter_mut().enumerate().find_map(is_child) {
                    None => items[index] = new_field(&child, vec![inner]),
                    Some(at) => {
                        plain(&mut items[at], &child)?.selection_set.node.items.push(inner);
                        items.remove(index);
                    }
                }
                Some(())
            });
        }
    }
}

/// What belongs to a page or an entry of it, and stands in what it holds, is put beside it.
fn out_of_entries(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    if ["nodes", "edges", "node"].contains(&it.name.node.as_str()) {
        return;
    }
    let mut inner = level;
    while let Some(above) = inner.above {
        let Some(Selection::Field(holder)) = above.set.items.get(inner.index).map(|it| &it.node) else { return };
        if !OF_PAGE.contains(&holder.node.name.node.as_str()) {
            return;
        }
        let near = likely(&it.name.node, view.names(above.parent)).into_iter().filter(|(cost, _)| *cost <= WORD);
        for (cost, name) in near {
            let (from, into, behind, name) = (level.place.clone(), above.place.clone(), inner.index, Name::new(name));
            fault.or(cost + 1, format!("{name} beside {}", holder.node.name.node), move |document| {
                let items = &mut from.set(document)?.items;
                if index >= items.len() {
                    return None;
                }
                let mut moved = items.remove(index);
                let is_empty = items.is_empty();
                if let Selection::Field(field) = &mut moved.node {
                    field.node.name.node = name.clone();
                }
                let items = &mut into.set(document)?.items;
                if items.iter_mut().all(|it| plain(it, &name).is_none()) {
                    items.insert((behind + 1).min(items.len()), moved);
                }
                if is_empty {
                    items.remove(behind);
                }
                Some(())
            });
        }
        inner = above;
    }
}

/// What an interface does not have is asked of those that it stands for: of the only one that has it all.
fn into_implementor(view: View, level: &Level, fault: &mut Fault) {
    let unknown = |name: &str| view.field(level.parent, name).is_none();
    for ty in view.types().possible(level.parent) {
        let moved = those(level, unknown);
        let has_all = level.set.items.iter().all(|it| match &it.node {
            Selection::Field(it) => !unknown(&it.node.name.node) || is_of(view, ty, &it.node.name.node),
            _ => true,
        });
        if !has_all {
            continue;
        }
        let (place, on) = (level.place.clone(), Name::new(ty));
        fault.or(MOVE, format!("... on {ty} {{ … }}"), move |document| {
            let items = &mut place.set(document)?.items;
            let first = *moved.first()?;
            let mut inner: Vec<_> = moved.iter().rev().map(|index| items.remove(*index)).collect();
            inner.reverse();
            let fragment = InlineFragment {
                type_condition: Some(anew(TypeCondition { on: anew(on.clone()) })),
                directives: Vec::new(),
                selection_set: anew(SelectionSet { items: inner }),
            };
            items.insert(first, anew(Selection::InlineFragment(anew(fragment))));
            Some(())
        });
    }
}

/// `summary` and `summaries` are taken for each other: the one that takes these arguments may be meant.
pub(super) fn counterpart(view: View, level: &Level, index: usize, it: &Field, fault: &mut Fault) {
    let of = |field: &FieldDefinition| {
        let ty = named(&field.ty.node);
        let page = view.page_of(ty);
        (page.unwrap_or(ty).to_owned(), page.is_some() || is_list(&field.ty.node))
    };
    let Some(own) = view.field(level.parent, &it.name.node) else { return };
    let (item, several) = of(own);
    for other in view.fields(level.parent) {
        let (name, slots) = (other.name.node.as_str(), || other.arguments.iter().map(name_of));
        if !alike(name, &it.name.node) || of(other) != (item.clone(), !several) {
            continue;
        }
        let has = |(given, _): &(Positioned<Name>, _)| slots().any(|slot| slot == given.node.as_str());
        let takes = |(given, _): &(Positioned<Name>, _)| !likely(&given.node, slots()).is_empty();
        let is_whole = other
            .arguments
            .iter()
            .map(|slot| &slot.node)
            .filter(|slot| is_required(slot))
            .all(|slot| it.arguments.iter().any(|(given, _)| given.node == slot.name.node));
        if it.arguments.iter().all(has) && is_whole {
            fault.or(CASE, name, rename(level, index, name));
        } else if it.arguments.iter().all(takes) {
            fault.or(MOVE, name, rename(level, index, name));
        }
    }
}

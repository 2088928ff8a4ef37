//! Arguments of fields and directives: those that there are not, and what they may have been meant to say.

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, InputValueDefinition, Selection, Type, TypeKind},
};
use async_graphql_value::Value;

use super::{
    fault::{Fault, Mistake, Place, anew, argument},
    field, object, value,
    walk::{Level, Of, Walk},
};
use crate::{
    agent::{
        names::{CASE, WORD, fold, likely},
        view::{View, is_list, name_of},
    },
    graphql::named,
};

type Arguments = Vec<(Positioned<Name>, Positioned<Value>)>;
/// What they belong to, as a line says it; what is given; what there is.
type About<'l> = (&'l str, &'l Arguments, &'l [Positioned<InputValueDefinition>]);

/// What it costs to put an argument into an input object, or elsewhere.
const MOVE: u32 = 2;

/// What others put arguments into.
const AROUND: [&str; 11] =
    ["filter", "where", "by", "input", "options", "pagination", "page", "paging", "params", "args", "query"];

/// What counts rows away, which no list here does.
const PLACES: [&str; 7] = ["offset", "skip", "page", "start", "pagenumber", "pageno", "startindex"];

/// Looks at all arguments of something.
pub(super) fn faults(walk: &mut Walk, level: &Level, index: usize, of: Of, (about, given, slots): About) {
    for (at, (name, value)) in given.iter().enumerate() {
        let Some(slot) = slots.iter().find(|slot| slot.node.name.node == name.node) else {
            let fault = unknown(walk.view, level, index, of, at, (about, given, slots));
            walk.faults.push(fault);
            continue;
        };
        if given[..at].iter().any(|(other, same)| other.node == name.node && same.node == value.node) {
            let mut fault = Fault::new(Mistake::Twice, format!("{about}({}:)", name.node));
            let place = level.place.clone();
            fault.or(CASE, "once", move |document| remove(&place, index, of, at, document).map(drop));
            walk.faults.push(fault);
            continue;
        }
        let about = format!("{about}({}:)", name.node);
        for found in value::faults(walk.view, &mut walk.usages, &value.node, &slot.node) {
            let mut fault = Fault::new(found.mistake, format!("{about} {}", found.about));
            for (cost, to, new) in found.candidates {
                let (place, path) = (level.place.clone(), found.path.clone());
                fault.or(cost, to, move |document| match (&new, path.is_empty()) {
                    (None, true) => remove(&place, index, of, at, document).map(drop),
                    (new, _) => {
                        let value = &mut arguments(&place, index, of, document)?.get_mut(at)?.1.node;
                        value::put(value, &path, new.clone())
                    }
                });
            }
            fault.advice = found.advice;
            walk.faults.push(fault);
        }
    }
}

/// What has to be given for a type, in a few words: `{id | slug}`.
pub(super) fn shape(view: View, ty: &Type) -> String {
    let name = named(ty);
    let fields: Vec<&str> = view.slots(name).map(|slot| slot.name.node.as_str()).collect();
    match view.get(name).map(|it| &it.kind) {
        Some(TypeKind::InputObject(_)) => format!("{{{}}}", fields.join(" | ")),
        _ => ty.to_string(),
    }
}

/// The arguments of a selection, or of a directive of it.
fn arguments<'d>(
    place: &Place,
    index: usize,
    of: Of,
    document: &'d mut ExecutableDocument,
) -> Option<&'d mut Arguments> {
    match of {
        Of::Field => Some(&mut place.field(document, index)?.arguments),
        Of::Directive(at) => {
            let selection = &mut place.set(document)?.items.get_mut(index)?.node;
            Some(&mut selection.directives_mut().get_mut(at)?.node.arguments)
        }
    }
}

fn remove(
    place: &Place,
    index: usize,
    of: Of,
    at: usize,
    document: &mut ExecutableDocument,
) -> Option<(Positioned<Name>, Positioned<Value>)> {
    let arguments = arguments(place, index, of, document)?;
    (at < arguments.len()).then(|| arguments.remove(at))
}

fn unknown(view: View, level: &Level, index: usize, of: Of, at: usize, (about, given, slots): About) -> Fault {
    let (name, value) = (given[at].0.node.as_str(), &given[at].1.node);
    let mut fault = Fault::new(Mistake::UnknownArgument, format!("{about}({name}:)"));
    let is_free =
        |slot: &&Positioned<InputValueDefinition>| !given.iter().any(|(own, _)| own.node == slot.node.name.node);
    for (cost, new) in likely(name, slots.iter().filter(is_free).map(name_of)) {
        let (place, new) = (level.place.clone(), Name::new(new));
        fault.or(cost, new.as_str().to_owned(), move |document| {
            arguments(&place, index, of, document)?.get_mut(at)?.0.node = new.clone();
            Some(())
        });
    }
    let place = &level.place;
    into_object(view, (place, index, of, at), &given[at], slots, &mut fault);
    out_of_object((place, index, of, at), value, (about, given, slots), &mut fault);
    if let (Of::Field, Some(Selection::Field(it))) = (of, level.set.items.get(index).map(|it| &it.node)) {
        to_holder(view, level, index, at, name, &mut fault);
        field::counterpart(view, level, index, &it.node, &mut fault);
    }
    fault.advice = if PLACES.contains(&fold(name).as_str()) {
        "pages go by cursors, not by numbers: give after: the pageInfo.endCursor of the page before".to_owned()
    } else if slots.is_empty() {
        "it takes none".to_owned()
    } else {
        format!("it takes {}", slots.iter().map(name_of).collect::<Vec<_>>().join(" "))
    };
    fault
}

/// An argument among arguments.
type At<'l> = (&'l Place, usize, Of, usize);

/// `tags: …` beside `filter` belongs into it, and so does `publishedAfter: …`.
fn into_object(
    view: View,
    (place, index, of, at): At,
    (name, value): &(Positioned<Name>, Positioned<Value>),
    slots: &[Positioned<InputValueDefinition>],
    fault: &mut Fault,
) {
    let alone = IndexMap::from_iter([(name.node.clone(), value.node.clone())]);
    for slot in slots.iter().map(|slot| &slot.node).filter(|slot| !is_list(&slot.ty.node)) {
        let ty = named(&slot.ty.node);
        let whole = view
            .slots(ty)
            .any(|slot| slot.name.node == name.node)
            .then(|| (CASE, name.node.to_string(), alone.clone()));
        let likely = if whole.is_some() { Vec::new() } else { object::without(view, ty, &alone, &name.node) };
        for (cost, _, fields) in whole.into_iter().chain(likely) {
            let (place, into) = (place.clone(), slot.name.node.clone());
            let to = format!("{into}: {}", value::shown(&Value::Object(fields.clone())));
            fault.or(MOVE + cost, to, move |document| {
                remove(&place, index, of, at, document)?;
                let arguments = arguments(&place, index, of, document)?;
                match argument(arguments, &into) {
                    Some(Value::Object(own)) if !fields.keys().any(|key| own.contains_key(key)) => {
                        own.extend(fields.clone());
                    }
                    Some(_) => return None,
                    None => {
                        let object = Value::Object(fields.clone());
                        arguments.insert(at.min(arguments.len()), (anew(into.clone()), anew(object)));
                    }
                }
                Some(())
            });
        }
    }
}

/// `filter: {kinds: …}`, where `kinds` is an argument by itself.
fn out_of_object((place, index, of, at): At, value: &Value, (_, given, slots): About, fault: &mut Fault) {
    let Value::Object(fields) = value else { return };
    if !AROUND.contains(&fold(&given[at].0.node).as_str()) {
        return;
    }
    let mut names = Vec::new();
    for key in fields.keys() {
        let free = slots.iter().map(name_of).filter(|slot| !given.iter().any(|(own, _)| own.node == *slot));
        let [(cost, name)] = likely(key, free)[..] else { return };
        if cost > WORD || names.contains(&Name::new(name)) {
            return;
        }
        names.push(Name::new(name));
    }
    let (place, fields) = (place.clone(), fields.clone());
    let shown: Vec<&str> = names.iter().map(Name::as_str).collect();
    fault.or(MOVE, format!("{}:", shown.join(": … ")), move |document| {
        let arguments = arguments(&place, index, of, document)?;
        if at >= arguments.len() {
            return None;
        }
        let values = names.iter().zip(fields.values());
        let alone = values.map(|(name, value)| (anew(name.clone()), anew(value.clone())));
        arguments.splice(at..=at, alone.collect::<Vec<_>>());
        Some(())
    });
}

/// `nodes(first: 5)` belongs to what has the nodes.
fn to_holder(view: View, level: &Level, index: usize, at: usize, name: &str, fault: &mut Fault) {
    let Some(above) = level.above else { return };
    let Some(Selection::Field(holder)) = above.set.items.get(level.index).map(|it| &it.node) else { return };
    let Some(definition) = view.field(above.parent, &holder.node.name.node) else { return };
    if view.page_of(level.parent).is_none() {
        return;
    }
    for (cost, new) in likely(name, definition.arguments.iter().map(name_of)) {
        if holder.node.arguments.iter().any(|(own, _)| own.node == new) {
            continue;
        }
        let (from, into, holder_at, new) = (level.place.clone(), above.place.clone(), level.index, Name::new(new));
        fault.or(MOVE + cost - CASE, format!("{}({new}:)", holder.node.name.node), move |document| {
            let (_, value) = remove(&from, index, Of::Field, at, document)?;
            into.field(document, holder_at)?.arguments.push((anew(new.clone()), value));
            Some(())
        });
    }
}

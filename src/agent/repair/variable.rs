//! Variables of the one operation of a document: used without being declared, declared without being used, or of a
//! type that does not fit.

use std::collections::HashSet;

use async_graphql::{
    Name,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type, VariableDefinition},
};
use async_graphql_value::Value;

use super::{
    fault::{Fault, Mistake, anew, operation},
    value,
    walk::{Usage, Walk},
};
use crate::{
    agent::names::{CASE, WORD, likely},
    graphql::{may_stand, named},
};

/// What it costs to declare a variable, save where it has a value; then it is meant.
const DECLARE: u32 = 3;

/// Looks at the variables of an operation. Where they stand, the walk has noted.
pub(super) fn faults(walk: &mut Walk, name: Option<&Name>, it: &OperationDefinition, given: &[&str]) {
    let usages = std::mem::take(&mut walk.usages);
    let used = used(walk.document);
    let definitions: Vec<&VariableDefinition> = it.variable_definitions.iter().map(|it| &it.node).collect();
    let mut told = HashSet::new();
    for usage in &usages {
        let declared = definitions.iter().find(|own| own.name.node == usage.name);
        if declared.is_none() && told.insert(&usage.name) {
            walk.faults.push(undeclared(name, usage, (&definitions, &used), given));
        }
    }
    for (at, own) in definitions.iter().enumerate() {
        let about = format!("${}: {}", own.name.node, own.var_type.node);
        if definitions[..at].iter().any(|other| other.name.node == own.name.node) {
            let mut fault = Fault::new(Mistake::Twice, about);
            fault.or(CASE, "once", without(name, at));
            walk.faults.push(fault);
        } else if !used.contains(&own.name.node) {
            let mut fault = Fault::new(Mistake::Unused, about);
            fault.or(WORD, "left out", without(name, at));
            walk.faults.push(fault);
        } else {
            declared(walk, name, (at, own), &usages);
        }
    }
}

fn undeclared(
    operation_name: Option<&Name>,
    usage: &Usage,
    (definitions, used): (&[&VariableDefinition], &HashSet<Name>),
    given: &[&str],
) -> Fault {
    let mut fault = Fault::new(Mistake::UnknownVariable, format!("${}", usage.name));
    let free = definitions.iter().filter(|own| !used.contains(&own.name.node));
    let fitting: Vec<&str> = free
        .clone()
        .filter(|own| named(&own.var_type.node) == named(&usage.ty))
        .map(|own| own.name.node.as_str())
        .collect();
    let mut near = likely(&usage.name, free.map(|own| own.name.node.as_str()));
    if let (true, [only]) = (near.is_empty(), &fitting[..]) {
        near.push((WORD, only));
    }
    for (cost, new) in near {
        let (old, new) = (usage.name.clone(), Name::new(new));
        fault.or(cost, format!("${new}"), move |document| {
            rename(document, &old, &new);
            Some(())
        });
    }
    let ty = Type { nullable: usage.ty.nullable || (usage.has_default && !usage.in_one_of), ..usage.ty.clone() };
    let ty = Type { nullable: ty.nullable && !usage.in_one_of, ..ty };
    let cost = if given.contains(&usage.name.as_str()) { CASE } else { DECLARE };
    let (name, operation_name) = (usage.name.clone(), operation_name.cloned());
    fault.or(cost, format!("declared as ${name}: {ty}"), move |document| {
        let definition = VariableDefinition {
            name: anew(name.clone()),
            var_type: anew(ty.clone()),
            directives: Vec::new(),
            default_value: None,
        };
        operation(document, operation_name.as_ref())?.variable_definitions.push(anew(definition));
        Some(())
    });
    fault
}

fn declared(walk: &mut Walk, name: Option<&Name>, (at, own): (usize, &VariableDefinition), usages: &[Usage]) {
    let about = format!("${}: {}", own.name.node, own.var_type.node);
    let mut places = usages.iter().filter(|usage| usage.name == own.name.node);
    let unfit = places.find(|usage| !may_stand(own, &usage.ty, usage.has_default, usage.in_one_of));
    if let Some(usage) = unfit {
        // Whether it has to be given is as its author wanted, wherever that may be.
        let is_filled = own.default_value.is_some() || usage.has_default;
        let nullable = own.var_type.node.nullable && (usage.ty.nullable || is_filled) && !usage.in_one_of;
        let ty = Type { nullable, ..usage.ty.clone() };
        let (mut fault, name) = (Fault::new(Mistake::WrongVariable, about), name.cloned());
        let is_alone = !walk.view.slots(named(&own.var_type.node)).any(|_| true);
        let around = ["anyOf", "eq"].into_iter().find(|key| walk.view.slots(named(&ty)).any(|it| it.name.node == *key));
        let mut cost = WORD;
        if let (true, Some(key)) = (is_alone, around) {
            let variable = own.name.node.clone();
            fault.or(WORD, format!("{{{key}: ${variable}}}"), move |document| {
                each_value(document, &mut |value| put_around(value, &variable, key));
                Some(())
            });
            cost += 1;
        }
        fault.or(cost, ty.to_string(), move |document| {
            let definitions = &mut operation(document, name.as_ref())?.variable_definitions;
            definitions.get_mut(at)?.node.var_type.node = ty.clone();
            Some(())
        });
        walk.faults.push(fault);
        return;
    }
    let Some(default) = &own.default_value else { return };
    for found in value::alone(walk.view, &default.node.clone().into_value(), &own.var_type.node) {
        let mut fault = Fault::new(found.mistake, format!("{about} = {}", found.about));
        for (cost, to, new) in found.candidates {
            let (path, name) = (found.path.clone(), name.cloned());
            fault.or(cost, to, move |document| {
                let definitions = &mut operation(document, name.as_ref())?.variable_definitions;
                let default = &mut definitions.get_mut(at)?.node.default_value.as_mut()?.node;
                let mut changed = default.clone().into_value();
                value::put(&mut changed, &path, new.clone())?;
                *default = changed.into_const()?;
                Some(())
            });
        }
        fault.advice = found.advice;
        walk.faults.push(fault);
    }
}

fn without(name: Option<&Name>, at: usize) -> impl Fn(&mut ExecutableDocument) -> Option<()> + use<> {
    let name = name.cloned();
    move |document| {
        let definitions = &mut operation(document, name.as_ref())?.variable_definitions;
        (at < definitions.len()).then(|| drop(definitions.remove(at)))
    }
}

/// The variables that stand anywhere in a document.
fn used(document: &ExecutableDocument) -> HashSet<Name> {
    let mut names = HashSet::new();
    let mut document = document.clone();
    each_value(&mut document, &mut |value| each_name(value, &mut |name| names.extend([name.clone()])));
    names
}

fn rename(document: &mut ExecutableDocument, old: &Name, new: &Name) {
    each_value(document, &mut |value| {
        each_name(value, &mut |name| {
            if name == old {
                *name = new.clone();
            }
        });
    });
}

/// Puts a variable into an object, wherever it stands.
fn put_around(value: &mut Value, variable: &Name, key: &str) {
    match value {
        Value::Variable(name) if name == variable => {
            *value = Value::Object(IndexMap::from_iter([(Name::new(key), value.clone())]));
        }
        Value::List(items) => items.iter_mut().for_each(|it| put_around(it, variable, key)),
        Value::Object(fields) => fields.values_mut().for_each(|it| put_around(it, variable, key)),
        _ => {}
    }
}

fn each_name(value: &mut Value, see: &mut impl FnMut(&mut Name)) {
    match value {
        Value::Variable(name) => see(name),
        Value::List(items) => items.iter_mut().for_each(|it| each_name(it, see)),
        Value::Object(fields) => fields.values_mut().for_each(|it| each_name(it, see)),
        _ => {}
    }
}

/// All arguments of a document, save those of its operations' and fragments' own directives.
fn each_value(document: &mut ExecutableDocument, see: &mut impl FnMut(&mut Value)) {
    use async_graphql::parser::types::DocumentOperations::{Multiple, Single};
    match &mut document.operations {
        Single(it) => each_of(&mut it.node.selection_set.node, see),
        Multiple(them) => them.values_mut().for_each(|it| each_of(&mut it.node.selection_set.node, see)),
    }
    document.fragments.values_mut().for_each(|it| each_of(&mut it.node.selection_set.node, see));
}

fn each_of(set: &mut SelectionSet, see: &mut impl FnMut(&mut Value)) {
    for selection in &mut set.items {
        for directive in selection.node.directives_mut() {
            directive.node.arguments.iter_mut().for_each(|(_, value)| see(&mut value.node));
        }
        match &mut selection.node {
            Selection::Field(it) => {
                it.node.arguments.iter_mut().for_each(|(_, value)| see(&mut value.node));
                each_of(&mut it.node.selection_set.node, see);
            }
            Selection::InlineFragment(it) => each_of(&mut it.node.selection_set.node, see),
            Selection::FragmentSpread(_) => {}
        }
    }
}

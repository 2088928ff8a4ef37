//! Variables: their types are input types (section 5.8.2), their defaults fit (5.6.1), they fit where they
//! are used (5.8.5), and so do their values (6.1.2).

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Positioned, ServerError, Variables,
    parser::types::{BaseType, OperationDefinition, Type, VariableDefinition},
};
use async_graphql_value::{ConstValue, Value};

use super::{
    Budget, Exhausted,
    types::{Types, named},
    values::{Check, Origin, Usage},
    walk::{Scope, Walked},
};

type Definitions<'a> = HashMap<&'a str, &'a VariableDefinition>;

/// What is wrong with the variables of all operations.
pub(super) fn check(types: &Types, walked: &Walked, budget: &mut Budget) -> Result<Vec<ServerError>, Exhausted> {
    let mut errors = Vec::new();
    for (operation, scope) in &walked.operations {
        for definition in &operation.variable_definitions {
            check_definition(types, definition, &mut errors);
        }
        let definitions = operation.variable_definitions.iter().map(|it| (it.node.name.node.as_str(), &it.node));
        let definitions: Definitions = definitions.collect();
        if !definitions.is_empty() {
            check_usages(&definitions, scope, walked, budget, &mut errors)?;
        }
    }
    Ok(errors)
}

/// What is wrong with the values that are given, and which ones have to be and are not.
pub(super) fn coerce(types: &Types, operation: &OperationDefinition, given: &Variables) -> Vec<ServerError> {
    let mut errors = Vec::new();
    for definition in &operation.variable_definitions {
        let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
        match given.get(&name.node) {
            Some(value) => check_value(types, definition, value, Origin::Json, &mut errors),
            None if default_value.is_none() && !var_type.node.nullable => {
                let message = format!("Variable “${}” of type “{}” has to be given.", name.node, var_type.node);
                errors.push(ServerError::new(message, Some(definition.pos)));
            }
            None => {}
        }
    }
    errors
}

fn check_definition(types: &Types, definition: &Positioned<VariableDefinition>, errors: &mut Vec<ServerError>) {
    let VariableDefinition { name, var_type, directives, default_value } = &definition.node;
    let own = named(&var_type.node);
    if types.get(own).is_none() {
        let message = format!("Variable “${}” is of type “{own}”, which the schema does not have.", name.node);
        errors.push(ServerError::new(message, Some(var_type.pos)));
    } else if !types.is_input(own) {
        let message = format!(
            "Variable “${}” is of type “{own}”, which cannot come in: take a scalar, an enum or an input object.",
            name.node
        );
        errors.push(ServerError::new(message, Some(var_type.pos)));
    }
    // No directive of the schema may stand there (section 5.7).
    errors.extend(directives.iter().map(|it| {
        let message = format!("No variable may have the directive “@{}”: leave it out.", it.node.name.node);
        ServerError::new(message, Some(it.pos))
    }));
    if let Some(default) = default_value {
        check_value(types, definition, &default.node, Origin::Literal, errors);
    }
}

fn check_value(
    types: &Types,
    definition: &Positioned<VariableDefinition>,
    value: &ConstValue,
    origin: Origin,
    errors: &mut Vec<ServerError>,
) {
    let value: Value = value.clone().into_value();
    let name = format!("${}", definition.node.name.node);
    let mut check = Check::new(types, origin, definition.pos);
    check.alone(&value, &definition.node.var_type.node, &name);
    errors.extend(check.faults.into_iter().map(|fault| ServerError::new(fault, Some(definition.pos))));
}

/// The usages of an operation, in itself and in the fragments that it reaches.
fn check_usages<'a>(
    definitions: &Definitions,
    operation: &'a Scope<'a>,
    walked: &'a Walked<'a>,
    budget: &mut Budget,
    errors: &mut Vec<ServerError>,
) -> Result<(), Exhausted> {
    let (mut open, mut seen) = (vec![operation], HashSet::new());
    while let Some(scope) = open.pop() {
        budget.spend(1 + scope.usages.len() + scope.spreads.len())?;
        for usage in &scope.usages {
            let definition = definitions.get(usage.variable);
            errors.extend(definition.and_then(|definition| misfit(definition, usage)));
        }
        let fresh = scope.spreads.iter().filter(|name| seen.insert(**name));
        open.extend(fresh.filter_map(|name| walked.fragments.get(name)));
    }
    Ok(())
}

/// `IsVariableUsageAllowed`, with the reason why not.
fn misfit(definition: &VariableDefinition, usage: &Usage) -> Option<ServerError> {
    let VariableDefinition { name, var_type, default_value, .. } = definition;
    let own = &var_type.node;
    let wanted = if usage.in_one_of { Type { nullable: false, ..usage.ty.clone() } } else { usage.ty.clone() };
    let has_value = default_value.as_ref().is_some_and(|it| it.node != ConstValue::Null) || usage.has_default;
    // A default stands in for what is left out, save where exactly one has to be given.
    let is_filled = has_value && own.nullable && !usage.in_one_of;
    let fits = fits(own, &Type { nullable: wanted.nullable || is_filled, ..wanted.clone() });
    (!fits).then(|| {
        let message = format!(
            "Variable “${}” is of type “{own}”, and “{}” takes “{wanted}”: declare it as “{wanted}”.",
            name.node, usage.place
        );
        ServerError { locations: vec![usage.pos, name.pos], ..ServerError::new(message, None) }
    })
}

/// `AreTypesCompatible`: whether each value of one type is one of the other.
fn fits(own: &Type, wanted: &Type) -> bool {
    let base = match (&own.base, &wanted.base) {
        (BaseType::Named(own), BaseType::Named(wanted)) => own == wanted,
        (BaseType::List(own), BaseType::List(wanted)) => fits(own, wanted),
        _ => false,
    };
    base && (wanted.nullable || !own.nullable)
}

//! Variables: there is one of a name (section 5.8.1), their types are input types (5.8.2), their defaults fit
//! (5.6.1), those that are used are declared, and the other way round (5.8.3, 5.8.4), they fit where they are
//! used (5.8.5), and so do their values (6.1.2).

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Positioned, Variables,
    parser::types::{BaseType, OperationDefinition, Type, VariableDefinition},
};
use async_graphql_value::{ConstValue, Value};

use super::{
    report::{Exhausted, Report, suggestion, suggestion_with},
    types::{Types, named},
    values::{Check, Origin, Usage},
    walk::{Scope, Walked},
};

type Definitions<'a> = HashMap<&'a str, &'a Positioned<VariableDefinition>>;

/// Looks at the variables of all operations.
pub(super) fn check(types: &Types, walked: &Walked, report: &mut Report) -> Result<(), Exhausted> {
    let fragments: HashMap<&str, &Scope> = walked.fragments.iter().map(|(name, _, scope)| (*name, scope)).collect();
    for (operation, scope) in &walked.operations {
        let mut definitions = Definitions::new();
        for definition in &operation.node.variable_definitions {
            let name = definition.node.name.node.as_str();
            if definitions.insert(name, definition).is_some() {
                report.tell(definition.pos, || format!("“${name}” is declared twice: leave one out.")); // 5.8.1
            }
            check_definition(types, definition, report);
        }
        check_usages(&definitions, scope, &fragments, report)?;
    }
    Ok(())
}

/// What is wrong with the values that are given, and which ones have to be and are not.
pub(super) fn coerce(types: &Types, operation: &OperationDefinition, given: &Variables, report: &mut Report) {
    for definition in &operation.variable_definitions {
        let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
        match given.get(&name.node) {
            Some(value) => check_value(types, definition, value, Origin::Json, report),
            None if default_value.is_none() && !var_type.node.nullable => {
                let message = || format!("Variable “${}” of type “{}” has to be given.", name.node, var_type.node);
                report.tell(definition.pos, message);
            }
            None => {}
        }
    }
}

fn check_definition(types: &Types, definition: &Positioned<VariableDefinition>, report: &mut Report) {
    let VariableDefinition { name, var_type, directives, default_value } = &definition.node;
    let own = named(&var_type.node);
    if types.get(own).is_none() {
        report.tell(var_type.pos, || {
            let likely = suggestion(own, types.inputs());
            format!("Variable “${}” is of type “{own}”, which the schema does not have.{likely}", name.node)
        });
    } else if !types.is_input(own) {
        report.tell(var_type.pos, || {
            format!(
                "Variable “${}” is of type “{own}”, which cannot come in: take a scalar, an enum or an input object.",
                name.node
            )
        });
    }
    // No directive of the schema may stand there (section 5.7).
    for it in directives {
        report.tell(it.pos, || format!("No variable may have the directive “@{}”: leave it out.", it.node.name.node));
    }
    if let Some(default) = default_value {
        check_value(types, definition, &default.node, Origin::Literal, report);
    }
}

fn check_value(
    types: &Types,
    definition: &Positioned<VariableDefinition>,
    value: &ConstValue,
    origin: Origin,
    report: &mut Report,
) {
    let value: Value = value.clone().into_value();
    let name = format!("${}", definition.node.name.node);
    let mut check = Check::new(types, origin, definition.pos);
    check.alone(&value, &definition.node.var_type.node, &name);
    for fault in check.faults {
        report.tell(definition.pos, || fault);
    }
}

/// The usages of an operation, in itself and in the fragments that it reaches (sections 5.8.3 to 5.8.5).
fn check_usages<'a>(
    definitions: &Definitions<'a>,
    operation: &'a Scope<'a>,
    fragments: &HashMap<&str, &'a Scope<'a>>,
    report: &mut Report,
) -> Result<(), Exhausted> {
    let (mut open, mut seen, mut used) = (vec![operation], HashSet::new(), HashSet::new());
    while let Some(scope) = open.pop() {
        report.spend(1 + scope.usages.len() + scope.spreads.len())?;
        for usage in &scope.usages {
            used.insert(usage.variable);
            match definitions.get(usage.variable) {
                Some(definition) => check_usage(&definition.node, usage, report),
                None => report.tell(usage.pos, || {
                    let likely = suggestion_with("$", usage.variable, definitions.keys().copied());
                    format!("The operation does not declare “${}”.{likely}", usage.variable)
                }),
            }
        }
        let fresh = scope.spreads.iter().filter(|spread| seen.insert(spread.name));
        open.extend(fresh.filter_map(|spread| fragments.get(spread.name).copied()));
    }
    for (name, definition) in definitions.iter().filter(|(name, _)| !used.contains(*name)) {
        report.tell(definition.pos, || format!("The operation does not use “${name}”: leave it out."));
    }
    Ok(())
}

/// `IsVariableUsageAllowed`, with what is told where it is not.
fn check_usage(definition: &VariableDefinition, usage: &Usage, report: &mut Report) {
    let VariableDefinition { name, var_type, .. } = definition;
    if !may_stand(definition, usage.ty, usage.has_default, usage.in_one_of) {
        let (own, wanted) = (&var_type.node, wanted(usage.ty, usage.in_one_of));
        report.tell_all([usage.pos, name.pos], || {
            format!(
                "Variable “${}” is of type “{own}”, and “{}” takes “{wanted}”: declare it as “{wanted}”.",
                name.node, usage.place
            )
        });
    }
}

/// `IsVariableUsageAllowed`: whether a variable may stand where this type is wanted, which may have a default, or be
/// that of a field of an input object that takes exactly one.
pub fn may_stand(definition: &VariableDefinition, ty: &Type, has_default: bool, in_one_of: bool) -> bool {
    let own = &definition.var_type.node;
    let wanted = wanted(ty, in_one_of);
    let has_value = definition.default_value.as_ref().is_some_and(|it| it.node != ConstValue::Null) || has_default;
    // A default stands in for what is left out, save where exactly one has to be given.
    let is_filled = has_value && own.nullable && !in_one_of;
    fits(own, &Type { nullable: wanted.nullable || is_filled, ..wanted })
}

/// The type that a place takes: where exactly one has to be given, it may not be null.
fn wanted(ty: &Type, in_one_of: bool) -> Type {
    Type { nullable: ty.nullable && !in_one_of, ..ty.clone() }
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

//! What of a schema can be named (GraphQL, “Schema Coordinates”): types, fields, their arguments, fields of inputs,
//! values of enums.

use std::{collections::HashSet, fmt};

use async_graphql::parser::types::{
    EnumValueDefinition, FieldDefinition, InputValueDefinition, OperationType, TypeDefinition, TypeKind,
};

use crate::{
    agent::{
        names::likely,
        view::{View, name_of},
    },
    graphql::named,
};

/// A thing of the schema, with the type that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Coordinate<'a> {
    Type(&'a TypeDefinition),
    Field(&'a TypeDefinition, &'a FieldDefinition),
    Argument(&'a TypeDefinition, &'a FieldDefinition, &'a InputValueDefinition),
    /// A field of an input object.
    Slot(&'a TypeDefinition, &'a InputValueDefinition),
    /// A value of an enum.
    Value(&'a TypeDefinition, &'a EnumValueDefinition),
}

/// How many of the nearest names are told.
const NEAREST: usize = 3;

impl<'a> Coordinate<'a> {
    /// What this names: `Summary`, `Query.summaries`, `Query.summaries(filter:)`.
    pub(super) fn named(view: View<'a>, name: &str) -> Option<Self> {
        let name = name.trim();
        let (path, argument) = match name.split_once('(') {
            Some((path, argument)) => (path, Some(argument.trim_end_matches(')').trim_end_matches(':').trim())),
            None => (name, None),
        };
        let found = all(view).into_iter().find(|it| it.to_string() == path)?;
        match (argument, found) {
            (None, found) => Some(found),
            (Some(argument), Self::Field(of, field)) => {
                let slot = field.arguments.iter().map(|slot| &slot.node).find(|slot| slot.name.node == argument)?;
                Some(Self::Argument(of, field, slot))
            }
            _ => None,
        }
    }

    /// What is said of it.
    pub(super) fn description(&self) -> &'a str {
        let description = match self {
            Self::Type(it) => &it.description,
            Self::Field(_, it) => &it.description,
            Self::Argument(_, _, it) | Self::Slot(_, it) => &it.description,
            Self::Value(_, it) => &it.description,
        };
        description.as_ref().map_or("", |it| it.node.as_str())
    }

    /// The type that it is or belongs to.
    pub(super) fn of(&self) -> &'a TypeDefinition {
        match self {
            Self::Type(of) | Self::Field(of, _) | Self::Argument(of, ..) | Self::Slot(of, _) | Self::Value(of, _) => of,
        }
    }
}

impl fmt::Display for Coordinate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let of = &self.of().name.node;
        match self {
            Self::Type(_) => write!(f, "{of}"),
            Self::Field(_, it) => write!(f, "{of}.{}", it.name.node),
            Self::Argument(_, field, it) => write!(f, "{of}.{}({}:)", field.name.node, it.name.node),
            Self::Slot(_, it) => write!(f, "{of}.{}", it.name.node),
            Self::Value(_, it) => write!(f, "{of}.{}", it.value.node),
        }
    }
}

/// All that can be reached from the root, arguments apart, type by type, the root first.
pub(super) fn all(view: View<'_>) -> Vec<Coordinate<'_>> {
    let mut all = Vec::new();
    for of in reached(view) {
        all.push(Coordinate::Type(of));
        match &of.kind {
            TypeKind::Object(_) | TypeKind::Interface(_) => {
                all.extend(view.fields(&of.name.node).map(|it| Coordinate::Field(of, it)));
            }
            TypeKind::InputObject(_) => all.extend(view.slots(&of.name.node).map(|it| Coordinate::Slot(of, it))),
            TypeKind::Enum(it) => all.extend(it.values.iter().map(|it| Coordinate::Value(of, &it.node))),
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    all
}

/// The types to which the root leads, by results and arguments.
fn reached(view: View<'_>) -> Vec<&TypeDefinition> {
    let root = view.types().root(OperationType::Query).unwrap_or_default();
    let (mut found, mut seen, mut next) = (Vec::new(), HashSet::from([root]), 0);
    found.extend(view.get(root));
    while let Some(of) = found.get(next).copied() {
        next += 1;
        let name = of.name.node.as_str();
        let fields = view.fields(name).flat_map(|field| {
            let arguments = field.arguments.iter().map(|slot| named(&slot.node.ty.node));
            arguments.chain([named(&field.ty.node)])
        });
        let slots = view.slots(name).map(|slot| named(&slot.ty.node));
        let possible = view.types().possible(name).into_iter();
        for name in fields.chain(slots).chain(possible) {
            if seen.insert(name) {
                found.extend(view.get(name));
            }
        }
    }
    // Those that every schema has say nothing.
    found.retain(|it| it.description.is_some());
    found
}

/// The same about an argument that a field does not take.
fn of_arguments(name: &str, path: &str, argument: &str, field: &FieldDefinition) -> String {
    let known = || field.arguments.iter().map(name_of);
    let mut nearest: Vec<&str> = likely(argument, known()).into_iter().map(|(_, it)| it).collect();
    nearest.extend(known().filter(|it| !likely(argument, known()).iter().any(|(_, own)| own == it)));
    nearest.truncate(NEAREST);
    let nearest: Vec<String> = nearest.into_iter().map(|it| format!("{path}({it}:)")).collect();
    format!("error UNKNOWN_NAME {} -> {}", name.trim(), nearest.join(" | "))
}

/// The line about a name that there is not, with the nearest ones.
pub(super) fn unknown(view: View, name: &str) -> String {
    let all: Vec<String> = all(view).iter().map(ToString::to_string).collect();
    if let Some((path, argument)) = name.split_once('(')
        && let Some(Coordinate::Field(_, field)) = Coordinate::named(view, path)
        && !field.arguments.is_empty()
    {
        return of_arguments(name, path.trim(), argument.trim_end_matches([')', ':', ' ']), field);
    }
    let (of, own) = name.trim().split_once('.').unwrap_or(("", name.trim()));
    let own = own.split('(').next().unwrap_or_default();
    let known = |prefix: &str| {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}.") };
        let names = all.iter().filter_map(|it| it.strip_prefix(prefix.as_str()));
        names.filter(|it| !it.contains('.')).map(str::to_owned).collect::<Vec<_>>()
    };
    let likely = |name: &str, known: &[String]| {
        likely(name, known.iter().map(String::as_str)).into_iter().map(|(_, it)| it.to_owned()).collect::<Vec<_>>()
    };
    let types: Vec<String> = if of.is_empty() { Vec::new() } else { likely(of, &known("")) };
    let mut nearest: Vec<String> = match types.first() {
        None if of.is_empty() => likely(own, &known("")),
        None => Vec::new(),
        Some(of) => likely(own, &known(of)).into_iter().map(|it| format!("{of}.{it}")).collect(),
    };
    // Whatever is spelled most like it makes up the number.
    let mut others: Vec<(usize, &String)> = all
        .iter()
        .filter(|it| of.is_empty() != it.contains('.') && !nearest.contains(it))
        .map(|it| (strsim::osa_distance(&it.to_lowercase(), &name.to_lowercase()), it))
        .collect();
    others.sort();
    nearest.extend(others.into_iter().map(|(_, it)| it.clone()));
    nearest.truncate(NEAREST);
    format!("error UNKNOWN_NAME {} -> {}", name.trim(), nearest.join(" | "))
}

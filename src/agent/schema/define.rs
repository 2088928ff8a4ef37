//! Definitions as SDL, with what is said of them: a type as a whole, or a part of it in a fragment that extends it.
//! In a whole type, arguments stand without their descriptions; who asks for the field gets them.

use async_graphql::{
    Positioned,
    parser::types::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind},
};

use super::coordinate::Coordinate;
use crate::{agent::view::View, graphql::is_one_of};

/// The fragment of SDL that defines this, in parts between which it may be cut.
pub(super) fn fragment(view: View, of: &Coordinate) -> Vec<String> {
    match of {
        Coordinate::Type(it) => whole(view, it),
        Coordinate::Field(of, it) => extended(of, &field(it, true)),
        Coordinate::Argument(of, it, argument) => {
            let only = FieldDefinition { arguments: vec![anew((*argument).clone())], ..(*it).clone() };
            extended(of, &field(&only, true))
        }
        Coordinate::Slot(of, it) => extended(of, &slot(it, true)),
        Coordinate::Value(of, it) => extended(of, &described(of_value(it), &it.value.node)),
    }
}

/// What somebody finds, in one line: `Query.tags(prefix: String, …): TagConnection! # Tags, by slug.`
pub(super) fn line(of: &Coordinate) -> String {
    let definition = match of {
        Coordinate::Type(it) => head(it),
        Coordinate::Field(_, it) => {
            let (arguments, ty) = (arguments(it, false), &it.ty.node);
            format!("{of}{arguments}: {ty}")
        }
        Coordinate::Argument(_, _, it) | Coordinate::Slot(_, it) => format!("{of}: {}", it.ty.node),
        Coordinate::Value(..) => of.to_string(),
    };
    let text = of.description();
    let sentence = text.split_once(". ").map_or(text, |(first, _)| first).split('\n').next().unwrap_or_default();
    format!("{definition} # {}", sentence.trim_end_matches('.'))
}

fn whole(view: View, of: &TypeDefinition) -> Vec<String> {
    let name = of.name.node.as_str();
    let entries: Vec<String> = match &of.kind {
        TypeKind::Object(_) | TypeKind::Interface(_) => view.fields(name).map(|it| field(it, false)).collect(),
        TypeKind::InputObject(_) => view.slots(name).map(|it| slot(it, true)).collect(),
        TypeKind::Enum(it) => it.values.iter().map(|it| described(of_value(&it.node), &it.node.value.node)).collect(),
        TypeKind::Scalar | TypeKind::Union(_) => Vec::new(),
    };
    let description = of.description.as_ref().map_or("", |it| it.node.as_str());
    let open = if entries.is_empty() { "" } else { " {" };
    let first = described(description, &format!("{}{open}", head(of)));
    let mut parts = vec![first];
    parts.extend(entries.into_iter().map(|it| indented(&it)));
    if !open.is_empty() {
        // The bracket goes with the last entry, so that nothing is cut between them.
        let last = parts.pop().unwrap_or_default();
        parts.push(format!("{last}\n}}"));
    }
    parts
}

fn extended(of: &TypeDefinition, entry: &str) -> Vec<String> {
    vec![format!("extend {} {} {{\n{}\n}}", kind(of), of.name.node, indented(entry))]
}

/// `type Summary implements Node`
fn head(of: &TypeDefinition) -> String {
    let name = &of.name.node;
    let implements = match &of.kind {
        TypeKind::Object(it) => it.implements.iter().map(|it| it.node.as_str()).collect::<Vec<_>>().join(" & "),
        _ => String::new(),
    };
    let implements = if implements.is_empty() { implements } else { format!(" implements {implements}") };
    let one_of = if is_one_of(of) { " @oneOf" } else { "" };
    format!("{} {name}{implements}{one_of}", kind(of))
}

fn kind(of: &TypeDefinition) -> &'static str {
    match of.kind {
        TypeKind::Object(_) => "type",
        TypeKind::Interface(_) => "interface",
        TypeKind::Union(_) => "union",
        TypeKind::Enum(_) => "enum",
        TypeKind::InputObject(_) => "input",
        TypeKind::Scalar => "scalar",
    }
}

fn field(it: &FieldDefinition, with_arguments: bool) -> String {
    let description = it.description.as_ref().map_or("", |it| it.node.as_str());
    described(description, &format!("{}{}: {}", it.name.node, arguments(it, with_arguments), it.ty.node))
}

/// Between brackets, each on a line of its own where they are described.
fn arguments(it: &FieldDefinition, with_descriptions: bool) -> String {
    if it.arguments.is_empty() {
        return String::new();
    }
    let all = it.arguments.iter().map(|argument| slot(&argument.node, with_descriptions));
    if with_descriptions {
        format!("(\n{}\n)", all.map(|it| indented(&it)).collect::<Vec<_>>().join("\n"))
    } else {
        format!("({})", all.collect::<Vec<_>>().join(", "))
    }
}

fn slot(it: &InputValueDefinition, with_description: bool) -> String {
    let default = it.default_value.as_ref().map_or_else(String::new, |value| format!(" = {}", value.node));
    let definition = format!("{}: {}{default}", it.name.node, it.ty.node);
    let description = it.description.as_ref().map_or("", |it| it.node.as_str());
    if with_description { described(description, &definition) } else { definition }
}

fn of_value(it: &async_graphql::parser::types::EnumValueDefinition) -> &str {
    it.description.as_ref().map_or("", |it| it.node.as_str())
}

/// A definition below what is said of it.
fn described(description: &str, definition: &str) -> String {
    let flat = description.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.is_empty() {
        definition.to_owned()
    } else {
        format!("\"{}\"\n{definition}", flat.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn anew<T>(node: T) -> Positioned<T> {
    Positioned::new(node, async_graphql::Pos::default())
}

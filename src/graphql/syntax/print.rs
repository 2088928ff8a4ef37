//! Trees as texts: one line, nothing in it but what it takes. Reading the text gives the same tree again, its
//! places apart. Definitions come in the order of their places, operations before what was made later.

use std::fmt::{self, Display, Formatter, Write as _};

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection,
        SelectionSet, VariableDefinition,
    },
};
use async_graphql_value::Value;

/// A document as a text.
pub fn print(document: &ExecutableDocument) -> String {
    let operations = document.operations.iter().map(|(name, it)| (it.pos, Definition::Operation(name, &it.node)));
    let fragments = document.fragments.iter().map(|(name, it)| (it.pos, Definition::Fragment(name, &it.node)));
    let mut definitions: Vec<(Pos, Definition)> = operations.chain(fragments).collect();
    definitions.sort_by_key(|(place, _)| (place.line, place.column));
    let texts: Vec<String> = definitions.iter().map(|(_, it)| it.to_string()).collect();
    texts.join(" ")
}

enum Definition<'d> {
    Operation(Option<&'d Name>, &'d OperationDefinition),
    Fragment(&'d Name, &'d FragmentDefinition),
}

impl Display for Definition<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Operation(name, operation) => {
                let OperationDefinition { ty, variable_definitions, directives, selection_set } = operation;
                let is_short = name.is_none() && variable_definitions.is_empty() && directives.is_empty();
                if !is_short || *ty != OperationType::Query {
                    write!(f, "{ty}")?;
                    if let Some(name) = name {
                        write!(f, " {name}")?;
                    } else if !variable_definitions.is_empty() {
                        f.write_char(' ')?;
                    }
                    list(f, ('(', ')'), variable_definitions, |f, it| variable(f, &it.node))?;
                    self::directives(f, directives)?;
                    f.write_char(' ')?;
                }
                set(f, &selection_set.node)
            }
            Self::Fragment(name, fragment) => {
                write!(f, "fragment {name} on {}", fragment.type_condition.node.on.node)?;
                directives(f, &fragment.directives)?;
                f.write_char(' ')?;
                set(f, &fragment.selection_set.node)
            }
        }
    }
}

fn variable(f: &mut Formatter, definition: &VariableDefinition) -> fmt::Result {
    write!(f, "${}: {}", definition.name.node, definition.var_type.node)?;
    if let Some(default) = &definition.default_value {
        write!(f, " = {}", default.node)?;
    }
    directives(f, &definition.directives)
}

/// As deep as the brackets of the document nest, which the gate bounds.
fn set(f: &mut Formatter, set: &SelectionSet) -> fmt::Result {
    f.write_str("{ ")?;
    for selection in &set.items {
        match &selection.node {
            Selection::Field(it) => field(f, &it.node)?,
            Selection::FragmentSpread(it) => {
                write!(f, "...{}", it.node.fragment_name.node)?;
                directives(f, &it.node.directives)?;
            }
            Selection::InlineFragment(it) => {
                f.write_str("...")?;
                if let Some(condition) = &it.node.type_condition {
                    write!(f, " on {}", condition.node.on.node)?;
                }
                directives(f, &it.node.directives)?;
                f.write_char(' ')?;
                self::set(f, &it.node.selection_set.node)?;
            }
        }
        f.write_char(' ')?;
    }
    f.write_char('}')
}

fn field(f: &mut Formatter, field: &Field) -> fmt::Result {
    if let Some(alias) = &field.alias {
        write!(f, "{}: ", alias.node)?;
    }
    write!(f, "{}", field.name.node)?;
    arguments(f, &field.arguments)?;
    directives(f, &field.directives)?;
    if !field.selection_set.node.items.is_empty() {
        f.write_char(' ')?;
        set(f, &field.selection_set.node)?;
    }
    Ok(())
}

fn directives(f: &mut Formatter, directives: &[Positioned<Directive>]) -> fmt::Result {
    for directive in directives {
        write!(f, " @{}", directive.node.name.node)?;
        arguments(f, &directive.node.arguments)?;
    }
    Ok(())
}

fn arguments(f: &mut Formatter, arguments: &[(Positioned<Name>, Positioned<Value>)]) -> fmt::Result {
    list(f, ('(', ')'), arguments, |f, (name, value)| write!(f, "{}: {}", name.node, value.node))
}

/// What stands between brackets; nothing where there is none.
fn list<T>(
    f: &mut Formatter,
    (open, close): (char, char),
    items: &[T],
    item: impl Fn(&mut Formatter, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, it) in items.iter().enumerate() {
        if index == 0 {
            f.write_char(open)?;
        } else {
            f.write_str(", ")?;
        }
        item(f, it)?;
    }
    if items.is_empty() { Ok(()) } else { f.write_char(close) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::syntax::parse;

    fn printed(text: &str) -> String {
        print(&parse(text).expect(text).document)
    }

    #[test]
    fn a_tree_is_one_line() {
        for (text, line) in [
            ("query{a,b}", "{ a b }"),
            ("query Q { a }", "query Q { a }"),
            ("query($a:Int=1,$b:[ID!]!@d){a}", "query ($a: Int = 1, $b: [ID!]! @d) { a }"),
            ("query @d { a }", "query @d { a }"),
            ("mutation { a }", "mutation { a }"),
            (
                "{x:a(b:$c d:{e:[1,\"f\\n\",G,null]})@i(if:$c){...F@x ...on T@y{b}...{c}}}",
                "{ x: a(b: $c, d: {e: [1, \"f\\n\", G, null]}) @i(if: $c) { ...F @x ... on T @y { b } ... { c } } }",
            ),
            ("fragment F on T @d { a } { ...F }", "fragment F on T @d { a } { ...F }"),
            ("{ a(b: \"\"\"\n  c\n    d \\\"\"\" \u{1} é\n\"\"\") }", "{ a(b: \"c\\n  d \\\"\\\"\\\" \\u0001 é\") }"),
        ] {
            assert_eq!(printed(text), line, "{text}");
            assert_eq!(printed(line), line);
        }
    }
}

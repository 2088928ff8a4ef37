//! The schema in few tokens, for readers that pay for each: what there is to ask for and how it hangs together,
//! without what every schema has and what names say by themselves. It is written from the schema's own text, so
//! that nothing is left out but by a rule that stands in its head.

use std::{collections::BTreeMap, fmt::Write as _};

use async_graphql::{
    Positioned,
    parser::{
        parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};

/// How to read what follows.
const HEAD: &str = "\
# GraphQL. Left out: scalar types, `!` of results. `a!` is a required argument; `T*` is a page, with the arguments \
first (20 unless given, 100 at most) after last before: { nodes edges { cursor node } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } \
totalCount } and what stands behind T*.
";

/// What no name says, behind the type that it is about.
const NOTES: [(&str, &str); 6] = [
    ("DateTimeFilter", "2026-05-08T07:30:00Z"),
    ("Digest", "from and to are days, both included; the last 7 unless given"),
    ("Node", "{ node(id: \"…\") { ... on Summary { title } } }"),
    ("SlugFilter", "lists of slugs; anyOf is OR, allOf is AND"),
    ("SummaryFilter", "text: words, \"a phrase\", -without, prefix*; primaryOnly: one summary a story"),
    ("SummaryOrderField", "RELEVANCE is of filter.text"),
];

/// What every page has, which the head says.
const PAGE_FIELDS: [&str; 4] = ["edges", "nodes", "pageInfo", "totalCount"];
const EDGE_FIELDS: [&str; 2] = ["cursor", "node"];
const PAGE_ARGUMENTS: [&str; 4] = ["first", "after", "last", "before"];
const PAGE: &str = "Connection";
const EDGE: &str = "Edge";
const PAGE_INFO: &str = "PageInfo";
/// The root comes first.
const ROOT: &str = "Query";

/// The lean form of a schema, whose own text this is.
pub(super) fn lean(sdl: &str) -> String {
    let types = Types::of(sdl);
    let mut text = HEAD.to_owned();
    let (root, others): (Vec<_>, Vec<_>) = types.0.values().partition(|definition| definition.name.node == ROOT);
    for definition in root.into_iter().chain(others) {
        types.write(&mut text, definition);
    }
    text
}

/// Definitions by name.
struct Types(BTreeMap<String, TypeDefinition>);

impl Types {
    fn of(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the schema's own text is GraphQL");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(it) => Some((it.node.name.node.to_string(), it.node)),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Self(types.collect())
    }

    /// A line for a type; none for what the head says, and for scalars.
    fn write(&self, text: &mut String, definition: &TypeDefinition) {
        let name = definition.name.node.as_str();
        let line = match &definition.kind {
            TypeKind::Object(it) => self.object(name, &it.fields),
            TypeKind::Interface(it) => {
                Some(format!("{name} = {} {{ {} }}", self.implementors(name), self.fields(&it.fields, &[])))
            }
            TypeKind::Union(it) => {
                let members: Vec<&str> = it.members.iter().map(|member| member.node.as_str()).collect();
                Some(format!("{name} = {}", members.join("|")))
            }
            TypeKind::Enum(it) => {
                let values: Vec<&str> = it.values.iter().map(|value| value.node.value.node.as_str()).collect();
                Some(format!("enum {name} {}", values.join("|")))
            }
            TypeKind::InputObject(it) => {
                let one_of = definition.directives.iter().any(|it| it.node.name.node == "oneOf");
                let (word, between) = if one_of { ("one of", "|") } else { ("input", " ") };
                let fields: Vec<String> = it.fields.iter().map(|field| self.argument(&field.node)).collect();
                Some(format!("{word} {name} {{ {} }}", fields.join(between)))
            }
            TypeKind::Scalar => None,
        };
        if let Some(line) = line {
            let note = NOTES.iter().find(|(own, _)| *own == name).map(|(_, note)| format!(" # {note}"));
            let _ = writeln!(text, "{line}{}", note.unwrap_or_default()); // text takes it
        }
    }

    fn object(&self, name: &str, fields: &[Positioned<FieldDefinition>]) -> Option<String> {
        if name == PAGE_INFO || name.ends_with(EDGE) {
            return None;
        }
        let Some(of) = name.strip_suffix(PAGE) else {
            return Some(format!("{name} {{ {} }}", self.fields(fields, &[])));
        };
        // What a page has beside what all have, and its edges.
        let mut own = self.fields(fields, &PAGE_FIELDS);
        if let Some(TypeKind::Object(edge)) = self.0.get(&format!("{of}{EDGE}")).map(|edge| &edge.kind) {
            let of_edge = self.fields(&edge.fields, &EDGE_FIELDS);
            if !of_edge.is_empty() {
                let _ = write!(own, " edges {{ {of_edge} }}"); // text takes it
            }
        }
        (!own.is_empty()).then(|| format!("{of}* {{ {} }}", own.trim_start()))
    }

    fn fields(&self, fields: &[Positioned<FieldDefinition>], but: &[&str]) -> String {
        let fields = fields.iter().map(|field| &field.node).filter(|field| !but.contains(&field.name.node.as_str()));
        fields.map(|field| self.field(field)).collect::<Vec<_>>().join(" ")
    }

    /// `episodes(filter:EpisodeFilter):Episode*`
    fn field(&self, field: &FieldDefinition) -> String {
        let result = self.result(&field.ty.node);
        let is_page = result.ends_with('*');
        let arguments: Vec<String> = field
            .arguments
            .iter()
            .map(|argument| &argument.node)
            .filter(|argument| !(is_page && PAGE_ARGUMENTS.contains(&argument.name.node.as_str())))
            .map(|argument| self.argument(argument))
            .collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(" ")) };
        format!("{}{arguments}{result}", field.name.node)
    }

    /// `:Summary*` for a page, `:[Tag]` for a list, nothing for scalars.
    fn result(&self, of: &Type) -> String {
        match &of.base {
            BaseType::List(inner) => match self.result(inner).strip_prefix(':') {
                Some(inner) => format!(":[{inner}]"),
                None => String::new(),
            },
            BaseType::Named(name) => match self.0.get(name.as_str()).map(|it| &it.kind) {
                None | Some(TypeKind::Scalar) => String::new(),
                Some(_) => match name.strip_suffix(PAGE) {
                    Some(of) => format!(":{of}*"),
                    None => format!(":{name}"),
                },
            },
        }
    }

    /// `by!:SummaryBy`, `first=20`: a field of an input, or an argument.
    fn argument(&self, argument: &InputValueDefinition) -> String {
        let mark = if argument.ty.node.nullable || argument.default_value.is_some() { "" } else { "!" };
        let default = argument.default_value.as_ref().map_or_else(String::new, |value| format!("={}", value.node));
        format!("{}{mark}{}{default}", argument.name.node, self.result(&argument.ty.node))
    }

    /// The objects that an interface stands for.
    fn implementors(&self, interface: &str) -> String {
        let implements = |definition: &&TypeDefinition| match &definition.kind {
            TypeKind::Object(it) => it.implements.iter().any(|it| it.node == interface),
            _ => false,
        };
        let names: Vec<&str> = self.0.values().filter(implements).map(|it| it.name.node.as_str()).collect();
        names.join("|")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{graphql::sdl, text::tokens};

    /// An agent reads it once a conversation, and again with each turn.
    const MAX_TOKENS: usize = 1_800;

    #[test]
    fn a_schema_is_a_line_a_type() {
        let sdl = "
            interface Node { id: ID! }
            type Query { tag(by: TagBy!): Tag  tags(prefix: String, first: Int, after: String): TagConnection! }
            type Tag implements Node { id: ID!  name: String!  kind: Kind!  aliases: [String!]!  text(maxChars: Int = 80, in: Format! = PLAIN): String  next: [Tag!]! }
            type TagConnection { edges: [TagEdge!]!  nodes: [Tag!]!  pageInfo: PageInfo!  totalCount: Int!  facets(first: Int): [Tag!]! }
            type TagEdge { cursor: String!  node: Tag!  score: Float }
            type PageInfo { hasNextPage: Boolean! }
            input TagBy @oneOf { id: ID  slug: String }
            input Range { from: Int!  to: Int  in: Range }
            enum Kind { GOOD BAD }
            enum Format { PLAIN }
            scalar Date
            union Any = Tag | Query
        ";
        let lines = [
            "Query { tag(by!:TagBy):Tag tags(prefix):Tag* }",
            "Any = Tag|Query",
            "enum Format PLAIN",
            "enum Kind GOOD|BAD",
            "Node = Tag { id } # { node(id: \"…\") { ... on Summary { title } } }",
            "input Range { from! to in:Range }",
            "Tag { id name kind:Kind aliases text(maxChars=80 in:Format=PLAIN) next:[Tag] }",
            "one of TagBy { id|slug }",
            "Tag* { facets(first):[Tag] edges { score } }",
        ];
        let mut found: Vec<String> = lean(sdl).lines().skip(1).map(str::to_owned).collect();
        let mut expected = lines.map(str::to_owned).to_vec();
        assert_eq!(found[0], expected[0]);
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn ours_has_every_type_field_argument_and_value_and_few_tokens() {
        let (sdl, lean) = (sdl(), lean(&sdl()));
        let tokens = tokens::count(&lean);
        assert!(tokens <= MAX_TOKENS, "{tokens} tokens:\n{lean}");
        for (name, note) in NOTES {
            assert!(lean.lines().any(|line| line.ends_with(note)), "{name} is no type");
        }
        let line = |name: &str| {
            let named = |line: &&str| {
                let kinds = ["enum ", "input ", "one of "];
                let line = kinds.iter().find_map(|kind| line.strip_prefix(kind)).unwrap_or(line);
                line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))
            };
            lean.lines().find(named)
        };
        for definition in Types::of(&sdl).0.values() {
            let name = definition.name.node.as_str();
            let known = |names: Vec<&str>, but: &[&str]| {
                let names: Vec<&str> = names.into_iter().filter(|name| !but.contains(name)).collect();
                if names.is_empty() {
                    return;
                }
                let shown = name.strip_suffix(PAGE).map_or(name.to_owned(), |of| format!("{of}*"));
                let line = line(&shown).unwrap_or_else(|| panic!("no {shown}"));
                for name in names {
                    let is_there = line.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| word == name);
                    assert!(is_there, "no {name} in {line}");
                }
            };
            match &definition.kind {
                TypeKind::Object(_) if name == PAGE_INFO || name.ends_with(EDGE) => {}
                TypeKind::Object(it) => {
                    let arguments = it.fields.iter().flat_map(|field| &field.node.arguments);
                    let arguments = arguments.map(|it| it.node.name.node.as_str());
                    let fields = it.fields.iter().map(|field| field.node.name.node.as_str());
                    let but = if name.ends_with(PAGE) { &PAGE_FIELDS[..] } else { &PAGE_ARGUMENTS[..] };
                    known(fields.chain(arguments).collect(), but);
                }
                TypeKind::Enum(it) => known(it.values.iter().map(|it| it.node.value.node.as_str()).collect(), &[]),
                TypeKind::InputObject(it) => {
                    known(it.fields.iter().map(|it| it.node.name.node.as_str()).collect(), &[]);
                }
                TypeKind::Interface(_) | TypeKind::Union(_) | TypeKind::Scalar => {}
            }
        }
    }
}

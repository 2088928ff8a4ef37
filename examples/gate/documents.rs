//! Documents that try to be expensive. Some are bombs of one kind, such as fragments that spread each other;
//! some are made from the schema, so that they get further; most are made of the worst that were found so
//! far, with parts of them changed, repeated, or put together.

use std::{fmt::Write as _, time::Duration};

use fastrand::Rng;
use graphql_parser::schema::{Definition, Document, Field, Type, TypeDefinition, parse_schema};

/// The longest document, in bytes.
const LONGEST: usize = 16 * 1024;

/// How many of the worst are remembered.
const REMEMBERED: usize = 64;

/// Makes documents, and learns from what they cost.
pub struct Documents {
    rng: Rng,
    vocabulary: Vocabulary,
    /// The most expensive one first.
    worst: Vec<(Duration, String)>,
}

impl Documents {
    /// Documents of this schema.
    pub fn new(sdl: &str, seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), vocabulary: Vocabulary::of(sdl), worst: Vec::new() }
    }

    /// Another document, of up to 16 KiB.
    pub fn next(&mut self) -> String {
        let mut text = match self.rng.u8(..10) {
            0..2 => self.bomb(),
            2..5 => self.fields_of_the_schema(),
            _ if self.worst.is_empty() => self.bomb(),
            _ => self.changed(),
        };
        text.truncate(text.floor_char_boundary(LONGEST));
        text
    }

    /// Remembers what a document cost.
    pub fn learn(&mut self, time: Duration, document: String) {
        let place = self.worst.partition_point(|(other, _)| *other > time);
        if place < REMEMBERED {
            self.worst.insert(place, (time, document));
            self.worst.truncate(REMEMBERED);
        }
    }

    /// The most expensive ones, the worst first.
    pub fn worst(&self) -> &[(Duration, String)] {
        &self.worst
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.usize(..bound.max(1))
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 40] = [
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "=",
            "!",
            "|",
            "&",
            "@",
            "$",
            "...",
            "\"",
            "\"\"\"",
            "\\",
            "#",
            "\n",
            ",",
            " on ",
            "fragment F on Summary{",
            "query ",
            "mutation{",
            "...F ",
            "... on Summary{",
            "@skip(if:true)",
            "@include(if:$v)",
            "@x",
            "$v:Int=1 ",
            "__typename ",
            "summaries{",
            "nodes{",
            "a:title ",
            "first:1 ",
            "filter:{and:[",
            "null",
            "-0.0e9",
            "true",
            "\u{feff}é",
        ];
        WORDS[self.below(WORDS.len())]
    }
}

/// One of the worst, changed.
impl Documents {
    fn changed(&mut self) -> String {
        let chosen = self.below(self.worst.len());
        let mut text = self.worst[chosen].1.clone();
        for _ in 0..=self.below(4) {
            let (from, to) = self.range(&text);
            match self.rng.u8(..7) {
                0 => text.replace_range(from..to, ""),
                1 => text = [&text[..to], &text[from..]].concat(),
                2 => {
                    let part = text[from..to].to_owned();
                    let room = LONGEST.saturating_sub(text.len()) / part.len().max(1);
                    let many = self.below(room + 1);
                    text.insert_str(to, &part.repeat(many));
                }
                3 => {
                    let word = self.word();
                    text.insert_str(from, word);
                }
                4 => {
                    let other = self.below(self.worst.len());
                    let other = self.worst[other].1.clone();
                    let (first, last) = self.range(&other);
                    text.replace_range(from..to, &other[first..last]);
                }
                5 => {
                    let more = if self.rng.bool() { self.fields_of_the_schema() } else { self.bomb() };
                    text.push_str(&more);
                }
                _ => text = self.renumbered(&text),
            }
            text.truncate(text.floor_char_boundary(LONGEST));
        }
        text
    }

    /// A part of a text, mostly a short one, and mostly from word to word.
    fn range(&mut self, text: &str) -> (usize, usize) {
        let from = self.below(text.len() + 1);
        let longest = if self.rng.bool() { 40 } else { 2_000 };
        let to = (from + self.below(longest)).min(text.len());
        let (from, to) = (text.floor_char_boundary(from), text.ceil_char_boundary(to));
        if self.rng.u8(..4) == 0 {
            return (from, to);
        }
        let word = |at: usize| text[at..].find([' ', '{', '}', '(', ')', '[', ']']).map_or(text.len(), |it| at + it);
        (word(from), word(to))
    }

    /// Digits say other numbers, so that names become equal or different.
    fn renumbered(&mut self, text: &str) -> String {
        let rng = &mut self.rng;
        let one_in = rng.u32(1..20);
        text.chars()
            .map(|it| if it.is_ascii_digit() && rng.u32(..one_in) == 0 { char::from(b'0' + rng.u8(..10)) } else { it })
            .collect()
    }
}

/// Bombs.
impl Documents {
    fn bomb(&mut self) -> String {
        let many = 1 + self.below(900);
        let few = 1 + self.below(28);
        let deep = 1 + self.below(60);
        let each = |make: &dyn Fn(usize) -> String| (0..many).map(make).collect::<String>();
        match self.rng.u8(..22) {
            0 => format!("{{{}}}", each(&|it| format!("a{it}:__typename "))),
            1 => format!("{{{}}}", "__typename ".repeat(many * 2)),
            2 => format!("{{ summaries {{ nodes {{ {} }} }} }}", "id title slug ".repeat(many)),
            3 => doubling(few, "Query", "summaries { nodes { id } }"),
            4 => doubling(few, "Summary", "id"),
            5 => format!("{}{}", "{a".repeat(deep), "}".repeat(deep)),
            6 => format!("{{ node(id: {}1{}) {{ id }} }}", "[".repeat(deep), "]".repeat(deep)),
            7 => format!("{{ summaries(filter: {}{}) {{ totalCount }} }}", "{not:".repeat(deep), "}".repeat(deep)),
            8 => format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"a\" ".repeat(many * 2)),
            9 => format!("{{ summaries(filter: {{and: [{}]}}) {{ totalCount }} }}", "{} ".repeat(many)),
            10 => format!("query({}) {{ __typename }}", each(&|it| format!("$v{it}:Int "))),
            11 => format!("query({}) {{ __typename }}", each(&|it| format!("$v{it}:Int={it} "))),
            12 => format!("{{ __typename {} }}", "@include(if: true) ".repeat(many)),
            13 => format!(
                "{{ __typename {} }} {}",
                each(&|it| format!("...F{it} ")),
                each(&|it| format!("fragment F{it} on Query{{__typename}} "))
            ),
            14 => each(&|it| format!("query Q{it}{{__typename}} ")),
            15 => format!("{{ {} }}", each(&|it| format!("unknown{it} "))),
            16 => format!("{{ node(id: \"{}\") {{ id }} }}", "\\u0061".repeat(many * 3)),
            17 => format!("#{}\n{{ __typename }}", "x".repeat(many * 17)),
            18 => format!("{{ summaries(filter: {{{}}}) {{ totalCount }} }}", each(&|it| format!("a{it}:1 "))),
            19 => format!("{{ source(by: {{slug: {:?}}}) {{ id }} }}", "é".repeat(many * 8)),
            20 => merging(few, many),
            _ => introspection(few),
        }
    }

    /// A selection of fields that there are, with arguments, fragments and aliases.
    fn fields_of_the_schema(&mut self) -> String {
        let mut text = String::from("query(");
        for index in 0..self.below(6) {
            let _ = write!(text, "$v{index}: Int = {index} ");
        }
        text.push_str("$w: Boolean = true) ");
        let mut budget = 20 + self.below(500);
        self.selection(&mut text, "Query", 0, &mut budget);
        for index in 0..self.below(8) {
            let chosen = self.below(self.vocabulary.0.len());
            let on = self.vocabulary.0[chosen].name.clone();
            let _ = write!(text, " fragment F{index} on {on} ");
            let mut budget = 5 + self.below(60);
            self.selection(&mut text, &on, 8, &mut budget);
        }
        text
    }

    fn selection(&mut self, text: &mut String, on: &str, depth: usize, budget: &mut usize) {
        let Some(fields) = self.vocabulary.fields(on).map(<[Known]>::to_vec) else { return };
        text.push_str("{ ");
        let many = 1 + self.below(if depth < 2 { 4 } else { 10 });
        for _ in 0..many {
            if *budget == 0 || text.len() > LONGEST {
                break;
            }
            *budget -= 1;
            let field = &fields[self.below(fields.len())];
            if self.rng.u8(..6) == 0 {
                let _ = write!(text, "a{}: ", self.below(30));
            }
            text.push_str(&field.name);
            self.arguments(text, &field.arguments);
            if self.rng.u8(..12) == 0 {
                text.push_str(if self.rng.bool() { " @include(if: $w)" } else { " @skip(if: false)" });
            }
            text.push(' ');
            if self.vocabulary.fields(&field.kind).is_some() {
                if depth < 13 {
                    self.selection(text, &field.kind, depth + 1, budget);
                } else {
                    text.push_str("{ __typename } ");
                }
            }
            match self.rng.u8(..20) {
                0 => drop(write!(text, "...F{} ", self.below(8))),
                1 => {
                    text.push_str("... ");
                    self.selection(text, on, depth + 1, budget);
                }
                2 => drop(write!(text, "... on {on} {{ __typename }} ")),
                _ => {}
            }
        }
        text.push_str("__typename } ");
    }

    fn arguments(&mut self, text: &mut String, arguments: &[String]) {
        if arguments.is_empty() || self.rng.bool() {
            return;
        }
        text.push('(');
        for _ in 0..=self.below(3) {
            let name = &arguments[self.below(arguments.len())];
            let value = match self.rng.u8(..9) {
                0 => "$v0".to_owned(),
                1 => "\"a\"".to_owned(),
                2 => "{tags: {anyOf: [\"a\", \"b\"]}}".to_owned(),
                3 => format!("{{and: [{}]}}", "{not: {text: \"x\"}} ".repeat(self.below(12))),
                4 => "[\"a\"]".to_owned(),
                5 => "null".to_owned(),
                6 => "PUBLISHED_AT".to_owned(),
                _ => self.below(100).to_string(),
            };
            let _ = write!(text, "{name}: {value} ");
        }
        text.push(')');
    }
}

/// Fragments of which each spreads the next one twice.
fn doubling(many: usize, on: &str, fields: &str) -> String {
    let mut text = "{ ...F0 summaries { nodes { ...F0 } } }".to_owned();
    for index in 0..many {
        let next = index + 1;
        let _ = write!(text, " fragment F{index} on {on} {{ ...F{next} ...F{next} }}");
    }
    let _ = write!(text, " fragment F{many} on {on} {{ {fields} }}");
    text
}

/// Fields that are merged with each other through fragments.
fn merging(few: usize, many: usize) -> String {
    let mut text = format!("{{ {} }}", "summaries { nodes { ...S0 ...S1 } } ".repeat(many % 40 + 1));
    for index in 0..few {
        let next = (index + 1) % few;
        let field = if index + 1 == few { "id title" } else { "" };
        let _ = write!(
            text,
            " fragment S{index} on Summary {{ id {field} source {{ name }} related {{ id slug }} {} }}",
            if index + 1 < few {
                format!("translations {{ ...S{next} }} related {{ ...S{next} }}")
            } else {
                String::new()
            }
        );
    }
    text
}

/// Questions about the schema, inside of one another.
fn introspection(few: usize) -> String {
    let mut text = String::from("{ __schema { ");
    for index in 0..few {
        let _ = write!(
            text,
            "a{index}: types {{ name fields {{ name type {{ name ofType {{ name }} }} args {{ name }} }} }} "
        );
    }
    text.push_str("} }");
    text
}

/// The start of a text, on one line.
pub fn start_of(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].replace('\n', " ")
}

/// The types of a schema that have fields.
struct Vocabulary(Vec<Known>);

/// A type or a field.
#[derive(Clone)]
struct Known {
    name: String,
    /// Of a field: what it gives.
    kind: String,
    arguments: Vec<String>,
    fields: Vec<Known>,
}

impl Vocabulary {
    fn of(sdl: &str) -> Self {
        let Document { definitions } = parse_schema::<String>(sdl).expect("the schema is GraphQL");
        let types = definitions.into_iter().filter_map(|definition| match definition {
            Definition::TypeDefinition(TypeDefinition::Object(it)) => Some((it.name, it.fields)),
            Definition::TypeDefinition(TypeDefinition::Interface(it)) => Some((it.name, it.fields)),
            _ => None,
        });
        let field = |field: Field<String>| Known {
            name: field.name,
            kind: named(&field.field_type),
            arguments: field.arguments.into_iter().map(|it| it.name).collect(),
            fields: Vec::new(),
        };
        let known = |(name, fields): (String, Vec<Field<String>>)| Known {
            name,
            kind: String::new(),
            arguments: Vec::new(),
            fields: fields.into_iter().map(field).collect(),
        };
        Self(types.map(known).collect())
    }

    fn fields(&self, name: &str) -> Option<&[Known]> {
        self.0.iter().find(|it| it.name == name).map(|it| it.fields.as_slice())
    }
}

/// The name of a type, without lists and `!`.
fn named(kind: &Type<String>) -> String {
    match kind {
        Type::NamedType(name) => name.clone(),
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

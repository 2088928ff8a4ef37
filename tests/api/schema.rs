//! The schema as its users read it: in `schema.graphql`, and by introspection.

use std::fs;

use async_graphql::parser::{parse_schema, types::TypeSystemDefinition};
use precis::graphql::Code;
use serde_json::Value;

use crate::{both, support::TestApp};

/// Everything that can have a description.
const DESCRIBED: &str = "{ __schema { description types { name kind description \
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { name description } } \
    inputFields(includeDeprecated: true) { name description } \
    enumValues(includeDeprecated: true) { name description } } } }";

/// Scalars that every GraphQL service has.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

both! {
    async fn everything_in_the_schema_has_a_description(app: TestApp) {
        let answer = app.data(DESCRIBED).await;
        let mut described = Described::default();
        for kind in list(&answer["__schema"]["types"]) {
            let name = text(&kind["name"]);
            if name.starts_with("__") || BUILT_IN.contains(&name) {
                continue;
            }
            described.look_at(name, kind);
            for (what, members) in [("field", "fields"), ("input field", "inputFields"), ("value", "enumValues")] {
                for member in list(&kind[members]) {
                    let path = format!("{what} {name}.{}", text(&member["name"]));
                    described.look_at(&path, member);
                    for argument in list(&member["args"]) {
                        described.look_at(&format!("{path}({}:)", text(&argument["name"])), argument);
                    }
                }
            }
        }
        assert_eq!(described.silent, Vec::<String>::new(), "these say nothing");
        assert_eq!(described.odd, Vec::<String>::new(), "these can't be printed, or are no sentences");
        assert!(described.seen > 200, "only {} things were looked at", described.seen);
    }
}

#[test]
fn the_schema_file_is_printable_and_parses_back() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let sdl = fs::read_to_string(file).expect("schema.graphql");
    let odd: Vec<_> = sdl.lines().filter(|line| !line.chars().all(|it| is_printable(it) || it == '\t')).collect();
    assert_eq!(odd, Vec::<&str>::new());

    let document = parse_schema(&sdl).expect("SDL");
    let types: Vec<&str> = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node.name.node.as_str()),
            _ => None,
        })
        .collect();
    for name in ["Query", "Summary", "Episode", "Source", "Series", "Tag", "Category", "SummaryFilter", "Node"] {
        assert_eq!(types.iter().filter(|it| **it == name).count(), 1, "{name} is defined once");
    }
}

#[test]
fn readme_and_schema_list_every_code_and_no_other() {
    let written = |start: &str, between: &str, end: &str| {
        let entry = |code: &Code| format!("{start}`{}`{between}{}{end}\n", code.as_str(), code.meaning());
        Code::ALL.iter().map(entry).collect::<String>()
    };
    let readme = include_str!("../../README.md");
    let table = written("| ", " | ", " |");
    assert!(
        readme.contains(&format!("| `extensions.code` | |\n| --- | --- |\n{table}\n")),
        "README.md lacks this:\n{table}"
    );
    let schema = include_str!("../../schema.graphql");
    let list = written("- ", ": ", "");
    assert!(
        schema.contains(&format!("what it is:\n{list}\"\"\"\ntype Query {{")),
        "schema.graphql lacks this:\n{list}"
    );
}

/// What was found in descriptions.
#[derive(Default)]
struct Described {
    seen: usize,
    silent: Vec<String>,
    odd: Vec<String>,
}

impl Described {
    /// Notes what is wrong with the description of a thing.
    fn look_at(&mut self, path: &str, thing: &Value) {
        self.seen += 1;
        let Some(description) = thing["description"].as_str().filter(|it| !it.trim().is_empty()) else {
            self.silent.push(path.to_owned());
            return;
        };
        let is_text = description.chars().all(|it| is_printable(it) || it == '\n');
        let is_sentence = description.ends_with(['.', '!', '?', '`', ')']) && description.trim() == description;
        if !is_text || !is_sentence {
            self.odd.push(format!("{path}: {description:?}"));
        }
    }
}

/// Whether a character shows, and shows the same to everyone: no controls, no marks that turn the
/// direction, none that take no room.
fn is_printable(it: char) -> bool {
    let is_mark = matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let is_hidden = is_mark || matches!(it, '\u{ad}' | '\u{feff}');
    let is_private = matches!(it, '\u{e000}'..='\u{f8ff}' | '\u{fffd}'..='\u{ffff}');
    !it.is_control() && !is_hidden && !is_private
}

/// The items of a list; none where there is no list.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A name.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

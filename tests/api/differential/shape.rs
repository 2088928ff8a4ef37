//! How deep and how wide operations are, with their fragments written out wherever they are spread.

use std::collections::HashMap;

use graphql_parser::query::{Definition, OperationDefinition, Selection, parse_query};

use super::execute::Set;

/// The most fields inside of one another, and aliases, that an operation may have.
pub(super) const MOST: [(&str, u64); 2] = [("depth", 14), ("aliases", 30)];

/// What each operation has of the first or of the second.
pub(super) fn figures(text: &str, limit: &str) -> Vec<u64> {
    let document = parse_query::<String>(text).unwrap_or_else(|error| panic!("{error}\n{text}")).into_static();
    let definitions = &document.definitions;
    let mut fragments = HashMap::new();
    let mut sets = Vec::new();
    for definition in definitions {
        match definition {
            Definition::Fragment(it) => drop(fragments.insert(it.name.as_str(), &it.selection_set)),
            Definition::Operation(OperationDefinition::Query(it)) => sets.push(&it.selection_set),
            Definition::Operation(OperationDefinition::SelectionSet(set)) => sets.push(set),
            Definition::Operation(_) => {}
        }
    }
    sets.into_iter()
        .map(|set| if limit == "depth" { depth(set, &fragments) } else { aliases(set, &fragments) })
        .collect()
}

fn depth(set: &Set, fragments: &HashMap<&str, &Set>) -> u64 {
    let of_selection = |it: &Selection<'static, String>| match it {
        Selection::Field(it) => 1 + depth(&it.selection_set, fragments),
        Selection::InlineFragment(it) => depth(&it.selection_set, fragments),
        Selection::FragmentSpread(it) => depth(fragments[it.fragment_name.as_str()], fragments),
    };
    set.items.iter().map(of_selection).max().unwrap_or(0)
}

fn aliases(set: &Set, fragments: &HashMap<&str, &Set>) -> u64 {
    let of_selection = |it: &Selection<'static, String>| match it {
        Selection::Field(it) => u64::from(it.alias.is_some()) + aliases(&it.selection_set, fragments),
        Selection::InlineFragment(it) => aliases(&it.selection_set, fragments),
        Selection::FragmentSpread(it) => aliases(fragments[it.fragment_name.as_str()], fragments),
    };
    set.items.iter().map(of_selection).sum()
}

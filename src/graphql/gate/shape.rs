//! How deep and how wide the selections of a document are, with its fragments spread out. A fragment is
//! measured once, however often it is spread: a few hundred bytes of fragments that spread each other
//! twice come to millions of selections.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    parser::types::{Directive, ExecutableDocument, Field, FragmentDefinition, OperationType, Selection, SelectionSet},
};

use super::Limit;
use crate::graphql::error::{Code, coded};

/// Refuses a document that is past a limit, or that spreads a fragment within itself (section 5.5.2.2).
pub(in crate::graphql) fn check(document: &ExecutableDocument) -> Result<(), ServerError> {
    Limit::OPERATIONS.check(document.operations.iter().count(), None)?;
    let mut measuring = Measuring { fragments: &document.fragments, measured: HashMap::new() };
    let mut selections = 0_usize;
    for (_, operation) in document.operations.iter() {
        let (place, operation) = (Some(operation.pos), &operation.node);
        few_directives(&operation.directives)?;
        for variable in &operation.variable_definitions {
            few_directives(&variable.node.directives)?;
        }
        let size = measuring.set(&operation.selection_set.node)?;
        selections = selections.saturating_add(size.selections);
        Limit::SELECTIONS.check(selections, place)?;
        if operation.ty == OperationType::Mutation {
            few_mutations(&operation.selection_set.node, &document.fragments)?;
        }
        Limit::DEPTH.check(size.depth, place)?;
        Limit::INTROSPECTION_DEPTH.check(size.introspection_depth, place)?;
        Limit::INTROSPECTION_LISTS.check(size.introspection_lists, place)?;
        Limit::ALIASES.check(size.aliases, place)?;
    }
    // What no operation spreads is measured too, as validation walks over it.
    document.fragments.keys().try_for_each(|name| measuring.fragment(name, Pos::default()).map(drop))
}

/// What a selection set comes to.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields, fragments and spreads.
    selections: usize,
    aliases: usize,
    /// The most fields inside of one another; what is below `__schema` and `__type` is not among them.
    depth: usize,
    /// The most of them that are lists of the introspection's types.
    lists: usize,
    /// The depth below `__schema` and `__type`.
    introspection_depth: usize,
    /// The lists there.
    introspection_lists: usize,
}

/// The fields of `__Type` that are lists of what has types in turn.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Where introspection begins: only at the root, as validation sees to.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

struct Measuring<'d> {
    fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while it is being measured.
    measured: HashMap<&'d str, Option<Size>>,
}

impl<'d> Measuring<'d> {
    /// As deep as brackets nest, times as many fragments as lead to each other.
    fn set(&mut self, set: &'d SelectionSet) -> Result<Size, ServerError> {
        let mut size = Size::default();
        for selection in &set.items {
            few_directives(selection.node.directives())?;
            size.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node)?.counted(),
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, spread.pos)?.counted()
                }
            });
        }
        Ok(size)
    }

    fn field(&mut self, field: &'d Field) -> Result<Size, ServerError> {
        let below = self.set(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        let size = Size { aliases: below.aliases + usize::from(field.alias.is_some()), ..below.counted() };
        Ok(if INTROSPECTION.contains(&name) {
            Size { depth: 1, lists: 0, introspection_depth: below.depth, introspection_lists: below.lists, ..size }
        } else {
            let list = usize::from(LISTS.contains(&name));
            Size { depth: below.depth.saturating_add(1), lists: below.lists.saturating_add(list), ..size }
        })
    }

    /// What a fragment comes to. One that is nowhere defined is validation's business.
    fn fragment(&mut self, name: &'d str, spread: Pos) -> Result<Size, ServerError> {
        match self.measured.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(cycle(name, spread)),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.measured.insert(name, None);
        few_directives(&fragment.node.directives)?;
        let size = self.set(&fragment.node.selection_set.node)?;
        self.measured.insert(name, Some(size));
        Ok(size)
    }
}

impl Size {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = self.depth.max(other.depth);
        self.lists = self.lists.max(other.lists);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
    }

    /// With the selection itself that has all this below it.
    fn counted(self) -> Self {
        Self { selections: self.selections.saturating_add(1), ..self }
    }
}

/// The fields of a mutation, as many as its selections with all fragments, are few, and no two have one key: what is merged into one is run once by the
/// specification, and twice by async-graphql 7.2.1.
fn few_mutations(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
) -> Result<(), ServerError> {
    let (mut open, mut keys, mut many) = (vec![set], HashSet::new(), 0);
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    many += 1;
                    let key = &field.node.response_key().node;
                    if !keys.insert(key) {
                        let message = format!("The mutation asks for “{key}” twice: give one of them another alias.");
                        let mut error = coded(&message, Code::BadUserInput);
                        error.locations.push(field.pos);
                        return Err(error);
                    }
                }
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    open.extend(fragments.get(&spread.node.fragment_name.node).map(|it| &it.node.selection_set.node));
                }
            }
        }
        Limit::MUTATIONS.check(many, set.items.first().map(|it| it.pos))?;
    }
    Ok(())
}

fn few_directives(directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
    Limit::DIRECTIVES.check(directives.len(), directives.first().map(|it| it.pos))
}

fn cycle(name: &str, spread: Pos) -> ServerError {
    let message = format!("The fragment “{name}” is spread within itself: select what is needed level by level.");
    let mut error = coded(&message, Code::GraphqlValidationFailed);
    error.locations.push(spread);
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::syntax::parse;

    fn refusal(document: &str) -> Option<String> {
        check(&parse(document).expect("a document").document).err().map(|error| error.message)
    }

    #[test]
    fn a_mutation_has_ten_fields_each_under_a_key_of_its_own() {
        let fields = |many: usize| (0..many).map(|it| format!("m{it}: a ")).collect::<Vec<_>>().concat();
        assert_eq!(refusal(&format!("mutation {{ {} }}", fields(10))), None);
        assert_eq!(refusal(&format!("query {{ {} }}", fields(30))), None);
        let spread = format!("mutation {{ ...F ... {{ {} }} }} fragment F on M {{ x y }}", fields(9));
        let message = "The document has 11 mutations in one operation; it may have up to 10. Send some of them in another request.";
        assert_eq!(refusal(&spread).as_deref(), Some(message));

        let twice = "The mutation asks for “a” twice: give one of them another alias.";
        assert_eq!(refusal("mutation { a a }").as_deref(), Some(twice));
        assert_eq!(refusal("mutation { a ...F } fragment F on M { ... { a } }").as_deref(), Some(twice));
        assert_eq!(refusal("mutation { ...F b: a } fragment F on M { a }"), None);
        assert_eq!(refusal("{ a a }"), None);
    }
}

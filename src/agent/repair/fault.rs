//! What is wrong with a document at one place, and the changes that may mend it. A change is made to a copy of the
//! tree, at a [`Place`] that leads through it by index.

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// What kind of mistake it is: the code in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    Syntax,
    UnknownField,
    UnknownArgument,
    UnknownInputField,
    UnknownType,
    UnknownFragment,
    UnknownDirective,
    UnknownVariable,
    MissingArgument,
    MissingSelection,
    NoSelection,
    WrongValue,
    WrongVariable,
    WrongFragment,
    Unused,
    Twice,
}

impl Mistake {
    /// As it stands in a line.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Syntax => "SYNTAX",
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::UnknownArgument => "UNKNOWN_ARGUMENT",
            Self::UnknownInputField => "UNKNOWN_INPUT_FIELD",
            Self::UnknownType => "UNKNOWN_TYPE",
            Self::UnknownFragment => "UNKNOWN_FRAGMENT",
            Self::UnknownDirective => "UNKNOWN_DIRECTIVE",
            Self::UnknownVariable => "UNKNOWN_VARIABLE",
            Self::MissingArgument => "MISSING_ARGUMENT",
            Self::MissingSelection => "MISSING_SELECTION",
            Self::NoSelection => "NO_SELECTION",
            Self::WrongValue => "WRONG_VALUE",
            Self::WrongVariable => "WRONG_VARIABLE",
            Self::WrongFragment => "WRONG_FRAGMENT",
            Self::Unused => "UNUSED",
            Self::Twice => "TWICE",
        }
    }
}

/// Something wrong.
pub(super) struct Fault {
    pub(super) mistake: Mistake,
    /// What it is about, as its reader would write it: `Summary.titel`, `Query.summaries(limit:)`.
    pub(super) about: String,
    /// What might mend it; nothing where nobody knows.
    pub(super) candidates: Vec<Candidate>,
    /// What to do instead, where there are no candidates.
    pub(super) advice: String,
}

/// A change that may mend something.
pub(super) struct Candidate {
    /// How far it is from what was written. The least of all changes together wins.
    pub(super) cost: u32,
    /// What is there after it, in a few words.
    pub(super) to: String,
    pub(super) edit: Edit,
}

/// A change of a document. None where the document is not the one that it was made for.
pub(super) type Edit = Box<dyn Fn(&mut ExecutableDocument) -> Option<()>>;

/// The most candidates that a line names.
const NAMED: usize = 3;

impl Fault {
    pub(super) fn new(mistake: Mistake, about: impl Into<String>) -> Self {
        Self { mistake, about: about.into(), candidates: Vec::new(), advice: String::new() }
    }

    /// Adds a change.
    pub(super) fn or(
        &mut self,
        cost: u32,
        to: impl Into<String>,
        edit: impl Fn(&mut ExecutableDocument) -> Option<()> + 'static,
    ) {
        self.candidates.push(Candidate { cost, to: to.into(), edit: Box::new(edit) });
    }

    /// Its line, with what was done about it: `error UNKNOWN_FIELD Summary.titel -> title`.
    pub(super) fn mended(&self, to: &str) -> String {
        format!("error {} {} -> {to}", self.mistake.code(), self.about)
    }

    /// Its line, with what might be done about it.
    pub(super) fn line(&self) -> String {
        let mut near: Vec<(u32, &str)> = self.candidates.iter().map(|it| (it.cost, it.to.as_str())).collect();
        near.sort_by_key(|(cost, _)| *cost);
        near.dedup_by_key(|(_, to)| *to);
        let near: Vec<&str> = near.into_iter().map(|(_, to)| to).take(NAMED).collect();
        match (near.is_empty(), self.advice.is_empty()) {
            (false, _) => self.mended(&near.join(" | ")),
            (true, false) => format!("error {} {}: {}", self.mistake.code(), self.about, self.advice),
            (true, true) => format!("error {} {}", self.mistake.code(), self.about),
        }
    }
}

/// A selection set of a document.
#[derive(Clone, Debug)]
pub(super) struct Place {
    definition: Definition,
    /// Which of its selections leads to the next set, set by set.
    steps: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Definition {
    Operation(Option<Name>),
    Fragment(Name),
}

impl Place {
    /// The outermost set of an operation.
    pub(super) fn operation(name: Option<&Name>) -> Self {
        Self { definition: Definition::Operation(name.cloned()), steps: Vec::new() }
    }

    /// The outermost set of a fragment.
    pub(super) fn fragment(name: &Name) -> Self {
        Self { definition: Definition::Fragment(name.clone()), steps: Vec::new() }
    }

    /// The set of one of its selections.
    pub(super) fn below(&self, index: usize) -> Self {
        let steps = self.steps.iter().copied().chain([index]).collect();
        Self { definition: self.definition.clone(), steps }
    }

    /// The set.
    pub(super) fn set<'d>(&self, document: &'d mut ExecutableDocument) -> Option<&'d mut SelectionSet> {
        let mut set = match &self.definition {
            Definition::Operation(name) => &mut operation(document, name.as_ref())?.selection_set.node,
            Definition::Fragment(name) => &mut document.fragments.get_mut(name)?.node.selection_set.node,
        };
        for step in &self.steps {
            set = match &mut set.items.get_mut(*step)?.node {
                Selection::Field(field) => &mut field.node.selection_set.node,
                Selection::InlineFragment(fragment) => &mut fragment.node.selection_set.node,
                Selection::FragmentSpread(_) => return None,
            };
        }
        Some(set)
    }

    /// One of its fields.
    pub(super) fn field<'d>(&self, document: &'d mut ExecutableDocument, index: usize) -> Option<&'d mut Field> {
        match &mut self.set(document)?.items.get_mut(index)?.node {
            Selection::Field(field) => Some(&mut field.node),
            _ => None,
        }
    }
}

/// An operation of a document.
pub(super) fn operation<'d>(
    document: &'d mut ExecutableDocument,
    name: Option<&Name>,
) -> Option<&'d mut OperationDefinition> {
    match (&mut document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(&mut operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get_mut(name).map(|it| &mut it.node),
        _ => None,
    }
}

/// Whatever stands nowhere yet.
pub(super) fn anew<T>(node: T) -> Positioned<T> {
    Positioned::new(node, Pos::default())
}

/// A field by its name alone, with these selections.
pub(super) fn field(name: &str, items: Vec<Positioned<Selection>>) -> Positioned<Selection> {
    let field = Field {
        alias: None,
        name: anew(Name::new(name)),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: anew(SelectionSet { items }),
    };
    anew(Selection::Field(anew(field)))
}

/// The argument with this name, to be changed.
pub(super) fn argument<'a>(
    arguments: &'a mut [(Positioned<Name>, Positioned<Value>)],
    name: &str,
) -> Option<&'a mut Value> {
    arguments.iter_mut().find(|(own, _)| own.node == name).map(|(_, value)| &mut value.node)
}

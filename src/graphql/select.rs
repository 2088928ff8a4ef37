//! The document side of a selection: fragments, merged fields, `@skip` and `@include`, variables.
//!
//! This is the specification's `CollectFields`, over what async-graphql has parsed. Nothing here
//! knows of tables.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use async_graphql::{
    InputType, Name, Positioned, ServerResult, Value, Variables,
    indexmap::IndexMap,
    parser::types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::Value as ParsedValue;

/// All the fields with one response key, in one object: they are answered together.
pub struct Asked<'q> {
    pub first: &'q Positioned<Field>,
    more: Vec<&'q Positioned<Field>>,
}

impl<'q> Asked<'q> {
    pub fn name(&self) -> &'q str {
        &self.first.node.name.node
    }

    /// The one field that there is with this key, unless there are several.
    pub fn only(&self) -> Option<&'q Positioned<Field>> {
        self.more.is_empty().then_some(self.first)
    }

    pub fn selections(&self) -> impl Iterator<Item = &'q SelectionSet> {
        std::iter::once(&self.first).chain(&self.more).map(|field| &field.node.selection_set.node)
    }
}

/// Fields by response key, in the order in which they were asked for.
pub type Fields<'q> = IndexMap<&'q str, Asked<'q>, foldhash::fast::RandomState>;

/// The values that a request gives to variables, and whether any of them was looked at.
pub struct Given<'q> {
    variables: &'q Variables,
    is_used: AtomicBool,
}

impl<'q> Given<'q> {
    /// Those of a request.
    pub fn new(variables: &'q Variables) -> Self {
        Self { variables, is_used: AtomicBool::new(false) }
    }
}

/// An operation, its fragments and its variables.
#[derive(Clone, Copy)]
pub struct Document<'q> {
    operation: &'q OperationDefinition,
    fragments: &'q HashMap<Name, Positioned<FragmentDefinition>>,
    given: &'q Given<'q>,
}

impl<'q> Document<'q> {
    /// The one that will be executed, where there is one of that name.
    pub fn named(document: &'q ExecutableDocument, name: Option<&str>, given: &'q Given<'q>) -> Option<Self> {
        let mut operations = document.operations.iter();
        let (_, operation) = operations.find(|(own, _)| name.is_none() || own.map(Name::as_str) == name)?;
        Some(Self { operation: &operation.node, fragments: &document.fragments, given })
    }

    /// The operation that is being executed.
    pub fn operation(&self) -> &'q OperationDefinition {
        self.operation
    }

    /// The variables, with the defaults of those that nobody set.
    pub fn variables(&self) -> Variables {
        let mut variables = self.given.variables.clone();
        for definition in self.operation.variable_definitions.iter().map(|it| &it.node) {
            if let Some(default) = &definition.default_value {
                variables.entry(definition.name.node.clone()).or_insert_with(|| default.node.clone());
            }
        }
        variables
    }

    /// What is made of a part of the document, and whether it comes out like that whatever the variables are.
    pub fn is_fixed_in<T>(&self, make: impl FnOnce() -> T) -> (T, bool) {
        let before = self.given.is_used.swap(false, Relaxed);
        let outcome = make();
        let is_used = self.given.is_used.load(Relaxed);
        self.given.is_used.store(before || is_used, Relaxed);
        (outcome, !is_used)
    }

    /// The fields at the root. Their type is that of the operation, so every condition holds.
    pub fn roots(&self) -> Fields<'q> {
        self.collect(std::iter::once(&self.operation.selection_set.node), |_| true)
    }

    /// The fields that these selection sets ask of a type; `is` says which fragments apply to it.
    pub fn collect<'a>(&self, sets: impl Iterator<Item = &'a SelectionSet>, is: impl Fn(&str) -> bool) -> Fields<'a>
    where
        'q: 'a,
    {
        let (mut fields, mut seen) = (Fields::default(), HashSet::new());
        for set in sets {
            self.collect_into(&mut fields, &mut seen, set, &is);
        }
        fields
    }

    fn collect_into<'a>(
        &self,
        fields: &mut Fields<'a>,
        seen: &mut HashSet<&'a str>,
        set: &'a SelectionSet,
        is: &impl Fn(&str) -> bool,
    ) where
        'q: 'a,
    {
        for selection in set.items.iter().filter(|item| self.wants(item.node.directives())) {
            let (condition, inner) = match &selection.node {
                Selection::Field(field) => {
                    add(fields, field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = self.fragments.get(name) else { continue };
                    if !seen.insert(name) {
                        continue;
                    }
                    (Some(&fragment.node.type_condition), &fragment.node.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| is(&condition.node.on.node)) {
                self.collect_into(fields, seen, inner, is);
            }
        }
    }

    /// Whether `@skip` and `@include` leave it in. While executing they are gone already.
    fn wants(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.node.get_argument("if");
            let holds = condition.map(|value| self.value(&value.node)) == Some(Value::Boolean(true));
            match directive.node.name.node.as_str() {
                "skip" => !holds,
                "include" => holds,
                _ => true,
            }
        })
    }

    /// The arguments of a field, read by the input object that declares them.
    pub fn arguments<A: InputType>(&self, asked: &Asked) -> ServerResult<A> {
        self.arguments_but(asked, |_| {})
    }

    /// The same, when they have been changed.
    pub fn arguments_but<A: InputType>(
        &self,
        asked: &Asked,
        change: impl FnOnce(&mut IndexMap<Name, Value>),
    ) -> ServerResult<A> {
        let mut given = IndexMap::new();
        for (name, value) in &asked.first.node.arguments {
            if !self.is_absent(&value.node) {
                given.insert(name.node.clone(), self.value(&value.node));
            }
        }
        change(&mut given);
        A::parse(Some(Value::Object(given))).map_err(|error| {
            let mut error = error.into_server_error(asked.first.pos);
            // async-graphql names the types that it was parsing; the argument list's are nobody's business.
            if let Some(end) = error.message.find(" (occurred while parsing") {
                error.message.truncate(end);
            }
            if let Some((_, message)) =
                error.message.split_once("\": ").filter(|_| error.message.starts_with("Failed to parse"))
            {
                error.message = message.to_owned();
            }
            error
        })
    }

    /// A variable that nobody set leaves its argument out, so that the argument's default holds.
    fn is_absent(&self, value: &ParsedValue) -> bool {
        matches!(value, ParsedValue::Variable(name) if self.variable(name).is_none())
    }

    /// The value with its variables filled in. A field of an input object is left out where its variable
    /// is absent (GraphQL, section 3.10, "Input Coercion").
    fn value(&self, value: &ParsedValue) -> Value {
        match value {
            ParsedValue::Variable(name) => self.variable(name).cloned().unwrap_or_default(),
            ParsedValue::Null => Value::Null,
            ParsedValue::Number(number) => Value::Number(number.clone()),
            ParsedValue::String(text) => Value::String(text.clone()),
            ParsedValue::Boolean(it) => Value::Boolean(*it),
            ParsedValue::Binary(bytes) => Value::Binary(bytes.clone()),
            ParsedValue::Enum(name) => Value::Enum(name.clone()),
            ParsedValue::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            ParsedValue::Object(fields) => {
                let given = fields.iter().filter(|(_, value)| !self.is_absent(value));
                Value::Object(given.map(|(name, value)| (name.clone(), self.value(value))).collect())
            }
        }
    }

    fn variable(&self, name: &Name) -> Option<&'q Value> {
        self.given.is_used.store(true, Relaxed);
        let default = || {
            let definitions = self.operation.variable_definitions.iter();
            let definition = definitions.map(|it| &it.node).find(|it| it.name.node == *name)?;
            definition.default_value.as_ref().map(|value| &value.node)
        };
        self.given.variables.get(name).or_else(default)
    }
}

fn add<'a>(fields: &mut Fields<'a>, field: &'a Positioned<Field>) {
    let key = field.node.response_key().node.as_str();
    match fields.get_mut(key) {
        Some(asked) => asked.more.push(field),
        None => drop(fields.insert(key, Asked { first: field, more: Vec::new() })),
    }
}

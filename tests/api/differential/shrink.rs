//! Making a failing document smaller: one thing is taken out after the other, for as long as the document
//! stays valid and keeps failing.

use std::fmt;

use graphql_parser::query::{InlineFragment, TypeCondition, Value as AnyValue};
use proptest::strategy::ValueTree;
use serde_json::Value as Json;

use super::{
    document::{Case, Directive, Selection, directives, plain},
    merge::can_merge,
    schema::{Input, Literal, Schema, is_required, named},
    values::literal_of,
};

/// A document, and what can be taken out of it.
pub(super) struct Shrinking<'d> {
    schema: &'d Schema,
    /// The smallest that failed.
    best: Case,
    current: Case,
    /// The next thing to take out of the smallest, and whether any was since the first.
    next: usize,
    has_shrunk: bool,
}

impl fmt::Debug for Shrinking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.current.fmt(f)
    }
}

impl<'d> Shrinking<'d> {
    /// Nothing has been taken out yet.
    pub(super) fn new(schema: &'d Schema, case: Case) -> Self {
        Self { schema, best: case.clone(), current: case, next: 0, has_shrunk: false }
    }

    /// Goes on to the next document that is smaller than the smallest that failed.
    fn advance(&mut self) -> bool {
        loop {
            let mut smaller = self.best.clone();
            let mut cut = Cut { schema: self.schema, left: self.next };
            self.next += 1;
            if !cut.case(&mut smaller) {
                if !self.has_shrunk {
                    return false;
                }
                (self.next, self.has_shrunk) = (0, false);
            } else if can_merge(self.schema, &smaller) {
                self.current = smaller;
                return true;
            }
        }
    }
}

impl ValueTree for Shrinking<'_> {
    type Value = Case;

    fn current(&self) -> Case {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.next > 0 {
            // What came after the thing that is gone has its place now.
            self.next -= 1;
            self.has_shrunk = true;
        }
        self.best = self.current.clone();
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.current = self.best.clone();
        self.advance()
    }
}

/// Finds the thing to take out: `left` others come before it.
struct Cut<'d> {
    schema: &'d Schema,
    left: usize,
}

impl Cut<'_> {
    /// Whether this is the thing.
    fn is_here(&mut self) -> bool {
        let is_here = self.left == 0;
        self.left = self.left.wrapping_sub(1);
        is_here
    }

    /// Takes the thing out, if there are so many.
    fn case(&mut self, case: &mut Case) -> bool {
        for number in (0..case.operations.len()).filter(|it| *it != case.executed) {
            if self.is_here() {
                case.operations.remove(number);
                case.executed -= usize::from(number < case.executed);
                return true;
            }
        }
        let whole = case.clone();
        case.operations.iter_mut().any(|it| self.selections("Query", it, &whole))
            || case.fragments.values_mut().any(|it| {
                let on = it.on.clone();
                self.selections(&on, &mut it.selections, &whole)
            })
    }

    /// Takes the thing out of the selections of a type.
    fn selections(&mut self, ty: &str, selections: &mut Vec<Selection>, whole: &Case) -> bool {
        for number in 0..selections.len() {
            let is_least = matches!(&selections[..], [Selection::Field(it)] if it.name == "__typename");
            if !is_least && self.is_here() {
                selections.remove(number);
                if selections.is_empty() {
                    selections.push(Selection::Field(plain("__typename")));
                }
                return true;
            }
            if let Selection::FragmentSpread(spread) = &selections[number]
                && spread.directives.is_empty()
                && whole.fragments[&spread.fragment_name].on == ty
                && self.is_here()
            {
                let inside = whole.fragments[&spread.fragment_name].selections.clone();
                selections.splice(number..=number, inside);
                return true;
            }
            if let Selection::InlineFragment(fragment) = &selections[number]
                && fragment.directives.is_empty()
                && on(ty, fragment) == ty
                && self.is_here()
            {
                let inside = fragment.selection_set.items.clone();
                selections.splice(number..=number, inside);
                return true;
            }
            if self.inside(ty, &mut selections[number], whole) {
                return true;
            }
        }
        false
    }

    /// Takes the thing out of a selection.
    fn inside(&mut self, ty: &str, selection: &mut Selection, whole: &Case) -> bool {
        for number in 0..directives(selection).len() {
            if self.is_here() {
                directives_of(selection).remove(number);
                return true;
            }
        }
        let mut conditions = directives_of(selection).iter_mut().flat_map(|it| &mut it.arguments);
        if conditions.any(|(_, value)| self.variable(value, whole)) {
            return true;
        }
        match selection {
            Selection::Field(field) if field.name == "__typename" => false,
            Selection::Field(field) => {
                if field.alias.is_some() && self.is_here() {
                    field.alias = None;
                    return true;
                }
                let definition = self.schema.field(ty, &field.name);
                for number in 0..field.arguments.len() {
                    let (name, value) = &mut field.arguments[number];
                    let input = definition.arguments.iter().find(|it| it.name == *name).expect("an argument");
                    if !is_required(input) && self.is_here() {
                        field.arguments.remove(number);
                        return true;
                    }
                    if self.value(input, value, whole) {
                        return true;
                    }
                }
                self.selections(named(&definition.field_type), &mut field.selection_set.items, whole)
            }
            Selection::InlineFragment(fragment) => {
                let on = on(ty, fragment).to_owned();
                self.selections(&on, &mut fragment.selection_set.items, whole)
            }
            Selection::FragmentSpread(_) => false,
        }
    }

    /// Takes the thing out of a value.
    fn value(&mut self, input: &Input, value: &mut Literal, whole: &Case) -> bool {
        if self.variable(value, whole) {
            return true;
        }
        match value {
            AnyValue::List(items) => {
                for number in 0..items.len() {
                    if self.is_here() {
                        items.remove(number);
                        return true;
                    }
                    if self.value(input, &mut items[number], whole) {
                        return true;
                    }
                }
                false
            }
            AnyValue::Object(fields) => {
                let ty = named(&input.value_type);
                let names: Vec<String> = fields.keys().cloned().collect();
                for name in names {
                    let inputs = self.schema.inputs(ty).expect("an input object");
                    let input = inputs.iter().find(|it| it.name == name).expect("a field of it");
                    if !is_required(input) && !self.schema.is_one_of(ty) && self.is_here() {
                        fields.remove(&name);
                        return true;
                    }
                    if fields.get_mut(&name).is_some_and(|value| self.value(input, value, whole)) {
                        return true;
                    }
                }
                false
            }
            _ => false,
        }
    }

    /// Puts a value in the place of its variable.
    fn variable(&mut self, value: &mut Literal, whole: &Case) -> bool {
        let AnyValue::Variable(name) = value else { return false };
        let variable = &whole.variables[name];
        let literal = match &variable.given {
            None => variable.default.clone(),
            Some(Json::Null) => None,
            Some(given) => Some(literal_of(self.schema, &variable.ty, given)),
        };
        match literal {
            Some(literal) if self.is_here() => {
                *value = literal;
                true
            }
            _ => false,
        }
    }
}

/// The directives of a selection.
fn directives_of(selection: &mut Selection) -> &mut Vec<Directive> {
    match selection {
        Selection::Field(it) => &mut it.directives,
        Selection::InlineFragment(it) => &mut it.directives,
        Selection::FragmentSpread(it) => &mut it.directives,
    }
}

/// The type that a fragment is on.
fn on<'t>(parent: &'t str, fragment: &'t InlineFragment<'static, String>) -> &'t str {
    if let Some(TypeCondition::On(on)) = &fragment.type_condition { on } else { parent }
}

//! A query that runs, for anything in the schema: the shortest way to it from the root, with three rows of each list
//! and values of the right kind where some have to be given.

use std::collections::{HashMap, HashSet, VecDeque};

use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeDefinition, TypeKind,
};

use super::coordinate::Coordinate;
use crate::{
    agent::view::View,
    graphql::{is_one_of, is_required, named},
};

/// How many rows of each list an example asks for.
const ROWS: &str = "3";

/// How deep a selection goes that is made up.
const DEPTH: usize = 4;

/// Makes examples for one schema.
pub(super) struct Examples<'a> {
    view: View<'a>,
    root: &'a str,
    /// By which field of which type each type is come to.
    ways: HashMap<&'a str, (&'a str, &'a FieldDefinition)>,
    /// All types that are come to, the nearest first.
    order: Vec<&'a str>,
    /// By which arguments each input and enum is given.
    uses: HashMap<&'a str, Use<'a>>,
}

/// An argument, and the fields of inputs below it.
#[derive(Clone)]
struct Use<'a> {
    parent: &'a str,
    field: &'a FieldDefinition,
    slots: Vec<&'a InputValueDefinition>,
}

impl<'a> Examples<'a> {
    pub(super) fn of(view: View<'a>) -> Self {
        let root = view.types().root(OperationType::Query).unwrap_or_default();
        let (mut ways, mut order) = (HashMap::new(), vec![root]);
        // First without arguments that have to be made up.
        for may_need in [false, true] {
            let mut next = 0;
            while let Some(parent) = order.get(next).copied() {
                next += 1;
                for field in view.fields(parent).filter(|field| may_need || View::is_free(field)) {
                    let ty = named(&field.ty.node);
                    if ty != root && !ways.contains_key(ty) {
                        ways.insert(ty, (parent, field));
                        order.push(ty);
                    }
                }
            }
        }
        let mut examples = Self { view, root, ways, order, uses: HashMap::new() };
        examples.uses = examples.uses();
        examples
    }

    fn uses(&self) -> HashMap<&'a str, Use<'a>> {
        let arguments = self.order.iter().flat_map(|parent| {
            self.view.fields(parent).flat_map(move |field| {
                field.arguments.iter().map(move |slot| Use { parent, field, slots: vec![&slot.node] })
            })
        });
        let (mut uses, mut open): (HashMap<&str, Use>, VecDeque<Use>) = (HashMap::new(), arguments.collect());
        while let Some(it) = open.pop_front() {
            let Some(last) = it.slots.last() else { continue };
            let ty = named(&last.ty.node);
            if uses.contains_key(ty) {
                continue;
            }
            let deeper = self.view.slots(ty).map(|slot| {
                let slots = it.slots.iter().copied().chain([slot]).collect();
                Use { slots, ..it.clone() }
            });
            open.extend(deeper);
            uses.insert(ty, it);
        }
        uses
    }

    /// The query for something; none for a scalar, which is asked for with whatever it is the value of.
    pub(super) fn query(&self, of: &Coordinate<'a>) -> Option<String> {
        match of {
            Coordinate::Field(of, it) => self.asking(&of.name.node, it, &[]),
            Coordinate::Argument(of, it, slot) => {
                let value = self.sample(slot, &mut Vec::new());
                self.asking(&of.name.node, it, &[(slot.name.node.as_str(), value)])
            }
            Coordinate::Slot(of, it) => self.giving(of, Some(it), None),
            Coordinate::Value(of, it) => self.giving(of, None, Some(&it.value.node)),
            Coordinate::Type(of) => match of.kind {
                TypeKind::InputObject(_) | TypeKind::Enum(_) => self.giving(of, None, None),
                TypeKind::Scalar => None,
                _ if of.name.node == self.root => Some(format!("{{ {} }}", self.selection(self.root, 0))),
                _ => {
                    let name = of.name.node.as_str();
                    self.ways.contains_key(name).then(|| self.around(name, self.selection(name, 0)))
                }
            },
        }
    }

    /// A query with a field of a type.
    fn asking(&self, parent: &str, field: &FieldDefinition, given: &[(&str, String)]) -> Option<String> {
        let is_there = parent == self.root || self.ways.contains_key(parent);
        is_there.then(|| self.around(parent, self.asked(field, given, None)))
    }

    /// A query in which an input is given, or a value of an enum; or in which the enum is the result.
    fn giving(
        &self,
        of: &TypeDefinition,
        slot: Option<&'a InputValueDefinition>,
        value: Option<&str>,
    ) -> Option<String> {
        let name = of.name.node.as_str();
        let Some(it) = self.uses.get(name) else {
            let (parent, field) = self.ways.get(name)?;
            return self.asking(parent, field, &[]);
        };
        let slots: Vec<&InputValueDefinition> = it.slots.iter().copied().chain(slot).collect();
        let value = self.nested(&slots, value)?;
        self.asking(it.parent, it.field, &[(it.slots.first()?.name.node.as_str(), value)])
    }

    /// The value of the first of these slots, in which the others stand inside of one another.
    fn nested(&self, slots: &[&InputValueDefinition], value: Option<&str>) -> Option<String> {
        let (first, rest) = slots.split_first()?;
        let Some(next) = rest.first() else {
            return Some(value.map_or_else(|| self.sample(first, &mut Vec::new()), |it| in_lists(&first.ty.node, it)));
        };
        let inner = self.nested(rest, value)?;
        let ty = named(&first.ty.node);
        let object = self.object(ty, Some((next, inner)), &mut Vec::new());
        Some(in_lists(&first.ty.node, &object))
    }

    /// An input object with what it has to have, and one field more.
    fn object(&self, ty: &str, given: Option<(&InputValueDefinition, String)>, above: &mut Vec<String>) -> String {
        let one_of = self.view.get(ty).is_some_and(is_one_of);
        let (name, value) = given.map_or((None, String::new()), |(slot, value)| (Some(&slot.name.node), value));
        let mut fields: Vec<String> = Vec::new();
        if !one_of {
            let required = self.view.slots(ty).filter(|slot| is_required(slot) && Some(&slot.name.node) != name);
            fields.extend(required.map(|slot| format!("{}: {}", slot.name.node, self.sample(slot, above))));
        }
        fields.extend(name.map(|name| format!("{name}: {value}")));
        if one_of && fields.is_empty() {
            fields.extend(self.view.slots(ty).next().map(|it| format!("{}: {}", it.name.node, self.sample(it, above))));
        }
        format!("{{{}}}", fields.join(", "))
    }

    /// A value of the right kind, as somebody might give it.
    fn sample(&self, slot: &InputValueDefinition, above: &mut Vec<String>) -> String {
        let ty = named(&slot.ty.node);
        let one = match ty {
            "Int" => ROWS.to_owned(),
            "Float" => "0.5".to_owned(),
            "Boolean" => "true".to_owned(),
            "ID" => "\"su3\"".to_owned(),
            "Date" => "\"2026-05-01\"".to_owned(),
            "DateTime" => "\"2026-05-01T00:00:00Z\"".to_owned(),
            "LanguageTag" => "\"en\"".to_owned(),
            "TimeZone" => "\"Europe/Berlin\"".to_owned(),
            "URL" => "\"https://example.org/\"".to_owned(),
            _ => match self.view.members(ty) {
                Some(members) => members.first().copied().unwrap_or("null").to_owned(),
                None if self.view.slots(ty).next().is_some() && !above.iter().any(|it| it == ty) => {
                    above.push(ty.to_owned());
                    let object = self.object(ty, None, above);
                    above.pop();
                    object
                }
                None if slot.name.node == "text" => "\"queue\"".to_owned(),
                None if slot.name.node == "prefix" => "\"data\"".to_owned(),
                None => "\"backend\"".to_owned(),
            },
        };
        in_lists(&slot.ty.node, &one)
    }

    /// A field with its arguments and selections; `inner` instead of those that are made up.
    fn asked(&self, field: &FieldDefinition, given: &[(&str, String)], inner: Option<String>) -> String {
        let mut arguments: Vec<String> = Vec::new();
        for slot in field.arguments.iter().map(|slot| &slot.node) {
            let name = slot.name.node.as_str();
            let own = given.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
            let made_up = is_required(slot).then(|| self.sample(slot, &mut Vec::new()));
            let is_paged =
                self.view.page_of(named(&field.ty.node)).is_some() && !given.iter().any(|(it, _)| *it == "last");
            let rows = (name == "first" && is_paged).then(|| ROWS.to_owned());
            arguments.extend(own.or(made_up).or(rows).map(|value| format!("{name}: {value}")));
        }
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let ty = named(&field.ty.node);
        let inner = inner.or_else(|| self.view.is_composite(ty).then(|| self.selection(ty, 0)));
        let inner = inner.map_or_else(String::new, |it| format!(" {{ {it} }}"));
        format!("{}{arguments}{inner}", field.name.node)
    }

    /// Selections inside of the fields that lead to their type.
    fn around(&self, ty: &str, selections: String) -> String {
        let (mut ty, mut inner) = (ty, selections);
        // Every way leads to the root, and none is longer than there are types.
        let mut seen = HashSet::new();
        while let Some((parent, field)) = self.ways.get(ty).filter(|_| seen.insert(ty.to_owned())) {
            inner = self.asked(field, &[], Some(inner));
            ty = parent;
        }
        format!("{{ {inner} }}")
    }

    /// What is asked of a type by those who don't say what.
    fn selection(&self, ty: &str, depth: usize) -> String {
        let usual: Vec<&FieldDefinition> = match self.view.usual(ty) {
            Some(names) => names.into_iter().filter_map(|name| self.view.field(ty, name)).collect(),
            None => self.view.fields(ty).filter(|field| View::is_free(field)).take(1).collect(),
        };
        if usual.is_empty() || depth > DEPTH {
            return "__typename".to_owned();
        }
        let asked = usual.into_iter().map(|field| {
            let ty = named(&field.ty.node);
            let inner = self.view.is_composite(ty).then(|| self.selection(ty, depth + 1));
            self.asked(field, &[], inner)
        });
        asked.collect::<Vec<_>>().join(" ")
    }
}

/// A value in as many lists as its type has.
fn in_lists(ty: &Type, value: &str) -> String {
    match &ty.base {
        BaseType::List(item) => format!("[{}]", in_lists(item, value)),
        BaseType::Named(_) => value.to_owned(),
    }
}

//! Values that do not fit their place: what may be meant by them there. [`coerce`] knows scalars and enums,
//! [`object`] what stands in braces; here a value is walked through by its type.

use async_graphql::{
    Name,
    indexmap::IndexMap,
    parser::types::{BaseType, InputValueDefinition, Type, TypeKind},
};
use async_graphql_value::Value;

use super::{coerce, fault::Mistake, object, walk::Usage};
use crate::{
    agent::{names::fold, view::View},
    graphql::is_one_of,
};

/// What is wrong with a value, or with a part of it.
pub(super) struct ValueFault {
    pub(super) mistake: Mistake,
    /// Where and what: `tags ["backend"]`.
    pub(super) about: String,
    /// To the part that is replaced.
    pub(super) path: Vec<Step>,
    /// What it costs, what it says, and what is there instead; nothing, where it is left out.
    pub(super) candidates: Vec<(u32, String, Option<Value>)>,
    pub(super) advice: String,
}

/// A step into a value.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Key(Name),
    Index(usize),
}

/// Words under which others put a value alone: `{eq: …}`.
const ALONE: [&str; 12] =
    ["eq", "equals", "is", "in", "anyof", "any", "contains", "has", "includes", "value", "like", "ilike"];

/// The longest value that a line shows, in characters.
const SHOWN: usize = 40;

/// What a value has to fit.
#[derive(Clone, Copy)]
struct Spot<'t> {
    ty: &'t Type,
    has_default: bool,
    in_one_of: bool,
}

struct Look<'a, 'u> {
    view: View<'a>,
    usages: &'u mut Vec<Usage>,
    found: Vec<ValueFault>,
}

/// What is wrong with the value of a slot. The variables in it are noted.
pub(super) fn faults(
    view: View,
    usages: &mut Vec<Usage>,
    value: &Value,
    slot: &InputValueDefinition,
) -> Vec<ValueFault> {
    let mut look = Look { view, usages, found: Vec::new() };
    let place = Spot { ty: &slot.ty.node, has_default: slot.default_value.is_some(), in_one_of: false };
    look.at(value, place, &mut Vec::new());
    look.found
}

/// What is wrong with a value by itself.
pub(super) fn alone(view: View, value: &Value, ty: &Type) -> Vec<ValueFault> {
    let mut look = Look { view, usages: &mut Vec::new(), found: Vec::new() };
    look.at(value, Spot { ty, has_default: false, in_one_of: false }, &mut Vec::new());
    look.found
}

/// Puts something into a value, or takes something out of it.
pub(super) fn put(value: &mut Value, path: &[Step], new: Option<Value>) -> Option<()> {
    let Some((last, before)) = path.split_last() else {
        *value = new?;
        return Some(());
    };
    let mut inner = value;
    for step in before {
        inner = match (step, inner) {
            (Step::Key(name), Value::Object(fields)) => fields.get_mut(name)?,
            (Step::Index(index), Value::List(items)) => items.get_mut(*index)?,
            _ => return None,
        };
    }
    match (last, inner, new) {
        (Step::Key(name), Value::Object(fields), Some(new)) => *fields.get_mut(name)? = new,
        (Step::Key(name), Value::Object(fields), None) => drop(fields.shift_remove(name)?),
        (Step::Index(index), Value::List(items), Some(new)) => *items.get_mut(*index)? = new,
        _ => return None,
    }
    Some(())
}

/// A value as a line shows it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl Look<'_, '_> {
    fn at(&mut self, value: &Value, spot: Spot, path: &mut Vec<Step>) {
        match (value, &spot.ty.base) {
            (Value::Variable(name), _) => {
                let Spot { ty, has_default, in_one_of } = spot;
                self.usages.push(Usage { name: name.clone(), ty: ty.clone(), has_default, in_one_of });
            }
            (Value::Null, _) if spot.ty.nullable => {}
            (Value::Null, _) => {
                let candidates = if spot.has_default { vec![(1, "left out".to_owned(), None)] } else { Vec::new() };
                self.tell(value, path, candidates, format!("give {}", spot.ty));
            }
            (Value::List(items), BaseType::List(item)) => {
                for (index, value) in items.iter().enumerate() {
                    path.push(Step::Index(index));
                    self.at(value, Spot { ty: item, has_default: false, in_one_of: false }, path);
                    path.pop();
                }
            }
            // One item stands for a list of it.
            (Value::Object(fields), BaseType::List(item)) if self.is_list_alone(fields, item) => {
                let inner = fields.values().next().cloned();
                let candidates = inner.map(|it| (2, shown(&it), Some(it))).into_iter().collect();
                self.tell(value, path, candidates, String::new());
            }
            (one, BaseType::List(item)) => {
                self.at(one, Spot { ty: item, has_default: false, in_one_of: false }, path);
            }
            (one, BaseType::Named(name)) => self.one(one, name, spot, path),
        }
    }

    /// Whether it is a list in braces, under one of the words for that.
    fn is_list_alone(&self, fields: &IndexMap<Name, Value>, item: &Type) -> bool {
        let is_plain = matches!(&item.base, BaseType::Named(name) if self.view.slots(name).next().is_none());
        is_plain && fields.len() == 1 && fields.keys().all(|key| ALONE.contains(&fold(key).as_str()))
    }

    fn one(&mut self, value: &Value, name: &str, spot: Spot, path: &mut Vec<Step>) {
        let Some(definition) = self.view.get(name) else { return };
        match (&definition.kind, value) {
            (TypeKind::InputObject(_), Value::Object(fields)) => {
                self.object(fields, name, is_one_of(definition), path);
            }
            (TypeKind::InputObject(_), _) => {
                let candidates = object::instead(self.view, name, value);
                let fields: Vec<&str> = self.view.slots(name).map(|slot| slot.name.node.as_str()).collect();
                self.tell(value, path, whole(candidates), format!("give an object of {}", fields.join(" ")));
            }
            (TypeKind::Scalar | TypeKind::Enum(_), _) if coerce::fits(self.view, name, value) => {}
            (TypeKind::Scalar | TypeKind::Enum(_), _) => {
                let mut candidates = coerce::instead(self.view, name, value);
                if spot.ty.nullable && coerce::is_nothing(value) {
                    candidates = vec![(1, Value::Null)];
                }
                if let Value::Object(fields) = value
                    && let (1, Some((key, inner))) = (fields.len(), fields.first())
                    && ALONE.contains(&fold(key).as_str())
                {
                    candidates.push((2, inner.clone()));
                }
                let advice = match self.view.members(name) {
                    Some(members) => format!("give one of {}", members.join(" ")),
                    None => format!("give {name}"),
                };
                self.tell(value, path, whole(candidates), advice);
            }
            _ => {}
        }
    }

    fn object(&mut self, fields: &IndexMap<Name, Value>, name: &str, one_of: bool, path: &mut Vec<Step>) {
        for (key, value) in fields {
            if let Some(slot) = self.view.slots(name).find(|slot| slot.name.node == *key) {
                path.push(Step::Key(key.clone()));
                let has_default = slot.default_value.is_some();
                self.at(value, Spot { ty: &slot.ty.node, has_default, in_one_of: one_of }, path);
                path.pop();
            } else {
                let candidates = object::without(self.view, name, fields, key);
                let known: Vec<&str> = self.view.slots(name).map(|slot| slot.name.node.as_str()).collect();
                self.found.push(ValueFault {
                    mistake: Mistake::UnknownInputField,
                    about: format!("{name}.{key}"),
                    path: path.clone(),
                    candidates: whole(candidates.into_iter().map(|(cost, to, new)| (cost, to, Value::Object(new)))),
                    advice: format!("it has {}", known.join(" ")),
                });
            }
        }
    }

    fn tell(&mut self, value: &Value, path: &[Step], candidates: Vec<(u32, String, Option<Value>)>, advice: String) {
        let keys = path.iter().filter_map(|step| match step {
            Step::Key(name) => Some(name.as_str()),
            Step::Index(_) => None,
        });
        let mut about = keys.collect::<Vec<_>>().join(".");
        if !about.is_empty() {
            about.push(' ');
        }
        about.push_str(&shown(value));
        self.found.push(ValueFault { mistake: Mistake::WrongValue, about, path: path.to_vec(), candidates, advice });
    }
}

/// Candidates with what is said of them.
fn whole<T: Into<Told>>(candidates: impl IntoIterator<Item = T>) -> Vec<(u32, String, Option<Value>)> {
    candidates.into_iter().map(|it| it.into().0).collect()
}

/// A candidate, with what is said of it.
struct Told((u32, String, Option<Value>));

impl From<(u32, Value)> for Told {
    fn from((cost, value): (u32, Value)) -> Self {
        Self((cost, shown(&value), Some(value)))
    }
}

impl From<(u32, String, Value)> for Told {
    fn from((cost, to, value): (u32, String, Value)) -> Self {
        Self((cost, to, Some(value)))
    }
}

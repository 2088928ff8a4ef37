//! Fields in a set can merge (section 5.3.2): what is answered under one key is one field with the same
//! arguments, wherever one object can have both; and whatever the object is, it has the same shape.
//!
//! The specification compares pairs, which is slow and hard to bound. Here all the selection sets that are
//! merged into one object are looked at together: their fields are grouped by key, a group is compared with
//! its first field, and its selection sets are the next thing to look at. Without fields that are asked for
//! twice that is one look at each set. A collection of sets is looked at once, and a budget holds the rest.

use std::{collections::HashSet, ptr::from_ref};

use async_graphql::{
    Positioned,
    indexmap::IndexMap,
    parser::types::{BaseType, ExecutableDocument, Field, FieldDefinition, Selection, SelectionSet, Type},
};

use super::{
    report::{Exhausted, Report},
    types::{Types, named},
};

/// Looks at all selection sets.
pub(super) fn check(types: &Types, document: &ExecutableDocument, report: &mut Report) -> Result<(), Exhausted> {
    for rule in [Rule::SameField, Rule::SameShape] {
        let mut look = Look::new(types, document, rule);
        for (_, operation) in document.operations.iter() {
            if let Some(root) = types.root(operation.node.ty) {
                look.later(vec![Set { parent: root, set: &operation.node.selection_set.node }]);
            }
        }
        look.run(report)?;
        // Different fields often differ in shape, too: once is enough. And what is alone agrees with itself.
        if look.has_errors || !look.has_merged {
            break;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// The same field, among those that one object can have.
    SameField,
    /// The same shape, among all.
    SameShape,
}

/// A selection set, and the type it selects from.
#[derive(Clone, Copy)]
struct Set<'a> {
    parent: &'a str,
    set: &'a SelectionSet,
}

/// A field, the type it is selected from, and what the schema says of it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    parent: &'a str,
    field: &'a Positioned<Field>,
    definition: &'a FieldDefinition,
}

struct Look<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    rule: Rule,
    /// Sets that are merged into one object, still to be looked at.
    open: Vec<Vec<Set<'a>>>,
    /// By the addresses of the sets, sorted.
    seen: HashSet<Vec<usize>>,
    /// Pairs of fields, by their addresses: arguments can be long.
    compared: HashSet<(usize, usize)>,
    /// Whether any key was asked for more than once.
    has_merged: bool,
    has_errors: bool,
}

impl<'a> Look<'a> {
    fn new(types: &'a Types, document: &'a ExecutableDocument, rule: Rule) -> Self {
        let (seen, compared) = (HashSet::new(), HashSet::new());
        Self { types, document, rule, open: Vec::new(), seen, compared, has_merged: false, has_errors: false }
    }

    fn run(&mut self, report: &mut Report) -> Result<(), Exhausted> {
        while let Some(sets) = self.open.pop() {
            for (key, group) in self.collect(sets, report)? {
                self.has_merged |= group.len() > 1;
                for part in self.parts(group, report)? {
                    self.compare(key, &part, report);
                    self.later(part.iter().map(Set::below).filter(|it| !it.set.items.is_empty()).collect());
                }
            }
            if report.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn later(&mut self, sets: Vec<Set<'a>>) {
        let mut key: Vec<usize> = sets.iter().map(|it| from_ref(it.set).addr()).collect();
        key.sort_unstable();
        key.dedup();
        if !key.is_empty() && self.seen.insert(key) {
            self.open.push(sets);
        }
    }

    /// The fields of all these sets, and of the fragments in them, by response key.
    fn collect(&self, sets: Vec<Set<'a>>, report: &mut Report) -> Result<IndexMap<&'a str, Vec<Asked<'a>>>, Exhausted> {
        let mut fields = IndexMap::<&str, Vec<Asked>>::new();
        let (mut open, mut seen) = (sets, HashSet::new());
        while let Some(Set { parent, set }) = open.pop() {
            report.spend(1 + set.items.len())?;
            for selection in &set.items {
                match &selection.node {
                    Selection::Field(field) => {
                        if let Some(definition) = self.types.field(parent, &field.node.name.node) {
                            let key = field.node.response_key().node.as_str();
                            fields.entry(key).or_default().push(Asked { parent, field, definition });
                        }
                    }
                    Selection::InlineFragment(fragment) => {
                        let condition = fragment.node.type_condition.as_ref().map(|it| it.node.on.node.as_str());
                        open.push(Set { parent: condition.unwrap_or(parent), set: &fragment.node.selection_set.node });
                    }
                    Selection::FragmentSpread(spread) => {
                        let name = spread.node.fragment_name.node.as_str();
                        if let Some(fragment) = self.document.fragments.get(name).filter(|_| seen.insert(name)) {
                            let parent = fragment.node.type_condition.node.on.node.as_str();
                            open.push(Set { parent, set: &fragment.node.selection_set.node });
                        }
                    }
                }
            }
        }
        Ok(fields)
    }

    /// A group, cut into those that have to agree. A field of an interface goes with each object.
    fn parts(&self, group: Vec<Asked<'a>>, report: &mut Report) -> Result<Vec<Vec<Asked<'a>>>, Exhausted> {
        let parents = group.iter().map(|it| it.parent).collect::<HashSet<_>>();
        let objects: Vec<&str> = parents.into_iter().filter(|name| self.types.is_object(name)).collect();
        if self.rule == Rule::SameShape || objects.len() < 2 {
            return Ok(vec![group]);
        }
        report.spend(objects.len() * group.len())?;
        let part = |object| {
            let of_object = |it: &&Asked| it.parent == object || !self.types.is_object(it.parent);
            group.iter().filter(of_object).copied().collect()
        };
        Ok(objects.into_iter().map(part).collect())
    }

    fn compare(&mut self, key: &str, part: &[Asked<'a>], report: &mut Report) {
        let Some((first, others)) = part.split_first() else { return };
        for other in others.iter().filter(|other| !std::ptr::eq(other.field, first.field)) {
            if !self.compared.insert((from_ref(first.field).addr(), from_ref(other.field).addr())) {
                continue;
            }
            let (one, other) = if first.field.pos <= other.field.pos { (first, other) } else { (other, first) };
            let reason = match self.rule {
                Rule::SameField => differ(one, other),
                Rule::SameShape => self.differ_in_shape(&one.definition.ty.node, &other.definition.ty.node),
            };
            if let Some(reason) = reason {
                self.has_errors = true;
                let message = || format!("“{key}” is asked for twice, {reason}: use different aliases.");
                report.tell_all([one.field.pos, other.field.pos], message);
            }
        }
    }

    /// `SameResponseShape`, as far as two types go.
    fn differ_in_shape(&self, one: &Type, other: &Type) -> Option<String> {
        let same = self.same_shape(one, other);
        (!same).then(|| format!("as “{one}” and as “{other}”"))
    }

    fn same_shape(&self, one: &Type, other: &Type) -> bool {
        one.nullable == other.nullable
            && match (&one.base, &other.base) {
                (BaseType::List(one), BaseType::List(other)) => self.same_shape(one, other),
                (BaseType::Named(one), BaseType::Named(other)) => {
                    one == other || !(self.types.is_leaf(one) || self.types.is_leaf(other))
                }
                _ => false,
            }
    }
}

impl<'a> Set<'a> {
    fn below(asked: &Asked<'a>) -> Self {
        Self { parent: named(&asked.definition.ty.node), set: &asked.field.node.selection_set.node }
    }
}

/// Whether these are two fields, or one with different arguments.
fn differ(one: &Asked, other: &Asked) -> Option<String> {
    let (one, other) = (&one.field.node, &other.field.node);
    if one.name.node != other.name.node {
        return Some(format!("for “{}” and for “{}”", one.name.node, other.name.node));
    }
    let equal = one.arguments.len() == other.arguments.len()
        && one
            .arguments
            .iter()
            .all(|(name, value)| other.get_argument(&name.node).is_some_and(|it| it.node == value.node));
    (!equal).then(|| "with different arguments".to_owned())
}

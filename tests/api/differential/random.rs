//! Documents at random: whatever the schema allows, a few levels deep. Everything is asked for in a scope,
//! so that fields with one key meet often, and can always be merged.

use std::{collections::BTreeMap, fmt};

use graphql_parser::{
    Pos,
    query::{FragmentSpread, InlineFragment, Type as AnyType, TypeCondition, Value as AnyValue},
};
use proptest::{
    strategy::{NewTree, Strategy},
    test_runner::TestRunner,
};
use serde_json::Value as Json;

use super::{
    dice::Dice,
    document::{Case, Directive, Fragment, Selection, plain, set},
    merge::{Meaning, Scope},
    schema::{FieldOf, Literal, Schema, Type, named},
    shrink::Shrinking,
    words::Words,
};

/// Fields that are not asked for yet: type, field, and why.
pub(super) const NOT_YET: &[(&str, &str, &str)] = &[
    ("Summary", "body", "what a long text comes to is held to its own rules: `texts`"),
    ("Episode", "content", "likewise"),
    ("Summary", "related", "what is close is a weighing of the whole content: `related`"),
    ("Query", "digest", "it takes its days from the clock, and is a text: `digest`"),
    ("Viewer", "rateLimit", "what is left is less after each request: `rate`"),
];

/// How many fields a document may come to, about.
const MOST_FIELDS: usize = 40;
/// How deep fields may nest.
const DEEPEST: usize = 8;
/// How many rows a field may come to, about.
const MOST_ROWS: usize = 300;
/// Response keys that meet: names of other fields too.
const ALIASES: [&str; 5] = ["a", "b", "title", "id", "nodes"];

/// Documents over a schema, about content in which these words occur.
#[derive(Clone, Copy)]
pub(super) struct Documents<'d> {
    /// What can be asked.
    pub(super) schema: &'d Schema,
    /// What can be asked about.
    pub(super) words: &'d Words,
}

impl fmt::Debug for Documents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Documents")
    }
}

impl<'d> Strategy for Documents<'d> {
    type Tree = Shrinking<'d>;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let case = Maker::new(*self, Dice(runner.new_rng())).case();
        Ok(Shrinking::new(self.schema, case))
    }
}

/// A document in the making.
pub(super) struct Maker<'d> {
    pub(super) schema: &'d Schema,
    pub(super) words: &'d Words,
    pub(super) dice: Dice,
    pub(super) case: Case,
    /// The list whose arguments are made: of what, and in which order.
    pub(super) list: (String, String),
    /// Whether what searches, days and facets tell is asked for before anything else.
    pub(super) is_focused: bool,
    /// How many fields may still come.
    left: usize,
}

/// Where fields are asked for.
#[derive(Clone, Copy)]
struct At {
    depth: usize,
    /// About how many rows there are here.
    rows: usize,
    /// How many entries the page has that this is part of.
    page: usize,
    /// Whether its list is filtered by a text.
    is_searched: bool,
}

/// Where the root fields are asked for.
const ROOT: At = At { depth: 0, rows: 1, page: 1, is_searched: false };

impl<'d> Maker<'d> {
    /// Nothing is asked for yet.
    fn new(Documents { schema, words }: Documents<'d>, dice: Dice) -> Self {
        let case = Case { operations: Vec::new(), executed: 0, fragments: BTreeMap::new(), variables: BTreeMap::new() };
        Self { schema, words, dice, case, list: Default::default(), is_focused: false, left: 0 }
    }

    /// One operation, or several.
    fn case(mut self) -> Case {
        let operations = if self.dice.chance(12) { 2 + self.dice.below(2) } else { 1 };
        for _ in 0..operations {
            self.left = MOST_FIELDS;
            self.is_focused = self.dice.chance(25);
            let selections = self.selections("Query", &mut Scope::default(), ROOT);
            self.case.operations.push(selections);
        }
        self.case.executed = self.dice.below(operations);
        self.case
    }

    /// What is asked of a type: something.
    fn selections(&mut self, ty: &'d str, scope: &mut Scope, at: At) -> Vec<Selection> {
        let many = 1 + self.dice.below(4);
        let mut selections: Vec<Selection> = (0..many).filter_map(|_| self.selection(ty, scope, at)).collect();
        let is_never = |it: &Selection| matches!(it, Selection::FragmentSpread(_));
        if selections.iter().all(is_never) {
            selections.extend(self.field(ty, scope, at));
        }
        if selections.is_empty() {
            selections.push(Selection::Field(plain("__typename")));
        }
        selections
    }

    /// A field, or a fragment.
    fn selection(&mut self, ty: &'d str, scope: &mut Scope, at: At) -> Option<Selection> {
        match self.dice.below(100) {
            0..72 => self.field(ty, scope, at),
            72..80 => self.field_again(ty, scope, at),
            80..94 if at.depth < DEEPEST => self.fragment(ty, scope, at),
            _ => self.spread_again(ty, scope),
        }
    }

    /// A field of this type. If its key is taken here for something else, it gets one of its own.
    fn field(&mut self, ty: &'d str, scope: &mut Scope, at: At) -> Option<Selection> {
        let is_leaf = |it: &&FieldOf| !self.schema.has_fields(named(&it.field_type));
        let is_ready = |it: &&FieldOf| NOT_YET.iter().all(|(parent, field, _)| (*parent, *field) != (ty, &it.name));
        let ends_here = self.left == 0 || at.depth >= DEEPEST || at.rows > MOST_ROWS;
        let fields: Vec<&'d FieldOf> =
            self.schema.fields(ty).iter().filter(is_ready).filter(|it| !ends_here || is_leaf(it)).collect();
        let telling = self.telling(ty, at.is_searched);
        let telling = fields.iter().find(|it| telling.is_some_and(|name| it.name == name)).copied();
        let (leaves, objects): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_leaf);
        let prefers_objects = self.dice.chance(if at.depth < 3 { 75 } else { 50 });
        let among = if leaves.is_empty() || prefers_objects && !objects.is_empty() { objects } else { leaves };
        if among.is_empty() || self.dice.chance(4) {
            return self.asked(ty, "__typename", None, Vec::new(), scope, at);
        }
        let field = match telling {
            Some(field) => field,
            None => *self.dice.pick(&among)?,
        };
        let arguments = self.arguments(field);
        self.left = self.left.saturating_sub(1);
        let alias = if self.dice.chance(20) { self.dice.pick(&ALIASES).copied() } else { None };
        self.asked(ty, &field.name, alias, arguments, scope, at)
    }

    /// A field that is asked for here already, with other fields below it.
    fn field_again(&mut self, ty: &'d str, scope: &mut Scope, at: At) -> Option<Selection> {
        let asked = scope.asked_of(ty);
        let (key, Meaning { name, arguments, .. }) = self.dice.pick(&asked)?;
        let alias = Some(key.as_str()).filter(|key| key != name);
        self.asked(ty, name, alias, arguments.clone(), scope, at)
    }

    /// The field, with what is asked below it.
    fn asked(
        &mut self,
        ty: &'d str,
        name: &str,
        alias: Option<&str>,
        arguments: Vec<(String, Literal)>,
        scope: &mut Scope,
        at: At,
    ) -> Option<Selection> {
        let meaning = Meaning { parent: ty.to_owned(), name: name.to_owned(), arguments };
        let mut field = plain(name);
        field.alias = alias.map(str::to_owned);
        let own = format!("own_{}", self.dice.below(100_000));
        let inside = if scope.clone().enter(self.schema, alias.unwrap_or(name), &meaning).is_some() {
            scope.enter(self.schema, alias.unwrap_or(name), &meaning)?
        } else {
            field.alias = Some(own.clone());
            scope.enter(self.schema, &own, &meaning)?
        };
        if name != "__typename" {
            let of = &self.schema.field(ty, name).field_type;
            if self.schema.has_fields(named(of)) {
                let at = self.below(of, name, &meaning.arguments, at);
                field.selection_set = set(self.selections(named(of), inside, at));
            }
        }
        field.arguments = meaning.arguments;
        field.directives = self.directives();
        Some(Selection::Field(field))
    }

    /// Where the fields below a field stand.
    fn below(&mut self, of: &Type, name: &str, arguments: &[(String, Literal)], at: At) -> At {
        let depth = at.depth + 1;
        if named(of).ends_with("Connection") {
            let filter = arguments.iter().find(|(name, _)| name == "filter").map(|(_, filter)| filter);
            let is_searched = match filter {
                Some(AnyValue::Object(parts)) => parts.contains_key("text"),
                _ => at.is_searched, // the summaries of a day
            };
            let sizes = arguments.iter().filter(|(name, _)| name == "first" || name == "last");
            let page = sizes.filter_map(|(_, value)| self.number(value)).min().unwrap_or(20);
            return At { depth, rows: at.rows, page: page.clamp(1, 20), is_searched };
        }
        let is_list = super::schema::is_list(of);
        let many = if !is_list {
            1
        } else if matches!(name, "edges" | "nodes") {
            at.page
        } else {
            3
        };
        At { depth, rows: at.rows * many, ..at }
    }

    /// The number that a value comes to, if it is one.
    fn number(&self, value: &Literal) -> Option<usize> {
        let number = match value {
            AnyValue::Int(it) => it.as_i64()?,
            AnyValue::Variable(name) => self.case.variables[name].given.as_ref().and_then(Json::as_i64)?,
            _ => return None,
        };
        usize::try_from(number).ok()
    }

    /// A fragment, inline or by name, on a type that meets this one.
    fn fragment(&mut self, ty: &'d str, scope: &mut Scope, at: At) -> Option<Selection> {
        let conditions = self.schema.conditions(ty);
        let on = *self.dice.pick(&conditions)?;
        let at = At { depth: at.depth + 1, ..at };
        if self.dice.chance(40) {
            let selections = self.selections(on, scope, at);
            let name = format!("F{}", self.case.fragments.len());
            self.case.fragments.insert(name.clone(), Fragment { on: on.to_owned(), selections });
            return Some(self.spread(name));
        }
        let has_condition = on != ty || self.dice.chance(70);
        let inline = InlineFragment {
            position: Pos::default(),
            type_condition: has_condition.then(|| TypeCondition::On(on.to_owned())),
            selection_set: set(self.selections(on, scope, at)),
            directives: self.directives(),
        };
        Some(Selection::InlineFragment(inline))
    }

    /// A fragment that there is already, if it goes with what is asked for here.
    fn spread_again(&mut self, ty: &'d str, scope: &mut Scope) -> Option<Selection> {
        let conditions = self.schema.conditions(ty);
        let meets = |(_, it): &(&String, &Fragment)| conditions.contains(&it.on.as_str());
        let names: Vec<String> = self.case.fragments.iter().filter(meets).map(|(name, _)| name.clone()).collect();
        let name = self.dice.pick(&names)?.clone();
        let Fragment { on, selections } = &self.case.fragments[&name];
        let mut with_it = scope.clone();
        if !with_it.absorb(self.schema, &self.case, on, selections) {
            return None;
        }
        *scope = with_it;
        Some(self.spread(name))
    }

    /// The fragment of that name.
    fn spread(&mut self, fragment_name: String) -> Selection {
        Selection::FragmentSpread(FragmentSpread {
            position: Pos::default(),
            fragment_name,
            directives: self.directives(),
        })
    }

    /// `@skip`, `@include`, both, or mostly none.
    fn directives(&mut self) -> Vec<Directive> {
        let ty: Type = AnyType::NonNullType(Box::new(AnyType::NamedType("Boolean".to_owned())));
        let mut directives = Vec::new();
        for name in ["skip", "include"] {
            if self.dice.chance(5) {
                let arguments = vec![("if".to_owned(), self.value(&ty, &mut vec!["if"], false))];
                directives.push(Directive { position: Pos::default(), name: name.to_owned(), arguments });
            }
        }
        directives
    }
}

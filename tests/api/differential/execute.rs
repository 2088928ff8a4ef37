//! A naive executor: GraphQL, section 6, word by word, over plain values. It reads nothing ahead, merges
//! nothing that the specification does not merge, and asks `resolvers` for one field of one object at a time.

use std::collections::{BTreeSet, HashMap};

use graphql_parser::query::{
    Definition, Directive, Field, FragmentDefinition, OperationDefinition, Query, Selection, SelectionSet,
    Type as AnyType, TypeCondition, Value as AnyValue, parse_query,
};
use serde_json::{Value as Json, json};

use super::{
    answer::{Answer, Expected, Fault, Landing},
    coerce::{self, Misfit, Values},
    objects::{Object, Refused, Value},
    resolvers::resolve,
    schema::{Schema, Type, is_non_null, named},
    statements::{Place, Statements},
    world::World,
};

/// A selection of a parsed document.
pub(super) type Set = SelectionSet<'static, String>;
/// A field of a parsed document.
pub(super) type Asked = Field<'static, String>;
/// Fields by response key, in the order in which they were asked for.
pub(super) type Grouped<'d> = Vec<(&'d str, Vec<&'d Asked>)>;

/// Scores are billionths.
const SCORE_UNITS: i64 = 1_000_000_000;

/// One execution of an operation.
pub(super) struct Execution<'e> {
    pub(super) schema: &'e Schema,
    world: &'e World,
    fragments: HashMap<&'e str, &'e FragmentDefinition<'static, String>>,
    pub(super) variables: Values,
    landings: Vec<Landing>,
    statements: Statements,
    fields: BTreeSet<(String, String)>,
}

/// What a document comes to, with these variables (section 6.1, `ExecuteRequest`).
pub(super) fn execute(
    schema: &Schema,
    world: &World,
    text: &str,
    given: &Values,
    operation_name: Option<&str>,
) -> Expected {
    let document = parse_query::<String>(text).unwrap_or_else(|error| panic!("{error}\n{text}")).into_static();
    let (mut operations, mut fragments) = (Vec::new(), HashMap::new());
    for definition in &document.definitions {
        match definition {
            Definition::Operation(it) => operations.push(it),
            Definition::Fragment(it) => drop(fragments.insert(it.name.as_str(), it)),
        }
    }
    let operation = operations.iter().find(|it| operation_name.is_none() || name_of(it) == operation_name);
    let (definitions, set) = match operation.expect("the document has the operation") {
        OperationDefinition::Query(Query { variable_definitions, selection_set, .. }) => {
            (variable_definitions.as_slice(), selection_set)
        }
        OperationDefinition::SelectionSet(set) => (&[][..], set),
        other => panic!("teach the interpreter {other}"),
    };
    let Ok(variables) = coerce::variables(schema, definitions, given) else { return Expected::Refused };
    let statements = Statements::default();
    let (landings, fields) = (Vec::new(), BTreeSet::new());
    let mut execution = Execution { schema, world, fragments, variables, landings, statements, fields };
    let cost = execution.cost("Query", &[set], 1);
    let data = execution.object("Query", &Object::Root, &[set], &Vec::new(), &Place::root());
    let data = execution.land(data, 0);
    let Execution { landings, statements, fields, .. } = execution;
    Expected::Executed { data, landings, statements: statements.count(), fields, cost }
}

/// What an operation is called.
fn name_of<'d>(operation: &'d OperationDefinition<'static, String>) -> Option<&'d str> {
    if let OperationDefinition::Query(it) = operation { it.name.as_deref() } else { None }
}

impl<'e> Execution<'e> {
    /// The fields of an object (section 6.3, `ExecuteSelectionSet`). All of them are executed, failed or not.
    fn object(
        &mut self,
        ty: &'e str,
        object: &Object,
        sets: &[&'e Set],
        path: &Vec<Json>,
        place: &Place,
    ) -> Result<Answer, Vec<Fault>> {
        let (mut fields, mut faults) = (Vec::new(), Vec::new());
        for (key, asked) in self.grouped(ty, sets) {
            let path = [path.as_slice(), &[json!(key)]].concat();
            match self.field(ty, object, key, &asked, &path, place) {
                Ok(answer) => fields.push((key.to_owned(), answer)),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(Answer::Object(fields)) } else { Err(faults) }
    }

    /// The fields that these sets ask of an object of this type.
    pub(super) fn grouped(&self, ty: &str, sets: &[&'e Set]) -> Grouped<'e> {
        let (mut grouped, mut visited) = (Grouped::new(), Vec::new());
        for set in sets {
            self.collect(ty, set, &mut grouped, &mut visited);
        }
        grouped
    }

    /// Section 6.3.2, `CollectFields`.
    fn collect(&self, ty: &str, set: &'e Set, grouped: &mut Grouped<'e>, visited: &mut Vec<&'e str>) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) if self.wants(&field.directives) => {
                    let key = field.alias.as_deref().unwrap_or(&field.name);
                    match grouped.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, fields)) => fields.push(field),
                        None => grouped.push((key, vec![field])),
                    }
                }
                Selection::FragmentSpread(spread) if self.wants(&spread.directives) => {
                    let name = spread.fragment_name.as_str();
                    if visited.contains(&name) {
                        continue;
                    }
                    visited.push(name);
                    let fragment = self.fragments[name];
                    let TypeCondition::On(condition) = &fragment.type_condition;
                    if self.schema.applies(condition, ty) {
                        self.collect(ty, &fragment.selection_set, grouped, visited);
                    }
                }
                Selection::InlineFragment(fragment) if self.wants(&fragment.directives) => {
                    let applies = match &fragment.type_condition {
                        Some(TypeCondition::On(condition)) => self.schema.applies(condition, ty),
                        None => true,
                    };
                    if applies {
                        self.collect(ty, &fragment.selection_set, grouped, visited);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether `@skip` and `@include` leave it in (sections 3.13.1 and 3.13.2).
    fn wants(&self, directives: &[Directive<'static, String>]) -> bool {
        let holds = |name: &str| {
            let directive = directives.iter().find(|it| it.name == name)?;
            let value = match &directive.arguments[0].1 {
                AnyValue::Variable(name) => self.variables[name] == json!(true),
                value => *value == AnyValue::Boolean(true),
            };
            Some(value)
        };
        !holds("skip").unwrap_or(false) && holds("include").unwrap_or(true)
    }

    /// Section 6.4, `ExecuteField`.
    fn field(
        &mut self,
        parent: &'e str,
        object: &Object,
        key: &str,
        asked: &[&'e Asked],
        path: &Vec<Json>,
        place: &Place,
    ) -> Result<Answer, Vec<Fault>> {
        let name = asked[0].name.as_str();
        if name == "__typename" {
            return Ok(Answer::leaf(&json!(parent)));
        }
        let field = self.schema.field(parent, name);
        self.fields.insert((parent.to_owned(), name.to_owned()));
        let given = asked[0].arguments.iter().map(|(name, value)| (name, value));
        let fails = || vec![Fault { path: path.clone(), code: "BAD_USER_INPUT" }];
        let landed = self.landings.len();
        let answer = match coerce::arguments(self.schema, &field.arguments, given, &self.variables) {
            Err(Misfit) => Err(fails()),
            Ok(arguments) => {
                let place = self.statements.note(self.world, place, object, (parent, name, key), &arguments);
                let sets: Vec<&'e Set> = asked.iter().map(|it| &it.selection_set).collect();
                match resolve(self.world, object, (parent, name), &arguments) {
                    Err(Refused) => Err(fails()),
                    Ok(value) => {
                        if (parent, name) == ("Summary", "translations") && value.is_empty() {
                            self.note_statements_below(object, &sets, &place);
                        }
                        self.complete(&field.field_type, value, &sets, path, &place)
                    }
                }
            }
        };
        match answer {
            Err(faults) if !is_non_null(&field.field_type) => Ok(self.land(Err(faults), landed)),
            other => other,
        }
    }

    /// A summary is read with its translations, and what is asked of those with it, though there be none.
    fn note_statements_below(&mut self, summary: &Object, sets: &[&'e Set], place: &Place) {
        let landed = self.landings.len();
        drop(self.object("Summary", summary, sets, &Vec::new(), place));
        self.landings.truncate(landed);
    }

    /// Section 6.4.3, `CompleteValue`. What failed in a place that may be null has landed there already.
    fn complete(
        &mut self,
        ty: &'e Type,
        value: Value,
        sets: &[&'e Set],
        path: &Vec<Json>,
        place: &Place,
    ) -> Result<Answer, Vec<Fault>> {
        match (ty, value) {
            (AnyType::NonNullType(_), Value::Null) => panic!("the interpreter has null at {path:?}"),
            (AnyType::NonNullType(inner), value) => self.complete(inner, value, sets, path, place),
            (_, Value::Null) => Ok(Answer::leaf(&Json::Null)),
            (AnyType::ListType(item), Value::List(items)) => {
                let (mut answers, mut faults) = (Vec::new(), Vec::new());
                for (index, value) in items.into_iter().enumerate() {
                    let path = [path.as_slice(), &[json!(index)]].concat();
                    let landed = self.landings.len();
                    match self.complete(item, value, sets, &path, place) {
                        Err(faults) if !is_non_null(item) => {
                            answers.push(self.land(Err(faults), landed));
                        }
                        Ok(answer) => answers.push(answer),
                        Err(more) => faults.extend(more),
                    }
                }
                if faults.is_empty() { Ok(Answer::List(answers)) } else { Err(faults) }
            }
            (AnyType::NamedType(_), Value::Object(object)) => {
                let own = self.schema.possible(named(ty)).into_iter().find(|it| *it == object.type_name());
                let own = own.unwrap_or_else(|| panic!("{} is no {}, at {path:?}", object.type_name(), named(ty)));
                self.object(own, &object, sets, path, place)
            }
            (AnyType::NamedType(_), Value::Cursor(position)) => Ok(Answer::Cursor(position)),
            (AnyType::NamedType(_), Value::Score(score)) => {
                Ok(Answer::Leaf(format!("{}.{:09}", score / SCORE_UNITS, score % SCORE_UNITS)))
            }
            (AnyType::NamedType(_), Value::Leaf(value)) => {
                assert!(coerce::is_result(self.schema, ty, &value), "{value} is no {}, at {path:?}", named(ty));
                Ok(Answer::leaf(&value))
            }
            (ty, value) => panic!("the interpreter has {value:?} for {ty} at {path:?}"),
        }
    }

    /// Null where something failed (section 6.4.4), which makes light of what had failed below.
    fn land(&mut self, answer: Result<Answer, Vec<Fault>>, since: usize) -> Answer {
        answer.unwrap_or_else(|faults| {
            self.landings[since..].iter_mut().for_each(|below| below.is_seen = false);
            self.landings.push(Landing { faults, is_seen: true });
            Answer::leaf(&Json::Null)
        })
    }
}

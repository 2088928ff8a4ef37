//! Root fields: a table like any other, whose fields are answered by content instead of a row.
//!
//! A root field is planned and then run. The plan reads the arguments and compiles the selection, before
//! anything runs, so that its cost is known; to run it is to call content with the projection, and to wrap
//! the row. It is answered once, however often the document writes it under one key.

use std::{borrow::Cow, collections::HashMap};

use async_graphql::{
    Context, ContextSelectionSet, InputObjectType, ObjectType, OutputType, Pos, Positioned, ServerError, ServerResult,
    Value,
    parser::types::Field,
    registry::{MetaTypeId, Registry},
    resolver_utils::{ContainerType, resolve_container},
};
use futures_util::future::{self, BoxFuture};

use super::{
    answer::{Answer, Node},
    compile::Compiler,
    cost::Asks,
    describe::{self, Arguments, arguments_of, no_arguments},
    error::{Code, of_content, with_code},
    nodes,
    object::Object,
    pages::Mark,
    query,
    select::{Asked, Fields},
    write::{Finished, Json, Written},
};
use crate::{
    access::Caller,
    content::{self, NodeId, Reading},
};

/// What a root field gives, before it is written.
type Outcome<T> = Result<T, content::Error>;

/// Reads what a root field asks for: by its arguments `A`, as far as the projection `P` wants.
type Read<A, P, T> = for<'a> fn(&'a Reading, A, &'a P) -> BoxFuture<'a, Outcome<T>>;

/// Reads and writes what was planned.
type Run = Box<dyn for<'a> FnOnce(&'a Reading, &'a Caller, &'a mut Json) -> BoxFuture<'a, Written> + Send>;

/// Plans one root field.
type MakePlan = Box<dyn Fn(&Compiler, &Asked) -> ServerResult<Run> + Send + Sync>;

/// A field of the root.
pub(super) struct RootField {
    name: &'static str,
    description: &'static str,
    nullable: bool,
    describe_type: fn(&mut Registry) -> String,
    describe_arguments: fn(&mut Registry) -> Arguments,
    plan: MakePlan,
}

/// The fields of the root, in the order in which the schema shows them.
#[derive(Default)]
pub(super) struct RootTable(Vec<RootField>);

impl RootTable {
    /// An object that is always there.
    pub(super) fn one<O: Object, A: InputObjectType + Asks + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        read: Read<A, O::Projection, O::Row>,
    ) -> Self {
        self.add::<Answer<O>, A>(name, description, move |compiler, asked| {
            let arguments: A = compiler.list_arguments(asked)?;
            let plan = compiler.asked_for(&arguments).plan::<O>(asked);
            Ok(Box::new(move |reading, _, json| {
                Box::pin(async move {
                    match read(reading, arguments, &plan.projection).await {
                        Ok(row) => plan.selection.write(&row, json),
                        Err(error) => json.fault(of_content(&error)),
                    }
                })
            }))
        })
    }

    /// An object, or null.
    pub(super) fn maybe<O: Object, A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        read: Read<A, O::Projection, Option<O::Row>>,
    ) -> Self {
        self.add::<Option<Answer<O>>, A>(name, description, move |compiler, asked| {
            let arguments: A = compiler.document.arguments(asked)?;
            let plan = compiler.plan::<O>(asked);
            Ok(Box::new(move |reading, _, json| {
                Box::pin(async move {
                    match read(reading, arguments, &plan.projection).await {
                        Ok(Some(row)) => plan.selection.write(&row, json),
                        Ok(None) => json.null(),
                        Err(error) => json.fault(of_content(&error)),
                    }
                })
            }))
        })
    }

    /// What is known of the caller: nothing is read for it.
    pub(super) fn caller<O: Object>(
        mut self,
        name: &'static str,
        description: &'static str,
        row: fn(&Caller) -> O::Row,
    ) -> Self {
        self.push::<Answer<O>>(name, description, no_arguments, move |compiler, asked| {
            let plan = compiler.plan::<O>(asked);
            Ok(Box::new(move |_, caller, json| Box::pin(async move { plan.selection.write(&row(caller), json) })))
        });
        self
    }

    /// Anything with an id, or null.
    pub(super) fn node<A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        id: fn(A) -> Option<NodeId>,
    ) -> Self {
        self.add::<Option<Node>, A>(name, description, move |compiler, asked| {
            let plan = nodes::plan(compiler, asked, vec![id(compiler.document.arguments(asked)?)]);
            Ok(Box::new(move |reading, _, json| {
                Box::pin(async move {
                    match plan.load(reading).await {
                        Ok(found) => found.write_first(json),
                        Err(error) => json.fault(of_content(&error)),
                    }
                })
            }))
        })
    }

    /// Anything with these ids, null where there is nothing.
    pub(super) fn nodes<A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        ids: fn(A) -> Outcome<Vec<Option<NodeId>>>,
    ) -> Self {
        self.add::<Vec<Option<Node>>, A>(name, description, move |compiler, asked| {
            let ids = ids(compiler.document.arguments(asked)?).map_err(|error| of_content(&error))?;
            let plan = nodes::plan(compiler, asked, ids);
            Ok(Box::new(move |reading, _, json| {
                Box::pin(async move {
                    match plan.load(reading).await {
                        Ok(found) => found.write_all(json),
                        Err(error) => json.fault(of_content(&error)),
                    }
                })
            }))
        })
    }

    fn add<G: OutputType, A: InputObjectType>(
        mut self,
        name: &'static str,
        description: &'static str,
        plan: impl Fn(&Compiler, &Asked) -> ServerResult<Run> + Send + Sync + 'static,
    ) -> Self {
        self.push::<G>(name, description, arguments_of::<A>, plan);
        self
    }

    fn push<G: OutputType>(
        &mut self,
        name: &'static str,
        description: &'static str,
        describe_arguments: fn(&mut Registry) -> Arguments,
        plan: impl Fn(&Compiler, &Asked) -> ServerResult<Run> + Send + Sync + 'static,
    ) {
        self.0.push(RootField {
            name,
            description,
            nullable: !G::qualified_type_name().ends_with('!'),
            describe_type: G::create_type_info,
            describe_arguments,
            plan: Box::new(plan),
        });
    }

    fn field(&self, name: &str) -> Option<&RootField> {
        self.0.iter().find(|field| field.name == name)
    }
}

/// The root fields of a request, in the order in which they are asked for: each once, however often the document writes
/// it under one key.
pub(super) struct Plans(Vec<Planned>);

/// A root field that is to be run.
struct Planned {
    key: String,
    position: Pos,
    nullable: bool,
    /// Whether its pages are to be marked.
    marked: bool,
    what: What,
}

enum What {
    /// What a table says.
    Field(Run),
    /// `__typename`.
    Typename,
    /// `__schema` or `__type`, which async-graphql answers.
    Introspection,
}

/// A root field that was run: its bytes, or null.
pub(super) struct Answered {
    /// Its response key.
    pub(super) key: String,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// What is to be written; nothing, if it failed.
    pub(super) json: Option<Vec<u8>>,
    /// What went wrong in it.
    pub(super) errors: Vec<ServerError>,
    /// Where its pages stand, if that was wanted.
    pub(super) marks: Vec<Mark>,
}

impl Answered {
    /// Whether it takes all others with it (GraphQL, section 6.4.4).
    pub(super) fn is_fatal(&self) -> bool {
        self.json.is_none() && !self.nullable
    }
}

impl Plans {
    /// Those of these fields, whose cost the compiler adds up.
    pub(super) fn of(roots: &Fields, compiler: &Compiler) -> Self {
        let plan = |(place, (key, asked)): (usize, (&&str, &Asked))| {
            let trail = compiler.trail(place);
            let compiler = &compiler.in_field(&trail);
            let (nullable, what) = match (query::TABLE.field(asked.name()), asked.name()) {
                (Some(field), _) => (field.nullable, What::Field((field.plan)(compiler, asked).unwrap_or_else(refuse))),
                (None, "__typename") => (false, What::Typename),
                (None, name) => (name == "__type", What::Introspection),
            };
            Planned { key: (*key).to_owned(), position: asked.first.pos, nullable, marked: compiler.marks(), what }
        };
        Self(roots.iter().enumerate().map(plan).collect())
    }

    /// Whether some of it is about the schema.
    pub(super) fn introspect(&self) -> bool {
        self.0.iter().any(|planned| matches!(planned.what, What::Introspection))
    }

    /// Runs them side by side. What is about the schema is taken from what `introspected` has under its key.
    pub(super) async fn run(
        self,
        reading: &Reading,
        caller: &Caller,
        introspected: &HashMap<String, Vec<u8>>,
    ) -> Vec<Answered> {
        let run = |planned: Planned| planned.run(reading, caller, introspected);
        future::join_all(self.0.into_iter().map(run)).await
    }
}

/// Arguments that don't fit are the field's error, when it is run.
fn refuse(error: ServerError) -> Run {
    Box::new(|_, _, json| {
        let written = json.fault(with_code(error, Code::BadUserInput));
        Box::pin(async { written })
    })
}

impl Planned {
    async fn run(self, reading: &Reading, caller: &Caller, introspected: &HashMap<String, Vec<u8>>) -> Answered {
        let Self { key, position, nullable, marked, what } = self;
        let mut json = if marked { Json::marked() } else { Json::default() };
        let written = match what {
            What::Field(run) => run(reading, caller, &mut json).await,
            What::Typename => json.leaf::<String, String>(&"Query".to_owned()),
            What::Introspection => match introspected.get(&key) {
                Some(bytes) => json.raw(bytes),
                None => json.null(),
            },
        };
        let Finished { json, errors, marks } = json.finish(&written, &key, position);
        Answered { key, nullable, json, errors, marks }
    }
}

/// The root of all queries.
pub struct Query;

/// async-graphql is asked about the schema alone.
impl ContainerType for Query {
    async fn resolve_field(&self, _: &Context<'_>) -> ServerResult<Option<Value>> {
        Ok(None)
    }
}

impl OutputType for Query {
    fn type_name() -> Cow<'static, str> {
        "Query".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let describe = |field: &RootField| {
                let arguments = (field.describe_arguments)(registry);
                let described =
                    describe::field(field.name, field.description, arguments, (field.describe_type)(registry));
                (field.name.to_owned(), described)
            };
            let fields = query::TABLE.0.iter().map(describe).collect();
            describe::object_type("Query", &description(), fields, std::any::type_name::<Self>())
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ObjectType for Query {}

/// What stands above all fields, and so what each of them may answer instead.
fn description() -> String {
    let mut text = "Everything that can be read. An error says in `extensions.code` what it is:".to_owned();
    for code in Code::ALL {
        text.extend(["\n- `", code.as_str(), "`: ", code.meaning()]);
    }
    text
}

//! Root fields: a table like any other, whose fields are answered by content instead of a row.
//!
//! A root field is planned and then run. The plan reads the arguments and compiles the selection, before
//! anything runs, so that its cost is known; to run it is to call content with the projection, and to wrap
//! the row. It is answered once, however often the document writes it under one key.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Context, ContextSelectionSet, InputObjectType, ObjectType, OutputType, Positioned, ServerError, ServerResult,
    Value,
    parser::types::Field,
    registry::{MetaTypeId, Registry},
    resolver_utils::{ContainerType, resolve_container},
};
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::{
    answer::{Answer, Node, Plan},
    compile::Compiler,
    cost::Asks,
    describe::{self, Arguments, arguments_of, no_arguments},
    error::{Code, coded, of_content, with_code},
    nodes,
    object::Object,
    query,
    select::Asked,
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
type Run = Box<dyn for<'a> FnOnce(&'a Context<'a>) -> BoxFuture<'a, ServerResult<Value>> + Send>;

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
            let arguments: A = compiler.document.arguments(asked)?;
            let plan = Plan::<O>::of(&compiler.asked_for(&arguments), asked);
            Ok(Box::new(move |ctx| {
                Box::pin(async move {
                    let row = read(reading(ctx)?, arguments, &plan.projection).await;
                    write(ctx, &plan.answer(row.map_err(|error| of_content(&error))?)).await
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
            let plan = Plan::<O>::of(compiler, asked);
            Ok(Box::new(move |ctx| {
                Box::pin(async move {
                    let row = read(reading(ctx)?, arguments, &plan.projection).await;
                    let row = row.map_err(|error| of_content(&error))?;
                    write(ctx, &row.map(|row| plan.answer(row))).await
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
            let plan = Plan::<O>::of(compiler, asked);
            Ok(Box::new(move |ctx| {
                Box::pin(async move {
                    let caller = ctx.data().map_err(|_| coded("The request carries no caller.", Code::Internal))?;
                    write(ctx, &plan.answer(row(caller))).await
                })
            }))
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
            Ok(Box::new(move |ctx| {
                Box::pin(async move {
                    let found = plan.load(reading(ctx)?).await;
                    write(ctx, &found.map_err(|error| of_content(&error))?.pop().flatten()).await
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
            Ok(Box::new(move |ctx| {
                Box::pin(async move {
                    let found = plan.load(reading(ctx)?).await;
                    write(ctx, &found.map_err(|error| of_content(&error))?).await
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

/// Writes what was read, in the place where it was asked for.
async fn write<T: OutputType>(ctx: &Context<'_>, value: &T) -> ServerResult<Value> {
    value.resolve(&ctx.with_selection_set(&ctx.item.node.selection_set), ctx.item).await
}

/// The look that all the fields of a request share.
fn reading<'c>(ctx: &Context<'c>) -> ServerResult<&'c Reading> {
    let reading = ctx.data::<Arc<Reading>>().map_err(|_| coded("The request carries no content.", Code::Internal))?;
    Ok(reading)
}

/// The root fields of a request, by response key. async-graphql resolves a field as often as it is written;
/// this runs it once.
#[derive(Default)]
pub(super) struct Plans(HashMap<String, Planned>);

struct Planned {
    run: Mutex<Option<Run>>,
    answer: OnceCell<Value>,
}

impl Plans {
    /// Those of a document, whose cost the compiler adds up.
    pub(super) fn of(compiler: &Compiler) -> Self {
        let plan = |(key, asked): (&&str, &Asked)| {
            let field = query::TABLE.field(asked.name())?;
            let run = (field.plan)(compiler, asked).unwrap_or_else(refuse);
            Some(((*key).to_owned(), Planned { run: Mutex::new(Some(run)), answer: OnceCell::new() }))
        };
        Self(compiler.document.roots().iter().filter_map(plan).collect())
    }
}

/// Arguments that don't fit are the field's error, when it is run.
fn refuse(error: ServerError) -> Run {
    Box::new(|_| Box::pin(async { Err(error) }))
}

impl Planned {
    async fn answer(&self, ctx: &Context<'_>) -> Value {
        self.answer.get_or_init(|| self.run(ctx)).await.clone()
    }

    async fn run(&self, ctx: &Context<'_>) -> Value {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner).take();
        let answer = match run {
            Some(run) => run(ctx).await,
            None => Err(coded("A field was asked for twice.", Code::Internal)),
        };
        answer.unwrap_or_else(|error| {
            ctx.add_error(placed(ctx, error));
            Value::Null
        })
    }
}

/// An error of a root field that came up before or behind its own fields.
fn placed(ctx: &Context<'_>, error: ServerError) -> ServerError {
    let mut error = with_code(error, Code::BadUserInput);
    if error.path.is_empty() {
        error = ctx.set_error_path(error);
    }
    if error.locations.is_empty() {
        error.locations.push(ctx.item.pos);
    }
    error
}

/// The root of all queries.
pub struct Query;

impl ContainerType for Query {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let plans = ctx.data::<Plans>().map_err(|_| coded("The request carries no plans.", Code::Internal))?;
        match plans.0.get(ctx.item.node.response_key().node.as_str()) {
            Some(planned) => Ok(Some(planned.answer(ctx).await)),
            None => Ok(None),
        }
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

/// Whether a root field may be null.
pub(super) fn may_be_null(name: &str) -> bool {
    query::TABLE.field(name).is_none_or(|field| field.nullable)
}

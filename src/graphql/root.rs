//! Root fields: a table like any other, whose fields are answered by content instead of a row.
//!
//! A root field is three moves: read the arguments, call content with the projection that the selection
//! comes to, wrap the row. It is answered once, however often the document writes it under one key.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, InputObjectType, ObjectType, OutputType, Positioned, ServerError, ServerResult,
    Value,
    parser::types::Field,
    registry::{MetaTypeId, Registry},
    resolver_utils::{ContainerType, resolve_container},
};
use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OnceCell};

use super::{
    answer::{Answer, Node, Plan},
    compile::Compiler,
    describe::{self, Arguments, arguments_of},
    error::{Code, coded, of_content, with_code},
    nodes,
    object::Object,
    query,
    select::{Asked, Document},
};
use crate::content::{self, NodeId, Reading};

/// What a root field gives, before it is written.
type Outcome<T> = Result<T, content::Error>;

/// Reads what a root field asks for: by its arguments `A`, as far as the projection `P` wants.
type Read<A, P, T> = for<'a> fn(&'a Reading, A, &'a P) -> BoxFuture<'a, Outcome<T>>;

/// Resolves one root field.
type Resolve = Box<
    dyn for<'a> Fn(&'a Context<'a>, &'a Compiler<'a>, &'a Asked<'a>) -> BoxFuture<'a, ServerResult<Value>>
        + Send
        + Sync,
>;

/// A field of the root.
pub(super) struct RootField {
    name: &'static str,
    description: &'static str,
    nullable: bool,
    describe_type: fn(&mut Registry) -> String,
    describe_arguments: fn(&mut Registry) -> Arguments,
    resolve: Resolve,
}

/// The fields of the root, in the order in which the schema shows them.
#[derive(Default)]
pub(super) struct RootTable(Vec<RootField>);

impl RootTable {
    /// An object that is always there.
    pub(super) fn one<O: Object, A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        read: Read<A, O::Projection, O::Row>,
    ) -> Self {
        self.add::<Answer<O>, A>(name, description, move |ctx, compiler, asked| {
            Box::pin(async move {
                let plan = Plan::<O>::of(compiler, asked);
                let row = read(reading(ctx)?, compiler.document.arguments(asked)?, &plan.projection).await;
                write(ctx, &plan.answer(row.map_err(|error| of_content(&error))?)).await
            })
        })
    }

    /// An object, or null.
    pub(super) fn maybe<O: Object, A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        read: Read<A, O::Projection, Option<O::Row>>,
    ) -> Self {
        self.add::<Option<Answer<O>>, A>(name, description, move |ctx, compiler, asked| {
            Box::pin(async move {
                let plan = Plan::<O>::of(compiler, asked);
                let row = read(reading(ctx)?, compiler.document.arguments(asked)?, &plan.projection).await;
                let row = row.map_err(|error| of_content(&error))?;
                write(ctx, &row.map(|row| plan.answer(row))).await
            })
        })
    }

    /// Anything with an id, or null.
    pub(super) fn node<A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        id: fn(A) -> Option<NodeId>,
    ) -> Self {
        self.add::<Option<Node>, A>(name, description, move |ctx, compiler, asked| {
            Box::pin(async move {
                let id = id(compiler.document.arguments(asked)?);
                let found = nodes::load(reading(ctx)?, compiler, asked, &[id]).await;
                write(ctx, &found.map_err(|error| of_content(&error))?.pop().flatten()).await
            })
        })
    }

    /// Anything with these ids, null where there is nothing.
    pub(super) fn nodes<A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        ids: fn(A) -> Outcome<Vec<Option<NodeId>>>,
    ) -> Self {
        self.add::<Vec<Option<Node>>, A>(name, description, move |ctx, compiler, asked| {
            Box::pin(async move {
                let ids = ids(compiler.document.arguments(asked)?).map_err(|error| of_content(&error))?;
                let found = nodes::load(reading(ctx)?, compiler, asked, &ids).await;
                write(ctx, &found.map_err(|error| of_content(&error))?).await
            })
        })
    }

    fn add<G: OutputType, A: InputObjectType>(
        mut self,
        name: &'static str,
        description: &'static str,
        resolve: impl for<'a> Fn(&'a Context<'a>, &'a Compiler<'a>, &'a Asked<'a>) -> BoxFuture<'a, ServerResult<Value>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.0.push(RootField {
            name,
            description,
            nullable: !G::qualified_type_name().ends_with('!'),
            describe_type: G::create_type_info,
            describe_arguments: arguments_of::<A>,
            resolve: Box::new(resolve),
        });
        self
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

/// What the root fields of a request came to, by response key. async-graphql resolves a field as often
/// as it is written; this answers it once.
#[derive(Default)]
pub(super) struct Answers(Mutex<HashMap<String, Arc<OnceCell<Value>>>>);

/// The root of all queries.
pub struct Query;

impl Query {
    async fn resolve(ctx: &Context<'_>, field: &RootField, asked: &Asked<'_>, document: Document<'_>) -> Value {
        let compiler = Compiler { document };
        match (field.resolve)(ctx, &compiler, asked).await {
            Ok(value) => value,
            Err(error) => {
                ctx.add_error(placed(ctx, error));
                Value::Null
            }
        }
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

impl ContainerType for Query {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let document = Document::of(ctx);
        let key = ctx.item.node.response_key().node.as_str();
        let mut roots = document.roots();
        let (Some(field), Some(asked)) = (query::TABLE.field(&ctx.item.node.name.node), roots.swap_remove(key)) else {
            return Ok(None);
        };
        let answers = ctx.data::<Answers>().map_err(|_| coded("The request carries no answers.", Code::Internal))?;
        let answer = answers.0.lock().await.entry(key.to_owned()).or_default().clone();
        Ok(Some(answer.get_or_init(|| Self::resolve(ctx, field, &asked, document)).await.clone()))
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
            describe::object_type("Query", "Everything that can be read.", fields, std::any::type_name::<Self>())
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ObjectType for Query {}

/// Whether a root field may be null.
pub(super) fn may_be_null(name: &str) -> bool {
    query::TABLE.field(name).is_none_or(|field| field.nullable)
}

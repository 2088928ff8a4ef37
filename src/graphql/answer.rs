//! Where the compiled way meets async-graphql: types that describe themselves from their table, and
//! resolve to bytes.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::Field,
    registry::{MetaTypeId, Registry},
};

use super::{
    compile::Compiler,
    describe,
    fields::{Category, Episode, Series, Source, Summary, Tag},
    object::Object,
    select::Asked,
    write::{Json, Selection},
};

/// What a root field has to do: read `projection`, and answer with the row.
pub struct Plan<O: Object> {
    /// What is to be read.
    pub projection: O::Projection,
    selection: Arc<Selection<O>>,
}

impl<O: Object> Plan<O> {
    /// The plan for everything selected of a field.
    pub fn of(compiler: &Compiler, asked: &Asked) -> Self {
        let mut projection = O::Projection::default();
        let selection = Arc::new(compiler.object(asked, &mut projection));
        Self { projection, selection }
    }

    /// A row, ready to be written.
    pub fn answer(&self, row: O::Row) -> Answer<O> {
        Answer { selection: self.selection.clone(), row: Arc::new(row) }
    }
}

/// A row, and what was selected of it. May stand wherever an object of its type may.
pub struct Answer<O: Object> {
    selection: Arc<Selection<O>>,
    row: Arc<O::Row>,
}

impl<O: Object> Clone for Answer<O> {
    fn clone(&self) -> Self {
        Self { selection: self.selection.clone(), row: self.row.clone() }
    }
}

impl<O: Object> OutputType for Answer<O> {
    fn type_name() -> Cow<'static, str> {
        O::name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, describe::object::<O>)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        let mut json = Json::default();
        let written = self.selection.write(&self.row, &mut json);
        let (bytes, mut errors) = json.finish();
        for error in &mut errors {
            let below = std::mem::take(&mut error.path);
            *error = ctx.set_error_path(error.clone());
            error.path.extend(below);
        }
        let fatal = if written.is_err() { errors.pop() } else { None };
        for error in errors {
            ctx.add_error(error);
        }
        fatal.map_or_else(|| Ok(Value::Binary(bytes.into())), Err)
    }
}

/// Anything with an id.
#[derive(Clone)]
pub enum Node {
    /// A source.
    Source(Answer<Source>),
    /// A series.
    Series(Answer<Series>),
    /// An episode.
    Episode(Answer<Episode>),
    /// A summary.
    Summary(Answer<Summary>),
    /// A category.
    Category(Answer<Category>),
    /// A tag.
    Tag(Answer<Tag>),
}

impl OutputType for Node {
    fn type_name() -> Cow<'static, str> {
        "Node".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
            let id = Source::table().field("id").map(|field| (field.name.to_owned(), field.describe(registry)));
            let possible = [
                Answer::<Source>::create_type_info(registry),
                Answer::<Series>::create_type_info(registry),
                Answer::<Episode>::create_type_info(registry),
                Answer::<Summary>::create_type_info(registry),
                Answer::<Category>::create_type_info(registry),
                Answer::<Tag>::create_type_info(registry),
            ];
            let description = "Anything with an id. `node(id)` finds it again, whatever it is.";
            describe::interface_type(
                "Node",
                description,
                id.into_iter().collect(),
                possible,
                std::any::type_name::<Self>(),
            )
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Source(answer) => answer.resolve(ctx, field).await,
            Self::Series(answer) => answer.resolve(ctx, field).await,
            Self::Episode(answer) => answer.resolve(ctx, field).await,
            Self::Summary(answer) => answer.resolve(ctx, field).await,
            Self::Category(answer) => answer.resolve(ctx, field).await,
            Self::Tag(answer) => answer.resolve(ctx, field).await,
        }
    }
}

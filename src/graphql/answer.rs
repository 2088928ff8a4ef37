//! Where tables meet async-graphql: types that describe themselves from their table. It never has a value of
//! them, as what is asked of a table is planned, read and written here: no value can be made.

use std::{borrow::Cow, convert::Infallible, marker::PhantomData};

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
    write::Selection,
};

/// What a root field has to do: read `projection`, and write the row as `selection` says.
pub struct Plan<O: Object> {
    /// What is to be read.
    pub projection: O::Projection,
    /// What of it is to be written.
    pub selection: Selection<O>,
}

impl<O: Object> Plan<O> {
    /// The plan for everything selected of a field.
    pub fn of(compiler: &Compiler, asked: &Asked) -> Self {
        let mut projection = O::Projection::default();
        let selection = compiler.object(asked, &mut projection);
        Self { projection, selection }
    }
}

/// The type of an object, wherever one may stand.
pub struct Answer<O: Object>(Infallible, PhantomData<fn() -> O>);

impl<O: Object> OutputType for Answer<O> {
    fn type_name() -> Cow<'static, str> {
        O::name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, describe::object::<O>)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        match self.0 {}
    }
}

/// The type of anything with an id.
pub enum Node {}

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

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        match *self {}
    }
}

//! Selection × table: what content has to read, and how its rows are to be written.
//!
//! Done once a request, before content is called. Whatever can go wrong with a field by then (an
//! argument is out of bounds) becomes the way in which that field is written.

use async_graphql::ServerError;

use super::{
    error::{Code, with_code},
    object::{Object, Writer},
    select::{Asked, Document},
    write::{Selection, Slot},
};

/// Turns selections of one document into projections and writers.
pub struct Compiler<'q> {
    /// Where the selections stand.
    pub document: Document<'q>,
}

impl Compiler<'_> {
    /// Everything selected of one object.
    pub fn object<O: Object>(&self, asked: &Asked, needs: &mut O::Projection) -> Selection<O> {
        let fields = self.document.collect(asked.selections(), O::is);
        fields.iter().map(|(key, asked)| self.slot(key, asked, needs)).collect()
    }

    fn slot<O: Object>(&self, key: &str, asked: &Asked, needs: &mut O::Projection) -> Slot<O> {
        let (nullable, write) = match O::table().field(asked.name()) {
            Some(field) => (field.nullable, (field.compile)(self, asked, needs).unwrap_or_else(refuse::<O>)),
            None => (false, typename::<O>()),
        };
        Slot { key: key.to_owned(), position: asked.first.pos, nullable, write }
    }
}

/// Validation has let only one name through that is in no table.
fn typename<O: Object>() -> Writer<O> {
    Box::new(|_, json| json.leaf::<String, String>(&O::name().into_owned()))
}

/// Arguments that don't fit are the caller's doing.
fn refuse<O: Object>(error: ServerError) -> Writer<O> {
    let error = with_code(error, Code::BadUserInput);
    Box::new(move |_, json| json.fault(error.clone()))
}

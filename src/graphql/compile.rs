//! Selection × table: what content has to read, how its rows are to be written, and what that costs.
//!
//! Done once a request, before content is called, or once a document where no variable is among it. Whatever can go
//! wrong with a field by then (an argument is out of bounds) becomes the way in which that field is written.

use std::sync::Arc;

use async_graphql::{InputType, ServerError, ServerResult};

use super::{
    answer::Plan,
    cost::{Asks, Meter, Place, Rows},
    error::{Code, with_code},
    kept::KeptPlans,
    object::{Object, Writer},
    pages::{PageField, Pages, Trail},
    select::{Asked, Document},
    write::{Selection, Slot},
};

/// Turns selections of one document into projections and writers, and adds up what they cost.
#[derive(Clone, Copy)]
pub struct Compiler<'q> {
    /// Where the selections stand.
    pub document: Document<'q>,
    place: Place<'q>,
    kept: &'q KeptPlans,
    /// What is wanted of the pages in the answer.
    pages: Option<&'q Pages>,
    /// Which field this is in.
    trail: Option<&'q Trail<'q>>,
}

impl<'q> Compiler<'q> {
    /// At the root of a document.
    pub fn new(document: Document<'q>, meter: &'q Meter, kept: &'q KeptPlans, pages: Option<&'q Pages>) -> Self {
        Self { document, place: Place::root(meter), kept, pages, trail: None }
    }

    /// The plan for everything selected of a field of the root. Those that are known stay with the document. What is
    /// planned each time: a field that is merged out of several, as variables may decide which; and pages that are
    /// marked, as each of them may go on elsewhere.
    pub fn plan<O: Object>(&self, asked: &Asked) -> Arc<Plan<O>> {
        let Place { meter, size } = self.place;
        let field = if self.marks() { None } else { asked.only() };
        let Some(field) = field else { return Arc::new(Plan::of(self, asked)) };
        self.kept.find(field.pos, size, meter).unwrap_or_else(|| {
            let before = meter.points();
            let (plan, is_fixed) = self.document.is_fixed_in(|| Arc::new(Plan::of(self, asked)));
            if is_fixed {
                self.kept.keep(field.pos, size, meter.points() - before, &plan);
            }
            plan
        })
    }

    /// The arguments of a list that comes in pages, which may go on where it was left.
    pub fn list_arguments<A: InputType>(&self, asked: &Asked) -> ServerResult<A> {
        self.document.arguments_but(asked, |given| self.pages.into_iter().for_each(|it| it.put(self.trail, given)))
    }

    /// In the field at that place among those that stand beside it.
    pub fn in_field<'a>(&self, trail: &'a Trail<'a>) -> Compiler<'a>
    where
        'q: 'a,
    {
        Compiler { trail: Some(trail), ..*self }
    }

    /// The way to the field at that place.
    pub fn trail(&self, place: usize) -> Trail<'q> {
        Trail { place, above: self.trail }
    }

    /// Whether the answer is to be marked.
    pub fn marks(&self) -> bool {
        self.pages.is_some()
    }

    /// Everything selected of one object.
    pub fn object<O: Object>(&self, asked: &Asked, needs: &mut O::Projection) -> Selection<O> {
        self.place.charge(O::COST);
        let fields = self.document.collect(asked.selections(), O::is);
        let slot =
            |(place, (key, asked)): (usize, (&&str, &Asked))| self.in_field(&self.trail(place)).slot(key, asked, needs);
        fields.iter().enumerate().map(slot).collect()
    }

    /// In each of these rows.
    pub fn each_of(self, rows: Rows) -> Self {
        Self { place: self.place.each_of(rows), ..self }
    }

    /// In what these arguments ask for, whose work is charged here.
    pub fn asked_for(self, arguments: &impl Asks) -> Self {
        self.charge(arguments.work());
        Self { place: self.place.in_page_of(arguments.rows()), ..self }
    }

    /// Notes what something costs here.
    pub fn charge(&self, points: u64) {
        self.place.charge(points);
    }

    fn slot<O: Object>(&self, key: &str, asked: &Asked, needs: &mut O::Projection) -> Slot<O> {
        let (nullable, write) = match O::table().field(asked.name()) {
            Some(field) => {
                self.charge(field.cost);
                (field.nullable, (field.compile)(self, asked, needs).unwrap_or_else(refuse::<O>))
            }
            None => (false, typename::<O>()),
        };
        let part = if self.marks() { O::page_field(asked.name()) } else { None };
        if part == Some(PageField::Rows) {
            O::need_cursors(needs);
        }
        Slot { key: key.to_owned(), position: asked.first.pos, nullable, part, write }
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

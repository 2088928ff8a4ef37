//! What a table is made of: an object type, and its fields.
//!
//! A field is known by two functions: one tells the schema its type and arguments (once, at start),
//! one compiles a selection of it (once a request) into what content has to read and a writer. Each
//! way to declare a field makes both from the same closures, so they can't disagree.

use std::borrow::Cow;

use async_graphql::{InputObjectType, OutputType, ServerResult, registry::Registry};

use super::{
    answer::Answer,
    compile::Compiler,
    cost::{Asks, Rows},
    describe::{Arguments, arguments_of, no_arguments},
    error::of_content,
    fields::{Connection, Paged},
    pages::PageField,
    select::Asked,
    write::{Json, Shows, Written},
};
use crate::content::{self, Lists, Nested, Page};

/// A GraphQL object type.
pub trait Object: Sized + Send + Sync + 'static {
    /// What content returns.
    type Row: Send + Sync + 'static;
    /// What content is asked for.
    type Projection: Default + Send + Sync + 'static;
    /// For whoever reads the schema.
    const DESCRIPTION: &'static str;
    /// What one of them costs, in points: nothing where it is in memory, or a wrapper around others.
    const COST: u64 = 1;
    /// The interfaces that it implements.
    const INTERFACES: &'static [&'static str] = &[];

    /// What the schema calls it.
    fn name() -> Cow<'static, str>;

    /// Its fields, one a line.
    fn declare(table: Table<Self>) -> Table<Self>;

    /// The same, kept: see `kept!`.
    fn table() -> &'static Table<Self>;

    /// What one of its fields is to a page, if it is one or stands in one.
    fn page_field(_name: &str) -> Option<PageField> {
        None
    }

    /// The cursors of its rows, if it is a page.
    fn cursors(_row: &Self::Row) -> Option<Vec<String>> {
        None
    }

    /// Says that they are needed.
    fn need_cursors(_needs: &mut Self::Projection) {}

    /// Whether a fragment on `condition` selects from this type.
    fn is(condition: &str) -> bool {
        Self::INTERFACES.contains(&condition) || Self::name() == condition
    }
}

/// The fields of a type, in the order in which the schema shows them.
pub struct Table<O: Object>(Vec<Field<O>>);

/// One field of a type.
pub struct Field<O: Object> {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) nullable: bool,
    /// Points for each parent, beside those for the objects that it gives.
    pub(super) cost: u64,
    pub(super) describe_type: fn(&mut Registry) -> String,
    pub(super) describe_arguments: fn(&mut Registry) -> Arguments,
    pub(super) compile: Compile<O>,
}

/// Adds to the projection what this selection of the field needs, and says how to write it.
pub(super) type Compile<O> =
    Box<dyn Fn(&Compiler, &Asked, &mut <O as Object>::Projection) -> ServerResult<Writer<O>> + Send + Sync>;

/// Writes one field of a row, with everything about the selection already decided.
pub(super) type Writer<O> = Box<dyn Fn(&<O as Object>::Row, &mut Json) -> Written + Send + Sync>;

/// The place in the projection where a field says what it needs.
type Needs<O, T> = fn(&mut <O as Object>::Projection) -> &mut T;

/// What a row has at that place.
type ReadAt<O, T> = fn(&<O as Object>::Row, usize) -> Option<&T>;

/// The ways to declare a field. Each reads: its GraphQL type, its name, its description, what it
/// needs, how a row shows it.
#[expect(clippy::return_self_not_must_use, reason = "a table that is dropped declares nothing, and a test sees it")]
impl<O: Object> Table<O> {
    /// A value that lies in the row.
    pub fn leaf<G: Shows<T> + 'static, T: 'static>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection),
        read: fn(&O::Row) -> &T,
    ) -> Self {
        self.add::<G>(name, description, no_arguments, move |_, _, projection| {
            needs(projection);
            Ok(Box::new(move |row, json| json.leaf::<G, T>(read(row))))
        })
    }

    /// A value made from the row.
    pub fn computed<G: Shows<T> + 'static, T: 'static>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection),
        make: fn(&O::Row) -> T,
    ) -> Self {
        self.add::<G>(name, description, no_arguments, move |_, _, projection| {
            needs(projection);
            Ok(Box::new(move |row, json| json.leaf::<G, T>(&make(row))))
        })
    }

    /// A value made from the row and from arguments, which are the fields of the input object `A`.
    pub fn computed_with<G: Shows<T> + 'static, T: 'static, A: InputObjectType + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection),
        make: fn(&O::Row, &A) -> T,
    ) -> Self {
        self.add::<G>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.document.arguments::<A>(asked)?;
            needs(projection);
            Ok(Box::new(move |row, json| json.leaf::<G, T>(&make(row, &arguments))))
        })
    }

    /// Exactly one other object.
    pub fn one<C: Object>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection) -> &mut C::Projection,
        read: fn(&O::Row) -> Option<&C::Row>,
    ) -> Self {
        self.add::<Answer<C>>(name, description, no_arguments, move |compiler, asked, projection| {
            let selection = compiler.object::<C>(asked, needs(projection));
            Ok(Box::new(move |row, json| match read(row) {
                Some(child) => selection.write(child, json),
                None => json.lost(),
            }))
        })
    }

    /// One other object, or null.
    pub fn maybe<C: Object>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection) -> &mut C::Projection,
        read: fn(&O::Row) -> Option<&C::Row>,
    ) -> Self {
        self.add::<Option<Answer<C>>>(name, description, no_arguments, move |compiler, asked, projection| {
            let selection = compiler.object::<C>(asked, needs(projection));
            Ok(Box::new(move |row, json| match read(row) {
                Some(child) => selection.write(child, json),
                None => json.null(),
            }))
        })
    }

    /// All the others: the list that a row has, and the object in each of its entries.
    pub fn list<C: Object, E: 'static>(
        self,
        name: &'static str,
        description: &'static str,
        rows: Rows,
        needs: fn(&mut O::Projection) -> &mut C::Projection,
        read: fn(&O::Row) -> &[E],
        entry: fn(&E) -> &C::Row,
    ) -> Self {
        self.add::<Vec<Answer<C>>>(name, description, no_arguments, move |compiler, asked, projection| {
            let selection = compiler.each_of(rows).object::<C>(asked, needs(projection));
            Ok(Box::new(move |row, json| json.list(read(row), |child, json| selection.write(entry(child), json))))
        })
    }

    /// A page of other objects, for each different list that the arguments `A` come to and that content
    /// accepts: what it would refuse is an error of this field, in each row.
    pub fn pages<C: Paged, A, L>(
        self,
        name: &'static str,
        description: &'static str,
        accepts: fn(&L) -> Result<(), content::Error>,
        needs: Needs<O, Lists<L, C::Projection>>,
        read: ReadAt<O, Page<C::Row>>,
    ) -> Self
    where
        A: InputObjectType + Asks + 'static,
        L: TryFrom<A, Error = content::Error> + PartialEq + 'static,
    {
        self.one_by::<Connection<C>, A, L>(name, description, accepts, needs, read)
    }

    /// One other object, for each different thing that the arguments `A` come to and that content accepts.
    pub fn one_by<C: Object, A, L>(
        self,
        name: &'static str,
        description: &'static str,
        accepts: fn(&L) -> Result<(), content::Error>,
        needs: Needs<O, Vec<Nested<L, C::Projection>>>,
        read: ReadAt<O, C::Row>,
    ) -> Self
    where
        A: InputObjectType + Asks + 'static,
        L: TryFrom<A, Error = content::Error> + PartialEq + 'static,
    {
        self.add::<Answer<C>>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.list_arguments::<A>(asked)?;
            let compiler = compiler.asked_for(&arguments);
            let by = L::try_from(arguments).map_err(|error| of_content(&error))?;
            accepts(&by).map_err(|error| of_content(&error))?;
            let (place, wanted) = shared(needs(projection), by);
            let selection = compiler.object::<C>(asked, wanted);
            Ok(Box::new(move |row, json| match read(row, place) {
                Some(child) => selection.write(child, json),
                None => json.lost(),
            }))
        })
    }

    /// Some other objects, for each different thing that the arguments `A` come to.
    pub fn list_by<C: Object, A, L, E: 'static>(
        self,
        name: &'static str,
        description: &'static str,
        needs: Needs<O, Vec<Nested<L, C::Projection>>>,
        read: ReadAt<O, Vec<E>>,
        entry: fn(&E) -> &C::Row,
    ) -> Self
    where
        A: InputObjectType + Asks + 'static,
        L: TryFrom<A, Error = content::Error> + PartialEq + 'static,
    {
        self.add::<Vec<Answer<C>>>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.document.arguments::<A>(asked)?;
            let compiler = compiler.asked_for(&arguments).each_of(Rows::OfPage);
            let by = L::try_from(arguments).map_err(|error| of_content(&error))?;
            let (place, wanted) = shared(needs(projection), by);
            let selection = compiler.object::<C>(asked, wanted);
            Ok(Box::new(move |row, json| match read(row, place) {
                Some(children) => json.list(children, |child, json| selection.write(entry(child), json)),
                None => json.lost(),
            }))
        })
    }

    /// One object made from the row and from arguments, or null. What is selected of it may say what else the row needs.
    pub fn made_with<C: Object<Row = T>, T: Send + Sync + 'static, A: InputObjectType + Sync + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        needs: fn(&mut O::Projection, &A, &C::Projection),
        make: fn(&O::Row, &A) -> Option<T>,
    ) -> Self {
        self.add::<Option<Answer<C>>>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.document.arguments::<A>(asked)?;
            let mut of_it = C::Projection::default();
            let selection = compiler.object::<C>(asked, &mut of_it);
            needs(projection, &arguments, &of_it);
            Ok(Box::new(move |row, json| match make(row, &arguments) {
                Some(child) => selection.write(&child, json),
                None => json.null(),
            }))
        })
    }

    /// The same where there always is one, which takes as many rows to make.
    pub fn always_made_with<C: Object<Row = T>, T: Send + Sync + 'static, A: InputObjectType + Sync + 'static>(
        self,
        name: &'static str,
        description: &'static str,
        rows: Rows,
        needs: fn(&mut O::Projection, &A, &C::Projection),
        make: fn(&O::Row, &A) -> T,
    ) -> Self {
        self.add::<Answer<C>>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.document.arguments::<A>(asked)?;
            let mut of_it = C::Projection::default();
            let selection = compiler.each_of(rows).object::<C>(asked, &mut of_it);
            needs(projection, &arguments, &of_it);
            Ok(Box::new(move |row, json| selection.write(&make(row, &arguments), json)))
        })
    }

    /// A count, for each different thing to count that the arguments `A` come to and that content accepts.
    pub fn count<A, L>(
        self,
        name: &'static str,
        description: &'static str,
        accepts: fn(&L) -> Result<(), content::Error>,
        needs: fn(&mut O::Projection) -> &mut Vec<L>,
        read: fn(&O::Row) -> &Vec<i64>,
    ) -> Self
    where
        A: InputObjectType + Asks + 'static,
        L: From<A> + PartialEq + 'static,
    {
        self.add::<i32>(name, description, arguments_of::<A>, move |compiler, asked, projection| {
            let arguments = compiler.document.arguments::<A>(asked)?;
            compiler.charge(arguments.work());
            let wanted = L::from(arguments);
            accepts(&wanted).map_err(|error| of_content(&error))?;
            let all = needs(projection);
            let place = all.iter().position(|other| *other == wanted).unwrap_or_else(|| {
                all.push(wanted);
                all.len() - 1
            });
            Ok(Box::new(move |row, json| match read(row).get(place) {
                Some(count) => json.leaf::<i32, i64>(count),
                None => json.lost(),
            }))
        })
    }

    /// Objects made from the row.
    pub fn listed<C: Object<Row = T>, T: 'static>(
        self,
        name: &'static str,
        description: &'static str,
        rows: Rows,
        needs: fn(&mut O::Projection),
        make: fn(&O::Row) -> Result<Vec<T>, content::Error>,
    ) -> Self {
        self.add::<Vec<Answer<C>>>(name, description, no_arguments, move |compiler, asked, projection| {
            needs(projection);
            let selection = compiler.each_of(rows).object::<C>(asked, &mut C::Projection::default());
            Ok(Box::new(move |row, json| match make(row) {
                Ok(items) => json.list(&items, |item, json| selection.write(item, json)),
                Err(error) => json.fault(of_content(&error)),
            }))
        })
    }

    /// The field that was declared last costs so many points for each parent, beside those for its objects.
    pub fn costs(mut self, points: u64) -> Self {
        if let Some(field) = self.0.last_mut() {
            field.cost = points;
        }
        self
    }

    /// `G` is what async-graphql would return: its name is the field's type.
    fn add<G: OutputType>(
        mut self,
        name: &'static str,
        description: &'static str,
        describe_arguments: fn(&mut Registry) -> Arguments,
        compile: impl Fn(&Compiler, &Asked, &mut O::Projection) -> ServerResult<Writer<O>> + Send + Sync + 'static,
    ) -> Self {
        self.0.push(Field {
            name,
            description,
            nullable: !G::qualified_type_name().ends_with('!'),
            cost: 0,
            describe_type: G::create_type_info,
            describe_arguments,
            compile: Box::new(compile),
        });
        self
    }
}

impl<O: Object> Table<O> {
    /// The table, made from its declaration.
    pub fn declared() -> Self {
        O::declare(Self(Vec::new()))
    }

    /// In the order of the schema.
    pub fn fields(&self) -> &[Field<O>] {
        &self.0
    }

    /// The one of that name.
    pub fn field(&self, name: &str) -> Option<&Field<O>> {
        self.0.iter().find(|field| field.name == name)
    }
}

/// The place of what equals `by` among these, and what is wanted of it; put behind them if it is new.
fn shared<L: PartialEq, P: Default>(all: &mut Vec<Nested<L, P>>, by: L) -> (usize, &mut P) {
    let place = all.iter().position(|nested| nested.by == by).unwrap_or_else(|| {
        all.push(Nested { by, wanted: P::default() });
        all.len() - 1
    });
    (place, &mut all[place].wanted)
}

/// A table in a static, built at its first use; a static can't be generic, so it names its type.
macro_rules! kept {
    ($object:ty) => {{
        static TABLE: std::sync::LazyLock<$crate::graphql::object::Table<$object>> =
            std::sync::LazyLock::new($crate::graphql::object::Table::declared);
        &TABLE
    }};
}
pub(crate) use kept;

//! What was seen in all: figures for people, and whether everything was asked for.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    io::{self, Write as _},
    time::Duration,
};

use super::{
    random::NOT_YET,
    schema::{Schema, named},
};
use crate::support::Backend;

/// What was seen of one database.
#[derive(Default)]
pub(super) struct Figures {
    documents: Cell<usize>,
    with_errors: Cell<usize>,
    bytes: Cell<usize>,
    /// The most of one document, of all, and as many as all might have taken.
    statements: Cell<usize>,
    all_statements: Cell<usize>,
    allowed: Cell<usize>,
    /// The fields that were asked for, with their types.
    fields: RefCell<BTreeSet<(String, String)>>,
}

impl Figures {
    /// Adds an answer, the number of its statements, how many it might have taken, and the fields that it has.
    pub(super) fn note(&self, answer: &str, statements: usize, allowed: usize, fields: BTreeSet<(String, String)>) {
        add(&self.documents, 1);
        add(&self.with_errors, usize::from(answer.contains("\"errors\":[")));
        add(&self.bytes, answer.len());
        add(&self.all_statements, statements);
        add(&self.allowed, allowed);
        self.statements.set(self.statements.get().max(statements));
        self.fields.borrow_mut().extend(fields);
    }

    /// Fails if a field of the schema was never asked for.
    pub(super) fn assert_complete(&self, schema: &Schema) {
        let mut missing = schema.all_fields();
        missing.retain(|it| !self.fields.borrow().contains(it));
        let is_ready = |ty: &str, field: &str| NOT_YET.iter().all(|it| (it.0, it.1) != (ty, field));
        // What is only behind fields that are not asked for can't be asked for.
        let mut reached: Vec<&str> = vec!["Query"];
        let mut place = 0;
        while let Some(ty) = reached.get(place).copied() {
            for field in schema.fields(ty).iter().filter(|it| is_ready(ty, &it.name)) {
                let below = named(&field.field_type);
                if schema.has_fields(below) && !reached.contains(&below) {
                    reached.push(below);
                }
            }
            place += 1;
        }
        missing.retain(|(ty, field)| is_ready(ty, field) && reached.contains(&ty.as_str()));
        assert!(missing.is_empty(), "never asked for: {missing:?}");
    }

    /// Tells all of it on standard error.
    pub(super) fn tell(&self, backend: Backend, time: Duration) {
        let told = format!(
            "\n{backend:?}: {} documents in {time:?}, {} of them with errors; {} bytes; {} statements of {} that were allowed, {} at most\n",
            self.documents.get(),
            self.with_errors.get(),
            self.bytes.get(),
            self.all_statements.get(),
            self.allowed.get(),
            self.statements.get(),
        );
        io::stderr().write_all(told.as_bytes()).expect("standard error takes a line");
    }
}

/// So many more.
fn add(to: &Cell<usize>, more: usize) {
    to.set(to.get() + more);
}

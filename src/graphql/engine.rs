//! The engine: a request in, the bytes of its response out.

use std::sync::Arc;

use async_graphql::{
    EmptyMutation, EmptySubscription, Request, SDLExportOptions, Schema, ServerError, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType},
    },
};

use super::{
    error::{Code, coded, with_code},
    gate, respond,
    root::{Answers, Query},
    select::{Document, Given},
    validate::Validator,
};
use crate::content::{Content, Reading};

type PrecisSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// Answers requests. A clone is the same engine.
#[derive(Clone)]
pub struct Engine {
    schema: PrecisSchema,
    validator: Arc<Validator>,
    content: Content,
    sdl: Arc<str>,
}

/// What became of a request.
#[derive(Debug)]
pub enum Answer {
    /// It was executed: the body has `data`, and `errors` where a field failed.
    Executed(Vec<u8>),
    /// It was refused before execution: the body has `errors` alone.
    Refused(Vec<u8>),
    /// It asks for a mutation, where only queries are allowed.
    QueriesOnly,
}

/// The most root fields of an operation.
const MOST_ROOTS: usize = 20;

fn schema() -> PrecisSchema {
    // The limits of the parser and the validator are the gate's.
    Schema::build(Query, EmptyMutation, EmptySubscription).finish()
}

/// The schema in GraphQL's schema definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    sdl_of(&schema())
}

fn sdl_of(schema: &PrecisSchema) -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by();
    let mut sdl = schema.sdl_with_options(options);
    sdl.truncate(sdl.trim_end().len());
    sdl.push('\n');
    sdl
}

impl Engine {
    /// An engine over this content.
    pub fn new(content: Content) -> Self {
        let schema = schema();
        let sdl = sdl_of(&schema);
        Self { validator: Arc::new(Validator::new(&sdl)), sdl: sdl.into(), schema, content }
    }

    /// The schema in GraphQL's schema definition language.
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// Answers a request, from one consistent look at the content.
    pub async fn answer(&self, request: Request, queries_only: bool) -> Answer {
        match parse(&request.query) {
            Err(error) => Answer::Refused(respond::refuse(&[error])),
            Ok(parsed) => match operation(&parsed, request.operation_name.as_deref()) {
                Err(error) => Answer::Refused(respond::refuse(&[error])),
                Ok(kind) if queries_only && kind != OperationType::Query => Answer::QueriesOnly,
                Ok(_) => self.execute(request, &parsed).await,
            },
        }
    }

    async fn execute(&self, mut request: Request, parsed: &ExecutableDocument) -> Answer {
        let variables = std::mem::take(&mut request.variables);
        let document = match self.admit(parsed, &request, &variables) {
            Ok(document) => document,
            Err(errors) => return Answer::Refused(respond::refuse(&errors)),
        };
        request.variables = document.variables_to_check();
        let mut executed = parsed.clone();
        self.validator.unfold(&mut executed);
        request.set_parsed_query(executed);
        let reading: Arc<Reading> = Arc::new(self.content.reading());
        let given = Given(document.variables());
        let request = request.data(reading.clone()).data(Answers::default()).data(given);
        let mut response = self.schema.execute(request).await;
        if let Some(reading) = Arc::into_inner(reading)
            && let Err(error) = reading.finish().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot could not be given back");
        }
        if was_refused(&response.errors) {
            let coded = |error| with_code(error, Code::GraphqlValidationFailed);
            let errors: Vec<ServerError> = response.errors.drain(..).map(coded).collect();
            return Answer::Refused(respond::refuse(&errors));
        }
        Answer::Executed(respond::write(&response, document))
    }

    /// The operation that is asked for, if document and variables are right as far as we look at them.
    fn admit<'q>(
        &self,
        parsed: &'q ExecutableDocument,
        request: &Request,
        variables: &'q Variables,
    ) -> Result<Document<'q>, Vec<ServerError>> {
        none_of(self.validator.document(parsed, &request.query))?;
        let document = Document::named(parsed, request.operation_name.as_deref(), variables)
            .ok_or_else(|| vec![coded("There is no operation.", Code::GraphqlValidationFailed)])?;
        none_of(self.validator.variables(document.operation(), variables))?;
        let roots = document.roots().len();
        if roots > MOST_ROOTS {
            let message = format!("The operation has {roots} root fields; it may have up to {MOST_ROOTS}.");
            return Err(vec![coded(&message, Code::QueryTooComplex)]);
        }
        Ok(document)
    }
}

fn none_of(errors: Vec<ServerError>) -> Result<(), Vec<ServerError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What fails before execution has no path; what fails while executing has one.
fn was_refused(errors: &[ServerError]) -> bool {
    !errors.is_empty() && errors.iter().all(|error| error.path.is_empty())
}

fn parse(query: &str) -> Result<ExecutableDocument, ServerError> {
    gate::check(query)?;
    parse_query(query).map_err(|error| with_code(error.into(), Code::GraphqlParseFailed))
}

/// What kind of operation is asked for (GraphQL, section 6.1, `GetOperation`).
fn operation(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, ServerError> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(own, _)| own.is_some_and(|own| own == name)),
        None => operations.next().filter(|_| operations.next().is_none()),
    };
    let refuse = || match name {
        Some(name) => format!("The document has no operation called “{name}”."),
        None => "The document has several operations: say which one with `operationName`.".to_owned(),
    };
    found.map(|(_, operation)| operation.node.ty).ok_or_else(|| coded(&refuse(), Code::GraphqlValidationFailed))
}

//! The engine: a request in, the bytes of its response out.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{
    EmptyMutation, EmptySubscription, SDLExportOptions, Schema, ServerError, ValidationMode, Variables,
    parser::types::{ExecutableDocument, OperationType},
};

use super::{
    compile::Compiler,
    cost::Meter,
    documents::{Checked, DocumentId, Documents, trusted::TrustedDocuments},
    error::{Code, code_of, coded, with_code},
    gate::{self, Limit},
    kept::KeptPlans,
    lean::lean,
    pages::{Mark, Pages},
    respond,
    root::{Answered, Plans, Query},
    select::{Document, Given},
    syntax::Parsed,
    validate::{Types, Validator},
};
use crate::{
    access::{Caller, Exceeded},
    content::{Content, Ended, Reading},
};

type PrecisSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// Answers requests. A clone is the same engine.
#[derive(Clone)]
pub struct Engine {
    schema: PrecisSchema,
    validator: Arc<Validator>,
    documents: Arc<Documents>,
    content: Content,
    sdl: Arc<str>,
}

/// What a caller asks (GraphQL over HTTP, “Request Parameters”). Either the document or its id is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The document.
    pub query: Option<String>,
    /// What stands for it, or beside it: see [`DocumentId`].
    pub document_id: Option<DocumentId>,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
    /// Whether its caller wants to be told how it was meant, where it is refused.
    pub repair: bool,
    /// What is wanted of the pages in its answer: that they are marked, if anything.
    pub pages: Option<Pages>,
    /// What is wanted beside its data: whoever passes the answer on puts it there.
    pub extensions: Extensions,
}

/// What a caller wants beside the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// What the request cost.
    pub cost: bool,
    /// How many tokens the response may have: pages are cut then. Their marks are needed for that.
    pub budget: Option<usize>,
}

/// What became of a request.
#[derive(Debug)]
pub enum Answer {
    /// It was executed: the body has `data`, and `errors` where a field failed.
    Executed {
        /// The body.
        body: Vec<u8>,
        /// Whether every field succeeded.
        complete: bool,
        /// What it cost.
        cost: u64,
        /// Where its pages stand, if the request wanted that.
        marks: Vec<Mark>,
    },
    /// It was refused before execution: the body has `errors` alone.
    Refused {
        /// The body.
        body: Vec<u8>,
        /// What was wrong with it first.
        code: Code,
    },
    /// It asks for a mutation, where only queries are allowed.
    QueriesOnly,
    /// It takes more points than are left to its caller.
    RateLimited(Exceeded),
    /// Nothing of it could be read just now: the body has `errors` alone.
    Unavailable(Vec<u8>),
    /// Nothing of it could be read in time: the body has `errors` alone.
    TooSlow(Vec<u8>),
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// About a point for each object that it may return; [`Price::MOST`] at most.
    pub cost: u64,
    /// What it takes of what its caller may ask for.
    pub points: u32,
}

impl Price {
    /// What a request may cost.
    pub const MOST: usize = Limit::COST.most;

    /// The price of a request that cost so much.
    pub fn of(cost: u64) -> Self {
        Self { cost, points: points(cost) }
    }
}

/// A request that may be executed.
struct Admitted {
    document: Arc<Checked>,
    request: Request,
    plans: Plans,
    /// What it costs.
    cost: u64,
}

/// A point is taken of a caller for each started so much of cost; one at least.
const COST_OF_A_POINT: u64 = 100;

/// Why a request is not executed.
enum Refusal {
    Errors(Vec<ServerError>),
    QueriesOnly,
}

impl From<Vec<ServerError>> for Refusal {
    fn from(errors: Vec<ServerError>) -> Self {
        Self::Errors(errors)
    }
}

impl From<ServerError> for Refusal {
    fn from(error: ServerError) -> Self {
        Self::Errors(vec![error])
    }
}

fn schema() -> PrecisSchema {
    // What is executed is valid: `gate` and `validate` have seen to it.
    Schema::build(Query, EmptyMutation, EmptySubscription).validation_mode(ValidationMode::Fast).finish()
}

/// The schema in GraphQL's schema definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    sdl_of(&schema())
}

/// The same in few tokens, for readers that pay for each: not GraphQL, but much like it.
pub fn lean_sdl() -> String {
    lean(&sdl())
}

fn sdl_of(schema: &PrecisSchema) -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by();
    let mut sdl = schema.sdl_with_options(options);
    sdl.truncate(sdl.trim_end().len());
    sdl.push('\n');
    sdl
}

impl Engine {
    /// An engine over this content, for any document.
    pub fn new(content: Content) -> Self {
        let schema = schema();
        let sdl = sdl_of(&schema);
        Self {
            validator: Arc::new(Validator::new(&sdl)),
            documents: Arc::new(Documents::new(None)),
            sdl: sdl.into(),
            schema,
            content,
        }
    }

    /// Says what is wrong with a document, whatever its variables are: what its sender would be told.
    pub fn examine(&self, text: &str) -> Result<(), String> {
        let parsed = gate::parse(text).map_err(|error| vec![error]);
        let checked = parsed.and_then(|parsed| self.check(text.into(), parsed));
        let errors = checked.map(|checked| self.documents.keep(checked)).err().unwrap_or_default();
        errors.into_iter().next().map_or(Ok(()), |error| Err(error.message))
    }

    /// What is wrong with a request, its variables and its cost included. Nothing of it is run, or kept.
    pub fn faults(&self, request: &Request) -> Vec<ServerError> {
        let looked_at = || -> Result<(), Refusal> {
            let text = self.documents.text(request.query.clone(), request.document_id.as_ref())?;
            let parsed = gate::parse(&text)?;
            operation(&parsed.document, request.operation_name.as_deref())?;
            let checked = self.check(text, parsed)?;
            self.plan(&checked, request).map(drop)
        };
        match looked_at() {
            Err(Refusal::Errors(errors)) => errors,
            Err(Refusal::QueriesOnly) | Ok(()) => Vec::new(),
        }
    }

    /// The types of the schema.
    pub fn types(&self) -> &Types {
        self.validator.types()
    }

    /// The same engine, for these documents alone.
    #[must_use]
    pub fn trusting(self, documents: TrustedDocuments) -> Self {
        Self { documents: Arc::new(Documents::new(Some(documents))), ..self }
    }

    /// The same engine for any document: for those of the program itself, which nobody has to trust.
    #[must_use]
    pub fn trusting_all(&self) -> Self {
        Self { documents: Arc::new(Documents::new(None)), ..self.clone() }
    }

    /// What it answers from.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The schema in GraphQL's schema definition language.
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// The same in few tokens: see [`lean_sdl`].
    pub fn lean_sdl(&self) -> String {
        lean(&self.sdl)
    }

    /// Answers a caller's request, from one consistent look at the content.
    pub async fn answer(&self, request: Request, queries_only: bool, caller: &Caller) -> Answer {
        match self.admit(request, queries_only) {
            Ok(admitted) => match caller.take(points(admitted.cost)) {
                Ok(()) => self.execute(admitted, caller).await,
                Err(exceeded) => Answer::RateLimited(exceeded),
            },
            Err(Refusal::Errors(errors)) => refused(&errors),
            Err(Refusal::QueriesOnly) => Answer::QueriesOnly,
        }
    }

    /// What a request costs, if it may be executed; else why not. Nothing of it is run.
    pub fn price(&self, request: Request) -> Result<Price, Answer> {
        match self.admit(request, true) {
            Ok(Admitted { cost, .. }) => Ok(Price::of(cost)),
            Err(Refusal::Errors(errors)) => Err(refused(&errors)),
            Err(Refusal::QueriesOnly) => Err(Answer::QueriesOnly),
        }
    }

    /// Looks at a request without running anything of it: whether its document and variables are right, and
    /// within all limits. What its fields have to read is planned on the way.
    fn admit(&self, mut request: Request, queries_only: bool) -> Result<Admitted, Refusal> {
        let text = self.documents.text(request.query.take(), request.document_id.as_ref())?;
        let may_run = |parsed: &ExecutableDocument| {
            let kind = operation(parsed, request.operation_name.as_deref())?;
            if queries_only && kind != OperationType::Query { Err(Refusal::QueriesOnly) } else { Ok(()) }
        };
        let document = if let Some(document) = self.documents.checked(&text) {
            may_run(&document.parsed)?;
            document
        } else {
            let parsed = gate::parse(&text)?;
            may_run(&parsed.document)?;
            let document = self.check(text, parsed)?;
            self.documents.keep(document.clone());
            document
        };
        let (plans, cost) = self.plan(&document, &request)?;
        Ok(Admitted { document, request, plans, cost })
    }

    /// Holds a document against limits and rules.
    fn check(&self, text: Arc<str>, parsed: Parsed) -> Result<Arc<Checked>, Vec<ServerError>> {
        let Parsed { document: parsed, doubles } = parsed;
        gate::shape::check(&parsed).map_err(|error| vec![error])?;
        none_of(self.validator.document(&parsed, doubles))?;
        Ok(Arc::new(Checked { text, parsed, takes_one_statement: AtomicBool::new(false), plans: KeptPlans::default() }))
    }

    /// What the root fields have to read and what that costs, if their variables are right and it is not too much.
    fn plan(&self, checked: &Checked, request: &Request) -> Result<(Plans, u64), Refusal> {
        let given = Given::new(&request.variables);
        let document = document_of(checked, request, &given)?;
        none_of(self.validator.variables(document.operation(), &request.variables))?;
        let (roots, meter) = (document.roots(), Meter::default());
        Limit::ROOT_FIELDS.check(roots.len(), None)?;
        let plans = Plans::of(&roots, &Compiler::new(document, &meter, &checked.plans, request.pages.as_ref()));
        let cost = meter.points();
        Limit::COST.check(usize::try_from(cost).unwrap_or(usize::MAX), None)?;
        Ok((plans, cost))
    }

    async fn execute(&self, admitted: Admitted, caller: &Caller) -> Answer {
        let Admitted { document: checked, request, plans, cost } = admitted;
        // What is rarely done is boxed: the future of each request would be as large, and is moved more than once.
        let introspected =
            if plans.introspect() { Box::pin(self.introspect(&checked, &request)).await } else { Ok(HashMap::new()) };
        let introspected = match introspected {
            Ok(introspected) => introspected,
            Err(errors) => return refused(&errors),
        };
        let one = checked.takes_one_statement.load(Ordering::Relaxed);
        let reading = if one { self.content.reading_of_one() } else { self.content.reading() };
        let (mut roots, mut ended) = read(plans, reading, caller, &introspected).await;
        if ended == Ended::NotAlone {
            // Nothing was answered yet, and so it may be asked again.
            let plans = match self.plan(&checked, &request) {
                Ok((plans, _)) => plans,
                Err(Refusal::Errors(errors)) => return refused(&errors),
                Err(Refusal::QueriesOnly) => return Answer::QueriesOnly,
            };
            (roots, ended) = Box::pin(read(plans, self.content.reading(), caller, &introspected)).await;
        }
        checked.takes_one_statement.store(ended == Ended::After(1), Ordering::Relaxed);
        // Root fields are read side by side: whichever fails first, the answer is the same.
        let mut errors: Vec<ServerError> = roots.iter_mut().flat_map(|root| std::mem::take(&mut root.errors)).collect();
        errors.sort_by_key(|error| error.locations.first().map(|at| (at.line, at.column)));
        if let Some(DocumentId::Hash(hash)) = request.document_id {
            self.documents.register(hash, &checked.text);
        }
        match outage(&roots, &errors) {
            Some(Code::Timeout) => Answer::TooSlow(respond::refuse(&errors)),
            Some(_) => Answer::Unavailable(respond::refuse(&errors)),
            None => {
                let body = respond::write(&roots, &errors);
                let marks = roots.into_iter().flat_map(|root| root.marks).collect();
                Answer::Executed { body, complete: errors.is_empty(), cost, marks }
            }
        }
    }

    /// What a document asks about the schema, by its keys: async-graphql knows.
    async fn introspect(
        &self,
        checked: &Checked,
        request: &Request,
    ) -> Result<HashMap<String, Vec<u8>>, Vec<ServerError>> {
        let given = Given::new(&request.variables);
        let document = document_of(checked, request, &given).map_err(|error| vec![error])?;
        let mut executed = async_graphql::Request::new("").variables(document.variables());
        executed.operation_name.clone_from(&request.operation_name);
        executed.set_parsed_query(checked.parsed.clone());
        let response = self.schema.execute(executed).await;
        none_of(response.errors.into_iter().map(|it| with_code(it, Code::GraphqlValidationFailed)).collect())?;
        Ok(respond::introspected(&response.data, &document))
    }
}

/// Runs what was planned, and says how the look at the content ended.
async fn read(
    plans: Plans,
    reading: Reading,
    caller: &Caller,
    introspected: &HashMap<String, Vec<u8>>,
) -> (Vec<Answered>, Ended) {
    let roots = plans.run(&reading, caller, introspected).await;
    (roots, end(reading).await)
}

/// Ends a look at the content, and says how.
async fn end(reading: Reading) -> Ended {
    reading.finish().await.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot could not be given back");
        Ended::After(0)
    })
}

/// The answer to a request that is not executed.
fn refused(errors: &[ServerError]) -> Answer {
    // Whatever is refused has a code.
    let code = errors.first().and_then(code_of).unwrap_or(Code::Internal);
    Answer::Refused { body: respond::refuse(errors), code }
}

/// The points that a request takes in all, that of the door included.
fn points(cost: u64) -> u32 {
    u32::try_from(cost.div_ceil(COST_OF_A_POINT)).unwrap_or(u32::MAX).max(1)
}

/// The operation of a document that a request asks for, with its variables.
fn document_of<'q>(checked: &'q Checked, request: &Request, given: &'q Given<'q>) -> Result<Document<'q>, ServerError> {
    Document::named(&checked.parsed, request.operation_name.as_deref(), given)
        .ok_or_else(|| coded("There is no operation.", Code::GraphqlValidationFailed))
}

fn none_of(errors: Vec<ServerError>) -> Result<(), Vec<ServerError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Why there is nothing in this response, where that is all the database's doing. With a part of it answered,
/// it is an answer.
fn outage(roots: &[Answered], errors: &[ServerError]) -> Option<Code> {
    let codes: Vec<Code> = errors.iter().map(code_of_outage).collect::<Option<_>>()?;
    // Where one was too slow, the others were not read because of it.
    let code = if codes.contains(&Code::Timeout) { Code::Timeout } else { Code::Unavailable };
    let is_nothing = |root: &Answered| root.json.as_deref().is_none_or(|json| json == b"null");
    let is_empty = roots.iter().any(Answered::is_fatal) || roots.iter().all(is_nothing);
    (!codes.is_empty() && is_empty).then_some(code)
}

fn code_of_outage(error: &ServerError) -> Option<Code> {
    code_of(error).filter(|code| matches!(code, Code::Unavailable | Code::Timeout))
}

/// What kind of operation is asked for (GraphQL, section 6.1, `GetOperation`).
fn operation(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, ServerError> {
    Limit::NAME.check(name.map_or(0, str::len), None)?; // which no operation is past
    let mut operations = document.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(own, _)| own.is_some_and(|own| own == name)),
        None => operations.next().filter(|_| operations.next().is_none()),
    };
    let refuse = || match name {
        Some(name) => format!("The document has no operation called “{name}”."),
        None if document.operations.iter().len() == 0 => "The document has no operation: add a query.".to_owned(),
        None => "The document has several operations: say which one with `operationName`.".to_owned(),
    };
    found.map(|(_, operation)| operation.node.ty).ok_or_else(|| coded(&refuse(), Code::GraphqlValidationFailed))
}

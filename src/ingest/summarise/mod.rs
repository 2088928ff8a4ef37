//! From an episode to a summary that a model writes: ask, check what comes, name what is wrong with it, and ask
//! again; after three answers that can't be used, the excerpt stays.
//!
//! What a model may not do is an outcome and stands beside its episode; an error is a failure of the way there,
//! after which the job is tried again. What is asked is counted before it is: nobody asks for more than they may,
//! also where several processes ask.

mod answer;
mod model;
mod prompt;
mod work;

use std::{sync::Arc, time::Duration};

pub use answer::Fault;
pub use model::{Message, Model, ModelError, Usage};
pub use prompt::VERSION;

use crate::{
    clock::{Clock, Timestamp},
    content::{
        self, Content,
        store::{Allowance, Granted, Kept, Written},
        summarising::{Shelves, Subject, Wanted, Writer},
    },
    jobs::{Ended, Failure, JobKind, Jobs, Lease, NotBefore},
    metrics::{Metrics, ModelOutcome},
    text::tokens,
};
use model::MAX_OUTPUT_TOKENS;

/// Who has summaries written. A clone is the same.
#[derive(Clone)]
pub struct Summariser {
    content: Content,
    jobs: Jobs,
    model: Model,
    writer: Writer,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

/// What came of an episode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summarised {
    /// In a word.
    pub outcome: Outcome,
    /// How often the model was asked.
    pub requests: usize,
    /// What that took.
    pub usage: Usage,
}

/// What came of an episode, in a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// The model's summary stands.
    Written,
    /// There is nothing for a model to write: somebody else wrote, or the episode is gone.
    #[default]
    Nothing,
    /// The text is too short to be summed up; the excerpt stays.
    TooShort,
    /// No answer could be used, and this was wrong with the last one; what was there stays.
    Unusable(Fault),
}

/// How often a model is asked for one summary.
const TRIES: usize = 3;
/// How much of a wrong answer it is told again, in tokens; and what is kept free for that and for what is wrong.
const REPEATED: usize = 500;
const ROOM: usize = REPEATED + 150;

impl Summariser {
    /// Has this model write.
    pub fn new(content: Content, jobs: Jobs, model: Model, clock: Arc<dyn Clock>, metrics: Metrics) -> Self {
        let writer = Writer { model: model.settings().name.clone(), prompt_version: VERSION.to_owned() };
        Self { content, jobs, model, writer, clock, metrics }
    }

    /// The episodes whose summaries are wanted and were published since then, the newest first; `most` at most.
    pub async fn wanted(
        &self,
        wanted: Wanted,
        since: Option<Timestamp>,
        most: usize,
    ) -> Result<Vec<i64>, content::Error> {
        self.content.to_summarise(wanted, &self.writer, since, false, most).await
    }

    /// How many tokens a question about an episode has; none where nothing would be asked.
    pub async fn measure(&self, episode: i64) -> Result<Option<usize>, content::Error> {
        let Some(subject) = self.content.find_subject(episode).await? else { return Ok(None) };
        if subject.is_short {
            return Ok(None);
        }
        let shelves = self.content.shelves().await?;
        let messages = self.question(subject, shelves).await;
        Ok(Some(count(&messages)))
    }

    /// Has the summary of an episode written now. `None` where somebody else does it just now.
    pub async fn summarise_now(
        &self,
        episode: i64,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Ended<Summarised>>, Failure> {
        self.content.want_summaries(&[episode]).await?;
        let Some(lease) = self.jobs.claim_of(JobKind::Summarize, episode).await? else { return Ok(None) };
        let lease = Arc::new(lease);
        let work = self.summarise(&lease);
        Ok(Some(self.jobs.attempt(&lease, self.longest(), stop, work).await?))
    }

    /// Does a job.
    async fn summarise(&self, lease: &Arc<Lease>) -> Result<Summarised, Failure> {
        let content = self.content.under(lease.clone());
        let Some(subject) = content.find_subject(lease.subject).await? else {
            content.drop_summary_job().await?;
            return Ok(Summarised::default());
        };
        if subject.is_short {
            content.record_model_fault(&subject, &self.writer, "the text is too short").await?;
            return Ok(Summarised { outcome: Outcome::TooShort, ..Summarised::default() });
        }
        let mut done = Summarised::default();
        done.outcome = match self.write(&subject, &mut done).await? {
            Ok(written) => match content.record_summary(&subject, &self.writer, &written).await? {
                Kept::New => Outcome::Written,
                Kept::Old => Outcome::Nothing,
            },
            Err(fault) => {
                content.record_model_fault(&subject, &self.writer, &fault.to_string()).await?;
                Outcome::Unusable(fault)
            }
        };
        Ok(done)
    }

    /// Asks until there is a summary, three times at most.
    async fn write(&self, subject: &Subject, done: &mut Summarised) -> Result<Result<Written, Fault>, Failure> {
        let shelves = self.content.shelves().await?;
        let schema = answer::schema(&shelves);
        let mut messages = self.question(subject.clone(), shelves.clone()).await;
        let mut last = Fault::Nothing;
        for _ in 0..TRIES {
            let (answer, took) = self.ask(&messages, &schema, done).await?;
            let text = answer.text.unwrap_or_default();
            let read = match (answer.refused, answer.cut_off) {
                (true, _) => Err(Fault::Refused),
                (_, true) => Err(Fault::CutOff),
                _ => answer::read(&text, &shelves),
            };
            self.metrics.model_request(if read.is_ok() { ModelOutcome::Answered } else { ModelOutcome::Invalid }, took);
            match read {
                Ok(written) => return Ok(Ok(written)),
                Err(fault) => {
                    messages.truncate(2); // the task and the question: each try is about the last answer alone
                    messages.push(Message::assistant(tokens::beginning(&text, REPEATED)));
                    messages.push(prompt::complaint(&fault.to_string()));
                    last = fault;
                }
            }
        }
        Ok(Err(last))
    }

    /// Asks once, if that may be, and counts what it took; also the time.
    async fn ask(
        &self,
        messages: &[Message],
        schema: &serde_json::Value,
        done: &mut Summarised,
    ) -> Result<(model::Answer, Duration), Failure> {
        let input = count(messages);
        let most = i64::try_from(input + MAX_OUTPUT_TOKENS)?;
        let request = match self.content.grant_request(most, self.allowance()).await? {
            Granted::Now(request) => request,
            Granted::NextMinute(until) => {
                let why = "as many requests were made as max_requests_per_minute lets".into();
                return Err(NotBefore { until, why }.into());
            }
            Granted::NextDay(until) => {
                let why = "as many tokens were taken as max_tokens_per_day lets".into();
                return Err(NotBefore { until, why }.into());
            }
        };
        done.requests += 1;
        let begun = self.clock.uptime();
        let answer = self.model.ask(messages, schema).await;
        let took = self.clock.uptime().saturating_sub(begun);
        match answer {
            Ok(answer) => {
                let usage = answer.usage.unwrap_or_else(|| Usage {
                    input: u32::try_from(input).unwrap_or(u32::MAX),
                    output: u32::try_from(tokens::count(answer.text.as_deref().unwrap_or_default()))
                        .unwrap_or(u32::MAX),
                });
                self.content.settle_request(request, usage.total()).await?;
                self.metrics.model_tokens(usage.input.into(), usage.output.into());
                done.usage.input = done.usage.input.saturating_add(usage.input);
                done.usage.output = done.usage.output.saturating_add(usage.output);
                Ok((answer, took))
            }
            Err(error) => {
                self.metrics.model_request(error.outcome(), took);
                if !error.may_have_cost() {
                    self.content.settle_request(request, 0).await?;
                }
                let Some(wait) = error.wait() else { return Err(error.into()) };
                let until = Timestamp(self.clock.now().0.saturating_add(i64::try_from(wait.as_secs())?));
                Err(NotBefore { until, why: error.into() }.into())
            }
        }
    }

    /// The question, made where nobody who has to answer waits for it: a text can be long.
    async fn question(&self, subject: Subject, shelves: Shelves) -> Vec<Message> {
        let most = self.model.settings().max_input_tokens - ROOM;
        let make = move || prompt::question(&subject, &shelves, most).to_vec();
        match tokio::task::spawn_blocking(make).await {
            Ok(messages) => messages,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends, and this with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn allowance(&self) -> Allowance {
        let settings = self.model.settings();
        Allowance {
            requests_per_minute: settings.max_requests_per_minute.map(Into::into),
            tokens_per_day: settings.max_tokens_per_day.map(Into::into),
        }
    }
}

/// How many tokens a conversation has.
fn count(messages: &[Message]) -> usize {
    messages.iter().map(|message| tokens::count(&message.content)).sum()
}

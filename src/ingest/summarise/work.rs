//! Having summaries written, as a worker's work.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{ModelError, Outcome, Summariser, TRIES};
use crate::{
    clock::Timestamp,
    jobs::{Failure, JobKind, Lease, NotBefore, Work},
};

/// How many jobs are made at a time, of the newest episodes.
const PLANNED: usize = 50;
/// For what is to be done beside asking.
const BESIDE: Duration = Duration::from_mins(1);
const DAY: i64 = 86_400;

impl Summariser {
    /// How long one attempt may take.
    pub(super) fn longest(&self) -> Duration {
        let tries = u32::try_from(TRIES).unwrap_or(1);
        self.model.settings().timeout * tries + BESIDE
    }
}

impl Work for Summariser {
    fn kind(&self) -> JobKind {
        JobKind::Summarize
    }

    fn at_a_time(&self) -> usize {
        self.model.settings().parallel
    }

    fn within(&self) -> Duration {
        self.longest()
    }

    fn plan(&self) -> LocalBoxFuture<'_, Result<(), Failure>> {
        async {
            let days = i64::from(self.model.settings().days);
            if days > 0 {
                let since = Timestamp(self.clock.now().0 - days * DAY);
                let planned = self.content.plan_summaries(&self.writer, since, PLANNED).await?;
                if planned > 0 {
                    tracing::debug!(summaries.planned = planned, "summaries are to be written");
                }
            }
            Ok(())
        }
        .boxed_local()
    }

    fn run(&self, lease: Arc<Lease>) -> LocalBoxFuture<'_, Result<(), Failure>> {
        async move {
            let begun = self.clock.uptime();
            let done = match Box::pin(self.summarise(&lease)).await {
                Ok(done) => done,
                Err(failure) => {
                    if let Some(NotBefore { why, until }) = failure.downcast_ref()
                        && why.is::<ModelError>()
                    {
                        let error = &**why as &dyn std::error::Error;
                        tracing::warn!(error, job.until = %until, "the model's endpoint is left alone for a while");
                    }
                    return Err(failure);
                }
            };
            let took = self.clock.uptime().saturating_sub(begun).as_millis();
            let (episode, input, output) = (lease.subject, done.usage.input, done.usage.output);
            match &done.outcome {
                Outcome::Unusable(fault) => tracing::warn!(
                    episode.id = episode,
                    model.requests = done.requests,
                    model.input_tokens = input,
                    model.output_tokens = output,
                    model.fault = %fault,
                    "no answer of the model can be used: the episode keeps its excerpt"
                ),
                outcome => tracing::info!(
                    episode.id = episode,
                    summary.outcome = ?outcome,
                    summary.duration_ms = took,
                    model.input_tokens = input,
                    model.output_tokens = output,
                    "a summary is done"
                ),
            }
            Ok(())
        }
        .boxed_local()
    }
}

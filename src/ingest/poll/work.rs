//! Fetching as a worker's work.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{Outcome, Poller, WITHIN};
use crate::jobs::{Failure, JobKind, Lease, Work};

impl Work for Poller {
    fn kind(&self) -> JobKind {
        JobKind::Fetch
    }

    fn at_a_time(&self) -> usize {
        16
    }

    fn within(&self) -> Duration {
        WITHIN
    }

    fn plan(&self) -> LocalBoxFuture<'_, Result<(), Failure>> {
        async {
            let planned = self.content.plan_fetches().await?;
            if planned > 0 {
                tracing::debug!(fetch.planned = planned, "sources are due");
            }
            Ok(())
        }
        .boxed_local()
    }

    fn run(&self, lease: Arc<Lease>) -> LocalBoxFuture<'_, Result<(), Failure>> {
        async move {
            let begun = self.clock.uptime();
            let polled = self.poll(&lease).await?;
            let took = self.clock.uptime().saturating_sub(begun).as_millis();
            let (source, counts) = (lease.subject, polled.counts);
            match &polled.outcome {
                Outcome::Failed(why) => {
                    tracing::info!(source.id = source, fetch.duration_ms = took, why, "a source can't be fetched");
                }
                outcome => {
                    let (new, changed, skipped) = (counts.new, counts.changed, counts.skipped);
                    tracing::info!(
                        source.id = source,
                        fetch.outcome = ?outcome,
                        fetch.duration_ms = took,
                        items.new = new,
                        items.changed = changed,
                        items.skipped = skipped,
                        "a source was fetched"
                    );
                }
            }
            Ok(())
        }
        .boxed_local()
    }
}

//! The worker: takes jobs that are due, of each kind a few at a time, until it is to stop.
//!
//! All of them share one thread, whichever that is: what is between two waits is writing to a database that
//! has one writer, and what takes longer goes elsewhere.

use std::{pin::pin, rc::Rc, sync::Arc, time::Duration};

use entity::kinds::JobKind;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, join_all},
};
use tokio::{
    sync::watch,
    task::{JoinSet, LocalSet},
    time::Instant,
};

use super::{Ended, Failure, Jobs, Lease};

/// What a worker does about the jobs of one kind.
pub trait Work: 'static {
    /// Which jobs it takes.
    fn kind(&self) -> JobKind;

    /// How many jobs are done at a time.
    fn at_a_time(&self) -> usize;

    /// How long one attempt may take.
    fn within(&self) -> Duration;

    /// Makes jobs of what has become due. Several workers may do that at once.
    fn plan(&self) -> LocalBoxFuture<'_, Result<(), Failure>>;

    /// Does a job. Its last transaction ends it.
    fn run(&self, lease: Arc<Lease>) -> LocalBoxFuture<'_, Result<(), Failure>>;
}

/// How often a worker that has nothing to do looks for jobs, and how often it looks for what has become due.
const LOOK: Duration = Duration::from_secs(1);
const PLAN: Duration = Duration::from_secs(5);

/// Works until it is to stop, and gives its leases back then.
pub async fn run_worker(jobs: Jobs, works: Vec<Rc<dyn Work>>, stop: impl Future<Output = ()>) {
    let stop = stop.shared();
    let works = works.into_iter().map(|work| work_until(jobs.clone(), work, stop.clone()));
    LocalSet::new().run_until(join_all(works)).await;
}

async fn work_until(jobs: Jobs, work: Rc<dyn Work>, stop: impl Future<Output = ()>) {
    let (stopping, is_to_stop) = watch::channel(());
    let mut running = JoinSet::new();
    let mut is_well = true;
    let mut planned: Option<Instant> = None;
    let mut stop = pin!(stop);
    loop {
        // Never broken off: a job that was taken is one to give back.
        let looked = look(&jobs, &work, &mut planned, &mut running, &is_to_stop).await;
        if let Err(error) = &looked
            && is_well
        {
            tracing::warn!(error = &**error as &dyn std::error::Error, "no work can be looked for");
        }
        is_well = looked.is_ok(); // said once, until it works again
        let is_full = running.len() == work.at_a_time();
        tokio::select! {
            () = &mut stop => break,
            _ = running.join_next(), if is_full => {}
            () = tokio::time::sleep(LOOK), if !is_full => {}
        }
        while running.try_join_next().is_some() {}
    }
    drop(stopping);
    while running.join_next().await.is_some() {}
}

/// Takes as many jobs as there are and as may run.
async fn look(
    jobs: &Jobs,
    work: &Rc<dyn Work>,
    planned: &mut Option<Instant>,
    running: &mut JoinSet<()>,
    is_to_stop: &watch::Receiver<()>,
) -> Result<(), Failure> {
    if planned.is_none_or(|planned| planned.elapsed() >= PLAN) {
        work.plan().await?;
        *planned = Some(Instant::now());
    }
    while running.len() < work.at_a_time() {
        let Some(lease) = jobs.claim(work.kind()).await? else { break };
        let mut is_to_stop = is_to_stop.clone();
        let stop = async move {
            // It is never sent anything, but dropped.
            while is_to_stop.changed().await.is_ok() {}
        };
        running.spawn_local(run(jobs.clone(), work.clone(), Arc::new(lease), stop));
    }
    Ok(())
}

async fn run(jobs: Jobs, work: Rc<dyn Work>, lease: Arc<Lease>, stop: impl Future<Output = ()>) {
    let (job, attempt) = (lease.job, lease.attempt);
    match jobs.attempt(&lease, work.within(), stop, work.run(lease.clone())).await {
        Ok(Ended::Done(())) => tracing::debug!(job.id = job, job.attempt = attempt, "a job is done"),
        Ok(Ended::Later(later)) => tracing::debug!(why = &later as &dyn std::error::Error, job.id = job, "a job waits"),
        Ok(Ended::Stopped) => tracing::debug!(job.id = job, "a job was given back"),
        Ok(Ended::Lost) => tracing::warn!(job.id = job, job.attempt = attempt, "a job's lease was lost"),
        Ok(Ended::Failed(error)) => {
            let error = &*error as &dyn std::error::Error;
            tracing::warn!(error, job.id = job, job.attempt = attempt, "a job failed");
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, job.id = job, "a job's lease could not be given back: it ends by itself");
        }
    }
}

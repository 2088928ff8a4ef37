//! What is counted of fetching, and of what waits to be fetched.

use std::time::Duration;

use precis::jobs::{JobKind, LEASE};

use super::{fetch, poller, rivers, source};
use crate::{
    both,
    metrics::scrape,
    support::{
        TestApp,
        origin::{Origin, feed, says},
    },
};

/// `precis_jobs{kind="FETCH",state="due"}`, and the like: what there is, and the age of the oldest that is due.
async fn queue(app: &TestApp) -> (Vec<(String, u64)>, u64) {
    let seen = scrape(app).await;
    let jobs = seen
        .counted("precis_jobs")
        .into_iter()
        .map(|(labels, many)| (labels.replace("kind=\"FETCH\",state=", "").trim_matches('"').to_owned(), many));
    (jobs.collect(), seen.get("precis_jobs_oldest_due_seconds{kind=\"FETCH\"}"))
}

fn jobs(jobs: &[(&str, u64)]) -> Vec<(String, u64)> {
    jobs.iter().map(|(state, many)| ((*state).to_owned(), *many)).collect()
}

both! {
    async fn what_comes_of_fetches_is_counted(app: TestApp) {
        let first = feed("Rivers", &[("1", "Flood"), ("2", "Ebb")]);
        let second = feed("Rivers", &[("1", "Flood"), ("2", "Ebb, at last"), ("3", "Delta"), ("3", "Delta")]);
        let (sent, changed) = (first.clone(), second.clone());
        let origin = Origin::start(move |asked| match asked.nth {
            0 | 1 => says(200, &["etag: \"1\""], &sent),
            2 => says(304, &["etag: \"1\""], ""),
            3 => says(200, &[], &changed),
            4 => says(500, &[], "no feed"),
            5 => says(200, &[], "<html><title>no feed</title></html>"),
            _ => says(410, &[], "gone"),
        });
        let (app, rivers) = rivers(&app, &origin).await;
        for _ in 0..7 {
            fetch(&app, rivers).await;
        }
        let seen = scrape(&app).await;
        let outcome = |outcome: &'static str, many: u64| (outcome, many);
        assert_eq!(
            seen.counted("precis_fetches_total"),
            [
                outcome("outcome=\"failed\"", 2),
                outcome("outcome=\"gone\"", 1),
                outcome("outcome=\"not_modified\"", 1),
                outcome("outcome=\"taken\"", 2),
                outcome("outcome=\"unchanged\"", 1),
            ]
        );
        // What came again was not read again.
        let items = [("changed", 1), ("new", 3), ("skipped", 1), ("unchanged", 1)];
        let items = items.map(|(outcome, many)| (format!("outcome=\"{outcome}\""), many));
        let seen_items: Vec<_> = seen.counted("precis_items_total").into_iter().map(|(it, many)| (it.to_owned(), many)).collect();
        assert_eq!(seen_items, items);
        let page = "<html><title>no feed</title></html>".len();
        let bytes = 2 * first.len() + second.len() + page;
        assert_eq!(seen.get("precis_fetch_received_bytes_total"), bytes as u64);
        assert_eq!(seen.get("precis_fetch_duration_seconds_count"), 7);
    }

    async fn what_sources_call_themselves_is_no_series(app: TestApp) {
        let strange = "a\"b\\c\nd{e=&quot;f&quot;} 1";
        let origin = Origin::start(move |_| says(200, &[], feed(strange, &[(strange, strange)])));
        let (app, rivers) = rivers(&app, &origin).await;
        let before = scrape(&app).await;
        let seas = source(app.content(), strange, &origin.url("seas.test", "/feed\"}")).await;
        fetch(&app, rivers).await;
        fetch(&app, seas).await;
        app.content().want_fetches(&[seas]).await.expect("a job");
        let after = scrape(&app).await;
        assert_eq!(after.series(), before.series());
        assert_eq!(after.get("precis_fetches_total{outcome=\"taken\"}"), 2);
    }

    async fn what_waits_to_be_done_is_counted_by_how_it_stands(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &[])));
        let (app, rivers) = rivers(&app, &origin).await;
        assert_eq!(queue(&app).await, (jobs(&[]), 0));
        let seas = source(app.content(), "Seas", &origin.url("seas.test", "/feed")).await;
        let lakes = source(app.content(), "Lakes", &origin.url("seas.test", "/lakes")).await;
        app.content().want_fetches(&[rivers]).await.expect("a job");
        app.clock.pass(Duration::from_secs(90));
        app.content().want_fetches(&[seas, lakes]).await.expect("jobs");
        assert_eq!(queue(&app).await, (jobs(&[("due", 3)]), 90));

        // The oldest is begun, and its lease is over when nobody renews it.
        let lease = app.wired().jobs.claim(JobKind::Fetch).await.expect("jobs").expect("one that is due");
        assert_eq!(lease.subject, rivers);
        assert_eq!(queue(&app).await, (jobs(&[("due", 2), ("leased", 1)]), 0));
        app.clock.pass(LEASE);
        assert_eq!(queue(&app).await, (jobs(&[("due", 3)]), 150));

        // What failed waits for its time, and what failed too often is given up.
        let lease = app.wired().jobs.claim_of(JobKind::Fetch, rivers).await.expect("jobs").expect("it is free");
        let failure = async { Err::<(), _>("it is over".into()) };
        app.wired().jobs.attempt(&lease, LEASE, std::future::pending(), failure).await.expect("it is put off");
        assert_eq!(queue(&app).await, (jobs(&[("due", 2), ("waiting", 1)]), 60));
        for _ in lease.attempt..precis::jobs::ATTEMPTS {
            app.wired().jobs.claim_of(JobKind::Fetch, rivers).await.expect("jobs").expect("it is free");
            app.clock.pass(LEASE);
        }
        app.content().plan_fetches().await.expect("a look");
        let (states, age) = queue(&app).await;
        assert_eq!(states, jobs(&[("dead", 1), ("due", 2)]));
        assert_eq!(age, 60 * u64::try_from(1 + precis::jobs::ATTEMPTS - lease.attempt).expect("a few"));

        for source in [seas, lakes] {
            let done = poller(app.wired()).poll_now(source, std::future::pending()).await.expect("jobs");
            assert!(done.is_some());
        }
        assert_eq!(queue(&app).await, (jobs(&[("dead", 1)]), 0));
    }
}

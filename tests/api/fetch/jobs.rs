//! Work under leases: who has a job, for how long, and what becomes of those who lose it.

use std::{rc::Rc, sync::Arc, time::Duration};

use precis::{
    content::{self, SourceDraft},
    jobs::{Ended, Failure, JobKind, LEASE, Lease, run_worker},
};
use serde_json::{Value, json};

use super::{poller, rivers, source, state, titles};
use crate::{
    both,
    support::{
        TestApp,
        origin::{Does, Origin, answer, feed, says},
    },
    tables::{assert_same, dump},
};

const TWO: [(&str, &str); 2] = [("1", "Flood"), ("2", "Ebb")];

/// The only job, as far as these tests look at it.
async fn job(app: &TestApp) -> Value {
    let jobs = dump(&app.url).await.remove("job").expect("a table");
    let [job] = jobs.as_slice() else { panic!("not one job: {jobs:?}") };
    json!({ "attempts": job["attempts"], "is leased": !job["lease_token"].is_null(), "is dead": !job["died_at"].is_null() })
}

fn told(attempts: i32, is_leased: bool, is_dead: bool) -> Value {
    json!({ "attempts": attempts, "is leased": is_leased, "is dead": is_dead })
}

async fn claim(app: &TestApp) -> Option<Lease> {
    app.wired().jobs.claim(JobKind::Fetch).await.expect("a table of jobs")
}

/// An attempt whose work is this.
async fn attempt(app: &TestApp, lease: &Lease, work: impl Future<Output = Result<(), Failure>>) -> Ended<()> {
    app.wired()
        .jobs
        .attempt(lease, Duration::from_mins(5), std::future::pending(), work)
        .await
        .expect("a table of jobs")
}

both! {
    async fn a_source_that_is_due_is_one_job_however_often_it_is_planned(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        for planned in [1, 0] {
            assert_eq!(app.content().plan_fetches().await.expect("a plan"), planned);
        }
        assert_eq!(app.content().want_fetches(&[rivers]).await.expect("a plan"), 0);
        assert_eq!(job(&app).await, told(0, false, false));
        let worker = poller(app.wired());
        worker.poll_now(rivers, std::future::pending()).await.expect("jobs").expect("nobody else does it");
        assert!(dump(&app.url).await["job"].is_empty());
        // It is due again three hours later, and not before.
        app.clock.pass(Duration::from_secs(3 * 3_600 - 1));
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 0);
        app.clock.pass(Duration::from_secs(1));
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 1);
    }

    async fn a_job_is_done_by_one_until_the_lease_is_over(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], ""));
        let (app, rivers) = rivers(&app, &origin).await;
        app.content().plan_fetches().await.expect("a plan");
        let first = claim(&app).await.expect("a job");
        assert_eq!((first.subject, first.attempt), (rivers, 1));
        app.clock.pass(Duration::from_secs(59));
        assert!(claim(&app).await.is_none());
        assert!(app.wired().jobs.claim_of(JobKind::Fetch, rivers).await.expect("jobs").is_none());
        app.clock.pass(Duration::from_secs(1));
        let second = claim(&app).await.expect("the job again");
        assert_eq!((second.subject, second.attempt), (rivers, 2));
        assert_eq!(job(&app).await, told(2, true, false));
    }

    async fn who_has_lost_the_lease_writes_nothing(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        app.content().plan_fetches().await.expect("a plan");
        let late = Arc::new(claim(&app).await.expect("a job"));
        app.clock.pass(LEASE);
        let before = dump(&app.url).await;
        let refused = |done: Result<(), content::Error>| matches!(done, Err(content::Error::LeaseLost));
        let content = app.content().under(late.clone());
        let draft = SourceDraft {
            slug: None, name: "Late".to_owned(), kind: None, feed_url: None, homepage: None, icon_url: None,
            description: None, language: None,
        };
        let state = content.find_feed(rivers).await.expect("rows").expect("a source").state();
        let writes = async || {
            assert!(refused(content.store_source(&draft).await.map(|_| ())));
            assert!(refused(content.record_fetch(&state, None).await.map(|_| ())));
            assert!(refused(content.record_fetch(&state, Some("https://late.example/")).await.map(|_| ())));
        };
        writes().await;
        assert_same(&before, &dump(&app.url).await, "the lease is over");
        let _other = claim(&app).await.expect("the job");
        let before = dump(&app.url).await;
        writes().await;
        // What it does at its end touches nobody else's lease.
        let failed = attempt(&app, &late, async { Err("late".into()) }).await;
        assert!(matches!(failed, Ended::Failed(_)));
        assert_same(&before, &dump(&app.url).await, "somebody else has the lease");
    }

    async fn a_job_that_fails_is_tried_again_after_a_while_and_is_dead_after_ten_times(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &TWO)));
        let (app, rivers) = rivers(&app, &origin).await;
        app.content().plan_fetches().await.expect("a plan");
        for number in 1..=10 {
            let lease = claim(&app).await.expect("a job");
            assert_eq!(lease.attempt, number);
            let work: Result<(), Failure> = Err("out of luck".into());
            let ended = attempt(&app, &lease, async { if number % 2 == 0 { panic!("out of mind") } else { work } }).await;
            assert!(matches!(ended, Ended::Failed(_)), "{ended:?}");
            assert!(claim(&app).await.is_none(), "not at once");
            app.clock.pass(Duration::from_hours(1));
        }
        assert!(claim(&app).await.is_none());
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 0);
        assert_eq!(job(&app).await, told(10, false, true));
        let error = "fetching it ended the program again and again, and is put off for a week";
        let told = state(&app).await;
        assert_eq!((&told["health"], &told["lastError"]), (&json!("FAILING"), &json!(error)));
        // A week later it is forgotten, and the source is due.
        app.clock.pass(Duration::from_secs(7 * 86_400 - 1));
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 0);
        app.clock.pass(Duration::from_secs(1));
        assert_eq!(app.content().plan_fetches().await.expect("a plan"), 1);
        assert_eq!(claim(&app).await.map(|lease| (lease.subject, lease.attempt)), Some((rivers, 1)));
        assert_eq!(dump(&app.url).await["job"].len(), 1);
    }

    async fn who_is_to_stop_gives_the_job_back_and_that_is_no_attempt(app: TestApp) {
        let origin = Origin::start(|_| Does::Stalls(Vec::new()));
        let (app, rivers) = rivers(&app, &origin).await;
        app.content().plan_fetches().await.expect("a plan");
        let begun = async {
            while origin.connections() == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended = poller(app.wired()).poll_now(rivers, begun).await.expect("jobs").expect("nobody else does it");
        assert!(matches!(ended, Ended::Stopped), "{ended:?}");
        assert_eq!(job(&app).await, told(0, false, false));
        assert!(claim(&app).await.is_some());
    }

    async fn a_source_that_goes_while_it_is_fetched_does_not_come_back(app: TestApp) {
        let origin = Origin::start(|_| Does::Waits(Duration::from_millis(300), answer(200, &[], feed("Rivers", &TWO))));
        let (app, rivers) = rivers(&app, &origin).await;
        app.content().plan_fetches().await.expect("a plan");
        let removed = async {
            while origin.connections() == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            app.content().remove_source(rivers).await.expect("it is removed").expect("it was there");
        };
        let poller = poller(app.wired());
        let (ended, ()) = tokio::join!(poller.poll_now(rivers, std::future::pending()), removed);
        let ended = ended.expect("jobs").expect("nobody else does it");
        assert!(matches!(ended, Ended::Failed(_)), "{ended:?}");
        let tables = dump(&app.url).await;
        for table in ["source", "episode", "summary", "source_fetch", "job"] {
            assert!(tables[table].is_empty(), "{table}");
        }
    }

    async fn several_workers_share_the_work(app: TestApp) {
        let origin = Origin::start(|asked| {
            let name = asked.path.trim_start_matches('/');
            Does::Waits(Duration::from_millis(20), answer(200, &[], feed(name, &[(name, name)])))
        });
        let app = app.empty().await;
        let names: Vec<String> = (10..30).map(|number| format!("Source {number}")).collect();
        for name in &names {
            let path = format!("/{}", name.replace(' ', "%20"));
            source(app.content(), name, &origin.url("rivers.test", &path)).await;
        }
        let done = async || {
            while titles(&app).await.len() < names.len() || !dump(&app.url).await["job"].is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let work = || {
            let fetched = done();
            run_worker(app.wired().jobs.clone(), vec![Rc::new(poller(app.wired()))], fetched)
        };
        tokio::join!(work(), work(), work());
        // Each was asked once.
        assert_eq!(origin.asked().len(), names.len());
        assert!(origin.asked().iter().all(|asked| asked.nth == 0));
        let well = app.data("{ sources(first: 100) { nodes { fetchState { health } } } }").await;
        let well = well["sources"]["nodes"].as_array().expect("a list").clone();
        assert!(well.iter().all(|node| node["fetchState"]["health"] == "OK"), "{well:?}");
    }
}

//! Workers as processes, and what may happen to one: it is killed, stopped and continued, told to end.
//!
//! A lease lasts longer than a test may take: where one is to be over, the tests put its end into the past, as
//! if that time had gone by. `PRECIS_TEST_ROUNDS` is how often what is random is tried: ten times, if it is
//! not set.

use std::{
    env, iter,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{rivers, source, state, titles};
use crate::{
    both,
    faults::rounds,
    support::{
        TestApp,
        origin::{Asked, Does, Origin, answer, feed, says},
    },
    tables::{connect, dump},
};

/// A worker on this database, in a process of its own.
struct Worker(Child);

impl Worker {
    fn start(url: &str) -> Self {
        Self::run(url, &["worker"])
    }

    /// The same, by another command.
    fn run(url: &str, command_line: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_precis"));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PRECIS_")) {
            command.env_remove(name);
        }
        let hosts = (1..=9).map(|number| format!("127.0.0.{number}")).collect::<Vec<_>>().join(",");
        command.args(command_line).args(["--log", "warn", "--database-url", url, "--fetch-hosts", &hosts]);
        command.current_dir(env::temp_dir()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("it starts"))
    }

    fn signal(&self, name: &str) {
        signal(self.0.id(), name);
    }

    /// Ends it, however.
    fn kill(mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn signal(process: u32, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    assert!(status.expect("it runs").success(), "{name}");
}

/// As if all leases had run out, and all pauses were over.
async fn let_leases_run_out(app: &TestApp) {
    let database = connect(&app.url).await;
    let past = "UPDATE job SET run_at = 0, lease_until = CASE WHEN lease_until IS NULL THEN NULL ELSE 0 END \
                WHERE died_at IS NULL";
    database.execute_unprepared(past).await.expect("it is done");
    database.close().await.expect("no connection");
}

/// Waits until it is so.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Puts the feed of `rivers` to where a worker may ask it.
async fn move_to_here(app: &TestApp, origin: &Origin) {
    let database = connect(&app.url).await;
    let feed_url = origin.url("127.0.0.1", "/feed");
    database.execute_unprepared(&format!("UPDATE source SET feed_url = '{feed_url}'")).await.expect("it is done");
    database.close().await.expect("no connection");
}

/// A number at random, below `most`: good enough to choose a moment.
fn random(most: u64) -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    RandomState::new().build_hasher().finish() % most
}

both! {
    async fn a_worker_that_is_killed_at_any_moment_loses_and_repeats_nothing(app: TestApp) {
        let app = app.empty().await;
        // What a feed has grows while it is fetched; what it says at the end is what has to be there.
        let age = Arc::new(AtomicU32::new(1));
        let seen = age.clone();
        let origin = Origin::start(move |asked| {
            let items = items(&asked.path, seen.load(Ordering::SeqCst));
            let items: Vec<(&str, &str)> = items.iter().map(|(guid, title)| (guid.as_str(), title.as_str())).collect();
            says(200, &[], feed(&asked.path, &items))
        });
        let paths: Vec<String> = (1..=9).map(|number| format!("/{number}")).collect();
        for (place, path) in iter::zip(1.., &paths) {
            source(app.content(), path, &origin.url(&format!("127.0.0.{place}"), path)).await;
        }
        for round in 1..=rounds(10) {
            age.store(round, Ordering::SeqCst);
            make_due(&app).await;
            let worker = Worker::start(&app.url);
            if round.is_multiple_of(5) {
                // Else a job that nobody had the time for is given up, as one that ends its process is.
                until(async || all_are_done(&app, paths.len()).await).await;
            } else {
                tokio::time::sleep(Duration::from_millis(random(1_500))).await;
            }
            worker.kill();
            let_leases_run_out(&app).await;
        }
        // The last one may work in peace.
        make_due(&app).await;
        let last = Worker::start(&app.url);
        let mut expected: Vec<String> =
            paths.iter().flat_map(|path| items(path, rounds(10))).map(|(_, title)| title).collect();
        expected.sort();
        until(async || all_titles(&app).await == expected && dump(&app.url).await["job"].is_empty()).await;
        last.kill();
        let summaries = dump(&app.url).await.remove("summary").expect("a table");
        assert_eq!(summaries.len(), expected.len());
        let total = app.data("{ summaries { totalCount } episodes { totalCount } }").await;
        assert_eq!(total["summaries"], total["episodes"]);
    }

    async fn a_job_that_ends_its_process_again_and_again_is_given_up(app: TestApp) {
        let victim = Arc::new(Mutex::new(None::<u32>));
        let named = victim.clone();
        let origin = Origin::start(move |_| {
            let process = named.lock().expect("no panic").take();
            if let Some(process) = process {
                signal(process, "KILL");
            }
            Does::Stalls(Vec::new())
        });
        let (app, _) = rivers(&app, &origin).await;
        move_to_here(&app, &origin).await;
        for number in 1..=10 {
            let mut worker = Worker::start(&app.url);
            *victim.lock().expect("no panic") = Some(worker.0.id());
            worker.0.wait().expect("it is killed");
            assert_eq!(origin.connections(), number);
            let_leases_run_out(&app).await;
        }
        let last = Worker::start(&app.url);
        until(async || dump(&app.url).await["job"].iter().all(|job| !job["died_at"].is_null())).await;
        last.kill();
        let told = state(&app).await;
        let error = "fetching it ended the program again and again, and is put off for a week";
        assert_eq!((&told["health"], &told["lastError"]), (&json!("FAILING"), &json!(error)));
        assert_eq!(origin.connections(), 10);
    }

    async fn a_worker_that_stood_still_writes_nothing_when_it_goes_on(app: TestApp) {
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let origin = Origin::start(move |asked: &Asked| match asked.nth {
            // The first answer is held back until somebody lets it go.
            0 => {
                may_go_on.lock().expect("no panic").recv().expect("it is sent");
                says(200, &[], feed("Rivers", &[("1", "Flod"), ("2", "Eb")]))
            }
            _ => says(200, &[], feed("Rivers", &[("1", "Flood")])),
        });
        let (app, _) = rivers(&app, &origin).await;
        move_to_here(&app, &origin).await;
        let first = Worker::start(&app.url);
        until(async || origin.connections() == 1).await;
        first.signal("STOP");
        let_leases_run_out(&app).await;
        let second = Worker::start(&app.url);
        until(async || dump(&app.url).await["job"].is_empty()).await;
        second.kill();
        assert_eq!(titles(&app).await, ["Flood"]);
        let before = dump(&app.url).await;

        go_on.send(()).expect("it waits");
        first.signal("CONT");
        // It has looked at what came by the time that it looks for other work, and takes that.
        let seas = source(app.content(), "Seas", &origin.url("127.0.0.2", "/seas")).await;
        until(async || {
            let states = dump(&app.url).await.remove("source_fetch").expect("a table");
            states.iter().any(|state| state["source_id"] == seas)
        })
        .await;
        thread::sleep(Duration::from_millis(300));
        first.kill();
        let after = dump(&app.url).await;
        let of_rivers = |tables: &crate::tables::Tables| {
            let rows = tables["episode"].iter().chain(&tables["source_fetch"]);
            rows.filter(|row| row["source_id"] != seas).cloned().collect::<Vec<_>>()
        };
        assert_eq!(of_rivers(&after), of_rivers(&before));
    }

    async fn a_worker_that_is_told_to_end_gives_its_jobs_back(app: TestApp) {
        let origin = Origin::start(|_| Does::Stalls(Vec::new()));
        let (app, _) = rivers(&app, &origin).await;
        move_to_here(&app, &origin).await;
        let mut worker = Worker::start(&app.url);
        until(async || origin.connections() == 1).await;
        worker.signal("TERM");
        assert_eq!(worker.0.wait().expect("it ends").code(), Some(0));
        let jobs = dump(&app.url).await.remove("job").expect("a table");
        assert_eq!(jobs.len(), 1);
        assert_eq!((&jobs[0]["attempts"], &jobs[0]["lease_token"]), (&json!(0), &json!(null)));
    }

    async fn who_serves_fetches_too_unless_nobody_wants_that(app: TestApp) {
        let origin = Origin::start(|_| says(200, &[], feed("Rivers", &[("1", "Flood")])));
        let (app, _) = rivers(&app, &origin).await;
        move_to_here(&app, &origin).await;
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let mut idle = Worker::run(&app.url, &[&serve[..], &["--no-worker"]].concat());
        let mut busy = Worker::run(&app.url, &serve);
        until(async || titles(&app).await == ["Flood"] && dump(&app.url).await["job"].is_empty()).await;
        busy.signal("TERM");
        assert_eq!(busy.0.wait().expect("it ends").code(), Some(0));
        make_due(&app).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        idle.signal("TERM");
        assert_eq!((idle.0.wait().expect("it ends").code(), origin.connections()), (Some(0), 1));
    }

    async fn readers_are_answered_while_sources_stall(app: TestApp) {
        // As many as are fetched at a time, each from a host of its own, and none of them ends.
        let answered = Arc::new(AtomicBool::new(false));
        let is_answered = answered.clone();
        let origin = Origin::start(move |_| {
            while !is_answered.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(10));
            }
            Does::Says(answer(503, &[], ""))
        });
        let app = app.empty().await;
        for number in 1..=9 {
            let url = origin.url(&format!("127.0.0.{number}"), "/feed");
            source(app.content(), &format!("Source {number}"), &url).await;
        }
        let worker = Worker::start(&app.url);
        until(async || origin.connections() == 9).await;
        let answer = app.data("{ sources { totalCount nodes { fetchState { health } } } }").await;
        assert_eq!(answer["sources"]["totalCount"], 9);
        answered.store(true, Ordering::SeqCst);
        worker.kill();
    }
}

/// The items of a feed of that age: the same as before, one of which changes, and a few more.
fn items(path: &str, age: u32) -> Vec<(String, String)> {
    let name = path.trim_start_matches('/');
    let grown = (1..=10 + age).map(|number| (format!("{name}-{number}"), format!("{name} no {number} of many")));
    iter::once((format!("{name}-0"), format!("{name} at the age of {age}"))).chain(grown).collect()
}

/// Whether so many sources were fetched since they were made due.
async fn all_are_done(app: &TestApp, many: usize) -> bool {
    let tables = dump(&app.url).await;
    let states = &tables["source_fetch"];
    states.len() == many && states.iter().all(|state| state["next_fetch_at"] != 0) && tables["job"].is_empty()
}

/// Has all sources fetched, as if they had waited for it.
async fn make_due(app: &TestApp) {
    let database = connect(&app.url).await;
    let due = "UPDATE source_fetch SET next_fetch_at = 0";
    database.execute_unprepared(due).await.expect("it is done");
    database.close().await.expect("no connection");
}

/// The titles of all episodes, out of their table.
async fn all_titles(app: &TestApp) -> Vec<String> {
    let episodes = dump(&app.url).await.remove("episode").expect("a table");
    let mut titles: Vec<String> =
        episodes.iter().map(|row| row["title"].as_str().expect("a title").to_owned()).collect();
    titles.sort();
    titles
}

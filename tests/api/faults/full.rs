//! A disk that is full, and a file that may only be read: mounts in a namespace of their own. The tests start
//! themselves again in there.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::json;
use tempfile::TempDir;

use super::{QUICK, chain};
use crate::support::{Backend, TestApp, not_run, run_alone};

/// Names the folder of a disk of 2 MiB, where there is one.
const FOLDER: &str = "PRECIS_TEST_SMALL_DISK";

#[test]
fn a_full_disk_stops_writing_alone_and_only_until_there_is_room() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return on_a_small_disk("faults::full::a_full_disk_stops_writing_alone_and_only_until_there_is_room");
    };
    run_alone(async || {
        let room = folder.join("room");
        fs::write(&room, vec![1; 512 * 1024]).expect("there is room");
        let app = TestApp::at(Backend::Sqlite, url(&folder)).await;
        let (mut stored, mut number) = (0, 0);
        let error = loop {
            // What was stored counts, also where the rest of it was not.
            let (counts, done) = app.import("a.jsonl", &lines(number)).await;
            stored += counts.new;
            match done {
                Ok(()) => number += 1,
                Err(error) => break chain(&error),
            }
            assert!(number < 10_000, "it never gets full");
        };
        assert!(error.contains("the database can't be written to") && error.contains("full"), "{error}");
        for _ in 0..3 {
            let data = app.data(&format!("{{ summaries {{ totalCount }} {} }}", QUICK.trim_matches(['{', '}']))).await;
            assert_eq!(data["summaries"]["totalCount"], json!(stored));
            assert!(app.import("a.jsonl", &lines(number + 1)).await.1.is_err(), "it is still full");
        }
        fs::remove_file(&room).expect("it goes");
        let (counts, done) = app.import("a.jsonl", &lines(number + 1)).await;
        assert_eq!((counts.new, done.is_ok()), (10, true));
    });
}

#[test]
fn a_file_that_may_only_be_read_is_read() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return on_a_small_disk("faults::full::a_file_that_may_only_be_read_is_read");
    };
    run_alone(async || {
        let writable = TestApp::at(Backend::Sqlite, url(&folder)).await;
        writable.import("a.jsonl", &lines(0)).await.1.expect("it is imported");
        writable.close().await;
        let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
        let mounted = Command::new("sh").args(["-c", mount]).arg(folder.join("precis.db")).status();
        assert!(mounted.expect("it runs").success());

        let app = TestApp::at(Backend::Sqlite, url(&folder)).await;
        assert_eq!(app.data("{ summaries { totalCount } }").await["summaries"]["totalCount"], json!(10));
        let error = chain(&app.import("a.jsonl", &lines(1)).await.1.expect_err("nothing is written"));
        assert!(error.contains("the database can't be written to") && error.contains("readonly"), "{error}");
        assert_eq!(app.data("{ summaries { totalCount } }").await["summaries"]["totalCount"], json!(10));
    });
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("precis.db").display())
}

/// Ten items of a kilobyte each, other ones each time.
fn lines(number: usize) -> String {
    let line = |item| {
        let text = format!("{number} {item} {}", "water ".repeat(150));
        let summary = json!({ "title": format!("Tide {number} {item}"), "tldr": text, "language": "en" });
        let episode = json!({ "guid": format!("{number}/{item}"), "title": format!("Tide {number} {item}") });
        json!({ "source": { "name": "Seas" }, "episode": episode, "summary": summary }).to_string()
    };
    (0..10).map(line).collect::<Vec<_>>().join("\n")
}

/// Runs one test of this program where there is such a disk, if this process may mount one.
fn on_a_small_disk(test: &str) {
    let folder = TempDir::new().expect("a folder");
    let program = env::current_exe().expect("a program");
    let mounted = in_a_namespace(folder.path(), Path::new("true"), &[]);
    if !mounted.as_ref().is_ok_and(|output| output.status.success()) {
        return not_run(&format!("no mount in a namespace: {mounted:?}"));
    }
    let output = in_a_namespace(folder.path(), &program, &[test, "--exact", "--nocapture"]).expect("it runs");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

fn in_a_namespace(folder: &Path, program: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    const MOUNT: &str = "mount -t tmpfs -o size=2m tmpfs \"$1\" && shift && exec \"$@\"";
    let mut command = Command::new("unshare");
    // Who is not root may become it in a namespace, on some systems.
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"]);
    command.arg(folder).arg(program).args(arguments).env(FOLDER, folder).output()
}

//! `precis import`: files and folders in, counts out.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Child,
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{Ended, Fresh, Precis};
use crate::{both, support::TestApp};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Rivers</title><link>https://rivers.example/</link>\
                    <item><guid>1</guid><title>Flood</title></item><item><guid>2</guid><title>Ebb</title></item>\
                    <item></item></channel></rss>";
const LINES: &str = "{\"source\": \"Seas\", \"episode\": {\"guid\": \"1\", \"title\": \"Spring tide\"}}\nno line\n";
const LIST: &str =
    "<opml version=\"2.0\"><body><outline text=\"Lakes\" xmlUrl=\"https://lakes.example/feed\"/></body></opml>";

both! {
    async fn files_and_folders_are_counted_in_one_object(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = inputs();
        let import = ["import", "--json", "--database-url", &database.url, "inputs", "no-such-file.xml"];
        let Ended { code, out, err } = precis.run(&import);
        let missing = "it can't be read: No such file or directory (os error 2)";
        let no_feed = "this is no feed: it is neither XML nor JSON";
        assert_eq!(
            (code, serde_json::from_str::<Value>(&out).expect("one object")),
            (
                Some(1),
                json!({
                    "files": [
                        file("inputs/a.xml", [2, 0, 0, 1], None),
                        file("inputs/b/c/seas.jsonl.gz", [1, 0, 0, 1], None),
                        file("inputs/b/notes.txt", [0, 0, 0, 0], Some(no_feed)),
                        file("inputs/list.opml", [0, 0, 0, 0], None),
                        file("no-such-file.xml", [0, 0, 0, 0], Some(missing)),
                    ],
                    "total": { "new": 3, "changed": 0, "unchanged": 0, "skipped": 2, "failed": 2 },
                })
            ),
            "{err}"
        );
        assert!(out.ends_with("}\n") && out.lines().count() == 1, "{out}");

        let again = precis.run(&["import", "--json", "--database-url", &database.url, "inputs/a.xml", "inputs/b/c"]);
        assert_eq!(
            (again.code, serde_json::from_str::<Value>(&again.out).expect("one object")),
            (
                Some(0),
                json!({
                    "files": [
                        file("inputs/a.xml", [0, 0, 2, 1], None),
                        file("inputs/b/c/seas.jsonl.gz", [0, 0, 1, 1], None),
                    ],
                    "total": { "new": 0, "changed": 0, "unchanged": 3, "skipped": 2, "failed": 0 },
                })
            )
        );
    }

    async fn people_get_a_line_a_file_and_reasons_apart(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = inputs();
        let ended = precis.run(&["import", "--log", "warn", "--database-url", &database.url, "inputs"]);
        assert_eq!(
            ended,
            Ended {
                code: Some(1),
                out: "inputs/a.xml: 2 new, 0 changed, 0 unchanged, 1 skipped\n\
                  inputs/b/c/seas.jsonl.gz: 1 new, 0 changed, 0 unchanged, 1 skipped\n\
                  inputs/b/notes.txt: failed: this is no feed: it is neither XML nor JSON \
                  (0 new, 0 changed, 0 unchanged, 0 skipped)\n\
                  inputs/list.opml: 0 new, 0 changed, 0 unchanged, 0 skipped, 1 sources\n\
                  In all: 3 new, 0 changed, 0 unchanged, 2 skipped, 1 sources; 1 files failed\n\
                  `precis fetch` asks the sources now; `precis serve` does it whenever they are due.\n"
                    .to_owned(),
                err: "inputs/a.xml: item 3 (line 1): it is empty\n\
                  inputs/b/c/seas.jsonl.gz: line 2: not JSON: expected ident at line 1 column 2\n"
                    .to_owned(),
            }
        );
    }

    async fn two_processes_may_import_the_same_at_once(app: TestApp) {
        let precis = inputs();
        for _ in 0..3 {
            let database = app.empty().await;
            let import = ["import", "--json", "--database-url", &database.url, "inputs/a.xml", "inputs/b/c"];
            let children: Vec<Child> = (0..2).map(|_| precis.command(&import).spawn().expect("it starts")).collect();
            let ended: Vec<Ended> =
                children.into_iter().map(|child| child.wait_with_output().expect("it ends").into()).collect();
            assert!(ended.iter().all(|it| it.code == Some(0)), "{ended:#?}");
            let answer =
                database.data("{ sources { totalCount } episodes { totalCount } summaries { totalCount } }").await;
            let three = json!({ "totalCount": 3 });
            assert_eq!(answer, json!({ "sources": { "totalCount": 2 }, "episodes": three, "summaries": three }));
        }
    }

    async fn a_folder_without_files_is_no_failure(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        precis.write("inputs/.hidden", "no feed");
        let ended = precis.run(&["import", "--json", "--log", "warn", "--database-url", &database.url, "inputs"]);
        let out = "{\"files\":[],\"total\":{\"changed\":0,\"failed\":0,\"new\":0,\"skipped\":0,\"unchanged\":0}}\n";
        assert_eq!(ended, Ended { code: Some(0), out: out.to_owned(), err: String::new() });
    }
}

#[test]
fn who_has_seen_enough_of_the_output_does_not_make_it_fail() {
    let precis = inputs();
    for arguments in [
        &["import", "inputs/a.xml", "inputs/b/c", "inputs/list.opml"][..],
        &["import", "--json", "inputs/a.xml"],
        &["schema"],
    ] {
        // Nobody reads at all,
        let mut child = precis.command(arguments).spawn().expect("it starts");
        drop(child.stdout.take());
        let ended = Ended::from(child.wait_with_output().expect("it ends"));
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.err);
        // or one line and no more, as with `| head -1`.
        let mut child = precis.command(arguments).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let ended = Ended::from(child.wait_with_output().expect("it ends"));
        assert_eq!((ended.code, line.is_empty()), (Some(0), false), "{arguments:?}: {}", ended.err);
    }
}

#[test]
fn without_a_path_nothing_is_imported_and_the_call_was_wrong() {
    let precis = Precis::new();
    let ended = precis.run(&["import"]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
    assert!(ended.err.contains("<PATH>..."), "{}", ended.err);
    assert!(!precis.folder().join("precis.db").exists(), "no database was made");
}

#[test]
fn a_folder_that_leads_back_to_itself_ends() {
    let precis = inputs();
    let link = precis.folder().join("inputs/b/again");
    std::os::unix::fs::symlink(precis.folder().join("inputs"), link).expect("a link");
    let ended = precis.run(&["import", "--json", "inputs"]);
    let answer: Value = serde_json::from_str(&ended.out).expect("one object");
    let new = answer["total"]["new"].as_u64();
    assert_eq!(new, Some(3), "{}", ended.err);
}

/// A folder `inputs`: a feed, a list of feeds, notes, and JSON lines packed in a folder in a folder.
fn inputs() -> Precis {
    let precis = Precis::new();
    precis.write("inputs/a.xml", FEED);
    precis.write("inputs/list.opml", LIST);
    precis.write("inputs/b/notes.txt", "Flood on Monday.");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(LINES.as_bytes()).expect("memory");
    precis.write("inputs/b/c/seas.jsonl.gz", packed.finish().expect("memory"));
    precis
}

/// What is said of a file: new, changed, unchanged, skipped.
fn file(path: &str, [new, changed, unchanged, skipped]: [usize; 4], error: Option<&str>) -> Value {
    json!({ "path": path, "new": new, "changed": changed, "unchanged": unchanged, "skipped": skipped, "error": error })
}

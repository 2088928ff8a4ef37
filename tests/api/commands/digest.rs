//! `precis digest`: a text out of the local database or from a server, for people and for cron.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    process::{Child, Stdio},
    thread,
};

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{Ended, Fresh, Precis};
use crate::{both, support::TestApp};

/// What is asked of the sample content.
const WEEK: [&str; 4] = ["--tag", "backend", "--until", "2026-05-10"];

both! {
    async fn a_digest_is_printed_and_nothing_is_said_besides(app: TestApp) {
        let ended = Precis::new().run(&[&["digest", "--language", "en", "--limit", "1", "--format", "txt", "--database-url", &app.url], &WEEK[..]].concat());
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
        insta::assert_snapshot!(ended.out, @r#"
        Digest of 4–10 May 2026
        5 summaries, 2026-05-04 to 2026-05-10 (UTC)

        Friday, 8 May 2026 (3)

        * SKIP LOCKED Turns One Table into a Job Queue — Ledger & Log
          https://ledger-and-log.example/2026/05/skip-locked-queue
          FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.
          Tags: backend, concurrency, PostgreSQL, Queues

        … and 4 more
        "#);
    }

    async fn a_server_gives_the_same_bytes_as_its_database_whichever_way_it_is_asked(app: TestApp) {
        let precis = Precis::new();
        let server = Server::of(&precis, &app.url);
        for options in [
            &["--format", "md"][..],
            &["--format", "txt", "--group-by", "source", "--limit", "3"],
            &["--format", "html", "--group-by", "category", "--max-tokens", "500"],
            &["--format", "json", "--group-by", "tag", "--tz", "Asia/Kathmandu"],
            &["--format", "json", "--max-tokens", "700"],
            &["--since", "2026-05-05", "--source", "ledger-and-log", "--source", "borrowed-bytes", "--language", "en"],
            &["--since", "2w", "--category", "data-storage", "--search", "queue"],
        ] {
            let asked = address_of(&[&WEEK[..], options].concat());
            let options = [&["digest"], &WEEK[..], options].concat();
            let local = precis.run(&[&options[..], &["--database-url", &app.url]].concat());
            assert_eq!((local.code, local.err.as_str(), local.out.ends_with('\n')), (Some(0), "", true), "{options:?}");
            assert!(local.out.len() > 200, "{options:?}: {}", local.out);
            for url in [format!("http://{}", server.address), format!("http://{}/graphql", server.address)] {
                assert_eq!(precis.run(&[&options[..], &["--url", &url]].concat()), local);
            }
            let over_http = app.send(Request::get(&asked).body(Body::empty()).expect("a request")).await;
            assert_eq!(String::from_utf8_lossy(&over_http.body), local.out, "{asked}");
        }
        assert_eq!(std::fs::read_dir(precis.folder()).expect("a folder").count(), 0, "nobody made a database");
    }

    async fn json_is_one_line_with_the_fields_of_the_api_in_their_order(app: TestApp) {
        let options = ["digest", "--format", "json", "--language", "en", "--database-url", &app.url];
        let ended = Precis::new().run(&[&options, &WEEK[..]].concat());
        let fields = ["title", "from", "to", "timeZone", "totalCount", "sections", "heading", "count", "summaries", "id", "slug", "title", "tldr", "keyPoints"];
        let mut rest = ended.out.as_str();
        for field in fields {
            let (_, after) = rest.split_once(&format!("\"{field}\":")).unwrap_or_else(|| panic!("{field} in {rest}"));
            rest = after;
        }
        let digest: Value = serde_json::from_str(&ended.out).expect("JSON");
        let dates = json!([digest["from"], digest["to"], digest["totalCount"]]);
        assert_eq!((dates, ended.out.lines().count()), (json!(["2026-05-04", "2026-05-10", 5]), 1));
    }

    async fn an_empty_digest_is_printed_or_skipped(app: TestApp) {
        let precis = Precis::new();
        let empty = ["digest", "--since", "2020-01-01", "--until", "2020-01-07", "--database-url", &app.url];
        let printed = precis.run(&empty);
        let text = "# Digest of 1–7 January 2020\n\nNo summaries, 2020-01-01 to 2020-01-07 (UTC)\n";
        assert_eq!(printed, Ended { code: Some(0), out: text.to_owned(), err: String::new() });
        for format in ["md", "txt", "html", "json"] {
            let skipped = precis.run(&[&empty[..], &["--if-empty", "skip", "--format", format]].concat());
            assert_eq!(skipped, Ended { code: Some(0), out: String::new(), err: String::new() });
        }
    }

    async fn a_name_that_is_nothings_is_told_with_the_one_that_was_meant(app: TestApp) {
        let precis = Precis::new();
        let ended = precis.run(&["digest", "--tag", "backned", "--if-empty", "skip", "--database-url", &app.url]);
        let err = "precis: `backned` is no tag here; did you mean `backend`?\n";
        assert_eq!(ended, Ended { code: Some(2), out: String::new(), err: err.to_owned() });
        let server = Server::of(&precis, &app.url);
        let ended = precis.run(&["digest", "--tag", "backned", "--url", &format!("http://{}", server.address)]);
        let err = format!("precis: http://{}/digest.md refused: `backned` is no tag here; did you mean `backend`?\n", server.address);
        assert_eq!(ended, Ended { code: Some(2), out: String::new(), err });
    }

    async fn a_new_database_is_brought_up_to_date_without_a_word(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        if let Some(file) = database.url.strip_prefix("sqlite://").and_then(|it| it.strip_suffix("?mode=rwc")) {
            std::fs::write(file, "").expect("an empty file");
        }
        let ended = Precis::new().run(&["digest", "--if-empty", "skip", "--database-url", &database.url]);
        assert_eq!(ended, Ended { code: Some(0), out: String::new(), err: String::new() });
    }
}

#[test]
fn a_database_that_is_not_there_is_named_and_not_made() {
    let precis = Precis::new();
    for options in
        [&[][..], &["--database-url", "sqlite://precis.db"], &["--database-url", "sqlite://precis.db?mode=rwc"]]
    {
        let ended = precis.run(&[&["digest"], options].concat());
        let err = "precis: there is no database precis.db: make one with `precis import`, or name another with --database-url, or a server with --url\n";
        assert_eq!(ended, Ended { code: Some(1), out: String::new(), err: err.to_owned() });
        assert!(!precis.folder().join("precis.db").exists());
    }
}

#[test]
fn a_wrong_call_is_refused_before_anything_is_asked() {
    let precis = Precis::new();
    for (options, said) in [
        (&["--since", "week"][..], "`since` is `week`: expected days, weeks or hours such as 7d, 2w or 24h, or a date"),
        (&["--until", "2026-02-30"], "`until` is `2026-02-30`: expected a date such as 2026-05-08"),
        (
            &["--since", "2026-05-09", "--until", "2026-05-08"],
            "`since` is 2026-05-09, which is after the last day (2026-05-08)",
        ),
        (&["--since", "24h", "--until", "2026-05-08"], "hours in `since` count back from now"),
        (&["--tz", "Mars/Olympus"], "`tz` is `Mars/Olympus`: expected the name of a time zone such as Europe/Berlin"),
        (&["--group-by", "tags"], "`group-by` is `tags`: expected day, category, source or tag; did you mean `tag`?"),
        (&["--format", "htm"], "expected md, txt, html or json; did you mean `html`?"),
        (&["--limit", "1001"], "`limit` is `1001`: expected a whole number from 0 to 1000"),
        (&["--max-tokens", "0"], "`max-tokens` is `0`: expected a whole number from 1"),
        (&["--language", "??"], "expected a BCP 47 language tag"),
        (&["--if-empty", "drop"], "`if-empty` is `drop`: expected print or skip"),
        (&["--tagg", "x"], "'--tag'"),
        (&["--url", "ftp://host"], "expected the address of a server such as http://127.0.0.1:8080"),
    ] {
        let ended = precis.run(&[&["digest"], options].concat());
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{options:?}");
        assert!(ended.err.contains(said), "{options:?}: {}", ended.err);
    }
}

#[test]
fn a_server_that_is_none_is_named_without_its_password() {
    let precis = Precis::new();
    precis.write("precis.db", "");
    let server = Server::of(&precis, "sqlite://precis.db");
    let url = |path: &str| format!("http://me:secret@{}{path}", server.address);
    let ended = precis.run(&["digest", "--url", &url("/nothing/")]);
    let err = format!(
        "precis: http://{}/nothing/digest.md refused: Nothing stands at this path. Known are /graphql, /mcp, /digest.md, \
         /feed.atom, /graphiql, /schema.graphql, /llms.txt, /livez, /readyz, /metrics.\n",
        server.address
    );
    assert_eq!(ended, Ended { code: Some(1), out: String::new(), err });

    let address = server.address.clone();
    drop(server);
    let ended = precis.run(&["digest", "--url", &format!("http://me:secret@{address}/")]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.err.starts_with(&format!("precis: http://{address}/digest.md does not answer (")), "{}", ended.err);
    assert!(!ended.err.contains("secret") && ended.err.contains("onnection refused"), "{}", ended.err);
}

#[test]
fn who_has_no_digest_is_told_apart() {
    for (told, rest) in [("404 Not Found", ""), ("200 OK", "content-type: text/html\r\n")] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("an address");
        let other = thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("a caller");
            let _ = socket.read(&mut [0; 4096]).expect("a question");
            let answer = format!("HTTP/1.1 {told}\r\n{rest}content-length: 5\r\n\r\nhello");
            socket.write_all(answer.as_bytes()).expect("an answer");
        });
        let ended = Precis::new().run(&["digest", "--url", &format!("http://{address}")]);
        let err = format!(
            "precis: http://{address}/digest.md answered {told} and no digest: give the address of a Précis server, \
             such as http://127.0.0.1:8080\n"
        );
        assert_eq!(ended, Ended { code: Some(1), out: String::new(), err });
        other.join().expect("it ends");
    }
}

#[test]
fn who_has_seen_enough_of_a_digest_does_not_make_it_fail() {
    let precis = Precis::new();
    precis.write("precis.db", "");
    for format in ["md", "json"] {
        let mut child = precis.command(&["digest", "--format", format]).spawn().expect("it starts");
        drop(child.stdout.take());
        let ended = Ended::from(child.wait_with_output().expect("it ends"));
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    }
}

/// Where the same stands over HTTP: `--format` is in the path, and all other options are parameters.
fn address_of(options: &[&str]) -> String {
    let pairs: Vec<_> = options.chunks(2).map(|pair| (pair[0].trim_start_matches("--"), pair[1])).collect();
    let format = pairs.iter().find(|(name, _)| *name == "format").map_or("md", |(_, format)| format);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(name, _)| *name != "format"));
    format!("/digest.{format}?{}", query.finish())
}

/// A server that runs until it is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) address: String,
}

impl Server {
    pub(super) fn of(precis: &Precis, database: &str) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", database];
        let mut child = precis.command(&serve).stdout(Stdio::null()).spawn().expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut said = String::new();
        while !said.contains("listening") && log.read_line(&mut said).expect("a line") > 0 {}
        let at = said.find("127.0.0.1:").unwrap_or_else(|| panic!("no address: {said}"));
        let address = said[at..].split(|it: char| !it.is_ascii_digit() && it != '.' && it != ':').next();
        Self { address: address.expect("an address").to_owned(), child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

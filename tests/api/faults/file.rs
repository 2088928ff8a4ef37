//! SQLite's file that is taken away, or held by another process.

use std::{fs, path::Path};

use axum::{body::Body, http::Request};
use sea_orm::ConnectionTrait as _;

use super::{QUICK, chain};
use crate::{
    support::{Backend, TestApp, run_alone},
    tables,
};

const LINE: &str = r#"{"source": "Seas", "title": "Spring tide"}"#;

#[test]
fn a_file_that_is_not_there_any_more_is_read_and_not_written() {
    run_alone(async || {
        let app = TestApp::on(Backend::Sqlite).await.expect("it is always there");
        let file = app.url.trim_start_matches("sqlite://").split('?').next().expect("a path").to_owned();
        let (file, aside) = (Path::new(&file), format!("{file}.aside"));
        for _ in 0..8 {
            app.data(QUICK).await; // Connections are opened as they are used.
        }
        for replaced in [false, true] {
            fs::rename(file, &aside).expect("it moves");
            if replaced {
                fs::write(file, "something else").expect("it is written");
            }
            app.data(QUICK).await;
            let (_, done) = app.import("a.jsonl", LINE).await;
            let error = chain(&done.expect_err("nothing is written"));
            assert!(
                error.contains("the database can't be written to") && error.contains("deleted or replaced"),
                "{error}"
            );
            assert_eq!(ready(&app).await, (503, "the database can't be written to\n".to_owned()));
            fs::rename(&aside, file).expect("it moves");
        }
        let (counts, done) = app.import("a.jsonl", LINE).await;
        assert_eq!((counts.new, done.is_ok()), (1, true));
    });
}

#[test]
fn a_file_that_another_process_writes_for_long_is_read() {
    run_alone(async || {
        let app = TestApp::on(Backend::Sqlite).await.expect("it is always there");
        let other = tables::connect(&app.url).await;
        other.execute_unprepared("BEGIN IMMEDIATE").await.expect("it is its turn");
        app.data(QUICK).await;
        let (_, done) = app.import("a.jsonl", LINE).await;
        let error = chain(&done.expect_err("nobody else writes"));
        assert!(error.contains("the database is out of reach or too busy") && error.contains("locked"), "{error}");
        app.data(QUICK).await;
        other.execute_unprepared("ROLLBACK").await.expect("it is over");
        let (counts, done) = app.import("a.jsonl", LINE).await;
        assert_eq!((counts.new, done.is_ok()), (1, true));
    });
}

async fn ready(app: &TestApp) -> (u16, String) {
    let reply = app.send(Request::get("/readyz").body(Body::empty()).expect("a request")).await;
    (reply.status.as_u16(), String::from_utf8(reply.body.to_vec()).expect("text"))
}

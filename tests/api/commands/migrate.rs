//! Migrations at start: who runs them, and who refuses to.

use std::process::Child;

use super::{Ended, Fresh, Precis};
use crate::{
    both,
    support::TestApp,
    tables::{Tables, assert_same, dump},
};

/// What is logged by the process that brought the schema up to date.
const MIGRATED: &str = "the database's schema is up to date now";

both! {
    async fn without_migrations_an_empty_database_is_refused_and_left_empty(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        precis.write("a.jsonl", "{\"source\": \"Seas\", \"title\": \"Spring tide\"}\n");
        for command in [&["import", "a.jsonl"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let options = ["--no-migrate", "--database-url", database.url.as_str()];
            let Ended { code, out, err } = precis.run(&[command, &options].concat());
            assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
            assert_eq!(
                err,
                "precis: the database lacks 8 of this program's migrations (m20261123_000001_create_sources, \
                 m20261123_000002_create_episodes, m20261123_000003_create_summaries, \
                 m20261123_000004_create_change_log, m20261123_000005_add_stories_and_words, \
                 m20261130_000001_create_fetching, m20261130_000002_key_aliases, \
                 m20261130_000003_create_summarising): start once without --no-migrate\n"
            );
            assert_eq!(dump(&database.url).await, Tables::new());
        }
        let ended = precis.run(&["import", "a.jsonl", "--database-url", &database.url]);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        let before = dump(&database.url).await;
        let ended = precis.run(&["import", "a.jsonl", "--no-migrate", "--database-url", &database.url]);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert_same(&before, &dump(&database.url).await, "imported again, without migrations");
    }

    async fn of_processes_that_start_together_exactly_one_migrates(app: TestApp) {
        // Often, as what is looked for are moments: when a file is made, and when its journal is chosen.
        for _ in 0..10 {
            let database = Fresh::on(app.backend).await.expect("it was there");
            let precis = Precis::new();
            let import = ["import", ".", "--database-url", database.url.as_str()];
            let children: Vec<Child> = (0..4).map(|_| precis.command(&import).spawn().expect("it starts")).collect();
            let ended: Vec<Ended> =
                children.into_iter().map(|child| child.wait_with_output().expect("it ends").into()).collect();
            assert!(ended.iter().all(|it| it.code == Some(0)), "{ended:#?}");
            let migrated = ended.iter().filter(|it| it.err.contains(MIGRATED)).count();
            assert_eq!(migrated, 1, "{ended:#?}");
            assert_eq!(dump(&database.url).await["seaql_migrations"].len(), 8);
        }
    }
}

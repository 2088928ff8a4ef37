//! `precis export`: what comes out goes in again, and is the same then.

use std::fs;

use super::{Ended, Fresh, Precis};
use crate::{
    both,
    support::{TestApp, app::sample_files},
};

/// What a command prints.
fn printed(precis: &Precis, url: &str, format: &str) -> String {
    let Ended { code, out, err } = precis.run(&["export", format, "--database-url", url]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    out
}

both! {
    async fn all_episodes_are_lines_that_give_the_same_episodes_again(app: TestApp) {
        let precis = Precis::new();
        let lines = printed(&precis, &app.url, "jsonl");
        // One is summed up in two languages.
        let summaries = app.data("{ summaries { totalCount } }").await["summaries"]["totalCount"].as_u64();
        assert_eq!(u64::try_from(lines.lines().count()).ok(), summaries);

        let database = Fresh::on(app.backend).await.expect("it was there");
        precis.write("all.jsonl", &lines);
        let imported = precis.run(&["import", "--log", "warn", "--database-url", &database.url, "all.jsonl"]);
        assert_eq!((imported.code, imported.err.as_str()), (Some(0), ""), "{}", imported.out);
        let again = printed(&precis, &database.url, "jsonl");
        for (one, other) in lines.lines().zip(again.lines()) {
            assert_eq!(one, other);
        }
        assert_eq!(lines.lines().count(), again.lines().count());
    }

    async fn all_feeds_are_a_list_that_gives_the_same_sources_again(app: TestApp) {
        let precis = Precis::new();
        let list = printed(&precis, &app.url, "opml");
        let database = Fresh::on(app.backend).await.expect("it was there");
        precis.write("all.opml", &list);
        let imported = precis.run(&["import", "--log", "warn", "--database-url", &database.url, "all.opml"]);
        assert_eq!((imported.code, imported.err.as_str()), (Some(0), ""), "{}", imported.out);
        assert_eq!(printed(&precis, &database.url, "opml"), list);
        // Every feed of the samples' own list is in it.
        let own = sample_files().into_iter().find(|path| path.extension().is_some_and(|it| it == "opml"));
        let own = fs::read_to_string(own.expect("a list")).expect("a text");
        for address in own.split("xmlUrl=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(list.contains(address), "{address}");
        }
    }
}

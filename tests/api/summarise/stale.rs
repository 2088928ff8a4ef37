//! Summaries of a model that are to be made again: the text is another one, or the prompt is.

use precis::{clock::Timestamp, content::summarising::Wanted, ingest::summarise::Outcome};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{TEXT, app_with_rivers, episode, flood, outcome, rivers, summarise, summariser, written};
use crate::{
    both,
    support::{
        TestApp,
        app::NOW,
        model::{TestModel, summary},
    },
    tables::{connect, dump},
};

/// The episodes whose summaries are stale.
async fn stale(app: &TestApp, model: &TestModel) -> Vec<i64> {
    summariser(app, &model.settings()).wanted(Wanted::Stale, None, 10).await.expect("rows")
}

async fn execute(app: &TestApp, sql: &str) {
    let database = connect(&app.url).await;
    database.execute_unprepared(sql).await.expect("it is done");
    database.close().await.expect("no connection");
}

both! {
    async fn a_text_that_changes_makes_its_summary_stale_and_leaves_it_as_it_is(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::that_writes(&summary());
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
        assert_eq!(stale(&app, &model).await, [0_i64; 0]);
        app.import_newer("rivers.xml", &rivers(&format!("{TEXT} On Friday it rained again."))).await;
        assert_eq!(flood(&app).await, written());
        assert_eq!(stale(&app, &model).await, [episode(&app, "Flood").await]);
        // Made again, it is fresh; it is the same summary, changed once more.
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
        assert!(model.asked()[1].last().contains("On Friday it rained again."));
        assert_eq!(stale(&app, &model).await, [0_i64; 0]);
        let mut again = written();
        again["revision"] = json!(3);
        assert_eq!(flood(&app).await, again);
    }

    async fn what_another_prompt_made_is_stale_unless_it_came_with_an_input_or_was_edited(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::that_writes(&summary());
        assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Written);
        let flood = episode(&app, "Flood").await;
        for (change, is_stale) in [
            ("prompt_version = '0'", true),
            // Another model is no reason.
            ("prompt_version = '1', model = 'older-model'", false),
            ("prompt_version = '0', edited = TRUE", false),
            ("prompt_version = NULL, edited = FALSE", false),
        ] {
            execute(&app, &format!("UPDATE summary SET {change} WHERE episode_id = {flood}")).await;
            assert_eq!(!stale(&app, &model).await.is_empty(), is_stale, "{change}");
        }
    }

    async fn the_newest_come_first_down_to_a_date_and_a_number(app: TestApp) {
        let app = app.empty().await;
        // More than are looked at in one statement.
        let line = |number: i64| {
            let at = Timestamp(NOW.0 - number * 3_600).to_string();
            json!({ "source": "Rivers", "episode": { "title": format!("Flood {number}"), "content": format!("{number} {TEXT}"), "published_at": at } })
        };
        let lines: Vec<String> = (1..=1_100).map(|number| line(number).to_string()).collect();
        app.import("rivers.jsonl", &lines.join("\n")).await.1.expect("it is imported");
        let titles: std::collections::HashMap<i64, String> = dump(&app.url).await["episode"].iter().map(|row| {
            (row["id"].as_i64().expect("a number"), row["title"].as_str().expect("a title").to_owned())
        }).collect();
        let model = TestModel::that_writes(&summary());
        let summariser = summariser(&app, &model.settings());
        let wanted = async |since: Option<i64>, most: usize| {
            let since = since.map(|hours| Timestamp(NOW.0 - hours * 3_600));
            let wanted = summariser.wanted(Wanted::Missing, since, most).await.expect("rows");
            wanted.iter().map(|id| titles[id].clone()).collect::<Vec<_>>()
        };
        let all: Vec<String> = (1..=1_100).map(|number| format!("Flood {number}")).collect();
        assert!(wanted(None, usize::MAX).await == all);
        assert_eq!(wanted(None, 3).await, all[..3]);
        assert_eq!(wanted(Some(2), usize::MAX).await, all[..2]);
    }
}

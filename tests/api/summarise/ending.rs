//! What happens meanwhile: a person edits, a source goes, the lease is lost, the program is to stop.

use std::{sync::Arc, time::Duration};

use precis::{
    content,
    content::{store::Written, summarising::Writer},
    ingest::summarise::{Outcome, VERSION},
    jobs::{Ended, JobKind, LEASE},
};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{app_with_rivers, content as content_of, episode, excerpt, flood, outcome, summarise, summariser};
use crate::{
    both,
    support::{
        TestApp,
        model::{TestModel, summary, writes_slowly},
        origin::Does,
    },
    tables::{assert_same, connect, dump},
};

/// Does this to the database while the model thinks.
async fn meanwhile(app: &TestApp, sql: &str) -> Ended<precis::ingest::summarise::Summarised> {
    let model = TestModel::start(|_| writes_slowly(Duration::from_millis(500), &summary().to_string()));
    let done = async {
        while model.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let database = connect(&app.url).await;
        database.execute_unprepared(sql).await.expect("it is done");
        database.close().await.expect("no connection");
    };
    tokio::join!(summarise(app, model.settings()), done).0
}

both! {
    async fn what_a_person_wrote_or_changed_is_left_alone(app: TestApp) {
        for change in ["edited = TRUE", "origin = 'HUMAN'", "origin = 'MODEL', model = 'somebody else''s'"] {
            let app = app_with_rivers(&app).await;
            let database = connect(&app.url).await;
            database.execute_unprepared(&format!("UPDATE summary SET {change}")).await.expect("it is done");
            database.close().await.expect("no connection");
            let before = content_of(&app).await;
            let model = TestModel::that_writes(&summary());
            assert_eq!(outcome(summarise(&app, model.settings()).await), Outcome::Nothing, "{change}");
            assert!(model.asked().is_empty() && dump(&app.url).await["job"].is_empty());
            assert_same(&before, &content_of(&app).await, change);
        }
    }

    async fn what_a_person_changes_while_the_model_thinks_stays(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let edit = "UPDATE summary SET edited = TRUE, tldr = 'It rained, and how.' WHERE slug = 'flood'";
        assert_eq!(outcome(Box::pin(meanwhile(&app, edit)).await), Outcome::Nothing);
        let mut expected = excerpt();
        expected["tldr"] = json!("It rained, and how.");
        expected["body"]["value"] = json!("It rained, and how.");
        assert_eq!(flood(&app).await, expected);
        assert!(dump(&app.url).await["job"].is_empty());
    }

    async fn a_source_that_goes_while_the_model_thinks_does_not_come_back(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|_| writes_slowly(Duration::from_millis(500), &summary().to_string()));
        let source = dump(&app.url).await["source"][0]["id"].as_i64().expect("a number");
        let removed = async {
            while model.asked().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            app.content().remove_source(source).await.expect("it is removed").expect("it was there");
        };
        let (ended, ()) = tokio::join!(summarise(&app, model.settings()), removed);
        assert!(matches!(ended, Ended::Failed(_) | Ended::Lost), "{ended:?}");
        let tables = dump(&app.url).await;
        for table in ["source", "episode", "summary", "job", "model_fault"] {
            assert!(tables[table].is_empty(), "{table}");
        }
        let counted = tables["counter"].iter().filter(|row| row["count"] != 0).count();
        assert_eq!((counted, tables["model_request"][0]["tokens"].clone()), (0, json!(150)));
    }

    async fn who_has_lost_the_lease_writes_no_summary(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let flood = episode(&app, "Flood").await;
        app.content().want_summaries(&[flood]).await.expect("a job");
        let lease = app.wired().jobs.claim_of(JobKind::Summarize, flood).await.expect("jobs").expect("a job");
        let late = app.content().under(Arc::new(lease));
        let subject = late.find_subject(flood).await.expect("rows").expect("an episode");
        app.clock.pass(LEASE);
        let before = dump(&app.url).await;
        let writer = Writer { model: "test-model".to_owned(), prompt_version: VERSION.to_owned() };
        let written = Written {
            title: "Late".to_owned(), tldr: "Late.".to_owned(), key_points: Vec::new(), body: None, category: None,
            tags: vec!["Late".to_owned()],
        };
        let refused = |done: Result<(), content::Error>| matches!(done, Err(content::Error::LeaseLost));
        assert!(refused(late.record_summary(&subject, &writer, &written).await.map(|_| ())));
        assert!(refused(late.record_model_fault(&subject, &writer, "late").await));
        assert!(refused(late.drop_summary_job().await));
        assert_same(&before, &dump(&app.url).await, "the lease is over");
    }

    async fn who_is_to_stop_gives_the_job_back_while_the_model_thinks(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::start(|_| Does::Stalls(Vec::new()));
        let asked = async {
            while model.asked().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended = summariser(&app, &model.settings()).summarise_now(episode(&app, "Flood").await, asked).await;
        assert!(matches!(ended, Ok(Some(Ended::Stopped))), "{ended:?}");
        let job = &dump(&app.url).await["job"][0];
        assert_eq!((&job["attempts"], &job["lease_token"]), (&json!(0), &json!(null)));
    }
}

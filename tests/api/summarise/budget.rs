//! How much a model is asked for: by the minute, by the day, and at a time.

use std::time::Duration;

use precis::{
    clock::{Clock as _, Timestamp},
    config,
    content::store::{Allowance, Granted},
    ingest::summarise::Outcome,
    jobs::{Ended, NotBefore},
    text::tokens,
};
use proptest::prelude::*;
use sea_orm::ConnectionTrait as _;

use super::{TEXT, app_with_rivers, episode, outcome, rivers, summarise, summariser};
use crate::{
    both,
    property::{for_all, same},
    support::{
        TestApp,
        app::NOW,
        model::{TestModel, some, summary},
    },
    tables::{connect, dump},
};

/// Midnight after the day of the tests, in UTC.
const MIDNIGHT: Timestamp = Timestamp(NOW.0 + 12 * 3_600);

both! {
    async fn a_minutes_requests_are_counted_for_all_who_ask(app: TestApp) {
        let app = app_with_rivers(&app).await;
        app.import("more.xml", &rivers(TEXT).replace("Flood", "Flood again").replace(">1<", ">3<")).await.1.expect("it is imported");
        let model = TestModel::that_writes(&summary());
        let settings = config::Model { max_requests_per_minute: some(1), ..model.settings() };
        assert_eq!(outcome(summarise(&app, settings.clone()).await), Outcome::Written);
        // Another process is another summariser on the same database.
        let again = async || {
            let episode = episode(&app, "Flood again").await;
            let ended = summariser(&app, &settings).summarise_now(episode, std::future::pending()).await;
            ended.expect("jobs").expect("nobody else does it")
        };
        let Ended::Later(NotBefore { until, why }) = again().await else { panic!("not later") };
        assert_eq!((until, why.to_string()), (Timestamp(NOW.0 + 61), "as many requests were made as max_requests_per_minute lets".to_owned()));
        assert_eq!((model.asked().len(), dump(&app.url).await["model_request"].len()), (1, 1));
        app.clock.pass(Duration::from_mins(1));
        assert!(matches!(again().await, Ended::Later(_)));
        app.clock.pass(Duration::from_secs(1));
        assert_eq!(outcome(again().await), Outcome::Written);
    }

    async fn a_days_tokens_are_what_the_endpoint_counts_and_no_question_goes_beyond_them(app: TestApp) {
        let app = app_with_rivers(&app).await;
        let model = TestModel::that_writes(&summary());
        let settings = config::Model { max_tokens_per_day: some(10_000), ..model.settings() };
        // A question about it takes some 700 tokens at most, and an answer 2,000.
        let allowance = Allowance { requests_per_minute: None, tokens_per_day: Some(10_000) };
        let Granted::Now(other) = app.content().grant_request(8_000, allowance).await.expect("a row") else { panic!() };
        let Ended::Later(NotBefore { until, why }) = summarise(&app, settings.clone()).await else { panic!("not later") };
        assert_eq!((until, why.to_string()), (MIDNIGHT, "as many tokens were taken as max_tokens_per_day lets".to_owned()));
        assert!(model.asked().is_empty());
        // It took less than it could have taken.
        app.content().settle_request(other, 5_000).await.expect("a row");
        assert_eq!(outcome(summarise(&app, settings.clone()).await), Outcome::Written);
        let taken = dump(&app.url).await["model_request"].iter().map(|row| row["tokens"].as_i64().expect("a number")).sum::<i64>();
        assert_eq!(taken, 5_150);
    }

    async fn the_next_day_begins_at_midnight_and_forgets_the_one_before(app: TestApp) {
        let app = app.empty().await;
        let allowance = Allowance { requests_per_minute: None, tokens_per_day: Some(10_000) };
        let grant = async |tokens| app.content().grant_request(tokens, allowance).await.expect("a row");
        assert!(matches!(grant(10_000).await, Granted::Now(_)));
        app.clock.set(Timestamp(MIDNIGHT.0 - 1));
        assert_eq!(grant(1).await, Granted::NextDay(MIDNIGHT));
        app.clock.set(MIDNIGHT);
        assert!(matches!(grant(10_000).await, Granted::Now(_)));
        // What is longer ago than a minute and a day counts nowhere, and is not kept.
        assert_eq!(dump(&app.url).await["model_request"].len(), 1);
    }

    async fn a_long_text_is_cut_to_what_a_question_may_have(app: TestApp) {
        let app = app.empty().await;
        app.import("rivers.xml", &rivers(&TEXT.repeat(200))).await.1.expect("it is imported");
        let mut wrong = summary();
        wrong["tags"] = vec!["x".repeat(4_000)].into();
        let model = TestModel::that_writes(&wrong);
        let settings = config::Model { max_input_tokens: 2_000, ..model.settings() };
        summarise(&app, settings.clone()).await;
        let lengths: Vec<usize> = model.asked().iter().map(|question| {
            question.said().iter().map(|(_, text)| tokens::count(text)).sum()
        }).collect();
        // The questions behind a wrong answer are longer, and within the limit too.
        assert!(lengths.len() == 3 && lengths.iter().all(|it| (1_200..=2_000).contains(it)), "{lengths:?}");
        let measured = summariser(&app, &settings).measure(episode(&app, "Flood").await).await.expect("rows");
        assert_eq!(measured, Some(lengths[0]));
    }

    async fn no_minute_has_more_requests_than_it_may_and_no_day_more_tokens(app: TestApp) {
        let app = app.empty().await;
        let allowance = Allowance { requests_per_minute: Some(3), tokens_per_day: Some(20_000) };
        let asks = prop::collection::vec((0_u64..90, 1_i64..9_000), 1..40);
        for_all(20, asks, async |asks: Vec<(u64, i64)>| {
            let database = connect(&app.url).await;
            database.execute_unprepared("DELETE FROM model_request").await.expect("it is done");
            database.close().await.expect("no connection");
            // Half an hour before midnight, so that many cases are in two days.
            app.clock.set(Timestamp(MIDNIGHT.0 - 1_800));
            let mut granted: Vec<(i64, i64)> = Vec::new();
            for (pause, tokens) in asks {
                app.clock.pass(Duration::from_secs(pause));
                let now = app.clock.now().0;
                let of_day = |day: i64| granted.iter().filter(|it| it.0.div_euclid(86_400) == day).map(|it| it.1).sum::<i64>();
                let day = now.div_euclid(86_400);
                let third = granted.iter().rev().nth(2).map(|it| it.0 + 61).filter(|until| *until > now);
                let expected = if of_day(day) + tokens > 20_000 {
                    Some(Granted::NextDay(Timestamp((day + 1) * 86_400)))
                } else {
                    third.map(|until| Granted::NextMinute(Timestamp(until)))
                };
                let got = app.content().grant_request(tokens, allowance).await.map_err(|error| error.to_string())?;
                match (got, expected) {
                    (Granted::Now(_), None) => granted.push((now, tokens)),
                    (got, expected) => same(&Some(got), &expected)?,
                }
            }
            Ok(())
        })
        .await;
    }
}

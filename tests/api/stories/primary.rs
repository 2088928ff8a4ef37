//! Which summary stands for a story: the original language, of the first of the episodes that tell it.

use std::collections::BTreeMap;

use entity::{episode, kinds::SummaryStatus, summary};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{TEXT, told};
use crate::{
    archive::set_status,
    both,
    import::inbox::{CHANGED, import, import_as_of, lines},
    property::same,
    support::TestApp,
    tables::connect,
};

/// The titles of the published summaries that stand for their stories, by story, and the one that should.
async fn elected(app: &TestApp) -> Vec<(Vec<String>, String)> {
    let connection = connect(&app.url).await;
    let episodes = episode::Entity::find().all(&connection).await.expect("rows");
    let summaries = summary::Entity::find().all(&connection).await.expect("rows");
    connection.close().await.expect("no connection");
    let episodes: BTreeMap<i64, episode::Model> = episodes.into_iter().map(|it| (it.id, it)).collect();
    let mut stories: BTreeMap<i64, Vec<&summary::Model>> = BTreeMap::new();
    for summary in summaries.iter().filter(|it| it.status == SummaryStatus::Published) {
        let story = episodes[&summary.episode_id].cluster_id.expect("each episode is in a story");
        stories.entry(story).or_default().push(summary);
    }
    let elected = stories.into_values().map(|mut story| {
        story.sort_by_key(|it| {
            let episode = &episodes[&it.episode_id];
            let is_original = episode.language.as_ref().is_none_or(|language| *language == it.language);
            (episode.published_at, episode.id, !is_original, it.id)
        });
        let titles = story.iter().filter(|it| it.is_primary).map(|it| it.title.clone()).collect();
        (titles, story[0].title.clone())
    });
    elected.collect()
}

/// Says where not just the one summary stands for a story that should.
pub(super) async fn assert_one_primary_a_story(app: &TestApp) -> Result<(), String> {
    for (found, expected) in elected(app).await {
        same(&found, &vec![expected])?;
    }
    Ok(())
}

/// An episode with a summary in that language, whose title is the episode's and the language.
fn summed_up(source: &str, name: &str, language: &str, more: &Value) -> Value {
    let mut line = told(source, name, "The Night of the Flood", more);
    line["summary"] = json!({ "tldr": "Rain.", "language": language, "title": format!("{name} {language}") });
    line
}

/// Published on that day of March 2026.
fn march(day: i32) -> Value {
    json!({ "published_at": format!("2026-03-{day:02}") })
}

/// The titles that stand for the stories, where each story has just the one that should.
async fn titles(app: &TestApp) -> Vec<String> {
    let elected = elected(app).await;
    elected
        .into_iter()
        .map(|(found, expected)| {
            assert_eq!(found, [expected.as_str()]);
            expected
        })
        .collect()
}

both! {
    async fn the_earliest_episode_stands_for_its_story(app: TestApp) {
        let app = app.empty().await;
        let on = |source: &str, name: &str, day: i32| summed_up(source, name, "en", &march(day));
        import(app.content(), "a.jsonl", &lines(&[on("rivers", "b", 2)])).await;
        assert_eq!(titles(&app).await, ["b en"]);
        import(app.content(), "b.jsonl", &lines(&[on("seas", "c", 3)])).await;
        assert_eq!(titles(&app).await, ["b en"]);
        import(app.content(), "c.jsonl", &lines(&[on("wells", "a", 1)])).await;
        assert_eq!(titles(&app).await, ["a en"]);
    }

    async fn the_original_language_stands_for_an_episode(app: TestApp) {
        let app = app.empty().await;
        let in_language = |language: &str| summed_up("rivers", "a", language, &json!({ "language": "ru" }));
        import(app.content(), "a.jsonl", &lines(&[in_language("en")])).await;
        assert_eq!(titles(&app).await, ["a en"]);
        import_as_of(app.content(), CHANGED + 1, "a.jsonl", lines(&[in_language("ru")]).as_bytes()).await;
        assert_eq!(titles(&app).await, ["a ru"]);
        let other = summed_up("seas", "b", "en", &json!({ "published_at": "2026-03-20" }));
        import(app.content(), "b.jsonl", &lines(&[other])).await;
        assert_eq!(titles(&app).await, ["a ru"]);
    }

    async fn a_story_whose_first_episode_leaves_has_another_one_to_stand_for_it(app: TestApp) {
        let app = app.empty().await;
        let on = |source: &str, name: &str, day: i32| told(source, name, "The Night of the Flood", &march(day));
        import(app.content(), "a.jsonl", &lines(&[on("rivers", "a", 1), on("seas", "b", 2), on("wells", "c", 3)]))
            .await;
        let moved = told("rivers", "a", "Another Night", &json!({ "published_at": "2026-03-01" }));
        import_as_of(app.content(), CHANGED + 1, "a.jsonl", lines(&[moved]).as_bytes()).await;
        assert_eq!(titles(&app).await, ["Another Night", "The Night of the Flood"]);
    }

    async fn each_half_of_a_story_that_falls_apart_has_one(app: TestApp) {
        let app = app.empty().await;
        let all = [
            told("rivers", "a", "Rain", &json!({ "excerpt": TEXT })),
            told("seas", "b", "Flood", &json!({ "excerpt": TEXT, "url": "https://town.example/flood" })),
            told("wells", "c", "Flut", &json!({ "url": "https://town.example/flood" })),
        ];
        import(app.content(), "a.jsonl", &lines(&all)).await;
        assert_eq!(titles(&app).await, ["Rain"]);
        let between = told("seas", "b", "Flood", &json!({}));
        import_as_of(app.content(), CHANGED + 1, "a.jsonl", lines(&[between]).as_bytes()).await;
        assert_eq!(titles(&app).await, ["Rain", "Flood", "Flut"]);
    }

    async fn an_episode_that_turns_out_to_be_in_another_language_has_another_original(app: TestApp) {
        let app = app.empty().await;
        let in_language =
            |language: &str, original: &str| summed_up("rivers", "a", language, &json!({ "language": original }));
        let text = lines(&[in_language("en", "en"), in_language("ru", "en")]);
        import(app.content(), "a.jsonl", &text).await;
        assert_eq!(titles(&app).await, ["a en"]);
        // A line about the Russian summary says that the episode is Russian.
        import_as_of(app.content(), CHANGED + 1, "b.jsonl", lines(&[in_language("ru", "ru")]).as_bytes()).await;
        assert_eq!(titles(&app).await, ["a ru"]);
        let summaries = app.data("{ episodes { nodes { language summaries { language } } } }").await;
        assert_eq!(
            summaries["episodes"]["nodes"],
            json!([{ "language": "ru", "summaries": [{ "language": "ru" }, { "language": "en" }] }])
        );
    }

    async fn what_readers_do_not_see_stands_for_nothing(app: TestApp) {
        let app = app.empty().await;
        let on = |source: &str, name: &str, day: i32| summed_up(source, name, "en", &march(day));
        import(app.content(), "a.jsonl", &lines(&[on("rivers", "a", 1)])).await;
        set_status(&app, &["a en"], "ARCHIVED").await;
        import(app.content(), "b.jsonl", &lines(&[on("seas", "b", 2)])).await;
        assert_eq!(titles(&app).await, ["b en"]);
    }
}

//! What an older release has stored is completed at the next start.

use sea_orm::ConnectionTrait as _;

use crate::{both, support::TestApp, tables::connect};

/// What only rows that are complete can answer.
const QUESTIONS: &str = "{ \
    found: summaries(filter: {text: \"database -oracle\"}, first: 100) { nodes { id } } \
    primary: summaries(filter: {primaryOnly: true}, first: 100) { totalCount nodes { id } } \
    tagged: episodes(filter: {hashtags: {anyOf: [\"event-driven\"]}}, first: 100) { nodes { id } } \
    stories: episodes(first: 100) { nodes { id duplicates { totalCount nodes { id } } } } \
    bodies: summaries(first: 100) { nodes { body { tokens } } } }";

/// What an older release leaves undone.
const UNDONE: &[&str] = &[
    "UPDATE episode SET cluster_id = NULL",
    "UPDATE summary SET words_version = 0, is_primary = is_original",
    "UPDATE summary_body SET tokens = NULL",
    "DELETE FROM summary_text",
    "DELETE FROM episode_hashtag",
];

both! {
    async fn rows_of_an_older_release_answer_like_new_ones_after_the_start(app: TestApp) {
        let before = app.data(QUESTIONS).await;
        assert!(before["found"]["nodes"].as_array().is_some_and(|it| !it.is_empty()));
        assert!(before["tagged"]["nodes"].as_array().is_some_and(|it| !it.is_empty()));
        let connection = connect(&app.url).await;
        for statement in UNDONE {
            connection.execute_unprepared(statement).await.expect("it is undone");
        }
        connection.close().await.expect("no connection");
        assert_ne!(app.data(QUESTIONS).await, before);

        let completed = app.content().catch_up().await.expect("it is completed");
        assert!(completed > 0);
        assert_eq!(app.data(QUESTIONS).await, before);
        assert_eq!(app.content().catch_up().await.expect("there is nothing to do"), 0);
    }
}

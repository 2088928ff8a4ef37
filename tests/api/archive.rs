//! Summaries that readers don't see any more: rows changed as the API will change them one day, copies
//! and counters included.

use sea_orm::{ConnectionTrait as _, Statement};

use crate::{support::TestApp, tables::connect};

/// Every column that repeats whether a summary is published, and every counter, made anew.
const AGREE: &[&str] = &[
    "UPDATE summary_tag SET published_at = NULL \
     WHERE summary_id IN (SELECT s.id FROM summary s WHERE s.status <> 'PUBLISHED')",
    "DELETE FROM counter",
    "INSERT INTO counter (dimension, key, count) SELECT 'ALL', '', COUNT(*) FROM summary WHERE status = 'PUBLISHED'",
    "INSERT INTO counter (dimension, key, count) SELECT 'SOURCE', CAST(source_id AS TEXT), COUNT(*) FROM summary \
     WHERE status = 'PUBLISHED' GROUP BY source_id",
    "INSERT INTO counter (dimension, key, count) SELECT 'CATEGORY', CAST(COALESCE(category_id, 0) AS TEXT), COUNT(*) \
     FROM summary WHERE status = 'PUBLISHED' GROUP BY category_id",
    "INSERT INTO counter (dimension, key, count) SELECT 'LANGUAGE', language, COUNT(*) FROM summary \
     WHERE status = 'PUBLISHED' GROUP BY language",
    "INSERT INTO counter (dimension, key, count) SELECT 'TAG', CAST(tag_id AS TEXT), COUNT(*) FROM summary_tag \
     WHERE published_at IS NOT NULL GROUP BY tag_id",
];

/// Gives the summaries with these titles that status.
pub(crate) async fn set_status(app: &TestApp, titles: &[&str], status: &str) {
    let connection = connect(&app.url).await;
    let backend = connection.get_database_backend();
    for title in titles {
        let sql = "UPDATE summary SET status = $1 WHERE title = $2";
        let update = Statement::from_sql_and_values(backend, sql, [status.into(), (*title).into()]);
        let updated = connection.execute_raw(update).await.expect("a summary is changed");
        assert_eq!(updated.rows_affected(), 1, "{title}");
    }
    for statement in AGREE {
        connection.execute_unprepared(statement).await.expect("copies agree");
    }
    connection.close().await.expect("no connection");
}

//! Which episodes tell the same story, the words of summaries, and how long their bodies are.
//!
//! Rows that are there already get theirs at the next start: see `content::store::catch_up`.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::dialect::{run, run_on};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run_on(manager, DbBackend::Sqlite, UP_SQLITE).await?;
        run_on(manager, DbBackend::Postgres, UP_POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on(manager, DbBackend::Sqlite, "DROP TRIGGER summary_takes_its_words;\n").await?;
        run_on(manager, DbBackend::Postgres, "DROP FUNCTION ranked_summaries, matching_summaries;\n").await?;
        run(manager, DOWN).await
    }
}

const UP: &str = r#"
ALTER TABLE episode ADD COLUMN cluster_id BIGINT;
CREATE INDEX episode_by_cluster ON episode (cluster_id, published_at, id);
CREATE INDEX episode_by_text ON episode (content_hash);
CREATE INDEX episode_by_place ON episode (series_id, number_key, published_at, id) WHERE series_id IS NOT NULL;

ALTER TABLE summary ADD COLUMN is_original BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE summary ADD COLUMN words_version INT NOT NULL DEFAULT 0;
UPDATE summary SET is_original = is_primary;
CREATE INDEX primary_by_date ON summary (sort_at, id) WHERE status = 'PUBLISHED' AND is_primary;
CREATE INDEX summary_by_words ON summary (words_version, id);

ALTER TABLE summary_body ADD COLUMN tokens INT CHECK (tokens >= 0);
CREATE INDEX body_to_count ON summary_body (summary_id) WHERE tokens IS NULL;

CREATE TABLE episode_hashtag (
    hashtag TEXT COLLATE "C" NOT NULL CHECK (hashtag <> ''),
    episode_id BIGINT NOT NULL REFERENCES episode (id) ON DELETE CASCADE,
    PRIMARY KEY (hashtag, episode_id)
) /* strict, by key */;
CREATE INDEX episode_hashtag_by_episode ON episode_hashtag (episode_id);
"#;

/// Words come in stems already, with nothing left to take apart; the texts themselves stay where they are.
const UP_SQLITE: &str = "
CREATE VIRTUAL TABLE summary_text USING fts5 (title, tldr, points, body, words, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE TRIGGER summary_takes_its_words AFTER DELETE ON summary BEGIN DELETE FROM summary_text WHERE rowid = old.id; END;
";

/// The functions see to it that the index is used: the planner does not know what it costs to fetch vectors
/// that lie apart from their rows, and reads them all (measured at 20,000 rows: 340 ms instead of 3).
const UP_POSTGRES: &str = "
CREATE TABLE summary_text (
    summary_id BIGINT NOT NULL PRIMARY KEY REFERENCES summary (id) ON DELETE CASCADE,
    lexemes TSVECTOR NOT NULL
);
CREATE INDEX summary_text_by_lexeme ON summary_text USING GIN (lexemes) WITH (fastupdate = off);

CREATE FUNCTION matching_summaries(query TSQUERY) RETURNS SETOF BIGINT LANGUAGE sql STABLE SET enable_seqscan = off
AS 'SELECT summary_id FROM summary_text WHERE lexemes @@ query';

CREATE FUNCTION ranked_summaries(query TSQUERY) RETURNS TABLE (id BIGINT, score BIGINT) LANGUAGE sql STABLE SET enable_seqscan = off
AS 'SELECT summary_id, (1000000000 * ts_rank_cd(''{0.1, 0.2, 0.4, 1}'', lexemes, query, 1))::BIGINT FROM summary_text WHERE lexemes @@ query';
";

const DOWN: &str = "
DROP TABLE episode_hashtag;
DROP TABLE summary_text;
DROP INDEX body_to_count;
ALTER TABLE summary_body DROP COLUMN tokens;
DROP INDEX summary_by_words;
DROP INDEX primary_by_date;
ALTER TABLE summary DROP COLUMN words_version;
ALTER TABLE summary DROP COLUMN is_original;
DROP INDEX episode_by_place;
DROP INDEX episode_by_text;
DROP INDEX episode_by_cluster;
ALTER TABLE episode DROP COLUMN cluster_id;
";

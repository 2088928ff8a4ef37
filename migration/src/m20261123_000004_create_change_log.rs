//! Counts of what is published, and the log of changes.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const UP: &str = r#"
CREATE TABLE counter (
    dimension TEXT NOT NULL CHECK (dimension IN ('ALL', 'SOURCE', 'CATEGORY', 'TAG', 'LANGUAGE')),
    key TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (dimension, key)
) /* strict, by key */;

CREATE TABLE change_head (
    id INT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
) /* strict */;

INSERT INTO change_head (id, seq) VALUES (1, 0);

CREATE TABLE change (
    node_kind TEXT COLLATE "C" NOT NULL CHECK (node_kind IN ('SOURCE', 'SERIES', 'EPISODE', 'SUMMARY', 'CATEGORY', 'TAG')),
    node_id BIGINT NOT NULL,
    seq BIGINT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('CREATED', 'UPDATED', 'DELETED')),
    at BIGINT NOT NULL,
    PRIMARY KEY (node_kind, node_id)
) /* strict, by key */;

CREATE INDEX change_by_kind ON change (node_kind, seq);
"#;

const DOWN: &str = "
DROP TABLE change;
DROP TABLE change_head;
DROP TABLE counter;
";

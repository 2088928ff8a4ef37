//! What all spellings of an alias have in common, as tags know it of their own names: a tag that was merged
//! into another one is found there under any of its spellings.
//!
//! The database makes the key out of the alias, so that the aliases that are there have it, and those that
//! the release before still writes, too.

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
ALTER TABLE tag_alias ADD COLUMN match_key TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (replace(alias, '-', '')) STORED;
CREATE INDEX tag_alias_by_key ON tag_alias (match_key);
"#;

const DOWN: &str = "
DROP INDEX tag_alias_by_key;
ALTER TABLE tag_alias DROP COLUMN match_key;
";

//! The schema, version by version, on both databases.
//!
//! A migration is SQL in PostgreSQL's words; [`dialect`] says the few that SQLite has others for.
//! [`up`] runs what is pending, under a lock and in one transaction: of two processes that start
//! together exactly one migrates, and one that fails leaves nothing behind.

mod dialect;
mod m20261123_000001_create_sources;
mod m20261123_000002_create_episodes;
mod m20261123_000003_create_summaries;
mod m20261123_000004_create_change_log;
mod m20261123_000005_add_stories_and_words;
mod m20261130_000001_create_fetching;
mod m20261130_000002_key_aliases;
mod m20261130_000003_create_summarising;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DatabaseConnection, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait},
};

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_sources::Migration),
            Box::new(m20261123_000002_create_episodes::Migration),
            Box::new(m20261123_000003_create_summaries::Migration),
            Box::new(m20261123_000004_create_change_log::Migration),
            Box::new(m20261123_000005_add_stories_and_words::Migration),
            Box::new(m20261130_000001_create_fetching::Migration),
            Box::new(m20261130_000002_key_aliases::Migration),
            Box::new(m20261130_000003_create_summarising::Migration),
        ]
    }
}

/// Any number that nobody else locks in this database.
const LOCK: i64 = 0x7072_6563_6973;

/// Applies what is pending, and says how many that were.
pub async fn up(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let immediate =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = db.begin_with_options(immediate).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        // As long as it takes, also until another process has done it.
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    let pending = Migrator::get_pending_migrations(&transaction).await?.len();
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(pending)
}

/// The names of those that were not applied yet, oldest first. Changes nothing.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Migrator::migrations().iter().map(|it| it.name().to_owned()).collect());
    }
    let pending = Migrator::get_pending_migrations(db).await?;
    Ok(pending.iter().map(|it| it.name().to_owned()).collect())
}

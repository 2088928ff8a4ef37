//! What lies in the tables, whatever the API makes of it: for tests that look at whether rows changed.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::Value;

/// The rows of every table, as JSON.
pub(crate) type Tables = BTreeMap<String, Vec<Value>>;

/// A connection beside those of the application.
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(url).await.expect("a connection")
}

/// Every row of every table that is not the database's own, sorted. On PostgreSQL with the transaction
/// that wrote it, so that a row which was written again as it was is a difference too.
pub(crate) async fn dump(url: &str) -> Tables {
    let connection = connect(url).await;
    let mut tables = Tables::new();
    for table in texts(&connection, list_of_tables(connection.get_database_backend())).await {
        let select = match connection.get_database_backend() {
            DbBackend::Sqlite => {
                let columns = texts(&connection, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
                // The text index keeps bytes.
                let text = |column: &String| {
                    format!(
                        "'{column}', CASE typeof(\"{column}\") WHEN 'blob' THEN hex(\"{column}\") ELSE \"{column}\" END"
                    )
                };
                let pairs: Vec<_> = columns.iter().map(text).collect();
                format!("SELECT json_object({}) FROM \"{table}\"", pairs.join(", "))
            }
            _ => {
                format!(
                    "SELECT (to_jsonb(t) || jsonb_build_object('written by', t.xmin::text))::text FROM \"{table}\" t"
                )
            }
        };
        let mut rows = texts(&connection, &select).await;
        rows.sort();
        let rows = rows.iter().map(|row| serde_json::from_str(row).expect("JSON")).collect();
        tables.insert(table, rows);
    }
    connection.close().await.expect("no connection");
    tables
}

/// Fails with the rows that differ, where some do.
pub(crate) fn assert_same(before: &Tables, after: &Tables, when: &str) {
    let differences = differences(before, after);
    assert!(differences.is_empty(), "{when}:\n{}", differences.join("\n"));
}

/// What is in one of them alone, a line a row.
pub(crate) fn differences(before: &Tables, after: &Tables) -> Vec<String> {
    let only_in = |these: &Tables, those: &Tables, sign: char| -> Vec<String> {
        let rows = these.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row)));
        let only = rows.filter(|(table, row)| those.get(*table).is_none_or(|rows| !rows.contains(row)));
        only.map(|(table, row)| format!("{sign} {table} {row}")).collect()
    };
    [only_in(before, after, '-'), only_in(after, before, '+')].concat()
}

fn list_of_tables(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        _ => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
    }
}

/// The first column of a statement's rows.
async fn texts(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

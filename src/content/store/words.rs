//! The words of summaries, as the text index holds them.

use entity::summary::Model;

use crate::{
    content::{Error, error::stored},
    db::{Dialect, Transaction, full_text},
    text::{markdown, search::Document},
};

/// How words are indexed now. It grows when the words of a text come out differently, and everything is
/// indexed again: see [`super::catch_up`].
pub(super) const VERSION: i32 = 1;

/// The most rows that one statement writes: six values each.
const ROWS: usize = 100;

/// Indexes the words of these summaries, whose long texts are Markdown, in the place of what was there.
pub(super) async fn index(tx: &Transaction, summaries: &[(&Model, Option<&str>)]) -> Result<(), Error> {
    for summaries in summaries.chunks(ROWS) {
        let documents = summaries.iter().map(|(row, body)| Ok((row.id, document(row, *body)?)));
        let documents = documents.collect::<Result<Vec<_>, Error>>()?;
        let mut sql = tx.sql();
        match sql.dialect() {
            Dialect::Sqlite => {
                sql.push("INSERT OR REPLACE INTO summary_text (rowid, title, tldr, points, body, words) VALUES ");
                sql.join(&documents, ", ", |sql, (id, document)| {
                    sql.push("(").bind((*id).into());
                    for column in full_text::sqlite_columns(document) {
                        sql.push(", ").bind(column.into());
                    }
                    sql.push(")");
                });
            }
            Dialect::Postgres => {
                sql.push("INSERT INTO summary_text (summary_id, lexemes) VALUES ");
                sql.join(&documents, ", ", |sql, (id, document)| {
                    sql.push("(").bind((*id).into()).push(", CAST(");
                    sql.bind(full_text::tsvector(document).into()).push(" AS tsvector))");
                });
                sql.push(" ON CONFLICT (summary_id) DO UPDATE SET lexemes = excluded.lexemes");
            }
        }
        tx.execute(sql).await?;
    }
    Ok(())
}

fn document(row: &Model, body: Option<&str>) -> Result<Document, Error> {
    let key_points: Vec<String> = stored(&row.key_points)?;
    let body = body.map(markdown::to_plain);
    Ok(Document::new(&row.title, &row.tldr, &key_points, body.as_deref(), &row.language))
}

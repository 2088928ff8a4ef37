//! Totals that need no counting: how many published summaries there are in all, and of one source,
//! category, tag or language. Who publishes changes them in the same transaction.

use entity::kinds::Dimension;

use super::{Error, Reading, filter::Condition, summary_filter};

/// The total under this condition, where a counter knows it.
pub(super) async fn total(reading: &Reading, condition: &Condition) -> Result<Option<i64>, Error> {
    let Some((dimension, key)) = counted(condition) else { return Ok(None) };
    let mut sql = reading.sql();
    sql.push("SELECT count FROM counter WHERE dimension = ").bind(dimension.as_str().into());
    sql.push(" AND key = ").bind(key.into());
    let rows = reading.rows(sql).await?;
    Ok(Some(rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?))
}

/// The counter that a condition asks for, if it is about one dimension.
fn counted(condition: &Condition) -> Option<(Dimension, String)> {
    let only = |ids: &[i64]| if let [id] = ids { Some(id.to_string()) } else { None };
    match condition {
        Condition::Always => Some((Dimension::All, String::new())),
        Condition::Tagged(ids) => Some((Dimension::Tag, only(ids)?)),
        Condition::Ids(column, ids) if *column == summary_filter::SOURCE.column => {
            Some((Dimension::Source, only(ids)?))
        }
        Condition::Ids(column, ids) if *column == summary_filter::CATEGORY.column => {
            Some((Dimension::Category, only(ids)?))
        }
        Condition::Holds(condition) if Some(*condition) == summary_filter::CATEGORY.empty => {
            Some((Dimension::Category, UNCATEGORISED.to_owned()))
        }
        Condition::Texts(column, texts) if *column == summary_filter::LANGUAGE => match texts.as_slice() {
            [language] => Some((Dimension::Language, language.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// The key under which summaries without a category are counted.
pub(super) const UNCATEGORISED: &str = "0";

//! How many published summaries there are: of each source, series, category and tag, under any filter.
//! Totals of one dimension (or of none) need no counting: who publishes changes them in the same
//! transaction.

use std::collections::HashMap;

use entity::kinds::Dimension;

use super::{Error, Numbered, Reading, SummaryFilter, filter::Condition, page::Total, summary, summary_filter};
use crate::db::Reader;

/// What published summaries are counted by, one statement for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Source,
    Series,
    Category,
    Tag,
}

impl Counted {
    /// Where their totals without a filter are kept.
    fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Source => Some(Dimension::Source),
            Self::Series => None,
            Self::Category => Some(Dimension::Category),
            Self::Tag => Some(Dimension::Tag),
        }
    }
}

/// How many published summaries each of these has under the filter; those without any may be left out.
async fn each(
    reading: &Reading,
    counted: Counted,
    ids: Vec<i64>,
    filter: &SummaryFilter,
) -> Result<HashMap<i64, i64>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let condition = filter.resolve(reading).await?;
    if condition == Condition::Never {
        return Ok(HashMap::new());
    }
    let mut sql = reading.sql();
    if let (Some(dimension), Condition::Always) = (counted.dimension(), &condition) {
        sql.push("SELECT CAST(key AS BIGINT), count FROM counter WHERE dimension = ");
        sql.bind(dimension.as_str().into()).push(" AND ");
        sql.any_of("key", ids.iter().map(i64::to_string).collect::<Vec<_>>());
    } else {
        let (column, from) = match counted {
            Counted::Source => ("s.source_id", "summary s"),
            Counted::Series => ("s.series_id", "summary s"),
            Counted::Category => ("s.category_id", "summary s"),
            Counted::Tag => ("l.tag_id", "summary_tag l JOIN summary s ON s.id = l.summary_id"),
        };
        sql.push("SELECT ").push(column).push(", COUNT(*) FROM ").push(from).push(" WHERE ");
        sql.push(summary::PUBLISHED).push(" AND ").any_of(column, ids).push(" AND ");
        condition.write(&mut sql);
        sql.push(" GROUP BY ").push(column);
    }
    let rows = reading.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Counts all these nodes' summaries under each of these filters, and puts the counts where they belong.
pub(super) async fn fill<N>(
    reading: &Reading,
    counted: Counted,
    filters: &[SummaryFilter],
    nodes: &mut Numbered<N>,
    counts_of: fn(&mut N) -> &mut Vec<i64>,
) -> Result<(), Error> {
    for filter in filters {
        let mut counts = each(reading, counted, nodes.numbers().collect(), filter).await?;
        for (id, node) in nodes.iter_mut() {
            counts_of(node).push(counts.remove(&id).unwrap_or_default());
        }
    }
    Ok(())
}

/// All counters of a dimension, by key: what isn't there is 0.
pub(super) async fn kept(reader: &Reader, dimension: Dimension) -> Result<HashMap<String, i64>, Error> {
    let mut sql = reader.sql();
    sql.push("SELECT key, count FROM counter WHERE dimension = ").bind(dimension.as_str().into());
    let rows = reader.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The total under this condition, where a counter knows it: where it is about one dimension, or none.
pub(super) fn total(condition: &Condition) -> Option<Total> {
    counted(condition).map(|(dimension, key)| Total::Kept(dimension, key))
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

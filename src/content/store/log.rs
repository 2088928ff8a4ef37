//! What a transaction has to enter at its end: counts, and changes in commit order.

use std::collections::{BTreeMap, HashMap};

use entity::{
    change, counter,
    kinds::{ChangeKind, Dimension, NodeKind},
};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, sea_query::OnConflict};

use super::{Outcome, ROWS};
use crate::{
    clock::Timestamp,
    content::Error,
    db::{Sql, Transaction},
};

/// What changed so far, as far as it is to be entered at the end.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// In the order in which the nodes were first touched.
    order: Vec<(NodeKind, i64)>,
    kinds: HashMap<(NodeKind, i64), ChangeKind>,
    /// Sorted, so that writers meet in one order and never wait for each other in a circle.
    counts: BTreeMap<(Dimension, String), i64>,
}

impl Log {
    /// A node is new.
    pub(super) fn created(&mut self, kind: NodeKind, id: i64) {
        self.note(kind, id, ChangeKind::Created);
    }

    /// A node is different. If it is new as well, that is what counts.
    pub(super) fn updated(&mut self, kind: NodeKind, id: i64) {
        self.note(kind, id, ChangeKind::Updated);
    }

    /// A node is gone, whatever happened to it before.
    pub(super) fn deleted(&mut self, kind: NodeKind, id: i64) {
        self.note(kind, id, ChangeKind::Deleted);
        self.kinds.insert((kind, id), ChangeKind::Deleted);
    }

    fn note(&mut self, kind: NodeKind, id: i64, change: ChangeKind) {
        let order = &mut self.order;
        self.kinds.entry((kind, id)).or_insert_with(|| {
            order.push((kind, id));
            change
        });
    }

    /// One published summary more, or less, under this key.
    pub(super) fn count(&mut self, dimension: Dimension, key: String, more: i64) {
        *self.counts.entry((dimension, key)).or_default() += more;
    }

    /// What is noted of a source.
    pub(super) fn outcome_of_source(&self, id: i64) -> Outcome {
        match self.kinds.get(&(NodeKind::Source, id)) {
            Some(ChangeKind::Created) => Outcome::New,
            Some(_) => Outcome::Changed,
            None => Outcome::Unchanged,
        }
    }

    /// Writes it all, and says where in the log a name changed last, if one did.
    pub(super) async fn enter(mut self, tx: &Transaction, now: Timestamp) -> Result<Option<i64>, Error> {
        self.enter_counts(tx).await?;
        if self.order.is_empty() {
            return Ok(None);
        }
        let last = advance(tx, i64::try_from(self.order.len()).unwrap_or(i64::MAX)).await?;
        let mut newest_name = None;
        let rows: Vec<_> = (last + 1..)
            .zip(&self.order)
            .map(|(seq, node)| {
                if !matches!(node.0, NodeKind::Episode | NodeKind::Summary) {
                    newest_name = Some(seq);
                }
                change::ActiveModel {
                    node_kind: Set(node.0),
                    node_id: Set(node.1),
                    seq: Set(seq),
                    kind: Set(self.kinds.get(node).copied().unwrap_or_default()),
                    at: Set(now.0),
                }
            })
            .collect();
        for rows in rows.chunks(ROWS) {
            let newest_wins = OnConflict::columns([change::Column::NodeKind, change::Column::NodeId])
                .update_columns([change::Column::Seq, change::Column::Kind, change::Column::At])
                .to_owned();
            let insert = change::Entity::insert_many(rows.iter().cloned()).on_conflict(newest_wins);
            insert.exec_without_returning(tx.connection()).await?;
        }
        Ok(newest_name)
    }

    async fn enter_counts(&mut self, tx: &Transaction) -> Result<(), Error> {
        self.counts.retain(|_, more| *more != 0);
        // A row has to be there before it can be lowered: a count below zero is refused.
        let rows: Vec<_> = self.counts.keys().map(|(dimension, key)| (*dimension, key)).collect();
        for rows in rows.chunks(ROWS) {
            let zero = |(dimension, key): &(Dimension, &String)| counter::ActiveModel {
                dimension: Set(*dimension),
                key: Set((*key).clone()),
                count: Set(0),
            };
            let there = OnConflict::columns([counter::Column::Dimension, counter::Column::Key]).do_nothing().to_owned();
            let insert = counter::Entity::insert_many(rows.iter().map(zero)).on_conflict(there);
            insert.exec_without_returning(tx.connection()).await?;
        }
        for ((dimension, key), more) in &self.counts {
            let mut sql = tx.sql();
            sql.push("UPDATE counter SET count = count + ").bind((*more).into());
            sql.push(" WHERE dimension = ")
                .bind(dimension.as_str().into())
                .push(" AND key = ")
                .bind(key.clone().into());
            tx.execute(sql).await?;
        }
        Ok(())
    }
}

/// Enters at once that each of these nodes is different, which are too many to be noted one by one: a query gives
/// their numbers as `id`, each once. It must not mean others before the transaction ends.
pub(super) async fn updated_all(
    tx: &Transaction,
    kind: NodeKind,
    query: impl Fn(&mut Sql),
    now: Timestamp,
) -> Result<(), Error> {
    let mut sql = tx.sql();
    sql.push("SELECT COUNT(*) FROM (");
    query(&mut sql);
    sql.push(") n");
    let rows = tx.rows(sql).await?;
    let many: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))?;
    if many == 0 {
        return Ok(());
    }
    let last = advance(tx, many).await?;
    let mut sql = tx.sql();
    sql.push("INSERT INTO change (node_kind, node_id, seq, kind, at) SELECT ").bind(kind.as_str().into());
    sql.push(", n.id, ").bind(last.into()).push(" + ROW_NUMBER() OVER (ORDER BY n.id), ");
    sql.bind(ChangeKind::Updated.as_str().into()).push(", ").bind(now.0.into()).push(" FROM (");
    query(&mut sql);
    sql.push(") n WHERE TRUE ON CONFLICT (node_kind, node_id) DO UPDATE SET");
    sql.push(" seq = excluded.seq, kind = excluded.kind, at = excluded.at");
    tx.execute(sql).await?;
    Ok(())
}

/// Takes so many positions at the end of the log, and says which one stands before them. The row's lock makes
/// positions gapless, and their order that of the commits.
async fn advance(tx: &Transaction, many: i64) -> Result<i64, Error> {
    let mut sql = tx.sql();
    sql.push("UPDATE change_head SET seq = seq + ").bind(many.into()).push(" RETURNING seq");
    let rows = tx.rows(sql).await?;
    let head: i64 = rows.first().ok_or(DbErr::RecordNotUpdated)?.try_get_by_index(0)?;
    Ok(head - many)
}

//! `node` and `nodes`: anything by its id. One statement for each type that is among the ids.

use std::collections::HashMap;

use super::{
    answer::{Node, Plan},
    compile::Compiler,
    fields::{Category, Episode, Series, Source, Summary, Tag},
    select::Asked,
};
use crate::content::{Error, NodeId, NodeKind, Reading};

/// What stands behind these ids, in their order; `None` for what is no id, or nobody's.
pub(super) async fn load(
    reading: &Reading,
    compiler: &Compiler<'_>,
    asked: &Asked<'_>,
    ids: &[Option<NodeId>],
) -> Result<Vec<Option<Node>>, Error> {
    let mut found: HashMap<NodeId, Node> = HashMap::new();
    for kind in NodeKind::ALL {
        let mut numbers: Vec<i64> = ids.iter().flatten().filter(|id| id.kind == *kind).map(|id| id.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if !numbers.is_empty() {
            let nodes = load_kind(reading, compiler, asked, *kind, numbers).await?;
            found.extend(nodes.into_iter().map(|(number, node)| (NodeId::new(*kind, number), node)));
        }
    }
    Ok(ids.iter().map(|id| id.as_ref().and_then(|id| found.get(id).cloned())).collect())
}

/// Fragments make the selection differ from type to type: there is a plan for each.
async fn load_kind(
    reading: &Reading,
    compiler: &Compiler<'_>,
    asked: &Asked<'_>,
    kind: NodeKind,
    ids: Vec<i64>,
) -> Result<Vec<(i64, Node)>, Error> {
    Ok(match kind {
        NodeKind::Summary => {
            let plan = Plan::<Summary>::of(compiler, asked);
            let rows = reading.load_summaries(ids, &plan.projection).await?;
            wrap(rows, |row| Node::Summary(plan.answer(row)))
        }
        NodeKind::Episode => {
            let plan = Plan::<Episode>::of(compiler, asked);
            let rows = reading.load_episodes(ids, &plan.projection).await?;
            wrap(rows, |row| Node::Episode(plan.answer(row)))
        }
        NodeKind::Source => {
            let plan = Plan::<Source>::of(compiler, asked);
            wrap(reading.load_sources(ids, &plan.projection).await?, |row| Node::Source(plan.answer(row)))
        }
        NodeKind::Series => {
            let plan = Plan::<Series>::of(compiler, asked);
            wrap(reading.load_series(ids, &plan.projection).await?, |row| Node::Series(plan.answer(row)))
        }
        NodeKind::Category => {
            let plan = Plan::<Category>::of(compiler, asked);
            wrap(reading.load_categories(ids, &plan.projection).await?, |row| Node::Category(plan.answer(row)))
        }
        NodeKind::Tag => {
            let plan = Plan::<Tag>::of(compiler, asked);
            wrap(reading.load_tags(ids, &plan.projection).await?, |row| Node::Tag(plan.answer(row)))
        }
    })
}

fn wrap<R>(rows: impl IntoIterator<Item = (i64, R)>, node: impl Fn(R) -> Node) -> Vec<(i64, Node)> {
    rows.into_iter().map(|(number, row)| (number, node(row))).collect()
}

//! `node` and `nodes`: anything by its id. One statement for each type that is among the ids.

use std::collections::HashMap;

use super::{
    answer::{Node, Plan},
    compile::Compiler,
    cost::Rows,
    fields::{Category, Episode, Series, Source, Summary, Tag},
    select::Asked,
};
use crate::content::{Error, NodeId, NodeKind, Reading};

/// What has to be read of each type that is among some ids. Fragments make the selection differ from type
/// to type: there is a plan for each.
pub(super) struct NodesPlan {
    ids: Vec<Option<NodeId>>,
    kinds: Vec<KindPlan>,
}

/// The numbers of one type, each once, and what has to be read of them.
enum KindPlan {
    Source(Vec<i64>, Plan<Source>),
    Series(Vec<i64>, Plan<Series>),
    Episode(Vec<i64>, Plan<Episode>),
    Summary(Vec<i64>, Plan<Summary>),
    Category(Vec<i64>, Plan<Category>),
    Tag(Vec<i64>, Plan<Tag>),
}

/// The plan for these ids; `None` stands for what is no id.
pub(super) fn plan(compiler: &Compiler, asked: &Asked, ids: Vec<Option<NodeId>>) -> NodesPlan {
    let kinds = NodeKind::ALL.iter().filter_map(|kind| {
        let mut numbers: Vec<i64> = ids.iter().flatten().filter(|id| id.kind == *kind).map(|id| id.number).collect();
        let rows = Rows::About(u64::try_from(numbers.len()).unwrap_or(u64::MAX));
        numbers.sort_unstable();
        numbers.dedup();
        (!numbers.is_empty()).then(|| KindPlan::of(*kind, numbers, compiler.each_of(rows), asked))
    });
    NodesPlan { kinds: kinds.collect(), ids }
}

impl NodesPlan {
    /// What stands behind the ids, in their order; `None` for what is no id, or nobody's.
    pub(super) async fn load(&self, reading: &Reading) -> Result<Vec<Option<Node>>, Error> {
        let mut found: HashMap<NodeId, Node> = HashMap::new();
        for kind in &self.kinds {
            found.extend(kind.load(reading).await?);
        }
        Ok(self.ids.iter().map(|id| id.as_ref().and_then(|id| found.get(id).cloned())).collect())
    }
}

impl KindPlan {
    fn of(kind: NodeKind, ids: Vec<i64>, compiler: Compiler, asked: &Asked) -> Self {
        match kind {
            NodeKind::Source => Self::Source(ids, Plan::of(&compiler, asked)),
            NodeKind::Series => Self::Series(ids, Plan::of(&compiler, asked)),
            NodeKind::Episode => Self::Episode(ids, Plan::of(&compiler, asked)),
            NodeKind::Summary => Self::Summary(ids, Plan::of(&compiler, asked)),
            NodeKind::Category => Self::Category(ids, Plan::of(&compiler, asked)),
            NodeKind::Tag => Self::Tag(ids, Plan::of(&compiler, asked)),
        }
    }

    async fn load(&self, reading: &Reading) -> Result<Vec<(NodeId, Node)>, Error> {
        Ok(match self {
            Self::Source(ids, plan) => {
                let rows = reading.load_sources(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Source, rows, |row| Node::Source(plan.answer(row)))
            }
            Self::Series(ids, plan) => {
                let rows = reading.load_series(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Series, rows, |row| Node::Series(plan.answer(row)))
            }
            Self::Episode(ids, plan) => {
                let rows = reading.load_episodes(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Episode, rows, |row| Node::Episode(plan.answer(row)))
            }
            Self::Summary(ids, plan) => {
                let rows = reading.load_summaries(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Summary, rows, |row| Node::Summary(plan.answer(row)))
            }
            Self::Category(ids, plan) => {
                let rows = reading.load_categories(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Category, rows, |row| Node::Category(plan.answer(row)))
            }
            Self::Tag(ids, plan) => {
                let rows = reading.load_tags(ids.clone(), &plan.projection).await?;
                wrap(NodeKind::Tag, rows, |row| Node::Tag(plan.answer(row)))
            }
        })
    }
}

fn wrap<R>(kind: NodeKind, rows: impl IntoIterator<Item = (i64, R)>, node: impl Fn(R) -> Node) -> Vec<(NodeId, Node)> {
    rows.into_iter().map(|(number, row)| (NodeId::new(kind, number), node(row))).collect()
}

//! `node` and `nodes`: anything by its id. One statement for each type that is among the ids.

use std::collections::HashMap;

use super::{
    answer::Plan,
    compile::Compiler,
    cost::Rows,
    fields::{Category, Episode, Series, Source, Summary, Tag},
    object::Object,
    select::Asked,
    write::{Json, Written},
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

/// What was read for a plan.
pub(super) struct Nodes<'p> {
    ids: &'p [Option<NodeId>],
    found: HashMap<NodeId, Node<'p>>,
}

/// Writes one of what was found.
type Node<'p> = Box<dyn Fn(&mut Json) -> Written + Send + 'p>;

impl NodesPlan {
    /// Reads what stands behind the ids.
    pub(super) async fn load(&self, reading: &Reading) -> Result<Nodes<'_>, Error> {
        let mut found = HashMap::new();
        for kind in &self.kinds {
            kind.load(reading, &mut found).await?;
        }
        Ok(Nodes { ids: &self.ids, found })
    }
}

impl Nodes<'_> {
    /// Writes what stands behind the first id; null for what is no id, or nobody's.
    pub(super) fn write_first(&self, json: &mut Json) -> Written {
        self.write(self.ids.first().copied().flatten(), json)
    }

    /// Writes what stands behind all of them, in their order.
    pub(super) fn write_all(&self, json: &mut Json) -> Written {
        json.nullable_list(self.ids, |id, json| self.write(*id, json))
    }

    fn write(&self, id: Option<NodeId>, json: &mut Json) -> Written {
        match id.and_then(|id| self.found.get(&id)) {
            Some(write) => write(json),
            None => json.null(),
        }
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

    async fn load<'p>(&'p self, reading: &Reading, found: &mut HashMap<NodeId, Node<'p>>) -> Result<(), Error> {
        match self {
            Self::Source(ids, plan) => {
                plan.keep(NodeKind::Source, reading.load_sources(ids.clone(), &plan.projection).await?, found);
            }
            Self::Series(ids, plan) => {
                plan.keep(NodeKind::Series, reading.load_series(ids.clone(), &plan.projection).await?, found);
            }
            Self::Episode(ids, plan) => {
                plan.keep(NodeKind::Episode, reading.load_episodes(ids.clone(), &plan.projection).await?, found);
            }
            Self::Summary(ids, plan) => {
                plan.keep(NodeKind::Summary, reading.load_summaries(ids.clone(), &plan.projection).await?, found);
            }
            Self::Category(ids, plan) => {
                plan.keep(NodeKind::Category, reading.load_categories(ids.clone(), &plan.projection).await?, found);
            }
            Self::Tag(ids, plan) => {
                plan.keep(NodeKind::Tag, reading.load_tags(ids.clone(), &plan.projection).await?, found);
            }
        }
        Ok(())
    }
}

impl<O: Object> Plan<O> {
    /// Keeps rows of a type, by their ids.
    fn keep<'p, R>(&'p self, kind: NodeKind, rows: R, found: &mut HashMap<NodeId, Node<'p>>)
    where
        R: IntoIterator<Item = (i64, O::Row)>,
    {
        found.extend(rows.into_iter().map(|(number, row)| {
            let write = move |json: &mut Json| self.selection.write(&row, json);
            (NodeId::new(kind, number), Box::new(write) as Node<'p>)
        }));
    }
}

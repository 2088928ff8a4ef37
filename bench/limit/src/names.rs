//! Names of tags, sources and categories: read once, at the start. What an answer says of them is JSON already.

use std::collections::HashMap;

use crate::json;

/// One of them, in memory.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) slug: String,
    /// `"name":…,"slug":…`
    pub(crate) pair: Vec<u8>,
    /// `"name":…`
    pub(crate) called: Vec<u8>,
    /// `"kind":…`; empty for what has none.
    pub(crate) kind: Vec<u8>,
    /// Its place among all of its sort, by slug.
    pub(crate) rank: usize,
}

/// All of one sort.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// By number, which begin at 1 and have few gaps.
    by_id: Vec<Option<Name>>,
    ids: HashMap<String, i64>,
    /// Numbers, sorted by slug.
    sorted: Vec<i64>,
}

/// All that are there.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) tags: Table,
    pub(crate) sources: Table,
    pub(crate) categories: Table,
}

impl Table {
    /// Rows of number, slug, name and kind.
    pub(crate) fn new(mut rows: Vec<(i64, String, String, String)>) -> Self {
        let mut table = Self::default();
        rows.sort_unstable_by(|one, other| one.1.cmp(&other.1));
        for (rank, (id, slug, name, kind)) in rows.into_iter().enumerate() {
            let at = usize::try_from(id).unwrap_or_default();
            if table.by_id.len() <= at {
                table.by_id.resize_with(at + 1, || None);
            }
            table.ids.insert(slug.clone(), id);
            table.sorted.push(id);
            let field = |label: &str, text: &str| {
                let mut bytes = format!("\"{label}\":").into_bytes();
                json::text(&mut bytes, text);
                bytes
            };
            let pair = [field("name", &name), field("slug", &slug)].join(&b","[..]);
            let kind = if kind.is_empty() { Vec::new() } else { field("kind", &kind) };
            table.by_id[at] = Some(Name { pair, called: field("name", &name), kind, slug, rank });
        }
        table
    }

    /// The number of a slug.
    pub(crate) fn id(&self, slug: &str) -> Option<i64> {
        self.ids.get(slug).copied()
    }

    /// What has this number.
    pub(crate) fn get(&self, id: i64) -> Option<&Name> {
        self.by_id.get(usize::try_from(id).ok()?)?.as_ref()
    }

    /// Numbers of what comes behind this slug.
    pub(crate) fn behind(&self, slug: Option<&str>) -> &[i64] {
        let comes_before =
            |id: &i64| self.get(*id).is_some_and(|name| slug.is_some_and(|slug| name.slug.as_str() <= slug));
        &self.sorted[self.sorted.partition_point(comes_before)..]
    }
}

//! Facets: how many summaries of a list each category, tag, source and language has, where the choice that
//! its own rail makes is left out of the filter.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use precis::content::NodeKind;
use serde_json::{Value as Json, json};

use super::{
    coerce::Values,
    objects::{Refused, Value, leaf},
    shelf::Shelf,
    world::World,
};

/// What summaries are counted by.
#[derive(Clone, Copy)]
struct Dimension {
    /// The field of `SummaryFacets`, and of the filter.
    name: &'static str,
    /// The type of an entry.
    entry: &'static str,
    /// What an entry is of: a row, by the name of its field, or a language.
    value: &'static str,
    kind: Option<NodeKind>,
}

const DIMENSIONS: [Dimension; 4] = [
    Dimension { name: "categories", entry: "CategoryFacet", value: "category", kind: Some(NodeKind::Category) },
    Dimension { name: "tags", entry: "TagFacet", value: "tag", kind: Some(NodeKind::Tag) },
    Dimension { name: "sources", entry: "SourceFacet", value: "source", kind: Some(NodeKind::Source) },
    Dimension { name: "languages", entry: "LanguageFacet", value: "language", kind: None },
];

/// `SummaryFacets` of a list, of so many entries each as the arguments say.
pub(super) fn facets(shelf: &Rc<Shelf>, arguments: &Values) -> Result<Value, Refused> {
    let first = arguments["first"].as_i64().and_then(|first| usize::try_from(first).ok());
    let first = first.filter(|first| *first <= 100).ok_or(Refused)?;
    let facet = |by: Dimension| {
        let shelf = shelf.clone();
        (by.name, Value::later(move |world, _| Ok(Value::List(by.entries(world, &shelf, first)))))
    };
    Ok(Value::record("SummaryFacets", DIMENSIONS.map(facet)))
}

impl Dimension {
    /// The first entries: what the filter names, then what there is most of, then by slug.
    fn entries(self, world: &World, list: &Shelf, first: usize) -> Vec<Value> {
        let all = Shelf { all: list.all.clone(), filter: self.without(&list.filter) };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for name in all.found(world).into_iter().flat_map(|id| self.names_of(world, id)) {
            *counts.entry(name).or_default() += 1;
        }
        let selected = self.selected(world, &list.filter);
        let names: BTreeSet<&String> = counts.keys().chain(&selected).collect();
        let count = |name: &String| counts.get(name).copied().unwrap_or_default();
        let mut names: Vec<&String> = names.into_iter().collect();
        names.sort_by_key(|name| (!selected.contains(*name), Reverse(count(name)), *name));
        let entry = |name: &String| {
            let value = match self.kind {
                None => leaf(name.clone()),
                Some(kind) => Value::maybe(kind, world.named(self.name, name).map(|(id, _)| id)),
            };
            let selected = leaf(selected.contains(name));
            Value::record(self.entry, [(self.value, value), ("count", leaf(count(name))), ("selected", selected)])
        };
        names.into_iter().take(first).map(entry).collect()
    }

    /// The filter without the choice of this dimension's own rail.
    fn without(self, filter: &Json) -> Json {
        let mut filter = filter.clone();
        if filter[self.name].is_object() {
            filter[self.name]["anyOf"] = Json::Null;
        } else if filter[self.name].is_array() {
            filter[self.name] = Json::Null;
        }
        filter
    }

    /// Under which names a summary counts; the empty one is that of summaries without a category.
    fn names_of(self, world: &World, id: i64) -> Vec<String> {
        let it = world.summary(id);
        match self.name {
            "categories" => vec![it.category_id.map_or_else(String::new, |id| world.category(id).slug.clone())],
            "tags" => world.tags_of(id).into_iter().map(|tag| tag.slug.clone()).collect(),
            "sources" => vec![world.source(it.source_id).slug.clone()],
            _ => vec![it.language.clone()],
        }
    }

    /// What the filter names at its top, as far as there is such a thing.
    fn selected(self, world: &World, filter: &Json) -> BTreeSet<String> {
        let own = &filter[self.name];
        if self.kind.is_none() {
            return own.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
        }
        let lists = ["anyOf", "allOf"].into_iter().filter_map(|part| own[part].as_array()).flatten();
        let known = lists.filter_map(|slug| Some(world.named(self.name, slug.as_str()?)?.1));
        let nameless = (self.name == "categories" && own["isEmpty"] == json!(true)).then(String::new);
        known.chain(nameless).collect()
    }
}

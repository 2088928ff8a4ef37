//! The statement budget: how many SQL statements a document may take at most, whatever the number of rows.
//!
//! The rule: **each relation that is asked for is one statement for all its parents, and each total one
//! more**. Asked for is what was executed for one object at least. Relations that differ only by alias or
//! fragment are one. In numbers,
//!
//! - a list (`summaries`, `series.episodes`, `duplicates`, `episode.summaries`, `translations`): one where rows,
//!   edges or page info are selected, one more where `totalCount` is; a look-up (`source(by:)`): one;
//!   `Summary.episode`, `Episode.previous`, `Episode.next`: one each; `nodes`: one for each type among its ids;
//!   `summary(by: {episode:})`: one more for the episode; a page at the root that is empty between cursors: one
//!   more for `hasNextPage` and `hasPreviousPage`;
//! - `translations` are read with the summary itself, so what is asked of them is read though there be none;
//! - what has its name in memory (`source`, `series`, `category`, `tags` of a row, and of a facet): none;
//! - `summaryDays`: one counts all days, for whatever is asked of them; `SummaryDay.summaries`: one, and none for
//!   its `totalCount`;
//! - `facets`: one for all facets of a list, whatever their `first`; `score`: one a list; `highlights`: none;
//! - `summaryCount`: one for each different filter; `latestNumber` and `missingNumbers`: one together;
//!   `fetchState`: one;
//! - a filter that names what nobody knows: one look at the change log.
//!
//! Lists and counts are different where content takes them for different: a null, and what is usual, is as if
//! it were left out.

use std::collections::BTreeSet;

use precis::content::NodeId;
use serde_json::{Value as Json, json};

use super::{
    coerce::Values,
    objects::{Object, Value},
    world::World,
};

/// Where rows come from: the fields that lead there, with their arguments and without their aliases.
#[derive(Clone, Debug)]
pub(super) struct Place(String); // a line a field

impl Place {
    /// Where the root fields stand.
    pub(super) fn root() -> Self {
        Self(String::new())
    }

    /// The place of this field, with these arguments.
    fn then(&self, field: &str, arguments: &Values) -> Self {
        Self(format!("{}\n{field}{}", self.0, Json::Object(canonical(arguments))))
    }

    /// Whether this field led here, its arguments apart.
    fn is_below(&self, field: &str) -> bool {
        self.0.rsplit('\n').next().is_some_and(|line| line.starts_with(field))
    }

    /// The place of the field that led here.
    fn parent(&self) -> Self {
        Self(self.0.rsplit_once('\n').map_or_else(String::new, |(parent, _)| parent.to_owned()))
    }

    /// Whether it is a list of rows at the root, from one cursor on or up to one.
    fn is_root_list_with_cursors(&self) -> bool {
        let has_cursor = ["\"after\":\"", "\"before\":\""].iter().any(|it| self.0.contains(it));
        self.0.matches('\n').count() == 1 && has_cursor && !self.is_below(DAYS)
    }
}

/// How the lines of `summaryDays` begin, whatever their keys.
const DAYS: &str = "Query.summaryDays";
/// How those of the summaries of a day begin.
const SUMMARIES_OF_DAY: &str = "SummaryDay.summaries";

/// The statements that an execution may take: what for, and where.
#[derive(Debug, Default)]
pub(super) struct Statements(BTreeSet<(String, String)>);

impl Statements {
    /// How many.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Takes note of a field with these arguments, asked for under this key, and says where it leads.
    pub(super) fn note(
        &mut self,
        world: &World,
        place: &Place,
        object: &Object,
        (parent, field, key): (&str, &str, &str),
        arguments: &Values,
    ) -> Place {
        if parent.ends_with("Connection") || parent.ends_with("Edge") {
            return self.note_of_page(world, place, object, (parent, field), arguments);
        }
        if parent == "SummaryFacets" {
            self.add(&place.parent(), "facets");
            return place.then(field, arguments);
        }
        if let Object::Record(_, fields) = object
            && parent == "PageInfo"
        {
            let is_empty = fields.iter().any(|(name, value)| *name == "startCursor" && matches!(value, Value::Null));
            if is_empty && place.is_root_list_with_cursors() && field.starts_with("has") {
                self.add(place, "ends");
            }
            return place.clone();
        }
        // Root fields are read apart, even equal ones.
        let name = if parent == "Query" { format!("{field} as {key}") } else { field.to_owned() };
        let inside = place.then(&format!("{parent}.{name}"), arguments);
        match (parent, field) {
            ("Query", "node" | "nodes") => {
                let ids = [arguments.get("id"), arguments.get("ids")].into_iter().flatten();
                let ids = ids.flat_map(|it| it.as_array().map_or_else(|| vec![it], |ids| ids.iter().collect()));
                for id in ids.filter_map(|id| id.as_str()?.parse::<NodeId>().ok()) {
                    self.add(&inside, id.kind.as_str());
                }
            }
            ("Query", _) if arguments.get("by").is_some() => {
                self.add(&inside, "row");
                if arguments["by"].get("episode").is_some() {
                    self.add(&inside, "its episode");
                }
            }
            ("Episode", "summaries" | "previous" | "next") | ("Summary", "episode" | "translations") => {
                self.add(&inside, "rows");
            }
            (_, "summaryCount") => self.add(&inside, "count"),
            ("Series", "latestNumber" | "missingNumbers") => self.add(place, "numbers"),
            ("Source", "fetchState") => self.add(place, "fetch state"),
            _ => {}
        }
        if names_unknown(world, "", &Json::Object(arguments.clone())) {
            self.add(&inside, "log");
        }
        inside
    }

    /// The same for the fields of a page, and for those of its edges.
    fn note_of_page(
        &mut self,
        world: &World,
        place: &Place,
        object: &Object,
        (parent, field): (&str, &str),
        arguments: &Values,
    ) -> Place {
        let of_object = |name: &str| match object {
            Object::Record(_, fields) => fields.iter().find(|(other, _)| *other == name),
            _ => None,
        };
        match field {
            "facets" => return place.then(field, arguments),
            "totalCount" if place.is_below(SUMMARIES_OF_DAY) => {}
            "totalCount" if parent != "SummaryDayConnection" => self.add(place, "total"),
            "highlights" => {}
            "score" => {
                let score = of_object(field).map(|(_, score)| score.made(world, arguments));
                if matches!(score, Some(Ok(Value::Score(_)))) {
                    self.add(place, "scores");
                }
            }
            _ => self.add(place, "page"),
        }
        place.clone()
    }

    /// One more, unless it is there.
    fn add(&mut self, place: &Place, what: &str) {
        self.0.insert((place.0.clone(), what.to_owned()));
    }
}

/// Whether a filter names what nobody knows.
fn names_unknown(world: &World, kind: &str, value: &Json) -> bool {
    match value {
        Json::Object(fields) => fields.iter().any(|(name, value)| {
            let is_slugs = ["anyOf", "allOf", "noneOf"].contains(&name.as_str());
            names_unknown(world, if is_slugs { kind } else { name }, value)
        }),
        Json::Array(items) => items.iter().any(|it| match it {
            Json::String(slug) => world.slugs(kind).is_some_and(|known| !known.contains(slug)),
            other => names_unknown(world, kind, other),
        }),
        _ => false,
    }
}

/// Arguments without what content does not see: nulls, and what holds where nothing is given.
fn canonical(arguments: &Values) -> Values {
    let usual = |name: &str, value: &Json| match name {
        "first" => *value == 20,
        "filter" => *value == json!({}),
        "orderBy" => *value == json!({ "field": "PUBLISHED_AT", "direction": "DESC" }),
        _ => false,
    };
    let seen = arguments.iter().map(|(name, value)| (name.clone(), without_nulls(value)));
    seen.filter(|(name, value)| !value.is_null() && !usual(name, value)).collect()
}

/// A value without nulls in its objects.
fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let seen = fields.iter().filter(|(name, it)| !(it.is_null() || *name == "primaryOnly" && **it == false));
            Json::Object(seen.map(|(name, it)| (name.clone(), without_nulls(it))).collect())
        }
        Json::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

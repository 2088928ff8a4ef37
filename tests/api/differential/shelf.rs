//! Lists of summaries: those of a place (all, of a source, of a day) under a filter, and what such a list
//! has beside its pages: how well its entries match, facets, counts, days.

use std::{collections::BTreeMap, rc::Rc};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use precis::content::NodeKind;
use serde_json::Value as Json;

use super::{
    coerce::Values,
    facets::facets,
    objects::{Part, Refused, Value, leaf},
    pages::{DOWNWARDS, Entry, List, number, sort_key},
    search::{Search, check_texts, search, text_of},
    world::World,
};

/// Summaries of a place, and what they are filtered by.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    /// Published summaries of the place, filtered or not.
    pub(super) all: Vec<i64>,
    /// Null where there is none.
    pub(super) filter: Json,
}

impl Shelf {
    /// The published summaries that are meant, under the filter among these arguments.
    pub(super) fn of(world: &World, is_meant: impl Fn(i64) -> bool, arguments: &Values) -> Result<Rc<Self>, Refused> {
        let filter = arguments.get("filter").cloned().unwrap_or_default();
        check_texts(world, &filter)?;
        let all = world.published().into_iter().map(|it| it.id).filter(|id| is_meant(*id)).collect();
        Ok(Rc::new(Self { all, filter }))
    }

    /// Those that the filter lets through.
    pub(super) fn found(&self, world: &World) -> Vec<i64> {
        self.all.iter().copied().filter(|id| world.summary_passes(*id, &self.filter)).collect()
    }

    /// What the text at the top of the filter finds, if there is one.
    fn search(&self, world: &World) -> Result<Option<Rc<Search>>, Refused> {
        text_of(&self.filter).map(|text| search(world, &text)).transpose()
    }

    /// A page of the list, in the order among these arguments: the newest first where there is none.
    pub(super) fn page(self: Rc<Self>, world: &World, arguments: &Values) -> Result<Value, Refused> {
        let order = |part: &str| arguments.get("orderBy").and_then(|it| it[part].as_str());
        let (field, direction) = (order("field").unwrap_or("PUBLISHED_AT"), order("direction").unwrap_or("DESC"));
        let search = self.search(world)?;
        let by_score = search.as_ref().filter(|it| field == "RELEVANCE" && !it.query.wanted().is_empty());
        // Where nothing is looked for, everything matches alike.
        let field = if by_score.is_none() && field == "RELEVANCE" { "PUBLISHED_AT" } else { field };
        let order = format!("{field}{}", if direction == "DESC" { DOWNWARDS } else { "" });
        let key = |id| match by_score {
            Some(search) => number(search.score(world, id)),
            None => sort_key(world, NodeKind::Summary, &order, id),
        };
        let list = List {
            of: "Summary",
            order: &order,
            entries: self.found(world).into_iter().map(|id| Entry { key: key(id), id }).collect(),
            key: &key,
            node: &|it| Value::row(NodeKind::Summary, it.id),
            on_edge: &|it| on_edge(search.as_ref(), it.id),
            beside: vec![self.facets()],
        };
        list.page(world, arguments)
    }

    /// `facets`.
    fn facets(self: &Rc<Self>) -> Part {
        let list = self.clone();
        ("facets", Value::later(move |_, arguments| facets(&list, arguments)))
    }

    /// A page of the days on which its summaries were published, the newest first.
    pub(super) fn days(self: Rc<Self>, world: &World, arguments: &Values) -> Result<Value, Refused> {
        let zone: Tz = arguments["timeZone"].as_str().and_then(|name| name.parse().ok()).expect("a time zone");
        let date = |id: i64| local_date(world.summary(id).published_at.expect("it is published"), zone);
        let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        self.found(world).into_iter().for_each(|id| *days.entry(date(id)).or_default() += 1);
        let key = |day| number(day);
        let days_down: Vec<_> = days.iter().rev().collect();
        let node = |entry: &Entry| {
            let place = days_down.iter().position(|(date, _)| day_of(**date) == entry.id).expect("one of them");
            let (day, count) = days_down[place];
            let all = self.all.iter().copied().filter(|id| date(*id) == *day).collect();
            let own = Rc::new(Self { all, filter: self.filter.clone() });
            Value::record(
                "SummaryDay",
                [
                    ("ordinal", leaf(place + 1)),
                    ("date", leaf(day.to_string())),
                    ("count", leaf(*count)),
                    ("summaries", Value::later(move |world, arguments| own.clone().page(world, arguments))),
                ],
            )
        };
        let list = List {
            of: "SummaryDay",
            order: "DATE DESC",
            entries: days.keys().map(|date| Entry { key: key(day_of(*date)), id: day_of(*date) }).collect(),
            key: &key,
            node: &node,
            on_edge: &|_| Vec::new(),
            beside: vec![("summaryCount", leaf(days.values().sum::<usize>())), self.facets()],
        };
        list.page(world, arguments)
    }
}

/// What `SummaryEdge` has beside cursor and node.
fn on_edge(search: Option<&Rc<Search>>, id: i64) -> Vec<Part> {
    let (for_score, for_highlights) = (search.cloned(), search.cloned());
    let score = move |world: &World| for_score.as_ref().map_or(Value::Null, |it| Value::Score(it.score(world, id)));
    let highlights = move |world: &World| for_highlights.as_ref().map_or_else(Vec::new, |it| it.highlights(world, id));
    vec![
        ("score", Value::later(move |world, _| Ok(score(world)))),
        ("highlights", Value::later(move |world, _| Ok(Value::texts(highlights(world))))),
    ]
}

/// The date of an instant somewhere.
fn local_date(at: i64, zone: Tz) -> NaiveDate {
    DateTime::from_timestamp(at, 0).expect("an instant of these centuries").with_timezone(&zone).date_naive()
}

/// The number of a day: 0 is 1970-01-01.
fn day_of(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

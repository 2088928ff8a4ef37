//! What a document costs, by the rules in words, from the schema and the arguments alone:
//!
//! - a point for each object that may be returned. Nothing for a `Source` or a `Category`, for pages, edges and
//!   facets, which are names in memory or wrap others;
//! - a page has as many rows as `first` or `last` says, else 20; facets have as many entries as their `first`.
//!   `tags` are 5, `translations` and `Episode.summaries` 10, `enclosures` 2;
//! - counts, numbers, facets and duplicates are 5 for each parent, and so is a search for words;
//! - `node` and `nodes` are what their ids name.
//!
//! A field whose arguments are refused costs nothing, or what it would cost: both are right.

use graphql_parser::query::Field;
use precis::content::NodeId;
use serde_json::Value as Json;

use super::{
    coerce::{self, Values},
    execute::{Execution, Set},
    objects::type_of,
    schema::{is_list, named},
};

/// The least and the most that it costs.
pub(super) type Cost = (u64, u64);

/// The most that a document may cost.
pub(super) const MOST: u64 = 10_000;

/// Only filters of more bytes may have too many words or conditions.
const LONG_FILTER: usize = 64;

const FIGURES: [&str; 6] = ["totalCount", "summaryCount", "latestNumber", "missingNumbers", "facets", "duplicates"];

impl<'e> Execution<'e> {
    /// What these selections cost in one object of this type, in a page of so many rows.
    pub(super) fn cost(&self, ty: &'e str, sets: &[&'e Set], page: u64) -> Cost {
        let mut cost = (0, 0);
        for (_, asked) in self.grouped(ty, sets) {
            let field = asked[0];
            if field.name == "__typename" {
                continue;
            }
            let inputs = &self.schema.field(ty, &field.name).arguments;
            let given = field.arguments.iter().map(|(name, value)| (name, value));
            let arguments = coerce::arguments(self.schema, inputs, given, &self.variables);
            let is_refused = arguments.is_err();
            let sets: Vec<&Set> = asked.iter().map(|it| &it.selection_set).collect();
            let (least, most) = self.cost_of_field(ty, field, &arguments.unwrap_or_default(), &sets, page);
            let least = if is_refused { 0 } else { least };
            cost = (cost.0 + least, cost.1 + most);
        }
        cost
    }

    fn cost_of_field(
        &self,
        parent: &'e str,
        field: &Field<'static, String>,
        arguments: &Values,
        sets: &[&'e Set],
        page: u64,
    ) -> Cost {
        let name = field.name.as_str();
        let is_figure = FIGURES.contains(&name);
        let searches = arguments.get("filter").is_some_and(has_text);
        let work = (u64::from(is_figure) + u64::from(searches)) * 5;
        if parent == "Query" && matches!(name, "node" | "nodes") {
            return self.cost_of_nodes(arguments, sets);
        }
        let of = &self.schema.field(parent, name).field_type;
        if !self.schema.has_fields(named(of)) {
            return (work, work);
        }
        let asks_for_rows = named(of).ends_with("Connection") || name == "facets";
        let page = if asks_for_rows { rows(arguments) } else { page };
        let many = match (parent, name) {
            ("Summary", "tags") => 5,
            ("Summary", "translations") | ("Episode", "summaries") => 10,
            ("Episode", "enclosures") => 2,
            _ if is_list(of) => page,
            _ => 1,
        };
        let (least, most) = self.cost(named(of), sets, page);
        let own = price(named(of));
        let (least, most) = (work + many * (own + least), work + many * (own + most));
        if may_be_refused(arguments) { (0, most) } else { (least, most) }
    }

    fn cost_of_nodes(&self, arguments: &Values, sets: &[&'e Set]) -> Cost {
        let ids = [arguments.get("id"), arguments.get("ids")].into_iter().flatten();
        let ids = ids.flat_map(|it| it.as_array().map_or_else(|| vec![it], |ids| ids.iter().collect()));
        ids.filter_map(|id| id.as_str()?.parse::<NodeId>().ok()).fold((0, 0), |sum, id| {
            let own = type_of(id.kind);
            let (least, most) = self.cost(own, sets, 1);
            (sum.0 + price(own) + least, sum.1 + price(own) + most)
        })
    }
}

fn price(ty: &str) -> u64 {
    let is_free = matches!(ty, "Source" | "Category" | "PageInfo" | "SummaryFacets")
        || ["Connection", "Edge", "Facet"].iter().any(|end| ty.ends_with(end));
    u64::from(!is_free)
}

fn rows(arguments: &Values) -> u64 {
    let asked = ["first", "last"].iter().find_map(|name| arguments.get(*name)?.as_i64());
    asked.map_or(20, |asked| u64::try_from(asked).unwrap_or(0).min(100))
}

/// Whether it asks for a page that there can't be, perhaps.
fn may_be_refused(arguments: &Values) -> bool {
    let given = |name: &str| arguments.get(name).filter(|it| !it.is_null());
    let is_out = |name| given(name).and_then(Json::as_i64).is_some_and(|it| !(0..=100).contains(&it));
    given("first").is_some() && given("last").is_some()
        || given("after").is_some()
        || given("before").is_some()
        || is_out("first")
        || is_out("last")
        || given("filter").is_some_and(|it| it.to_string().len() > LONG_FILTER)
}

fn has_text(filter: &Json) -> bool {
    match filter {
        Json::Object(parts) => parts.iter().any(|(name, part)| match name.as_str() {
            "text" => !part.is_null(),
            "and" | "or" | "not" => has_text(part),
            _ => false,
        }),
        Json::Array(filters) => filters.iter().any(has_text),
        _ => false,
    }
}

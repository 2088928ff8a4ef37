//! What searches, days and facets tell: much has to come together for it, a filter that finds something and
//! the fields that say so. Some documents are about that before anything else.

use std::collections::BTreeMap;

use graphql_parser::query::Value as AnyValue;

use super::{
    random::Maker,
    schema::{Input, Literal, named},
};

impl Maker<'_> {
    /// The field of a type that tells the most.
    pub(super) fn telling(&mut self, ty: &str, is_searched: bool) -> Option<&'static str> {
        let (percent, fields): (usize, &[&str]) = match ty {
            "Query" => (70, &["summaries", "summaries", "summaries", "summaryDays", "summaryDays", "sources"]),
            "Source" => (60, &["summaries", "summaryCount"]),
            "SummaryConnection" if is_searched => (70, &["edges", "edges", "facets"]),
            "SummaryConnection" | "SummaryDayConnection" => (70, &["facets", "nodes"]),
            "SummaryEdge" if is_searched => (70, &["score", "highlights", "node", "cursor"]),
            "SummaryDay" => (50, &["summaries"]),
            "CategoryFacet" | "TagFacet" | "SourceFacet" => (60, &["count", "selected"]),
            _ => return None,
        };
        if self.is_focused && self.dice.chance(percent) { self.dice.pick(fields).copied() } else { None }
    }

    /// What is given for an argument before anything else.
    pub(super) fn telling_argument(&mut self, input: &Input, given: &[(String, Literal)]) -> Option<Literal> {
        match named(&input.value_type) {
            "SummaryFilter" if self.is_focused && self.dice.chance(90) => Some(self.telling_filter()),
            "SummaryOrder" if is_searched(given) && self.dice.chance(60) => {
                let direction = if self.dice.chance(50) { "ASC" } else { "DESC" };
                let parts = [("field", "RELEVANCE"), ("direction", direction)];
                let parts = parts.map(|(name, value)| (name.to_owned(), AnyValue::Enum(value.to_owned())));
                Some(AnyValue::Object(parts.into()))
            }
            _ => None,
        }
    }

    /// A filter by a text, by a choice of which there is a facet, or by both.
    fn telling_filter(&mut self) -> Literal {
        let mut parts = BTreeMap::new();
        if self.dice.chance(65) {
            parts.insert("text".to_owned(), AnyValue::String(self.text()));
        }
        let name = *self.dice.pick(&["categories", "tags", "sources", "languages"]).expect("there are some");
        if self.dice.chance(if name == "languages" { 30 } else { 60 }) {
            parts.insert(name.to_owned(), self.choice(name));
        }
        if self.dice.chance(10) {
            parts.insert("primaryOnly".to_owned(), AnyValue::Boolean(true));
        }
        AnyValue::Object(parts)
    }

    /// What a rail chooses.
    fn choice(&mut self, name: &'static str) -> Literal {
        let text = |it: &str| AnyValue::String(it.to_owned());
        let many = 1 + self.dice.below(2);
        if name == "languages" {
            let languages = (0..many).map(|_| text(self.dice.pick(&["en", "ru", "de", "pt-BR"]).unwrap_or(&"en")));
            return AnyValue::List(languages.collect());
        }
        let words = self.words.meant_by(&[name]);
        let slugs: Vec<Literal> =
            (0..many).filter_map(|_| self.dice.pick(&words).map(|it| AnyValue::String((*it).clone()))).collect();
        let (part, value) = match self.dice.below(10) {
            0..6 => ("anyOf", AnyValue::List(slugs)),
            6..8 => ("allOf", AnyValue::List(slugs)),
            _ => ("isEmpty", AnyValue::Boolean(self.dice.chance(70))),
        };
        AnyValue::Object([(part.to_owned(), value)].into())
    }
}

/// Whether a filter among these arguments has a text.
fn is_searched(given: &[(String, Literal)]) -> bool {
    let is_text = |(name, value): &(String, Literal)| {
        name == "filter" && matches!(value, AnyValue::Object(parts) if parts.contains_key("text"))
    };
    given.iter().any(is_text)
}

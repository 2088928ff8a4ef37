//! What a text finds: the query and the documents of the project's own search, without any database.
//!
//! How well a summary matches is known to the databases alone. A plain list under the same text tells it
//! ([`ask_for`]), and whatever other list the summary stands in has to tell the same, and sort by it.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use precis::{content::NodeId, text::search::Query};
use serde_json::{Value as Json, json};

use super::{objects::Refused, world::World};
use crate::support::TestApp;

/// A text, and the languages beside it in the filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Text {
    text: String,
    languages: Option<Vec<String>>,
}

/// What a text finds.
#[derive(Debug)]
pub(super) struct Search {
    /// As it was given.
    pub(super) text: Text,
    /// What it comes to.
    pub(super) query: Query,
    /// The summaries that it finds, published or not.
    pub(super) ids: BTreeSet<i64>,
}

/// Searches that were made, and scores that answers have told.
#[derive(Debug, Default)]
pub(super) struct Searches {
    made: HashMap<Text, Option<Rc<Search>>>,
    scores: HashMap<Text, HashMap<i64, i64>>,
    lacking: BTreeSet<Text>,
}

/// The text of a filter at its top, if it is not blank.
pub(super) fn text_of(filter: &Json) -> Option<Text> {
    let text = filter["text"].as_str().filter(|text| !text.trim().is_empty())?;
    let tags = |them: &Vec<Json>| them.iter().filter_map(Json::as_str).map(str::to_owned).collect();
    Some(Text { text: text.to_owned(), languages: filter["languages"].as_array().map(tags) })
}

/// What a text finds. Too long a text is refused.
pub(super) fn search(world: &World, text: &Text) -> Result<Rc<Search>, Refused> {
    if let Some(made) = world.searches.borrow().made.get(text) {
        return made.clone().ok_or(Refused);
    }
    let query = match &text.languages {
        Some(languages) => Query::parse_in(&text.text, languages),
        None => Query::parse(&text.text),
    };
    let search = query.ok().map(|query| {
        let found = world.documents.iter().filter(|(_, document)| query.matches(document));
        Rc::new(Search { text: text.clone(), ids: found.map(|(id, _)| *id).collect(), query })
    });
    world.searches.borrow_mut().made.insert(text.clone(), search.clone());
    search.ok_or(Refused)
}

/// Refuses a filter that has too long a text anywhere.
pub(super) fn check_texts(world: &World, filter: &Json) -> Result<(), Refused> {
    if let Some(text) = text_of(filter) {
        search(world, &text)?;
    }
    let inner = ["and", "or"].into_iter().filter_map(|name| filter[name].as_array()).flatten();
    inner.chain(Some(&filter["not"]).filter(|it| it.is_object())).try_for_each(|inner| check_texts(world, inner))
}

impl Search {
    /// How well it matches a summary that it finds, in billionths. Without a word that is wanted, nothing
    /// matches better than anything else.
    pub(super) fn score(&self, world: &World, id: i64) -> i64 {
        if self.query.wanted().is_empty() {
            return 0;
        }
        let mut searches = world.searches.borrow_mut();
        if let Some(known) = searches.scores.get(&self.text) {
            return *known.get(&id).unwrap_or_else(|| panic!("{:?} finds summary {id} in one list only", self.text));
        }
        searches.lacking.insert(self.text.clone());
        0
    }

    /// Where it matches a summary.
    pub(super) fn highlights(&self, world: &World, id: i64) -> Vec<String> {
        let it = world.summary(id);
        let key_points: Vec<String> = serde_json::from_str(&it.key_points).expect("a list");
        self.query.highlights(&it.title, &it.tldr, &key_points, &it.language)
    }
}

/// Asks for the scores that somebody missed, and says whether there were any.
pub(super) async fn ask_for(app: &TestApp, world: &World) -> Result<bool, String> {
    let lacking = std::mem::take(&mut world.searches.borrow_mut().lacking);
    for text in &lacking {
        let scores = scores(app, text).await?;
        world.searches.borrow_mut().scores.insert(text.clone(), scores);
    }
    Ok(!lacking.is_empty())
}

/// The scores of all summaries that a text finds, in billionths.
async fn scores(app: &TestApp, text: &Text) -> Result<HashMap<i64, i64>, String> {
    let query = "query ($filter: SummaryFilter!, $after: String) { summaries(first: 100, after: $after, filter: $filter) \
                 { edges { score node { id } } pageInfo { hasNextPage endCursor } } }";
    let filter = json!({ "text": text.text, "languages": text.languages });
    let (mut scores, mut after) = (HashMap::new(), Json::Null);
    loop {
        let page = &app.data_with(query, json!({ "filter": filter, "after": after })).await["summaries"];
        for edge in page["edges"].as_array().expect("edges") {
            let id: NodeId = edge["node"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
            let score = edge["score"].as_f64().filter(|score| score.is_finite() && *score >= 0.0);
            let score = score.ok_or_else(|| format!("{text:?} matches {id} as well as {}", edge["score"]))?;
            #[expect(clippy::cast_possible_truncation, reason = "scores are small")]
            scores.insert(id.number, (score * 1e9).round() as i64);
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return Ok(scores);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

//! Paging as a client does it: page after page, put together into what they are pages of.

use precis::{
    access::Caller,
    agent::{Agent, Format, Query},
};
use serde_json::{Map, Value};

use super::{decode::decode, selected::Selected};
use crate::tokens;

/// A page, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The data on it.
    pub(crate) data: Value,
    /// How many errors.
    pub(crate) errors: usize,
    after: Option<String>,
    rest: Option<String>,
    cut: Vec<String>,
}

/// All the pages of an answer.
pub(crate) struct Pages {
    /// What they come to.
    pub(crate) data: Value,
    /// How many errors there are on them.
    pub(crate) errors: usize,
    /// How many there are.
    pub(crate) many: usize,
}

/// More pages than any answer has here.
const MOST: usize = 5_000;

impl Page {
    /// Reads a page of either format.
    fn read(text: &str, format: Format, selected: &Selected) -> Self {
        if format == Format::Table {
            return decode(text, selected);
        }
        let mut page: Map<String, Value> = serde_json::from_str(text).expect("JSON");
        let mut word = |name: &str| page.remove(name).map(|it| it.as_str().expect("text").to_owned());
        let (after, rest, cut) = (word("after"), word("rest"), word("cut"));
        let cut = cut.map(|it| it.split(',').map(str::to_owned).collect()).unwrap_or_default();
        let errors = page.get("errors").map_or(0, |errors| errors.as_array().expect("errors").len());
        Self { data: page["data"].take(), errors, after, rest, cut }
    }

    /// Takes note of a word in a header.
    pub(crate) fn mark(&mut self, word: &str) {
        match word.split_once('=').expect("a mark") {
            ("after", after) => self.after = Some(after.to_owned()),
            ("rest", rest) => self.rest = Some(rest.to_owned()),
            ("cut", cut) => self.cut = cut.split(',').map(str::to_owned).collect(),
            other => panic!("{other:?}"),
        }
    }
}

/// Reads all pages of a query, each within the budget that `budget` gives for it.
pub(crate) async fn all_pages(
    agent: &Agent,
    query: &str,
    variables: &Map<String, Value>,
    format: Format,
    mut budget: impl FnMut() -> usize,
) -> Result<Pages, String> {
    let selected = Selected::of(query, variables);
    let mut whole = Whole { selected: &selected, rest: None, texts_go_on: false };
    let mut pages = Pages { data: Value::Null, errors: 0, many: 0 };
    let (mut after, mut least) = (None, 0);
    while pages.many < MOST {
        let max_tokens = budget().max(least);
        let asked = Query {
            query: query.to_owned(),
            variables: variables.clone(),
            after: after.clone(),
            max_tokens,
            format,
            ..Query::default()
        };
        let told = agent.query(asked, &Caller::unlimited()).await;
        let used = tokens(&told.text);
        if used > max_tokens {
            return Err(format!("{used} tokens instead of {max_tokens}:\n{}", told.text));
        }
        if told.is_error {
            let needed = told.text.split_once("about ").and_then(|(_, text)| text.split_once(':'));
            let needed = needed.and_then(|(number, _)| number.parse::<usize>().ok());
            match needed {
                Some(needed) if needed > max_tokens => least = needed,
                _ => return Err(told.text),
            }
            continue;
        }
        least = 0;
        let page = Page::read(&told.text, format, &selected);
        if page.after.is_some() && page.after == after {
            return Err(format!("a page leads to itself:\n{}", told.text));
        }
        let found = std::mem::take(&mut pages.data);
        whole.rest.clone_from(&page.rest);
        let mut data = page.data.clone();
        uncut(&mut data, "", &page.cut);
        pages.data = whole.with(found, data, &mut Vec::new());
        whole.texts_go_on = !page.cut.is_empty();
        pages.errors += page.errors;
        pages.many += 1;
        match page.after {
            Some(next) => after = Some(next),
            None => return Ok(pages),
        }
    }
    Err("there is no end of pages".to_owned())
}

/// Takes from texts that were cut what says so.
fn uncut(data: &mut Value, path: &str, cut: &[String]) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match data {
        Value::String(text) if cut.iter().any(|it| it == path) => {
            let (beginning, left) = text.rsplit_once("…+").expect("what is left");
            assert!(left.parse::<usize>().is_ok_and(|left| left > 0), "{text}");
            *text = beginning.to_owned();
        }
        Value::Array(items) => {
            items.iter_mut().enumerate().for_each(|(at, item)| uncut(item, &below(&at.to_string()), cut));
        }
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| uncut(value, &below(key), cut)),
        _ => {}
    }
}

/// What pages are put together by.
struct Whole<'s> {
    selected: &'s Selected,
    /// What goes on at the beginning of a page.
    rest: Option<String>,
    /// Whether that are texts, as some were cut at the end of the page before.
    texts_go_on: bool,
}

impl Whole<'_> {
    /// What was found with what comes next to it.
    fn with(&self, found: Value, next: Value, path: &mut Vec<String>) -> Value {
        match (found, next) {
            (Value::Object(mut found), Value::Object(next)) => {
                for (key, value) in next {
                    path.push(key.clone());
                    let known = found.remove(&key);
                    let value = match known {
                        Some(known) if self.is_of_beginning(path) => known,
                        Some(known) => self.with(known, value, path),
                        None => value,
                    };
                    path.pop();
                    found.insert(key, value);
                }
                Value::Object(found)
            }
            (Value::Array(mut found), Value::Array(next)) => {
                let mut next = next.into_iter();
                path.push("0".to_owned());
                let goes_on = self.rest.as_ref().is_some_and(|rest| {
                    let here = path.join(".");
                    *rest == here || rest.starts_with(&format!("{here}."))
                });
                if goes_on {
                    let last = found.pop().expect("an entry that goes on");
                    found.push(self.with(last, next.next().expect("what goes on"), path));
                }
                path.pop();
                found.extend(next);
                Value::Array(found)
            }
            (Value::String(found), Value::String(next)) if self.is_text_that_goes_on(path) => (found + &next).into(),
            (_, next) => next,
        }
    }

    fn is_text_that_goes_on(&self, path: &[String]) -> bool {
        let here = path.join(".");
        let is_below = |rest: &String| here == *rest || here.starts_with(&format!("{rest}."));
        self.texts_go_on && self.rest.as_ref().is_some_and(is_below)
    }

    /// Whether what stands there is about where a list begins.
    fn is_of_beginning(&self, path: &[String]) -> bool {
        let (mut at, mut name) = (self.selected, "");
        for key in path.iter().filter(|key| key.parse::<usize>().is_err()) {
            let (Some(found), Some(below)) = (at.name(key), at.below(key)) else { return false };
            (at, name) = (below, found);
        }
        matches!(name, "hasPreviousPage" | "startCursor")
    }
}

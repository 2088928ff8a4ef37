//! Where the next page of an answer begins, as a short text that says all of it: the server keeps nothing. It belongs to
//! one query with its variables, and is refused with another.
//!
//! Rows of pages are told by the cursor before them, so that rows which come and go in the meantime move nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

use super::{
    place::Place,
    tree::{Object, Page, Tree},
};
use crate::{graphql::Resumed, text::varint};

/// A way into an answer that is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    steps: Vec<Step>,
    chars: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The field at that place.
    Field(usize),
    /// The entry at that place of a list.
    Index(usize),
    /// The first row behind a cursor, where so many rows are left. The way goes on in the row with that cursor, if it does.
    Rows { after: Option<String>, rows: usize, row: Option<String> },
}

/// Why a text is no such way: it says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody gave it out.
    #[error("`after` is not one that was given out: send it as it came, or leave it out to start again")]
    Broken,
    /// It was given out with another query.
    #[error("`after` belongs to another query: send that one again with the same variables, or leave `after` out")]
    OfAnother,
}

/// What an `after` belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question([u8; 4]);

impl Question {
    /// A query with its variables, which are JSON.
    pub fn of(query: &str, variables: &serde_json::Value) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(query.as_bytes()).update(b"\0").update(variables.to_string().as_bytes());
        let mut short = [0; 4];
        short.copy_from_slice(&hasher.finalize().as_bytes()[..4]);
        Self(short)
    }
}

impl After {
    /// The way to a place.
    pub fn of(tree: &Tree, place: &Place) -> Self {
        let (mut steps, mut at, mut list) = (Vec::new(), Some(tree), None);
        for (depth, step) in place.path.iter().enumerate() {
            let goes_on = depth + 1 < place.path.len() || place.chars > 0;
            match at {
                Some(Tree::Object(object)) => {
                    steps.push(Step::Field(*step));
                    let field = object.fields.get(*step);
                    list = field.and_then(|field| object.listed_by(field));
                    at = field.map(|field| &field.value);
                }
                Some(Tree::List(items)) => {
                    steps.push(match list {
                        Some(page) => {
                            let before = step.checked_sub(1).and_then(|before| page.cursors.get(before)).cloned();
                            let rows = page.rows.saturating_sub(*step);
                            let row = page.cursors.get(*step).filter(|_| goes_on).cloned();
                            Step::Rows { after: before.or_else(|| page.after.clone()), rows, row }
                        }
                        None => Step::Index(*step),
                    });
                    at = items.get(*step);
                }
                _ => break,
            }
        }
        Self { steps, chars: place.chars }
    }

    /// As text.
    pub fn encode(&self, question: Question) -> String {
        let mut bytes = question.0.to_vec();
        for step in &self.steps {
            match step {
                Step::Field(place) => put(&mut bytes, place << 2),
                Step::Index(place) => put(&mut bytes, place << 2 | 1),
                Step::Rows { after, rows, row } => {
                    put(&mut bytes, rows << 2 | 2);
                    put_cursor(&mut bytes, after.as_deref());
                    put_cursor(&mut bytes, row.as_deref());
                }
            }
        }
        if self.chars > 0 {
            put(&mut bytes, self.chars << 2 | 3);
        }
        BASE64.encode(bytes)
    }

    /// Back from there.
    pub fn decode(text: &str, question: Question) -> Result<Self, Refused> {
        let bytes = BASE64.decode(text).map_err(|_| Refused::Broken)?;
        let (of, mut rest) = bytes.split_at_checked(question.0.len()).ok_or(Refused::Broken)?;
        if of != question.0 {
            return Err(Refused::OfAnother);
        }
        let mut after = Self::default();
        while !rest.is_empty() {
            let number = take(&mut rest).ok_or(Refused::Broken)?;
            match (number & 3, number >> 2) {
                (0, place) => after.steps.push(Step::Field(place)),
                (1, place) => after.steps.push(Step::Index(place)),
                (2, rows) => {
                    let behind = take_cursor(&mut rest)?;
                    let row = take_cursor(&mut rest)?;
                    after.steps.push(Step::Rows { after: behind, rows, row });
                }
                (_, chars) => after.chars = chars,
            }
        }
        Ok(after)
    }

    /// What has to be asked for, so that the answer begins there: all lists on the way begin with the row that leads
    /// there, and those above another list have no more than that.
    pub fn resumed(&self) -> Vec<Resumed> {
        let deepest = self.deepest();
        let (mut resumed, mut field) = (Vec::new(), Vec::new());
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Field(place) => field.push(*place),
                Step::Index(_) => {}
                Step::Rows { after, rows, .. } => {
                    // The list's own field stands below the page's.
                    let page = field.split_last().map_or(&[][..], |(_, page)| page).to_vec();
                    let rows = if Some(at) == deepest { *rows } else { 1 };
                    resumed.push(Resumed { field: page, after: after.clone(), rows });
                }
            }
        }
        resumed
    }

    /// The place in the answer to that, whose pages learn how many rows are left of them. Where a row on the way is gone,
    /// it gives the way to the one that stands there now, and the answer has to be asked for anew.
    pub fn place(&self, tree: &mut Tree) -> Result<Place, Self> {
        let (mut path, deepest) = (Vec::new(), self.deepest());
        let (mut at, mut page) = (Some(tree), None);
        for (number, step) in self.steps.iter().enumerate() {
            let place = match step {
                Step::Field(place) | Step::Index(place) => *place,
                Step::Rows { .. } => 0,
            };
            if let (Step::Rows { after, rows, row }, Some(found)) = (step, page.take()) {
                let found: &mut Page = found;
                if row.is_some() && found.cursors.first() != row.as_ref() {
                    let here = Step::Rows { after: after.clone(), rows: *rows, row: None };
                    return Err(Self { steps: [&self.steps[..number], &[here]].concat(), chars: 0 });
                }
                found.after.clone_from(after);
                found.rows = if Some(number) == deepest { found.cursors.len() } else { *rows };
            }
            path.push(place);
            at = match at {
                Some(Tree::Object(Object { fields, page: of })) => {
                    page = of.as_mut();
                    fields.get_mut(place).map(|field| &mut field.value)
                }
                Some(Tree::List(items)) => items.get_mut(place),
                _ => None,
            };
        }
        Ok(Place { path, chars: self.chars })
    }

    /// Where a page that begins there has to end, as lists below are asked for from somewhere on in all rows: behind
    /// the row that leads there. The path of a list, and the place of its row.
    pub fn limit(&self) -> Option<Vec<usize>> {
        let deepest = self.deepest()?;
        let last = self.steps[..deepest].iter().rposition(|step| !matches!(step, Step::Field(_)))?;
        let place = |step: &Step| match step {
            Step::Field(place) | Step::Index(place) => *place,
            Step::Rows { .. } => 0,
        };
        Some(self.steps[..=last].iter().map(place).collect())
    }

    /// The last step that goes on in a page.
    fn deepest(&self) -> Option<usize> {
        self.steps.iter().rposition(|step| matches!(step, Step::Rows { .. }))
    }
}

/// The first place behind an entry of a list, whose path this is; none at the end.
pub fn behind(tree: &Tree, entry: &[usize]) -> Option<Place> {
    let (last, above) = entry.split_last()?;
    let (mut at, mut rows) = (tree, None);
    for step in above {
        (at, rows) = match at {
            Tree::Object(object) => {
                let field = object.fields.get(*step)?;
                (&field.value, object.listed_by(field).map(|page| page.rows))
            }
            Tree::List(items) => (items.get(*step)?, None),
            Tree::Scalar(_) | Tree::Text(_) => return None,
        };
    }
    let next = match at {
        Tree::List(items) => Some(last + 1).filter(|next| *next < rows.unwrap_or(items.len())),
        Tree::Object(object) => (last + 1..object.fields.len()).find(|next| !object.is_frame(&object.fields[*next])),
        Tree::Scalar(_) | Tree::Text(_) => None,
    };
    match next {
        Some(next) => Some(Place::before([above, &[next]].concat())),
        None => behind(tree, above),
    }
}

fn put_cursor(bytes: &mut Vec<u8>, cursor: Option<&str>) {
    // Cursors are bytes in this very notation.
    let cursor = cursor.and_then(|cursor| BASE64.decode(cursor).ok()).unwrap_or_default();
    put(bytes, cursor.len());
    bytes.extend(cursor);
}

fn take_cursor(bytes: &mut &[u8]) -> Result<Option<String>, Refused> {
    let length = take(bytes).ok_or(Refused::Broken)?;
    let (cursor, rest) = bytes.split_at_checked(length).ok_or(Refused::Broken)?;
    *bytes = rest;
    Ok((!cursor.is_empty()).then(|| BASE64.encode(cursor)))
}

/// A place or a number of things.
fn put(bytes: &mut Vec<u8>, number: usize) {
    varint::put(bytes, number as u64);
}

fn take(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(varint::take(bytes)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = Step> {
        let cursor = || prop::option::of(prop::collection::vec(any::<u8>(), 1..20).prop_map(|it| BASE64.encode(it)));
        prop_oneof![
            (0..1_000_usize).prop_map(Step::Field),
            (0..1_000_usize).prop_map(Step::Index),
            (cursor(), 0..200_usize, cursor()).prop_map(|(after, rows, row)| Step::Rows { after, rows, row }),
        ]
    }

    proptest! {
        #[test]
        fn a_way_is_read_back_as_it_was(steps in prop::collection::vec(step(), 0..6), chars in 0..1_000_000_usize) {
            let question = Question::of("{ a }", &serde_json::json!({}));
            let after = After { steps, chars };
            prop_assert_eq!(After::decode(&after.encode(question), question), Ok(after.clone()));
            let other = Question::of("{ b }", &serde_json::json!({}));
            prop_assert_eq!(After::decode(&after.encode(question), other), Err(Refused::OfAnother));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[A-Za-z0-9_-]{0,40}|\\PC{0,20}", bytes: Vec<u8>) {
            let question = Question::of("", &serde_json::Value::Null);
            let _ = After::decode(&text, question);
            let _ = After::decode(&BASE64.encode([&question.0[..], &bytes].concat()), question);
        }
    }
}

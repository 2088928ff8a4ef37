//! A budget over plain GraphQL: pages of lists are cut until the response is within it, and what is said of a page is
//! true of the rows that stayed. Nothing else is left out, so that the response is one to the same document.
//!
//! Trailing rows of the outermost lists go first, from the end of the response on. Where one row alone is too long, the
//! lists below it are cut in the same way.

use async_graphql::PathSegment;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    fit::largest,
    tree::{Object, Tree, Unreadable},
};
use crate::{
    graphql::{Mark, PageField},
    text::tokens,
};

/// What a budget did, as the response says it in `extensions.budget`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// How many tokens the response may have (`o200k_base`).
    pub limit: usize,
    /// How many it has, without its extensions. More than the limit where there was nothing left to cut.
    pub used: usize,
    /// The pages that have fewer rows than they were asked for.
    pub cut: Vec<Cut>,
}

/// A page that was cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Where it stands in the data.
    pub path: Vec<PathSegment>,
    /// How many rows stayed.
    pub rows: usize,
    /// Of how many.
    pub of: usize,
}

#[derive(Deserialize)]
struct Response<'b> {
    #[serde(borrow)]
    data: &'b RawValue,
    #[serde(default, borrow)]
    errors: Vec<&'b RawValue>,
}

#[derive(Deserialize)]
struct Error {
    #[serde(default)]
    path: Vec<serde_json::Value>,
}

/// How deep pages are cut that stand in rows of others.
const DEEPEST: usize = 8;

/// Cuts the body of a response, whose pages are marked. With its extensions, it has so many tokens at most, if there is
/// enough to cut.
pub fn within(body: &[u8], marks: Vec<Mark>, limit: usize) -> Result<(Vec<u8>, Spent), Unreadable> {
    let response: Response = serde_json::from_slice(body)?;
    let mut data = Tree::read(response.data)?;
    data.mark(marks);
    let cutter = Cutter { data: &data, errors: &response.errors, limit };
    let whole = cutter.cut(&[usize::MAX]);
    if cutter.is_within(&whole) {
        return Ok(whole);
    }
    // The first row alone at each depth, and so many of all the rows below these.
    let mut least = None;
    for depth in 0..DEEPEST {
        let rows = |rows| [vec![1; depth], vec![rows]].concat();
        let many = cutter.rows(&rows(usize::MAX));
        let fits = |many: usize| cutter.is_within(&cutter.cut(&rows(many)));
        if many > 0 && fits(0) {
            if let Some(most) = largest(1, many - 1, fits) {
                return Ok(cutter.cut(&rows(most)));
            }
            least = Some(rows(0));
        } else {
            break;
        }
    }
    Ok(cutter.cut(&least.unwrap_or(vec![0])))
}

struct Cutter<'d> {
    data: &'d Tree,
    errors: &'d [&'d RawValue],
    limit: usize,
}

impl Cutter<'_> {
    /// Whether a response with what is said of it is within the budget.
    fn is_within(&self, (_, spent): &(Vec<u8>, Spent)) -> bool {
        let extension = serde_json::to_string(spent).unwrap_or_default();
        spent.used <= self.limit.saturating_sub(tokens::count(&extension) + EXTENSIONS_TOKENS)
    }

    /// The response with so many rows at each depth, in all.
    fn cut(&self, rows: &[usize]) -> (Vec<u8>, Spent) {
        let (mut data, mut cut) = (self.data.clone(), Vec::new());
        keep(&mut data, &mut rows.to_vec(), &mut Vec::new(), &mut cut);
        let mut body = "{\"data\":".to_owned();
        data.write(&mut body);
        let errors: Vec<&str> =
            self.errors.iter().map(|error| error.get()).filter(|error| is_about(error, &data)).collect();
        if !errors.is_empty() {
            body.extend([",\"errors\":[", &errors.join(","), "]"]);
        }
        body.push('}');
        let used = tokens::count(&body);
        (body.into_bytes(), Spent { limit: self.limit, used, cut })
    }

    /// How many rows there are at the last of these depths.
    fn rows(&self, rows: &[usize]) -> usize {
        let mut left = rows.to_vec();
        keep(&mut self.data.clone(), &mut left, &mut Vec::new(), &mut Vec::new());
        left.last().map_or(0, |left| usize::MAX - left)
    }
}

/// What `,"extensions":{"budget":}` takes at most.
const EXTENSIONS_TOKENS: usize = 10;

/// Keeps so many rows at each depth, in the order of the response, and notes which pages have lost some.
fn keep(tree: &mut Tree, left: &mut [usize], path: &mut Vec<PathSegment>, cut: &mut Vec<Cut>) {
    match tree {
        Tree::Scalar(_) | Tree::Text(_) => {}
        Tree::List(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                path.push(PathSegment::Index(at));
                keep(item, left, path, cut);
                path.pop();
            }
        }
        Tree::Object(object) => {
            let rows = keep_rows(object, left, path, cut);
            for at in 0..object.fields.len() {
                let is_rows = object.is_rows(&object.fields[at]);
                let left = if is_rows && rows { &mut left[1..] } else { &mut *left };
                let field = &mut object.fields[at];
                path.push(PathSegment::Field(field.key.clone()));
                keep(&mut field.value, left, path, cut);
                path.pop();
            }
        }
    }
}

/// Keeps rows of a page, and says whether the pages in them are to be cut as well.
fn keep_rows(object: &mut Object, left: &mut [usize], path: &[PathSegment], cut: &mut Vec<Cut>) -> bool {
    let (Some(page), true, Some(most)) = (&object.page, object.has_rows(), left.first_mut()) else { return false };
    let of = page.cursors.len();
    let rows = of.min(*most);
    *most -= rows;
    if rows < of {
        object.keep(rows);
        let lists = object.fields.iter_mut().filter(|field| field.part == Some(PageField::Rows));
        for list in lists {
            if let Tree::List(items) = &mut list.value {
                items.truncate(rows);
            }
        }
        cut.push(Cut { path: path.to_vec(), rows, of });
    }
    true
}

/// Whether there is what an error is about, or was before it failed.
fn is_about(error: &str, data: &Tree) -> bool {
    let Ok(Error { path }) = serde_json::from_str(error) else { return true };
    let mut at = data;
    for step in &path {
        let next = match at {
            Tree::Object(object) => {
                object.fields.iter().find(|field| Some(field.key.as_str()) == step.as_str()).map(|field| &field.value)
            }
            Tree::List(items) => step.as_u64().and_then(|index| items.get(usize::try_from(index).ok()?)),
            Tree::Scalar(_) | Tree::Text(_) => return true,
        };
        let Some(next) = next else { return false };
        at = next;
    }
    true
}

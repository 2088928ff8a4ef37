//! A page of an answer as text: what is on it, in either format, and where it goes on.

use serde_json::{Value, json};

use super::{
    after::{After, Question},
    place::{Place, between},
    table::{self, Block},
    tree::{Tree, quoted},
};

/// How a page is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Lists as tables.
    #[default]
    Table,
    /// The response as GraphQL has it.
    Json,
}

/// An answer, of which pages are cut.
#[derive(Debug)]
pub struct Answer {
    /// The data.
    pub data: Tree,
    /// What went wrong in it.
    pub faults: Vec<Fault>,
    /// Which question it answers.
    pub question: Question,
}

/// Something that went wrong.
#[derive(Debug)]
pub struct Fault {
    /// As it stands in the response.
    json: Value,
    /// Where in the data, as far as there is any.
    place: Vec<usize>,
}

impl Fault {
    /// An error of a response, whose data this is.
    pub fn of(json: Value, data: &Tree) -> Self {
        let mut at = data;
        let mut place = Vec::new();
        for step in json["path"].as_array().into_iter().flatten() {
            let next = match at {
                Tree::Object(object) => {
                    let fields = object.fields.iter().enumerate();
                    fields
                        .filter(|(_, field)| Some(field.key.as_str()) == step.as_str())
                        .map(|(at, it)| (at, &it.value))
                        .next()
                }
                Tree::List(items) => {
                    let index = step.as_u64().and_then(|index| usize::try_from(index).ok());
                    index.and_then(|index| Some((index, items.get(index)?)))
                }
                Tree::Scalar(_) | Tree::Text(_) => None,
            };
            let Some((step, value)) = next else { break };
            place.push(step);
            at = value;
        }
        Self { json, place }
    }

    /// Whether it stands between two places.
    fn is_between(&self, from: Option<&Place>, to: Option<&Place>) -> bool {
        let is_behind = |place: &Place| {
            let is_inside = self.place.starts_with(&place.path);
            if is_inside { place.chars == 0 } else { self.place > place.path }
        };
        from.is_none_or(is_behind) && !to.is_some_and(is_behind)
    }
}

/// One line for an error: its code, where it is, and what it says.
pub fn error_line(error: &Value) -> String {
    let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
    let path: Vec<String> = error["path"].as_array().into_iter().flatten().map(step).collect();
    let code = error["extensions"]["code"].as_str().unwrap_or("INTERNAL");
    let place = if path.is_empty() { String::new() } else { format!("{} ", path.join(".")) };
    let message = error["message"].as_str().unwrap_or_default().replace(['\n', '\r', '\t'], " ");
    format!("error {code} {place}{message}")
}

impl Answer {
    /// The page between two places, and where it goes on, if it does.
    pub fn page(&self, format: Format, from: Option<&Place>, to: Option<&Place>) -> String {
        let data = between(&self.data, from, to);
        let faults: Vec<&Value> =
            self.faults.iter().filter(|fault| fault.is_between(from, to)).map(|fault| &fault.json).collect();
        let mut marks = Vec::new();
        if let Some(place) = to {
            marks.push(("after", After::of(&self.data, place).encode(self.question)));
        }
        if let Some(rest) = from.and_then(|place| self.rest(place)) {
            marks.push(("rest", rest));
        }
        let mut cut = Vec::new();
        if let Some(data) = data.as_ref().filter(|_| to.is_some()) {
            note_cut(data, "", &mut cut);
        }
        if !cut.is_empty() {
            marks.push(("cut", cut.join(",")));
        }
        match format {
            Format::Json => json_page(data.as_ref(), &faults, &marks),
            Format::Table => table_page(data.as_ref(), &faults, &marks),
        }
    }

    /// What goes on at a place that lies within an entry of a list or within a text: its path in the page that begins
    /// there, of which each list on the way begins with it.
    fn rest(&self, place: &Place) -> Option<String> {
        let (mut names, mut at, mut lists) = (Vec::new(), &self.data, 0);
        let steps = match (&place.path[..], place.chars) {
            // In front of an entry of a list, the list goes on.
            ([above @ .., _], 0) => above,
            (path, _) => path,
        };
        for step in steps {
            at = match at {
                Tree::Object(object) => {
                    let field = object.fields.get(*step)?;
                    names.push(field.key.clone());
                    &field.value
                }
                Tree::List(items) => {
                    lists += 1;
                    names.push("0".to_owned());
                    items.get(*step)?
                }
                Tree::Scalar(_) | Tree::Text(_) => break,
            };
        }
        (lists > 0 || place.chars > 0).then(|| names.join("."))
    }
}

/// The paths of texts that were cut.
fn note_cut(tree: &Tree, path: &str, cut: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match tree {
        Tree::Text(text) if text.left > 0 => cut.push(path.to_owned()),
        Tree::Text(_) | Tree::Scalar(_) => {}
        Tree::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| note_cut(item, &below(&at.to_string()), cut));
        }
        Tree::Object(object) => object.fields.iter().for_each(|field| note_cut(&field.value, &below(&field.key), cut)),
    }
}

fn json_page(data: Option<&Tree>, faults: &[&Value], marks: &[(&str, String)]) -> String {
    let mut page = "{".to_owned();
    if !faults.is_empty() {
        page.extend(["\"errors\":", &json!(faults).to_string(), ","]);
    }
    page.push_str("\"data\":");
    match data {
        Some(data) => data.write(&mut page),
        None => page.push_str("{}"),
    }
    for (name, value) in marks {
        page.extend([",\"", name, "\":", &quoted(value)]);
    }
    page.push('}');
    page
}

fn table_page(data: Option<&Tree>, faults: &[&Value], marks: &[(&str, String)]) -> String {
    let marks: String = marks.iter().flat_map(|(name, value)| [" ", name, "=", value]).collect();
    let blocks = data.filter(|data| !data.is_null()).map(table::blocks).unwrap_or_default();
    let mut lines = Vec::new();
    let mut is_first = true;
    if !matches!(blocks.first(), Some(Block::Section(..))) && !marks.is_empty() {
        lines.push(format!("#{marks}"));
        is_first = false;
    }
    for block in blocks {
        match block {
            Block::Line(line) => lines.push(line),
            Block::Section(header, rows) => {
                lines.push(if is_first { format!("{header}{marks}") } else { header });
                lines.extend(rows);
            }
        }
        is_first = false;
    }
    lines.extend(faults.iter().map(|fault| error_line(fault)));
    lines.join("\n")
}

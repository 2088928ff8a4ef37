//! What is expected of an answer, and whether an answer is that: its data byte by byte, in the order that
//! the specification gives to fields (section 7.2.2), its errors by path and code.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value as Json;

use super::cost::Cost;

/// A place in a list of one kind of things: behind this one, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Position {
    /// What they are, as the schema calls them.
    pub(super) of: String,
    /// What they are sorted by, and which way.
    pub(super) order: String,
    /// The row; the number of a day.
    pub(super) id: i64,
    /// How well the row matches, where that is what the list is sorted by.
    pub(super) score: Option<i64>,
}

/// A value of an answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// As JSON writes it.
    Leaf(String),
    /// Opaque: any text, but the same one for the same position wherever it stands.
    Cursor(Position),
    /// In its order.
    List(Vec<Answer>),
    /// With its fields in their order.
    Object(Vec<(String, Answer)>),
}

/// An error of a field.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Of the field that failed.
    pub(super) path: Vec<Json>,
    /// `extensions.code`.
    pub(super) code: &'static str,
}

/// Where errors made something null. Siblings may be given up as soon as one field fails, so one of the
/// errors is enough; and where the null has gone in a greater one, none is needed.
#[derive(Debug)]
pub(super) struct Landing {
    /// All that may be told.
    pub(super) faults: Vec<Fault>,
    /// Whether the null can be seen in the data.
    pub(super) is_seen: bool,
}

/// What is expected of an answer.
#[derive(Debug)]
pub(super) enum Expected {
    /// Errors alone: a variable has a value that does not fit.
    Refused,
    /// Data, and errors where fields failed.
    Executed {
        /// `data`.
        data: Answer,
        /// Where errors landed.
        landings: Vec<Landing>,
        /// The most statements that it may take.
        statements: usize,
        /// The fields that were executed, with their types.
        fields: BTreeSet<(String, String)>,
        /// What it costs, at least and at most.
        cost: Cost,
    },
}

/// Positions and the cursors that stand for them, as far as answers have told.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    by_text: HashMap<String, Position>,
    by_position: HashMap<Position, String>,
}

impl Cursors {
    /// The position that a cursor stands for.
    pub(super) fn position(&self, cursor: &str) -> Option<&Position> {
        self.by_text.get(cursor)
    }

    /// All that are known, sorted.
    pub(super) fn all(&self) -> Vec<(String, Position)> {
        let mut all: Vec<_> = self.by_text.iter().map(|(cursor, it)| (cursor.clone(), it.clone())).collect();
        all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        all
    }

    /// Takes note of a cursor. A position has one, and a cursor stands for one.
    fn learn(&mut self, position: &Position, cursor: &str) -> Result<(), String> {
        let known = self.by_position.entry(position.clone()).or_insert_with(|| cursor.to_owned());
        let stands_for = self.by_text.entry(cursor.to_owned()).or_insert_with(|| position.clone());
        if known == cursor && stands_for == position {
            return Ok(());
        }
        Err(format!("“{cursor}” stands for {position:?}, was {known} and stood for {stands_for:?}"))
    }
}

impl Answer {
    /// A value without fields.
    pub(super) fn leaf(value: &Json) -> Self {
        Self::Leaf(value.to_string())
    }

    /// Takes this answer off the beginning of a text, and says what is left of it.
    fn take<'t>(&self, text: &'t str, cursors: &mut Cursors) -> Result<&'t str, String> {
        match self {
            Self::Leaf(json) => expect(text, json),
            Self::Cursor(position) => {
                let rest = expect(text, "\"")?;
                let (cursor, rest) = rest.split_once('"').ok_or("a cursor has no end")?;
                cursors.learn(position, cursor)?;
                Ok(rest)
            }
            Self::List(items) => {
                let mut rest = expect(text, "[")?;
                for (index, item) in items.iter().enumerate() {
                    rest = item.take(expect(rest, if index == 0 { "" } else { "," })?, cursors)?;
                }
                expect(rest, "]")
            }
            Self::Object(fields) => {
                let mut rest = expect(text, "{")?;
                for (index, (key, value)) in fields.iter().enumerate() {
                    let label = format!("{}\"{key}\":", if index == 0 { "" } else { "," });
                    rest = value.take(expect(rest, &label)?, cursors)?;
                }
                expect(rest, "}")
            }
        }
    }

    /// As JSON, where cursors are known.
    fn write(&self, cursors: &Cursors) -> String {
        match self {
            Self::Leaf(json) => json.clone(),
            Self::Cursor(position) => {
                let cursor = cursors.by_position.get(position);
                cursor.map_or_else(|| format!("cursor of {position:?}"), |cursor| format!("\"{cursor}\""))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|it| it.write(cursors)).collect();
                format!("[{}]", items.join(","))
            }
            Self::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(key, it)| format!("\"{key}\":{}", it.write(cursors))).collect();
                format!("{{{}}}", fields.join(","))
            }
        }
    }
}

/// The text behind its beginning, which is to be this.
fn expect<'t>(text: &'t str, beginning: &str) -> Result<&'t str, String> {
    text.strip_prefix(beginning).ok_or_else(|| {
        let found: String = text.chars().take(60).collect();
        format!("expected {beginning} and found {found}")
    })
}

impl Expected {
    /// Whether this is the answer; else what is wrong with it.
    pub(super) fn compare(&self, text: &str, cursors: &mut Cursors) -> Result<(), String> {
        let answer: Json = serde_json::from_str(text).map_err(|error| format!("the answer is no JSON: {error}"))?;
        match self {
            Self::Refused => match (answer.get("data"), errors(&answer).as_slice()) {
                (None, [_, ..]) => Ok(()),
                _ => Err("the request was to be refused: a variable has no value that it may have".to_owned()),
            },
            Self::Executed { data, landings, .. } => {
                let rest = expect(text, "{\"data\":")?;
                let rest = data.take(rest, cursors)?;
                expect(rest, if errors(&answer).is_empty() { "}" } else { ",\"errors\":" })?;
                compare_errors(&errors(&answer), landings)
            }
        }
    }

    /// As it is to be told to people.
    pub(super) fn describe(&self, cursors: &Cursors) -> String {
        match self {
            Self::Refused => "a refusal, without data".to_owned(),
            Self::Executed { data, landings, .. } => {
                let fault = |it: &Fault| format!("{} {}", Json::from(it.path.clone()), it.code);
                let landing = |it: &Landing| it.faults.iter().map(fault).collect::<Vec<_>>().join(" or ");
                let seen: Vec<String> = landings.iter().filter(|it| it.is_seen).map(landing).collect();
                format!("{{\"data\":{}}}\nerrors    {}", data.write(cursors), seen.join("; and "))
            }
        }
    }
}

/// The errors of an answer.
fn errors(answer: &Json) -> Vec<Json> {
    answer.get("errors").and_then(Json::as_array).cloned().unwrap_or_default()
}

/// Each error is one of those that may be told, once, and each null in the data is told of.
fn compare_errors(errors: &[Json], landings: &[Landing]) -> Result<(), String> {
    let is = |error: &Json, fault: &Fault| {
        error["path"].as_array() == Some(&fault.path) && error["extensions"]["code"] == fault.code
    };
    let mut told = landings.iter().flat_map(|it| &it.faults);
    for (index, error) in errors.iter().enumerate() {
        if errors[..index].iter().any(|other| other["path"] == error["path"]) {
            return Err(format!("told twice: {error}"));
        }
        if !told.clone().any(|fault| is(error, fault)) {
            return Err(format!("not expected: {error}"));
        }
    }
    let is_told = |landing: &&Landing| landing.faults.iter().any(|fault| errors.iter().any(|it| is(it, fault)));
    match landings.iter().filter(|it| it.is_seen).find(|it| !is_told(it)) {
        Some(landing) => Err(format!("not told: {:?}", landing.faults)),
        None if errors.is_empty() && told.next().is_some() => Err("no errors are told".to_owned()),
        None => Ok(()),
    }
}

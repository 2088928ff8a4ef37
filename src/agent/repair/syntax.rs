//! Texts that are no GraphQL: brackets that are missing or too many, quotes and keys of other languages, and what
//! people paste around a query. A text is mended where its reader stopped, again and again, as long as that
//! is further on each time.

use async_graphql::{Pos, ServerError, parser::types::ExecutableDocument};

use super::fault::{Fault, Mistake};
use crate::{
    agent::names::{fold, likely},
    graphql::{Places, Token, TokenKind as Kind, Tokens, parse},
};

/// The most changes of one text.
const MOST: usize = 40;

/// How many changes may follow each other without bringing the reader further.
const PATIENCE: usize = 2;

const DEFINITIONS: [&str; 4] = ["query", "mutation", "subscription", "fragment"];

/// What a text is once it is mended, and what was done, line by line.
pub(super) struct Mended {
    pub(super) document: ExecutableDocument,
    pub(super) lines: Vec<String>,
}

/// Where a text could not be mended, and what was done up to there.
pub(super) struct Stuck {
    pub(super) lines: Vec<String>,
    pub(super) error: Box<ServerError>,
}

/// Reads a text, mended where it has to be.
pub(super) fn mend(text: &str) -> Result<Mended, Stuck> {
    let (mut text, mut lines) = (text.to_owned(), Vec::new());
    if let Some(inner) = without_fence(&text) {
        text = inner;
        lines.push(line("```", "nothing around the query"));
    }
    let (mut least_left, mut stuck) = (usize::MAX, 0);
    for _ in 0..MOST {
        let error = match parse(&text) {
            Ok(document) => return Ok(Mended { document, lines }),
            Err(error) => error,
        };
        let stop = error.locations.first().and_then(|place| Stop::at(&text, *place));
        // Counted from the end, as changes come before what is left.
        let left = stop.as_ref().map_or(0, |stop| text.len() - stop.at);
        stuck = if left < least_left { 0 } else { stuck + 1 };
        least_left = least_left.min(left);
        let Some(change) = stop.filter(|_| stuck <= PATIENCE).and_then(|stop| stop.change()) else {
            return Err(Stuck { lines, error: Box::new(error) });
        };
        lines.push(line(&change.found, &change.to));
        text.replace_range(change.from..change.until, &change.new);
    }
    match parse(&text) {
        Ok(document) => Ok(Mended { document, lines }),
        Err(error) => Err(Stuck { lines, error: Box::new(error) }),
    }
}

fn line(found: &str, to: &str) -> String {
    Fault::new(Mistake::Syntax, found).mended(to)
}

/// What stands inside of the first fence of Markdown, which begins a line.
fn without_fence(text: &str) -> Option<String> {
    const FENCE: &str = "```";
    let (before, fenced) = text.split_once(FENCE)?;
    if !before.is_empty() && !before.ends_with('\n') {
        return None;
    }
    let inner = fenced.split(FENCE).next()?;
    let (first, rest) = inner.split_once('\n')?;
    let is_language = first.trim().chars().all(|it| it.is_ascii_alphanumeric());
    Some(if is_language { rest } else { inner }.to_owned())
}

/// A change of the text.
struct Change {
    from: usize,
    until: usize,
    new: String,
    /// What was there, and what is, for people.
    found: String,
    to: String,
}

/// Where the reader stopped.
struct Stop<'t> {
    text: &'t str,
    /// In bytes.
    at: usize,
    /// What it could not read; none at the end.
    token: Option<Token>,
    /// The tokens before it.
    before: Vec<Token>,
    /// The brackets that are open there.
    open: Vec<char>,
}

impl<'t> Stop<'t> {
    fn at(text: &'t str, place: Pos) -> Option<Self> {
        let (mut places, mut before, mut open) = (Places::of(text), Vec::new(), Vec::new());
        for token in Tokens::of(text) {
            if places.at(token.start) == place {
                return Some(Self { text, at: token.start, token: Some(token), before, open });
            }
            match token.kind {
                Kind::Open => open.extend(token.text(text).chars()),
                Kind::Close => drop(open.pop()),
                _ => {}
            }
            before.push(token);
        }
        (places.at(text.len()) == place).then_some(Self { text, at: text.len(), token: None, before, open })
    }

    /// What may have been meant.
    fn change(&self) -> Option<Change> {
        let Some(token) = self.token else { return self.closed() };
        let word = token.text(self.text);
        let rest = &self.text[self.at..];
        match token.kind {
            Kind::Close => self.bracket(word),
            Kind::Open => self.opened(word),
            Kind::Text => self.key(token, word),
            Kind::Name | Kind::Number => self.word(token, word),
            Kind::Other => match word {
                "'" | "`" | "‘" | "’" | "“" | "”" | "„" => self.quoted(word),
                ";" | "?" => Some(self.instead(token, "", "nothing")),
                ":" => Some(self.instead(token, "", "no colon")),
                "=" => Some(self.instead(token, ":", ":")),
                "/" if rest.starts_with("//") => {
                    Some(Change { until: self.at + 2, ..self.instead(token, "#", "# before a comment") })
                }
                "." => self.dots(),
                _ => None,
            },
        }
    }

    fn instead(&self, token: Token, new: &str, to: &str) -> Change {
        let (from, until) = (token.start, token.start + token.length);
        Change { from, until, new: new.to_owned(), found: self.shown(token), to: to.to_owned() }
    }

    /// Something before what could not be read.
    fn before(&self, new: &str, to: &str) -> Change {
        let found = self.token.map_or_else(|| "the end".to_owned(), |token| format!("before {}", self.shown(token)));
        Change { from: self.at, until: self.at, new: new.to_owned(), found, to: to.to_owned() }
    }

    fn shown(&self, token: Token) -> String {
        let mut places = Places::of(self.text);
        let place = places.at(token.start);
        let text: String = token.text(self.text).chars().take(20).collect();
        format!("{}:{} {text}", place.line, place.column)
    }

    fn last(&self) -> Option<&'t str> {
        self.before.last().map(|token| token.text(self.text))
    }

    /// The brackets that are open at the end are closed there.
    fn closed(&self) -> Option<Change> {
        let missing: String = self.open.iter().rev().map(|it| closing(*it)).collect();
        (!missing.is_empty()).then(|| self.before(&format!(" {missing}"), &missing))
    }

    /// A bracket that closes what is not open, or nothing.
    fn bracket(&self, word: &str) -> Option<Change> {
        let token = self.token?;
        let closes = |open: &char| word.starts_with(closing(*open));
        match self.open.last() {
            None => Some(self.instead(token, "", "nothing")),
            // Empty ones: `summaries()`, `source {}`.
            Some(open) if closes(open) && self.last().and_then(|it| it.chars().next()) == Some(*open) => {
                let from = self.before.last()?.start;
                (self.before.len() > 1).then(|| Change { from, ..self.instead(token, "", "nothing") })
            }
            Some(open) if !closes(open) && self.open.iter().any(closes) => {
                Some(self.before(&closing(*open).to_string(), &closing(*open).to_string()))
            }
            Some(_) if self.before.len() > 1 => Some(self.instead(token, "", "nothing")),
            Some(_) => None,
        }
    }

    /// `{` behind arguments that were not closed, behind a colon, or behind the type of a fragment.
    fn opened(&self, word: &str) -> Option<Change> {
        if word != "{" {
            return None;
        }
        let count = self.before.len();
        if self.open.last() == Some(&'(') {
            return Some(self.before(") ", ")"));
        }
        let colon = self.before.last().filter(|token| token.text(self.text) == ":");
        if let Some(colon) = colon {
            return Some(self.instead(*colon, "", "no colon"));
        }
        // `... Summary {`
        let spread = self.before.get(count.checked_sub(2)?..)?;
        let name = spread.get(1)?;
        let is_spread = spread[0].text(self.text) == "..." && name.kind == Kind::Name;
        is_spread.then(|| Change { from: name.start, until: name.start, ..self.before("on ", "on") })
    }

    /// A key in quotes.
    fn key(&self, token: Token, word: &str) -> Option<Change> {
        let name = word.strip_prefix('"')?.strip_suffix('"')?;
        let is_name = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        let behind = self.text[token.start + token.length..].trim_start();
        if is_name && behind.starts_with([':', '=']) {
            return Some(self.instead(token, name, name));
        }
        // `first "x"`
        self.colon()
    }

    /// A colon where a name stands before a value.
    fn colon(&self) -> Option<Change> {
        let is_name = self.before.last().is_some_and(|it| it.kind == Kind::Name);
        (is_name && matches!(self.open.last(), Some('(' | '{'))).then(|| self.before(": ", ":"))
    }

    fn word(&self, token: Token, word: &str) -> Option<Change> {
        if self.open.is_empty() {
            return self.definition(token, word);
        }
        if token.kind == Kind::Number {
            return self.colon();
        }
        // `query Q(first: Int)`
        let is_of_variables = self.open[..] == ['('] && self.is_behind_definition();
        if is_of_variables && self.last().is_some_and(|it| it != ":" && it != "=") {
            let is_variable = self.before.len() > 1 && self.before[self.before.len() - 2].text(self.text) == "$";
            return if is_variable { self.colon() } else { Some(self.before("$", "$")) };
        }
        self.colon()
    }

    /// Whether the bracket that is open belongs to the head of an operation.
    fn is_behind_definition(&self) -> bool {
        let opened = self.before.iter().rposition(|token| token.text(self.text) == "(");
        let head = opened.map_or(&[][..], |at| &self.before[..at]);
        head.iter().rev().take(2).any(|token| DEFINITIONS.contains(&token.text(self.text)))
    }

    /// Outside of all brackets: a definition's keyword, `on` in a fragment, or selections without braces.
    fn definition(&self, token: Token, word: &str) -> Option<Change> {
        let is_start = self.before.last().is_none_or(|it| it.text(self.text) == "}");
        if !is_start {
            let count = self.before.len();
            let is_fragment = count > 1 && self.before[count - 2].text(self.text) == "fragment";
            return is_fragment.then(|| self.before("on ", "on"));
        }
        if let Some((_, keyword)) = likely(word, DEFINITIONS.into_iter()).first()
            && fold(word) != "list"
        {
            return Some(self.instead(token, keyword, keyword));
        }
        if !self.before.is_empty() {
            return None;
        }
        let new = format!("{{ {} }}", &self.text[self.at..]);
        let to = "{ … } around it".to_owned();
        Some(Change { from: self.at, until: self.text.len(), new, found: self.shown(token), to })
    }

    /// A text in quotes that are none here.
    fn quoted(&self, open: &str) -> Option<Change> {
        let close: &[char] = match open {
            "“" | "„" | "”" => &['”', '“', '"'],
            "‘" | "’" => &['’', '‘'],
            "`" => &['`'],
            _ => &['\''],
        };
        let inner = &self.text[self.at + open.len()..];
        let end = inner.find(|it: char| close.contains(&it) || it == '\n')?;
        let closed = inner[end..].chars().next().filter(|it| *it != '\n')?;
        let text = inner[..end].replace('\\', "\\\\").replace('"', "\\\"");
        let until = self.at + open.len() + end + closed.len_utf8();
        Some(Change { until, new: format!("\"{text}\""), ..self.instead(self.token?, "", "\"") })
    }

    /// `..` for `...`, and `source.name`.
    fn dots(&self) -> Option<Change> {
        let rest = &self.text[self.at..];
        let dots = rest.len() - rest.trim_start_matches('.').len();
        let token = self.token?;
        if dots != 1 {
            return Some(Change { until: self.at + dots, ..self.instead(token, "...", "...") });
        }
        let owner = self.before.last().filter(|it| it.kind == Kind::Name && it.start + it.length == self.at)?;
        let name: String = rest[1..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
        if name.is_empty() {
            return None;
        }
        let to = format!("{} {{ {name} }}", owner.text(self.text));
        let until = self.at + 1 + name.len();
        Some(Change { until, new: format!(" {{ {name} }}"), ..self.instead(token, "", &to) })
    }
}

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

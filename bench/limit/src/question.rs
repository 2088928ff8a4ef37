//! What is asked: the question's name, and its variables out of a body.

use serde::Deserialize;

use crate::{Fault, instant, json};

/// A question, and what it is about.
#[derive(Debug)]
pub(crate) enum Question {
    /// A tag's newest summaries, and how many it has where that is asked for.
    OfTag { tag: String, total: bool },
    /// One summary in full.
    One { slug: String },
    /// A category's newest.
    OfCategory { category: String },
    /// Some days: the first second, and the first one behind.
    Days { from: i64, to: i64 },
    /// Sources behind this slug, with their newest episodes.
    Sources { after: Option<String> },
}

#[derive(Deserialize)]
struct Body {
    variables: Variables,
}

#[derive(Deserialize)]
struct Variables {
    tag: Option<String>,
    slug: Option<String>,
    category: Option<String>,
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
}

impl Question {
    pub(crate) fn read(name: &str, body: &[u8]) -> Result<Self, Fault> {
        let Body { variables } = serde_json::from_slice(body)?;
        let Variables { tag, slug, category, from, to, after } = variables;
        let instant = |text: Option<String>| instant::parse(&text.unwrap_or_default()).ok_or("no instant");
        Ok(match name {
            "q1" | "q1b" => Self::OfTag { tag: tag.ok_or("no tag")?, total: name == "q1" },
            "q2" => Self::One { slug: slug.ok_or("no slug")? },
            "q3" => Self::OfCategory { category: category.ok_or("no category")? },
            "q4" => Self::Days { from: instant(from)?, to: instant(to)? },
            "q5" => {
                let after = after.map(|cursor| json::slug_of(&cursor).ok_or("no cursor"));
                Self::Sources { after: after.transpose()? }
            }
            _ => return Err("no such question".into()),
        })
    }
}

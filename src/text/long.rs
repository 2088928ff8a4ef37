//! Long texts: the body of a summary, the content of an episode. Given in the format that is asked for, and
//! cut to a budget of tokens where a reader would stop.
//!
//! What is stored is left as it is: nothing here is written back.

mod html;
mod markdown;
mod outline;

use std::borrow::Cow;

use outline::{Outline, Rank, Stop};

use super::{
    html::to_prose,
    markdown as md,
    tokens::{beginning, count, count_within},
};

/// What stands where something was cut. One token.
const ELLIPSIS: &str = "…";

/// How often a shorter beginning is tried: what closes the elements that are open is known only when a place
/// has been chosen. Each step back is as long as the one before or twice that, so that they reach far.
const ATTEMPTS: u32 = 32;

/// The most that is kept for each token of a budget, in bytes. Prose has four or five; only long runs of one
/// character have more, and they cost more time than they are worth.
const BYTES_A_TOKEN: usize = 16;

/// How a long text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// `CommonMark` with tables and strikethrough.
    Markdown,
    /// Paragraphs with a blank line between them, lists behind `- `, no markup.
    Plain,
    /// Sanitised: nothing active is in it.
    Html,
}

/// A long text as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongText<'a> {
    /// Harmless: see [`super::markdown::harmless`].
    Markdown(&'a str),
    /// Sanitised.
    Html(&'a str),
}

/// A long text as it is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, or its beginning.
    pub value: String,
    /// How it is written.
    pub format: TextFormat,
    /// How many tokens `value` has, by [`count`].
    pub tokens: usize,
    /// Whether something was cut. Then the text ends in `…`.
    pub truncated: bool,
}

impl<'a> LongText<'a> {
    /// All of the text in a format. In its own it is as it is stored.
    pub fn in_format(self, format: TextFormat) -> Cow<'a, str> {
        match (self, format) {
            (Self::Markdown(text), TextFormat::Markdown) | (Self::Html(text), TextFormat::Html) => Cow::Borrowed(text),
            (Self::Markdown(text), TextFormat::Plain) => Cow::Owned(md::to_plain(text)),
            (Self::Markdown(text), TextFormat::Html) => Cow::Owned(md::to_html(text)),
            (Self::Html(text), TextFormat::Plain) => Cow::Owned(to_prose(text)),
            (Self::Html(text), TextFormat::Markdown) => Cow::Owned(md::of_html(text)),
        }
    }

    /// The text in a format, cut to at most `max_tokens` tokens: behind a paragraph where one ends in the last
    /// quarter of what fits, else behind a sentence in its second half, else behind a word. `…` stands for what
    /// is missing and is counted in; in HTML it stands in the last paragraph, and every element is closed.
    ///
    /// `stored_tokens` is the number of tokens of the text as it is stored, where that is known: then a text
    /// that is given out as it is stored is not counted again.
    pub fn render(self, format: TextFormat, max_tokens: Option<usize>, stored_tokens: Option<usize>) -> Text {
        let text = self.in_format(format);
        let known = stored_tokens.filter(|_| matches!(text, Cow::Borrowed(_)));
        let max = max_tokens.unwrap_or(usize::MAX);
        let tokens = match known {
            Some(tokens) => Some(tokens).filter(|it| *it <= max),
            None if max_tokens.is_none() => Some(count(&text)),
            None => count_within(&text, max),
        };
        match tokens {
            Some(tokens) => Text { value: text.into_owned(), format, tokens, truncated: false },
            None => cut(&text, format, max),
        }
    }
}

/// The beginning of a text that has more tokens than `max`.
fn cut(text: &str, format: TextFormat, max: usize) -> Text {
    let text = match format {
        TextFormat::Markdown => markdown::with_everything_in_place(text),
        TextFormat::Plain | TextFormat::Html => Cow::Borrowed(text),
    };
    if let (Cow::Owned(value), Some(tokens)) = (&text, count_within(&text, max)) {
        return Text { value: value.clone(), format, tokens, truncated: false };
    }
    let truncated = |value: String, tokens| Text { value, format, tokens, truncated: true };
    let within_reach = &text[..text.floor_char_boundary(max.saturating_mul(BYTES_A_TOKEN))];
    let mut limit = beginning(within_reach, max.saturating_sub(count(ELLIPSIS))).len();
    for attempt in 0..ATTEMPTS {
        let Some(stop) = outline(&text, format, limit).stop(limit) else { break };
        let value = end(&text, format, stop);
        if let Some(tokens) = count_within(&value, max) {
            return truncated(value, tokens);
        }
        limit = stop.at.saturating_sub(1 << (attempt / 2));
    }
    if max == 0 { truncated(String::new(), 0) } else { truncated(ELLIPSIS.to_owned(), count(ELLIPSIS)) }
}

/// The text up to `limit` bytes and a little beyond, and where it may end.
fn outline(text: &str, format: TextFormat, limit: usize) -> Outline {
    match format {
        TextFormat::Markdown => markdown::outline(text, limit),
        TextFormat::Html => html::outline(text, limit),
        TextFormat::Plain => {
            let mut outline = Outline::default();
            let shown = &text[..text.ceil_char_boundary((limit + outline::LOOKAHEAD).min(text.len()))];
            let mut start = 0;
            for paragraph in shown.split_inclusive("\n\n") {
                outline.push(start..start + paragraph.len(), paragraph);
                start += paragraph.len();
                if paragraph.ends_with("\n\n") {
                    outline.end_block();
                }
            }
            outline
        }
    }
}

/// The text up to a place, all that is open there closed, with an ellipsis.
fn end(text: &str, format: TextFormat, stop: Stop) -> String {
    match format {
        TextFormat::Markdown => markdown::end(text, stop),
        TextFormat::Html => html::end(text, stop),
        TextFormat::Plain => {
            let gap = match stop.rank {
                Rank::Block => "\n\n",
                Rank::Sentence => " ",
                Rank::Word => "",
            };
            [&text[..stop.at], gap, ELLIPSIS].concat()
        }
    }
}

#[cfg(test)]
mod tests;

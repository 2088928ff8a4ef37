//! Fields of `Text`, and the arguments of every field that gives one.

use std::borrow::Cow;

use async_graphql::InputObject;

use super::nothing;
use crate::{
    graphql::{
        bounds::at_least,
        kind::TextFormat,
        object::{Object, Table, kept},
    },
    text::{self, LongText, tokens::count},
};

/// The arguments of a long text.
#[derive(Debug, InputObject)]
pub struct TextArgs {
    /// How it is written.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// At most so many tokens (`o200k_base`); all of it where this is left out.
    #[graphql(validator(custom = at_least("maxTokens", 1)))]
    max_tokens: Option<i32>,
}

impl TextArgs {
    /// How it is to be written.
    pub fn format(&self) -> text::TextFormat {
        self.format.into()
    }

    /// How many tokens it may have.
    pub fn max_tokens(&self) -> Option<usize> {
        self.max_tokens.and_then(|most| usize::try_from(most).ok())
    }
}

/// A text as it is given out.
#[derive(Debug)]
pub struct GivenText {
    /// All of it, or what is within the budget.
    pub value: String,
    /// How it is written.
    pub format: text::TextFormat,
    /// How many tokens it has, where somebody knows: else they are counted only for who asks.
    pub tokens: Option<usize>,
    /// Whether the budget left something out.
    pub truncated: bool,
}

impl GivenText {
    /// A long text, as the arguments want it. Its tokens are counted where a budget needs them, or are known.
    pub fn of(text: LongText<'_>, args: &TextArgs, stored_tokens: Option<usize>) -> Self {
        if args.max_tokens().is_some() {
            let text::Text { value, format, tokens, truncated } =
                text.render(args.format(), args.max_tokens(), stored_tokens);
            return Self { value, format, tokens: Some(tokens), truncated };
        }
        let value = text.in_format(args.format());
        let tokens = stored_tokens.filter(|_| matches!(value, Cow::Borrowed(_)));
        Self { value: value.into_owned(), format: args.format(), tokens, truncated: false }
    }
}

/// What is wanted of a text.
#[derive(Debug, Default)]
pub struct TextProjection {
    /// Whether its tokens are.
    pub tokens: bool,
}

/// `Text`.
pub struct Text;

impl Object for Text {
    type Row = GivenText;
    type Projection = TextProjection;
    const DESCRIPTION: &'static str = "A long text, cut to a budget where one is given.";

    fn name() -> Cow<'static, str> {
        "Text".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<String, _>("value", "The text.", nothing, |t| &t.value)
            .leaf::<TextFormat, _>("format", "How it is written.", nothing, |t| &t.format)
            .computed::<i32, i64>("tokens", "What `value` costs a language model: its tokens in `o200k_base`. Other models count within a few per cent of it.", |p| p.tokens = true, |t| i64::try_from(t.tokens.unwrap_or_else(|| count(&t.value))).unwrap_or(i64::MAX))
            .leaf::<bool, _>("truncated", "Whether `maxTokens` left something of it out.", nothing, |t| &t.truncated)
    }

    fn table() -> &'static Table<Self> {
        kept!(Text)
    }
}

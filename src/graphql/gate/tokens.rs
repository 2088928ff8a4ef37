//! What can be said of a document before it is parsed: how many tokens it has, how deep its brackets nest,
//! and how long its names are. One pass over the bytes, without a stack.
//!
//! The parser descends into every bracket, so that a hundred thousand of them would take the whole stack;
//! what validation says of an unknown name takes time that grows with its length.

use async_graphql::{Pos, ServerError};

use super::Limit;
use crate::graphql::syntax::lexer::{Kind, Token, Tokens};

/// Refuses a document that is past a limit. What is no token is left to the parser.
pub(in crate::graphql) fn check(document: &str) -> Result<(), ServerError> {
    let (mut tokens, mut depth) = (0, 0_usize);
    let (mut deepest, mut longest) = (Most::default(), Most::default());
    for token in Tokens::of(document) {
        tokens += 1;
        match token.kind {
            Kind::Open => {
                depth += 1;
                deepest.see(depth, token);
            }
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Name => longest.see(token.length, token),
            Kind::Number | Kind::Text | Kind::Other => {}
        }
    }
    Limit::TOKENS.check(tokens, None)?;
    Limit::BRACKETS.check(deepest.figure, deepest.place(document))?;
    Limit::NAME.check(longest.figure, longest.place(document))
}

/// The greatest figure so far, and where it came up.
#[derive(Default)]
struct Most {
    figure: usize,
    token: Option<Token>,
}

impl Most {
    fn see(&mut self, figure: usize, token: Token) {
        if figure > self.figure {
            *self = Self { figure, token: Some(token) };
        }
    }

    fn place(&self, document: &str) -> Option<Pos> {
        self.token.map(|token| token.place(document))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(document: &str) -> bool {
        check(document).is_ok()
    }

    #[test]
    fn a_document_may_have_2_000_tokens() {
        let fields = |many: usize| format!("{{{}}}", "a ".repeat(many - 2));
        assert!(passes(&fields(2_000)));
        assert!(!passes(&fields(2_001)));
        assert!(passes(&format!("{{ a(b: \"{}\") }} # {}", "{ x }".repeat(2_000), "{ x }".repeat(2_000))));
    }

    #[test]
    fn brackets_nest_64_deep() {
        let nested = |depth: usize| format!("{}x{}", "{a".repeat(depth), "}".repeat(depth));
        assert!(passes(&nested(64)));
        assert!(!passes(&nested(65)));
        assert!(!passes(&"[".repeat(100_000)));
        assert!(!passes(&"{a(b:[".repeat(22)));
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        let many = "{".repeat(200);
        assert!(passes(&format!("{{ a(b: \"{many}\\\"{many}\") }}")));
        assert!(passes(&format!("{{ a(b: \"\"\"{many}\\\"\"\"{many}\"\"\") }}")));
        assert!(passes(&format!("{{ a # {many}\n }}")));
        assert!(!passes(&format!("{{ a(b: \"\") {many}")));
        assert!(!passes(&format!("{{ a(b: \"\"\"\"\"\") {many}")));
        assert!(!passes(&format!("# \n{many}")));
    }

    #[test]
    fn a_name_may_have_128_characters() {
        assert!(passes(&format!("{{ {} }}", "a".repeat(128))));
        assert!(!passes(&format!("{{ {} }}", "a".repeat(129))));
    }
}

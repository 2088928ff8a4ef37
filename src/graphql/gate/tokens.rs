//! What can be said of a document before it is parsed: how many tokens it has, how deep its brackets nest,
//! and how long its names are. One pass over the bytes, without a stack.
//!
//! The parser descends into every bracket, so that a hundred thousand of them would take the whole stack;
//! what validation says of an unknown name takes time that grows with its length.

use async_graphql::{Pos, ServerError};

use super::Limit;

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
            Kind::Other => {}
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

/// What kind of token it is, as far as anyone here wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `{`, `[` or `(`.
    Open,
    /// Their counterparts.
    Close,
    /// A name, and what is called one: keywords, enum values, `true`, `null`.
    Name,
    /// Numbers, strings, other punctuators, and whatever is no token at all.
    Other,
}

/// A token of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graphql) struct Token {
    kind: Kind,
    /// Where it begins, in bytes.
    start: usize,
    /// Its bytes.
    length: usize,
}

impl Token {
    /// Where it stands, as people count.
    pub(in crate::graphql) fn place(&self, document: &str) -> Pos {
        let before = document.get(..self.start).unwrap_or(document);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        Pos { line: before.matches('\n').count() + 1, column: before[line..].chars().count() + 1 }
    }

    pub(in crate::graphql) fn is_name(&self) -> bool {
        self.kind == Kind::Name
    }

    /// Its text.
    pub(in crate::graphql) fn text<'d>(&self, document: &'d str) -> &'d str {
        document.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

/// The tokens of a document (GraphQL, section 2.1), without what is ignored between them.
pub(in crate::graphql) struct Tokens<'d> {
    document: &'d [u8],
    rest: &'d [u8],
}

impl<'d> Tokens<'d> {
    pub(in crate::graphql) fn of(document: &'d str) -> Self {
        Self { document: document.as_bytes(), rest: document.as_bytes() }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.rest = skip_ignored(self.rest);
        let (first, behind) = self.rest.split_first()?;
        let start = self.document.len() - self.rest.len();
        let (kind, behind) = match first {
            b'{' | b'[' | b'(' => (Kind::Open, behind),
            b'}' | b']' | b')' => (Kind::Close, behind),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                (Kind::Name, skip_while(behind, |it| it.is_ascii_alphanumeric() || it == b'_'))
            }
            b'-' | b'0'..=b'9' => {
                (Kind::Other, skip_while(behind, |it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'+' | b'-')))
            }
            b'"' => (Kind::Other, skip_text(behind)),
            b'.' => (Kind::Other, behind.strip_prefix(b"..").unwrap_or(behind)),
            _ => (Kind::Other, behind),
        };
        let length = self.rest.len() - behind.len();
        self.rest = behind;
        Some(Token { kind, start, length })
    }
}

/// What may stand between any two tokens (section 2.1.7).
fn skip_ignored(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b' ' | b'\t' | b'\n' | b'\r' | b',', behind @ ..] | [0xEF, 0xBB, 0xBF, behind @ ..] => behind,
            [b'#', behind @ ..] => skip_while(behind, |it| !matches!(it, b'\n' | b'\r')),
            _ => return rest,
        };
    }
}

fn skip_while(rest: &[u8], is: impl Fn(u8) -> bool) -> &[u8] {
    let end = rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
    &rest[end..]
}

/// Behind the string whose first quote has been read (section 2.9.4).
fn skip_text(rest: &[u8]) -> &[u8] {
    match rest {
        [b'"', b'"', block @ ..] => skip_block(block),
        _ => skip_string(rest),
    }
}

/// Up to the closing quote, or the end of the line, where an open string is an error anyway.
fn skip_string(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b'"' | b'\n' | b'\r', behind @ ..] => return behind,
            [b'\\', _, behind @ ..] | [_, behind @ ..] => behind,
            [] => return rest,
        };
    }
}

fn skip_block(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b'\\', b'"', b'"', b'"', behind @ ..] | [_, behind @ ..] if !rest.starts_with(b"\"\"\"") => behind,
            [] => return rest,
            _ => return &rest[3..],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Vec<&str> {
        Tokens::of(document).map(|token| token.text(document)).collect()
    }

    fn passes(document: &str) -> bool {
        check(document).is_ok()
    }

    #[test]
    fn a_document_is_split_as_the_specification_says() {
        assert_eq!(
            texts("\u{feff}query($a:[I!]=-1.5e+3){...F@x # y\n b:c(d:\"}\\\"\",e:\"\"\"\\\"\"\"{\"\"\")}"),
            [
                "query",
                "(",
                "$",
                "a",
                ":",
                "[",
                "I",
                "!",
                "]",
                "=",
                "-1.5e+3",
                ")",
                "{",
                "...",
                "F",
                "@",
                "x",
                "b",
                ":",
                "c",
                "(",
                "d",
                ":",
                "\"}\\\"\"",
                "e",
                ":",
                "\"\"\"\\\"\"\"{\"\"\"",
                ")",
                "}",
            ]
        );
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

//! The tokens of a document (GraphQL, section 2.1), as they are cut. Whether a number or a string is a right
//! one is seen when it is read; here every document has tokens, so that they can be counted before.

use async_graphql::Pos;

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{`, `[` or `(`.
    Open,
    /// Their counterparts.
    Close,
    /// A name, and what is called one: keywords, enum values, `true`, `null`.
    Name,
    /// What begins as a number does.
    Number,
    /// What begins with a quote.
    Text,
    /// Other punctuators, and whatever is no token at all.
    Other,
}

/// A token of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Its bytes.
    pub length: usize,
}

impl Token {
    /// Where it stands, as people count.
    pub fn place(&self, document: &str) -> Pos {
        let mut places = Places::of(document);
        places.at(self.start)
    }

    /// Its text.
    pub fn text<'d>(&self, document: &'d str) -> &'d str {
        document.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

/// The tokens, without what is ignored between them.
#[derive(Clone, Debug)]
pub struct Tokens<'d> {
    document: &'d [u8],
    rest: &'d [u8],
}

impl<'d> Tokens<'d> {
    /// Those of a document.
    pub fn of(document: &'d str) -> Self {
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
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Name, skip_while(behind, is_of_name)),
            b'-' | b'0'..=b'9' => {
                (Kind::Number, skip_while(behind, |it| is_of_name(it) || matches!(it, b'.' | b'+' | b'-')))
            }
            b'"' => (Kind::Text, skip_text(behind)),
            b'.' => (Kind::Other, behind.strip_prefix(b"..").unwrap_or(behind)),
            // One character, so that it can be shown.
            _ => (Kind::Other, skip_while(behind, |it| it & 0b1100_0000 == 0b1000_0000)),
        };
        let length = self.rest.len() - behind.len();
        self.rest = behind;
        Some(Token { kind, start, length })
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
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
            [b'"', behind @ ..] => return behind,
            [b'\n' | b'\r', ..] | [] => return rest,
            [b'\\', next, behind @ ..] if !matches!(next, b'\n' | b'\r') => behind,
            [_, behind @ ..] => behind,
        };
    }
}

fn skip_block(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b'"', b'"', b'"', behind @ ..] => return behind,
            [b'\\', b'"', b'"', b'"', behind @ ..] | [_, behind @ ..] => behind,
            [] => return rest,
        };
    }
}

/// Lines and columns of ascending places, counted from 1; columns in characters.
#[derive(Debug)]
pub struct Places<'d> {
    document: &'d [u8],
    /// How far it has been counted, in bytes.
    counted: usize,
    here: Pos,
}

impl<'d> Places<'d> {
    /// Those in a document.
    pub fn of(document: &'d str) -> Self {
        Self { document: document.as_bytes(), counted: 0, here: Pos { line: 1, column: 1 } }
    }

    /// Of this byte, or of the last one that was asked for where that is further on.
    pub fn at(&mut self, byte: usize) -> Pos {
        let behind = byte.clamp(self.counted, self.document.len());
        for at in self.counted..behind {
            match self.document[at] {
                b'\n' if at > 0 && self.document[at - 1] == b'\r' => {} // one end of a line, not two
                b'\n' | b'\r' => self.here = Pos { line: self.here.line + 1, column: 1 },
                0x80..=0xBF => {} // in the middle of a character
                _ => self.here.column += 1,
            }
        }
        self.counted = behind;
        self.here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Vec<&str> {
        Tokens::of(document).map(|token| token.text(document)).collect()
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
    fn every_end_of_a_line_is_one() {
        let document = "{\n a\r\n é b\r c }";
        let mut places = Places::of(document);
        let found: Vec<(usize, usize)> =
            Tokens::of(document).map(|it| places.at(it.start)).map(|it| (it.line, it.column)).collect();
        assert_eq!(found, [(1, 1), (2, 2), (3, 2), (3, 4), (4, 2), (4, 4)]);
    }

    #[test]
    fn an_open_string_ends_with_its_line() {
        assert_eq!(texts("\"a\\\n b"), ["\"a\\", "b"]);
        assert_eq!(texts("\"\"\"a\\\"\"\" b"), ["\"\"\"a\\\"\"\" b"]);
    }
}

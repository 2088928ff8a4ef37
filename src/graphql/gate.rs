//! Before anything is parsed: how deep a document nests. The parser descends into every bracket, and
//! a hundred thousand of them would take the whole stack.

use async_graphql::ServerError;

use super::error::{Code, coded};

/// The deepest nesting of brackets of all kinds. The standard introspection query has 15.
pub(super) const DEEPEST: usize = 100;

/// Refuses a document that nests deeper than [`DEEPEST`]. Linear in its length; strings and comments
/// don't count (GraphQL, sections 2.1.4 and 2.9.4).
pub(super) fn check(document: &str) -> Result<(), ServerError> {
    let (mut depth, mut rest) = (0_usize, document.as_bytes());
    while let Some((byte, behind)) = rest.split_first() {
        rest = match byte {
            b'#' => skip_comment(behind),
            b'"' => skip_text(behind),
            _ => behind,
        };
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            let message = format!("The document nests more than {DEEPEST} brackets deep: ask for less at once.");
            return Err(coded(&message, Code::QueryTooComplex));
        }
    }
    Ok(())
}

/// Up to the end of the line, from behind `#`.
pub(super) fn skip_comment(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    &rest[end..]
}

/// Behind the string whose first quote has been read.
pub(super) fn skip_text(rest: &[u8]) -> &[u8] {
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

    fn passes(document: &str) -> bool {
        check(document).is_ok()
    }

    #[test]
    fn nesting_is_refused_one_past_the_bound() {
        let nested = |depth: usize| format!("{}x{}", "{a".repeat(depth), "}".repeat(depth));
        assert!(passes(&nested(DEEPEST)));
        assert!(!passes(&nested(DEEPEST + 1)));
        assert!(!passes(&"[".repeat(1_000_000)));
        assert!(!passes(&"{a(b:[".repeat(40)));
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
}

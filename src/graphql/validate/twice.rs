//! Input object fields are unique (section 5.6.3). The parser keeps one of two, so this reads the text:
//! braces inside of parentheses are input objects, and a name in front of a colon is a field's.

use std::collections::HashSet;

use async_graphql::{Pos, ServerError};

use crate::graphql::gate::{skip_comment, skip_text};

/// The fields that an input object of the document has a second time. The document is known to parse.
pub(super) fn check(text: &str) -> Vec<ServerError> {
    let (mut errors, mut objects, mut parentheses) = (Vec::new(), Vec::<HashSet<&[u8]>>::new(), 0_usize);
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let start = text.len() - rest.len();
        rest = behind;
        match byte {
            b'#' => rest = skip_comment(behind),
            b'"' => rest = skip_text(behind),
            b'(' => parentheses += 1,
            b')' => parentheses = parentheses.saturating_sub(1),
            b'{' if parentheses > 0 => objects.push(HashSet::new()),
            b'}' if parentheses > 0 => drop(objects.pop()),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let length = behind.iter().take_while(|it| it.is_ascii_alphanumeric() || **it == b'_').count() + 1;
                let name = &text.as_bytes()[start..start + length];
                rest = &behind[length - 1..];
                let Some(fields) = objects.last_mut().filter(|_| skip_ignored(rest).starts_with(b":")) else {
                    continue;
                };
                if !fields.insert(name) {
                    let message =
                        format!("The field “{}” is given twice: leave one out.", &text[start..start + length]);
                    errors.push(ServerError::new(message, Some(place(text, start))));
                }
            }
            _ => {}
        }
    }
    errors
}

/// What may stand between any two tokens (section 2.1.7).
fn skip_ignored(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b' ' | b'\t' | b'\n' | b'\r' | b',', behind @ ..] | [0xEF, 0xBB, 0xBF, behind @ ..] => behind,
            [b'#', behind @ ..] => skip_comment(behind),
            _ => return rest,
        };
    }
}

fn place(text: &str, at: usize) -> Pos {
    let before = &text[..at];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Pos)> {
        check(text).into_iter().map(|error| (error.message, error.locations[0])).collect()
    }

    #[test]
    fn a_field_twice_in_one_object_is_found_where_it_stands() {
        let message = "The field “b” is given twice: leave one out.".to_owned();
        assert_eq!(found("{ x(a: {b: 1,\n  b #:\n, : 2}) }"), [(message.clone(), Pos { line: 2, column: 3 })]);
        assert_eq!(found("query($x: I = {b: {b: 1} b: 2}) { x }"), [(message, Pos { line: 1, column: 26 })]);
    }

    #[test]
    fn names_elsewhere_do_not_count() {
        for text in [
            "{ x(a: {b: b, c: \"b: b:\", d: \"\"\"b: \"\"\"}) { b: c b: c } }",
            "{ x(a: [{b: 1}, {b: 2}], c: {b: {b: $b}}) }",
            "{ x(b: 1) @y(b: 2) { z(b: {c: 1}) z(b: {c: 1}) } }",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}

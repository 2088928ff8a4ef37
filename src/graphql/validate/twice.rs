//! Input object fields are unique (section 5.6.3). The parser keeps one of two, so this reads the text:
//! braces inside of parentheses are input objects, and a name in front of a colon is a field's.

use std::collections::HashSet;

use async_graphql::ServerError;

use crate::graphql::gate::tokens::{Token, Tokens};

/// The fields that an input object of the document has a second time. The document is known to parse.
pub(super) fn check(text: &str) -> Vec<ServerError> {
    let (mut errors, mut objects, mut parentheses) = (Vec::new(), Vec::<HashSet<&str>>::new(), 0_usize);
    let mut name: Option<Token> = None;
    for token in Tokens::of(text) {
        match token.text(text) {
            "(" => parentheses += 1,
            ")" => parentheses = parentheses.saturating_sub(1),
            "{" if parentheses > 0 => objects.push(HashSet::new()),
            "}" if parentheses > 0 => drop(objects.pop()),
            ":" => {
                if let (Some(fields), Some(name)) = (objects.last_mut(), name)
                    && !fields.insert(name.text(text))
                {
                    let message = format!("The field “{}” is given twice: leave one out.", name.text(text));
                    errors.push(ServerError::new(message, Some(name.place(text))));
                }
            }
            _ => {}
        }
        name = Some(token).filter(Token::is_name);
    }
    errors
}

#[cfg(test)]
mod tests {
    use async_graphql::Pos;

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

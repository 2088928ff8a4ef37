//! Numbers that arguments may be. async-graphql has validators for that, whose messages do not say which
//! argument it is.

use async_graphql::InputValueError;

type Checked = Result<(), InputValueError<i32>>;

/// Takes an argument from one number to another, both of them included.
pub(super) fn within(argument: &'static str, least: i32, most: i32) -> impl Fn(&i32) -> Checked {
    move |value| check(argument, *value, (least..=most).contains(value), &format!("{least} to {most}"))
}

/// Takes an argument from a number on.
pub(super) fn at_least(argument: &'static str, least: i32) -> impl Fn(&i32) -> Checked {
    move |value| check(argument, *value, *value >= least, &format!("{least} or more"))
}

fn check(argument: &str, value: i32, is_right: bool, may_be: &str) -> Checked {
    if is_right {
        return Ok(());
    }
    Err(InputValueError::custom(format!("`{argument}` is {value}; it may be {may_be}.")))
}

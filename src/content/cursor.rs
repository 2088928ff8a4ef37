//! Cursors: where a row stands in an order, as short opaque text. A cursor carries the row's sort key
//! and id, so that it stays good when rows come and go, and the order that it belongs to, so that it
//! is refused elsewhere.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sea_orm::Value;

use super::{Direction, Error};
use crate::text::varint::{put, take};

/// Which list a cursor belongs to, and in which order: two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OrderTag([u8; 2]);

impl OrderTag {
    /// A letter for the list, and a small one for its order, which downwards is a great one.
    pub(super) fn new(list: u8, order: u8, direction: Direction) -> Self {
        Self([list, if direction == Direction::Asc { order } else { order.to_ascii_uppercase() }])
    }
}

/// What rows are sorted by, before their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// An instant or a number.
    Number(i64),
    /// Compared by its bytes.
    Text(String),
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Number(number) => number.into(),
            Key::Text(text) => text.into(),
        }
    }
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) key: Key,
    pub(super) id: i64,
}

impl Position {
    /// As the outside sees it.
    pub(super) fn encode(&self, tag: OrderTag) -> String {
        let mut bytes = Vec::with_capacity(16);
        bytes.extend(tag.0);
        put(&mut bytes, self.id.unsigned_abs());
        match &self.key {
            Key::Number(number) => put(&mut bytes, zigzag(*number)),
            Key::Text(text) => bytes.extend(text.as_bytes()),
        }
        BASE64.encode(bytes)
    }

    /// Back from there, for the list and order that it was made for.
    pub(super) fn decode(cursor: &str, tag: OrderTag, is_text: bool) -> Result<Self, Error> {
        let refuse =
            || Error::input("That cursor is not one of this API's: use one from `pageInfo` or `edges` as it came.");
        let bytes = BASE64.decode(cursor).map_err(|_| refuse())?;
        let (theirs, mut rest) = bytes.split_at_checked(2).ok_or_else(refuse)?;
        if theirs != tag.0 {
            return Err(Error::input(
                "That cursor belongs to another list or another order: start again without it, or ask in its order.",
            ));
        }
        let id = take(&mut rest).and_then(|id| i64::try_from(id).ok()).ok_or_else(refuse)?;
        let key = if is_text {
            let text = std::str::from_utf8(rest).ok().filter(|text| !text.contains('\0'));
            Key::Text(text.ok_or_else(refuse)?.to_owned())
        } else {
            let number = take(&mut rest).filter(|_| rest.is_empty()).ok_or_else(refuse)?;
            Key::Number(unzigzag(number))
        };
        Ok(Self { key, id })
    }
}

/// Small numbers of either sign are small.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAG: OrderTag = OrderTag(*b"sP");

    #[test]
    fn a_cursor_is_short() {
        let position = Position { key: Key::Number(1_778_225_400), id: 100_000 };
        assert_eq!(position.encode(TAG).len(), 14);
    }

    #[test]
    fn a_cursor_of_another_order_is_told_from_rubbish() {
        let cursor = Position { key: Key::Number(1), id: 1 }.encode(TAG);
        let refused =
            |cursor: &str| Position::decode(cursor, OrderTag(*b"sU"), false).expect_err("it is refused").to_string();
        assert!(refused(&cursor).contains("another order"));
        for rubbish in ["", "!", "c1A", "c1AB", "c1ABAg_"] {
            assert!(Position::decode(rubbish, TAG, false).is_err(), "{rubbish}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(id in 0..=i64::MAX, number: i64, text in "[^\0]{0,40}") {
            for (key, is_text) in [(Key::Number(number), false), (Key::Text(text.clone()), true)] {
                let position = Position { key, id };
                prop_assert_eq!(Position::decode(&position.encode(TAG), TAG, is_text).expect("its own"), position);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text: String, is_text: bool) {
            let _ = Position::decode(&text, TAG, is_text);
        }
    }
}

//! The ids that the outside sees: `su4kP` is a summary. Two letters name the type, the rest is the
//! number in base 62: short, as whoever reads them pays for them, and never more than 13 characters.

use std::{fmt, str::FromStr};

use super::NodeKind;

/// What a node is, and which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId {
    /// Its type.
    pub kind: NodeKind,
    /// Its number in the database.
    pub number: i64,
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const PREFIXES: [(NodeKind, &str); 6] = [
    (NodeKind::Source, "so"),
    (NodeKind::Series, "se"),
    (NodeKind::Episode, "ep"),
    (NodeKind::Summary, "su"),
    (NodeKind::Category, "ca"),
    (NodeKind::Tag, "ta"),
];

impl NodeId {
    /// The id of this node.
    pub fn new(kind: NodeKind, number: i64) -> Self {
        Self { kind, number }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut at) = ([0; 11], 11);
        let mut rest = self.number.unsigned_abs();
        while rest > 0 || at == 11 {
            at -= 1;
            digits[at] = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
            rest /= 62;
        }
        let prefix = PREFIXES.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, prefix)| prefix);
        f.write_str(prefix)?;
        f.write_str(std::str::from_utf8(&digits[at..]).unwrap_or_default())
    }
}

/// It is nobody's id, nor ever will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NoNodeId;

impl FromStr for NodeId {
    type Err = NoNodeId;

    fn from_str(text: &str) -> Result<Self, NoNodeId> {
        let (prefix, digits) = text.split_at_checked(2).ok_or(NoNodeId)?;
        let (kind, _) = PREFIXES.iter().find(|(_, known)| *known == prefix).ok_or(NoNodeId)?;
        if digits.is_empty() || digits.starts_with('0') {
            return Err(NoNodeId);
        }
        let number = digits.bytes().try_fold(0_i64, |number, digit| {
            let value = DIGITS.iter().position(|it| *it == digit)?;
            number.checked_mul(62)?.checked_add(i64::try_from(value).ok()?)
        });
        Ok(Self { kind: *kind, number: number.ok_or(NoNodeId)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_short_and_say_what_they_name() {
        assert_eq!(NodeId::new(NodeKind::Summary, 1).to_string(), "su1");
        assert_eq!(NodeId::new(NodeKind::Tag, 61).to_string(), "taz");
        assert_eq!(NodeId::new(NodeKind::Episode, i64::MAX).to_string().len(), 13);
    }

    proptest! {
        #[test]
        fn an_id_is_read_as_it_was_written(number in 1..i64::MAX, kind in prop::sample::select(NodeKind::ALL)) {
            let id = NodeId::new(kind, number);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn a_text_is_the_id_of_one_node_at_most(text in "(su|ta|xx|s)[0-9A-Za-z€]{0,13}") {
            if let Ok(id) = text.parse::<NodeId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}

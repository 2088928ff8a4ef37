//! PostgreSQL's values, out of the bytes in which they come: the binary format of the types that we read
//! (“Frontend/Backend Protocol”, “Formats and Format Codes”).
//!
//! Both drivers on the way can do it, and ask at each value again which type it is and whether that fits: a page of a
//! hundred rows took a fifth of its instructions there.

use sea_orm::sqlx::{
    ValueRef,
    postgres::{PgValueFormat, PgValueRef},
};

use super::row::CellRef;

/// The types, by the numbers that they have on every server (`pg_type.dat`).
mod oid {
    pub const BOOL: u32 = 16;
    pub const INT8: u32 = 20;
    pub const INT4: u32 = 23;
    pub const TEXT: u32 = 25;
    pub const INT8_ARRAY: u32 = 1016;
}

/// A value; `None` where it is of another type.
pub(super) fn cell<'r>(value: &PgValueRef<'r>) -> Option<CellRef<'r>> {
    if value.is_null() {
        return Some(CellRef::Null);
    }
    if value.format() != PgValueFormat::Binary {
        return None;
    }
    let bytes = value.as_bytes().ok()?;
    Some(match value.type_info().oid()?.0 {
        oid::BOOL => CellRef::Integer((bytes != [0]).into()),
        oid::INT4 => CellRef::Integer(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        oid::INT8 => CellRef::Integer(i64::from_be_bytes(bytes.try_into().ok()?)),
        oid::TEXT => CellRef::Text(str::from_utf8(bytes).ok()?),
        oid::INT8_ARRAY => CellRef::Numbers(bytes),
        _ => return None,
    })
}

/// The numbers of an array: how many dimensions it has, whether any is null, of which type they are; of each dimension,
/// how many there are and where counting begins; then each with its length (`array_send` in `arrayfuncs.c`).
pub(super) fn numbers(bytes: &[u8]) -> Option<Vec<i64>> {
    const HEAD: usize = 12;
    const DIMENSION: usize = 8;
    if bytes.len() == HEAD {
        return Some(Vec::new());
    }
    let (numbers, rest) = bytes.get(HEAD + DIMENSION..)?.as_chunks::<12>();
    let number = |[.., a, b, c, d, e, f, g, h]: &[u8; 12]| i64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
    rest.is_empty().then(|| numbers.iter().map(number).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_read_as_the_server_sends_it() {
        let head = |dimensions: i32| [dimensions, 0, 20].map(i32::to_be_bytes).concat();
        assert_eq!(numbers(&head(0)), Some(Vec::new()));
        let mut sent = [head(1), [2_i32, 1].map(i32::to_be_bytes).concat()].concat();
        for number in [7_i64, -2] {
            sent.extend_from_slice(&8_i32.to_be_bytes());
            sent.extend_from_slice(&number.to_be_bytes());
        }
        assert_eq!(numbers(&sent), Some(vec![7, -2]));
        assert_eq!(numbers(&sent[..sent.len() - 1]), None);
    }
}

//! PostgreSQL's values, to and from the bytes in which they are sent: the binary format of the types that we use
//! (“Frontend/Backend Protocol”, “Formats and Format Codes”).

use std::error::Error;

use bytes::BytesMut;
use sea_orm::{Value, sea_query::ArrayType};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::row::CellRef;

/// A parameter of a statement.
#[derive(Debug)]
pub(super) struct Bound<'v>(pub(super) &'v Value);

/// A value of another type than those that statements have.
#[derive(Debug, thiserror::Error)]
#[error("a value is no {0}")]
pub(super) struct Unlike(Type);

/// The type that a parameter is sent as; text for those that are not sent.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::BOOL,
        Value::Int(_) => Type::INT4,
        Value::BigInt(_) => Type::INT8,
        Value::Array(ArrayType::BigInt, _) => Type::INT8_ARRAY,
        Value::Array(..) => Type::TEXT_ARRAY,
        _ => Type::TEXT,
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        if *ty != type_of(self.0) {
            return Err(Unlike(ty.clone()).into());
        }
        match self.0 {
            Value::Bool(value) => value.to_sql(ty, out),
            Value::Int(value) => value.to_sql(ty, out),
            Value::BigInt(value) => value.to_sql(ty, out),
            Value::String(value) => value.to_sql(ty, out),
            Value::Array(_, None) => Ok(IsNull::Yes),
            Value::Array(_, Some(members)) => members.iter().map(Bound).collect::<Vec<_>>().to_sql(ty, out),
            _ => Err(Unlike(ty.clone()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'r> FromSql<'r> for CellRef<'r> {
    fn from_sql(ty: &Type, bytes: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => Self::Integer((bytes != [0]).into()),
            Type::INT4 => Self::Integer(i32::from_be_bytes(bytes.try_into()?).into()),
            Type::INT8 => Self::Integer(i64::from_be_bytes(bytes.try_into()?)),
            Type::TEXT => Self::Text(str::from_utf8(bytes)?),
            Type::INT8_ARRAY => Self::Numbers(bytes),
            _ => return Err(Unlike(ty.clone()).into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
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

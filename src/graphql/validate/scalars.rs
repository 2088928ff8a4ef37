//! What each scalar takes, in a document and in variables (sections 3.5 and 5.6.1).

use async_graphql::{InputType, Pos, ScalarType};
use async_graphql_value::Value;

use crate::graphql::scalar::{Date, DateTime, LanguageTag, TimeZone, Url};

/// Why a value is none of this scalar, as half a sentence that says what to give. None where it is one.
pub fn fault(scalar: &str, value: &Value) -> Option<String> {
    let advice = match scalar {
        "Int" if is_int(value) => return None,
        "Float" if matches!(value, Value::Number(_)) => return None,
        "ID" if matches!(value, Value::Number(number) if number.is_i64() || number.is_u64()) => return None,
        "String" | "ID" if matches!(value, Value::String(_)) => return None,
        "Boolean" if matches!(value, Value::Boolean(_)) => return None,
        "Date" => return parsed::<Date>(value),
        "DateTime" => return parsed::<DateTime>(value),
        "TimeZone" => return parsed::<TimeZone>(value),
        "URL" => return parsed::<Url>(value),
        "LanguageTag" => return parsed::<LanguageTag>(value),
        "Int" => "give a whole number from -2147483648 to 2147483647",
        "Float" => "give a number",
        "ID" => "give an id, in quotes",
        "String" => "give a text, in quotes",
        "Boolean" => "give true or false",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn is_int(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.as_i64().is_some_and(|it| i32::try_from(it).is_ok()))
}

fn parsed<T: ScalarType + InputType>(value: &Value) -> Option<String> {
    let Value::String(_) = value else { return Some("give a text, in quotes".to_owned()) };
    let error = <T as ScalarType>::parse(value.clone().into_const()?).err()?;
    let message = error.into_server_error(Pos::default()).message;
    // async-graphql puts the type in front, which the caller has said already.
    Some(message.split_once("\": ").map_or(message.clone(), |(_, reason)| reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::{engine::sdl, validate::types::Types};

    #[test]
    fn every_scalar_of_the_schema_refuses_an_object() {
        let types = Types::of(&sdl());
        let object = Value::Object(async_graphql::indexmap::IndexMap::new());
        let lax: Vec<&str> = types.scalars().filter(|name| fault(name, &object).is_none()).collect();
        assert_eq!(lax, [""; 0]);
    }
}

//! Values that come in: variables (GraphQL, section 6.1.2) and arguments (section 6.4.1), coerced by their
//! types. What comes out is JSON: enums and scalars are texts, lists are lists, what is absent is not there.

use chrono::{DateTime, SecondsFormat};
use graphql_parser::query::{Type as AnyType, Value as AnyValue, VariableDefinition};
use precis::text::{LanguageTag, web::normalise_url};
use serde_json::{Map, Value as Json, json};

use super::schema::{Input, Literal, Schema, Type, is_non_null, named};

/// Arguments, or values of variables, by name.
pub(super) type Values = Map<String, Json>;

/// A value does not fit its type.
#[derive(Debug)]
pub(super) struct Misfit;

/// The values of an operation's variables. A misfit refuses the request.
pub(super) fn variables(
    schema: &Schema,
    definitions: &[VariableDefinition<'static, String>],
    given: &Values,
) -> Result<Values, Misfit> {
    let mut values = Values::new();
    for definition in definitions {
        let ty = &definition.var_type;
        match (given.get(&definition.name), &definition.default_value) {
            (None, Some(default)) => {
                values.insert(definition.name.clone(), literal(schema, ty, default, &Values::new())?);
            }
            (None, None) if is_non_null(ty) => return Err(Misfit),
            (None, None) => {}
            (Some(value), _) => {
                values.insert(definition.name.clone(), of_json(schema, ty, value)?);
            }
        }
    }
    Ok(values)
}

/// The arguments of a field, or the fields of an input object, out of literals. A misfit is an error of
/// the field.
pub(super) fn arguments<'a>(
    schema: &Schema,
    inputs: &[Input],
    given: impl IntoIterator<Item = (&'a String, &'a Literal)>,
    variables: &Values,
) -> Result<Values, Misfit> {
    let given: Vec<(&String, &Literal)> = given.into_iter().collect();
    let mut values = Values::new();
    for input in inputs {
        let literal_given = given.iter().find(|(name, _)| **name == input.name).map(|(_, value)| *value);
        // A variable without a value is as if nothing had been written.
        let there = literal_given.filter(|it| !matches!(it, AnyValue::Variable(name) if !variables.contains_key(name)));
        match (there, &input.default_value) {
            (Some(value), _) => {
                values.insert(input.name.clone(), literal(schema, &input.value_type, value, variables)?);
            }
            (None, Some(default)) => {
                values.insert(input.name.clone(), literal(schema, &input.value_type, default, variables)?);
            }
            (None, None) if is_non_null(&input.value_type) => return Err(Misfit),
            (None, None) => {}
        }
    }
    Ok(values)
}

/// A literal, as a value of a type.
fn literal(schema: &Schema, ty: &Type, value: &Literal, variables: &Values) -> Result<Json, Misfit> {
    match (ty, value) {
        (_, AnyValue::Variable(name)) => match variables.get(name) {
            None | Some(Json::Null) if is_non_null(ty) => Err(Misfit),
            value => Ok(value.cloned().unwrap_or_default()),
        },
        (AnyType::NonNullType(_), AnyValue::Null) => Err(Misfit),
        (AnyType::NonNullType(inner), value) => literal(schema, inner, value, variables),
        (_, AnyValue::Null) => Ok(Json::Null),
        (AnyType::ListType(item), AnyValue::List(items)) => {
            items.iter().map(|it| literal(schema, item, it, variables)).collect()
        }
        (AnyType::ListType(item), one) => Ok(json!([literal(schema, item, one, variables)?])),
        (AnyType::NamedType(name), AnyValue::Object(fields)) => {
            let inputs = schema.inputs(name).ok_or(Misfit)?;
            Ok(Json::Object(arguments(schema, inputs, fields, variables)?))
        }
        (AnyType::NamedType(name), AnyValue::Enum(it)) => {
            let is_one = schema.values(name).is_some_and(|them| them.contains(&it.as_str()));
            if is_one { Ok(json!(it)) } else { Err(Misfit) }
        }
        (AnyType::NamedType(name), AnyValue::Int(it)) => scalar(name, &json!(it.as_i64())),
        (AnyType::NamedType(name), AnyValue::Boolean(it)) => scalar(name, &json!(it)),
        (AnyType::NamedType(name), AnyValue::String(it)) => scalar(name, &json!(it)),
        (AnyType::NamedType(_), _) => Err(Misfit),
    }
}

/// A variable's value as it was sent, as a value of a type.
fn of_json(schema: &Schema, ty: &Type, value: &Json) -> Result<Json, Misfit> {
    match (ty, value) {
        (AnyType::NonNullType(_), Json::Null) => Err(Misfit),
        (AnyType::NonNullType(inner), value) => of_json(schema, inner, value),
        (_, Json::Null) => Ok(Json::Null),
        (AnyType::ListType(item), Json::Array(items)) => items.iter().map(|it| of_json(schema, item, it)).collect(),
        (AnyType::ListType(item), one) => Ok(json!([of_json(schema, item, one)?])),
        (AnyType::NamedType(name), value) => match (schema.inputs(name), schema.values(name), value) {
            (Some(inputs), _, Json::Object(given)) => object_of_json(schema, inputs, given),
            (None, Some(values), Json::String(it)) if values.contains(&it.as_str()) => Ok(value.clone()),
            (None, None, value) => scalar(name, value),
            _ => Err(Misfit),
        },
    }
}

/// An input object as it was sent.
fn object_of_json(schema: &Schema, inputs: &[Input], given: &Values) -> Result<Json, Misfit> {
    let mut values = Values::new();
    for input in inputs {
        match (given.get(&input.name), &input.default_value) {
            (Some(value), _) => {
                values.insert(input.name.clone(), of_json(schema, &input.value_type, value)?);
            }
            (None, Some(default)) => {
                values.insert(input.name.clone(), literal(schema, &input.value_type, default, &Values::new())?);
            }
            (None, None) if is_non_null(&input.value_type) => return Err(Misfit),
            (None, None) => {}
        }
    }
    Ok(Json::Object(values))
}

/// A scalar, in the one form that filters compare.
fn scalar(name: &str, value: &Json) -> Result<Json, Misfit> {
    match (name, value) {
        ("Int", Json::Number(it)) if it.as_i64().is_some_and(|it| i32::try_from(it).is_ok()) => Ok(value.clone()),
        ("Boolean", Json::Bool(_)) | ("String" | "ID", Json::String(_)) => Ok(value.clone()),
        ("ID", Json::Number(it)) if it.is_i64() => Ok(json!(it.to_string())),
        ("DateTime", Json::String(it)) => {
            let at = DateTime::parse_from_rfc3339(it).map_err(|_| Misfit)?;
            Ok(json!(at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true)))
        }
        ("URL", Json::String(it)) => normalise_url(it, None).map(Json::from).ok_or(Misfit),
        ("LanguageTag", Json::String(it)) if it.eq_ignore_ascii_case("und") => Ok(json!("und")),
        ("LanguageTag", Json::String(it)) => it.parse::<LanguageTag>().map(|it| json!(it.as_str())).map_err(|_| Misfit),
        ("TimeZone", Json::String(it)) if it.parse::<chrono_tz::Tz>().is_ok() => Ok(value.clone()),
        ("Int" | "Boolean" | "String" | "ID" | "DateTime" | "URL" | "LanguageTag" | "TimeZone", _) => Err(Misfit),
        _ => panic!("teach the interpreter the scalar `{name}`"),
    }
}

/// Whether a value of an output leaf can be of this type (section 3.5, “Result Coercion”).
pub(super) fn is_result(schema: &Schema, ty: &Type, value: &Json) -> bool {
    let name = named(ty);
    match (name, value) {
        ("Int", Json::Number(it)) => it.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        ("Boolean", Json::Bool(_)) => true,
        ("Int" | "Boolean", _) => false,
        (_, Json::String(it)) => schema.values(name).is_none_or(|values| values.contains(&it.as_str())),
        _ => false,
    }
}

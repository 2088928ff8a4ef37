//! Values at random, for any input type: out of the words that occur in the content, and of some that don't.
//! Any of them may come in a variable, which may be missing where that is allowed.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use graphql_parser::query::{Type as AnyType, Value as AnyValue};
use serde_json::{Map, Value as Json, json};

use super::{
    document::Variable,
    random::Maker,
    schema::{FieldOf, Input, Literal, Schema, Type, is_non_null, is_required, named, nullable},
    world::instant,
};

/// Texts that nothing in the content is.
const UNHEARD_OF: [&str; 5] = ["nothing-like-it", "", "a\0b", "ALPHA", "Ünïcode \"quoted\" \\"];
/// Where days begin at odd times, or never began.
const ZONES: [&str; 9] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Niue",
    "Australia/Lord_Howe",
    "Africa/Monrovia",
];

impl<'d> Maker<'d> {
    /// Arguments of a field: those that it has to have, and some of the others.
    pub(super) fn arguments(&mut self, field: &'d FieldOf) -> Vec<(String, Literal)> {
        let mut given: Vec<(String, Literal)> = Vec::new();
        for input in &field.arguments {
            self.list = order_of(field, &given);
            // Both are refused; now and then is enough.
            let is_second = input.name == "last" && given.iter().any(|(name, _)| name == "first");
            let is_vain = ["after", "before"].contains(&&*input.name) && self.words.cursors_of(&self.list).is_empty();
            if let Some(telling) = self.telling_argument(input, &given) {
                given.push((input.name.clone(), telling));
                continue;
            }
            let is_page = matches!(input.name.as_str(), "after" | "before") && self.is_focused;
            let chance = if is_second || is_vain || is_page { 5 } else { 40 };
            if is_required(input) || self.dice.chance(chance) {
                given.push((input.name.clone(), self.input(input, &mut vec![&field.name], false)));
            }
        }
        given
    }

    /// A value for an argument, or for a field of an input object.
    fn input(&mut self, input: &'d Input, names: &mut Vec<&'d str>, is_one_of: bool) -> Literal {
        names.push(&input.name);
        let value = if self.dice.chance(22) {
            self.variable(&input.value_type, input.default_value.is_some(), is_one_of, names)
        } else if !is_one_of && !is_non_null(&input.value_type) && self.dice.chance(5) {
            AnyValue::Null
        } else {
            let ty = nullable(&input.value_type);
            self.literal(ty, names, true)
        };
        names.pop();
        value
    }

    /// A value of this type, in a variable maybe.
    pub(super) fn value(&mut self, ty: &Type, names: &mut Vec<&'d str>, has_default: bool) -> Literal {
        if self.dice.chance(22) {
            self.variable(ty, has_default, false, names)
        } else {
            self.literal(nullable(ty), names, true)
        }
    }

    /// A literal that is not null, with variables in it maybe.
    fn literal(&mut self, ty: &Type, names: &mut Vec<&'d str>, may_vary: bool) -> Literal {
        match ty {
            AnyType::NonNullType(inner) => self.literal(inner, names, may_vary),
            // One item stands for a list of it.
            AnyType::ListType(item) if self.dice.chance(10) => self.literal(item, names, may_vary),
            AnyType::ListType(item) => {
                let many = if self.dice.chance(8) { 0 } else { 1 + self.dice.below(3) };
                let item = |_| if may_vary { self.value(item, names, false) } else { self.literal(item, names, false) };
                AnyValue::List((0..many).map(item).collect())
            }
            AnyType::NamedType(name) => {
                let schema = self.schema;
                match (schema.inputs(name), schema.values(name)) {
                    (Some(inputs), _) => self.object(name, inputs, names, may_vary),
                    (_, Some(values)) => {
                        AnyValue::Enum((*self.dice.pick(&values).expect("an enum has values")).to_owned())
                    }
                    _ => self.scalar(name, names),
                }
            }
        }
    }

    /// An input object: the fields that it has to have, and up to two others.
    fn object(&mut self, ty: &str, inputs: &'d [Input], names: &mut Vec<&'d str>, may_vary: bool) -> Literal {
        let is_one_of = self.schema.is_one_of(ty);
        let nests = |it: &&Input| named(&it.value_type) == ty;
        let is_deep = names.len() > 5;
        let optional: Vec<&'d Input> = inputs.iter().filter(|it| !(is_required(it) || is_deep && nests(it))).collect();
        let mut chosen: Vec<&'d Input> = inputs.iter().filter(|it| is_required(it)).collect();
        let many = if is_one_of { 1 } else { self.dice.below(3) };
        chosen.extend((0..many).filter_map(|_| self.dice.pick(&optional).copied()));
        // A text changes what a list is made of, and is one part of many.
        let text = inputs.iter().filter(|it| it.name == "text" && !is_one_of);
        chosen.extend(text.filter(|_| self.dice.chance(20)));
        let field = |input: &'d Input| {
            let value = if may_vary {
                self.input(input, names, is_one_of)
            } else {
                names.push(&input.name);
                let value = self.literal(nullable(&input.value_type), names, false);
                names.pop();
                value
            };
            (input.name.clone(), value)
        };
        AnyValue::Object(chosen.into_iter().map(field).collect())
    }

    /// A scalar.
    fn scalar(&mut self, name: &str, names: &[&str]) -> Literal {
        let text = |it: &str| AnyValue::String(it.to_owned());
        let unheard_of = self.dice.chance(12);
        match name {
            "Boolean" => AnyValue::Boolean(self.dice.chance(50)),
            "Int" => AnyValue::Int(self.int(names).into()),
            "ID" if unheard_of => self.dice.pick(&["rubbish", "su0", "so1Z", ""]).map_or(AnyValue::Null, |it| text(it)),
            "ID" => {
                let own = self.dice.chance(80);
                let ids = self.words.ids_of(if own { names } else { &[] });
                self.dice.pick(&ids).map_or(text("ta1"), |it| text(it))
            }
            "LanguageTag" => text(self.dice.pick(&["en", "ru", "RU", "de", "pt-br", "pt", "und"]).unwrap_or(&"en")),
            "TimeZone" => text(self.dice.pick(&ZONES).unwrap_or(&"UTC")),
            "DateTime" => {
                let seconds = self.dice.pick(&self.words.instants).copied().unwrap_or_default();
                if self.dice.chance(70) {
                    return text(&instant(seconds));
                }
                let offset = FixedOffset::east_opt(7_200).expect("two hours");
                let at = DateTime::from_timestamp(seconds, 0).expect("an instant of these centuries");
                text(&at.with_timezone(&offset).to_rfc3339())
            }
            "URL" if unheard_of => text("https://example.com/nothing?like=it"),
            "URL" => {
                let url = self.dice.pick(&self.words.urls).map_or("https://example.org/1", String::as_str);
                text(&if self.dice.chance(30) {
                    url.replacen("https://example", "HTTPS://EXAMPLE", 1)
                } else {
                    url.into()
                })
            }
            "String" if matches!(names.last(), Some(&"after" | &"before")) && !self.dice.chance(4) => {
                let cursors = self.words.cursors_of(&self.list);
                self.dice.pick(&cursors).map_or(text("rubbish"), |it| text(it))
            }
            "String" if matches!(names.last(), Some(&"after" | &"before")) => {
                self.dice.pick(&self.words.cursors).map_or(text(""), |(it, _)| text(it))
            }
            "String" if names.last() == Some(&"text") => AnyValue::String(self.text()),
            "String" => {
                let words = self.words.meant_by(names);
                match self.dice.pick(&words) {
                    Some(word) if !unheard_of && names.contains(&"prefix") => {
                        text(&word[..self.dice.below(4).min(word.len())])
                    }
                    Some(word) if !unheard_of => text(word),
                    _ => text(self.dice.pick(&UNHEARD_OF).unwrap_or(&"")),
                }
            }
            other => panic!("teach the documents the scalar `{other}` (tests/api/differential/values.rs)"),
        }
    }

    /// A number, out of its range now and then.
    fn int(&mut self, names: &[&str]) -> i32 {
        let below = |end: usize, maker: &mut Self| i32::try_from(maker.dice.below(end)).unwrap_or_default();
        match names.last() {
            Some(&"first" | &"last") if self.dice.chance(3) => {
                if self.dice.chance(50) {
                    -1
                } else {
                    101
                }
            }
            Some(&"maxChars") if self.dice.chance(4) => 0,
            Some(&"maxChars") => below(40, self) + 1,
            _ => below(6, self),
        }
    }

    /// A variable that may stand in this place (section 5.8.5), one that is there already if there is one.
    fn variable(&mut self, place: &Type, has_default: bool, is_one_of: bool, names: &mut Vec<&'d str>) -> Literal {
        let non_null = AnyType::NonNullType(Box::new(nullable(place).clone()));
        let wanted = if is_one_of { &non_null } else { place };
        let fitting = self.case.variables.iter().filter(|(_, it)| it.ty == *wanted).map(|(name, _)| name.clone());
        let fitting: Vec<String> = fitting.collect();
        if self.dice.chance(35)
            && let Some(name) = self.dice.pick(&fitting)
        {
            return AnyValue::Variable(name.clone());
        }
        let may_be_null = !is_one_of && (!is_non_null(place) || self.dice.chance(30));
        let needs_default = may_be_null && is_non_null(place) && !has_default;
        let ty = if may_be_null { nullable(place).clone() } else { non_null };
        let default = needs_default || self.dice.chance(25);
        let default = default.then(|| self.literal(nullable(place), names, false));
        let may_be_missing = may_be_null || default.is_some();
        let given = match self.dice.below(100) {
            0..30 if may_be_missing => None,
            // The specification does not say what becomes of `@skip(if: null)`.
            30..40 if may_be_null && !names.contains(&"if") => Some(Json::Null),
            _ => Some(json_of(&self.literal(nullable(place), names, false))),
        };
        let name = format!("v{}", self.case.variables.len());
        self.case.variables.insert(name.clone(), Variable { ty, default, given });
        AnyValue::Variable(name)
    }
}

/// The list that a field gives with these arguments: of what, and in which order, as cursors know it.
fn order_of(field: &FieldOf, given: &[(String, Literal)]) -> (String, String) {
    let of = named(&field.field_type).trim_end_matches("Connection").to_owned();
    if !field.arguments.iter().any(|it| it.name == "orderBy") {
        let order = match (field.name.as_str(), of.as_str()) {
            ("duplicates", _) => "PUBLISHED_AT",
            (_, "Summary") => "PUBLISHED_AT DESC",
            (_, "SummaryDay") => "DATE DESC",
            _ => "SLUG",
        };
        return (of, order.to_owned());
    }
    let parts = |wanted: &str| match given.iter().find(|(name, _)| name == wanted) {
        Some((_, AnyValue::Object(parts))) => parts.clone(),
        _ => BTreeMap::new(),
    };
    let order = parts("orderBy");
    let part = |name: &str, usual: &str| match order.get(name) {
        Some(AnyValue::Enum(it)) => it.clone(),
        _ => usual.to_owned(),
    };
    let direction = if part("direction", "DESC") == "DESC" { " DESC" } else { "" };
    let field = part("field", "PUBLISHED_AT");
    let is_plain = field == "RELEVANCE" && !parts("filter").contains_key("text");
    (of, format!("{}{direction}", if is_plain { "PUBLISHED_AT" } else { &field }))
}

/// A literal as it is sent in a variable.
fn json_of(literal: &Literal) -> Json {
    match literal {
        AnyValue::Int(it) => json!(it.as_i64()),
        AnyValue::Float(it) => json!(it),
        AnyValue::Boolean(it) => json!(it),
        AnyValue::String(it) | AnyValue::Enum(it) => json!(it),
        AnyValue::List(items) => items.iter().map(json_of).collect(),
        AnyValue::Object(fields) => {
            Json::Object(fields.iter().map(|(name, it)| (name.clone(), json_of(it))).collect::<Map<_, _>>())
        }
        AnyValue::Null | AnyValue::Variable(_) => Json::Null,
    }
}

/// The same way back.
pub(super) fn literal_of(schema: &Schema, ty: &Type, json: &Json) -> Literal {
    match (ty, json) {
        (_, Json::Null) => AnyValue::Null,
        (AnyType::NonNullType(inner), json) => literal_of(schema, inner, json),
        (AnyType::ListType(item), Json::Array(items)) => {
            AnyValue::List(items.iter().map(|it| literal_of(schema, item, it)).collect())
        }
        (AnyType::ListType(item), json) => literal_of(schema, item, json),
        (AnyType::NamedType(name), Json::Object(fields)) => {
            let ty = |field: &str| {
                let input = schema.inputs(name)?.iter().find(|it| it.name == field)?;
                Some(&input.value_type)
            };
            let field = |(name, it): (&String, &Json)| Some((name.clone(), literal_of(schema, ty(name)?, it)));
            AnyValue::Object(fields.iter().filter_map(field).collect())
        }
        (AnyType::NamedType(name), Json::String(it)) if schema.values(name).is_some() => AnyValue::Enum(it.clone()),
        (_, Json::Bool(it)) => AnyValue::Boolean(*it),
        (_, Json::Number(it)) => {
            AnyValue::Int(it.as_i64().and_then(|it| i32::try_from(it).ok()).unwrap_or_default().into())
        }
        (_, json) => AnyValue::String(json.as_str().unwrap_or_default().to_owned()),
    }
}

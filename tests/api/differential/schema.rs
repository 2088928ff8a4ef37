//! The schema as a caller sees it: parsed from its text, by another parser than the server's. Documents
//! are made from it and executed by it, so a field that is new in it is asked for at once.

use std::collections::{BTreeMap, BTreeSet};

use graphql_parser::{
    query::{Type as AnyType, Value as AnyValue},
    schema::{Definition, Field as AnyField, InputValue as AnyInput, TypeDefinition, parse_schema},
};

/// The type of a field, an argument or a variable.
pub(crate) type Type = AnyType<'static, String>;
/// A literal.
pub(super) type Literal = AnyValue<'static, String>;
/// A field of an object or an interface.
pub(crate) type FieldOf = AnyField<'static, String>;
/// An argument, or a field of an input object.
pub(super) type Input = AnyInput<'static, String>;

/// All the types, by name.
pub(crate) struct Schema(BTreeMap<String, TypeDefinition<'static, String>>);

impl Schema {
    /// The schema that this text defines.
    pub(crate) fn of(sdl: &str) -> Self {
        let document = parse_schema::<String>(sdl).expect("the schema is well written").into_static();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            Definition::TypeDefinition(it) => Some((name_of(&it).to_owned(), it)),
            _ => None,
        });
        Self(types.collect())
    }

    /// All the fields of all the objects.
    pub(super) fn all_fields(&self) -> BTreeSet<(String, String)> {
        let objects = self.0.keys().filter(|ty| self.is_object(ty));
        objects.flat_map(|ty| self.fields(ty).iter().map(|it| (ty.clone(), it.name.clone()))).collect()
    }

    /// The fields of an object or an interface; other types have none.
    pub(super) fn fields(&self, ty: &str) -> &[FieldOf] {
        match self.0.get(ty) {
            Some(TypeDefinition::Object(it)) => &it.fields,
            Some(TypeDefinition::Interface(it)) => &it.fields,
            _ => &[],
        }
    }

    /// The field of that name.
    pub(crate) fn field(&self, ty: &str, name: &str) -> &FieldOf {
        self.fields(ty).iter().find(|it| it.name == name).unwrap_or_else(|| panic!("there is no `{ty}.{name}`"))
    }

    /// The fields of an input object; none of another type.
    pub(super) fn inputs(&self, ty: &str) -> Option<&[Input]> {
        if let Some(TypeDefinition::InputObject(it)) = self.0.get(ty) { Some(&it.fields) } else { None }
    }

    /// Whether an input object takes exactly one of its fields.
    pub(super) fn is_one_of(&self, ty: &str) -> bool {
        matches!(self.0.get(ty), Some(TypeDefinition::InputObject(it)) if it.directives.iter().any(|it| it.name == "oneOf"))
    }

    /// The values of an enum; none of another type.
    pub(super) fn values(&self, ty: &str) -> Option<Vec<&str>> {
        let Some(TypeDefinition::Enum(it)) = self.0.get(ty) else { return None };
        Some(it.values.iter().map(|value| value.name.as_str()).collect())
    }

    /// Whether something has to be selected of a value of this type.
    pub(super) fn has_fields(&self, ty: &str) -> bool {
        !self.possible(ty).is_empty()
    }

    /// Whether it is an object, and not one of several.
    pub(crate) fn is_object(&self, ty: &str) -> bool {
        matches!(self.0.get(ty), Some(TypeDefinition::Object(_)))
    }

    /// The objects that a value of this type can be (section 5.5.2.3, `GetPossibleTypes`).
    pub(crate) fn possible(&self, ty: &str) -> Vec<&str> {
        match self.0.get_key_value(ty) {
            Some((name, TypeDefinition::Object(_))) => vec![name],
            Some((_, TypeDefinition::Union(it))) => it.types.iter().map(String::as_str).collect(),
            Some((_, TypeDefinition::Interface(_))) => {
                let implements = |it: &&TypeDefinition<'static, String>| matches!(it, TypeDefinition::Object(it) if it.implements_interfaces.iter().any(|it| it == ty));
                self.0.values().filter(implements).map(name_of).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a fragment on `condition` selects from an object (section 6.3.2, `DoesFragmentTypeApply`).
    pub(super) fn applies(&self, condition: &str, object: &str) -> bool {
        self.possible(condition).contains(&object)
    }

    /// The types that a fragment may be on inside of this one (section 5.5.2.3).
    pub(super) fn conditions(&self, parent: &str) -> Vec<&str> {
        let possible = self.possible(parent);
        let meets = |ty: &&String| self.possible(ty).iter().any(|it| possible.contains(it));
        self.0.keys().filter(meets).map(String::as_str).collect()
    }
}

/// What a definition defines.
fn name_of<'d>(definition: &'d TypeDefinition<'static, String>) -> &'d str {
    match definition {
        TypeDefinition::Scalar(it) => &it.name,
        TypeDefinition::Object(it) => &it.name,
        TypeDefinition::Interface(it) => &it.name,
        TypeDefinition::Union(it) => &it.name,
        TypeDefinition::Enum(it) => &it.name,
        TypeDefinition::InputObject(it) => &it.name,
    }
}

/// The name inside of lists and exclamation marks.
pub(crate) fn named(ty: &Type) -> &str {
    match ty {
        AnyType::NamedType(name) => name,
        AnyType::ListType(inner) | AnyType::NonNullType(inner) => named(inner),
    }
}

/// The same type, null allowed.
pub(super) fn nullable(ty: &Type) -> &Type {
    if let AnyType::NonNullType(inner) = ty { inner } else { ty }
}

/// Whether null is not allowed.
pub(super) fn is_non_null(ty: &Type) -> bool {
    matches!(ty, AnyType::NonNullType(_))
}

/// Whether it is a list, which may be null.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(nullable(ty), AnyType::ListType(_))
}

/// Whether a value has to be given.
pub(super) fn is_required(input: &Input) -> bool {
    is_non_null(&input.value_type) && input.default_value.is_none()
}

//! The schema as the rules see it: types by name, out of the schema's own text.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::{
        parse_schema,
        types::{
            BaseType, DirectiveDefinition, DirectiveLocation, EnumType, FieldDefinition, InputValueDefinition,
            OperationType, SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};

/// Types that every schema has and none prints: the built-in scalars and those of introspection (sections
/// 3.5 and 4.2). `__Meta` has the fields that stand in no type.
const BUILT_IN: &str = include_str!("introspection.graphql");

/// All types and directives of the schema.
pub(super) struct Types {
    by_name: HashMap<Name, TypeDefinition>,
    directives: HashMap<Name, DirectiveDefinition>,
    schema: SchemaDefinition,
}

impl Types {
    /// Those that this text defines.
    pub(super) fn of(sdl: &str) -> Self {
        let schema =
            SchemaDefinition { extend: false, directives: Vec::new(), query: None, mutation: None, subscription: None };
        let mut all = Self { by_name: HashMap::new(), directives: HashMap::new(), schema };
        for text in [BUILT_IN, sdl] {
            let parsed = parse_schema(text).expect("the schema's own text is GraphQL");
            for definition in parsed.definitions {
                match definition {
                    TypeSystemDefinition::Schema(it) => all.schema = it.node,
                    TypeSystemDefinition::Type(it) => drop(all.by_name.insert(it.node.name.node.clone(), it.node)),
                    TypeSystemDefinition::Directive(it) => {
                        all.directives.insert(it.node.name.node.clone(), it.node);
                    }
                }
            }
        }
        all
    }

    /// The type with this name.
    pub(super) fn get(&self, name: &str) -> Option<&TypeDefinition> {
        self.by_name.get(name)
    }

    /// The type of an operation's root.
    pub(super) fn root(&self, operation: OperationType) -> Option<&str> {
        let name = match operation {
            OperationType::Query => &self.schema.query,
            OperationType::Mutation => &self.schema.mutation,
            OperationType::Subscription => &self.schema.subscription,
        };
        name.as_ref().map(|name| name.node.as_str())
    }

    /// A field of an object or interface, `__typename` and its like included.
    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&FieldDefinition> {
        let parent = if name.starts_with("__") { "__Meta" } else { parent };
        let fields = match &self.get(parent)?.kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => return None,
        };
        fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// The directive with this name.
    pub(super) fn directive(&self, name: &str) -> Option<&DirectiveDefinition> {
        self.directives.get(name)
    }

    /// Whether a directive is known, and may stand there.
    pub(super) fn may_stand(&self, directive: &str, location: DirectiveLocation) -> bool {
        self.directive(directive).is_some_and(|it| it.locations.iter().any(|own| own.node == location))
    }

    /// The names of all scalars.
    #[cfg(test)]
    pub(super) fn scalars(&self) -> impl Iterator<Item = &str> {
        let scalars = self.by_name.values().filter(|it| matches!(it.kind, TypeKind::Scalar));
        scalars.map(|it| it.name.node.as_str())
    }

    /// Whether it is an object type: what is of it is of no other.
    pub(super) fn is_object(&self, name: &str) -> bool {
        matches!(self.get(name), Some(TypeDefinition { kind: TypeKind::Object(_), .. }))
    }

    /// Whether values of this type can come in (section 3.4.2, `IsInputType`).
    pub(super) fn is_input(&self, name: &str) -> bool {
        let kind = self.get(name).map(|it| &it.kind);
        matches!(kind, Some(TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_)))
    }

    /// Whether it has no fields to select.
    pub(super) fn is_leaf(&self, name: &str) -> bool {
        matches!(self.get(name).map(|it| &it.kind), Some(TypeKind::Scalar | TypeKind::Enum(_)))
    }
}

/// The name inside of all lists.
pub(super) fn named(mut ty: &Type) -> &str {
    loop {
        match &ty.base {
            BaseType::Named(name) => return name,
            BaseType::List(item) => ty = item,
        }
    }
}

/// Whether exactly one of its fields has to be given (section 3.10.1).
pub(super) fn is_one_of(definition: &TypeDefinition) -> bool {
    definition.directives.iter().any(|it| it.node.name.node == "oneOf")
}

/// The names of an enum's values.
pub(super) fn members(definition: &EnumType) -> impl Iterator<Item = &str> {
    definition.values.iter().map(|value| value.node.value.node.as_str())
}

/// Whether something has to be given there.
pub(super) fn is_required(slot: &InputValueDefinition) -> bool {
    !slot.ty.node.nullable && slot.default_value.is_none()
}

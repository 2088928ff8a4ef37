//! The schema as the rules see it: types by name, out of the schema's own text.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_schema,
        types::{
            BaseType, DirectiveDefinition, EnumType, FieldDefinition, InputValueDefinition, OperationType,
            SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};

/// Types that every schema has and none prints: the built-in scalars and those of introspection (sections
/// 3.5 and 4.2). `__Meta` has the fields that stand in no type.
const BUILT_IN: &str = include_str!("introspection.graphql");

/// All types and directives of the schema.
#[derive(Debug)]
pub struct Types {
    by_name: HashMap<Name, TypeDefinition>,
    directives: HashMap<Name, DirectiveDefinition>,
    /// The objects that an interface stands for.
    possible: HashMap<Name, HashSet<Name>>,
    schema: SchemaDefinition,
}

impl Types {
    /// Those that this text defines.
    pub(in crate::graphql) fn of(sdl: &str) -> Self {
        let schema =
            SchemaDefinition { extend: false, directives: Vec::new(), query: None, mutation: None, subscription: None };
        let mut all = Self { by_name: HashMap::new(), directives: HashMap::new(), possible: HashMap::new(), schema };
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
        for (name, definition) in &all.by_name {
            if let TypeKind::Object(object) = &definition.kind {
                for interface in &object.implements {
                    all.possible.entry(interface.node.clone()).or_default().insert(name.clone());
                }
            }
        }
        all
    }

    /// The type with this name.
    pub fn get(&self, name: &str) -> Option<&TypeDefinition> {
        self.by_name.get(name)
    }

    /// The type of an operation's root.
    pub fn root(&self, operation: OperationType) -> Option<&str> {
        let name = match operation {
            OperationType::Query => &self.schema.query,
            OperationType::Mutation => &self.schema.mutation,
            OperationType::Subscription => &self.schema.subscription,
        };
        name.as_ref().map(|name| name.node.as_str())
    }

    /// A field of an object or interface; `__typename` is one of all of them, and those that introspection begins
    /// with are the query's (section 4.2).
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldDefinition> {
        let parent = match name {
            "__typename" => "__Meta",
            "__schema" | "__type" if self.root(OperationType::Query) == Some(parent) => "__Meta",
            _ => parent,
        };
        self.own_fields(parent).iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// The names of the fields of an object or interface.
    pub fn fields(&self, parent: &str) -> impl Iterator<Item = &str> {
        self.own_fields(parent).iter().map(|field| field.node.name.node.as_str())
    }

    /// The fields of an object or interface, as they are defined.
    pub fn own_fields(&self, parent: &str) -> &[Positioned<FieldDefinition>] {
        match self.get(parent).map(|it| &it.kind) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(interface)) => &interface.fields,
            _ => &[],
        }
    }

    /// The names of all directives.
    pub fn directives(&self) -> impl Iterator<Item = &str> {
        self.directives.keys().map(Name::as_str)
    }

    /// The directive with this name.
    pub fn directive(&self, name: &str) -> Option<&DirectiveDefinition> {
        self.directives.get(name)
    }

    /// The names of all scalars.
    #[cfg(test)]
    pub(super) fn scalars(&self) -> impl Iterator<Item = &str> {
        let scalars = self.by_name.values().filter(|it| matches!(it.kind, TypeKind::Scalar));
        scalars.map(|it| it.name.node.as_str())
    }

    /// Whether it is an object type: what is of it is of no other.
    pub fn is_object(&self, name: &str) -> bool {
        matches!(self.get(name), Some(TypeDefinition { kind: TypeKind::Object(_), .. }))
    }

    /// Whether it has fields: it is an object or an interface, as there are no unions here.
    pub fn is_composite(&self, name: &str) -> bool {
        matches!(self.get(name).map(|it| &it.kind), Some(TypeKind::Object(_) | TypeKind::Interface(_)))
    }

    /// The names of all types with fields.
    pub fn composites(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(Name::as_str).filter(|name| self.is_composite(name) && *name != "__Meta")
    }

    /// Whether one object can be of both types (section 5.5.2.3, `GetPossibleTypes`).
    pub fn overlap(&self, one: &str, other: &str) -> bool {
        match (self.possible.get(one), self.possible.get(other)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            (Some(these), None) => these.contains(other),
            (None, Some(these)) => these.contains(one),
            (None, None) => one == other,
        }
    }

    /// The names of the objects that an interface stands for, sorted; none for an object.
    pub fn possible(&self, interface: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self.possible.get(interface).into_iter().flatten().map(Name::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The fields of an input object; none of what is no input object.
    pub fn slots(&self, input: &str) -> &[Positioned<InputValueDefinition>] {
        match self.get(input).map(|it| &it.kind) {
            Some(TypeKind::InputObject(object)) => &object.fields,
            _ => &[],
        }
    }

    /// Whether values of this type can come in (section 3.4.2, `IsInputType`).
    pub fn is_input(&self, name: &str) -> bool {
        let kind = self.get(name).map(|it| &it.kind);
        matches!(kind, Some(TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_)))
    }

    /// The names of all types whose values can come in.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(Name::as_str).filter(|name| self.is_input(name) && !name.starts_with("__"))
    }

    /// Whether it has no fields to select.
    pub fn is_leaf(&self, name: &str) -> bool {
        matches!(self.get(name).map(|it| &it.kind), Some(TypeKind::Scalar | TypeKind::Enum(_)))
    }
}

/// The name inside of all lists.
pub fn named(mut ty: &Type) -> &str {
    loop {
        match &ty.base {
            BaseType::Named(name) => return name,
            BaseType::List(item) => ty = item,
        }
    }
}

/// Whether exactly one of its fields has to be given (section 3.10.1).
pub fn is_one_of(definition: &TypeDefinition) -> bool {
    definition.directives.iter().any(|it| it.node.name.node == "oneOf")
}

/// The names of an enum's values.
pub fn members(definition: &EnumType) -> impl Iterator<Item = &str> {
    definition.values.iter().map(|value| value.node.value.node.as_str())
}

/// Whether something has to be given there.
pub fn is_required(slot: &InputValueDefinition) -> bool {
    !slot.ty.node.nullable && slot.default_value.is_none()
}

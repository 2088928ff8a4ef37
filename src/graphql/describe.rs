//! Tables, as async-graphql's registry wants to hear of them.

use async_graphql::{
    InputObjectType,
    indexmap::IndexMap,
    registry::{CacheControl, Deprecation, MetaField, MetaInputValue, MetaType, Registry},
};

use super::{
    answer::Answer,
    object::{Field, Object},
};

/// Arguments by name, as the registry keeps them.
pub(super) type Arguments = IndexMap<String, MetaInputValue>;

pub(super) fn no_arguments(_: &mut Registry) -> Arguments {
    Arguments::new()
}

/// An input object's fields, as arguments. The object itself is unused, and so leaves the schema.
pub(super) fn arguments_of<A: InputObjectType>(registry: &mut Registry) -> Arguments {
    match registry.create_fake_input_type::<A>() {
        MetaType::InputObject { input_fields, .. } => input_fields,
        _ => Arguments::new(),
    }
}

/// An object type, with the fields of its table.
pub(super) fn object<O: Object>(registry: &mut Registry) -> MetaType {
    for interface in O::INTERFACES {
        registry.add_implements(&O::name(), interface);
    }
    let fields = O::table().fields().iter().map(|it| (it.name.to_owned(), it.describe(registry))).collect();
    object_type(&O::name(), O::DESCRIPTION, fields, std::any::type_name::<Answer<O>>())
}

impl<O: Object> Field<O> {
    pub(super) fn describe(&self, registry: &mut Registry) -> MetaField {
        let arguments = (self.describe_arguments)(registry);
        field(self.name, self.description, arguments, (self.describe_type)(registry))
    }
}

/// An object type of that name.
pub(super) fn object_type(
    name: &str,
    description: &str,
    fields: IndexMap<String, MetaField>,
    rust_name: &'static str,
) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        fields,
        cache_control: CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: Some(rust_name),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// An interface of that name.
pub(super) fn interface_type(
    name: &str,
    description: &str,
    fields: IndexMap<String, MetaField>,
    possible_types: impl IntoIterator<Item = String>,
    rust_name: &'static str,
) -> MetaType {
    MetaType::Interface {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        fields,
        possible_types: possible_types.into_iter().map(|it| it.trim_end_matches('!').to_owned()).collect(),
        extends: false,
        inaccessible: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        rust_typename: Some(rust_name),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// A field of that name.
pub(super) fn field(name: &str, description: &str, args: Arguments, ty: String) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        args,
        ty,
        deprecation: Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

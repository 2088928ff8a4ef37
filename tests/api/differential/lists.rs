//! Every list at the root, whole and in each of its orders: for the cursors, which other documents start
//! from.

use std::collections::BTreeMap;

use graphql_parser::query::Value as AnyValue;

use super::{
    document::{Case, Selection, plain, set},
    schema::{FieldOf, Literal, Schema, named},
};

/// Documents that ask for all the cursors of every list at the root, in each of its orders.
pub(super) fn whole(schema: &Schema) -> Vec<Case> {
    let is_list = |it: &&FieldOf| named(&it.field_type).ends_with("Connection");
    schema
        .fields("Query")
        .iter()
        .filter(is_list)
        .flat_map(|field| {
            let order = field.arguments.iter().find(|it| it.name == "orderBy");
            let orders = order.map_or_else(|| vec![None], |it| orders(schema, named(&it.value_type)));
            let by = |order: Option<Literal>| {
                let mut asked = plain(&field.name);
                asked.arguments = vec![("first".to_owned(), AnyValue::Int(100.into()))];
                asked.arguments.extend(order.map(|order| ("orderBy".to_owned(), order)));
                let mut edges = plain("edges");
                edges.selection_set = set(vec![Selection::Field(plain("cursor"))]);
                asked.selection_set = set(vec![Selection::Field(edges)]);
                Case {
                    operations: vec![vec![Selection::Field(asked)]],
                    executed: 0,
                    fragments: BTreeMap::new(),
                    variables: BTreeMap::new(),
                }
            };
            orders.into_iter().map(by).collect::<Vec<_>>()
        })
        .collect()
}

/// All that an input object of enums can be.
fn orders(schema: &Schema, ty: &str) -> Vec<Option<Literal>> {
    let mut orders = vec![BTreeMap::new()];
    for input in schema.inputs(ty).unwrap_or_default() {
        let values = schema.values(named(&input.value_type)).unwrap_or_default();
        let with = |order: &BTreeMap<_, _>, value: &str| {
            let mut order = order.clone();
            order.insert(input.name.clone(), AnyValue::Enum(value.to_owned()));
            order
        };
        orders = orders.iter().flat_map(|order| values.iter().map(|it| with(order, it)).collect::<Vec<_>>()).collect();
    }
    orders.into_iter().map(|order| Some(AnyValue::Object(order))).collect()
}

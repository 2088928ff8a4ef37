//! The rules, over a small schema of their own.

use async_graphql::Variables;
use serde_json::json;

use super::*;
use crate::graphql::syntax::{Parsed, parse};

const SDL: &str = "
    interface Animal { name: String! friend: Animal }
    type Dog implements Animal { name: String! friend: Animal age(in: Unit = YEARS, of: Box): Int barks: Boolean! }
    type Cat implements Animal { name: String! friend: Animal age(in: Unit = YEARS, of: Box): Int! lives: [Int!] }
    type Query { animal(by: By, ids: [ID!], all: Box!, need: Int! = 1): Animal dog(units: [Unit!]): Dog }
    enum Unit { YEARS MONTHS }
    input Box { a: Int! b: [Int!] c: Box d: Unit e: Int! = 2 }
    input By @oneOf { id: ID name: String }
    directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
    directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
    schema { query: Query }
";

/// The errors of a document, and those of its variables where it has none.
fn errors(query: &str, variables: serde_json::Value) -> Vec<String> {
    let Parsed { document, doubles } = parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let validator = Validator::new(SDL);
    let mut errors = validator.document(&document, doubles);
    if errors.is_empty() {
        let (_, operation) = document.operations.iter().next().expect("an operation");
        errors = validator.variables(&operation.node, &Variables::from_json(variables));
    }
    errors.into_iter().map(|error| error.message).collect()
}

fn message(query: &str) -> String {
    errors(query, json!({})).join(" | ")
}

/// The errors of a document, whatever its variables are.
fn of_document(query: &str) -> Vec<ServerError> {
    let Parsed { document, doubles } = parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    Validator::new(SDL).document(&document, doubles)
}

#[test]
fn a_variable_that_has_to_be_there_and_is_not_is_named() {
    let query = "query($x: ID!, $y: Int! = 1, $z: Int) { animal(by: {id: $x}, need: $z, all: {a: $y}) { name } }";
    assert_eq!(errors(query, json!({})), ["Variable “$x” of type “ID!” has to be given."]);
    assert_eq!(errors(query, json!({ "x": "a" })), [""; 0]);
    assert_eq!(errors(query, json!({ "x": null, "y": null })).len(), 2);
}

#[test]
fn what_is_valid_passes() {
    for query in [
        "{ dog { age(of: {a: 1, b: 2, c: {a: 3, b: [4]}, d: MONTHS}) __typename } }",
        "{ dog { name name } dog { name ...F } } fragment F on Animal { name friend { ...G } } fragment G on Animal { name }",
        "{ dog { friend { ... on Dog { x: name } ... on Cat { x: name } } } }",
        "{ dog { friend { ... on Dog { name: __typename } ... on Cat { name } } } }",
        "{ dog { age(in: MONTHS, of: {a: 1, d: YEARS}) age(of: {d: YEARS, a: 1}, in: MONTHS) } }",
        "query($x: Int, $y: Int = 1, $z: ID!) { animal(need: $x, all: {a: $y, e: $x}, by: {id: $z}) { name } }",
        "query($x: [ID!]!, $b: Box!) { animal(ids: $x, all: $b) { name } }",
        "query($x: Boolean! = true) { dog { __typename @skip(if: $x) @include(if: true) } }",
        "query($s: String!) { __type(name: $s) { fields(includeDeprecated: true) { type { ofType { name } } } } }",
        "query($x: Unit = YEARS) { dog { age(in: $x) } }",
    ] {
        assert_eq!(of_document(query), [], "{query}");
    }
}

#[test]
fn fields_of_one_key_have_to_be_one_field() {
    for (query, reason) in [
        ("{ dog { a: name a: age } }", "“a” is asked for twice, for “name” and for “age”"),
        ("{ dog { age age(in: YEARS) } }", "“age” is asked for twice, with different arguments"),
        ("{ dog { friend { a: name } } dog { friend { a: __typename } } }", "“a” is asked for twice"),
        ("{ dog { ... on Animal { a: name } ... on Dog { a: __typename } } }", "“a” is asked for twice"),
        (
            "{ dog { ...F ...G } } fragment F on Dog { friend { a: name } } fragment G on Animal { friend { a: __typename } }",
            "“a” is asked for twice",
        ),
        (
            "{ dog { friend { ... on Dog { x: age } ... on Cat { x: age } } } }",
            "“x” is asked for twice, as “Int” and as “Int!”",
        ),
        (
            "{ dog { friend { ... on Dog { x: friend { y: name } } ... on Cat { x: friend { y: friend { name } } } } } }",
            "“y” is asked for twice, as “",
        ),
    ] {
        let message = message(query);
        assert!(message.starts_with(reason), "{query}: {message}");
    }
}

#[test]
fn fragments_that_multiply_are_looked_at_once_or_refused() {
    use std::fmt::Write;
    // 2^40 paths, but 40 collections of sets.
    let mut query = "{ dog { ...F0 } }".to_owned();
    for index in 0..40 {
        let next = index + 1;
        write!(query, " fragment F{index} on Animal {{ a: friend {{ ...F{next} }} b: friend {{ ...F{next} }} }}")
            .expect("text");
    }
    query.push_str(" fragment F40 on Animal { name }");
    assert_eq!(message(&query), "");
    // Each path merges another collection: S goes on, and leaves a Q behind at each `a`.
    let mut query =
        "{ dog { ...S0 ...Q0 } } fragment S20 on Animal { name } fragment Q20 on Animal { name }".to_owned();
    for index in 0..20 {
        let next = index + 1;
        write!(query, " fragment S{index} on Animal {{ a: friend {{ ...S{next} ...Q1 }} b: friend {{ ...S{next} }} }}")
            .expect("text");
        write!(query, " fragment Q{index} on Animal {{ a: friend {{ ...Q{next} }} b: friend {{ ...Q{next} }} }}")
            .expect("text");
    }
    let expected = "The document has 100001 steps to be validated in; it may have up to 100000. \
         Use fewer fragments, and ask for fewer fields twice.";
    assert_eq!(message(&query), expected);
}

#[test]
fn a_cycle_of_fragments_ends() {
    assert_eq!(
        message("{ dog { ...A } } fragment A on Animal { friend { ...B } ...B } fragment B on Animal { ...A }"),
        ""
    );
}

#[test]
fn literals_have_to_fit() {
    for (query, expected) in [
        ("{ dog { age(in: \"YEARS\") } }", "“in” takes “Unit”, and \"YEARS\" is none: write YEARS, without quotes."),
        ("{ dog { age(in: DAYS) } }", "“in” takes “Unit”, and DAYS is none: give one of YEARS, MONTHS."),
        (
            "{ dog { age(of: {a: 1, b: [2, 3.5]}) } }",
            "“of.b” takes “Int”, and 3.5 is none: give a whole number from -2147483648 to 2147483647.",
        ),
        ("{ dog { age(of: {a: 1, z: 1}) } }", "“of” has no field “z”: it has a, b, c, d, e."),
        ("{ dog { age(of: {c: {a: 1}}) } }", "“of.a” of type “Int!” has to be given."),
        ("{ dog { age(of: \"a\") } }", "“of” takes “Box”, and \"a\" is none: give an object, in braces."),
        ("{ dog { age(of: {a: null}) } }", "“of.a” may not be null: give a value."),
        (
            "{ animal(by: {id: 1, name: \"x\"}, all: {a: 1}) { name } }",
            "“by” takes exactly one field, not 2: one of id, name.",
        ),
        ("{ dog @skip(if: 1) { name } }", "“if” takes “Boolean”, and 1 is none: give true or false."),
        ("{ dog { age(of: {a: 1, a: 2}) } }", "The field “a” is given twice: leave one out."),
    ] {
        assert_eq!(message(query), expected, "{query}");
    }
}

#[test]
fn variables_have_to_fit_where_they_are_used() {
    for (query, expected) in [
        (
            "query($x: ID) { animal(by: {id: $x}, all: {a: 1}) { name } }",
            "Variable “$x” is of type “ID”, and “by.id” takes “ID!”: declare it as “ID!”.",
        ),
        (
            "query($x: ID = 1) { animal(by: {id: $x}, all: {a: 1}) { name } }",
            "Variable “$x” is of type “ID”, and “by.id” takes “ID!”: declare it as “ID!”.",
        ),
        (
            "query($x: Int = null) { animal(all: {a: $x}) { name } }",
            "Variable “$x” is of type “Int”, and “all.a” takes “Int!”: declare it as “Int!”.",
        ),
        (
            "query($x: ID!) { animal(ids: $x, all: {a: 1}) { name } }",
            "Variable “$x” is of type “ID!”, and “ids” takes “[ID!]”: declare it as “[ID!]”.",
        ),
        (
            "query($x: Int) { ...F } fragment F on Query { dog @skip(if: $x) { name } }",
            "Variable “$x” is of type “Int”, and “if” takes “Boolean!”: declare it as “Boolean!”.",
        ),
        (
            "query($x: [Dog!]) { dog { name } }",
            "The operation does not use “$x”: leave it out. | Variable “$x” is of type “Dog”, which cannot come in: take a scalar, an enum or an input object.",
        ),
        (
            "query($x: [Nope]) { dog { name } }",
            "The operation does not use “$x”: leave it out. | Variable “$x” is of type “Nope”, which the schema does not have.",
        ),
        (
            "query($x: Int @skip(if: true)) { dog { name } }",
            "The operation does not use “$x”: leave it out. | No variable may have the directive “@skip”: leave it out.",
        ),
        (
            "query($x: Unit = \"YEARS\") { dog { name } }",
            "“$x” takes “Unit”, and \"YEARS\" is none: write YEARS, without quotes. \
             | The operation does not use “$x”: leave it out.",
        ),
        ("query($x: Int, $x: Int!) { animal(all: {a: $x}) { name } }", "“$x” is declared twice: leave one out."),
        (
            "query A { ...F } query B($x: Int!) { ...F } fragment F on Query { animal(all: {a: $x}) { name } }",
            "The operation does not declare “$x”.",
        ),
        (
            "query A($x: Int!) { dog { name } } query B($x: Int!) { ...F } fragment F on Query { animal(all: {a: $x}) { name } }",
            "The operation does not use “$x”: leave it out.",
        ),
    ] {
        assert_eq!(message(query), expected, "{query}");
    }
}

#[test]
fn values_of_variables_have_to_fit() {
    let query = "query($x: Box, $y: [Unit!]) { dog(units: $y) { age(of: $x) } }";
    assert_eq!(errors(query, json!({ "x": { "a": 1, "b": 2, "d": "YEARS" }, "y": "MONTHS", "z": [] })), [""; 0]);
    assert_eq!(
        errors(query, json!({ "x": { "a": "1" }, "y": ["YEARS", null] })),
        [
            "“$x.a” takes “Int”, and \"1\" is none: give a whole number from -2147483648 to 2147483647.",
            "“$y” may not be null: give a value.",
        ]
    );
}

#[test]
fn what_the_schema_does_not_have_is_told_with_what_may_be_meant() {
    for (query, expected) in [
        ("{ dgo { name } }", "“Query” has no field “dgo”. Did you mean “dog”?"),
        (
            "{ nothing { name { x } ...F } } fragment F on Dog { nothing }",
            "“Query” has no field “nothing”. | “Dog” has no field “nothing”.",
        ),
        ("{ dog { friend { barks } } }", "“Animal” has no field “barks”."),
        ("{ dog { __schema { types { name } } } }", "“Dog” has no field “__schema”."),
        ("{ dog(unit: YEARS) { name } }", "“dog” has no argument “unit”. Did you mean “units”?"),
        ("{ dog(units: [], units: []) { name } }", "“units” is given twice: leave one out."),
        ("{ animal { name } }", "“animal” needs the argument “all”, of type “Box!”."),
        ("{ dog @skp(if: true) { name } }", "There is no directive “@skp”. Did you mean “@skip”?"),
        ("query @skip(if: true) { dog { name } }", "“@skip” may not stand here: leave it out."),
        ("{ dog @skip(if: true) @skip(if: true) { name } }", "“@skip” may stand here once: leave one out."),
        ("{ dog @skip { name } }", "“skip” needs the argument “if”, of type “Boolean!”."),
        ("mutation { a }", "The schema has no mutations: send a query."),
        ("{ dog }", "“dog” is of type “Dog”: say which of its fields, in braces."),
        ("{ dog { name { x } } }", "“name” is of type “String”, which has no fields: leave the braces out."),
    ] {
        assert_eq!(message(query), expected, "{query}");
    }
}

#[test]
fn fragments_are_there_and_used_and_fit() {
    for (query, expected) in [
        ("{ ...F }", "There is no fragment “F”."),
        (
            "{ dog { ...Nmae } } fragment Name on Dog { name }",
            "There is no fragment “Nmae”. Did you mean “Name”? | No operation uses the fragment “Name”: leave it out.",
        ),
        ("{ dog { ... on Dgo { name } } }", "There is no type “Dgo”. Did you mean “Dog”?"),
        ("{ dog { ... on Unit { name } } }", "“Unit” has no fields, so no fragment can be on it."),
        ("{ dog { ... on Cat { name } } }", "No “Dog” is a “Cat”: leave this fragment out."),
        ("{ dog { friend { ... on Query { dog { name } } } } }", "No “Animal” is a “Query”: leave this fragment out."),
        ("{ dog { ...F } } fragment F on Cat { name }", "“F” is on “Cat”, which no “Dog” is: leave it out here."),
        (
            "{ dog { ...F friend { ...F } } } fragment F on Animal { name ... on Dog { barks } ... on Cat { lives } }",
            "",
        ),
        (
            "{ dog { name } } fragment F on Dog { ...G } fragment G on Dog { name }",
            "No operation uses the fragment “F”: leave it out. | No operation uses the fragment “G”: leave it out.",
        ),
    ] {
        assert_eq!(message(query), expected, "{query}");
    }
}

#[test]
fn fifty_errors_are_told_at_once() {
    let query = format!("{{ {} }}", "a ".repeat(1_000));
    assert_eq!(errors(&query, json!({})).len(), 50);
}

#[test]
fn typename_is_a_field_without_arguments_and_fields() {
    assert_eq!(
        message("{ __typename(x: 1) @nope dog { __typename { x } } }"),
        "“__typename” has no argument “x”. | There is no directive “@nope”. \
         | “__typename” is of type “String”, which has no fields: leave the braces out."
    );
}

//! Documents, right and wrong ones.

use async_graphql::parser::parse_query;

use super::*;

fn fault(text: &str) -> String {
    let error = parse(text).expect_err(text);
    let place = error.locations[0];
    format!(
        "{}:{} {}",
        place.line,
        place.column,
        error.message.replace("The document is no GraphQL from here on: ", "")
    )
}

fn doubles(text: &str) -> Vec<String> {
    let parsed = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    parsed
        .doubles
        .into_iter()
        .map(|it| format!("{}:{} {}", it.locations[0].line, it.locations[0].column, it.message))
        .collect()
}

/// The first argument of the first field, as async-graphql writes values.
fn argument(text: &str) -> String {
    let document = parse(&format!("{{ a(b: {text}) }}")).unwrap_or_else(|error| panic!("{text}: {error}")).document;
    let (_, operation) = document.operations.iter().next().expect("an operation");
    match &operation.node.selection_set.node.items[0].node {
        Selection::Field(field) => field.node.arguments[0].1.node.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_tree_is_that_of_async_graphql_wherever_it_is_right() {
    for text in [
        "{ a }",
        "query { a: b c }",
        "query Q($x: [ID!]! = [\"a\"], $y: I = {a: {b: [1, -2.5e3, true, null, E]}}) @d(e: $x) @f { a }",
        "mutation M { a(b: $x, c: {d: $y, e: [$z]}, f: E, g: \"h\\n\") @skip(if: $v) { b } }",
        "subscription { a }",
        "{ ... { a } ... on T { b } ...F @d ... @include(if: true) { c } ... on T @e { d } }\nfragment F on T @d { \n a\n }",
        "{ on fragment query true null: false }",
        "\u{feff}# é\n{ a(b: \"é\") # c\n é: }".replace('é', "e").replace("e: }", "e }").as_str(),
    ] {
        let ours = parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).document;
        let theirs = parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"), "{text}");
    }
}

#[test]
fn what_is_expected_and_what_was_found_is_told_where_it_stands() {
    for (text, expected) in [
        ("", "1:1 expected a query, a mutation or a fragment, found the end."),
        ("# x", "1:4 expected a query, a mutation or a fragment, found the end."),
        ("type T { a: Int }", "1:1 expected a query, a mutation or a fragment, found “type”."),
        ("{ a", "1:4 expected a field or a fragment, found the end."),
        ("{ a }\n}", "2:1 expected a query, a mutation or a fragment, found “}”."),
        ("{}", "1:2 expected a field or a fragment, found “}”."),
        ("{ a {} }", "1:6 expected a field or a fragment, found “}”."),
        ("{ a() }", "1:5 expected an argument, found “)”."),
        ("query () { a }", "1:8 expected “$”, found “)”."),
        ("query ($a) { a }", "1:10 expected “:”, found “)”."),
        ("query ($a: [Int) { a }", "1:16 expected “]”, found “)”."),
        ("query ($a: Int = $b) { a }", "1:18 expected a value without variables, found “$”."),
        ("query ($a: Int = [$b]) { a }", "1:19 expected a value without variables, found “$”."),
        ("query ($a: Int @b(c: $d)) { a }", "1:22 expected a value without variables, found “$”."),
        ("fragment on on T { a }", "1:10 expected the name of the fragment, found “on”."),
        ("fragment F { a }", "1:12 expected “on”, found “{”."),
        ("{ a(b: ?) }", "1:8 expected a value, found “?”."),
        ("{ a(b: .) }", "1:8 expected a value, found “.”."),
        ("{ a(b: é) }", "1:8 expected a value, found “é”."),
        ("{ a(b: $) }", "1:9 expected a name, found “)”."),
        ("{ a(b: 01) }", "1:8 expected a value, found a number with a zero or nothing in front."),
        ("{ a(b: 1x) }", "1:8 expected a value, found a number with something behind it."),
        ("{ a(b: \"x\n\") }", "1:8 expected a value, found a string that does not end."),
        ("{ a(b: \"\\q\") }", "1:8 expected a value, found an escape that there is not."),
        ("{ \"a\" }", "1:3 expected a field or a fragment, found a string."),
        ("{ a b: }", "1:8 expected a name, found “}”."),
        ("{ a\u{0} }", "1:4 expected a field or a fragment, found “\\0”."),
        ("{ .. F }", "1:3 expected a field or a fragment, found “.”."),
    ] {
        let message = fault(text);
        assert_eq!(message, expected, "{text}");
    }
}

#[test]
fn names_that_are_there_twice_are_told_beside_the_document() {
    assert_eq!(doubles("{ a } query Q { a }"), ["1:7 An operation without a name stands alone: name all of them."]);
    assert_eq!(doubles("query Q { a } { a }"), ["1:15 An operation without a name stands alone: name all of them."]);
    assert_eq!(
        doubles("query Q { a } query R { a } mutation Q { a }"),
        ["1:38 There is another operation “Q”: rename one of them."]
    );
    let fragments = "{ a } fragment F on T { a } fragment F on T { b }";
    assert_eq!(doubles(fragments), ["1:38 There is another fragment “F”: rename one of them."]);
    let message = "The field “b” is given twice: leave one out.";
    assert_eq!(doubles("{ x(a: {b: 1,\n  b #:\n, : 2}) }"), [format!("2:3 {message}")]);
    assert_eq!(doubles("query($x: I = {b: {b: 1} b: 2}) { x }"), [format!("1:26 {message}")]);
    for text in [
        "{ x(a: {b: b, c: \"b: b:\", d: \"\"\"b: \"\"\"}) { b: c b: c } }",
        "{ x(a: [{b: 1}, {b: 2}], c: {b: {b: $b}}) }",
        "{ x(b: 1) @y(b: 2) { z(b: {c: 1}) z(b: {c: 1}) } }",
    ] {
        assert_eq!(doubles(text), [""; 0], "{text}");
    }
}

#[test]
fn values_are_what_the_specification_says() {
    assert_eq!(argument("-0"), "0");
    assert_eq!(argument("\"\\ud83d\\ude00 \\u{1F600}\""), "\"😀 😀\"");
    assert_eq!(argument("\"\"\"\n    a\n      \\\"\"\"b\n  \"\"\""), "\"a\\n  \\\"\\\"\\\"b\"");
    assert_eq!(argument("[1 [] {a: $b, c: {}}]"), "[1, [], {a: $b, c: {}}]");
}

//! Bodies and query strings, as they should be and as they come.

use super::*;

/// Query, operation name, and variables as JSON.
type Read = (String, Option<String>, serde_json::Value);

fn seen(request: Request) -> Read {
    assert_eq!(request.document_id, None);
    let variables = serde_json::to_value(&request.variables).expect("JSON");
    (request.query.unwrap_or_default(), request.operation_name, variables)
}

fn body(text: &str) -> Result<Read, Refusal> {
    from_json(text.as_bytes()).map(seen)
}

fn query_string(text: &str) -> Result<Read, Refusal> {
    from_query_string(text).map(seen)
}

#[test]
fn a_body_brings_all_four_parameters() {
    let text = r#" {"query":"query A { a }","operationName":"A","variables":{"b":[1,null]},"extensions":{"c":{}}} "#;
    let all = ("query A { a }".into(), Some("A".into()), json(r#"{"b":[1,null]}"#));
    assert_eq!(body(text), Ok(all));
}

#[test]
fn null_is_the_same_as_leaving_a_parameter_out() {
    let alone = ("{a}".into(), None, json("{}"));
    assert_eq!(body(r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#), Ok(alone.clone()));
    assert_eq!(body(r#"{"query":"{a}","doc":1}"#), Ok(alone.clone()));
    assert_eq!(query_string("query={a}&variables=null&extensions=null"), Ok(alone.clone()));
    assert_eq!(query_string("query=%7Ba%7D&variables=&operationName="), Ok(alone));
}

#[test]
fn a_query_string_brings_all_four_parameters() {
    let text = "query=query+A+%7B+a+%7D&operationName=A&variables=%7B%22b%22:1%7D&extensions=%7B%22c%22:2%7D";
    let all = ("query A { a }".into(), Some("A".into()), json(r#"{"b":1}"#));
    assert_eq!(query_string(text), Ok(all));
}

#[test]
fn a_document_is_named_by_its_hash_or_by_an_id() {
    let digits = "ab".repeat(32);
    let hash = Some(DocumentId::Hash([0xab; 32]));
    let id = |text: &str| from_json(text.as_bytes()).map(|request| request.document_id);
    let persisted = |value: &str| id(&format!(r#"{{"extensions":{{"persistedQuery":{value}}}}}"#));
    assert_eq!(persisted(&format!(r#"{{"version":1,"sha256Hash":"{digits}"}}"#)), Ok(hash.clone()));
    assert_eq!(id(&format!(r#"{{"documentId":"sha256:{digits}"}}"#)), Ok(hash.clone()));
    assert_eq!(id(&format!(r#"{{"documentId":"{digits}"}}"#)), Ok(hash.clone()));
    assert_eq!(id(r#"{"documentId":"page"}"#), Ok(Some(DocumentId::Name("page".into()))));
    let by_get = format!("extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{digits}%22%7D%7D");
    assert_eq!(from_query_string(&by_get).map(|request| request.document_id), Ok(hash));
    assert_eq!(
        from_query_string("documentId=page").map(|request| request.document_id),
        Ok(Some(DocumentId::Name("page".into())))
    );

    for (value, message) in [
        ("1", "`persistedQuery` is a number. Send a JSON object."),
        ("{}", "Of `persistedQuery`, only version 1 is known. Send `version: 1` and `sha256Hash`."),
        (
            r#"{"version":2,"sha256Hash":""}"#,
            "Of `persistedQuery`, only version 1 is known. Send `version: 1` and `sha256Hash`.",
        ),
        (
            r#"{"version":1,"sha256Hash":"ab"}"#,
            "`sha256Hash` is no hash. Send the SHA-256 of the document in 64 hexadecimal digits.",
        ),
    ] {
        assert_eq!(persisted(value), Err(bad(message)), "{value}");
    }
    assert_eq!(
        id(r#"{"documentId":"sha256:ab"}"#),
        Err(bad("`documentId` has no hash. Send 64 hexadecimal digits behind `sha256:`."))
    );
    assert_eq!(
        id(r#"{"documentId":"a","extensions":{"persistedQuery":{}}}"#),
        Err(bad("Send either `documentId` or `persistedQuery`, not both."))
    );
}

#[test]
fn a_wrong_type_is_named() {
    for (text, message) in [
        ("", "The body is empty. Send a JSON object with `query`."),
        ("[]", "The body is an array. Batches are not answered: send one request at a time."),
        (
            r#"["{a}",null,null,null,null]"#,
            "The body is an array. Batches are not answered: send one request at a time.",
        ),
        (r#""{a}""#, "The body is a string. Send a JSON object with `query`."),
        ("{}", "There is no `query`. Send the GraphQL document in it."),
        (r#"{"query":null}"#, "There is no `query`. Send the GraphQL document in it."),
        (r#"{"query":0}"#, "`query` is a number. Send a string."),
        (r#"{"query":{"a":1}}"#, "`query` is an object. Send a string."),
        (r#"{"query":"{a}","operationName":false}"#, "`operationName` is a boolean. Send a string."),
        (r#"{"query":"{a}","variables":["a"]}"#, "`variables` is an array. Send a JSON object."),
        (r#"{"query":"{a}","extensions":"a"}"#, "`extensions` is a string. Send a JSON object."),
    ] {
        assert_eq!(body(text), Err(bad(message)), "{text}");
    }
    assert_eq!(query_string("variables={}"), Err(bad("There is no `query`. Send the GraphQL document in it.")));
    assert_eq!(query_string("query={a}&variables=1"), Err(bad("`variables` is a number. Send a JSON object.")));
}

#[test]
fn an_entry_that_is_there_twice_is_refused() {
    let twice = |at| format!("the entry `a` is there twice at line 1 column {at}");
    assert_eq!(
        body(r#"{"query":"{a}","variables":{"a":1,"\u0061":2}}"#),
        Err(bad(format!("`variables` cannot be read: {}. Send a JSON object.", twice(18)))),
    );
    assert_eq!(body(r#"{"a":1,"a":2}"#), Err(bad(format!("The body cannot be read: {}.", twice(13)))));
    assert_eq!(query_string("query={a}&query={b}"), Err(bad("The parameter `query` is there twice. Send it once.")));
}

#[test]
fn what_is_not_json_or_not_unicode_is_refused() {
    for (text, message) in [
        (
            &b"{\"query"[..],
            "The body is not JSON: EOF while parsing a string at line 1 column 7. Send a JSON object with `query`.",
        ),
        (b"{} x", "The body is not JSON: trailing characters at line 1 column 4. Send a JSON object with `query`."),
        (
            b"{\"query\":\"\xff\"}",
            "The body is not JSON: invalid unicode code point at line 1 column 11. Send a JSON object with `query`.",
        ),
        (
            b"{\"query\":\"\\ud800\"}",
            "`query` cannot be read: unexpected end of hex escape at line 1 column 8. Correct the string.",
        ),
    ] {
        assert_eq!(from_json(text).map(seen), Err(bad(message)));
    }
    let message = "`variables` cannot be read: EOF while parsing an object at line 1 column 1. Send a JSON object.";
    assert_eq!(query_string("query={a}&variables={"), Err(bad(message)));
}

#[test]
fn long_queries_and_variables_are_refused_and_the_longest_are_read() {
    let query = |size| format!(r#"{{"query":"{}"}}"#, "a".repeat(size));
    assert!(body(&query(QUERY_LIMIT)).is_ok());
    let message = "`query` has 32769 bytes; at most 32768 are read. Send less.";
    assert_eq!(body(&query(QUERY_LIMIT + 1)), Err(Refusal::new(Code::PayloadTooLarge, message)));

    let variables = |size| format!(r#"{{"query":"{{a}}","variables":{{"a":"{}"}}}}"#, "a".repeat(size - 8));
    assert!(body(&variables(VARIABLES_LIMIT)).is_ok());
    let message = "`variables` has 131073 bytes; at most 131072 are read. Send less.";
    assert_eq!(body(&variables(VARIABLES_LIMIT + 1)), Err(Refusal::new(Code::PayloadTooLarge, message)));
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

//! What people send who mean no good, or know no better: into every argument of the schema, and into HTTP.
//! Whatever comes, the answer is GraphQL, each error has a code, nothing of the inside is shown, and the next
//! one gets what they asked for.

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
};
use serde_json::{Value, json};

use crate::{
    both,
    support::{Reply, TestApp},
};

/// Texts that mean something to somebody on the way: SQL, the text index, patterns, paths, headers, pages.
fn texts() -> Vec<String> {
    let short = [
        "",
        " ",
        "%",
        "_",
        "\\",
        "'",
        "\"",
        "`",
        "' OR 1=1 --",
        "'); DROP TABLE summary; --",
        "$1",
        "?",
        ":name",
        "*",
        "a*",
        "-",
        "--",
        "^a",
        "\"open",
        "title:a",
        "NEAR(a b)",
        "a AND NOT b",
        "a & !b | c:*",
        "{a}",
        "((((",
        "a\0b",
        "\0",
        "\u{202e}abc",
        "\u{feff}",
        "\u{fffd}\u{ffff}",
        "🎉👩‍👩‍👧‍👦",
        "e\u{301}\u{301}\u{301}",
        "../../etc/passwd",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1",
        "<script>alert(1)</script>",
        "a\r\nSet-Cookie: b=c",
        "NaN",
        "1e999",
        "-9223372036854775809",
        "9999-99-99T99:99:99Z",
        "+275760-09-13T00:00:00Z",
        "su",
        "su99999999999999999999",
        "${jndi:ldap://a}",
        "{{7*7}}",
    ];
    let long = ["a".repeat(5_000), "a ".repeat(600), "\u{10ffff}".repeat(1_000), "é".repeat(500), "\"a\" ".repeat(40)];
    short.into_iter().map(str::to_owned).chain(long).collect()
}

/// The schema, as far as inputs go.
struct Inputs(Vec<TypeDefinition>);

impl Inputs {
    fn read() -> Self {
        let definitions = parse_schema(precis::graphql::sdl()).expect("SDL").definitions;
        let types = definitions.into_iter().filter_map(|it| match it {
            TypeSystemDefinition::Type(it) => Some(it.node),
            _ => None,
        });
        Self(types.collect())
    }

    fn get(&self, name: &str) -> Option<&TypeDefinition> {
        self.0.iter().find(|it| it.name.node == name)
    }

    /// A value of this type with the text in every place where a text goes; none where there is no such place.
    fn value(&self, ty: &Type, text: &str, depth: usize) -> Option<Value> {
        let name = match &ty.base {
            BaseType::List(item) => return Some(json!([self.value(item, text, depth)?])),
            BaseType::Named(name) => name.as_str(),
        };
        match self.get(name).map(|it| &it.kind) {
            Some(TypeKind::InputObject(object)) if depth < 3 => {
                let fields = object.fields.iter().map(|it| &it.node);
                let given = |field: &InputValueDefinition| {
                    Some((field.name.node.to_string(), self.value(&field.ty.node, text, depth + 1)?))
                };
                Some(Value::Object(fields.filter_map(given).collect()))
            }
            Some(TypeKind::Scalar) => Some(json!(text)),
            None if matches!(name, "String" | "ID") => Some(json!(text)),
            _ => None,
        }
    }

    /// Documents with one argument each, as the variable `x`; the fields of an input object that takes exactly
    /// one come one by one.
    fn attacks(&self, text: &str) -> Vec<(String, Value)> {
        let Some(TypeKind::Object(query)) = self.get("Query").map(|it| &it.kind) else { panic!("no query") };
        let mut attacks = Vec::new();
        for field in query.fields.iter().map(|it| &it.node) {
            for argument in field.arguments.iter().map(|it| &it.node) {
                let Some(value) = self.value(&argument.ty.node, text, 0) else { continue };
                let (name, ty) = (&argument.name.node, &argument.ty.node);
                let document = format!("query($x: {ty}) {{ {}({name}: $x) {{ __typename }} }}", field.name.node);
                match &value {
                    Value::Object(parts) => attacks.extend(
                        parts.iter().map(|(name, part)| (document.clone(), json!({ "x": { name.as_str(): part } }))),
                    ),
                    _ => attacks.push((document, json!({ "x": value }))),
                }
            }
        }
        attacks
    }
}

/// Holds an answer to what is true of all of them.
fn hold(what: &str, reply: &Reply) {
    let shown = String::from_utf8_lossy(&reply.body);
    assert!(reply.status.is_success() || reply.status.is_client_error(), "{what}: {} {shown}", reply.status);
    assert_eq!(reply.headers.get("x-content-type-options"), Some(&HeaderValue::from_static("nosniff")), "{what}");
    for name in ["server", "x-powered-by", "set-cookie"] {
        assert_eq!(reply.headers.get(name), None, "{what}");
    }
    let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{what}: {error}: {shown}"));
    assert!(answer["data"].is_object() || answer["errors"].is_array(), "{what}: {shown}");
    for error in answer["errors"].as_array().into_iter().flatten() {
        let (code, message) = (&error["extensions"]["code"], error["message"].as_str().expect("a message"));
        assert!(code.as_str().is_some_and(|code| code != "INTERNAL"), "{what}: {shown}");
        assert!(message.len() < 1_000, "{what}: {message}");
        for inside in
            ["SELECT ", "WHERE ", "sqlx", "SQLite", "PostgreSQL", "syntax error", "DbErr", "src/", "panicked", "::"]
        {
            assert!(!message.contains(inside) || what.contains(inside), "{what}: {message}");
        }
    }
}

/// How many summaries, sources and tags there are, and the last titles.
async fn content(app: &TestApp) -> Value {
    app.data("{ summaries(first: 5) { totalCount nodes { title } } sources { totalCount } tags { totalCount } }").await
}

both! {
    async fn no_text_in_any_argument_does_harm(app: TestApp) {
        let (before, inputs) = (content(&app).await, Inputs::read());
        let mut tried = 0;
        for text in texts() {
            for (document, variables) in inputs.attacks(&text) {
                let body = json!({ "query": document, "variables": variables }).to_string();
                hold(&body, &app.post(&body).await);
                tried += 1;
            }
        }
        assert!(tried > 1_500, "{tried} attacks");
        assert_eq!(content(&app).await, before);
    }

    async fn patterns_are_plain_text(app: TestApp) {
        for text in ["%", "_", "%a%", "*", "\\", "[a-z]"] {
            let document = "query($x: String!) { tags(prefix: $x) { totalCount } source(by: {slug: $x}) { id } \
                            summaries(filter: {sources: {anyOf: [$x]}}) { totalCount } }";
            let nothing = json!({ "tags": { "totalCount": 0 }, "source": null, "summaries": { "totalCount": 0 } });
            assert_eq!(app.data_with(document, json!({ "x": text })).await, nothing, "{text}");
        }
    }

    async fn no_body_does_harm(app: TestApp) {
        let deep = "[".repeat(50_000);
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", vec![]),
            ("spaces", b"   ".to_vec()),
            ("a number", b"1".to_vec()),
            ("a batch", br#"[{"query":"{ __typename }"},{"query":"{ __typename }"}]"#.to_vec()),
            ("an open object", b"{\"query\":".to_vec()),
            ("an open text", b"{\"query\":\"{ __typename".to_vec()),
            ("no JSON", b"query { __typename }".to_vec()),
            ("trailing text", br#"{"query":"{ __typename }"} x"#.to_vec()),
            ("a byte-order mark", b"\xef\xbb\xbf{\"query\":\"{ __typename }\"}".to_vec()),
            ("UTF-16", "{\"query\":\"{ __typename }\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("bytes that are no UTF-8", b"{\"query\":\"{ \xff\xfe }\"}".to_vec()),
            ("an overlong NUL", b"{\"query\":\"{ \xc0\x80 }\"}".to_vec()),
            ("half a pair", br#"{"query":"{ source(by: {slug: \"\ud800\"}) { id } }"}"#.to_vec()),
            ("half a pair in the document", br#"{"query":"{ source(by: {slug: \"\\ud800\"}) { id } }"}"#.to_vec()),
            ("half a pair in a variable", br#"{"query":"query($x: String!) { source(by: {slug: $x}) { id } }","variables":{"x":"\udfff"}}"#.to_vec()),
            ("a NUL in the document", br#"{"query":"{ __type\u0000name }"}"#.to_vec()),
            ("a raw NUL", b"{\"query\":\"{ __type\0name }\"}".to_vec()),
            ("deep lists", deep.clone().into_bytes()),
            ("deep variables", format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{deep}").into_bytes()),
            ("a huge number", br#"{"query":"query($x: Int) { tags(first: $x) { totalCount } }","variables":{"x":1e400}}"#.to_vec()),
            ("many digits", format!("{{\"query\":\"{{ tags(first: {}) {{ totalCount }} }}\"}}", "9".repeat(5_000)).into_bytes()),
            ("a fraction", br#"{"query":"query($x: Int) { tags(first: $x) { totalCount } }","variables":{"x":1.5}}"#.to_vec()),
            ("keys that change objects", br#"{"query":"{ __typename }","variables":{"__proto__":{"a":1},"constructor":1}}"#.to_vec()),
            ("a name twice", br#"{"query":"{ a }","query":"{ b }"}"#.to_vec()),
            ("a wrong type", br#"{"query":{"a":1}}"#.to_vec()),
            ("wrong variables", br#"{"query":"{ __typename }","variables":[1]}"#.to_vec()),
            ("a hash that is none", br#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"../../x"}}}"#.to_vec()),
            ("a hash that is a list", br#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":["a"]}}}"#.to_vec()),
            ("a path as an id", br#"{"documentId":"../../etc/passwd"}"#.to_vec()),
            ("a long operation name", json!({ "query": "{ __typename }", "operationName": "a".repeat(100_000) }).to_string().into_bytes()),
            ("many variables", {
                let many: serde_json::Map<String, Value> = (0..5_000).map(|it| (format!("v{it}"), json!(it))).collect();
                json!({ "query": "{ __typename }", "variables": many }).to_string().into_bytes()
            }),
            ("a wide filter", {
                let many: Vec<Value> = (0..20_000).map(|_| json!({})).collect();
                let query = "query($x: SummaryFilter) { summaries(filter: $x) { totalCount } }";
                json!({ "query": query, "variables": { "x": { "or": many } } }).to_string().into_bytes()
            }),
            ("many names", {
                let many: Vec<String> = (0..12_000).map(|it| format!("t{it}")).collect();
                let query = "query($x: [String!]) { summaries(filter: {tags: {anyOf: $x, noneOf: $x}}) { totalCount } }";
                json!({ "query": query, "variables": { "x": many } }).to_string().into_bytes()
            }),
            ("many ids", {
                let query = "query($x: [ID!]!) { nodes(ids: $x) { id } }";
                json!({ "query": query, "variables": { "x": vec!["su1"; 10_000] } }).to_string().into_bytes()
            }),
        ];
        for (what, body) in bodies {
            let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
            hold(what, &app.send(request.body(Body::from(body)).expect("a request")).await);
        }
        assert_eq!(app.data("{ __typename }").await, json!({ "__typename": "Query" }));
    }

    async fn no_header_and_no_address_does_harm(app: TestApp) {
        for (what, name, value) in [
            ("another origin", "origin", "https://evil.example"),
            ("no origin", "origin", "null"),
            ("another method", "x-http-method-override", "DELETE"),
            ("another host", "host", "evil.example"),
            ("another host behind a proxy", "x-forwarded-host", "evil.example"),
            ("streams among what is accepted", "accept", "text/event-stream, application/json"),
            ("parts among what is accepted", "accept", "multipart/mixed;deferSpec=20220824, application/json"),
            ("parts before anything else", "accept", "multipart/mixed, application/graphql-response+json;q=0.9, */*;q=0.1"),
            ("a weight that is none", "accept", "application/json;q=abc, */*"),
            ("a cookie", "cookie", "session=1"),
            ("a token that is none", "authorization", "Bearer x"),
            ("a range", "range", "bytes=0-1"),
            ("a tag that is none", "if-none-match", "x, \"y, W/"),
        ] {
            let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").header(name, value);
            let reply = app.send(request.body(Body::from(r#"{"query":"{ __typename }"}"#)).expect("a request")).await;
            hold(what, &reply);
            assert_eq!(reply.status.as_u16(), 200, "{what}");
            assert_eq!(reply.headers.get("access-control-allow-origin"), None, "{what}");
            assert!(!String::from_utf8_lossy(&reply.body).contains("evil"), "{what}");
        }
        for path in ["/graphql/", "/graphql/../graphql", "/%2e%2e/etc/passwd", "/graphql%00", "/.git/config", "/graphql;a=b", "//graphql"] {
            let reply = app.send(Request::get(path).body(Body::empty()).expect("a request")).await;
            hold(path, &reply);
            assert_eq!(reply.status.as_u16(), 404, "{path}");
        }
        for query in ["query=%00", "query=%ff%fe", "query=%7B__typename%7D&variables=%5B%5B", "query=%7B__typename%7D&x=%zz", "query", "=", "&&&", "query=&query="] {
            hold(query, &app.send(Request::get(format!("/graphql?{query}")).body(Body::empty()).expect("a request")).await);
        }
    }
}

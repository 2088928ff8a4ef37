//! What a document may ask for: every limit, at it and one past it, in the answer as a whole.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{both, support::TestApp};

/// A limit, the most that it allows, and a document that has just so much of it.
type Limit = (&'static str, usize, fn(usize) -> String);

/// Those that hold whatever the schema is.
const LIMITS: [Limit; 9] = [
    ("tokens", 2_000, |tokens| format!("{{{}}}", " __typename".repeat(tokens - 2))),
    ("nesting", 64, |depth| {
        let lists = depth - 2;
        format!("{{ tags(prefix: {}{}) {{ totalCount }} }}", "[".repeat(lists), "]".repeat(lists))
    }),
    ("name", 128, |length| format!("{{ {}: __typename }}", "a".repeat(length))),
    ("operations", 10, |many| {
        (0..many).fold(String::new(), |mut text, number| {
            write!(text, "query Q{number} {{ __typename }} ").expect("a text takes all");
            text
        })
    }),
    ("selections", 2_000, |many| {
        let doubling = "query Q0 { ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { ...C ...C } \
                        fragment C on Query { ...D ...D } fragment D on Query { ...E ...E } \
                        fragment E on Query { ...F ...F } fragment F on Query { ...G ...G } \
                        fragment G on Query { ...H ...H } fragment H on Query { __typename __typename __typename }";
        // 2 + 4 + … + 256 spreads, and 3 fields in each of the last.
        let written_out = 510 + 256 * 3;
        format!("{doubling} query Q1 {{ {} }}", "__typename ".repeat(many - written_out))
    }),
    ("depth", 14, |depth| {
        let (open, close) = ("translations { ".repeat(depth - 2), " }".repeat(depth - 2));
        format!("{{ summary(by: {{slug: \"x\"}}) {{ {open} id {close} }} }}").replacen(
            "translations {",
            "translations @skip(if: true) {",
            1,
        )
    }),
    ("aliases", 30, |many| {
        let fields = (0..many).fold(String::new(), |mut text, number| {
            write!(text, "a{number}: id ").expect("a text takes all");
            text
        });
        format!("{{ node(id: \"su1\") {{ {fields} }} }}")
    }),
    ("rootFields", 20, |many| {
        let fields = (0..many).fold(String::new(), |mut text, number| {
            write!(text, "a{number}: __typename ").expect("a text takes all");
            text
        });
        format!("{{ {fields} }}")
    }),
    ("directives", 5, |many| format!("{{ __typename {} }}", "@include(if: true) ".repeat(many))),
];

/// The limit that an answer is about, with its figure, its bound, and the message.
fn past(answer: &Value) -> Option<(&str, u64, u64, &str)> {
    let error = &answer["errors"][0];
    let extensions = &error["extensions"];
    let limit = extensions["limit"].as_str()?;
    assert_eq!(extensions["code"], "QUERY_TOO_COMPLEX", "{answer}");
    assert!(answer.get("data").is_none(), "{answer}");
    Some((limit, extensions["figure"].as_u64()?, extensions["bound"].as_u64()?, error["message"].as_str()?))
}

/// The answer to a document of which the last operation is run.
async fn asked(app: &TestApp, document: &str) -> Value {
    let last = document.rfind("query Q").map(|at| document[at + 6..].split_once(' ').expect("a name").0.to_owned());
    app.ask_operation(document, last.as_deref()).await
}

both! {
    async fn each_limit_lets_through_what_is_at_it_and_refuses_what_is_past_it(app: TestApp) {
        for (limit, most, document) in LIMITS {
            let at = asked(&app, &document(most)).await;
            assert_eq!(past(&at), None, "{limit}: {}", document(most));
            let answer = asked(&app, &document(most + 1)).await;
            let (name, figure, bound, message) = past(&answer).unwrap_or_else(|| panic!("{limit}: {answer}"));
            assert_eq!((name, figure, bound), (limit, most as u64 + 1, most as u64));
            assert!(message.starts_with(&format!("The document has {figure} ")), "{message}");
            assert!(message.contains(&format!("it may have up to {bound}. ")), "{message}");
        }
    }

    async fn the_cost_of_a_query_is_bounded(app: TestApp) {
        let document = |tags: usize, more: &str| format!(
            "{{ summaries(first: 100) {{ nodes {{ translations {{ {} }} }} }} {more} }}",
            (0..tags).fold(String::new(), |mut text, number| { write!(text, "t{number}: body {{ tokens }} ").expect("text"); text }),
        );
        // 100 summaries, 1,000 translations of theirs, 8 bodies of each of them; 900 episodes.
        let nine = (0..9).fold(String::new(), |mut text, number| {
            write!(text, "e{number}: episodes(first: 100) {{ nodes {{ id }} }} ").expect("text");
            text
        });
        assert_eq!(past(&app.ask(&document(8, &nine)).await), None);
        let answer = app.ask(&document(8, &format!("{nine} node(id: \"su1\") {{ id }}"))).await;
        assert_eq!(
            answer,
            json!({ "errors": [{
                "message": "The document has 10001 points of cost, which is about how many objects it may return; \
                            it may have up to 10000. Ask for smaller pages (`first`), or for less below them.",
                "extensions": { "code": "QUERY_TOO_COMPLEX", "limit": "cost", "figure": 10_001, "bound": 10_000 },
            }] })
        );
        // What is left out costs nothing, and neither does what a variable makes small.
        let skipped = document(8, &format!("{nine} node(id: \"su1\") @skip(if: true) {{ id }}"));
        assert_eq!(past(&app.ask(&skipped).await), None);
    }

    async fn refused_documents_run_no_statement(app: TestApp) {
        app.data("{ sources(first: 1) { nodes { slug } } }").await;
        app.statements();
        for (_, most, document) in LIMITS {
            asked(&app, &document(most + 1)).await;
        }
        app.ask("{ summaries(first: 100) { nodes { translations { translations { translations { id } } } } } }").await;
        assert_eq!(app.statements(), Vec::<String>::new());
    }

    async fn a_few_hundred_bytes_of_fragments_are_refused_at_once(app: TestApp) {
        let mut document = String::from("{ summary(by: {slug: \"x\"}) { ...F0 } }");
        for number in 0..25 {
            let next = number + 1;
            write!(document, " fragment F{number} on Summary {{ ...F{next} ...F{next} }}").expect("text");
        }
        document.push_str(" fragment F25 on Summary { id }");
        let answer = app.ask(&document).await;
        assert_eq!(past(&answer).map(|(limit, ..)| limit), Some("selections"), "{answer}");
    }

    async fn a_fragment_within_itself_is_refused(app: TestApp) {
        for document in [
            "{ summary(by: {slug: \"x\"}) { ...A } } fragment A on Summary { id ...A }",
            "{ summary(by: {slug: \"x\"}) { ...A } } fragment A on Summary { episode { ...B } } \
             fragment B on Episode { summaries { ...A } }",
            "{ __typename } fragment A on Summary { ...B } fragment B on Summary { ...A }",
        ] {
            let answer = app.ask(document).await;
            let message = answer["errors"][0]["message"].as_str().expect("a message");
            assert!(message.ends_with("is spread within itself: select what is needed level by level."), "{message}");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
        }
    }

    async fn introspection_has_limits_of_its_own(app: TestApp) {
        let types = |depth: usize| {
            let (open, close) = ("ofType { ".repeat(depth - 3), " }".repeat(depth - 3));
            format!("{{ __schema {{ types {{ ofType {{ {open} name {close} }} }} }} }}")
        };
        assert_eq!(past(&app.ask(&types(20)).await), None);
        assert_eq!(past(&app.ask(&types(21)).await).map(|(limit, ..)| limit), Some("introspectionDepth"));

        let two = "{ __type(name: \"Summary\") { fields { type { fields { type { name } } } } } }";
        assert_eq!(past(&app.ask(two).await), None);
        for three in [
            "{ __type(name: \"Summary\") { fields { type { fields { type { fields { name } } } } } } }",
            "{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } } \
             fragment U on __Type { possibleTypes { interfaces { name } } }",
        ] {
            assert_eq!(past(&app.ask(three).await).map(|(limit, ..)| limit), Some("introspectionLists"));
        }
    }

    async fn the_documents_of_common_tools_pass(app: TestApp) {
        for document in [
            include_str!("selection/introspection.graphql"),
            include_str!("../../examples/tag-page.graphql"),
            include_str!("../../examples/front-page.graphql"),
            include_str!("../../examples/series-archive.graphql"),
        ] {
            let answer = app.ask_with(document, json!({ "tag": "backend", "source": "ledger-and-log" })).await;
            assert_eq!(answer.get("errors"), None, "{document}");
        }
    }

    async fn a_hundred_thousand_brackets_are_refused_wherever_they_stand(app: TestApp) {
        let deep = 100_000;
        let (lists, objects) = ("[".repeat(deep), "{\"a\":".repeat(deep));
        for body in [
            lists.clone(),
            objects.clone(),
            format!("{{\"query\":\"{{ __typename }}\",\"variables\":{lists}"),
            format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"x\":{lists}{}}}}}", "]".repeat(20_000)),
            format!("{{\"query\":\"{{ __typename }}\",\"extensions\":{objects}"),
            json!({ "query": "{".repeat(30_000) }).to_string(),
            json!({ "query": format!("{{ tags(prefix: {}", "[".repeat(30_000)) }).to_string(),
            json!({ "query": format!("query($x: {}Int) {{ __typename }}", "[".repeat(30_000)) }).to_string(),
        ] {
            let reply = app.post(&body).await;
            assert!(reply.status.is_client_error() || reply.status.is_success(), "{}", reply.status);
            let answer: Value = serde_json::from_slice(&reply.body).expect("JSON");
            let code = answer["errors"][0]["extensions"]["code"].as_str().expect("a code");
            assert!(["BAD_REQUEST", "QUERY_TOO_COMPLEX", "PAYLOAD_TOO_LARGE"].contains(&code), "{answer}");
        }
    }
}

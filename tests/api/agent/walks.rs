//! Pages of some answers, one after another, are the answer: of lists and of lists below lists, of long texts, facets,
//! and of what failed in part, whatever their budget is.

use precis::agent::{Agent, Format, Query};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

use super::paging::all_pages;
use crate::{
    archive::set_status,
    both,
    property::{for_all, same},
    support::TestApp,
    tokens,
};

/// Queries that are long in some way each, `$` standing for arguments.
const QUERIES: [&str; 14] = [
    "{ summaries($) { totalCount nodes { title tldr source { name } category { name slug } tags { slug } publishedAt } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    "{ summaries($) { pageInfo { hasNextPage endCursor } edges { cursor node { title keyPoints } } } }",
    "{ summaries($) { nodes { id body { value tokens truncated } title } } }",
    "{ sources { nodes { name episodes($) { totalCount nodes { title url excerpt } pageInfo { hasNextPage endCursor } } homepage } } }",
    "{ sources { totalCount nodes { name series { nodes { title episodes($) { nodes { title number } } } } summaries($) { nodes { title } } } } }",
    "{ summary(by: {id: \"su3\"}) { title body { value } tldr keyPoints tags { slug name } } }",
    "{ a: summaries($) { nodes { title } } b: tags { totalCount nodes { slug name aliases } } c: episodes($) { nodes { title content { value } } } }",
    "{ summaries($) { totalCount facets { categories { category { name } count } tags { tag { slug name } count selected } languages { language count } } nodes { title } } }",
    "{ summaryDays { nodes { date count summaries($) { nodes { title tldr } pageInfo { endCursor } } } pageInfo { hasNextPage } } }",
    "{ digest(from: \"2026-01-01\", to: \"2026-12-31\") { title sections { heading count summaries { title tldr } } text { value } } }",
    "{ nodes(ids: [\"su3\", \"nope\", \"su4\", \"so1\", \"ta1\"]) { __typename id ... on Summary { title body { value } tags { slug } } ... on Source { name } } }",
    "{ summaries($) { nodes { slug related { title } translations { language title } episode { title series { title latestNumber missingNumbers } } } } }",
    "{ good: tags { nodes { slug } } bad: source(by: {slug: \"ledger-and-log\"}) { name episodes(after: \"nonsense\") { nodes { title } } } }",
    "{ nodes(ids: [\"su3\", \"so1\", \"su4\", \"so2\"]) { ... on Summary { title body { value } } ... on Source { name episodes(first: 101) { nodes { title } } } } }",
];

const ARGUMENTS: [&str; 5] = ["first: 100", "first: 7", "last: 9", "first: 30, orderBy: {direction: ASC}", "last: 100"];

fn queries() -> impl Strategy<Value = String> {
    (select(QUERIES.to_vec()), select(ARGUMENTS.to_vec())).prop_map(|(query, arguments)| {
        // A day's summaries have no order to choose.
        let arguments = if query.contains("summaryDays") {
            arguments.split(", orderBy").next().unwrap_or(arguments)
        } else {
            arguments
        };
        query.replace('$', arguments)
    })
}

fn formats() -> impl Strategy<Value = Format> {
    select(vec![Format::Table, Format::Json])
}

both! {
    async fn pages_one_after_another_are_the_answer(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let budgets = prop_oneof![100..200_usize, 200..900_usize, 900..5_000_usize];
        for_all(60, (queries(), formats(), prop::collection::vec(budgets, 1..5)), async |(query, format, budgets)| {
            let answer = app.ask(&query).await;
            if answer["data"].is_null() {
                let code = &answer["errors"][0]["extensions"]["code"];
                return same(code, &json!("QUERY_TOO_COMPLEX"));
            }
            let mut turns = budgets.iter().cycle().copied();
            let pages = all_pages(&agent, &query, &Map::new(), format, || turns.next().expect("a cycle")).await?;
            same(&pages.data, &answer["data"])?;
            same(&(pages.errors > 0), &answer["errors"].is_array())
        })
        .await;
    }

    async fn an_answer_within_its_budget_is_one_page_and_one_execution(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = "{ summaries(first: 5) { nodes { title tags { slug } } } }";
        app.data(query).await;
        app.statements();
        let pages = all_pages(&agent, query, &Map::new(), Format::Table, || 2_000).await.expect("pages");
        assert_eq!((pages.many, app.statements().len()), (1, 1));
    }

    async fn a_budget_for_which_the_least_is_too_much_is_told_how_much_that_is(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        // Each row begins with a list of nothing, or with an object without fields.
        let ends = "a: startCursor b: endCursor c: startCursor d: endCursor e: startCursor f: endCursor g: startCursor";
        let rows = ["highlights node { __typename }", "node { id @skip(if: true) } __typename"];
        for (rows, format) in rows.into_iter().flat_map(|rows| [(rows, Format::Table), (rows, Format::Json)]) {
            let query = format!("{{ summaries(first: 9) {{ pageInfo {{ {ends} }} edges {{ {rows} }} }} }}");
            let told = agent.query(asked(&query, None, 100, format), &precis::access::Caller::unlimited()).await;
            let said = told.text.strip_prefix(
                "error BAD_USER_INPUT maxTokens 100 is too little for the least of this answer, about ",
            );
            let least = said.and_then(|said| said.strip_suffix(": raise it, or select less")).expect("how much");
            let least: usize = least.parse().expect("a number");
            assert!(told.is_error && least > 100, "{}", told.text);
            let told = agent.query(asked(&query, None, least, format), &precis::access::Caller::unlimited()).await;
            assert!(!told.is_error && tokens(&told.text) <= least, "{}", told.text);
        }
    }

    async fn twenty_summaries_are_a_table_of_few_tokens(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = |fields: &str| {
            let list = "summaries(first: 20, filter: {languages: [\"en\"]})";
            format!("{{ {list} {{ nodes {{ title tldr(maxChars: 200) source {{ name }} tags {{ slug }} {fields} }} }} }}")
        };
        for (fields, most) in [("", 1_300), ("publishedAt", 1_400)] {
            let query = query(fields);
            let told = ask(&agent, &query, None, 20_000).await;
            assert_eq!(told.lines().count(), 22);
            let used = tokens(&told);
            assert!(used <= most, "{used} tokens");
            let bare: usize = told.lines().skip(2).map(|row| tokens(&row.replace('\t', " "))).sum();
            assert!(used * 100 <= bare * 108, "{used} tokens for {bare} of content");
            let json = tokens(&app.data(&query).await.to_string());
            assert!(used * 100 <= json * 78, "{used} instead of {json} tokens");
        }
    }

    async fn what_a_page_says_of_its_rows_is_true_of_them(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = "{ summaries(first: 40) { totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let whole = app.data("{ summaries(first: 40) { edges { cursor node { title } } } }").await;
        let edges = whole["summaries"]["edges"].as_array().expect("edges");
        let page = agent.query(asked(query, None, 300, Format::Json), &precis::access::Caller::unlimited()).await;
        let page: Value = serde_json::from_str(&page.text).expect("JSON");
        let summaries = &page["data"]["summaries"];
        let rows = summaries["nodes"].as_array().expect("rows").len();
        assert!((1..40).contains(&rows), "{rows}");
        let info = json!({
            "hasNextPage": true, "hasPreviousPage": false,
            "startCursor": edges[0]["cursor"], "endCursor": edges[rows - 1]["cursor"],
        });
        assert_eq!(summaries["pageInfo"], info);
        assert_eq!(summaries["totalCount"], 66);
        // So a client may as well go on by the cursor.
        let next = format!("{{ summaries(first: 1, after: {}) {{ nodes {{ title }} }} }}", info["endCursor"]);
        assert_eq!(app.data(&next).await["summaries"]["nodes"][0], edges[rows]["node"]);
    }

    async fn an_after_of_another_query_and_of_nobody_is_refused(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = "{ summaries(first: 40) { nodes { title } } }";
        let first = ask(&agent, query, None, 200).await;
        let (_, after) = first.lines().next().and_then(|line| line.split_once("after=")).expect("more");
        let other = "{ summaries(first: 41) { nodes { title } } }";
        let error = "error BAD_USER_INPUT `after` belongs to another query: send that one again with the same variables, or leave `after` out";
        assert_eq!(ask(&agent, other, Some(after), 200).await, error);
        let error = "error BAD_USER_INPUT `after` is not one that was given out: send it as it came, or leave it out to start again";
        for nonsense in ["x", "päge 2", "AAAA", &after[..3]] {
            let told = ask(&agent, query, Some(nonsense), 200).await;
            assert!(told == error || nonsense == "AAAA", "{nonsense}: {told}");
        }
    }

    async fn texts_that_look_like_anything_else_are_read_back(app: TestApp) {
        let app = app.empty().await;
        let agent = Agent::new(app.engine().clone());
        let text = prop_oneof![
            select(vec![
                "2026-05-08T07:30:00Z", "20260508T073000Z", "12", "-1.5e3", "true", "null", "-", "--", "…", "…+3", "a…+12", "[]", "{}", "[a, b]", "{\"a\": 1}", "\"", "\"a\"",
                "a, b", "a\\, b", "#sources 2", "after=x", "error X y", "a: b", "a\tb", "a\nb", "a\r\nb", "\\", "\\n", "👩‍👩‍👧", "e\u{301}",
            ])
            .prop_map(str::to_owned),
            "\\PC{1,40}",
            r#"[a,\\\t\n"…\[{:#=-]{1,12}"#,
        ];
        let row = (text.clone(), text.clone(), prop::collection::vec(text.clone(), 0..4), prop::collection::vec(text, 0..3));
        let rows = prop::collection::vec(row, 1..6);
        let many = std::cell::Cell::new(0);
        for_all(60, (rows, 100..600_usize), async |(rows, budget)| {
            let line = |(title, tldr, points, tags): &(String, String, Vec<String>, Vec<String>)| {
                many.set(many.get() + 1);
                let line = json!({
                    "source": { "slug": "a", "name": "A" }, "episode": { "title": title, "guid": many.get().to_string() },
                    "summary": { "title": title, "tldr": tldr, "key_points": points, "tags": tags, "body": tldr },
                });
                format!("{line}\n")
            };
            let lines: String = rows.iter().map(line).collect();
            if app.import("a.jsonl", &lines).await.1.is_err() {
                return Ok(()); // no title has anything to see
            }
            let query = format!(
                "{{ summaries(first: {}) {{ nodes {{ title tldr keyPoints tags {{ name }} body {{ value }} episode {{ title url }} }} }} }}",
                rows.len()
            );
            let pages = all_pages(&agent, &query, &Map::new(), Format::Table, || budget).await?;
            same(&pages.data, &app.data(&query).await)
        })
        .await;
    }

    async fn rows_that_come_between_two_pages_move_nothing(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = "{ summaries(first: 40) { nodes { id } } }";
        let before = app.data(query).await;
        let first = ask(&agent, query, None, 100).await;
        let (_, after) = first.lines().next().and_then(|line| line.split_once("after=")).expect("more");
        let line = json!({
            "source": { "name": "Rivers" }, "episode": { "title": "New", "published_at": "2026-10-30T00:00:00Z" },
            "summary": { "title": "New", "tldr": "It came." },
        });
        app.import("new.jsonl", &format!("{line}\n")).await.1.expect("it is imported");
        let second = ask(&agent, query, Some(after), 2_000).await;
        let ids: Vec<&str> = first.lines().skip(2).chain(second.lines().skip(2)).collect();
        let expected = before["summaries"]["nodes"].as_array().expect("rows");
        assert_eq!(ids, expected.iter().map(|row| row["id"].as_str().expect("an id")).collect::<Vec<_>>());
    }

    async fn a_row_that_goes_in_the_middle_of_it_takes_no_other_with_it(app: TestApp) {
        let agent = Agent::new(app.engine().clone());
        let query = "{ summaries(first: 5, filter: {tags: {anyOf: [\"backend\"]}, languages: [\"en\"]}) { nodes { id title body { value } } } }";
        let before = app.data(query).await;
        let rows = before["summaries"]["nodes"].as_array().expect("rows");
        let first = ask(&agent, query, None, 100).await;
        let header = first.lines().next().expect("a header");
        assert!(header.starts_with("#summaries 1 after=") && header.ends_with(" cut=summaries.nodes.0.body.value"), "{first}");
        let after = header.split(" after=").nth(1).and_then(|text| text.split(' ').next());
        let whole = ask(&agent, query, after, 20_000).await;
        assert!(whole.starts_with("#summaries 5 rest=summaries.nodes.0"), "{whole}");
        set_status(&app, &[rows[0]["title"].as_str().expect("a title")], "ARCHIVED").await;
        let second = ask(&agent, query, after, 20_000).await;
        // The first five are others now.
        assert!(second.starts_with("#summaries 5\nid\ttitle\tbody.value\n"), "{second}");
        let ids: Vec<&str> = second.lines().skip(2).take(4).filter_map(|row| row.split('\t').next()).collect();
        assert_eq!(ids, rows[1..].iter().map(|row| row["id"].as_str().expect("an id")).collect::<Vec<_>>());
    }
}

fn asked(query: &str, after: Option<&str>, max_tokens: usize, format: Format) -> Query {
    let after = after.map(str::to_owned);
    Query { query: query.to_owned(), after, max_tokens, format, ..Query::default() }
}

/// What an agent is told of a query, as a table.
async fn ask(agent: &Agent, query: &str, after: Option<&str>, max_tokens: usize) -> String {
    agent.query(asked(query, after, max_tokens, Format::Table), &precis::access::Caller::unlimited()).await.text
}

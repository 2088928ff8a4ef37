//! What agents read of the schema: by name, by what it is about, each with a query that runs; and where they begin.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use precis::{
    agent::schema::{Asked, Guide},
    text::tokens,
};
use serde_json::Value;

use crate::{
    both,
    support::{Backend, TestApp, run},
};

/// Everything that can be found: types, fields, fields of inputs, values of enums.
fn coordinates() -> Vec<String> {
    let sdl = include_str!("../../schema.graphql");
    let mut all = Vec::new();
    for definition in parse_schema(sdl).expect("SDL").definitions {
        let TypeSystemDefinition::Type(it) = definition else { continue };
        let of = it.node.name.node.to_string();
        let parts: Vec<String> = match &it.node.kind {
            TypeKind::Object(it) => it.fields.iter().map(|it| it.node.name.node.to_string()).collect(),
            TypeKind::Interface(it) => it.fields.iter().map(|it| it.node.name.node.to_string()).collect(),
            TypeKind::InputObject(it) => it.fields.iter().map(|it| it.node.name.node.to_string()).collect(),
            TypeKind::Enum(it) => it.values.iter().map(|it| it.node.value.node.to_string()).collect(),
            TypeKind::Scalar | TypeKind::Union(_) => continue,
        };
        all.extend(parts.into_iter().map(|part| format!("{of}.{part}")));
        all.push(of);
    }
    all
}

fn search(text: &str) -> Asked {
    Asked { search: Some(text.to_owned()), ..Asked::default() }
}

fn named(names: &[&str]) -> Asked {
    Asked { names: names.iter().map(|name| (*name).to_owned()).collect(), ..Asked::default() }
}

fn without_kind(line: &str) -> &str {
    let kinds = ["type ", "interface ", "input ", "enum "];
    kinds.iter().find_map(|kind| line.strip_prefix(kind)).unwrap_or(line)
}

/// The coordinates of the hits, in their order.
fn hits(guide: &Guide, text: &str) -> Vec<String> {
    let found = guide.describe(&search(text)).expect(text);
    let is_hit = |line: &&str| !line.starts_with('{') && !line.starts_with('#');
    found
        .lines()
        .filter(is_hit)
        .map(|line| without_kind(line).split([':', '(', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn everything_is_found_by_its_name_with_a_query_that_runs() {
    run(Backend::Sqlite, async |app| {
        let (guide, all) = (Guide::new(app.engine().clone()), coordinates());
        assert!(all.len() > 250, "{}", all.len());
        for coordinate in all {
            let found = guide.describe(&search(&coordinate)).expect(&coordinate);
            let mut lines = found.lines();
            let (line, query) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
            let line = without_kind(line);
            let is_it = line.strip_prefix(&coordinate).is_some_and(|rest| rest.starts_with([':', '(', ' ']));
            assert!(is_it, "{coordinate} comes first, not {line}");
            let own = coordinate.rsplit('.').next().unwrap_or_default();
            let is_field = coordinate.contains('.') && own.starts_with(char::is_lowercase);
            assert!(!is_field || query.contains(own), "{coordinate} stands in {query}");
            let answer = app.ask(query).await;
            assert_eq!(answer["errors"], Value::Null, "{coordinate}: {query}");
        }
    });
}

#[test]
fn what_something_is_about_finds_it() {
    run(Backend::Sqlite, async |app| {
        let guide = Guide::new(app.engine().clone());
        for (text, expected) in [
            ("full text search", "SummaryFilter.text"),
            ("total number of entries in a list", "SummaryConnection.totalCount"),
            ("time zone of days", "Query.summaryDays"),
            ("gaps in a series", "Series.missingNumbers"),
            ("filter by tag", "SummaryFilter.tags"),
            ("sort by title", "SummaryOrderField.TITLE"),
            ("bullet points", "Summary.keyPoints"),
            ("podcast", "SourceKind.PODCAST"),
            ("next page cursor", "PageInfo.endCursor"),
            ("rate limit left", "RateLimit.remaining"),
            ("same story at other sources", "Episode.duplicates"),
            ("other languages of the same episode", "Summary.translations"),
            ("feed error", "SourceFetchState.lastError"),
            ("weekly digest", "Query.digest"),
        ] {
            let found = hits(&guide, text);
            assert!(found.contains(&expected.to_owned()), "{text}: {found:?}");
        }
        let nothing = guide.describe(&search("qwertz")).expect_err("nothing");
        assert_eq!(nothing, "error NOT_FOUND nothing in the schema is about “qwertz”");
    });
}

#[test]
fn definitions_are_sdl_of_what_was_named_and_nothing_else() {
    run(Backend::Sqlite, async |app| {
        let guide = Guide::new(app.engine().clone());
        insta::assert_snapshot!(
            guide.describe(&named(&["TagBy", "SummaryFilter.tags", "Tag", "SourceKind.BLOG", "Query.tags", "Date", "Query.tags(prefix:)"])).expect("all there"),
            @r#"
        "Exactly one way to say which tag."
        input TagBy @oneOf {
          "Its id."
          id: ID
          "Its slug, or an alias of it."
          slug: String
        }
        extend input SummaryFilter {
          "By their tags: `{anyOf: [\"backend\", \"databases\"]}`."
          tags: SlugFilter
        }
        "A subject, under one name: `#EventDriven`, `event-driven` and `Event Driven` are one tag."
        type Tag implements Node {
          "Opaque and global: `node(id)` finds the same object again. Short: 3 to 13 characters."
          id: ID!
          "Its name in addresses and filters, unique: `event-driven`."
          slug: String!
          "Its name in print, as it was first written: `Event Driven`."
          name: String!
          "Other slugs that lead to it, sorted."
          aliases: [String!]!
          "How many published summaries it has, under the filter where one is given. Exact."
          summaryCount(filter: SummaryFilter): Int!
        }
        extend enum SourceKind {
          "One author's or one team's writing."
          BLOG
        }
        extend type Query {
          "Tags, by slug."
          tags(
            "Only tags whose slug begins like that: `data` finds `data`, `data-storage` and `databases`."
            prefix: String
            "How many at most, counted from the beginning: 0 to 100, 20 where neither `first` nor `last` is given."
            first: Int
            "A cursor: only what comes behind it."
            after: String
            "How many at most, counted from the end: 0 to 100. Not together with `first`."
            last: Int
            "A cursor: only what comes before it."
            before: String
          ): TagConnection!
        }
        "Calendar date, `YYYY-MM-DD`: `2026-05-08`."
        scalar Date
        extend type Query {
          "Tags, by slug."
          tags(
            "Only tags whose slug begins like that: `data` finds `data`, `data-storage` and `databases`."
            prefix: String
          ): TagConnection!
        }
        "#
        );
        for coordinate in coordinates() {
            let asked = Asked { max_tokens: 100_000, ..named(&[&coordinate]) };
            let fragment = guide.describe(&asked).expect(&coordinate);
            parse_schema(&fragment).unwrap_or_else(|error| panic!("{coordinate}: {error}\n{fragment}"));
        }
    });
}

#[test]
fn an_unknown_name_is_told_with_the_three_nearest() {
    run(Backend::Sqlite, async |app| {
        let guide = Guide::new(app.engine().clone());
        let names =
            ["Sumary", "Summary.titel", "Query.articles", "Query.tags(limit:)", "Summaries", "Nothing.at_all", ""];
        let told = names.map(|name| guide.describe(&named(&["Tag", name])).expect_err(name));
        insta::assert_snapshot!(told.join("\n"));
    });
}

#[test]
fn every_answer_is_within_its_budget() {
    run(Backend::Sqlite, async |app| {
        let guide = Guide::new(app.engine().clone());
        let asked = [Asked::default(), search("tags"), named(&["Summary", "Query.summaries", "SummaryFilter"])];
        for asked in asked {
            for max_tokens in [0, 1, 20, 100, 500, 1_000, 2_000, 10_000] {
                let text = guide.describe(&Asked { max_tokens, ..asked.clone() }).expect("an answer");
                let tokens = tokens::count(&text);
                assert!(tokens <= max_tokens, "{tokens} of {max_tokens}: {text}");
            }
        }
        println!("the map has {} tokens", tokens::count(&app.engine().lean_sdl()));
        // The map as a whole is within the usual budget.
        assert_eq!(guide.describe(&Asked::default()), Ok(app.engine().lean_sdl().trim_end().to_owned()));
    });
}

both! {
    async fn agents_begin_with_a_text_whose_counts_are_true(app: TestApp) {
        let get = |path: &str| app.send(Request::get(path).body(Body::empty()).expect("a request"));
        let reply = get("/llms.txt").await;
        let text = String::from_utf8(reply.body.to_vec()).expect("UTF-8");
        assert!(tokens::count(&text) <= 200, "{} tokens", tokens::count(&text));
        let mut links = 0;
        for line in text.lines().filter(|line| line.starts_with("- [")) {
            let (_, rest) = line.split_once("](").expect("a link");
            let (path, said) = rest.split_once("): ").expect("what it is");
            links += 1;
            if let Some((count, _)) = said.split_once(" tokens") {
                let there = get(path).await;
                let there = String::from_utf8(there.body.to_vec()).expect("UTF-8");
                assert_eq!(count, tokens::count(&there).to_string(), "{path}");
            }
        }
        assert_eq!(links, 4);
        let example = text.split("```graphql\n").nth(1).and_then(|it| it.split("\n```").next()).expect("an example");
        let rows = app.data(example).await["summaries"]["nodes"].as_array().map(Vec::len);
        assert_eq!(rows, Some(3));

        let tag = reply.headers["etag"].clone();
        let again = Request::get("/llms.txt").header("if-none-match", tag).body(Body::empty()).expect("a request");
        assert_eq!(app.send(again).await.status, StatusCode::NOT_MODIFIED);
    }
}

//! Filters let through what they say, and nothing else: random ones are compared with a plain reading
//! of their words over all rows.

pub(crate) mod naive;
pub(crate) mod random;

use naive::{holds, names_hold, rows};
use proptest::prelude::*;
use random::{episode_filter, slug_filter, summary_filter, values};
use serde_json::{Value, json};

use crate::{
    both,
    property::{for_all, same},
    support::TestApp,
};

/// The tag that has another name in the samples, and that other name.
pub(crate) const ALIASED: (&str, &str) = ("apidesign", "api-design");

/// All summaries with everything that a filter can ask about, under the names that filters use.
pub(crate) const SUMMARIES: &str = "{ rows: summaries(first: 100) { nodes { id tags { slug } categories: category { slug } \
    sources: source { slug } episode { series { slug } } languages: language sourceKind: source { kind } \
                         origins: origin publishedAt updatedAt } } }";

/// The same of episodes.
const EPISODES: &str = "{ rows: episodes(first: 100) { nodes { id sources: source { slug } series { slug } \
                        kinds: kind languages: language number publishedAt } } }";

both! {
    async fn only_what_is_published_is_found_whatever_is_asked_for(app: TestApp) {
        let count = async |filter: &str| {
            let data = app.data(&format!("{{ summaries(filter: {filter}, first: 0) {{ totalCount }} }}")).await;
            data["summaries"]["totalCount"].clone()
        };
        let all = count("{}").await;
        for (filter, expected) in [
            ("{statuses: [PUBLISHED]}", &all),
            ("{statuses: [DRAFT, PUBLISHED]}", &all),
            ("{statuses: [DRAFT]}", &json!(0)),
            ("{statuses: []}", &json!(0)),
            ("{not: {statuses: [DRAFT, SCHEDULED, ARCHIVED]}}", &all),
            ("{not: {statuses: [PUBLISHED]}}", &json!(0)),
        ] {
            assert_eq!(count(filter).await, *expected, "{filter}");
        }
    }

    async fn summaries_are_those_that_the_filter_describes(app: TestApp) {
        let all = rows(&app, SUMMARIES).await;
        let query = "query($filter: SummaryFilter, $counted: SummaryFilter) { \
                     found: summaries(filter: $filter, first: 100) { totalCount nodes { id } } \
                     counted: summaries(filter: $counted) { totalCount } }";
        for_all(400, summary_filter(&all), async |filter| {
            let expected: Vec<Value> =
                all.iter().filter(|row| holds(row, &filter)).map(|row| json!({ "id": row["id"] })).collect();
            // No counter knows the number of those in a time.
            let counted = json!({ "and": [filter, { "publishedAt": { "gte": "1970-01-01T00:00:00Z" } }] });
            let total = expected.len();
            let data = app.data_with(query, json!({ "filter": filter, "counted": counted })).await;
            let found = json!({ "totalCount": total, "nodes": expected });
            same(&data, &json!({ "found": found, "counted": { "totalCount": total } }))
        })
        .await;
    }

    async fn episodes_are_those_that_the_filter_describes(app: TestApp) {
        let all = rows(&app, EPISODES).await;
        let query = "query($filter: EpisodeFilter) { \
                     episodes(filter: $filter, first: 100) { totalCount nodes { id } } }";
        for_all(250, episode_filter(&all), async |filter| {
            let expected: Vec<Value> =
                all.iter().filter(|row| holds(row, &filter)).map(|row| json!({ "id": row["id"] })).collect();
            let data = app.data_with(query, json!({ "filter": filter })).await;
            same(&data, &json!({ "episodes": { "totalCount": expected.len(), "nodes": expected } }))
        })
        .await;
    }

    async fn sources_are_those_of_the_kinds(app: TestApp) {
        let all = app.data("{ sources(first: 100) { nodes { slug kind } } }").await;
        let all = all["sources"]["nodes"].as_array().expect("sources").clone();
        let query =
            "query($kinds: [SourceKind!]) { sources(kinds: $kinds, first: 100) { totalCount nodes { slug kind } } }";
        let kinds = ["BLOG", "PUBLICATION", "PODCAST", "VIDEO_CHANNEL", "NEWSLETTER", "AGGREGATOR", "MANUAL"];
        for_all(30, prop::collection::vec(prop::sample::select(kinds.to_vec()), 0..4), async |kinds| {
            let expected: Vec<&Value> =
                all.iter().filter(|row| kinds.iter().any(|kind| row["kind"] == *kind)).collect();
            let data = app.data_with(query, json!({ "kinds": kinds })).await;
            same(&data, &json!({ "sources": { "totalCount": expected.len(), "nodes": expected } }))
        })
        .await;
    }

    async fn series_are_those_of_the_sources(app: TestApp) {
        let all = app.data("{ allSeries(first: 100) { nodes { slug source { slug } } } }").await;
        let all = all["allSeries"]["nodes"].as_array().expect("series").clone();
        let query = "query($sources: SlugFilter) { \
                     allSeries(sources: $sources, first: 100) { totalCount nodes { slug source { slug } } } }";
        let slugs = ["rowlock-tv", "the-lamplight-machine-room", "token-by-token", "nothing-like-it", "a\0b"];
        for_all(50, slug_filter(&slugs.map(str::to_owned)), async |sources| {
            let runs = |row: &&Value| names_hold(&[row["source"]["slug"].as_str().expect("a slug")], &sources);
            let expected: Vec<&Value> = all.iter().filter(runs).collect();
            let data = app.data_with(query, json!({ "sources": sources })).await;
            same(&data, &json!({ "allSeries": { "totalCount": expected.len(), "nodes": expected } }))
        })
        .await;
    }

    async fn tags_are_those_that_begin_with_the_prefix(app: TestApp) {
        let first = app.data("{ tags(first: 100) { nodes { slug } pageInfo { endCursor } } }").await;
        let after = json!({ "after": first["tags"]["pageInfo"]["endCursor"] });
        let rest = app
            .data_with(
                "query($after: String) { tags(first: 100, after: $after) { nodes { slug } } \
                 }",
                after,
            )
            .await;
        let nodes = [&first, &rest].map(|page| page["tags"]["nodes"].as_array().expect("tags").clone()).concat();
        let all: Vec<&str> = nodes.iter().filter_map(|node| node["slug"].as_str()).collect();
        let begun: Vec<String> = all.iter().flat_map(|slug| [slug[..1].to_owned(), slug[..2].to_owned()]).collect();

        let odd = ["", "C", "DATA-", "ci", "cic", "%", "_", "z{", "д", "a\0", "-", "'"];
        let prefixes = prop_oneof![
            3 => prop::sample::select(begun),
            1 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        ];
        let query = "query($prefix: String) { tags(prefix: $prefix) { totalCount nodes { slug } } }";
        for_all(60, prefixes, async |prefix| {
            let wanted = prefix.to_lowercase();
            let expected: Vec<Value> =
                all.iter().filter(|slug| slug.starts_with(&wanted)).map(|slug| json!({ "slug": slug })).collect();
            let data = app.data_with(query, json!({ "prefix": prefix })).await;
            let page = &expected[..expected.len().min(20)];
            same(&data, &json!({ "tags": { "totalCount": expected.len(), "nodes": page } }))
        })
        .await;
    }

    async fn the_tag_of_the_readme_finds_its_summaries(app: TestApp) {
        let data =
            app.data("{ summaries(filter: {tags: {anyOf: [\"backend\"]}}) { totalCount nodes { title } } }").await;
        insta::assert_json_snapshot!(data, @r#"
            {
              "summaries": {
                "nodes": [
                  {
                    "title": "SKIP LOCKED превращает таблицу в очередь заданий"
                  },
                  {
                    "title": "SKIP LOCKED Turns One Table into a Job Queue"
                  },
                  {
                    "title": "Pool of 20 Beats 200: Queue Outside the Database"
                  },
                  {
                    "title": "Sleep 5 s before SIGTERM: No 502s on Deploy"
                  },
                  {
                    "title": "Scope the Guard: std Mutex and .await Don't Mix"
                  },
                  {
                    "title": "Retries Multiply: 3 Layers × 3 Tries = 27 Calls"
                  },
                  {
                    "title": "OFFSET 100000 Reads 100,020 Rows; a Cursor Reads 20"
                  },
                  {
                    "title": "Commit the Idempotency Key with the Effect, Not before It"
                  },
                  {
                    "title": "UUIDv7 Keeps Inserts on the B-Tree's Right Edge"
                  },
                  {
                    "title": "SQLite WAL: Begin Immediate or Get SQLITE_BUSY"
                  },
                  {
                    "title": "Argon2id at 19 MiB, Two Passes: the Floor for Passwords"
                  },
                  {
                    "title": "Webhook Senders: Check the Address You Connect To"
                  },
                  {
                    "title": "Миграции без простоя: сначала расширить, потом сузить"
                  },
                  {
                    "title": "HyperLogLog: Count 200M Visitors in 12 KB"
                  }
                ],
                "totalCount": 14
              }
            }
            "#);
    }

    async fn a_summary_is_found_by_an_alias_of_its_tag(app: TestApp) {
        let (slug, alias) = ALIASED;
        for part in ["anyOf", "allOf", "noneOf"] {
            let query = format!(
                "query($slug: [String!], $alias: [String!]) {{ \
                 by_slug: summaries(filter: {{tags: {{{part}: $slug}}}}, first: 100) {{ totalCount nodes {{ id }} }} \
                 by_alias: summaries(filter: {{tags: {{{part}: $alias}}}}, first: 100) {{ totalCount nodes {{ id }} \
                 }} }}"
            );
            let data = app.data_with(&query, json!({ "slug": [slug], "alias": [alias] })).await;
            assert_eq!(data["by_slug"], data["by_alias"], "{part}");
            let both_names = app.data_with(&query, json!({ "slug": [slug], "alias": [slug, alias] })).await;
            assert_eq!(both_names["by_slug"], both_names["by_alias"], "{part} of both names");
        }
    }

    async fn a_list_of_slugs_may_be_very_long(app: TestApp) {
        let mut slugs: Vec<String> = (0..4_000).map(|number| format!("nothing-{number}")).collect();
        slugs.push("graphql".to_owned());
        let query = "query($slugs: [String!], $one: [String!]) { \
                     any: summaries(filter: {tags: {anyOf: $slugs}}, first: 100) { nodes { id } } \
                     any_of_one: summaries(filter: {tags: {anyOf: $one}}, first: 100) { nodes { id } } \
                     none: summaries(filter: {tags: {noneOf: $slugs}}, first: 100) { nodes { id } } \
                     none_of_one: summaries(filter: {tags: {noneOf: $one}}, first: 100) { nodes { id } } \
                     all: summaries(filter: {tags: {allOf: $slugs}}) { totalCount } }";
        let data = app.data_with(query, json!({ "slugs": slugs, "one": ["graphql"] })).await;
        assert_eq!((&data["any"], &data["none"]), (&data["any_of_one"], &data["none_of_one"]));
        assert_eq!(data["all"], json!({ "totalCount": 0 }));
    }

    async fn many_known_slugs_are_all_looked_for(app: TestApp) {
        let tags = app.data("{ tags(first: 100) { nodes { slug } } }").await;
        let tags: Vec<&str> =
            tags["tags"]["nodes"].as_array().expect("tags").iter().filter_map(|it| it["slug"].as_str()).collect();
        let all = rows(&app, SUMMARIES).await;
        let filter = json!({ "tags": { "anyOf": tags } });
        let query = "query($filter: SummaryFilter) { summaries(filter: $filter) { totalCount } }";
        let expected = all.iter().filter(|row| holds(row, &filter)).count();
        let data = app.data_with(query, json!({ "filter": filter })).await;
        assert_eq!(data, json!({ "summaries": { "totalCount": expected } }));
    }

    async fn instants_and_languages_may_be_spelled_in_other_ways(app: TestApp) {
        let data = app.data(
            "{ utc: summaries(filter: {publishedAt: {gte: \"2026-05-08T07:30:00Z\", lt: \"2026-05-08T09:10:00Z\"}}) \
             { nodes { slug } } \
             offset: summaries(filter: {publishedAt: {gte: \"2026-05-08T09:30:00+02:00\", lt: \
             \"2026-05-08T05:10:00-04:00\"}}) { nodes { slug } } \
             lower: summaries(filter: {languages: [\"ru\"]}) { totalCount } \
             upper: summaries(filter: {languages: \"RU\"}) { totalCount } }",
        ).await;
        let nodes = json!({ "nodes": [
            { "slug": "kesh-bez-sroka-godnosti-kak-odin-kliuch-polozhil-katalog" },
            { "slug": "pool-of-20-beats-200-queue-outside-the-database" },
        ] });
        let russian = json!({ "totalCount": 7 });
        assert_eq!(data, json!({ "utc": nodes, "offset": nodes, "lower": russian, "upper": russian }));
    }

    async fn a_total_is_the_same_whether_it_was_kept_or_counted(app: TestApp) {
        let all = rows(&app, SUMMARIES).await;
        let mut filters = vec![json!({}), json!({ "categories": { "isEmpty": true } })];
        for (name, one) in [
            ("tags", &(|slug: &str| json!({ "anyOf": [slug] })) as &dyn Fn(&str) -> Value),
            ("categories", &|slug| json!({ "anyOf": [slug] })),
            ("sources", &|slug| json!({ "allOf": [slug] })),
            ("languages", &|tag| json!([tag])),
        ] {
            filters.extend(values(&all, name, 1).iter().map(|value| json!({ name: one(value) })));
        }
        let query = "query($filter: SummaryFilter) { summaries(filter: $filter) { totalCount } }";
        let later = json!({ "publishedAt": { "gte": "1970-01-01T00:00:00Z" } });
        for filter in filters {
            app.statements();
            let kept = app.data_with(query, json!({ "filter": filter })).await;
            assert!(app.statements().iter().all(|sql| !sql.contains("COUNT(")), "{filter} is kept");
            let counted = app.data_with(query, json!({ "filter": { "and": [filter, later] } })).await;
            assert!(app.statements().iter().any(|sql| sql.contains("COUNT(")), "{filter} is counted");
            let expected =
                json!({ "summaries": { "totalCount": all.iter().filter(|row| holds(row, &filter)).count() } });
            assert_eq!((&kept, &counted), (&expected, &expected), "{filter}");
        }
    }
}

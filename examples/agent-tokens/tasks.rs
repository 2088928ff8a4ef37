//! What is done: each task by each way, as somebody would who knows what they need.

use std::error::Error;

use serde_json::{Value, json};

use crate::{
    asking::{Asking, Talk, Way},
    rest,
};

/// A task.
pub(crate) struct Task {
    pub(crate) name: &'static str,
    /// Whether it is about a list, of which tables are to take less.
    pub(crate) is_list: bool,
    work: Work,
}

enum Work {
    /// One question; by REST, one resource or page.
    Ask { query: &'static str, resource: Resource },
    /// So many rows, 20 at a time; by tables, as many as the budget takes.
    PageThrough { rows: usize, fields: &'static [&'static str] },
    /// A text, in slices of so many tokens where there are any.
    Read { slice: usize },
    /// A query that is wrong in three places.
    Recover,
}

/// What is asked for instead of a query.
struct Resource {
    path: &'static str,
    /// What gives the same content in GraphQL, and where in the answer the resources are.
    query: &'static str,
    at: &'static str,
    everything: &'static str,
    fields: &'static [&'static str],
}

pub(crate) const TASKS: &[Task] = &[
    Task {
        name: "look one up",
        is_list: false,
        work: Work::Ask {
            query: "query ($slug: String!) { summary(by: {slug: $slug}) { title tldr keyPoints source { name } publishedAt } }",
            resource: Resource {
                path: "/summaries/{slug}",
                query: "query ($slug: String!) { summary(by: {slug: $slug}) { … } }",
                at: "/summary",
                everything: rest::SUMMARY,
                fields: &["title", "tldr", "keyPoints", "source.name", "publishedAt"],
            },
        },
    },
    Task {
        name: "a filtered list of 20",
        is_list: true,
        work: Work::Ask {
            query: "query ($tag: String!) { summaries(first: 20, filter: {tags: {anyOf: [$tag]}}) { nodes { id title tldr(maxChars: 200) source { name } tags { slug } publishedAt } } }",
            resource: Resource {
                path: "/summaries?tag={tag}&perPage=20",
                query: "query ($tag: String!) { summaries(first: 20, filter: {tags: {anyOf: [$tag]}}) { totalCount nodes { … } } }",
                at: "/summaries/nodes",
                everything: rest::SUMMARY,
                fields: &["id", "title", "tldr", "source.name", "tags.slug", "publishedAt"],
            },
        },
    },
    Task {
        name: "page through 60",
        is_list: true,
        work: Work::PageThrough { rows: 60, fields: &["id", "title", "source.name", "publishedAt"] },
    },
    Task {
        name: "counts by tag",
        is_list: true,
        work: Work::Ask {
            query: "{ summaries(first: 0) { facets(first: 20) { tags { tag { slug } count } } } }",
            resource: Resource {
                path: "/tags?sort=-summaryCount&perPage=20",
                query: "{ tags(first: 20) { totalCount nodes { … } } }",
                at: "/tags/nodes",
                everything: rest::TAG,
                fields: &["slug", "summaryCount"],
            },
        },
    },
    Task {
        name: "the archive of a series",
        is_list: true,
        work: Work::Ask {
            query: "query ($series: String!) { series(by: {slug: $series}) { episodes(first: 50, orderBy: {field: NUMBER, direction: ASC}) { nodes { number title publishedAt } } } }",
            resource: Resource {
                path: "/series/{series}/episodes?sort=number&perPage=50",
                query: "query ($series: String!) { series(by: {slug: $series}) { episodes(first: 50, orderBy: {field: NUMBER, direction: ASC}) { totalCount nodes { … } } } }",
                at: "/series/episodes/nodes",
                everything: rest::EPISODE,
                fields: &["number", "title", "publishedAt"],
            },
        },
    },
    Task { name: "a long text in slices", is_list: false, work: Work::Read { slice: 500 } },
    Task { name: "recover from mistakes", is_list: false, work: Work::Recover },
];

type Done = Result<Option<Talk>, Box<dyn Error>>;

impl Task {
    /// Does it; none where this way has nothing like it.
    pub(crate) async fn done(&self, asking: &Asking, way: Way) -> Done {
        match &self.work {
            Work::Ask { query, resource } => ask(asking, way, query, resource).await,
            Work::PageThrough { rows, fields } => page_through(asking, way, *rows, fields).await,
            Work::Read { slice } => read(asking, way, *slice).await,
            Work::Recover => recover(asking, way).await,
        }
    }
}

async fn ask(asking: &Asking, way: Way, query: &str, resource: &Resource) -> Done {
    let named = names(asking).await?;
    // Each question with the variables that it declares.
    let declared = |query: &str| {
        let of = |(name, value): (&String, &Value)| {
            query.contains(&format!("${name}:")).then(|| (name.clone(), value.clone()))
        };
        Value::Object(named.as_object().into_iter().flatten().filter_map(of).collect())
    };
    let mut talk = Talk::default();
    match way {
        Way::Table => return tables(asking, json!({ "query": query, "variables": declared(query) })).await,
        Way::Json => {
            let body = json!({ "query": query, "variables": declared(query) });
            talk.turn(body.to_string(), asking.graphql(&body).await?);
        }
        Way::Rest | Way::Fields => {
            let full = resource.query.replace('…', resource.everything);
            let data = asking.data(&full, &declared(&full)).await?;
            let found = rest::resource(data.pointer(resource.at).ok_or("no such place")?);
            let mut path = format!("GET {}", resource.path);
            for (name, value) in named.as_object().into_iter().flatten() {
                path = path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
            }
            let found = if way == Way::Fields {
                let sign = if path.contains('?') { '&' } else { '?' };
                path = format!("{path}{sign}fields={}", resource.fields.join(","));
                rest::only(&found, resource.fields)
            } else {
                found
            };
            let body = match &found {
                Value::Array(items) => rest::page(items, 1, items.len()),
                one => one.to_string(),
            };
            talk.turn(path, body);
        }
    }
    Ok(Some(talk))
}

/// A question to the tool, page after page.
async fn tables(asking: &Asking, mut arguments: Value) -> Done {
    let mut talk = Talk::default();
    loop {
        let Some(text) = asking.tool(&arguments).await? else { return Ok(None) };
        let header = text.lines().next().unwrap_or_default();
        let after = header.split_once(" after=").and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned);
        talk.turn(arguments.to_string(), text);
        match after {
            Some(after) => arguments["after"] = json!(after),
            None => return Ok(Some(talk)),
        }
    }
}

async fn page_through(asking: &Asking, way: Way, rows: usize, fields: &[&str]) -> Done {
    const PAGE: usize = 20;
    let nodes = "id title source { name } publishedAt";
    if way == Way::Table {
        return tables(asking, json!({ "query": format!("{{ summaries(first: {rows}) {{ nodes {{ {nodes} }} }} }}") }))
            .await;
    }
    let (mut talk, mut after) = (Talk::default(), Value::Null);
    let query = |nodes: &str| {
        format!(
            "query ($after: String) {{ summaries(first: {PAGE}, after: $after) {{ \
             totalCount nodes {{ {nodes} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
    };
    for number in 1..=rows / PAGE {
        let data = if way == Way::Json {
            let body = json!({ "query": query(nodes).replace("totalCount ", ""), "variables": { "after": after } });
            let text = asking.graphql(&body).await?;
            let data = serde_json::from_str::<Value>(&text)?["data"].take();
            talk.turn(body.to_string(), text);
            data
        } else {
            let data = asking.data(&query(rest::SUMMARY), &json!({ "after": after })).await?;
            let found = rest::resource(&data["summaries"]["nodes"]);
            let total =
                data["summaries"]["totalCount"].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
            let (kept, and) = match way {
                Way::Fields => (rest::only(&found, fields), format!("&fields={}", fields.join(","))),
                _ => (found, String::new()),
            };
            let items = kept.as_array().map(Vec::as_slice).unwrap_or_default();
            talk.turn(format!("GET /summaries?perPage={PAGE}&page={number}{and}"), rest::page(items, number, total));
            data
        };
        after = data["summaries"]["pageInfo"]["endCursor"].clone();
    }
    Ok(Some(talk))
}

async fn read(asking: &Asking, way: Way, slice: usize) -> Done {
    let slug = &names(asking).await?["slug"];
    let query = "query ($slug: String!) { summary(by: {slug: $slug}) { body { value } } }";
    let mut talk = Talk::default();
    match way {
        Way::Table => {
            let arguments = json!({ "query": query, "variables": { "slug": slug }, "maxTokens": slice });
            return tables(asking, arguments).await;
        }
        // There are no slices: all of it comes at once.
        Way::Json => {
            let body = json!({ "query": query, "variables": { "slug": slug } });
            talk.turn(body.to_string(), asking.graphql(&body).await?);
        }
        Way::Rest | Way::Fields => {
            let everything = query.replace("body { value }", rest::SUMMARY);
            let data = asking.data(&everything, &json!({ "slug": slug })).await?;
            let found = rest::resource(&data["summary"]);
            let (found, and) =
                if way == Way::Fields { (rest::only(&found, &["body"]), "?fields=body") } else { (found, "") };
            talk.turn(format!("GET /summaries/{}{and}", slug.as_str().unwrap_or_default()), found.to_string());
        }
    }
    Ok(Some(talk))
}

/// Three mistakes. Who is told of them one layer at a time needs a turn for each layer; a repair says all at once.
async fn recover(asking: &Asking, way: Way) -> Done {
    const WRONG: &str = "{ summaries(limit: 5) { titel source { name } } }";
    const BETTER: &str = "{ summaries(first: 5) { title source { name } } }";
    const RIGHT: &str = "{ summaries(first: 5) { nodes { title source { name } } } }";
    let mut talk = Talk::default();
    match way {
        Way::Table => {
            let wrong = json!({ "query": WRONG });
            let Some(text) = asking.tool(&wrong).await? else { return Ok(None) };
            let meant = text.lines().find_map(|line| line.strip_prefix("query: ")).map(str::to_owned);
            talk.turn(wrong.to_string(), text);
            // Without a repair, it takes the same steps as plain GraphQL.
            let next = meant.map_or_else(|| vec![BETTER.to_owned(), RIGHT.to_owned()], |meant| vec![meant]);
            for query in next {
                let arguments = json!({ "query": query });
                talk.turn(arguments.to_string(), asking.tool(&arguments).await?.unwrap_or_default());
            }
        }
        Way::Json => {
            for query in [WRONG, BETTER, RIGHT] {
                let body = json!({ "query": query });
                talk.turn(body.to_string(), asking.graphql(&body).await?);
            }
        }
        // Nothing is wrong with what is not known there: it is not read.
        Way::Rest | Way::Fields => return Ok(None),
    }
    Ok(Some(talk))
}

/// What there is to ask for in this content: the tag with most summaries, the newest summary, the longest series.
async fn names(asking: &Asking) -> Result<Value, Box<dyn Error>> {
    let query = "{ summaries(first: 1) { nodes { slug } facets(first: 1) { tags { tag { slug } } } } \
                 allSeries(first: 100) { nodes { slug episodes(first: 0) { totalCount } } } }";
    let data = asking.data(query, &json!({})).await?;
    let all = data["allSeries"]["nodes"].as_array().ok_or("no series")?;
    let longest = all.iter().max_by_key(|it| it["episodes"]["totalCount"].as_u64()).ok_or("no series")?;
    Ok(json!({
        "slug": data["summaries"]["nodes"][0]["slug"],
        "tag": data["summaries"]["facets"]["tags"][0]["tag"]["slug"],
        "series": longest["slug"],
    }))
}

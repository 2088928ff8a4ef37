//! Pages of any size, either way, under any order and filter, lose nothing, repeat nothing, and know
//! where they end.

mod lists;

use lists::{Entry, LISTS, List, all_lists};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    both,
    property::{for_all, same},
    support::TestApp,
};

/// Everything that a page has.
const PAGE: &str = "{ edges { cursor node { id } } nodes { id } \
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }";

both! {
    async fn page_after_page_is_the_whole_list(app: TestApp) {
        let lists = all_lists(&app).await;
        let walks = (any::<Index>(), 1..40_usize, any::<bool>());
        for_all(60, walks, async |(list, size, backwards)| {
            let List { arguments, entries, .. } = list.get(&lists);
            let (count, cursor) = if backwards { ("last", "before") } else { ("first", "after") };
            let (mut seen, mut at): (Vec<Value>, Option<String>) = (Vec::new(), None);
            loop {
                let from = at.map(|at| format!(", {cursor}: \"{at}\"")).unwrap_or_default();
                let data = app.data(&format!("{{ page: {arguments} {count}: {size}{from}) {PAGE} }}")).await;
                let (nodes, info) = (&data["page"]["nodes"], &data["page"]["pageInfo"]);
                let nodes = nodes.as_array().expect("nodes").clone();
                let (before, behind) = if backwards { (&nodes, &seen) } else { (&seen, &nodes) };
                seen = before.iter().chain(behind).cloned().collect();
                let there_is_more = if backwards { &info["hasPreviousPage"] } else { &info["hasNextPage"] };
                let end = if backwards { &info["startCursor"] } else { &info["endCursor"] };
                at = end.as_str().map(str::to_owned);
                if *there_is_more == false || nodes.is_empty() || seen.len() > entries.len() {
                    break;
                }
            }
            let whole: Vec<Value> = entries.iter().map(|entry| json!({ "id": entry.id })).collect();
            same(&seen, &whole)
        })
        .await;
    }

    /// The cursors are those of the same list without a filter: they need not be of entries that the
    /// filter lets through.
    async fn a_page_is_exactly_what_lies_between_its_cursors(app: TestApp) {
        let lists = all_lists(&app).await;
        let place = || prop::option::weighted(0.5, any::<Index>());
        let size = prop::option::weighted(0.9, (any::<bool>(), prop_oneof![0..4_usize, 0..=100_usize]));
        for_all(250, (any::<Index>(), place(), place(), size), async |(list, after, before, size)| {
            let list = list.get(&lists);
            let unfiltered =
                &lists.iter().find(|it| it.order == list.order && it.filter.is_empty()).expect("it is there").entries;
            let [after, before] = [after, before].map(|at| at.map(|at| at.index(unfiltered.len())));

            let mut arguments = list.arguments.clone();
            for (name, place) in [("after", after), ("before", before)] {
                if let Some(place) = place {
                    arguments = format!("{arguments} {name}: \"{}\",", unfiltered[place].cursor);
                }
            }
            if let Some((backwards, size)) = size {
                arguments = format!("{arguments} {}: {size},", if backwards { "last" } else { "first" });
            }
            // Parentheses want something in them.
            let field = format!("{arguments})").replace("( )", "");
            let data = app.data(&format!("{{ page: {field} {PAGE} }}")).await;
            same(&data["page"], &page(&list.entries, unfiltered, after, before, size))
        })
        .await;
    }

    async fn a_page_is_the_same_whatever_else_is_selected(app: TestApp) {
        let lists = all_lists(&app).await;
        let parts = [
            "edges { cursor }",
            "edges { node { id } }",
            "nodes { id }",
            "totalCount",
            "pageInfo { hasNextPage }",
            "pageInfo { hasPreviousPage }",
            "pageInfo { startCursor }",
            "pageInfo { endCursor }",
            "edges { __typename }",
        ];
        let selection = prop::sample::subsequence(parts.to_vec(), 1..4);
        for_all(
            60,
            (any::<Index>(), any::<Index>(), any::<bool>(), 0..5_usize, selection),
            async |(list, at, backwards, size, parts)| {
                let List { arguments, entries, .. } = list.get(&lists);
                if entries.is_empty() {
                    return Ok(());
                }
                let at = &entries[at.index(entries.len())].cursor;
                let (count, cursor) = if backwards { ("last", "before") } else { ("first", "after") };
                let page = |selection: &str| {
                    format!("{{ page: {arguments} {count}: {size}, {cursor}: \"{at}\") {{ {selection} }} }}")
                };
                let whole = app.data(&page(&format!("edges {{ __typename }} ... {PAGE}"))).await;
                let found = app.data(&page(&parts.join(" "))).await;
                same(&found, &only(&found, &whole))
            },
        )
        .await;
    }

    async fn lists_come_in_the_order_that_was_asked_for(app: TestApp) {
        let lists = all_lists(&app).await;
        for List { order, filter, entries, .. } in &lists {
            let mut sorted = entries.clone();
            sorted.sort_by_key(|entry| (sort_key(order, &entry.node), entry.id.len(), entry.id.clone()));
            if order.contains("DESC") || order.as_str() == "summaries" || order.as_str() == "episodes" {
                sorted.reverse();
            }
            let titles = |entries: &[Entry]| entries.iter().map(|it| it.node.to_string()).collect::<Vec<_>>();
            assert_eq!(titles(entries), titles(&sorted), "{order} {filter}");
        }
    }

    async fn an_empty_list_has_an_empty_page(app: TestApp) {
        let app = app.empty().await;
        for (field, _, _) in LISTS {
            for arguments in ["", "(first: 0)", "(last: 0)", "(first: 3)", "(last: 100)"] {
                let data = app.data(&format!("{{ page: {field}{arguments} {PAGE} }}")).await;
                assert_eq!(data, json!({ "page": page(&[], &[], None, None, None) }), "{field}{arguments}");
            }
        }
    }

    async fn what_cannot_be_a_page_is_refused_with_what_to_do(app: TestApp) {
        let titles = app.data("{ summaries(first: 1, orderBy: {field: TITLE}) { edges { cursor } } }").await;
        let of_another_order = titles["summaries"]["edges"][0]["cursor"].as_str().expect("a cursor");
        let not_ours = "That cursor is not one of this API's: use one from `pageInfo` or `edges` as it came.";
        let not_this =
            "That cursor belongs to another list or another order: start again without it, or ask in its order.";
        for (field, _, _) in LISTS {
            for (arguments, message) in [
                ("first: 1, last: 1", "Give either `first` or `last`, not both."),
                ("first: 0, last: 0", "Give either `first` or `last`, not both."),
                ("first: -1", "`first` is -1; it may be 0 to 100."),
                ("last: -2147483648", "`last` is -2147483648; it may be 0 to 100."),
                ("first: 101", "`first` is 101; it may be 0 to 100."),
                ("last: 2147483647", "`last` is 2147483647; it may be 0 to 100."),
                ("after: \"\"", not_ours),
                ("before: \"rubbish\"", not_ours),
                ("after: \"Ünïcode\"", not_ours),
                ("after: \"a b\"", not_ours),
                (&format!("after: \"{of_another_order}\""), not_this),
                (&format!("last: 5, before: \"{of_another_order}\""), not_this),
            ] {
                let answer = app.ask(&format!("{{ {field}({arguments}) {{ totalCount }} }}")).await;
                let error = json!({
                    "message": message, "path": [field], "locations": [{ "line": 1, "column": 3 }],
                    "extensions": { "code": "BAD_USER_INPUT" },
                });
                assert_eq!(answer, json!({ "data": null, "errors": [error] }), "{field}({arguments})");
            }
        }
    }

    async fn a_mistake_costs_no_statement(app: TestApp) {
        app.statements();
        for arguments in ["first: 1, last: 1", "first: 101", "after: \"rubbish\""] {
            app.ask(&format!("{{ categories({arguments}) {{ nodes {{ id }} totalCount }} }}")).await;
            assert_eq!(app.statements(), Vec::<String>::new(), "{arguments}");
        }
    }
}

/// The page between two places of the list without a filter, as the Relay specification cuts it, with
/// `hasNextPage` and `hasPreviousPage` exact.
fn page(
    entries: &[Entry],
    unfiltered: &[Entry],
    after: Option<usize>,
    before: Option<usize>,
    size: Option<(bool, usize)>,
) -> Value {
    let up_to = |end: usize| {
        let ids: Vec<&String> = unfiltered[..end].iter().map(|entry| &entry.id).collect();
        entries.iter().filter(|entry| ids.contains(&&entry.id)).count()
    };
    let from = after.map_or(0, |place| up_to(place + 1));
    let to = before.map_or(entries.len(), up_to);
    let (backwards, size) = size.unwrap_or((false, 20));
    let (start, end) = match backwards {
        _ if to < from => (from, to),
        false => (from, to.min(from + size)),
        true => (from.max(to.saturating_sub(size)), to),
    };
    let page = if start <= end { &entries[start..end] } else { &[] };
    json!({
        "edges": page.iter().map(|it| json!({ "cursor": it.cursor, "node": { "id": it.id } })).collect::<Vec<_>>(),
        "nodes": page.iter().map(|it| json!({ "id": it.id })).collect::<Vec<_>>(),
        "pageInfo": {
            "hasNextPage": end < entries.len(),
            "hasPreviousPage": start > 0,
            "startCursor": page.first().map(|it| &it.cursor),
            "endCursor": page.last().map(|it| &it.cursor),
        },
        "totalCount": entries.len(),
    })
}

/// What the entries of a list are sorted by, before their ids.
fn sort_key(order: &str, node: &Value) -> (Option<(i64, i64)>, String) {
    let text = |name: &str| node[name].as_str().expect("a text").to_owned();
    if order.contains("TITLE") {
        (None, text("title").nfkc().collect::<String>().to_lowercase())
    } else if order.contains("NUMBER") {
        (node["number"].as_i64().map(|number| (node["season"].as_i64().unwrap_or(0), number)), String::new())
    } else if order.contains("UPDATED_AT") {
        (None, text("updatedAt"))
    } else if order.contains("summaries") || order.contains("episodes") {
        (None, text("publishedAt"))
    } else {
        (None, text("slug"))
    }
}

/// The part of `whole` that has the shape of `like`.
fn only(like: &Value, whole: &Value) -> Value {
    match (like, whole) {
        (Value::Object(like), Value::Object(whole)) => {
            like.iter().map(|(key, like)| (key.clone(), only(like, &whole[key]))).collect()
        }
        (Value::Array(like), Value::Array(whole)) if like.len() == whole.len() => {
            like.iter().zip(whole).map(|(like, whole)| only(like, whole)).collect()
        }
        (_, whole) => whole.clone(),
    }
}

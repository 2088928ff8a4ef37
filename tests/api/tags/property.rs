//! What holds after any imports and merges in any order: counters are counts, copies agree, the log names what there
//! is, importing again what came last changes nothing, and tags are as if inputs had been written with the names
//! that are left.

use std::collections::{BTreeMap, BTreeSet};

use precis::content::store::NotMerged;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::Value;

use super::tagged;
use crate::{
    import::{
        inbox::{CHANGED, import_as_of, lines},
        property::{Rows, agree},
    },
    property::{for_all, same},
    support::{Backend, TestApp, run},
    tables::{differences, dump},
};

/// How many sequences are tried on each database.
const CASES: u32 = 16;

/// Tags, some of which are others in another spelling.
const TAGS: [&str; 8] = ["Event Driven", "eventdriven", "K8s", "k-8-s", "Kubernetes", "Water", "#WATER", "Lakes"];

/// Something that is done.
#[derive(Clone, Debug)]
enum Step {
    /// A file of lines comes, with a title and tags each. It is newer than those before: what is between two others
    /// is stored or not as those two differ, and that depends on how tags are written.
    Import(Vec<(&'static str, Vec<&'static str>)>),
    /// A tag is merged into another one, if they are there.
    Merge(&'static str, &'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tags = subsequence(TAGS.to_vec(), 0..4);
    let titles = subsequence(vec!["Flood", "Ebb", "Delta", "Mouth"], 1..4);
    let items = (titles, vec(tags, 4)).prop_map(|(titles, tags)| titles.into_iter().zip(tags).collect());
    let import = items.prop_map(Step::Import);
    let merge = (select(TAGS.to_vec()), select(TAGS.to_vec())).prop_map(|(from, into)| Step::Merge(from, into));
    vec(prop_oneof![2 => import, 3 => merge], 2..10)
}

/// What all spellings of a tag have in common.
fn key(tag: &str) -> String {
    tag.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// The tags that there should be: to which one each key leads.
#[derive(Default)]
struct Expected(BTreeMap<String, String>);

impl Expected {
    fn import(&mut self, tag: &str) {
        self.0.entry(key(tag)).or_insert_with(|| key(tag));
    }

    /// What a merge should come to: what went, or why nothing did.
    fn merge(&mut self, from: &str, into: &str) -> Result<Option<String>, &'static str> {
        let (Some(tag), Some(target)) = (self.0.get(&key(from)).cloned(), self.0.get(&key(into)).cloned()) else {
            return Err("unknown");
        };
        if tag == target {
            let is_itself = key(from) == target || key(from) == key(into);
            return if is_itself { Err("itself") } else { Ok(None) };
        }
        for leads_to in self.0.values_mut().filter(|it| **it == tag) {
            leads_to.clone_from(&target);
        }
        Ok(Some(tag))
    }

    /// The name that is left of a tag.
    fn left(&self, tag: &str) -> String {
        self.0.get(&key(tag)).cloned().unwrap_or_default()
    }
}

/// The file of an import, and when it was changed.
fn file(at: usize, items: &[(&'static str, Vec<&'static str>)], name: impl Fn(&str) -> String) -> (u64, String) {
    let line = |(title, tags): &(&str, Vec<&'static str>)| {
        let tags: Vec<String> = tags.iter().map(|tag| name(tag)).collect();
        tagged(title, &tags.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let changed = CHANGED + u64::try_from(at).expect("few");
    (changed, lines(&items.iter().map(line).collect::<Vec<_>>()))
}

/// The tags of each summary, by its title, and how many summaries each tag has.
async fn tags(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    let keys = |tags: &Value| {
        let slugs = tags.as_array().expect("tags").iter().map(|tag| tag["slug"].as_str().expect("a slug"));
        slugs.map(key).collect()
    };
    let summaries = app.data("{ summaries(first: 100) { nodes { title tags { slug } } } }").await;
    let nodes = summaries["summaries"]["nodes"].as_array().expect("nodes");
    nodes.iter().map(|it| (it["title"].as_str().expect("a title").to_owned(), keys(&it["tags"]))).collect()
}

async fn check(app: &TestApp, steps: &[Step]) -> Result<(), String> {
    let app = app.empty().await;
    let mut expected = Expected::default();
    let mut last: Option<(u64, String)> = None;
    for (at, step) in steps.iter().enumerate() {
        let before = Rows::read(&app.url).await;
        match step {
            Step::Import(items) => {
                items.iter().flat_map(|(_, tags)| tags).for_each(|tag| expected.import(tag));
                let (changed, text) = file(at, items, str::to_owned);
                let became = import_as_of(app.content(), changed, "a.jsonl", text.as_bytes()).await;
                assert!(became.is_stored(), "{became:?}");
                last = Some((changed, text));
            }
            Step::Merge(from, into) => {
                let merged = app.content().merge_tags(&[(*from).to_owned()], into).await.expect("a database");
                let merged = merged.map(|merged| merged.gone.into_iter().next().map(|gone| key(&gone.tag.slug)));
                let merged = merged.map_err(|why| match why {
                    NotMerged::Unknown { .. } => "unknown",
                    NotMerged::Itself { .. } => "itself",
                });
                same(&merged, &expected.merge(from, into))?;
            }
        }
        let after = Rows::read(&app.url).await;
        agree(&before, &after);
        if let Some((changed, text)) = &last {
            let tables = dump(&app.url).await;
            import_as_of(app.content(), *changed, "a.jsonl", text.as_bytes()).await;
            same(&differences(&tables, &dump(&app.url).await), &Vec::new())?;
        }
    }
    // The same inputs, written with the names that are left.
    let other = app.empty().await;
    for (at, step) in steps.iter().enumerate() {
        if let Step::Import(items) = step {
            let (changed, text) = file(at, items, |tag| expected.left(tag));
            import_as_of(other.content(), changed, "a.jsonl", text.as_bytes()).await;
        }
    }
    same(&tags(&app).await, &tags(&other).await)
}

#[test]
fn tags_are_as_if_inputs_had_the_names_that_are_left_on_sqlite() {
    run(Backend::Sqlite, async |app| for_all(CASES, steps(), async |steps| check(&app, &steps).await).await);
}

#[test]
fn tags_are_as_if_inputs_had_the_names_that_are_left_on_postgres() {
    run(Backend::Postgres, async |app| for_all(CASES, steps(), async |steps| check(&app, &steps).await).await);
}

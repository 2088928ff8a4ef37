//! The stories of some episodes are those of their signs, whatever the order and the batches in which the
//! episodes come, and however often they change on the way.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::{TEXT, primary::assert_one_primary_a_story, stories, told};
use crate::{
    both,
    import::inbox::{CHANGED, import_as_of, lines},
    property::{for_all, same},
    support::TestApp,
};

/// A telling: what an input says of an episode.
#[derive(Clone, Debug)]
struct Told {
    /// Which episode, of its source.
    name: usize,
    source: usize,
    title: &'static str,
    url: Option<&'static str>,
    text: Option<String>,
    day: i64,
}

/// Names of episodes, by number.
const NAMES: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
/// Sources, by number.
const SOURCES: &[&str] = &["rivers", "seas", "wells"];

impl Told {
    /// As a line of an input, which is like no other: what says nothing new is not remembered.
    fn line(&self, place: usize) -> Value {
        let date = chrono::DateTime::from_timestamp(1_772_000_000 + self.day * 86_400, 0).expect("an instant");
        let more = json!({
            "url": self.url, "excerpt": self.text, "published_at": date.to_rfc3339(), "duration_seconds": place + 1,
        });
        told(SOURCES[self.source], NAMES[self.name], self.title, &more)
    }

    /// Whether two of them are one story by their own signs, where these titles recur at a source.
    fn is_same_story(&self, other: &Self, recurring: &BTreeSet<&str>) -> bool {
        let (same_title, elsewhere) = (self.title == other.title, self.source != other.source);
        let same_url = self.url.is_some() && self.url == other.url;
        let same_text = self.text == other.text && self.text.as_ref().is_some_and(|text| text.len() >= 200);
        let same_day = (self.day - other.day).abs() <= 30 && self.title.len() >= 12 && !recurring.contains(self.title);
        same_url && (elsewhere || same_title) || same_text || same_title && elsewhere && same_day
    }
}

/// What one says of an episode.
fn telling() -> impl Strategy<Value = Told> {
    let titles = [
        "The Night of the Flood",
        "The Night of the Flood",
        "High Water",
        "What the Rain Left Behind",
        "Low Water in the Delta",
    ];
    let texts = [None, None, Some("Short.".to_owned()), Some(TEXT.to_owned()), Some(TEXT.replace("river", "sea"))];
    let urls = [None, None, Some("https://town.example/flood"), Some("https://town.example/ebb")];
    let signs = (select(titles.to_vec()), select(urls.to_vec()), select(texts.to_vec()));
    (0..NAMES.len(), signs, select(vec![0, 15, 30, 31, 60, 61])).prop_map(|(name, (title, url, text), day)| Told {
        name,
        source: name % SOURCES.len(),
        title,
        url,
        text,
        day,
    })
}

/// Tellings, the later ones newer, in the order and the batches in which they come.
fn imports() -> impl Strategy<Value = (Vec<Told>, Vec<Vec<usize>>)> {
    prop::collection::vec(telling(), 2..14).prop_flat_map(|all| {
        let order = Just((0..all.len()).collect::<Vec<_>>()).prop_shuffle();
        let cuts = prop::collection::vec(any::<bool>(), all.len());
        (order, cuts).prop_map(move |(order, cuts)| {
            let mut batches: Vec<Vec<usize>> = vec![Vec::new()];
            for (place, cut) in order.into_iter().zip(cuts) {
                if cut {
                    batches.push(Vec::new());
                }
                batches.last_mut().expect("a batch").push(place);
            }
            (all.clone(), batches)
        })
    })
}

/// The stories of what was told last of each episode.
fn naive(all: &[Told]) -> BTreeSet<Vec<String>> {
    let is_last = |place: &usize| all[place + 1..].iter().all(|later| later.name != all[*place].name);
    let last: Vec<&Told> = (0..all.len()).filter(is_last).map(|place| &all[place]).collect();
    let recurs =
        |it: &&&Told| last.iter().filter(|other| (other.source, other.title) == (it.source, it.title)).count() > 1;
    let recurring: BTreeSet<&str> = last.iter().filter(recurs).map(|it| it.title).collect();
    let mut stories: Vec<Vec<&Told>> = Vec::new();
    for it in last.iter().copied() {
        let (with, without): (Vec<_>, Vec<_>) =
            stories.into_iter().partition(|story| story.iter().any(|other| it.is_same_story(other, &recurring)));
        stories = without;
        stories.push(with.into_iter().flatten().chain([it]).collect());
    }
    let names = |story: Vec<&Told>| {
        let mut names: Vec<String> = story.iter().map(|it| NAMES[it.name].to_owned()).collect();
        names.sort();
        names
    };
    stories.into_iter().map(names).collect()
}

/// Imports what was told, a file for each telling where they are apart, and looks at the stories.
async fn check(app: &TestApp, all: &[Told], batches: &[Vec<usize>]) -> Result<TestApp, String> {
    let app = app.empty().await;
    for batch in batches.iter().filter(|batch| !batch.is_empty()) {
        // Lines of one file are as new as their places say; files are as new as their times.
        for apart in batch.chunk_by(|one, other| one < other && *other == one + 1) {
            let text = lines(&apart.iter().map(|place| all[*place].line(*place)).collect::<Vec<_>>());
            let changed = CHANGED + apart[0] as u64 * 60;
            let became = import_as_of(app.content(), changed, "a.jsonl", text.as_bytes()).await;
            assert!(became.is_stored(), "{became:?}");
        }
    }
    same(&stories(&app).await, &naive(all))?;
    Ok(app)
}

both! {
    async fn stories_do_not_depend_on_the_order_of_import(app: TestApp) {
        for_all(25, imports(), async |(all, batches)| check(&app, &all, &batches).await.map(drop)).await;
    }

    async fn stories_of_one_batch_are_those_of_many(app: TestApp) {
        for_all(20, prop::collection::vec(telling(), 2..14), async |all| {
            let whole: Vec<usize> = (0..all.len()).collect();
            check(&app, &all, std::slice::from_ref(&whole)).await.map(drop)
        })
        .await;
    }

    async fn one_summary_stands_for_each_story_after_any_imports(app: TestApp) {
        for_all(25, imports(), async |(all, batches)| {
            let app = check(&app, &all, &batches).await?;
            assert_one_primary_a_story(&app).await
        })
        .await;
    }
}

//! Places in a series: the latest number, the numbers that are missing, and what comes before and behind
//! an episode.

use serde_json::{Value, json};

use crate::{
    archive::set_status,
    both,
    import::inbox::{import, line, lines},
    support::TestApp,
};

/// A line about an episode of the series Depths, published on that day of March 2026.
fn part(title: &str, day: i32, season: Option<i32>, number: Option<i32>) -> Value {
    let date = format!("2026-03-{day:02}T10:00:00Z");
    let more = json!({ "series": "Depths", "season": season, "number": number, "published_at": date });
    line(title, title, &json!({ "episode": more }))
}

/// Another application with these episodes.
async fn with(app: &TestApp, parts: &[Value]) -> TestApp {
    let app = app.empty().await;
    assert!(import(app.content(), "a.jsonl", &lines(parts)).await.is_stored());
    app
}

/// Episodes with these numbers.
async fn numbered(app: &TestApp, numbers: &[i32]) -> TestApp {
    let parts: Vec<Value> = numbers
        .iter()
        .enumerate()
        .map(|(place, number)| part(&format!("part {place}"), 3, None, Some(*number)))
        .collect();
    with(app, &parts).await
}

/// What the series says of its numbers.
async fn numbers(app: &TestApp, arguments: &str) -> Value {
    let fields = format!("latestNumber missingNumbers{arguments}");
    app.data(&format!("{{ series(by: {{slug: \"rivers-depths\"}}) {{ {fields} }} }}")).await["series"].take()
}

/// For each episode, by title: the one before it and the one behind it.
async fn neighbours(app: &TestApp) -> Vec<[String; 3]> {
    let query = "{ episodes(first: 100, orderBy: {field: TITLE, direction: ASC}) \
                 { nodes { previous { title } title next { title } } } }";
    let data = app.data(query).await;
    let title = |episode: &Value| episode["title"].as_str().unwrap_or("none").to_owned();
    let episodes = data["episodes"]["nodes"].as_array().expect("episodes");
    episodes.iter().map(|it| [title(&it["previous"]), title(it), title(&it["next"])]).collect()
}

/// The same as one writes it down: each title between its neighbours, `-` for none.
fn row(titles: &[&str]) -> Vec<[String; 3]> {
    let at = |place: Option<usize>| place.and_then(|place| titles.get(place)).map_or("none", |title| *title).to_owned();
    let mut rows: Vec<[String; 3]> =
        (0..titles.len()).map(|place| [at(place.checked_sub(1)), at(Some(place)), at(Some(place + 1))]).collect();
    rows.sort_by(|one, other| one[1].cmp(&other[1]));
    rows
}

both! {
    async fn numbers_between_the_first_and_the_latest_are_missing(app: TestApp) {
        let app = numbered(&app, &[9, 4, 6, 6, 5, 12]).await;
        assert_eq!(numbers(&app, "").await, json!({ "latestNumber": 12, "missingNumbers": [7, 8, 10, 11] }));
        assert_eq!(numbers(&app, "(first: 3)").await, json!({ "latestNumber": 12, "missingNumbers": [7, 8, 10] }));
        assert_eq!(numbers(&app, "(first: 0)").await, json!({ "latestNumber": 12, "missingNumbers": [] }));
    }

    async fn a_series_without_numbers_has_none_and_misses_none(app: TestApp) {
        let apart = with(&app, &[part("a", 1, None, None), part("b", 2, None, None)]).await;
        assert_eq!(numbers(&apart, "").await, json!({ "latestNumber": null, "missingNumbers": [] }));
        let one = numbered(&app, &[7]).await;
        assert_eq!(numbers(&one, "").await, json!({ "latestNumber": 7, "missingNumbers": [] }));
        let zero = numbered(&app, &[0, 2]).await;
        assert_eq!(numbers(&zero, "").await, json!({ "latestNumber": 2, "missingNumbers": [1] }));
    }

    async fn numbers_that_lie_far_apart_cost_no_more_than_what_is_asked_for(app: TestApp) {
        let app = numbered(&app, &[1, i32::MAX]).await;
        let missing = |first: i32| {
            let numbers: Vec<i32> = (2..2 + first).collect();
            json!({ "latestNumber": i32::MAX, "missingNumbers": numbers })
        };
        assert_eq!(numbers(&app, "(first: 1000)").await, missing(1_000));
        assert_eq!(numbers(&app, "").await, missing(100));
        let behind = numbered(&app, &[i32::MAX - 2, i32::MAX]).await;
        assert_eq!(numbers(&behind, "").await, json!({ "latestNumber": i32::MAX, "missingNumbers": [i32::MAX - 1] }));
    }

    async fn more_than_a_thousand_gaps_are_refused(app: TestApp) {
        let app = numbered(&app, &[1, 3]).await;
        for first in [-1, 1_001] {
            let query = format!("{{ series(by: {{slug: \"rivers-depths\"}}) {{ missingNumbers(first: {first}) }} }}");
            let answer = app.ask(&query).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        }
    }

    async fn the_samples_miss_what_their_readme_says(app: TestApp) {
        let data = app.data("{ allSeries(first: 100) { nodes { title latestNumber missingNumbers } } }").await;
        let gaps: Vec<Value> = data["allSeries"]["nodes"]
            .as_array()
            .expect("series")
            .iter()
            .filter(|it| it["missingNumbers"] != json!([]))
            .cloned()
            .collect();
        let series = |title: &str, latest: i32, missing: &[i32]| {
            json!({ "title": title, "latestNumber": latest, "missingNumbers": missing })
        };
        for expected in [
            series("Letters to a Young Pipeline", 15, &[13]),
            series("Notes from the Query Planner", 10, &[8]),
            series("The Night Shift at the Message Broker", 5, &[4]),
        ] {
            assert!(gaps.contains(&expected), "{expected} in {gaps:#?}");
        }
    }

    async fn episodes_follow_their_numbers_whatever_their_dates(app: TestApp) {
        let app = with(
            &app,
            &[
                part("a", 5, None, Some(2)),
                part("b", 1, None, Some(3)),
                part("c", 9, None, Some(1)),
                part("d", 2, None, Some(i32::MAX)),
            ],
        )
        .await;
        assert_eq!(neighbours(&app).await, row(&["c", "a", "b", "d"]));
    }

    async fn equal_numbers_follow_their_dates(app: TestApp) {
        let app = with(
            &app,
            &[
                part("a", 5, None, Some(2)),
                part("b", 1, None, Some(2)),
                part("c", 5, None, Some(2)),
                part("d", 1, None, Some(3)),
                part("e", 9, None, Some(1)),
            ],
        )
        .await;
        assert_eq!(neighbours(&app).await, row(&["e", "b", "a", "c", "d"]));
    }

    async fn a_season_follows_the_season_before_it(app: TestApp) {
        let app = with(
            &app,
            &[
                part("a", 1, Some(2), Some(1)),
                part("b", 2, Some(1), Some(2)),
                part("c", 3, Some(1), Some(1)),
                part("d", 4, Some(2), Some(2)),
                part("e", 5, None, Some(7)),
            ],
        )
        .await;
        assert_eq!(neighbours(&app).await, row(&["e", "c", "b", "a", "d"]));
    }

    async fn what_has_no_number_follows_its_date_and_leads_to_no_number(app: TestApp) {
        let app = with(
            &app,
            &[
                part("a", 4, None, None),
                part("b", 2, None, None),
                part("c", 4, Some(1), None),
                part("d", 3, None, Some(2)),
                part("e", 5, None, Some(1)),
            ],
        )
        .await;
        let mut expected = [row(&["b", "a", "c"]), row(&["e", "d"])].concat();
        expected.sort_by(|one, other| one[1].cmp(&other[1]));
        assert_eq!(neighbours(&app).await, expected);
    }

    async fn what_is_in_no_series_has_no_neighbours(app: TestApp) {
        let alone = |title: &str| line(title, title, &json!({ "episode": { "number": 3 } }));
        let seas = json!({ "slug": "seas", "name": "Seas" });
        let elsewhere = json!({ "source": seas, "episode": { "series": "Depths", "number": 2 } });
        let app = with(&app, &[part("a", 1, None, Some(1)), alone("b"), alone("c"), line("d", "d", &elsewhere)]).await;
        assert_eq!(neighbours(&app).await, [row(&["a"]), row(&["b"]), row(&["c"]), row(&["d"])].concat());
    }

    async fn an_episode_is_a_neighbour_whether_or_not_it_is_summed_up(app: TestApp) {
        let app =
            with(&app, &[part("a", 1, None, Some(1)), part("b", 2, None, Some(2)), part("c", 3, None, Some(3))]).await;
        set_status(&app, &["b"], "ARCHIVED").await;
        assert_eq!(neighbours(&app).await, row(&["a", "b", "c"]));
        let data =
            app.data("{ summaries(first: 1) { nodes { episode { previous { title summaries { title } } } } } }").await;
        let previous = json!({ "title": "b", "summaries": [] });
        assert_eq!(data["summaries"]["nodes"], json!([{ "episode": { "previous": previous } }]));
    }

    async fn one_walks_along_a_series_and_back(app: TestApp) {
        let app =
            with(&app, &[part("a", 1, None, Some(1)), part("b", 2, None, Some(2)), part("c", 3, None, Some(3))]).await;
        let query = "{ episode(by: {seriesNumber: {series: \"rivers-depths\", number: 3}}) { \
                     next { title } previous { number series { latestNumber } previous { title previous { title } \
                     next { next { title previous { title } } } } } } }";
        assert_eq!(
            app.data(query).await["episode"],
            json!({
                "next": null,
                "previous": {
                    "number": 2,
                    "series": { "latestNumber": 3 },
                    "previous": {
                        "title": "a", "previous": null,
                        "next": { "next": { "title": "c", "previous": { "title": "b" } } },
                    },
                },
            })
        );
    }

    async fn neighbours_and_numbers_of_a_page_are_a_statement_each(app: TestApp) {
        for (expected, field) in [
            (2, "episodes(first: 100) { nodes { title previous { title } } }"),
            (3, "episodes(first: 100) { nodes { title previous { title source { name } } next { title } } }"),
            (3, "episodes(first: 100) { nodes { previous { title previous { title } } } }"),
            (app.backend.of(3, 2), "summaries(first: 100) { nodes { episode { next { title } } } }"),
            (2, "allSeries(first: 100) { nodes { latestNumber missingNumbers few: missingNumbers(first: 1) } }"),
            (2, "episodes(first: 100) { nodes { series { latestNumber } } }"),
            (3, "allSeries(first: 100) { nodes { summaryCount latestNumber } }"),
        ] {
            let run = app.statements_of(field).await;
            assert_eq!(run.len(), expected, "{field}: {run:#?}");
        }
    }
}

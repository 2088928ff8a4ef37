//! `precis category`: categories are listed, and what stands in none is filed by the rules of the configuration.

use serde_json::{Value, json};

use super::{Ended, Fresh, Precis, said};
use crate::{both, support::TestApp};

const LINES: &str = "\
{\"source\": \"Rivers\", \"title\": \"Flood\", \"guid\": \"1\", \"tags\": [\"Water\"]}\n\
{\"source\": \"Rivers\", \"title\": \"Ebb\", \"guid\": \"2\", \"category\": \"Seas, Oceans\"}\n\
{\"source\": \"Lakes\", \"title\": \"Delta\", \"guid\": \"3\"}\n";

both! {
    async fn rules_hold_on_the_way_in_and_for_what_is_there_when_somebody_says_so(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        let run = |arguments: &[&str]| precis.run(&[arguments, &["--database-url", &database.url]].concat());
        precis.write("a.jsonl", LINES);
        assert_eq!(
            run(&["category", "apply"]),
            Ended {
                code: Some(2),
                out: String::new(),
                err: "precis: there are no rules to file by: set category_rules\n".to_owned(),
            }
        );
        let rules = ["--category-rules", "source:Lakes = Seas, Oceans; tag:mud = Mud"];
        assert_eq!(run(&[&["import", "--log", "warn", "a.jsonl"], &rules[..]].concat()).code, Some(0));
        let list = "seas-oceans        2  Seas, Oceans\n-                  1  (without a category)\n";
        assert_eq!(run(&["category", "list"]), said(list));

        precis.write("precis.toml", "category_rules = [\"words:ebb = Tides\", \"tag:water = Weather, Climate\"]");
        let would = "Weather, Climate: 1 summaries would be filed\n\
                     In all: 1 summaries would be filed, 0 left without a category\n";
        assert_eq!(run(&["category", "apply", "--dry-run"]), said(would));
        assert_eq!(run(&["category", "list"]), said(list));
        let applied = run(&["category", "apply", "--json"]);
        assert_eq!(
            serde_json::from_str::<Value>(&applied.out).expect("JSON"),
            json!({ "dry_run": false, "filed": 1, "left": 0, "categories": [
                { "slug": "weather-climate", "name": "Weather, Climate", "summaries": 1 },
            ] })
        );
        let nothing = "In all: 0 summaries filed, 0 left without a category\n";
        assert_eq!(run(&["category", "apply"]), said(nothing));
        let listed = run(&["category", "list", "--json"]);
        let lines: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(
            lines,
            [
                json!({ "id": "ca1", "slug": "seas-oceans", "name": "Seas, Oceans", "summary_count": 2 }),
                json!({ "id": "ca2", "slug": "weather-climate", "name": "Weather, Climate", "summary_count": 1 }),
                json!({ "id": null, "slug": null, "name": null, "summary_count": 0 }),
            ]
        );
    }
}

#[test]
fn a_wrong_rule_is_refused_before_anything_is_done() {
    let precis = Precis::new();
    precis.write("a.jsonl", LINES);
    let mut command = precis.command(&["import", "a.jsonl"]);
    command.env("PRECIS_CATEGORY_RULES", "tag:water = Weather\nauthor:ann = Rivers");
    let ended = Ended::from(command.output().expect("it runs"));
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
    assert_eq!(
        ended.err,
        "precis: PRECIS_CATEGORY_RULES: \"author:ann = Rivers\" will not do; expected source:NAME = CATEGORY, \
         tag:NAME = CATEGORY or words:WORDS = CATEGORY, such as words:postgres replication = Databases; as a flag, \
         with a semicolon between two rules\n"
    );
    assert!(!precis.folder().join("precis.db").exists());
}

//! `precis tag`: tags are listed, and merged.

use serde_json::{Value, json};

use super::{Ended, Fresh, Precis, said};
use crate::{both, support::TestApp};

const LINES: &str = "\
{\"source\": \"Rivers\", \"title\": \"Flood\", \"guid\": \"1\", \"tags\": [\"K8s\"]}\n\
{\"source\": \"Rivers\", \"title\": \"Ebb\", \"guid\": \"2\", \"tags\": [\"k-8-s\", \"Kubernetes\"]}\n\
{\"source\": \"Rivers\", \"title\": \"Delta\", \"guid\": \"3\", \"tags\": [\"Water\"]}\n";

both! {
    async fn tags_are_listed_and_merged_and_exported_under_the_name_that_is_left(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        let run = |arguments: &[&str]| precis.run(&[arguments, &["--database-url", &database.url]].concat());
        precis.write("a.jsonl", LINES);
        assert_eq!(run(&["import", "--log", "warn", "a.jsonl"]).code, Some(0));
        let list = "k8s               2  K8s  (k-8-s)\nkubernetes        1  Kubernetes\nwater             1  Water\n";
        assert_eq!(run(&["tag", "list"]), said(list));

        let merged = run(&["tag", "merge", "k8s", "kubernetes"]);
        assert_eq!(merged, said("k8s: merged into kubernetes, with 2 summaries\n"));
        assert_eq!(run(&["tag", "merge", "k8s", "kubernetes"]), said("k8s: merged into kubernetes already\n"));
        assert_eq!(run(&["import", "--log", "warn", "a.jsonl"]).code, Some(0));
        let listed = run(&["tag", "list", "--json"]);
        let lines: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(
            lines,
            [
                json!({
                    "id": "ta2", "slug": "kubernetes", "name": "Kubernetes", "aliases": ["k-8-s", "k8s"],
                    "summary_count": 2,
                }),
                json!({ "id": "ta3", "slug": "water", "name": "Water", "aliases": [], "summary_count": 1 }),
            ]
        );
        let merged = run(&["tag", "merge", "k8s", "Water", "kubernetes", "--json"]);
        assert_eq!((merged.code, merged.err.as_str()), (Some(0), ""));
        assert_eq!(
            serde_json::from_str::<Value>(&merged.out).expect("JSON"),
            json!({
                "into": { "id": "ta2", "slug": "kubernetes", "name": "Kubernetes" },
                "merged": [{ "slug": "water", "name": "Water", "summaries": 1 }],
                "already": ["k8s"],
            })
        );
        let exported = run(&["export", "jsonl"]);
        for line in exported.out.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(line["episode"]["tags"], json!(["Kubernetes"]), "{line}");
        }
    }

    async fn what_can_not_be_merged_says_what_to_do(app: TestApp) {
        let database = Fresh::on(app.backend).await.expect("it was there");
        let precis = Precis::new();
        let run = |arguments: &[&str]| precis.run(&[arguments, &["--database-url", &database.url]].concat());
        precis.write("a.jsonl", LINES);
        assert_eq!(run(&["import", "--log", "warn", "a.jsonl"]).code, Some(0));
        for (arguments, err) in [
            (
                &["tag", "merge", "kubernets", "water"][..],
                "precis: there is no tag \"kubernets\"; did you mean \"kubernetes\"?: see `precis tag list`\n",
            ),
            (
                &["tag", "merge", "k8s", "K8S"],
                "precis: \"k8s\" can't be merged into \"K8S\": both are the tag \"k8s\": see `precis tag list`\n",
            ),
        ] {
            let expected = Ended { code: Some(2), out: String::new(), err: err.to_owned() };
            assert_eq!(run(arguments), expected, "{arguments:?}");
        }
        let one = run(&["tag", "merge", "k8s"]);
        assert_eq!((one.code, one.out.as_str()), (Some(2), ""));
        assert!(one.err.contains("2 values required"), "{}", one.err);
    }
}

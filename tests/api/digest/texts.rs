//! The digest as one text: what stands in it, and what a budget leaves of it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{WEEK, digest};
use crate::{
    both,
    property::{for_all, same},
    support::TestApp,
};

/// Titles and texts that would be markup, if anyone let them.
const HOSTILE: &str = concat!(
    r##"{"source": {"name": "*Ledger* & <Log>"}, "##,
    r##""episode": {"title": "x", "url": "https://a.example/x_(1)?b=1&amp;c=2", "published_at": "2026-02-03T10:00:00Z"}, "##,
    r##""summary": {"title": "# [x](javascript:y()) &lt;script&gt;z()&lt;/script&gt; `_a_` snake_case", "##,
    r##""tldr": "1. Not *a* list\n\n- a < b && &amp;lt;img src=x onerror=y()&amp;gt; &amp;copy; | a |", "##,
    r##""tags": ["C++", "a*b*"], "category": "R&D *now*"}}"##,
    "\n",
    r#"{"source": {"name": "*Ledger* & <Log>"}, "episode": {"title": "x", "guid": "2", "#,
    r#""published_at": "2026-02-03T09:00:00Z"}, "summary": {"title": "Escape \u001b[31m sequences\u202e", "tldr": "+ plus"}}"#,
    "\n",
);

both! {
    async fn a_digest_reads_as_markdown_text_and_html(app: TestApp) {
        let arguments = format!("{WEEK}, filter: {{tags: {{allOf: [\"backend\", \"postgresql\"]}}, languages: [\"en\"]}}");
        let of = async |format: &str| text(&app, &arguments, &format!("format: {format}")).await;
        insta::assert_snapshot!(of("MARKDOWN").await, @r#"
        # Digest of 4–10 May 2026

        2 summaries, 2026-05-04 to 2026-05-10 (UTC)

        ## Friday, 8 May 2026 (2)

        - [SKIP LOCKED Turns One Table into a Job Queue](https://ledger-and-log.example/2026/05/skip-locked-queue) — Ledger & Log

          FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.

          Tags: backend, concurrency, PostgreSQL, Queues

        - [Pool of 20 Beats 200: Queue Outside the Database](https://ledger-and-log.example/2026/05/pool-of-twenty) — Ledger & Log

          Eight cores cannot run 200 queries at once. By Little's law, 20 connections at 5 ms each serve 4,000 statements a second; cutting the pool to 20 took one team's p99 from 480 ms to 61 ms.

          Tags: backend, connection-pooling, Performance, PostgreSQL
        "#);
        insta::assert_snapshot!(of("PLAIN").await, @r#"
        Digest of 4–10 May 2026
        2 summaries, 2026-05-04 to 2026-05-10 (UTC)

        Friday, 8 May 2026 (2)

        * SKIP LOCKED Turns One Table into a Job Queue — Ledger & Log
          https://ledger-and-log.example/2026/05/skip-locked-queue
          FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.
          Tags: backend, concurrency, PostgreSQL, Queues

        * Pool of 20 Beats 200: Queue Outside the Database — Ledger & Log
          https://ledger-and-log.example/2026/05/pool-of-twenty
          Eight cores cannot run 200 queries at once. By Little's law, 20 connections at 5 ms each serve 4,000 statements a second; cutting the pool to 20 took one team's p99 from 480 ms to 61 ms.
          Tags: backend, connection-pooling, Performance, PostgreSQL
        "#);
        insta::assert_snapshot!(of("HTML").await, @r#"
        <h1>Digest of 4–10 May 2026</h1>
        <p>2 summaries, 2026-05-04 to 2026-05-10 (UTC)</p>
        <h2>Friday, 8 May 2026 (2)</h2>
        <ul>
        <li><p><a href="https://ledger-and-log.example/2026/05/skip-locked-queue">SKIP LOCKED Turns One Table into a Job Queue</a> — Ledger &amp; Log</p>
        <p>FOR UPDATE SKIP LOCKED (PostgreSQL 9.5, MySQL 8.0) lets each worker claim a different row without waiting. Add a 60-second lease for crashed workers, and vacuum the table far more often than the default 20 % allows.</p>
        <p>Tags: backend, concurrency, PostgreSQL, Queues</p></li>
        <li><p><a href="https://ledger-and-log.example/2026/05/pool-of-twenty">Pool of 20 Beats 200: Queue Outside the Database</a> — Ledger &amp; Log</p>
        <p>Eight cores cannot run 200 queries at once. By Little&#39;s law, 20 connections at 5 ms each serve 4,000 statements a second; cutting the pool to 20 took one team&#39;s p99 from 480 ms to 61 ms.</p>
        <p>Tags: backend, connection-pooling, Performance, PostgreSQL</p></li>
        </ul>
        "#);
        let unasked = digest(&app, &arguments, "text { value format }").await;
        assert_eq!(unasked["text"], json!({ "value": of("MARKDOWN").await, "format": "MARKDOWN" }));
    }

    async fn nothing_in_a_title_becomes_markup(app: TestApp) {
        let app = app.empty().await;
        let (counts, done) = app.import("hostile.jsonl", HOSTILE).await;
        assert!(done.is_ok() && counts.new == 2, "{counts:?} {done:?}");
        let of = async |format: &str| {
            let arguments = "from: \"2026-02-03\", to: \"2026-02-03\", groupBy: CATEGORY";
            text(&app, arguments, &format!("format: {format}")).await
        };
        insta::assert_snapshot!(of("MARKDOWN").await, @r#"
        # Digest of 3 February 2026

        2 summaries, 2026-02-03 (UTC)

        ## R&D \*now\* (1)

        - [\# \[x\](javascript:y()) \`\_a\_\` snake_case](https://a.example/x_\(1\)?b=1&c=2) — \*Ledger\* & \<Log>

          1\. Not \*a\* list - a < b && \&amp;lt;img src=x onerror=y()\&amp;gt; \&amp;copy; | a |

          Tags: a\*b\*, C++

        ## Without a category (1)

        - Escape \[31m sequences — \*Ledger\* & \<Log>

          \+ plus
        "#);
        insta::assert_snapshot!(of("PLAIN").await, @r#"
        Digest of 3 February 2026
        2 summaries, 2026-02-03 (UTC)

        R&D *now* (1)

        * # [x](javascript:y()) `_a_` snake_case — *Ledger* & <Log>
          https://a.example/x_(1)?b=1&c=2
          1. Not *a* list - a < b && &amp;lt;img src=x onerror=y()&amp;gt; &amp;copy; | a |
          Tags: a*b*, C++

        Without a category (1)

        * Escape [31m sequences — *Ledger* & <Log>
          + plus
        "#);
        insta::assert_snapshot!(of("HTML").await, @r#"
        <h1>Digest of 3 February 2026</h1>
        <p>2 summaries, 2026-02-03 (UTC)</p>
        <h2>R&amp;D *now* (1)</h2>
        <ul>
        <li><p><a href="https://a.example/x_(1)?b=1&amp;c=2"># [x](javascript:y()) `_a_` snake_case</a> — *Ledger* &amp; &lt;Log&gt;</p>
        <p>1. Not *a* list - a &lt; b &amp;&amp; &amp;amp;lt;img src=x onerror=y()&amp;amp;gt; &amp;amp;copy; | a |</p>
        <p>Tags: a*b*, C++</p></li>
        </ul>
        <h2>Without a category (1)</h2>
        <ul>
        <li><p>Escape [31m sequences — *Ledger* &amp; &lt;Log&gt;</p>
        <p>+ plus</p></li>
        </ul>
        "#);
    }

    async fn no_text_has_more_tokens_than_its_budget(app: TestApp) {
        let groupings = ["DAY", "CATEGORY", "SOURCE", "TAG"];
        let formats = ["MARKDOWN", "PLAIN", "HTML"];
        let budget = prop_oneof![1..40_u32, 40..3_000_u32];
        for_all(40, (budget, 0..4_usize, 0..3_usize, 0..40_u32), async |(budget, grouping, format, items)| {
            let arguments = format!("{WEEK}, groupBy: {}, maxItems: {items}", groupings[grouping]);
            let format = format!("format: {}", formats[format]);
            let fields = format!(
                "cut: text({format}, maxTokens: {budget}) {{ value tokens truncated }} whole: text({format}) {{ value tokens truncated }}"
            );
            let both = digest(&app, &arguments, &fields).await;
            let tokens = |text: &Value| text["tokens"].as_u64().expect("a count");
            if tokens(&both["cut"]) > budget.into() {
                return Err(format!("{} tokens: {}", tokens(&both["cut"]), both["cut"]["value"]));
            }
            same(&both["whole"]["truncated"], &json!(false))?;
            same(&both["cut"]["truncated"], &json!(tokens(&both["whole"]) > budget.into()))?;
            same(&(both["cut"] == both["whole"]), &(both["cut"]["truncated"] == json!(false)))?;
            same(&digest(&app, &arguments, &fields).await, &both)
        })
        .await;
    }

    async fn a_budget_leaves_whole_items_and_says_how_many_are_missing(app: TestApp) {
        let cut = digest(&app, WEEK, "text(format: PLAIN, maxTokens: 400) { value truncated }").await;
        let (cut, whole) = (cut["text"]["value"].as_str().expect("a text"), text(&app, WEEK, "format: PLAIN").await);
        let (kept, more) = cut.rsplit_once("\n… and ").expect("how many more");
        assert!(whole.starts_with(kept), "{cut}");
        let items = |text: &str| text.matches("\n* ").count();
        assert_eq!((items(&whole), more), (25, format!("{} more\n", 25 - items(kept)).as_str()));
    }
}

/// The text of a digest.
async fn text(app: &TestApp, arguments: &str, how: &str) -> String {
    let digest = digest(app, arguments, &format!("text({how}) {{ value }}")).await;
    digest["text"]["value"].as_str().expect("a text").to_owned()
}

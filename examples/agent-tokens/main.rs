//! What an agent reads to get its work done, by the way in which it asks: `cargo run --release --example agent-tokens`.
//!
//! A script does the same tasks by each way, and counts tokens (`o200k_base`): what it sends, what it gets, and what
//! it reads again, as a model reads all that came before with each turn. The ways are
//!
//! - `table`: the tool `query` of `/mcp`, whose answers are tables within a budget;
//! - `json`: plain GraphQL, as `/graphql` answers it;
//! - `rest`: resources with all they have, pages by number, as [`rest`] renders them of the same content;
//! - `fields`: the same with `fields=`, which leaves out what is not named, dotted names included: more than most have.
//!
//! What is read before the first question (definitions of tools, the schema) is in no row; it stands below. A path
//! names JSON lines to ask about, instead of the sample content:
//!
//! ```sh
//! python3 -c 'import sys; sys.path.append("bench"); import content; content.write(sys.stdout, 400)' > made-up.jsonl
//! cargo run --release --example agent-tokens -- made-up.jsonl
//! ```
//!
//! Lists are to take at most 70 % of the tokens of plain GraphQL, and at most 10 % of those of whole resources; where
//! they take more, the command fails.
//!
//! Of the samples, whose texts are short (a body has 270 characters): tokens sent and got, and those read again in turns
//! that follow.
//!
//! | task | table | json | rest | fields |
//! | --- | ---: | ---: | ---: | ---: |
//! | look one up | 126 | 134 | 657 | 109 |
//! | a filtered list of 20 | 1,161 | 1,638 | 11,671 | 1,624 |
//! | page through 60 | 1,749 | 3,079 + 3,058 | 40,631 + 43,029 | 2,937 + 2,923 |
//! | counts by tag | 147 | 289 | 492 | 239 |
//! | the archive of a series | 213 | 292 | 2,841 | 264 |
//! | a long text in slices | 86 | 88 | 657 | 58 |
//! | recover from mistakes | 196 + 72 | 387 + 357 |  |  |
//! | **lists** | **3,270** | **5,298** | **55,635** | **5,064** |
//!
//! The same of made-up content, whose texts are as long as real ones (3,000), but of syllables at random, which are more
//! tokens:
//!
//! | task | table | json | rest | fields |
//! | --- | ---: | ---: | ---: | ---: |
//! | look one up | 315 | 326 | 1,457 | 300 |
//! | a filtered list of 20 | 2,689 + 1,954 | 3,235 | 34,427 | 3,254 |
//! | page through 60 | 2,597 + 1,999 | 3,899 + 3,918 | 104,453 + 103,842 | 3,754 + 3,784 |
//! | counts by tag | 206 | 348 | 611 | 299 |
//! | the archive of a series | 168 | 214 | 909 | 186 |
//! | a long text in slices | 908 + 561 | 810 | 1,457 | 779 |
//! | recover from mistakes | 250 + 72 | 445 + 357 |  |  |
//! | **lists** | **5,660** | **7,696** | **140,400** | **7,493** |
//!
//! So tables take 6 and 5 % of what whole resources take, and 62 and 74 % of what plain GraphQL takes (rounded up): what they
//! are to take, but for the texts that nobody wrote. Texts and ids cost the same in any form; where there
//! are few of them, a table takes half (counts by tag). The definitions of the tools are 228 tokens, the lean map 1,249,
//! and the schema as SDL 10,137.

mod asking;
mod rest;
mod tasks;

use std::{error::Error, path::PathBuf};

use asking::{Asking, Talk, Way};
use precis::text::tokens;
use tasks::{TASKS, Task};

/// What lists by tables may take, in hundredths of what they take otherwise.
const OF_JSON: usize = 70;
const OF_REST: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let asking = Asking::start(std::env::args().nth(1).map(PathBuf::from)).await?;
    println!(
        "| task | way | turns | sent | got | read again | bytes |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    );
    let mut lists = [0_usize; Way::ALL.len()];
    for task in TASKS {
        for (way, sum) in Way::ALL.into_iter().zip(&mut lists) {
            let Some(said) = task.done(&asking, way).await? else { continue };
            if task.is_list {
                *sum += said.sent() + said.got();
            }
            show(task, way, &said);
        }
    }
    println!();
    for (what, path) in [("the lean map", "/schema.graphql?form=lean"), ("the schema as SDL", "/schema.graphql")] {
        println!("{what}: {} tokens", tokens::count(&asking.get(path).await?));
    }
    if let Some(tools) = asking.tools().await? {
        println!("the tools' definitions: {} tokens", tokens::count(&tools));
    }
    judge(lists)
}

fn show(task: &Task, way: Way, said: &Talk) {
    let (turns, sent, got, again, bytes) = (said.turns(), said.sent(), said.got(), said.read_again(), said.bytes());
    println!("| {} | {} | {turns} | {sent} | {got} | {again} | {bytes} |", task.name, way.name());
}

/// Holds the lists against what they may take.
fn judge([table, json, rest, fields]: [usize; Way::ALL.len()]) -> Result<(), Box<dyn Error>> {
    println!("lists: json {json}, rest {rest}, fields {fields} tokens");
    if table == 0 {
        println!("There is no /mcp, so that tables were not asked for.");
        return Ok(());
    }
    let part = |of: usize| (table * 100).div_ceil(of.max(1));
    let (of_json, of_rest) = (part(json), part(rest));
    println!("tables: {table} tokens, {of_json} % of json, {of_rest} % of rest, {} % of fields", part(fields));
    if of_json > OF_JSON || of_rest > OF_REST {
        return Err(format!("lists may take {OF_JSON} % of json, and {OF_REST} % of rest").into());
    }
    Ok(())
}

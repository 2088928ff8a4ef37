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
//! they take more, the command fails. Of the samples, whose texts are short (270 characters a body), and of made-up
//! content, whose texts are as long as real ones (3,000):
//!
//! RESULTS

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

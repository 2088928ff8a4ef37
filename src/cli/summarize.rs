//! `precis summarize`: has a model write summaries, now and in the foreground.

use std::{cell::Cell, future::ready, pin::pin, process::ExitCode, time::Duration};

use futures_util::{FutureExt, StreamExt, future::Shared, stream};
use indicatif::ProgressBar;
use serde_json::json;

use super::{
    Failure,
    report::{self, JsonList},
    start,
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{Config, DatabaseArgs, SummariesArgs},
    content::{NodeId, NodeKind, summarising::Wanted},
    http,
    ingest::summarise::{Outcome, Summarised, Summariser, Usage},
    jobs::{Ended, NotBefore},
    outputs::period::{self, Since},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write those anew that were made by another prompt, or from a text that has changed since
    #[arg(long)]
    stale: bool,
    /// Only of episodes that were published since: days, weeks or hours (7d, 2w, 24h), or a date (UTC)
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// So many at most, the newest first
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Ask nobody: only say how many there are, and how many tokens the questions have
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object instead of lines for people
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) summaries: SummariesArgs,
}

/// How long is waited for the next minute's requests. The next day's are not waited for.
const PATIENCE: i64 = 120;

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let Some(model) = &config.summaries.model else {
        let advice = "no model is configured: give --model-url and --model, or set them in precis.toml";
        return Err(Failure::Usage(advice.to_owned()));
    };
    let since =
        args.since.map(|since| period::instant(since, SystemClock.now())).transpose().map_err(Failure::Usage)?;
    let stop = http::shutdown_signal()?.boxed().shared();
    let app = start(config).await?;
    let summariser = app.summariser(model)?;
    let wanted = if args.stale { Wanted::Stale } else { Wanted::Missing };
    let episodes = summariser.wanted(wanted, since, args.limit.unwrap_or(usize::MAX)).await?;
    let code = if args.dry_run {
        measure(&summariser, &episodes, args.json).await?
    } else {
        write(&summariser, &episodes, model.parallel, stop, args.json).await?
    };
    app.close().await;
    Ok(code)
}

/// Says what would be asked.
async fn measure(summariser: &Summariser, episodes: &[i64], json: bool) -> Result<ExitCode, Failure> {
    let bar = report::bar("{bar:30} {pos}/{len} episodes", Some(episodes.len()))?;
    let (mut asked, mut tokens) = (0, 0);
    for episode in episodes {
        if let Some(more) = summariser.measure(*episode).await? {
            (asked, tokens) = (asked + 1, tokens + more);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let short = episodes.len() - asked;
    report::print(&if json {
        let total = json!({ "summaries": asked, "too_short": short, "input_tokens": tokens });
        format!("{}\n", json!({ "dry_run": true, "total": total }))
    } else {
        format!("{asked} summaries would be written, {short} texts are too short; the questions have {tokens} tokens\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Has them written.
async fn write(
    summariser: &Summariser,
    episodes: &[i64],
    at_a_time: usize,
    stop: Shared<impl Future<Output = ()>>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let mut output = Output::new(json, episodes.len())?;
    let is_over = Cell::new(false);
    let begin = stream::iter(episodes).take_while(|_| ready(!is_over.get()));
    let asks = begin.map(|episode| {
        let asked = ask(summariser, *episode, stop.clone());
        async move { (*episode, asked.await) }
    });
    // Those that have begun are waited for: they end, or give their jobs back.
    let mut asks = pin!(asks.buffer_unordered(at_a_time));
    while let Some((episode, ended)) = asks.next().await {
        if ends_all(&ended) {
            is_over.set(true);
        }
        output.episode(episode, ended)?;
    }
    Ok(ExitCode::from(u8::from(output.end()? > 0)))
}

type Asked = Result<Option<Ended<Summarised>>, crate::jobs::Failure>;

/// Has a summary written, as soon as that may be.
async fn ask(summariser: &Summariser, episode: i64, stop: Shared<impl Future<Output = ()>>) -> Asked {
    loop {
        let ended = summariser.summarise_now(episode, stop.clone()).await?;
        let Some(Ended::Later(NotBefore { until, .. })) = &ended else { return Ok(ended) };
        let left = until.0 - SystemClock.now().0;
        if left > PATIENCE {
            return Ok(ended);
        }
        let pause = Duration::from_secs(u64::try_from(left.max(1)).unwrap_or(1));
        tokio::select! {
            () = stop.clone() => return Ok(Some(Ended::Stopped)),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Whether the others need not be tried: the endpoint is out of order, the day's tokens are taken, or it is to stop.
fn ends_all(ended: &Asked) -> bool {
    matches!(ended, Err(_) | Ok(Some(Ended::Failed(_) | Ended::Later(_) | Ended::Stopped)))
}

/// What is told while summaries are written, and at the end.
struct Output {
    /// Where that is wanted.
    json: Option<JsonList>,
    bar: ProgressBar,
    wanted: usize,
    written: usize,
    kept: usize,
    failed: usize,
    usage: Usage,
}

impl Output {
    fn new(json: bool, wanted: usize) -> Result<Self, Failure> {
        let bar = report::bar("{bar:30} {pos}/{len} summaries · {wide_msg}", Some(wanted))?;
        let json = json.then(|| JsonList::begin("episodes")).transpose()?;
        Ok(Self { json, bar, wanted, written: 0, kept: 0, failed: 0, usage: Usage::default() })
    }

    fn episode(&mut self, episode: i64, ended: Asked) -> Result<(), Failure> {
        let id = NodeId::new(NodeKind::Episode, episode).to_string();
        let (done, error) = match report::ended(ended.map_err(Failure::Summarise)?) {
            Ok(done) => (done, None),
            Err(error) => (Summarised::default(), Some(error)),
        };
        let (outcome, error) = match (&done.outcome, error) {
            (_, Some(error)) => ("FAILED", Some(error)),
            (Outcome::Written, None) => ("WRITTEN", None),
            (Outcome::Nothing, None) => ("NOTHING", None),
            (Outcome::TooShort, None) => ("TOO_SHORT", None),
            (Outcome::Unusable(fault), None) => ("UNUSABLE", Some(format!("no answer can be used: {fault}"))),
        };
        match outcome {
            "WRITTEN" => self.written += 1,
            "NOTHING" | "TOO_SHORT" => self.kept += 1,
            _ => self.failed += 1,
        }
        let Usage { input, output } = done.usage;
        self.usage.input = self.usage.input.saturating_add(input);
        self.usage.output = self.usage.output.saturating_add(output);
        self.bar.inc(1);
        self.bar.set_message(format!("{} + {} tokens", self.usage.input, self.usage.output));
        if let Some(list) = &mut self.json {
            list.entry(&json!({
                "id": id, "outcome": outcome, "requests": done.requests, "input_tokens": input,
                "output_tokens": output, "error": error,
            }))?;
        } else if let Some(error) = error {
            self.bar.suspend(|| report::line(format_args!("{id}: {error}")));
        }
        Ok(())
    }

    /// Says how many failed.
    fn end(self) -> Result<usize, Failure> {
        self.bar.finish_and_clear();
        let Self { json, wanted, written, kept, failed, usage: Usage { input, output }, .. } = self;
        let left = wanted - written - kept - failed;
        match json {
            Some(list) => list.end(&json!({
                "written": written, "kept": kept, "failed": failed, "left": left, "input_tokens": input,
                "output_tokens": output,
            }))?,
            None => report::print(&format!(
                "{written} summaries written, {kept} kept as they are, {failed} failed, {left} left; \
                 {input} tokens of input, {output} of output\n"
            ))?,
        }
        Ok(failed)
    }
}

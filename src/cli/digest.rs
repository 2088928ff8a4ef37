//! `precis digest`: what was published on some days, as a text or as JSON, for people and for cron.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use reqwest::Url;

use super::{Failure, ask, report};
use crate::{
    app::App,
    clock::{Clock as _, SystemClock},
    config::{Config, DatabaseArgs},
    outputs::{DigestFormat, Kind, PARAMETERS, Parameter, Question, Wanted, Wrong, digest},
};

/// Goes below the options in the help text.
const EXIT_CODES: &str = "\
Exit codes:
  0  The digest was printed; or it is empty, and --if-empty is skip
  1  It could not be made: standard error says why
  2  The call was wrong: standard error says what

Nothing is written to standard error while all is well. The same content, period and options give the same
bytes, from a database as from a server; http://SERVER/digest.md has parameters of the same names.

Every Monday at seven, unless there was nothing:
  0 7 * * 1  precis digest --tag backend --since 7d --if-empty skip | mail -E -s Backend me@example.org";

#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Args {
    #[command(flatten)]
    given: Given,
    /// How it is written: md, txt, html or json, which is one line with the fields of the API
    #[arg(long, value_name = "FORMAT", default_value = "md")]
    format: DigestFormat,
    /// Ask this server instead of the local database: its address, such as `http://127.0.0.1:8080`; one with a
    /// path ends in `/`
    #[arg(long, value_name = "URL", value_parser = url)]
    url: Option<Url>,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<ExitCode, Failure> {
    let wrong = |wrong: Wrong| Failure::Usage(wrong.to_string());
    let wanted = Wanted::read(Kind::Digest, args.given.0.iter().map(|(name, value)| (*name, value))).map_err(wrong)?;
    let question = digest::question(&wanted, args.format, SystemClock.now()).map_err(wrong)?;
    let digest = if let Some(url) = &args.url {
        ask::server(url, &wanted, args.format).await?
    } else {
        let app = ask::database(&config.database).await?;
        let asked = local(&app, &wanted, args.format, question).await;
        app.close().await;
        asked?
    };
    if let Some(text) = digest {
        report::print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A digest out of the database; `None` where it is empty and to be skipped.
async fn local(
    app: &App,
    wanted: &Wanted,
    format: DigestFormat,
    question: Question,
) -> Result<Option<String>, Failure> {
    if let Some(name) = app.content.unknown_name(&wanted.names()).await? {
        return Err(Failure::Usage(Wrong::from(name).to_string()));
    }
    let data = ask::engine(&app.engine, question).await?;
    Ok(digest::write(wanted, format, &data).map_err(std::io::Error::other)?)
}

/// The parameters that were given as flags: names and values, in the order of their table.
#[derive(Clone, Debug)]
struct Given(Vec<(&'static str, String)>);

impl clap::Args for Given {
    fn augment_args(command: Command) -> Command {
        PARAMETERS.iter().fold(command, |command, parameter| command.arg(flag(parameter)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = |name| matches.get_many::<String>(name).into_iter().flatten().cloned();
        let given = PARAMETERS.iter().flat_map(|Parameter { name, .. }| values(name).map(|value| (*name, value)));
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The flag of a parameter. It takes any text, as the parameter has more to say about a wrong one.
fn flag(parameter: &Parameter) -> Arg {
    let Parameter { name, alias, placeholder, help, default, repeats, .. } = parameter;
    let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
    let action = if *repeats { ArgAction::Append } else { ArgAction::Set };
    let arg = Arg::new(*name).long(*name).value_name(*placeholder).help(format!("{help}{default}")).action(action);
    match alias {
        Some(alias) => arg.visible_alias(*alias),
        None => arg,
    }
}

pub(super) fn url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    url.ok_or("expected the address of a server such as http://127.0.0.1:8080")
}

//! What an option is: what is said of it in one place, and the flags made from that.

use std::{fmt, marker::PhantomData};

use clap::{Arg, ArgMatches, Command, FromArgMatches, parser::ValueSource};

use super::source::{ConfigError, Flags, Given, Origin, Values};

/// What is said of an option.
#[derive(Debug)]
pub struct Spec {
    /// `max_connections`: the key in the file. The flag `--max-connections` and the variable
    /// `PRECIS_MAX_CONNECTIONS` are named after it.
    pub(super) key: &'static str,
    /// What stands for the value in the help text: `ADDRESS`.
    pub(super) placeholder: &'static str,
    /// The default, as one would write it for a flag.
    pub(super) default: &'static str,
    /// Goes on after "expected", when a value is refused: the range, or an example.
    pub(super) expects: &'static str,
    /// What it does. No full stop.
    pub(super) help: &'static str,
    pub(super) kind: Kind,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `"info"`
    Text,
    /// A URL that may hold a password: text that is not shown as it is.
    SecretUrl,
    /// `8`
    Number,
    /// `true`; as a flag, the name alone will do.
    Switch,
    /// `["a", "b"]`; as a flag, `a,b`.
    List,
    /// `["a", "b"]`; as a flag, `a; b`: there may be commas in them.
    Rules,
}

/// An option, and how its value is read.
pub(super) struct Setting<T> {
    pub(super) spec: Spec,
    pub(super) parse: fn(&str) -> Option<T>,
}

/// A section of the configuration: what its options become.
pub trait Section: Sized {
    /// Its heading, in help texts and in the example file.
    const TITLE: &'static str;
    /// Its options, in the order in which they are documented.
    const OPTIONS: &'static [&'static Spec];
    /// Whether its flags are understood before and after the name of any command.
    const GLOBAL: bool = false;

    /// Reads its options, whose bounds are checked here.
    fn read(values: &Values) -> Result<Self, ConfigError>;
}

/// The flags and variables of a section, to be flattened into a command's arguments.
pub struct SectionArgs<S> {
    given: Vec<Given>,
    section: PhantomData<fn() -> S>,
}

impl Spec {
    /// `--max-connections`
    pub(super) fn flag(&self) -> String {
        format!("--{}", self.key.replace('_', "-"))
    }

    /// `PRECIS_MAX_CONNECTIONS`
    pub(super) fn variable(&self) -> String {
        format!("PRECIS_{}", self.key.to_uppercase())
    }

    /// The argument of the command line. It takes any text, as we know more to say about a wrong one.
    fn arg(&self) -> Arg {
        let Self { default, expects, help, .. } = self;
        let default = if default.is_empty() { "none" } else { default };
        let arg = Arg::new(self.key)
            .long(self.key.replace('_', "-"))
            .env(self.variable())
            .hide_env_values(true)
            .value_name(self.placeholder)
            .help(format!("{help} [default: {default}]"))
            .long_help(format!("{help}\n\nExpected: {expects}\nDefault: {default}"));
        match self.kind {
            Kind::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
            _ => arg,
        }
    }

    /// What `matches` hold for it.
    fn given(&'static self, matches: &ArgMatches) -> Option<Given> {
        let text = matches.get_one::<String>(self.key)?.clone();
        let origin = match matches.value_source(self.key)? {
            ValueSource::EnvVariable => Origin::Variable(self.variable()),
            _ => Origin::Flag(self.flag()),
        };
        // A variable that is set to nothing stands for one that isn't set.
        let unset = text.is_empty() && matches!(origin, Origin::Variable(_));
        (!unset).then_some(Given { spec: self, text, origin })
    }
}

impl<S: Section> clap::Args for SectionArgs<S> {
    fn augment_args(command: Command) -> Command {
        S::OPTIONS.iter().fold(command, |command, spec| {
            command.arg(spec.arg().global(S::GLOBAL).help_heading(format!("{} options", S::TITLE)))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Section> FromArgMatches for SectionArgs<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = S::OPTIONS.iter().filter_map(|spec| spec.given(matches)).collect();
        Ok(Self { given, section: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<S> Flags for SectionArgs<S> {
    fn given(&self) -> &[Given] {
        &self.given
    }
}

impl<S> Clone for SectionArgs<S> {
    fn clone(&self) -> Self {
        Self { given: self.given.clone(), section: PhantomData }
    }
}

impl<S> Default for SectionArgs<S> {
    /// Nothing is given.
    fn default() -> Self {
        Self { given: Vec::new(), section: PhantomData }
    }
}

impl<S> fmt::Debug for SectionArgs<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.given).finish()
    }
}

/// What stands between the commas; nothing, where there is nothing.
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    let items = if text.trim().is_empty() { None } else { Some(text.split(',').map(str::trim)) };
    items.into_iter().flatten()
}

/// A switch: `true`, `false`, and what else people write.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

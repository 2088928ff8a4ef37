//! The configuration: parsed once, at start, into typed sections whose bounds have been checked.
//!
//! An option comes from its flag, else from its `PRECIS_*` variable, else from `precis.toml`, else it
//! has its default. It is declared once, as a `Setting` in the file of its section; flags,
//! variables, keys, `precis.example.toml` and the texts of refusals are made from that.

mod categories;
mod database;
mod example;
mod fetch;
mod http;
mod log;
mod metrics;
mod model;
mod option;
mod source;

use std::path::{Path, PathBuf};

use clap::Args;

pub use categories::{Categories, CategoryRule, NoRule, Sign};
pub use database::{Database, DatabaseKind, DatabaseUrl};
pub use example::example;
pub use fetch::{Fetch, Work};
pub use http::{Cors, Http, RateLimit};
pub use log::{Log, LogFormat};
pub use metrics::Metrics;
pub use model::{Key, Model, Summaries};
pub use option::{Section, SectionArgs};
pub use source::{ConfigError, Flags, Origin};

use option::Spec;
use source::Values;

/// All options of the program, as they are to be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where content is kept.
    pub database: Database,
    /// How it is served.
    pub http: Http,
    /// How sources are fetched.
    pub fetch: Fetch,
    /// Who does that.
    pub work: Work,
    /// Who writes summaries.
    pub summaries: Summaries,
    /// How summaries are filed.
    pub categories: Categories,
    /// Where it is shown what is counted.
    pub metrics: Metrics,
    /// What is told to the operator.
    pub log: Log,
}

/// Flags that every command takes, to be flattened into the command line.
#[derive(Args, Clone, Debug, Default)]
pub struct GlobalArgs {
    /// The file of options: precis.toml, where there is one, if none is named
    #[arg(long, env = "PRECIS_CONFIG", value_name = "FILE", hide_env_values = true, global = true)]
    pub config: Option<PathBuf>,
    /// What is told to the operator.
    #[command(flatten)]
    pub log: SectionArgs<Log>,
}

/// Flags of commands that use the database.
pub type DatabaseArgs = SectionArgs<Database>;

/// Flags of commands that serve HTTP.
pub type HttpArgs = SectionArgs<Http>;

/// Flags of commands that fetch sources.
pub type FetchArgs = SectionArgs<Fetch>;

/// Flags of commands that may do what waits to be done beside something else.
pub type WorkArgs = SectionArgs<Work>;

/// Flags of commands that have a model write summaries.
pub type SummariesArgs = SectionArgs<Summaries>;

/// Flags of commands that go on until they are told to stop, and count what they do.
pub type MetricsArgs = SectionArgs<Metrics>;

/// Flags of commands that store what comes in.
pub type CategoryArgs = SectionArgs<Categories>;

impl Config {
    /// The file that is read where none is named. It may be missing.
    pub const DEFAULT_FILE: &str = "precis.toml";

    /// Puts the configuration together. `flags` are those of the command's other sections; a section
    /// for which the command has no flags comes from the file and the defaults alone.
    ///
    /// ```no_run
    /// # use precis::config::{Config, DatabaseArgs, GlobalArgs, HttpArgs};
    /// # fn serve(global: GlobalArgs, database: DatabaseArgs, http: HttpArgs) -> Result<(), Box<dyn std::error::Error>> {
    /// let config = Config::load(&global, &[&database, &http])?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn load(global: &GlobalArgs, flags: &[&dyn Flags]) -> Result<Self, ConfigError> {
        Self::read(&Self::values(global, flags)?)
    }

    /// The same for a command that says nothing while all is well: only warnings are logged, unless somebody
    /// asks for more.
    pub fn load_quietly(global: &GlobalArgs, flags: &[&dyn Flags]) -> Result<Self, ConfigError> {
        let values = Self::values(global, flags)?;
        Ok(Self { log: Log::read_quietly(&values)?, ..Self::read(&values)? })
    }

    fn values(global: &GlobalArgs, flags: &[&dyn Flags]) -> Result<Values, ConfigError> {
        let mut values = Values::default();
        values.add_flags(&global.log);
        for section in flags {
            values.add_flags(*section);
        }
        let named = global.config.as_deref().filter(|file| !file.as_os_str().is_empty());
        match named {
            Some(file) => values.add_file(file)?,
            None => values.add_file_if_there(Path::new(Self::DEFAULT_FILE))?,
        }
        Ok(values)
    }

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            database: Database::read(values)?,
            http: Http::read(values)?,
            fetch: Fetch::read(values)?,
            work: Work::read(values)?,
            summaries: Summaries::read(values)?,
            categories: Categories::read(values)?,
            metrics: Metrics::read(values)?,
            log: Log::read(values)?,
        })
    }
}

/// The sections with their options, in the order in which they are documented.
const SECTIONS: [(&str, &[&Spec]); 8] = [
    (Database::TITLE, Database::OPTIONS),
    (Http::TITLE, Http::OPTIONS),
    (Fetch::TITLE, Fetch::OPTIONS),
    (Work::TITLE, Work::OPTIONS),
    (Summaries::TITLE, Summaries::OPTIONS),
    (Categories::TITLE, Categories::OPTIONS),
    (Metrics::TITLE, Metrics::OPTIONS),
    (Log::TITLE, Log::OPTIONS),
];

/// Every option there is.
fn specs() -> impl Iterator<Item = &'static Spec> {
    SECTIONS.into_iter().flat_map(|(_, options)| options.iter().copied())
}

#[cfg(test)]
mod tests;

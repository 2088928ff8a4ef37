//! The section of the log: what is told to the operator, and in which form.

use tracing_subscriber::filter::Targets;

use super::{
    option::{Kind, Section, Setting, Spec},
    source::{ConfigError, Values},
};

/// What is told to the operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// Which events, by target and level.
    pub filter: Targets,
    /// How they are written.
    pub format: LogFormat,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line, for machines.
    Json,
}

const FILTER: Setting<Targets> = Setting {
    spec: Spec {
        key: "log",
        placeholder: "FILTER",
        default: "info,sea_orm_migration=warn,sqlx=warn,tokio_postgres=warn",
        expects: "off, error, warn, info, debug or trace, also by target, such as info,precis=debug",
        help: "What to log",
        kind: Kind::Text,
    },
    parse: filter,
};

const FORMAT: Setting<LogFormat> = Setting {
    spec: Spec {
        key: "log_format",
        placeholder: "FORMAT",
        default: "text",
        expects: "text or json",
        help: "How to log: text for people, or a JSON object a line",
        kind: Kind::Text,
    },
    parse: |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    },
};

impl Section for Log {
    const TITLE: &'static str = "Log";
    const OPTIONS: &'static [&'static Spec] = &[&FILTER.spec, &FORMAT.spec];
    const GLOBAL: bool = true;

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { filter: values.get(&FILTER)?, format: values.get(&FORMAT)? })
    }
}

impl Log {
    /// The section, where nothing but warnings is logged unless somebody asks for more.
    pub(super) fn read_quietly(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { filter: values.get_or(&FILTER, "warn")?, format: values.get(&FORMAT)? })
    }
}

/// A level for everything, or for a target: `info,precis=debug`.
///
/// `Targets` alone would take a misspelt level for a target of which everything is wanted.
fn filter(text: &str) -> Option<Targets> {
    let targets: Targets = text.parse().ok()?;
    let levels = text.split(',').all(|part| part.contains('=') || LEVELS.contains(&part.to_ascii_lowercase().as_str()));
    levels.then_some(targets)
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_levels_and_targets() {
        for right in ["off", "info", "WARN", "info,precis=debug", "warn,precis::http=trace,sqlx=off"] {
            assert_eq!(filter(right), right.parse().ok(), "{right}");
        }
        for wrong in ["", "inof", "precis", "info,precis=loud", "info,"] {
            assert_eq!(filter(wrong), None, "{wrong}");
        }
    }
}

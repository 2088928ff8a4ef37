//! Where the values of options come from, which of them counts, and what is wrong with it.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    database::hide_password,
    option::{Kind, Setting, Spec},
    specs,
};
use crate::text;

/// A value as someone wrote it.
#[derive(Clone)]
pub struct Given {
    pub(super) spec: &'static Spec,
    /// As it would stand after a flag.
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `--listen`
    Flag(String),
    /// `PRECIS_LISTEN`
    Variable(String),
    /// `listen` of `precis.toml`
    File {
        /// The key.
        key: String,
        /// The file, as it was named.
        file: PathBuf,
    },
}

/// Why there is no configuration. The texts are for the operator: they name the option as it was
/// written, and what would be right. No password is in them.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is out of its range, or of another kind.
    #[error("{origin}: {value:?} will not do; expected {expects}")]
    Value {
        /// Where it was written.
        origin: Origin,
        /// The value, without a password.
        value: String,
        /// What would have been right.
        expects: &'static str,
    },
    /// The file has a key that is no option.
    #[error("{}: there is no option {key:?}{}", file.display(), did_you_mean(*.suggestion))]
    UnknownKey {
        /// The file, as it was named.
        file: PathBuf,
        /// The key.
        key: String,
        /// The option that was meant, perhaps.
        suggestion: Option<&'static str>,
    },
    /// The file is no TOML.
    #[error("{}, line {line}: {message}", file.display())]
    Syntax {
        /// The file, as it was named.
        file: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file can't be read.
    #[error("{}: {error}", file.display())]
    Unreadable {
        /// The file, as it was named.
        file: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
}

/// What flags and variables gave, for some of the options.
pub trait Flags {
    /// The values.
    fn given(&self) -> &[Given];
}

/// All values that were given. Of two for one option, the first counts.
#[derive(Default)]
pub struct Values(Vec<Given>);

impl Values {
    pub(super) fn add_flags(&mut self, flags: &dyn Flags) {
        self.0.extend_from_slice(flags.given());
    }

    /// Adds the options of a file, which has to be there.
    pub(super) fn add_file(&mut self, file: &Path) -> Result<(), ConfigError> {
        let unreadable = |error| ConfigError::Unreadable { file: file.into(), error };
        let text = fs::read_to_string(file).map_err(unreadable)?;
        self.add_toml(file, &text)
    }

    /// Adds the options of a file, where there is one.
    pub(super) fn add_file_if_there(&mut self, file: &Path) -> Result<(), ConfigError> {
        match self.add_file(file) {
            Err(ConfigError::Unreadable { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Adds the options of a file that was read.
    pub(super) fn add_toml(&mut self, file: &Path, text: &str) -> Result<(), ConfigError> {
        let table: Table = text.parse().map_err(|error| syntax(file, text, &error))?;
        for (key, value) in table {
            let Some(spec) = specs().find(|spec| spec.key == key) else {
                let suggestion = closest(&key);
                return Err(ConfigError::UnknownKey { file: file.into(), key, suggestion });
            };
            let origin = Origin::File { key, file: file.into() };
            let Some(text) = as_flag(spec.kind, &value) else {
                return Err(refusal(spec, &origin, &value.to_string()));
            };
            self.0.push(Given { spec, text, origin });
        }
        Ok(())
    }

    fn given(&self, spec: &Spec) -> Option<&Given> {
        self.0.iter().find(|given| given.spec.key == spec.key)
    }

    /// The value of an option: given, or its default.
    pub(super) fn get<T>(&self, setting: &Setting<T>) -> Result<T, ConfigError> {
        self.get_or(setting, setting.spec.default)
    }

    /// The error about the value of an option that does not go together with another one.
    pub(super) fn refuse<T>(&self, setting: &Setting<T>) -> ConfigError {
        let spec = &setting.spec;
        match self.given(spec) {
            Some(Given { text, origin, .. }) => refusal(spec, origin, text),
            None => refusal(spec, &Origin::Flag(spec.flag()), spec.default),
        }
    }

    /// The values of an option that takes one rule after another; none, where it is not given. A rule that is
    /// wrong is refused by itself.
    pub(super) fn get_each<T>(&self, setting: &Setting<T>) -> Result<Vec<T>, ConfigError> {
        let Setting { spec, parse } = setting;
        let Some(Given { text, origin, .. }) = self.given(spec) else { return Ok(Vec::new()) };
        let rules = text.split(RULES_END).map(str::trim).filter(|rule| !rule.is_empty());
        rules.map(|rule| parse(rule).ok_or_else(|| refusal(spec, origin, rule))).collect()
    }

    /// The value of an option: given, or another default than the one that is declared.
    pub(super) fn get_or<T>(&self, setting: &Setting<T>, default: &'static str) -> Result<T, ConfigError> {
        let Setting { spec, parse } = setting;
        match self.given(spec) {
            Some(Given { text, origin, .. }) => parse(text).ok_or_else(|| refusal(spec, origin, text)),
            None => parse(default).ok_or_else(|| refusal(spec, &Origin::Flag(spec.flag()), default)),
        }
    }
}

/// What ends a rule: variables may hold lines.
const RULES_END: [char; 2] = [';', '\n'];

/// The error about a value.
fn refusal(spec: &Spec, origin: &Origin, text: &str) -> ConfigError {
    let value = if spec.kind == Kind::SecretUrl { hide_password(text) } else { text.to_owned() };
    ConfigError::Value { origin: origin.clone(), value, expects: spec.expects }
}

/// A value of the file as it would stand after a flag; none where it is of a kind that can't.
fn as_flag(kind: Kind, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(switch.to_string()),
        Value::Array(items) => {
            let between = match kind {
                Kind::List => ",",
                Kind::Rules => "\n",
                _ => return None,
            };
            items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(between))
        }
        _ => None,
    }
}

/// The error, without the line that it is about, which may hold a password.
fn syntax(file: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    ConfigError::Syntax { file: file.into(), line, message: error.message().to_owned() }
}

/// The option whose name is most like `key`, where one is like it at all.
fn closest(key: &str) -> Option<&'static str> {
    text::closest(key, specs().map(|spec| spec.key))
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |key| format!("; did you mean {key:?}?"))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File { key, file } => write!(f, "{key} in {}", file.display()),
        }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.spec.kind == Kind::SecretUrl { hide_password(&self.text) } else { self.text.clone() };
        write!(f, "{} = {shown:?}", self.origin)
    }
}

//! The section of the database: which one, and how it is used.

use std::{fmt, path::Path, str::FromStr};

use url::Url;

use super::{
    option::{Kind, Section, Setting, Spec, switch},
    source::{ConfigError, Values},
};

/// Where content is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Which database.
    pub url: DatabaseUrl,
    /// How many connections read at the same time: 1 to 200.
    pub max_connections: u32,
    /// Whether migrations run at start; else it is refused where some are pending.
    pub migrate: bool,
}

/// The URL of a database. It may hold a password, which is not shown by `Debug` and `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

/// The databases that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file: `sqlite://precis.db`.
    Sqlite,
    /// A server: `postgres://user@host/database`.
    Postgres,
}

const URL: Setting<DatabaseUrl> = Setting {
    spec: Spec {
        key: "database_url",
        placeholder: "URL",
        default: "sqlite://precis.db?mode=rwc",
        expects: "sqlite://FILE?mode=rwc or postgres://USER:PASSWORD@HOST/DATABASE",
        help: "The database: an SQLite file, or a PostgreSQL server",
        kind: Kind::SecretUrl,
    },
    parse: |text| text.parse().ok(),
};

const MAX_CONNECTIONS: Setting<u32> = Setting {
    spec: Spec {
        key: "max_connections",
        placeholder: "NUMBER",
        default: "8",
        expects: "a whole number from 1 to 200",
        help: "How many connections may read at the same time; 16 with PostgreSQL, if not set",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|number| (1..=200).contains(number)),
};

const NO_MIGRATE: Setting<bool> = Setting {
    spec: Spec {
        key: "no_migrate",
        placeholder: "SWITCH",
        default: "false",
        expects: "true or false",
        help: "Refuse to start where migrations are pending, instead of running them",
        kind: Kind::Switch,
    },
    parse: switch,
};

impl Section for Database {
    const TITLE: &'static str = "Database";
    const OPTIONS: &'static [&'static Spec] = &[&URL.spec, &MAX_CONNECTIONS.spec, &NO_MIGRATE.spec];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        let url = values.get(&URL)?;
        let connections = match url.kind() {
            DatabaseKind::Sqlite => MAX_CONNECTIONS.spec.default,
            DatabaseKind::Postgres => "16",
        };
        let max_connections = values.get_or(&MAX_CONNECTIONS, connections)?;
        Ok(Self { url, max_connections, migrate: !values.get(&NO_MIGRATE)? })
    }
}

/// Why a text is no [`DatabaseUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {}", URL.spec.expects)]
pub struct NoDatabaseUrl;

impl DatabaseUrl {
    /// The whole URL, password included: for connecting, and not to be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which kind of database it is.
    pub fn kind(&self) -> DatabaseKind {
        if self.0.starts_with("sqlite:") { DatabaseKind::Sqlite } else { DatabaseKind::Postgres }
    }
}

impl DatabaseUrl {
    /// The same database, which is opened only if it is there: no file is made.
    #[must_use]
    pub fn existing(&self) -> Self {
        Self(self.0.replace("mode=rwc", "mode=rw"))
    }

    /// The file, of a database that is one.
    pub fn file(&self) -> Option<&Path> {
        let file = self.0.strip_prefix("sqlite://")?;
        Some(Path::new(file.split_once('?').map_or(file, |(file, _)| file)))
    }
}

impl FromStr for DatabaseUrl {
    type Err = NoDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, NoDatabaseUrl> {
        let known = match text.split_once("://") {
            Some(("sqlite", file)) => !file.is_empty() && !file.starts_with('?'),
            Some(("postgres" | "postgresql", _)) => Url::parse(text).is_ok(),
            _ => false,
        };
        if known { Ok(Self(text.to_owned())) } else { Err(NoDatabaseUrl) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hide_password(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&hide_password(&self.0), f)
    }
}

/// A URL, or what was meant to be one, to be shown: its password, and all of it that may be one, is
/// replaced by `***`.
pub(super) fn hide_password(text: &str) -> String {
    if text.starts_with("sqlite:") || !text.contains([':', '@', '=']) {
        return text.to_owned();
    }
    without_password(text).unwrap_or_else(|| match text.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://***"),
        None => "***".into(),
    })
}

/// None where it can't be told which part is the password.
fn without_password(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok().filter(|url| !url.cannot_be_a_base())?;
    if url.password().is_some() {
        url.set_password(Some("***")).ok()?;
    }
    if url.query_pairs().any(|(key, _)| key.eq_ignore_ascii_case("password")) {
        url.set_query(Some("***"));
    }
    // An `@` further on: the password has a `/`, `?` or `#` that was not escaped.
    let further = [Some(url.path()), url.query(), url.fragment()];
    let whole = !further.into_iter().flatten().any(|part| part.contains('@'));
    whole.then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_one_of_a_known_database() {
        let kind = |text: &str| text.parse::<DatabaseUrl>().map(|url| url.kind());
        assert_eq!(kind("sqlite://precis.db?mode=rwc"), Ok(DatabaseKind::Sqlite));
        assert_eq!(kind("sqlite:///var/lib/precis.db"), Ok(DatabaseKind::Sqlite));
        assert_eq!(kind("postgres://precis@localhost/precis"), Ok(DatabaseKind::Postgres));
        assert_eq!(kind("postgresql:///precis?host=/run/postgresql"), Ok(DatabaseKind::Postgres));
        for wrong in ["", "precis.db", "sqlite:precis.db", "sqlite://", "mysql://localhost/precis", "postgres://a:b:c"]
        {
            assert_eq!(kind(wrong), Err(NoDatabaseUrl), "{wrong}");
        }
    }

    #[test]
    fn a_file_can_be_opened_without_making_it() {
        let url: DatabaseUrl = "sqlite:///var/lib/precis.db?mode=rwc".parse().expect("a URL");
        assert_eq!(url.existing().as_str(), "sqlite:///var/lib/precis.db?mode=rw");
        assert_eq!(url.existing().file(), Some(Path::new("/var/lib/precis.db")));
        let url: DatabaseUrl = "postgres://localhost/precis".parse().expect("a URL");
        assert_eq!((url.existing(), url.file()), (url.clone(), None));
    }

    #[test]
    fn a_password_is_not_shown_however_wrong_its_url_is() {
        let shown = [
            ("sqlite://a@b.db", "sqlite://a@b.db"),
            ("precis.db", "precis.db"),
            ("postgres://me:secret@host/db", "postgres://me:***@host/db"),
            ("postgres://host/db?user=me&password=secret", "postgres://host/db?***"),
            ("postgres://me:secret", "postgres://***"),
            ("postgres://me:sec/ret@host/db", "postgres://***"),
            ("postgres://me:5/secret@host/db", "postgres://***"),
            ("postgres://me:5?secret@host/db", "postgres://***"),
            ("postgres://me:5#secret@host/db", "postgres://***"),
            ("postgres:me:secret", "***"),
            ("me:secret@host/db", "***"),
            ("host=host password=secret", "***"),
        ];
        for (url, expected) in shown {
            assert_eq!(hide_password(url), expected);
        }
    }

    #[test]
    fn debug_and_display_hide_the_password() {
        let url: DatabaseUrl = "postgres://me:secret@host/db".parse().expect("a URL");
        assert_eq!(format!("{url} {url:?}"), r#"postgres://me:***@host/db "postgres://me:***@host/db""#);
        assert_eq!(url.as_str(), "postgres://me:secret@host/db");
    }
}

//! The built program as a shell meets it: what it prints, what it leaves behind, and its exit code.

mod category;
mod demo;
mod digest;
mod export;
mod import;
mod mcp;
mod metrics;
mod migrate;
mod options;
mod source;
mod summarize;
mod tag;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::support::{Backend, postgres};

/// A command, in a folder of its own.
struct Precis {
    folder: TempDir,
}

/// What a command came to.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Precis {
    /// In an empty folder.
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    /// The folder that it runs in, in which its temporary files are too.
    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in it.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// The command with these arguments and no option from elsewhere.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_precis"));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PRECIS_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.folder()).env("TMPDIR", self.folder());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().expect("it runs"))
    }
}

/// It went well, and this was said.
fn said(out: &str) -> Ended {
    Ended { code: Some(0), out: out.to_owned(), err: String::new() }
}

impl From<Output> for Ended {
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }
}

/// An empty database that no program has opened yet.
struct Fresh {
    url: String,
    _folder: TempDir,
    _database: Option<postgres::Database>,
}

impl Fresh {
    /// None where the backend is missing and may be.
    async fn on(backend: Backend) -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let (url, database) = match backend {
            Backend::Sqlite => (format!("sqlite://{}?mode=rwc", folder.path().join("precis.db").display()), None),
            Backend::Postgres => {
                let database = postgres::available_or_skip()?.create_database().await;
                (database.url.clone(), Some(database))
            }
        };
        Some(Self { url, _folder: folder, _database: database })
    }
}

#[test]
fn the_schema_file_is_what_the_command_prints() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let Ended { code, out, err } = Precis::new().run(&["schema"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    if env::var_os("PRECIS_TEST_UPDATE").is_some() {
        fs::write(&file, &out).expect("a file");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == out,
        "schema.graphql is old: PRECIS_TEST_UPDATE=1 cargo test --test api schema_file writes it anew"
    );
}

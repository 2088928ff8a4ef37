//! A throw-away PostgreSQL server out of installed programs: where they are, who may run them, and a
//! life no longer than this process's. What happens in it is the parent module's business.

use std::{
    cmp::Reverse,
    env,
    fs::{self, Permissions},
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// Starts and ends the server. It is a shell's work, as a process that was killed cleans up nothing.
const SUPERVISOR: &str = include_str!("server.sh");

/// A server that runs as long as this value, or this process, lives.
pub(crate) struct Server {
    /// For a superuser, with a database that always exists.
    pub(crate) url: String,
    /// What it logs.
    pub(crate) log: PathBuf,
    /// Open as long as we are alive; the supervisor waits for its end.
    lifeline: ChildStdin,
    output: BufReader<ChildStdout>,
    _supervisor: Child,
}

/// What may happen to a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It ends in order.
    Stop,
    /// It ends at once.
    Crash,
    /// It is there again.
    Start,
    /// It does nothing any more, and neither do its connections.
    Freeze,
    /// It goes on.
    Thaw,
}

impl Server {
    /// Makes a new server and waits until it takes connections, which takes a second or two. `settings` are
    /// as in `max_connections=7`. The error is a text for people.
    pub(crate) fn start(settings: &[&str]) -> Result<Self, String> {
        let programs = programs().ok_or("no initdb and postgres in PATH or /usr/lib/postgresql")?;
        let mut command = Command::new("sh");
        command.args(["-c", SUPERVISOR, "server.sh"]).arg(&programs);
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        // Out of our process group: Ctrl-C is for us, and the supervisor sees that we are gone.
        command.current_dir("/").env("LC_ALL", "C").process_group(0);
        if let Some((user, group)) = other_user()? {
            command.uid(user).gid(group);
        }
        let failed = |why: &dyn std::fmt::Display| format!("PostgreSQL of {} fails: {why}", programs.display());

        let mut supervisor = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error))?;
        let (Some(lifeline), Some(output)) = (supervisor.stdin.take(), supervisor.stdout.take()) else {
            return Err(failed(&"its supervisor has no pipes"));
        };

        let (mut output, mut said) = (BufReader::new(output), String::new());
        while output.read_line(&mut said).map_err(|error| failed(&error))? > 0 {
            if let Some(folder) = said.lines().last().and_then(|line| line.strip_prefix("ready ")) {
                let url = format!("postgres://postgres@localhost/postgres?host={folder}");
                let log = Path::new(folder).join("log");
                return Ok(Self { url, log, lifeline, output, _supervisor: supervisor });
            }
        }
        Err(failed(&said))
    }

    /// Gives a file to the user that servers run as, who reads it alone.
    pub(crate) fn hand_over(file: &Path) {
        fs::set_permissions(file, Permissions::from_mode(0o600)).expect("it is ours");
        if let Some((user, group)) = other_user().expect("a user") {
            chown(file, Some(user), Some(group)).expect("root may");
        }
    }

    /// Lets something happen to it, and waits until it has. Others of the runtime go on meanwhile.
    ///
    /// # Panics
    /// Where it does not.
    pub(crate) async fn after(mut self, fate: Fate) -> Self {
        let happen = move || {
            let command = match fate {
                Fate::Stop => "stop",
                Fate::Crash => "crash",
                Fate::Start => "start",
                Fate::Freeze => "freeze",
                Fate::Thaw => "thaw",
            };
            writeln!(self.lifeline, "{command}").expect("its supervisor listens");
            let mut said = String::new();
            self.output.read_line(&mut said).expect("its supervisor answers");
            assert_eq!(said, "done\n", "{fate:?}");
            self
        };
        tokio::task::spawn_blocking(happen).await.expect("no panic")
    }
}

/// The folder of PostgreSQL's programs: the first in `PATH`, else the newest of Debian's.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).find(complete).or_else(|| {
        let mut versions: Vec<PathBuf> =
            fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path()).collect();
        versions.sort_by_key(|version| Reverse(number(version)));
        versions.into_iter().map(|version| version.join("bin")).find(complete)
    })
}

/// `15` of `/usr/lib/postgresql/15`.
fn number(version: &Path) -> Option<u32> {
    version.file_name()?.to_str()?.parse().ok()
}

/// The user and group to run it as where we are root, whom PostgreSQL refuses; else none.
fn other_user() -> Result<Option<(u32, u32)>, String> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
        .map(Some)
        .ok_or_else(|| "PostgreSQL refuses to run as root, and there is no user postgres or nobody".into())
}

/// What `id` answers.
fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

//! What the compiler does not check: which room may use which (ARCHITECTURE.md draws it), that every
//! module says what it is for, that no file grows past reading, and that `fuzz/` tries what is served. It reads
//! the sources as text.

use std::{
    collections::HashSet,
    fs, iter,
    path::{Path, PathBuf},
};

/// The rooms of `src`, and which others each may use. The crates that only some may use count as rooms.
#[rustfmt::skip]
const ROOMS: &[(&str, May)] = &[
    // Who starts and wires things sees everything.
    ("main",    May::UseAll),
    ("lib",     May::UseAll),
    ("app",     May::UseAll),
    ("cli",     May::UseAll),
    // Leaves, which all may use.
    ("clock",   May::Use(&[])),
    ("config",  May::Use(&[])),
    ("logging", May::Use(&[])),
    ("metrics", May::Use(&[])),
    ("text",    May::Use(&[])),
    ("turns",   May::Use(&[])),
    // From the network inwards.
    ("http",    May::Use(&["graphql", "agent", "outputs", "access", "content", "app", "axum", "async_graphql"])),
    ("agent",   May::Use(&["graphql", "access", "app", "axum", "async_graphql"])),
    ("outputs", May::Use(&["content"])),
    ("graphql", May::Use(&["content", "access", "jobs", "async_graphql"])),
    ("ingest",  May::Use(&["content", "jobs"])),
    ("content", May::Use(&["jobs", "access", "db", "entity", "sea_orm"])),
    ("jobs",    May::Use(&["db", "entity", "sea_orm"])),
    ("access",  May::Use(&["db", "entity", "sea_orm"])),
    ("db",      May::Use(&["migration", "sea_orm"])),
];

const LEAVES: [&str; 6] = ["clock", "config", "logging", "metrics", "text", "turns"];

/// Crates that only the rooms above may use which name them.
const CRATES: [&str; 5] = ["async_graphql", "axum", "entity", "migration", "sea_orm"];

const MOST_LINES: usize = 450;

#[derive(Clone, Copy)]
enum May {
    UseAll,
    Use(&'static [&'static str]),
}

/// A room or crate that is used, and the line where.
type Use = (usize, String);

#[test]
fn rooms_use_those_they_may_use() {
    let faults: Vec<_> = sources(&["src"]).flat_map(|(file, text)| wrong_edges(&file, &text)).collect();
    assert_none("Edges that ARCHITECTURE.md does not draw", &faults);
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = |(file, text): (String, String)| (!text.starts_with("//! ")).then(|| format!("{file}:1"));
    assert_none("Files that do not open with a `//!` paragraph", &everywhere().filter_map(silent).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long_to_read() {
    let long = |(file, text): (String, String)| {
        let lines = text.lines().count();
        (lines > MOST_LINES).then(|| format!("{file}: {lines} lines"))
    };
    assert_none(&format!("Files of more than {MOST_LINES} lines"), &everywhere().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn inputs_at_random_meet_the_versions_that_are_served() {
    let [ours, theirs] = ["Cargo.lock", "fuzz/Cargo.lock"].map(|file| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of the project")
    });
    let ours: HashSet<_> = packages(&ours).collect();
    let names: HashSet<_> = ours.iter().map(|(name, _)| *name).collect();
    let other = packages(&theirs).filter(|it| names.contains(it.0) && !ours.contains(it));
    let faults: Vec<_> = other.map(|(name, version)| format!("{name} {version}")).collect();
    assert_none("Versions in fuzz/Cargo.lock that Cargo.lock does not have (fuzz/README.md)", &faults);
}

#[test]
fn uses_are_found_in_groups_paths_and_over_lines() {
    let text = "\
        //! Of [`crate::graphql`].\n\
        use crate::{\n    content::{self, page::Page},\n    http,\n};\n\
        use super::super::db;\n\
        use axum::Router;\n\
        // crate::cli\n\
        fn f() { crate :: jobs::lease(my_axum::x, ::axum::y, page.axum) }\n";
    let found = [(3, "content"), (4, "http"), (9, "jobs"), (6, "db"), (7, "axum"), (9, "axum")];
    assert_eq!(uses("src/ingest/store.rs", text), found.map(|(line, name)| (line, name.to_owned())));
    assert_eq!(
        wrong_edges("src/ingest/store.rs", text),
        [
            "src/ingest/store.rs:4: ingest → http",
            "src/ingest/store.rs:6: ingest → db",
            "src/ingest/store.rs:7: ingest → axum",
            "src/ingest/store.rs:9: ingest → axum",
        ]
    );
    assert_eq!(wrong_edges("src/cli/serve.rs", text), [""; 0]);
    assert_eq!(wrong_edges("src/attic.rs", ""), ["src/attic.rs:1: attic is no room of tests/tidy.rs"]);
}

fn assert_none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
}

/// `file:line: room → room`, for each use that is not allowed.
fn wrong_edges(file: &str, text: &str) -> Vec<String> {
    let room = room(file);
    let may = match ROOMS.iter().find(|(name, _)| *name == room) {
        None => return vec![format!("{file}:1: {room} is no room of tests/tidy.rs")],
        Some((_, May::UseAll)) => return Vec::new(),
        Some((_, May::Use(may))) => may,
    };
    let allowed = |used: &str| used == room || LEAVES.contains(&used) || may.contains(&used);
    let wrong = uses(file, text).into_iter().filter(|(_, used)| !allowed(used));
    wrong.map(|(line, used)| format!("{file}:{line}: {room} → {used}")).collect()
}

/// `http` for `src/http/router.rs`, `src/http/mod.rs` and `src/http.rs`.
fn room(file: &str) -> &str {
    let inside = file.strip_prefix("src/").unwrap_or(file);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// What a file uses of the crate's root, and of the crates that not all may use.
fn uses(file: &str, text: &str) -> Vec<Use> {
    // Remarks don't count; their lines stay, for the numbers.
    let is_remark = |line: &&str| line.trim_start().starts_with("//");
    let code: String =
        text.lines().map(|line| if is_remark(&line) { "\n".into() } else { format!("{line}\n") }).collect();

    let of_root = paths(&code, "crate");
    let root = vec!["super"; depth(file)].join("::");
    // Inside of an inline module, it may be a module of our own.
    let of_parents = paths(&code, &root).into_iter().filter(|(_, name)| ROOMS.iter().any(|(room, _)| room == name));
    let of_crates = CRATES.iter().flat_map(|name| {
        let found = words(&code, name).filter(|at| code[at + name.len()..].trim_start().starts_with("::"));
        found.map(|at| (line(&code, at), (*name).to_owned())).collect::<Vec<_>>()
    });
    of_root.into_iter().chain(of_parents).chain(of_crates).collect()
}

/// How many `super` lead from a file's module to the crate's root.
fn depth(file: &str) -> usize {
    file.trim_end_matches("/mod.rs").matches('/').count()
}

/// The names behind `prefix::`, or in the group behind it.
fn paths(code: &str, prefix: &str) -> Vec<Use> {
    let mut found = Vec::new();
    for at in words(code, prefix) {
        let Some((start, rest)) = after_colons(code, at + prefix.len()) else { continue };
        match rest.strip_prefix('{') {
            None => found.push((start, rest)),
            Some(group) => found.extend(items(group).map(|(offset, item)| (start + 1 + offset, item))),
        }
    }
    found.into_iter().map(|(at, path)| (line(code, at), first_name(path).to_owned())).collect()
}

/// What follows `::` at `at`, and where that is.
fn after_colons(code: &str, at: usize) -> Option<(usize, &str)> {
    let rest = code[at..].trim_start().strip_prefix("::")?.trim_start();
    Some((code.len() - rest.len(), rest))
}

/// The items of a group whose `{` has been read, each with its place.
fn items(group: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut depth, mut start, mut end) = (0_u32, 0, false);
    let mut characters = group.char_indices();
    iter::from_fn(move || {
        if end {
            return None;
        }
        for (at, character) in characters.by_ref() {
            match character {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    end = character == '}';
                    let item = &group[start..at];
                    let place = start + item.len() - item.trim_start().len();
                    start = at + 1;
                    return Some((place, item.trim()));
                }
                _ => {}
            }
        }
        None
    })
    .filter(|(_, item)| !item.is_empty())
}

fn first_name(path: &str) -> &str {
    path.split(|character: char| !is_of_name(character)).next().unwrap_or_default()
}

/// Where `word` stands by itself in `code`, and not as the name of something inside something else.
fn words(code: &str, word: &str) -> impl Iterator<Item = usize> {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].trim_end_matches("::").chars().next_back();
        let inside = code[..*at].ends_with("::") && before.is_some_and(is_of_name);
        let part = |character: Option<char>| character.is_some_and(|it| is_of_name(it) || it == '.');
        !inside && !part(code[..*at].chars().next_back()) && !part(code[at + word.len()..].chars().next())
    })
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The names and versions in a lock file.
fn packages(lock: &str) -> impl Iterator<Item = (&str, &str)> {
    lock.split("[[package]]\n").skip(1).map(|package| {
        let mut quoted = package.split('"').skip(1).step_by(2);
        quoted.next().zip(quoted.next()).expect("a name, and a version")
    })
}

/// The number of the line at a place, counted from one.
fn line(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// All sources of the project, with their paths from its root.
fn everywhere() -> impl Iterator<Item = (String, String)> {
    sources(&["src", "tests", "benches", "entity/src", "migration/src"])
}

fn sources(folders: &[&str]) -> impl Iterator<Item = (String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|folder| rust_files(&root.join(folder))).collect();
    files.sort();
    files.into_iter().map(move |file| {
        let text = fs::read_to_string(&file).expect("a file that was listed");
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        (name, text)
    })
}

/// The files below a folder, which need not be there.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry of a folder").path());
    paths
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => rust_files(&path),
            Some(extension) if extension == "rs" => vec![path],
            _ => Vec::new(),
        })
        .collect()
}

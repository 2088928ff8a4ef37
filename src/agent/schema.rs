//! The tool `schema`: what can be asked for, in few tokens.

use crate::{graphql::Engine, text::tokens};

/// What of the schema is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    /// Definitions of these types; all of them, if there are none.
    pub(super) names: Vec<String>,
    /// Definitions in which this occurs.
    pub(super) search: Option<String>,
    /// How many tokens the text may have.
    pub(super) max_tokens: usize,
}

/// The definitions, or why there are none.
pub(super) fn describe(engine: &Engine, request: &Request) -> Result<String, String> {
    let lean = engine.lean_sdl();
    let name = |line: &str| {
        let line = ["enum ", "input ", "one of "].iter().find_map(|kind| line.strip_prefix(kind)).unwrap_or(line);
        line.split([' ', '*']).next().unwrap_or_default().to_owned()
    };
    let mut lines: Vec<&str> = lean.lines().collect();
    if let Some(unknown) = request.names.iter().find(|known| !lines.iter().any(|line| name(line) == **known)) {
        return Err(format!("error BAD_USER_INPUT names: there is no type {unknown}"));
    }
    if !request.names.is_empty() {
        lines.retain(|line| request.names.contains(&name(line)));
    }
    if let Some(search) = request.search.as_deref().map(str::to_lowercase) {
        lines.retain(|line| line.to_lowercase().contains(&search));
    }
    Ok(tokens::beginning(&lines.join("\n"), request.max_tokens).to_owned())
}

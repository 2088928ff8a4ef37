//! `precis schema`: the schema, as `schema.graphql` has it.

use std::process::ExitCode;

use super::{Failure, report};
use crate::graphql;

pub(super) fn run() -> Result<ExitCode, Failure> {
    report::print(&graphql::sdl())?;
    Ok(ExitCode::SUCCESS)
}

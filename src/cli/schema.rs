//! `precis schema`: the schema, as `schema.graphql` has it, or in few tokens.

use std::process::ExitCode;

use super::{Failure, report};
use crate::graphql;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// In which form
    #[arg(long, value_enum, default_value_t = Form::Sdl)]
    form: Form,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    /// GraphQL's schema definition language
    Sdl,
    /// In few tokens, for agents
    Lean,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    report::print(&match args.form {
        Form::Sdl => graphql::sdl(),
        Form::Lean => graphql::lean_sdl(),
    })?;
    Ok(ExitCode::SUCCESS)
}

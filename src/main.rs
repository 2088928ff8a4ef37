//! The command `precis`.

use std::process::ExitCode;

/// A summary in full takes a twentieth less processor time than with the system's. Its version 2: see ARCHITECTURE.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    precis::cli::main()
}

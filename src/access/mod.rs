//! Who asks, and how much they may ask for.
//!
//! | file | what it owns |
//! | --- | --- |
//! | `client` | whom a request counts as; `forwarded` reads what proxies say of it |
//! | `window` | how much one client took in the last 60 s |
//! | `limiter` | all clients' windows, in bounded memory |
//! | `caller` | what a request carries of that |
//!
//! What a request costs is left to `crate::graphql`, and how a refusal is written to `crate::http`.

mod caller;
mod client;
mod forwarded;
mod limiter;
mod window;

pub use caller::{Access, Caller, Scope};
pub use limiter::{Exceeded, Rate};
pub use window::WINDOW_SECONDS;

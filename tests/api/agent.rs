//! What agents get: pages of answers within a budget, as tables and as JSON; and the tools that give them.

pub(crate) mod decode;
mod extensions;
mod mcp;
pub(crate) mod paging;
pub(crate) mod selected;
mod walks;

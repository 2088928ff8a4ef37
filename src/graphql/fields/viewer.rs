//! Fields of `Viewer`, and of what is left to them.

use std::borrow::Cow;

use super::nothing;
use crate::{
    access::{self, Caller, Rate, WINDOW_SECONDS},
    graphql::{
        kind::Scope,
        object::{Object, Table, kept},
    },
};

/// `Viewer`.
pub struct Viewer;

/// A caller, at a moment.
pub struct Seen {
    name: Option<String>,
    scopes: Vec<access::Scope>,
    rate: Option<Rate>,
}

impl From<&Caller> for Seen {
    fn from(caller: &Caller) -> Self {
        Self { name: caller.name().map(str::to_owned), scopes: caller.scopes().to_vec(), rate: caller.rate() }
    }
}

impl Object for Viewer {
    type Row = Seen;
    type Projection = ();
    const DESCRIPTION: &'static str = "Whoever makes a request.";

    fn name() -> Cow<'static, str> {
        "Viewer".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .leaf::<Option<String>, _>("name", "What you are called. Null for an anonymous reader.", nothing, |v| &v.name)
            .leaf::<Vec<Scope>, _>("scopes", "What you may do, beyond reading what is published. Empty for an anonymous reader.", nothing, |v| &v.scopes)
            .maybe::<RateLimit>("rateLimit", "How much you may ask for. Null where there is no limit.", |p| p, |v| v.rate.as_ref())
    }

    fn table() -> &'static Table<Self> {
        kept!(Viewer)
    }
}

/// `RateLimit`.
pub struct RateLimit;

impl Object for RateLimit {
    type Row = Rate;
    type Projection = ();
    const DESCRIPTION: &'static str = "Points in the sliding window that ends now. Each request takes one at least.";

    fn name() -> Cow<'static, str> {
        "RateLimit".into()
    }

    #[rustfmt::skip]
    fn declare(table: Table<Self>) -> Table<Self> {
        table
            .computed::<i32, i64>("limit", "How many points may be taken in any `windowSeconds` seconds: 600, unless this server says otherwise.", nothing, |r| r.limit.into())
            .computed::<i32, i64>("remaining", "How many are left now; what this request takes is taken already.", nothing, |r| r.remaining.into())
            .computed::<i32, i64>("windowSeconds", "How long a point counts, in seconds: 60.", nothing, |_| WINDOW_SECONDS.into())
    }

    fn table() -> &'static Table<Self> {
        kept!(RateLimit)
    }
}

//! The one object by which a request is known everywhere behind the network: who asks, and what is left to
//! them.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;

use super::{
    client::{Client, TrustedProxies},
    limiter::{Exceeded, Limiter, Rate},
};
use crate::{clock::Clock, config::RateLimit};

/// Where callers come from.
pub struct Access {
    proxies: TrustedProxies,
    /// None, where nothing is limited.
    limiter: Option<Arc<Limiter>>,
}

impl Access {
    /// Each client may take so much. Proxies in these nets are believed about whose requests they pass on.
    pub fn new(limit: RateLimit, trusted_proxies: Vec<IpNet>, clock: Arc<dyn Clock>) -> Self {
        let limiter = match limit {
            RateLimit::Points(limit) => Some(Arc::new(Limiter::new(limit, clock))),
            RateLimit::Off => None,
        };
        Self { proxies: TrustedProxies::new(trusted_proxies), limiter }
    }

    /// The caller of a request that came from `peer`. `lines` gives the lines of a header.
    pub fn caller<'h>(&self, peer: IpAddr, lines: impl Fn(&'static str) -> Vec<&'h [u8]>) -> Caller {
        let Some(limiter) = &self.limiter else { return Caller::unlimited() };
        let client = self.proxies.client(peer, lines);
        Caller(Some(Arc::new(Account { limiter: limiter.clone(), client, paid: Mutex::default() })))
    }
}

/// Who makes a request. A clone is the same request's.
#[derive(Clone)]
pub struct Caller(Option<Arc<Account>>);

struct Account {
    limiter: Arc<Limiter>,
    client: Client,
    /// The points that this request has taken.
    paid: Mutex<u32>,
}

/// What a caller may do, apart from reading what everybody may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read what is not published yet.
    ContentRead,
    /// Write episodes, summaries, categories and tags.
    ContentWrite,
    /// Read how fetching goes.
    SourcesRead,
    /// Write sources, and have them fetched.
    SourcesWrite,
    /// Make and revoke tokens.
    TokensAdmin,
}

impl Caller {
    /// A caller that may take any number of points: the command line, and everybody where nothing is limited.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Makes sure that this request has taken so many points in all: what it took before is part of them. So
    /// one may be taken at the door, and the rest when it is known what the request costs.
    pub fn take(&self, points: u32) -> Result<(), Exceeded> {
        let Some(account) = &self.0 else { return Ok(()) };
        let mut paid = account.paid.lock().unwrap_or_else(PoisonError::into_inner);
        account.limiter.take(account.client, points, *paid)?;
        *paid = points.max(*paid);
        Ok(())
    }

    /// What is left to take; nothing to tell, where nothing is limited.
    pub fn rate(&self) -> Option<Rate> {
        self.0.as_ref().map(|account| account.limiter.rate(account.client))
    }

    /// What the caller is called. Everybody is anonymous, as long as there are no tokens to tell people by.
    pub fn name(&self) -> Option<&str> {
        None
    }

    /// What the caller may do. Who is anonymous reads what is published.
    pub fn scopes(&self) -> &[Scope] {
        &[]
    }
}

//! Why nothing came back. The messages say what was wrong and what to do; nothing that came over the
//! network stands in them, and where it was to go neither: a redirect is a stranger's word.

use std::{error::Error, io, time::Duration};

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is nothing to ask with.
    #[error("no request can be made from here: the certificates of the system can't be used")]
    Client(#[source] reqwest::Error),
    /// A file, a mail, and the like.
    #[error("the address is none of the web: give one that begins with https:// or http://")]
    Scheme,
    /// Somebody's name or password.
    #[error("the address holds a name or a password, which are not sent: give one without")]
    Credentials,
    /// Neither 80 nor 443.
    #[error("port {0} is not asked: add it to fetch_ports, or the host to fetch_hosts, if it is meant")]
    Port(u16),
    /// This machine, or a private network.
    #[error("the host lies in no public network: add it to fetch_hosts, if it is meant")]
    NotPublic,
    /// There is no such name.
    #[error("the host's name can't be resolved: see whether it is spelt right, and still there")]
    Unresolved(#[source] io::Error),
    /// Nobody is there.
    #[error("the host can't be connected to: it may be down; it is tried again later")]
    Unreachable(#[source] reqwest::Error),
    /// It went away, or spoke no HTTP.
    #[error("the answer broke off, or is no HTTP: it is tried again later")]
    Broken(#[source] reqwest::Error),
    /// It took its time.
    #[error("the whole answer took longer than {} s: it is tried again later", .0.as_secs_f32())]
    TooSlow(Duration),
    /// It went on.
    #[error("the answer is larger than {} KiB when unpacked: a source can't be that large", .0 >> 10)]
    TooLarge(usize),
    /// In a circle, most likely.
    #[error("more than five redirects lead from one to the next: give the address where they end")]
    TooManyRedirects,
    /// Without an address, or with none that is one.
    #[error("a redirect leads to no address: give the one where it should lead")]
    RedirectToNowhere,
    /// The same, somewhere behind the address that was asked for.
    #[error("behind {redirects} redirects: {fault}")]
    Behind {
        /// How many led there.
        redirects: usize,
        /// What was wrong there.
        #[source]
        fault: Box<FetchError>,
    },
}

impl FetchError {
    /// Behind so many redirects.
    pub(super) fn behind(self, redirects: usize) -> Self {
        if redirects == 0 { self } else { Self::Behind { redirects, fault: Box::new(self) } }
    }

    /// What a client's error means. Ours comes back through it from where names are resolved.
    pub(super) fn of_client(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut cause = error.source();
        while let Some(inner) = cause {
            match inner.downcast_ref::<Self>() {
                Some(Self::NotPublic) => return Self::NotPublic,
                Some(Self::Unresolved(why)) => return Self::Unresolved(why.kind().into()),
                _ => cause = inner.source(),
            }
        }
        if error.is_connect() { Self::Unreachable(error) } else { Self::Broken(error) }
    }
}

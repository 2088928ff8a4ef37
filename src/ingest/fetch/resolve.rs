//! From a name to addresses, once for each connection: the ones that were looked at are the ones that are
//! connected to.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::{FutureExt, future::BoxFuture};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{FetchError, is_public, target::Targets};

/// Who knows the addresses of names.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of a host.
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's: its files, and the servers that it is told to ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) }.boxed()
    }
}

/// Gives the client none but the addresses to which it may connect.
pub(super) struct Guarded {
    resolver: Arc<dyn Resolver>,
    targets: Targets,
}

impl Guarded {
    pub(super) fn new(resolver: Arc<dyn Resolver>, targets: Targets) -> Self {
        Self { resolver, targets }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let anywhere = self.targets.may_lie_anywhere(name.as_str());
        let resolving = self.resolver.resolve(name.as_str().to_owned());
        Box::pin(async move {
            let found = resolving.await.map_err(FetchError::Unresolved)?;
            if found.is_empty() {
                return Err(FetchError::Unresolved(io::ErrorKind::NotFound.into()).into());
            }
            // One that is fine is used, whatever stands beside it: networks of IPv6 give names of their own
            // making to hosts of IPv4.
            let good: Vec<IpAddr> = found.into_iter().filter(|address| anywhere || is_public(*address)).collect();
            if good.is_empty() {
                return Err(FetchError::NotPublic.into());
            }
            // The client puts in the port.
            let addresses: Addrs = Box::new(good.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

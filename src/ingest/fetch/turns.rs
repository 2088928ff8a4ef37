//! Whose turn it is to be asked: one request a host at a time, and so many in all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

/// The hosts that are asked, or waited for. A clone is the same.
#[derive(Clone, Debug)]
pub(super) struct HostTurns {
    all: Arc<Semaphore>,
    hosts: Arc<Mutex<HashMap<String, Weak<Semaphore>>>>,
}

/// A host's turn. Dropped, it is the next one's.
#[derive(Debug)]
pub(super) struct HostTurn {
    _host: Option<OwnedSemaphorePermit>,
    _one_of_all: Option<OwnedSemaphorePermit>,
}

/// Hosts that nobody waits for are forgotten when there are more than so many.
const MANY: usize = 256;

impl HostTurns {
    /// So many at a time.
    pub(super) fn new(requests: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(requests)), hosts: Arc::default() }
    }

    /// Waits until nobody else asks this host, and then until fewer than the most are asked: who waits for a
    /// slow host keeps nobody from another one.
    pub(super) async fn take(&self, url: &Url) -> HostTurn {
        let host = self.host(url.host_str().unwrap_or_default());
        // Nobody closes them.
        let host = host.acquire_owned().await.ok();
        HostTurn { _host: host, _one_of_all: self.all.clone().acquire_owned().await.ok() }
    }

    fn host(&self, name: &str) -> Arc<Semaphore> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > MANY {
            hosts.retain(|_, host| host.strong_count() > 0);
        }
        if let Some(host) = hosts.get(&name).and_then(Weak::upgrade) {
            return host;
        }
        let host = Arc::new(Semaphore::new(1));
        hosts.insert(name, Arc::downgrade(&host));
        host
    }
}

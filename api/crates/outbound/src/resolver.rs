//! Names of hosts, with a look at what they lead to.

use crate::address::is_outside;
use futures_util::future::BoxFuture;
use hyper_util::client::legacy::connect::dns::Name;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll};
use tower_service::Service;

/// What an address that is not outside is answered with.
pub(crate) const INSIDE: &str = "the address leads inside, where this service does not send";

/// Resolves names. One that leads inside, with any of its addresses, leads nowhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded {
    /// Addresses inside are allowed, by a setting.
    pub inside_too: bool,
}

impl Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let inside_too = self.inside_too;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !inside_too && !found.iter().all(|address| is_outside(address.ip())) {
                return Err(Error::new(ErrorKind::PermissionDenied, INSIDE));
            }
            Ok(found.into_iter())
        })
    }
}

//! Requests to addresses that users give. The crate `outbound` sends them: a leaf, its libraries are large.

use futures_util::future::BoxFuture;
use std::any::Any;
use uuid::Uuid;

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The address is none that is sent to. Another attempt changes nothing.
    #[error("{0}")]
    Address(&'static str),
    /// Nobody answers, or not in the protocol.
    #[error("{0}")]
    Line(String),
    /// No answer within so many seconds.
    #[error("no answer within {0} s")]
    Late(u64),
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The beginning of the body, as text.
    pub excerpt: String,
}

/// The right to send: free again when it is dropped.
pub type Slot = Box<dyn Any + Send>;

/// Sends such requests, within bounds of address, time, size and number.
pub trait Outbound: Send + Sync {
    /// Whether an address is one that may be sent to, as far as can be told before its name is resolved.
    fn check(&self, url: &str) -> Result<(), Fault>;

    /// The right to send to one receiver, held while it lasts. None where all are taken, or the receiver's: whoever waits must not
    /// keep a worker waiting, since a receiver may be silent for as long as it is allowed to.
    fn slot(&self, receiver: Uuid) -> Option<Slot>;

    /// Sends a body of JSON once, with further headers. Whatever is answered is an answer, redirects too.
    fn post<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(&'static str, String)],
        body: Vec<u8>,
    ) -> BoxFuture<'a, Result<Answer, Fault>>;
}

//! Resumable uploads: tus 1.0.0 with creation, creation-with-upload, expiration, checksum and termination.
//!
//! Architecture Invariant: an offset that was ever answered is durable, and stored together with the state of the hash at exactly
//! that offset. One request at a time writes to an upload: it has the lock of the file, looks up under it where the upload stands,
//! and moves the offset only from there.
//!
//! - `headers.rs`: what the protocol's headers say, pure
//! - `store.rs`: rows
//! - `append.rs`: receiving bytes; `turn.rs`: whose turn that is

mod append;
mod headers;
mod store;
mod turn;

pub(crate) use append::{Appended, Target, append};
pub(crate) use headers::{
    CHECKSUM_ALGORITHMS, Checksum, EXTENSIONS, Metadata, TUS_RESUMABLE, TusVersion, VERSION, declared_length, http_date, number,
};
pub(crate) use store::{UploadRow, consume, create, end, find, mine};

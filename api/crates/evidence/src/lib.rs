//! Evidence, uploads and blobs.

//! The requests of tus 1.0.0.

use super::encode;
use super::halt::Halt;
use super::stop::Stop;
use super::xhr::{Body, Call, send};
use crate::session::Session;
use js_sys::ArrayBuffer;
use shared_types::SystemId;

/// The way to one tus resource.
#[derive(Clone)]
pub struct Tus {
    /// Whose session.
    pub session: Session,
    /// The brake.
    pub halt: Halt,
}

impl Tus {
    /// Begins an upload: its address.
    pub async fn create(&self, system: SystemId, name: &str, media_type: &str, size: u64) -> Result<String, Stop> {
        let url = format!("/api/v1/systems/{system}/uploads");
        let headers = vec![("Upload-Length", size.to_string()), ("Upload-Metadata", encode::metadata(name, media_type))];
        let reply = self.send("POST", &url, headers, Body::Empty, |_| {}).await.map_err(|stop| match stop {
            // The system itself is gone, or not for this reader any more: nothing to begin anew.
            Stop::Gone => Stop::Refused(crate::api::ApiError::Status(404)),
            other => other,
        })?;
        reply.location.map(|location| path_of(&location)).ok_or(Stop::Busy(None))
    }

    /// How many bytes the server holds.
    pub async fn offset(&self, location: &str) -> Result<u64, Stop> {
        self.send("HEAD", location, Vec::new(), Body::Empty, |_| {}).await?.offset.ok_or(Stop::Busy(None))
    }

    /// Sends a part; how many bytes the server holds then.
    pub async fn patch(
        &self,
        location: &str,
        offset: u64,
        part: ArrayBuffer,
        progress: impl Fn(u64) + Clone + 'static,
    ) -> Result<u64, Stop> {
        let mut headers =
            vec![("Upload-Offset", offset.to_string()), ("Content-Type", "application/offset+octet-stream".to_owned())];
        if let Some(sum) = checksum(&part).await {
            headers.push(("Upload-Checksum", sum));
        }
        self.send("PATCH", location, headers, Body::Part(part), progress).await?.offset.ok_or(Stop::Behind)
    }

    /// Gives an upload up, and what the server holds of it.
    pub async fn delete(&self, location: &str) -> Result<(), Stop> {
        self.send("DELETE", location, Vec::new(), Body::Empty, |_| {}).await.map(|_| ())
    }

    async fn send(
        &self,
        method: &'static str,
        url: &str,
        mut headers: Vec<(&'static str, String)>,
        body: Body,
        progress: impl Fn(u64) + Clone + 'static,
    ) -> Result<super::xhr::Reply, Stop> {
        headers.push(("Tus-Resumable", "1.0.0".to_owned()));
        let reply = send(self.session, &self.halt, &Call { method, url: url.to_owned(), headers, body }, progress).await?;
        if reply.status < 400 { Ok(reply) } else { Err(Stop::of(reply)) }
    }
}

/// The path of an address: chunks go to our own origin, whatever name a proxy wrote into the answer.
fn path_of(location: &str) -> String {
    match location.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..))) {
        Some(path) => path.to_owned(),
        None => location.to_owned(),
    }
}

/// The SHA-256 of a part as a header, where the browser computes it.
async fn checksum(part: &ArrayBuffer) -> Option<String> {
    super::hash::digest(part).await.map(|digest| format!("sha256 {}", encode::base64(&digest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn chunks_stay_on_our_origin() {
        assert_eq!(path_of("https://inside:8080/api/v1/u/1"), "/api/v1/u/1");
        assert_eq!(path_of("/api/v1/u/1"), "/api/v1/u/1");
    }
}

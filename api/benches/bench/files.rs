//! Big files: sent by tus in chunks, fetched whole, and the same by nginx.

use crate::support::Client;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::Method;
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes of a chunk.
const CHUNK: u64 = 5 * 1024 * 1024;

/// A chunk of a text that is another one for each seed, so that nothing is deduplicated.
pub fn chunk(seed: u64) -> Bytes {
    let lines = (0..CHUNK / 16).flat_map(|line| format!("{:07x}{:08x}\n", seed & 0x0fff_ffff, line).into_bytes());
    lines.collect::<Vec<u8>>().into()
}

/// Uploads a file of a size; how long it took, and where it is.
pub async fn send(client: &Client, system: &str, size: u64, seed: u64) -> (Duration, String) {
    let chunk = chunk(seed);
    let tus = client.with("tus-resumable", "1.0.0");
    let begin = tus
        .with("upload-length", size.to_string())
        .with("upload-metadata", format!("filename {}", STANDARD.encode(format!("scan-{seed}.txt"))));
    let began = Instant::now();
    let begun = Client::send(begin.request(Method::POST, &format!("/systems/{system}/uploads"))).await;
    let location = begun.header("location").expect("a location").to_owned();
    let mut offset = 0;
    while offset < size {
        let part = chunk.slice(..usize::try_from(CHUNK.min(size - offset)).expect("a length"));
        let sent = part.len() as u64;
        let patch = tus.with("upload-offset", offset.to_string()).with("content-type", "application/offset+octet-stream");
        Client::send(patch.request(Method::PATCH, &location).body(part)).await.expect(204);
        offset += sent;
    }
    (began.elapsed(), location)
}

/// Makes evidence of an upload; its id.
pub async fn finish(client: &Client, system: &str, location: &str) -> String {
    let upload = location.rsplit('/').next().expect("an id");
    let body = json!({ "upload": upload, "metadata": { "title": "Scan", "links": [{ "control": "AC.L2-3.1.1" }] } });
    let made = client.post(&format!("/systems/{system}/evidence/from-upload"), &body).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// Reads a file to its end, keeping nothing; `cookie` is an access token.
pub async fn fetch(url: &str, path: &str, cookie: Option<&str>) -> Duration {
    let address = url.trim_start_matches("http://");
    let cookie = cookie.map_or(String::new(), |access| format!("Cookie: {}={access}\r\n", ::identity::cookies::ACCESS));
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{cookie}Connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let began = Instant::now();
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut buffer = vec![0; 256 * 1024];
    let first = stream.read(&mut buffer).await.expect("an answer");
    assert!(buffer[..first].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..first.min(300)]));
    while stream.read(&mut buffer).await.expect("bytes") > 0 {}
    began.elapsed()
}

struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// How long nginx takes to send a file of a size; nothing where it is not installed.
pub async fn nginx(size: u64) -> Option<Duration> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().display().to_string();
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let mut file = std::fs::File::create(folder.path().join("file")).expect("a file");
    let chunk = chunk(1);
    let mut left = size;
    while left > 0 {
        let part = &chunk[..usize::try_from(CHUNK.min(left)).expect("a length")];
        std::io::Write::write_all(&mut file, part).expect("written");
        left -= part.len() as u64;
    }
    let config = format!(
        "daemon off; master_process off; pid {root}/pid; error_log stderr; events {{}} http {{ access_log off; sendfile on; \
         server {{ listen 127.0.0.1:{port}; root {root}; }} }}"
    );
    std::fs::write(folder.path().join("nginx.conf"), config).expect("a configuration");
    let mut command = Command::new("nginx");
    command.args(["-p", &root, "-c", &format!("{root}/nginx.conf")]).stderr(Stdio::null()).stdout(Stdio::null());
    let _nginx = Nginx(command.spawn().ok()?);
    let url = format!("http://127.0.0.1:{port}");
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if Instant::now() > deadline {
            return None;
        }
        tokio::task::yield_now().await;
    }
    Some(fetch(&url, "/file", None).await)
}

//! A store of other people's making that speaks S3: moto's server, which `just setup` brings.

use super::process::free_port;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// It serves until it is dropped. What it has is in its memory.
pub struct S3Server {
    port: u16,
    child: Child,
}

/// The bucket of the tests.
const BUCKET: &str = "cmmc-evidence";

impl S3Server {
    /// Starts it on a free port, with an empty bucket.
    pub async fn start() -> Self {
        let port = free_port();
        let mut command = Command::new("moto_server");
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { port, child: command.spawn().expect("moto_server: run `just setup` for it") };
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let client = reqwest::Client::new();
        while !client.put(server.url(BUCKET)).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(Instant::now() < deadline, "the store does not answer");
            tick.tick().await;
        }
        server
    }

    /// The address of something in it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// The settings that lead to it.
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("CMMC_BLOBS__KIND", "s3".to_owned()),
            ("CMMC_BLOBS__BUCKET", BUCKET.to_owned()),
            ("CMMC_BLOBS__ENDPOINT", format!("http://127.0.0.1:{}", self.port)),
            ("CMMC_BLOBS__ACCESS_KEY_ID", "AKIATESTS".to_owned()),
            ("CMMC_BLOBS__SECRET_ACCESS_KEY", "kq8Zr2Tn5vWmYb3Xc6".to_owned()),
        ]
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

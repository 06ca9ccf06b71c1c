//! clamd itself, which `just setup` brings. Its signatures are not to be had without the network, so it gets a database of our own.

use super::eventually;
use super::process::free_port;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What it knows: MD5, size and name.
const DATABASE: &str = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test\n";
/// Seconds in which it is ready: it loads a database of one line.
const PATIENCE: u64 = 60;

/// It runs until it is dropped.
pub struct Clamd {
    address: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Clamd {
    /// On a free port.
    pub async fn start() -> Self {
        let program =
            ["/usr/sbin/clamd", "/usr/bin/clamd", "/usr/local/sbin/clamd"].iter().find(|path| PathBuf::from(path).exists());
        let program = program.expect("clamd is not installed: run `just setup`");
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        std::fs::write(folder.path().join("test.hdb"), DATABASE).expect("written");
        let config = folder.path().join("clamd.conf");
        let place = folder.path().display();
        let lines = format!(
            "Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {place}\nTemporaryDirectory {place}\n"
        );
        std::fs::write(&config, lines).expect("written");
        let process = Command::new(program)
            .arg("--config-file")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd starts");
        let address = format!("127.0.0.1:{port}");
        eventually("clamd is ready", PATIENCE, || answers(&address)).await;
        Self { address, process, _folder: folder }
    }

    /// For the setting `clamav.address`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        // Ended already: nothing to end.
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

async fn answers(address: &str) -> bool {
    let Ok(mut line) = TcpStream::connect(address).await else { return false };
    let mut answer = Vec::new();
    line.write_all(b"zPING\0").await.is_ok() && line.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"PONG")
}

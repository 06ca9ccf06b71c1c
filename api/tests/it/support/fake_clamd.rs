//! A scanner that speaks clamd's protocol and finds what it is told to: the word EICAR, and streams that are too long. At the word HANGUP it goes
//! without an answer.

use super::process::free_port;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinHandle;

/// It listens until it is dropped.
pub struct FakeClamd {
    address: String,
    looked: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl FakeClamd {
    /// On a free port, which it may come back to; it takes at most so many bytes.
    pub async fn start(most: usize) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", free_port())).await.expect("a free port");
        Self::serve(listener, most)
    }

    /// The same on a port that was told before.
    pub async fn start_at(address: SocketAddr) -> Self {
        Self::serve(TcpListener::bind(address).await.expect("the port"), usize::MAX)
    }

    fn serve(listener: TcpListener, most: usize) -> Self {
        let (address, looked) = (listener.local_addr().expect("its address").to_string(), Arc::new(AtomicUsize::new(0)));
        let count = looked.clone();
        let serving = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(answer(line, most, count.clone()));
            }
        });
        Self { address, looked, serving }
    }

    /// On a socket in a folder.
    pub fn on_socket(folder: &std::path::Path) -> Self {
        let path = folder.join("clamd.sock");
        let (listener, looked) = (UnixListener::bind(&path).expect("a socket"), Arc::new(AtomicUsize::new(0)));
        let count = looked.clone();
        let serving = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(answer(line, usize::MAX, count.clone()));
            }
        });
        Self { address: path.display().to_string(), looked, serving }
    }

    /// Where it is, as the settings name it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How many streams it has looked at.
    pub fn looked(&self) -> usize {
        self.looked.load(Ordering::SeqCst)
    }
}

impl Drop for FakeClamd {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(mut line: impl AsyncRead + AsyncWrite + Unpin, most: usize, looked: Arc<AtomicUsize>) -> Option<()> {
    let mut command = [0; 10];
    line.read_exact(&mut command).await.ok()?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut bytes = Vec::new();
    loop {
        let length = line.read_u32().await.ok()?;
        if length == 0 {
            break;
        }
        if bytes.len() + length as usize > most {
            // As clamd does: it says so and hangs up, whatever still comes.
            line.write_all(b"INSTREAM size limit exceeded. ERROR\0").await.ok()?;
            return line.shutdown().await.ok();
        }
        let start = bytes.len();
        bytes.resize(start + length as usize, 0);
        line.read_exact(&mut bytes[start..]).await.ok()?;
    }
    looked.fetch_add(1, Ordering::SeqCst);
    if bytes.windows(6).any(|window| window == b"HANGUP") {
        return None;
    }
    let found = bytes.windows(5).any(|window| window == b"EICAR");
    line.write_all(if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" }).await.ok()?;
    line.shutdown().await.ok()
}

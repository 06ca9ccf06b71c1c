//! Somebody who is told by webhooks: takes requests, keeps them, and answers as it is told.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Method and path.
    pub line: String,
    /// Names in lowercase, and values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    connections: usize,
    answer: String,
}

/// The receiver; it goes with the runtime of its test.
#[derive(Clone)]
pub struct Receiver {
    /// Its address, without a slash at the end.
    pub url: String,
    inner: Arc<Mutex<Inner>>,
    /// Whether answers wait.
    held: watch::Sender<bool>,
}

impl Receiver {
    /// Listens on a free port and answers 204.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let receiver = Self { url, inner: Arc::default(), held: watch::Sender::new(false) };
        receiver.answer_with("204 No Content", "", "");
        let own = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                own.inner.lock().expect("a lock").connections += 1;
                let own = own.clone();
                tokio::spawn(async move { own.serve(stream).await });
            }
        });
        receiver
    }

    /// Answers with this from now on.
    pub fn answer_with(&self, status: &str, headers: &str, body: &str) {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len());
        self.inner.lock().expect("a lock").answer = answer;
    }

    /// Takes requests from now on and answers when it is released.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Answers all that wait, and from now on at once.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// Takes requests from now on and never answers.
    pub fn hang(&self) {
        self.inner.lock().expect("a lock").answer.clear();
    }

    /// All that arrived, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.inner.lock().expect("a lock").received.clone()
    }

    /// How often somebody connected, whatever they said then.
    pub fn connections(&self) -> usize {
        self.inner.lock().expect("a lock").connections
    }

    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&chunk[..count]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        };
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().to_owned();
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let mut held = self.held.subscribe();
        let answer = {
            let mut inner = self.inner.lock().expect("a lock");
            inner.received.push(Received { line, headers, body });
            inner.answer.clone()
        };
        if answer.is_empty() {
            std::future::pending::<()>().await;
        }
        held.wait_for(|held| !held).await.ok()?;
        stream.write_all(answer.as_bytes()).await.ok()
    }
}

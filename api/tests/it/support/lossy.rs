//! A bad line: connections break after some bytes, each after another number of them, in the middle of whatever they carry.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Numbers that look like chance and are the same each time (a linear congruential generator of Knuth's).
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// From 0 to below `end`.
    pub fn below(&self, end: u64) -> u64 {
        let step = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let state = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| Some(step(state))).expect("a number");
        (step(state) >> 33) % end
    }
}

/// The line. It serves until it is dropped.
pub struct LossyProxy {
    address: SocketAddr,
    broken: Arc<AtomicU64>,
    serving: JoinHandle<()>,
}

impl LossyProxy {
    /// To `host:port`. Two of three connections break, after up to `longest` bytes that the client sent.
    pub async fn to(target: &str, longest: u64, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (target, broken, dice) = (target.to_owned(), Arc::new(AtomicU64::new(0)), Dice::new(seed));
        let count = broken.clone();
        let serving = tokio::spawn(async move {
            let mut lines = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let room = if dice.below(3) == 0 { u64::MAX } else { 2_000 + dice.below(longest) };
                let (target, count) = (target.clone(), count.clone());
                lines.spawn(async move {
                    if let Ok(server) = TcpStream::connect(target).await
                        && join(client, server, room).await
                    {
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { address, broken, serving }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections it has broken.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::SeqCst)
    }
}

impl Drop for LossyProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Hands bytes on in both directions until one side ends or the client has sent more than there is room for: then both lines break.
/// Whether they did.
async fn join(client: TcpStream, server: TcpStream, mut room: u64) -> bool {
    let ((mut from, mut back), (mut answers, mut to)) = (client.into_split(), server.into_split());
    let up = async {
        let mut piece = vec![0; 16 * 1024];
        loop {
            match from.read(&mut piece).await {
                Ok(length) if length > 0 => {
                    let Some(left) = room.checked_sub(length as u64) else { return true };
                    room = left;
                    if to.write_all(&piece[..length]).await.is_err() {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    };
    let down = async {
        let _ended = tokio::io::copy(&mut answers, &mut back).await;
        false
    };
    tokio::select! {
        broken = up => broken,
        broken = down => broken,
    }
}

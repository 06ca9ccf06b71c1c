//! The load generator: keep-alive connections that send the next request when the answer is read.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was measured.
pub struct Figures {
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
}

/// Makes figures of latencies.
pub fn figures(mut latencies: Vec<Duration>, elapsed: Duration) -> Figures {
    latencies.sort_unstable();
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index of a sample"
        )]
        let index = ((latencies.len() as f64 - 1.0) * share) as usize;
        latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let count = latencies.len() as f64;
    Figures { per_second: count / elapsed.as_secs_f64(), p50: at(0.5), p99: at(0.99) }
}

/// Sends requests over `connections` for `duration`. `request` gives the bytes of the n-th request of a connection; every answer
/// must begin with `expected`.
pub async fn run<F>(address: &str, connections: usize, duration: Duration, expected: &'static str, request: F) -> Figures
where
    F: Fn(usize, u64) -> Vec<u8> + Clone + Send + 'static,
{
    let started = Instant::now();
    let mut tasks = Vec::new();
    for connection in 0..connections {
        let (address, request) = (address.to_owned(), request.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            let (mut latencies, mut buffer, mut n) = (Vec::new(), Vec::new(), 0);
            while started.elapsed() < duration {
                let bytes = request(connection, n);
                n += 1;
                let sent = Instant::now();
                stream.write_all(&bytes).await.expect("sent");
                read_answer(&mut stream, &mut buffer, expected).await;
                latencies.push(sent.elapsed());
            }
            latencies
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("a connection's latencies"));
    }
    figures(all, started.elapsed())
}

/// Reads one answer whole.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>, expected: &str) {
    buffer.clear();
    let (mut head_end, mut length) = (None, 0);
    loop {
        if stream.read_buf(buffer).await.expect("an answer") == 0 {
            unreachable!("the server closed the connection");
        }
        if head_end.is_none()
            && let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            assert!(head.starts_with(&format!("http/1.1 {expected}")), "{}", String::from_utf8_lossy(buffer));
            length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |v| v.trim().parse().expect("a length"));
            head_end = Some(end + 4);
        }
        if head_end.is_some_and(|end| buffer.len() >= end + length) {
            return;
        }
    }
}

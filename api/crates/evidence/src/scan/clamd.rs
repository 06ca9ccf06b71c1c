//! clamd's protocol, as far as it is needed: INSTREAM, over TCP or a socket (`man clamd`).
//!
//! Our own and not the crate `clamav-client`: that one gives up when clamd takes no more bytes, and so never reads the answer by which
//! clamd says that the stream is longer than it takes.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use platform::settings::ClamavAddress;
use platform::{AppError, Result};
use shared_types::ErrorCode;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// For connecting, and for each piece that is handed over.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one scan from its first byte to the verdict: a large archive takes its time, but a job has four minutes in all.
const LONGEST: Duration = Duration::from_secs(150);
/// No answer is longer.
const LONGEST_ANSWER: u64 = 4096;

/// What the scanner says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Clean,
    /// With the name of what was found.
    Infected(String),
    /// It could not tell, and why.
    Failed(String),
}

fn silent(cause: impl std::fmt::Display) -> AppError {
    AppError::new(ErrorCode::Unavailable).detail("The scanner for malware does not answer.").cause(cause.to_string())
}

/// Lets the scanner look at some bytes. An error says that there is no scanner; what goes wrong later may be due to these bytes alone.
pub(super) async fn scan(address: &ClamavAddress, bytes: impl Stream<Item = Result<Bytes>> + Unpin) -> Result<Verdict> {
    match address {
        ClamavAddress::Tcp(place) => Ok(within(LONGEST, speak(connected(TcpStream::connect(place)).await?, bytes)).await),
        ClamavAddress::Socket(path) => Ok(within(LONGEST, speak(connected(UnixStream::connect(path)).await?, bytes)).await),
    }
}

async fn connected<S>(connecting: impl Future<Output = std::io::Result<S>>) -> Result<S> {
    timeout(PATIENCE, connecting).await.map_err(silent)?.map_err(silent)
}

/// What a scan comes to: one that breaks off, or takes too long, says nothing of the others.
async fn within(time: Duration, scan: impl Future<Output = Result<Verdict>>) -> Verdict {
    match timeout(time, scan).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(error)) => Verdict::Failed(error.with_cause().clone()),
        Err(_) => Verdict::Failed("the scan took too long".to_owned()),
    }
}

async fn speak(
    mut line: impl AsyncRead + AsyncWrite + Unpin,
    mut bytes: impl Stream<Item = Result<Bytes>> + Unpin,
) -> Result<Verdict> {
    let sent = async {
        hand_over(&mut line, b"zINSTREAM\0").await?;
        while let Some(piece) = bytes.next().await {
            let piece = piece?;
            for part in piece.chunks(1024 * 1024) {
                let length = u32::try_from(part.len()).map_err(AppError::internal)?;
                hand_over(&mut line, &length.to_be_bytes()).await?;
                hand_over(&mut line, part).await?;
            }
        }
        hand_over(&mut line, &[0; 4]).await
    };
    let sent = sent.await;
    // It may have stopped to listen because it has something to say.
    if let Err(error) = &sent
        && error.code() != ErrorCode::Unavailable
    {
        return sent.map(|()| Verdict::Clean);
    }
    let mut answer = Vec::new();
    let read = line.take(LONGEST_ANSWER).read_to_end(&mut answer).await;
    match (verdict(&String::from_utf8_lossy(&answer)), sent, read) {
        (Some(verdict), _, _) => Ok(verdict),
        (None, Err(error), _) => Err(error),
        (None, Ok(()), Err(error)) => Err(silent(error)),
        (None, Ok(()), Ok(_)) => Err(silent("an answer that means nothing")),
    }
}

async fn hand_over(line: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<()> {
    timeout(PATIENCE, line.write_all(bytes)).await.map_err(silent)?.map_err(silent)
}

/// `stream: OK`, `stream: <name> FOUND`, `<reason> ERROR`; nothing where it is none of them.
fn verdict(answer: &str) -> Option<Verdict> {
    let answer = answer.trim_end_matches(['\0', '\n', '\r']);
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    let short = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    match said {
        "OK" => Some(Verdict::Clean),
        _ => match (said.strip_suffix(" FOUND"), said.strip_suffix(" ERROR")) {
            (Some(name), _) => Some(Verdict::Infected(short(name))),
            (None, Some(reason)) => Some(Verdict::Failed(short(reason))),
            (None, None) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scan_that_takes_too_long_has_failed() {
        let scan = within(Duration::from_millis(1), std::future::pending()).await;
        assert_eq!(scan, Verdict::Failed("the scan took too long".to_owned()));
    }

    #[test]
    fn answers_are_read() {
        for (answer, expected) in [
            ("stream: OK\0", Some(Verdict::Clean)),
            ("stream: Eicar-Signature FOUND\0", Some(Verdict::Infected("Eicar-Signature".to_owned()))),
            ("INSTREAM size limit exceeded. ERROR\0", Some(Verdict::Failed("INSTREAM size limit exceeded.".to_owned()))),
            ("stream: OK FOUND\n", Some(Verdict::Infected("OK".to_owned()))),
            ("", None),
            ("stream: ", None),
            ("OK, but", None),
            ("UNKNOWN COMMAND", None),
        ] {
            assert_eq!(verdict(answer), expected, "{answer:?}");
        }
    }
}

//! Waiting for the thing itself.

use std::time::Duration;

/// Asks until it is so; fails when it is not so in time.
#[track_caller]
pub fn eventually<F, A>(what: &'static str, seconds: u64, mut ask: F) -> impl Future<Output = ()>
where
    F: FnMut() -> A,
    A: Future<Output = bool>,
{
    let place = std::panic::Location::caller();
    async move {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        let asking = async {
            while !ask().await {
                tick.tick().await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(seconds), asking).await.is_ok(), "{place}: never: {what}");
    }
}

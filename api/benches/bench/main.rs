//! The performance bars as a runnable benchmark: `just bench`, on a release build.
//!
//! Absolute numbers belong to a machine; what counts is the ratio to a ceiling that the same run measures on the same machine
//! with the same driver, durability and data (`ceiling.rs`). The load generator shares the cores with what it loads.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark talks to a terminal and ends on a fault"
)]

mod ceiling;
mod files;
mod load;
mod process;
mod product;
#[path = "../../tests/it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the integration tests, which use more of it")]
mod support;

use std::time::Duration;

/// How long each measurement runs.
const SECONDS: u64 = 4;
/// Connections of the load generator.
const CONNECTIONS: usize = 16;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let duration = Duration::from_secs(SECONDS);
        println!("{:<44} {:>10} {:>9} {:>9} {:>10}", "what", "per second", "p50 ms", "p99 ms", "of ceiling");
        let ceilings = ceiling::measure(duration).await;
        product::measure(duration, &ceilings).await;
        process::measure(duration).await;
    });
    // Servers of the measurements are still listening: nothing waits for them.
    std::process::exit(0);
}

/// Prints one line; the ratio only where there is a ceiling.
fn report(what: &str, result: &load::Figures, ceiling: Option<f64>) {
    let ratio = ceiling.map_or_else(String::new, |ceiling| format!("{:.0} %", 100.0 * result.per_second / ceiling));
    println!("{what:<44} {:>10.0} {:>9.2} {:>9.2} {ratio:>10}", result.per_second, result.p50, result.p99);
}

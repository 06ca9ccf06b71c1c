//! How often the database is asked what, and how long it takes.

use crate::api::use_remote;
use crate::components::card::Card;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use leptos::prelude::*;
use shared_types::operation::{QueryProfile, QueryTiming};

/// The section.
#[component]
pub fn QueriesCard() -> impl IntoView {
    let remote = use_remote::<QueryProfile>(|| Some("/api/v1/query-profile".to_owned()));
    view! {
        <Card title="Database" note="By what the statements are for, the most time first" flush=true>
            <RemoteView remote shape=Shape::Rows(8) let:profile>
                <p class="small muted card-in">"Of the process that answered, since it started " <Moment at=profile.since />
                    ". Slow is what takes more than "{profile.slow_ms}" ms: it stands in the process's log."</p>
                <TableView clone:profile label="Database" head=|| view! {
                    <Th>"For"</Th><Th num=true>"Statements"</Th><Th num=true>"Least"</Th><Th num=true>"Mean"</Th><Th num=true>"Most"</Th><Th num=true>"Slow"</Th>
                }>
                    {profile.items.iter().cloned().map(row).collect_view()}
                </TableView>
            </RemoteView>
        </Card>
    }
}

fn row(timing: QueryTiming) -> impl IntoView {
    let QueryTiming { name, count, min_us, avg_us, max_us, total_us: _, slow } = timing;
    view! {
        <tr>
            <Td main=true>{name.replace('_', " ")}</Td>
            <Td label="Statements" num=true>{count}</Td>
            <Td label="Least" num=true>{millis(min_us)}</Td>
            <Td label="Mean" num=true>{millis(avg_us)}</Td>
            <Td label="Most" num=true>{millis(max_us)}</Td>
            <Td label="Slow" num=true>{slow}</Td>
        </tr>
    }
}

/// Microseconds as milliseconds, to a hundredth.
fn millis(micros: u64) -> String {
    let hundredths = micros.saturating_add(5) / 10;
    format!("{}.{:02} ms", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::millis;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn times_are_told_to_a_hundredth() {
        for (micros, words) in [(0, "0.00 ms"), (4, "0.00 ms"), (5, "0.01 ms"), (1_234, "1.23 ms"), (101_996, "102.00 ms")] {
            assert_eq!(millis(micros), words);
        }
    }
}

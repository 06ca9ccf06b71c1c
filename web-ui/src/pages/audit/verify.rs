//! Recomputes the chain and says whether it holds.

use super::value::ShortId;
use crate::api::{ApiError, use_api};
use crate::components::button::Button;
use crate::components::icon::{Icon, IconView};
use crate::format;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::audit::ChainVerification;

/// The button and its result.
#[component]
pub fn Verify(
    /// Where the chain is recomputed.
    path: String,
) -> impl IntoView {
    let api = use_api();
    let (busy, result) = (RwSignal::new(false), RwSignal::new(None::<Result<ChainVerification, ApiError>>));
    let press = move || {
        let path = path.clone();
        busy.set(true);
        spawn_local(async move {
            let found = api.get::<ChainVerification>(&path).await;
            busy.try_set(false);
            result.try_set(Some(found));
        });
    };
    view! {
        <section class="card verify no-print" aria-label="Proof of the chain">
            <div class="verify-in">
                <div class="sp" role="status">{move || match result.get() {
                    None => view! {
                        <p class="small muted">"Each row carries the SHA-256 of the row before it. Recomputing the chain shows whether a row was changed, removed or moved."</p>
                    }.into_any(),
                    Some(Ok(found)) => outcome(found),
                    Some(Err(error)) => view! { <p class="verify-bad"><IconView icon=Icon::Alert />"The chain could not be recomputed. "{error.message()}</p> }.into_any(),
                }}</div>
                <Button icon=Icon::Shield busy on_press=press>"Verify chain"</Button>
            </div>
        </section>
    }
}

fn outcome(found: ChainVerification) -> AnyView {
    let rows = format::count(i64::try_from(found.rows).unwrap_or(i64::MAX), "row", "rows");
    match (found.intact, found.broken) {
        (true, _) => view! {
            <p class="verify-good"><IconView icon=Icon::Check /><span>"The chain is intact: "{rows}" recomputed. Keep the head elsewhere to prove later that nothing was cut off."</span></p>
            <ShortId what="head".to_owned() id=found.head copied="head" />
        }
        .into_any(),
        (false, Some(row)) => view! {
            <p class="verify-bad"><IconView icon=Icon::Alert /><span>"The chain is broken at row "<b>{row.sequence}</b>": "{row.fault}". "{rows}" were checked."</span></p>
        }
        .into_any(),
        (false, None) => view! { <p class="verify-bad"><IconView icon=Icon::Alert /><span>"The chain is broken."</span></p> }.into_any(),
    }
}

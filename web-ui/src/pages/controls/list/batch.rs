//! What can be done with the selected requirements.

use super::assign::AssignDialog;
use super::judge::Judge;
use super::model::Selection;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconView};
use crate::format;
use crate::words;
use leptos::prelude::*;
use shared_types::finding::Finding;

/// The bar at the foot of the window while something is selected.
#[component]
pub fn BatchBar(selection: Selection, judge: Judge) -> impl IntoView {
    let count = Memo::new(move |_| selection.count().0);
    let assigning = RwSignal::new(false);
    let words =
        move || format::count(i64::try_from(count.get()).unwrap_or_default(), "requirement selected", "requirements selected");
    let set = [Finding::Met, Finding::NotMet, Finding::NotApplicable].map(|finding| {
        let status = words::finding(finding);
        view! {
            <button type="button" class=format!("btn batch-{}", words::finding_class(finding))
                on:click=move |_| judge.choose(selection.rows(), finding)>
                <IconView icon=status.icon />{status.word}
            </button>
        }
    });
    view! {
        <div class="batch-place" aria-live="polite">
            <div class="batch no-print" role="toolbar" aria-label="Selected requirements" class:none=move || count.get() == 0>
                <span class="strong">{words}</span>
                <span class="batch-set"><span class="small muted hide-s">"Set"</span>{set.collect_view()}</span>
                <Button icon=Icon::Person on_press=move || assigning.set(true)>"Assign owner"</Button>
                <Button kind=ButtonKind::Quiet on_press=move || selection.set_all(false)>"Clear"</Button>
            </div>
        </div>
        <AssignDialog open=assigning selection />
    }
}

//! The filters above the list.

use super::columns::ColumnChooser;
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip, SearchBox};
use crate::pages::systems::{named, use_members};
use crate::words;
use leptos::prelude::*;
use shared_types::finding::{Finding, PoamEligibility, Progress};
use shared_types::systems::Role;

/// The filters.
#[component]
pub fn Toolbar() -> impl IntoView {
    let members = use_members();
    let findings = Finding::ALL.iter().map(|one| Choice::new(one.as_str(), words::finding(*one).word)).collect::<Vec<_>>();
    let progress = Progress::ALL.iter().map(|one| Choice::new(one.as_str(), words::progress(*one).word)).collect::<Vec<_>>();
    let families = words::FAMILIES.iter().map(|(code, name)| Choice::new(*code, *name)).collect::<Vec<_>>();
    let points = ["5", "3", "1", "0"].map(|points| Choice::new(points, if points == "0" { "No value" } else { points })).to_vec();
    let poam = [
        (PoamEligibility::Eligible, "May wait on a POA&M"),
        (PoamEligibility::AtPartialPoints, "Only at partial points"),
        (PoamEligibility::Never, "Never on a POA&M"),
    ];
    let poam = poam.map(|(value, label)| Choice::new(value.as_str(), label)).to_vec();
    let owners = Signal::derive(move || {
        let mut choices = vec![Choice::new("me", "Me"), Choice::new("none", "Nobody")];
        choices.extend(members.map(|page| named(&page.items, Role::Viewer)).unwrap_or_default());
        choices
    });
    view! {
        <div class="filters" role="search" aria-label="Filters">
            <SearchBox id="assessment-filter" label="Filter requirements" />
            <FilterChip name="finding" label="Finding" choices=findings />
            <FilterChip name="progress" label="Progress" choices=progress />
            <FilterChip name="family" label="Family" choices=families />
            <FilterChip name="owner" label="Owner" choices=owners single=true />
            <FilterChip name="points" label="Points" choices=points />
            <FilterChip name="poam" label="POA&M" choices=poam />
            <FlagChip name="has_evidence" value="false" label="Missing evidence" />
            <span class="sp"></span>
            <ColumnChooser />
        </div>
    }
}

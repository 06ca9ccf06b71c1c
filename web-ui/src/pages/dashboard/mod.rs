//! The dashboard: where we stand. One request holds all of it.

mod activity;
mod figures;
mod lists;
mod stand;

use crate::api::use_remote;
use crate::components::board::Board;
use crate::components::button::ButtonLink;
use crate::components::card::Card;
use crate::components::chart::ScoreChart;
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::reader_zone;
use crate::format;
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::dashboard::Dashboard;
use std::sync::Arc;

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let scope = use_scope();
    let url = scope.api("/dashboard");
    let remote = use_remote::<Dashboard>(move || Some(url.clone()));
    let zone = reader_zone();
    let name = scope.system.name.clone();
    let note = Signal::derive(move || {
        let rules = remote
            .map(|data| format!("rules {} · as of {}", data.score.pack_version, format::local_time(data.as_of, zone.as_deref())));
        rules.map_or_else(|| name.clone(), |rules| format!("{name} · {rules}"))
    });
    let export = scope.api("/exports/assessment.csv");
    view! {
        <PageHead title="Where we stand" note
            actions=move || view! { <ButtonLink icon=Icon::Download href=export download="assessment.csv">"Export"</ButtonLink> } />
        <RemoteView remote shape=Shape::Page let:data><Standing data scope=scope.clone() /></RemoteView>
    }
}

/// What has passed its day: it is counted, and does not push out what comes next.
fn late(data: &Dashboard) -> stand::Late {
    stand::Late { tasks: data.my_overdue, evidence: data.evidence.expired, reviews: data.overdue_reviews }
}

/// The whole dashboard.
#[component]
fn Standing(data: Arc<Dashboard>, scope: Scope) -> impl IntoView {
    let families = Arc::new(data.board.clone());
    let total: usize = families.iter().map(|family| family.cells.len()).sum();
    let requirements = format::count(i64::try_from(total).unwrap_or_default(), "requirement", "requirements");
    let history = Arc::new(data.history.clone());
    let conditional_at = data.score.eligibility.conditional_at;
    let range = data.score.minimum.zip(data.score.maximum);
    let href = Callback::new({
        let scope = scope.clone();
        move |reference: String| lists::control_href(&scope, &reference)
    });
    let assessment = lists::assessment_href(&scope);
    view! {
        <div class="stack">
            <stand::Stand score=data.score.clone() clocks=data.clocks.clone() late=late(&data) scope=scope.clone() />
            <figures::Figures tasks=data.tasks evidence=data.evidence scope=scope.clone() />
            <div class="cols">
                <div class="stack">
                    <Card title=requirements note="cell width = point value"
                        aside=move || assessment.map(|href| view! { <a class="small" href=href>"Open assessment"</a> })>
                        <Board families href />
                    </Card>
                    {range.map(|range| view! {
                        <Card title="Score over time" note="12 months"><ScoreChart history conditional_at range /></Card>
                    })}
                </div>
                <div class="stack">
                    <lists::MyTasks tasks=data.my_tasks.clone() counts=data.tasks overdue=data.my_overdue scope=scope.clone() today=data.as_of.date_naive() />
                    <lists::Expiring evidence=data.expiring.clone() counts=data.evidence scope=scope.clone() />
                    <activity::Activity events=data.activity.clone() scope />
                </div>
            </div>
        </div>
    }
}

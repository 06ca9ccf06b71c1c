//! `/portfolio`: where all of the reader's systems stand, side by side.

mod row;
mod view;

use crate::api::use_remote;
use crate::components::button::ButtonLink;
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip, SearchBox};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::PageHead;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{SortTh, TableView, Th};
use crate::components::time::reader_zone;
use crate::format;
use crate::router::{Route, use_router};
use leptos::prelude::*;
use shared_types::portfolio::{Portfolio, PortfolioSystem};
use std::sync::Arc;

/// The page.
#[component]
pub fn PortfolioPage() -> impl IntoView {
    let remote = use_remote::<Portfolio>(|| Some("/api/v1/portfolio".to_owned()));
    let zone = reader_zone();
    let note = Signal::derive(move || {
        let as_of = remote
            .map(|data| format!("Every system that is not archived · as of {}", format::local_time(data.as_of, zone.as_deref())));
        as_of.unwrap_or_else(|| "Every system that is not archived".to_owned())
    });
    view! {
        <PageHead title="Portfolio" note
            actions=|| view! { <ButtonLink icon=Icon::Building href=Route::Systems.href()>"All systems"</ButtonLink> } />
        <RemoteView remote shape=Shape::Page let:data><Standings data /></RemoteView>
    }
}

/// How many, for the eye: a number, what it counts, and how it looks.
fn figure(number: usize, of: &'static str, class: &'static str, icon: Icon) -> impl IntoView {
    let class = if number == 0 { "figure" } else { class };
    view! { <li class=class><IconView icon /><b>{number}</b><span>{of}</span></li> }
}

#[component]
fn Standings(data: Arc<Portfolio>) -> impl IntoView {
    if data.systems.is_empty() {
        return view! {
            <section class="card"><Empty icon=Icon::Building title="No system yet"
                action=|| view! { <a class="btn" href=Route::Systems.href()>"All systems"</a> }>
                "Here the systems that you are a member of stand side by side: score, tasks, evidence, and what comes next."
            </Empty></section>
        }
        .into_any();
    }
    let many = |wanted: fn(&PortfolioSystem) -> bool| data.systems.iter().filter(|system| wanted(system)).count();
    let figures = view! {
        <ul class="card figures" aria-label="Of all systems">
            {figure(data.systems.len(), "systems", "figure", Icon::Shield)}
            {figure(many(|system| view::outcome(&system.standing) != "none"), "with a status possible", "figure good", Icon::Check)}
            {figure(many(|system| system.tasks.overdue > 0), "with overdue tasks", "figure bad", Icon::Clock)}
            {figure(many(|system| system.evidence.expired > 0), "with expired evidence", "figure bad", Icon::Alert)}
            {figure(many(|system| system.evidence.pending_review > 0), "with evidence to review", "figure warn", Icon::Document)}
        </ul>
    };
    let beyond = usize::try_from(data.total).unwrap_or_default().saturating_sub(data.systems.len());
    let beyond = (beyond > 0).then(|| {
        let more = format::count(i64::try_from(beyond).unwrap_or_default(), "more system is", "more systems are");
        view! { <p class="small muted">{more}" not shown: the portfolio holds the first 200 by name."</p> }
    });
    view! { <div class="stack">{figures}{beyond}<SystemsTable data /></div> }.into_any()
}

#[component]
fn SystemsTable(data: Arc<Portfolio>) -> impl IntoView {
    let router = use_router();
    let all = data.systems.len();
    let shown = Memo::new(move |_| view::chosen(&data, &router.query()));
    let outcomes = vec![
        Choice::new("final", "Final status possible"),
        Choice::new("conditional", "Conditional status possible"),
        Choice::new("none", "No CMMC status yet"),
    ];
    let told = move || {
        format!("{} of {}", shown.with(Vec::len), format::count(i64::try_from(all).unwrap_or_default(), "system", "systems"))
    };
    view! {
        <section class="card" aria-label="Systems">
            <div class="filters" role="search" aria-label="Filters">
                <SearchBox id="portfolio-filter" label="Filter systems by name or organisation" />
                <FilterChip name="outcome" label="Status" choices=outcomes />
                <FlagChip name="attention" value="true" label="Wants attention" />
                <span class="sp"></span>
                <span class="small muted" role="status">{told}</span>
            </div>
            {move || shown.with(|systems| if systems.is_empty() {
                view! { <Empty icon=Icon::Filter title="No system is as the filters say">"Take a filter away to see more."</Empty> }.into_any()
            } else {
                let rows = systems.iter().cloned().map(|system| view! { <row::SystemRow system /> }).collect_view();
                view! {
                    <TableView label="Systems" head=|| view! {
                        <SortTh field="name" default="name">"System"</SortTh>
                        <SortTh field="score" default="name">"Score"</SortTh>
                        <Th>"Requirements"</Th>
                        <SortTh field="tasks" default="name">"Tasks"</SortTh>
                        <SortTh field="evidence" default="name">"Evidence"</SortTh>
                        <SortTh field="next" default="name">"Next date"</SortTh>
                    }>{rows}</TableView>
                }.into_any()
            })}
        </section>
    }
}

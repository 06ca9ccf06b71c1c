//! A system's line.

use crate::components::badge::{Badge, StatusBadge, Tone};
use crate::components::icon::Icon;
use crate::components::table::Td;
use crate::format;
use crate::router::{Route, SystemPage};
use crate::words;
use leptos::prelude::*;
use shared_types::dashboard::{Clock, EvidenceCounts, TaskCounts};
use shared_types::finding::FindingCounts;
use shared_types::portfolio::{PortfolioSystem, Standing};
use shared_types::score::ScoreState;

/// The line.
#[component]
pub fn SystemRow(system: PortfolioSystem) -> impl IntoView {
    let PortfolioSystem { id, name, organization, level, demo, standing, findings, tasks, my_tasks, evidence, next, .. } = system;
    let page = move |page: SystemPage| Route::System(id, page).href();
    let note = format!("{organization} · Level {level}");
    view! {
        <tr>
            <Td label="System" main=true>
                <a class="strong" href=page(SystemPage::Dashboard)>{name}</a>
                <span class="small muted line">{note}{demo.then_some(" · demonstration")}</span>
            </Td>
            <Td label="Score"><div><Score standing findings /></div></Td>
            <Td label="Requirements"><div><Mix findings /></div></Td>
            <Td label="Tasks"><div><Tasks tasks my_tasks href=page(SystemPage::Tasks) /></div></Td>
            <Td label="Evidence"><div><Evidence evidence href=page(SystemPage::Evidence) /></div></Td>
            <Td label="Next date"><div>{next.map_or_else(|| view! { <span class="muted">"None"</span> }.into_any(), |next| view! { <Next next base=format!("/s/{id}/") /> }.into_any())}</div></Td>
        </tr>
    }
}

/// The score with its bounds, and what it says about a status.
#[component]
fn Score(standing: Standing, findings: FindingCounts) -> impl IntoView {
    let number = match (standing.value, standing.state) {
        (Some(value), _) => {
            let of = standing.maximum.map(|maximum| format!(" of {maximum}"));
            let best = standing.best.filter(|best| *best != value && standing.state == ScoreState::Provisional);
            let best = best.map(|best| format!(", {} at best", format::number(i64::from(best))));
            view! { <b class="figure-score">{format::number(i64::from(value))}</b><span class="small muted">{of}{best}</span> }
                .into_any()
        }
        (None, ScoreState::NotScored) => {
            let met = findings.met + findings.not_applicable;
            view! { <b class="figure-score">{met}</b><span class="small muted">{format!(" of {} met", findings.total())}</span> }
                .into_any()
        }
        (None, _) => view! { <b>"No score"</b> }.into_any(),
    };
    let why = standing.no_score_reason.map(|reason| view! { <span class="small muted line">{reason.text}</span> });
    view! {
        <span class="line">{number}</span>{why}
        <StatusBadge status=words::outcome(standing.all_met, standing.conditional_possible) />
    }
}

/// The requirements by finding, as a bar and in words.
#[component]
fn Mix(findings: FindingCounts) -> impl IntoView {
    let parts = [
        ("met", findings.met, "met"),
        ("na", findings.not_applicable, "N/A"),
        ("not", findings.not_met, "not met"),
        ("open", findings.not_assessed, "not assessed"),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(_, count, _)| *count > 0).collect();
    let text = parts.iter().map(|(_, count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(" · ");
    let bars = parts.into_iter().map(|(class, count, _)| view! { <i class=class style=("flex-grow", count.to_string())></i> });
    view! { <div class="mix" aria-hidden="true">{bars.collect_view()}</div><span class="small muted line">{text}</span> }
}

#[component]
fn Tasks(tasks: TaskCounts, my_tasks: u32, href: String) -> impl IntoView {
    let open = tasks.open + tasks.in_progress + tasks.pending_confirmation;
    let late = (tasks.overdue > 0).then(|| {
        let href = format!("{href}?view=all&overdue=true");
        view! { <a class="plain" href=href><Badge tone=Tone::Bad icon=Icon::Clock>{format!("{} overdue", tasks.overdue)}</Badge></a> }
    });
    let mine = (my_tasks > 0).then(|| format!(", {my_tasks} mine"));
    view! { <a class="line" href=href.clone()>{format!("{open} open")}{mine}</a>{late} }
}

#[component]
fn Evidence(evidence: EvidenceCounts, href: String) -> impl IntoView {
    let EvidenceCounts { current, expiring, expired, pending_review } = evidence;
    let some = |count: u32, word: &str, filter: &str, tone: Tone, icon: Icon| {
        let (words, href) = (format!("{count} {word}"), format!("{href}?{filter}"));
        (count > 0).then(|| view! { <a class="plain" href=href><Badge tone icon>{words}</Badge></a> })
    };
    let total = i64::from(current) + i64::from(expiring) + i64::from(expired);
    view! {
        <a class="line" href=format!("{href}?freshness=current,expiring,expired")>{format!("{total} approved")}</a>
        <span class="badges">
            {some(expired, "expired", "freshness=expired", Tone::Bad, Icon::Alert)}
            {some(expiring, "expiring", "freshness=expiring", Tone::Warn, Icon::Clock)}
            {some(pending_review, "for review", "status=pending_review", Tone::Info, Icon::Eye)}
        </span>
    }
}

#[component]
fn Next(next: Clock, base: String) -> impl IntoView {
    let href = format!("{base}{}", next.link);
    view! {
        <span class="line" title=format::date(next.date)><b>{format::days(next.days_left)}</b>" "<span class="small muted">{format::date(next.date)}</span></span>
        <a class="small line" href=href>{next.text}</a>
    }
}

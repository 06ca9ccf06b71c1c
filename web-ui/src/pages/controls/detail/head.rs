//! Reference, badges, title, neighbours, and what can be done.

use super::state::ControlState;
use crate::components::badge::{Badge, FindingBadge, ProgressBadge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::{Crumb, PageHead};
use crate::format;
use crate::pages::controls::custom::{DeleteControlDialog, EditControlDialog};
use crate::pages::tasks::NewTaskDialog;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use crate::words;
use leptos::ev;
use leptos::prelude::*;
use shared_types::controls::ControlSummary;
use shared_types::finding::PoamEligibility;
use shared_types::systems::Role;

/// The head of the page.
#[component]
pub fn Head(state: ControlState, reference: String, contributor: bool) -> impl IntoView {
    let scope = use_scope();
    let manager = scope.can(Role::Manager);
    let (adding, editing, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let title = state.part(|detail| detail.control.title.clone());
    let title = Signal::derive(move || title.get().unwrap_or_default());
    let family = state.part(|detail| detail.control.family.clone());
    let assessment = scope.href(SystemPage::Assessment);
    let crumbs = Signal::derive(move || {
        let code = family.get().unwrap_or_default();
        let own = Crumb::new(words::family(&code), format!("{assessment}?family={code}"));
        vec![Crumb::new("Assessment", assessment.clone()), own]
    });
    let custom = state.part(|detail| detail.control.custom);
    let custom = Memo::new(move |_| custom.get().unwrap_or_default());
    let detail = Signal::derive(move || state.remote.get());
    let name = reference.clone();
    let above = move || view! { <Badges state reference=name /> };
    let actions = move || {
        view! {
            <Neighbours state />
            <Show when=move || contributor && custom.get()>
                <Button icon=Icon::Edit on_press=move || editing.set(true)>"Edit"</Button>
            </Show>
            <Show when=move || manager && custom.get()>
                <Button kind=ButtonKind::Danger icon=Icon::Trash on_press=move || deleting.set(true)>"Delete"</Button>
            </Show>
            {contributor.then(|| view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"Task"</Button> })}
        }
    };
    view! {
        <PageHead title crumbs above actions />
        {contributor.then(|| view! {
            <NewTaskDialog open=adding control=reference />
            <EditControlDialog open=editing detail />
            <DeleteControlDialog open=deleting detail />
        })}
    }
}

#[component]
fn Badges(state: ControlState, reference: String) -> impl IntoView {
    let finding = state.part(|detail| detail.control.finding);
    let progress = state.part(|detail| detail.control.progress);
    let facts = state.part(|detail| (points(&detail.control), poam(&detail.control)));
    view! {
        <div class="row wrap control-badges">
            <span class="id control-ref">{reference}</span>
            {move || finding.get().map(|finding| view! { <FindingBadge finding /> })}
            {move || progress.get().map(|progress| view! { <ProgressBadge progress /> })}
            {move || facts.get().map(|(points, poam)| view! {
                {points.map(|words| view! { <Badge tone=Tone::Neutral>{words}</Badge> })}
                {poam.map(|(tone, words)| view! { <Badge tone icon=Icon::Flag>{words}</Badge> })}
            })}
        </div>
    }
}

fn points(control: &ControlSummary) -> Option<String> {
    if control.custom {
        return Some("Custom control".to_owned());
    }
    let points = control.points?;
    let worth = format::count(points, "point", "points");
    Some(match control.deduction.filter(|deduction| *deduction != points) {
        Some(deduction) => format!("{deduction} of {worth}"),
        None => worth,
    })
}

fn poam(control: &ControlSummary) -> Option<(Tone, &'static str)> {
    (!control.custom).then_some(match control.poam {
        PoamEligibility::Never => (Tone::Warn, "Never on a POA&M"),
        PoamEligibility::Eligible => (Tone::Neutral, "May wait on a POA&M"),
        PoamEligibility::AtPartialPoints => (Tone::Neutral, "On a POA&M at 3 points"),
    })
}

/// The controls before and after, by link and by `[` and `]`.
#[component]
fn Neighbours(state: ControlState) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let both = state.part(|detail| (detail.previous.clone(), detail.next.clone()));
    let of = StoredValue::new(scope);
    let href = move |reference: String| of.with_value(|scope| scope.href(SystemPage::Control(reference)));
    let keys = window_event_listener(ev::keydown, move |event| {
        if crate::components::filter::is_typing(&event) {
            return;
        }
        let (previous, next) = both.get_untracked().unwrap_or_default();
        let target = match event.key().as_str() {
            "[" => previous,
            "]" => next,
            _ => None,
        };
        if let Some(reference) = target {
            router.go(&href(reference));
        }
    });
    on_cleanup(move || keys.remove());
    let step = move |reference: Option<String>, word: &'static str, icon: Icon, key: &'static str| {
        let icon = view! { <IconView icon /> };
        let inner = if key == "[" { view! { {icon}{word} }.into_any() } else { view! { {word}{icon} }.into_any() };
        match reference {
            Some(reference) => {
                let title = format!("{reference}  ( {key} )");
                view! { <a class="btn" href=href(reference) title=title aria-keyshortcuts=key>{inner}</a> }.into_any()
            }
            None => view! { <span class="btn" aria-disabled="true">{inner}</span> }.into_any(),
        }
    };
    move || {
        let (previous, next) = both.get().unwrap_or_default();
        view! {
            <nav class="row" aria-label="Neighbouring controls">
                {step(previous, "Previous", Icon::ChevronLeft, "[")}
                {step(next, "Next", Icon::ChevronRight, "]")}
            </nav>
        }
    }
}

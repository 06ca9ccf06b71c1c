//! `/systems`: every system that the reader sees.

use crate::api::use_remote;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{ButtonKind, ButtonLink};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::router::{Route, SystemPage, use_router};
use crate::session::use_session;
use crate::words;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::systems::System;

/// The page.
#[component]
pub fn SystemsPage() -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let remote =
        use_remote::<Page<System>>(move || Some(format!("/api/v1/systems{}", router.query().only(&["cursor"]).suffix())));
    let admin = session.admin();
    let new = move || {
        admin.then(|| view! { <ButtonLink kind=ButtonKind::Primary icon=Icon::Plus href=Route::NewSystem.href()>"New system"</ButtonLink> })
    };
    view! {
        <PageHead title="Systems" note="A system is one assessment scope: an enterprise or an enclave" actions=new />
        <RemoteView remote shape=Shape::Page let:page>
            {if page.items.is_empty() {
                let words = if admin {
                    "A system is the scope that one assessment covers and one System Security Plan describes. Create the first; its requirements come with it."
                } else {
                    "You are not a member of any system yet. A manager of a system can add you by your e-mail address."
                };
                view! { <section class="card"><Empty icon=Icon::Shield title="No system yet" action=new>{words}</Empty></section> }.into_any()
            } else {
                view! {
                    <ul class="systems">{page.items.iter().cloned().map(|system| view! { <SystemCard system /> }).collect_view()}</ul>
                    <Pagination page=page.page.clone() shown=page.items.len() noun=("system", "systems") />
                }.into_any()
            }}
        </RemoteView>
    }
}

#[component]
fn SystemCard(system: System) -> impl IntoView {
    let href = Route::System(system.id, SystemPage::Dashboard).href();
    let cage = system.cage_codes.join(" ");
    view! {
        <li class="card system">
            <div class="row wrap">
                <Badge tone=Tone::Info>{format!("Level {}", system.level)}</Badge>
                {system.archived_at.map(|_| view! { <Badge tone=Tone::Neutral icon=Icon::Lock>"Archived"</Badge> })}
                {system.demo.then(|| view! { <Badge tone=Tone::Warn>"Demonstration"</Badge> })}
                <span class="sp"></span>
                <span class="tiny muted">{system.role.map_or("administrator", words::role)}</span>
            </div>
            <h2><a class="system-link" href=href>{system.name}</a></h2>
            <p class="muted small">{system.organization}</p>
            {system.description.map(|text| view! { <p class="small system-text">{text}</p> })}
            <dl class="facts">
                <dt>"Rules"</dt><dd class="id">{system.pack_version}</dd>
                {(!cage.is_empty()).then(|| view! { <dt>"CAGE"</dt><dd class="id">{cage}</dd> })}
                {system.uei.map(|uei| view! { <dt>"UEI"</dt><dd class="id">{uei}</dd> })}
            </dl>
        </li>
    }
}

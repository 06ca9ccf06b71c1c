//! What an artifact supports.

use super::add_link::AddLinkDialog;
use super::{link_page, link_words};
use crate::api::{Remote, use_api};
use crate::components::button::{Button, IconButton};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::{Evidence, EvidenceLink};
use shared_types::systems::Role;

/// What it supports, with a way to add and take away.
#[component]
pub fn LinksCard(
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let contributor = use_scope().can(Role::Contributor);
    let adding = RwSignal::new(false);
    let links = Memo::new(move |_| remote.map(|evidence| evidence.links.clone()).unwrap_or_default());
    let note = Signal::derive(move || links.with(|links| (!links.is_empty()).then(|| links.len().to_string())));
    let add = move || contributor.then(|| view! { <Button icon=Icon::Plus on_press=move || adding.set(true)>"Link"</Button> });
    view! {
        <Card title="Supports" note aside=add>
            <Show when=move || links.with(Vec::is_empty)>
                <p class="muted small">"Nothing yet. Link it to the controls and objectives that it shows to be met, or to the tasks that it shows to be done."</p>
            </Show>
            <ul class="evidence-links">
                <For each=move || links.get() key=|link| link.id let:link><LinkRow link remote contributor /></For>
            </ul>
        </Card>
        <AddLinkDialog open=adding remote />
    }
}

#[component]
fn LinkRow(link: EvidenceLink, remote: Remote<Evidence>, contributor: bool) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let words = link_words(&link);
    let href = scope.href(link_page(&link));
    let base = scope.api("/evidence");
    let (id, label) = (link.id, format!("Unlink {words}"));
    let unlink = {
        let words = words.clone();
        move || {
            let Some(evidence) = remote.peek() else { return };
            let (path, words) = (format!("{base}/{}/links/{id}", evidence.id), words.clone());
            spawn_local(async move {
                match api.delete(&path, None).await {
                    Ok(()) => toasts.say(format!("{words} is not linked any more.")),
                    Err(error) => toasts.warn(error.message()),
                }
            });
        }
    };
    view! {
        <li class="row">
            <span class="sp"><a class="id strong any-break" href=href>{link.reference}{link.objective.map(|letter| format!("[{letter}]"))}</a></span>
            {contributor.then(|| view! { <IconButton icon=Icon::Cross label on_press=unlink /> })}
        </li>
    }
}

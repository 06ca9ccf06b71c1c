//! Links evidence that is there already, found by its words; or leads to the upload with the link prepared.

use crate::api::{use_api, use_remote};
use crate::components::badge::EvidenceBadge;
use crate::components::button::Button;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::dom;
use crate::router::encode;
use crate::scope::use_scope;
use crate::upload::{Target, use_uploads};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::evidence::{Evidence, NewEvidenceLink};

/// `AC.L2-3.1.1[a]`.
fn place(link: &NewEvidenceLink) -> String {
    let of = link.control.as_deref().or(link.task.as_deref()).unwrap_or_default();
    link.objective.as_ref().map_or_else(|| of.to_owned(), |letter| format!("{of}[{letter}]"))
}

/// The dialog.
#[component]
pub fn LinkDialog(
    /// What a new link would be for, while the dialog is open.
    linking: RwSignal<Option<NewEvidenceLink>>,
) -> impl IntoView {
    let open = open_while(linking);
    let title = Signal::derive(move || {
        linking.with(|link| link.as_ref().map(|link| format!("Evidence for {}", place(link))).unwrap_or_default())
    });
    view! {
        <Dialog open title wide=true>
            {move || linking.get().map(|link| view! { <Search link open /> })}
        </Dialog>
    }
}

#[component]
fn Search(link: NewEvidenceLink, open: RwSignal<bool>) -> impl IntoView {
    let scope = use_scope();
    let words = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let list = scope.api("/evidence");
    let remote = use_remote::<Page<Evidence>>(move || Some(format!("{list}?limit=20&q={}", encode(asked.get().trim()))));
    let uploads = use_uploads();
    let (system, new) = (scope.id(), link.clone());
    let upload = move || {
        uploads.choose(system, Target::New(vec![new.clone()]));
        open.set(false);
    };
    let input = move |event| {
        words.set(event_target_value(&event));
        let typed = words.get_untracked();
        dom::later(250, move || {
            if words.try_get_untracked().as_ref() == Some(&typed) {
                asked.set(typed);
            }
        });
    };
    dom::later(0, || dom::focus("link-search"));
    view! {
        <div class="row wrap">
            <input class="input sp" type="search" id="link-search" aria-label="Find evidence" placeholder="Find evidence by title, file or number" autocomplete="off"
                prop:value=move || words.get() on:input=input />
            <Button icon=Icon::Upload on_press=upload>"Upload new"</Button>
        </div>
        <RemoteView remote shape=Shape::Rows(4) let:page>
            {if page.items.is_empty() {
                let found_none = !asked.get_untracked().trim().is_empty();
                view! { <p class="muted small">{if found_none { "No evidence has these words." } else { "There is no evidence in this system yet. Upload the first." }}</p> }.into_any()
            } else {
                let rows = page.items.iter().map(|one| view! { <Found one=one.clone() link=link.clone() open /> }).collect_view();
                view! { <ul class="list link-list">{rows}</ul> }.into_any()
            }}
        </RemoteView>
    }
}

#[component]
fn Found(one: Evidence, link: NewEvidenceLink, open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let busy = RwSignal::new(false);
    let linked = one
        .links
        .iter()
        .any(|there| Some(&there.reference) == link.control.as_ref().or(link.task.as_ref()) && there.objective == link.objective);
    let path = scope.api(&format!("/evidence/{}/links", one.id));
    let (title, to) = (one.title.clone(), place(&link));
    let press = move |_| {
        let (path, link, said) = (path.clone(), link.clone(), format!("Linked {title} to {to}."));
        busy.set(true);
        spawn_local(async move {
            let result = api.post::<_, Evidence>(&path, &link).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toasts.say(said);
                    open.try_set(false);
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <li>
            <IconView icon=Icon::Document />
            <span class="t"><span class="strong">{one.title.clone()}</span><span class="small muted"><span class="id">{one.number.clone()}</span>" · "{crate::pages::evidence::what(&one)}</span></span>
            <EvidenceBadge status=one.status days_left=one.days_left />
            {if linked {
                view! { <span class="small muted nowrap">"Linked"</span> }.into_any()
            } else {
                view! { <button type="button" class="btn" aria-label=format!("Link {}", one.title) disabled=move || busy.get() on:click=press>"Link"</button> }.into_any()
            }}
        </li>
    }
}

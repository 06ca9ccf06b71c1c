//! `/s/{system}/seals/verify`: checks a sealed archive in the browser. Nothing is sent; the server is asked for its key only.

use super::read;
use crate::api::use_remote;
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::{Crumb, PageHead};
use crate::components::progress::ProgressBar;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use seal::check::{Report, SignedBy};
use seal::signature::Pin;
use shared_types::seals::SigningKey;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// So many differences are shown; the rest is counted.
const SHOWN: usize = 500;

/// What a check found, in words.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    intact: bool,
    head: String,
    about: Vec<String>,
    differences: Vec<String>,
    more: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Waiting,
    Reading(String),
    Found(String, Found),
    Unreadable(String),
}

fn found(report: &Report) -> Found {
    let count = report.differences.len();
    let head = match (report.intact(), count) {
        (true, _) => "Everything is as it was sealed".to_owned(),
        (false, 1) => "1 difference".to_owned(),
        (false, count) => format!("{count} differences"),
    };
    let mut about = Vec::new();
    if let Some(manifest) = &report.manifest {
        about.push(format!("{} seal {} of {}", manifest.kind, manifest.number.unwrap_or_default(), manifest.sealed_at));
    }
    let files = format::count(i64::try_from(report.files).unwrap_or(0), "file", "files");
    about.push(format!("{files} hashed, {}", format::size(report.bytes)));
    about.push(match &report.signed_by {
        SignedBy::Nobody => "Not signed".to_owned(),
        SignedBy::PinnedKey(key) => format!("Signed by this installation's key {key}"),
        SignedBy::Key(key) => format!("Signed by key {key}: compare it with the installation's that sealed it"),
    });
    Found {
        intact: report.intact(),
        head,
        about,
        differences: report.differences.iter().take(SHOWN).map(ToString::to_string).collect(),
        more: count.saturating_sub(SHOWN),
    }
}

/// The page.
#[component]
pub fn VerifySealPage() -> impl IntoView {
    let scope = use_scope();
    let crumbs =
        vec![Crumb::new("Evidence", scope.href(SystemPage::Evidence)), Crumb::new("Seals", scope.href(SystemPage::Seals))];
    let key = use_remote::<SigningKey>(|| Some("/api/v1/installation/signing-key".to_owned()));
    let own = RwSignal::new(true);
    let state = RwSignal::new(State::Waiting);
    let percent = RwSignal::new(0.0);
    let chosen = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        let pin = key.map(|key| Pin::read(&key.fingerprint)).flatten().filter(|_| own.get_untracked());
        let name = file.name();
        state.set(State::Reading(name.clone()));
        percent.set(0.0);
        spawn_local(async move {
            let report = read::check(&file, pin, |now| {
                // The reader may have gone to another page meanwhile.
                let _gone = percent.try_set(now);
            })
            .await;
            let _gone = state.try_set(match &report {
                Some(report) => State::Found(name, found(report)),
                None => State::Unreadable(name),
            });
        });
    };
    let busy = move || matches!(state.get(), State::Reading(_));
    view! {
        <PageHead title="Verify an archive" crumbs />
        <Card title="Archive">
            <div class="stack">
                <p class="small">"Choose the ZIP of a seal. It is read here in the browser, even without a network: nothing of it is sent."</p>
                <div class="field">
                    <label for="seal-archive">"Sealed archive"</label>
                    <input class="input" type="file" id="seal-archive" accept=".zip,application/zip" disabled=busy on:change=chosen />
                </div>
                <label class="check"><input type="checkbox" prop:checked=move || own.get() on:change=move |event| own.set(event_target_checked(&event)) />
                    " It must be signed by this installation's key"</label>
                {move || key.map(|key| view! { <p class="small muted">"This installation's key: "<span class="id any-break">{key.fingerprint.clone()}</span></p> })}
            </div>
        </Card>
        <div aria-live="polite" class="seal-found">
            {move || match state.get() {
                State::Waiting => ().into_any(),
                State::Reading(name) => view! { <Card title=name><ProgressBar label="Progress of the check" percent=Signal::derive(move || percent.get()) /></Card> }.into_any(),
                State::Unreadable(name) => view! { <Card title=name><p role="alert">"The browser can't read this file any more. Choose it again."</p></Card> }.into_any(),
                State::Found(name, found) => view! { <Outcome name found /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Outcome(name: String, found: Found) -> impl IntoView {
    let Found { intact, head, about, differences, more } = found;
    let lines = differences.into_iter().map(|line| view! { <li class="any-break">{line}</li> }).collect_view();
    view! {
        <Card title=name>
            <div class="seal-outcome" class:bad=!intact class:ok=intact>
                <IconView icon=if intact { Icon::Check } else { Icon::Alert } /><h2>{head}</h2>
            </div>
            {about.into_iter().map(|line| view! { <p class="small muted any-break">{line}</p> }).collect_view()}
            <ul class="seal-differences">{lines}{(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}</ul>
        </Card>
    }
}

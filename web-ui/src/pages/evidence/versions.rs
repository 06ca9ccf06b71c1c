//! The versions of an artifact with their files, and the ways to add to them.

use super::integrity::withheld;
use super::new_version::NewVersionDialog;
use super::preview::{is_shown, kind_of};
use crate::api::{Remote, use_api};
use crate::components::badge::{Badge, ReviewBadge};
use crate::components::button::{Button, IconButton};
use crate::components::card::Card;
use crate::components::clipboard::CopyButton;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::format;
use crate::scope::use_scope;
use crate::upload::{Target, use_uploads};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::EvidenceFileId;
use shared_types::evidence::{Evidence, EvidenceVersion, ExternalReference, VersionFile};
use shared_types::files::EvidenceIntegrity;
use shared_types::systems::Role;

/// The card.
#[component]
pub fn VersionsCard(
    /// The evidence.
    remote: Remote<Evidence>,
    /// Its versions.
    versions: Remote<Vec<EvidenceVersion>>,
    /// The file that is shown below; the first of the newest version if none was chosen.
    shown: RwSignal<Option<EvidenceFileId>>,
    /// How the stored files fare.
    integrity: Remote<EvidenceIntegrity>,
) -> impl IntoView {
    let (scope, uploads) = (use_scope(), use_uploads());
    let contributor = scope.can(Role::Contributor);
    let adding = RwSignal::new(false);
    let system = scope.id();
    // Files join a version while it is open, and never a reference.
    let open = Memo::new(move |_| {
        remote.map(|one| one.state.is_open() && one.archived_at.is_none() && one.reference.is_none()).unwrap_or_default()
    });
    let archived = Memo::new(move |_| remote.map(|one| one.archived_at.is_some()).unwrap_or_default());
    let add_files = move || {
        if let Some(number) = remote.map(|one| one.number.clone()) {
            uploads.choose(system, Target::File(number));
        }
    };
    let aside = move || {
        contributor.then(|| {
            view! {
                <span class="row wrap">
                    <Show when=move || open.get()><Button icon=Icon::Plus on_press=add_files>"Add files"</Button></Show>
                    <Show when=move || !archived.get()><Button icon=Icon::Plus on_press=move || adding.set(true)>"New version"</Button></Show>
                </span>
            }
        })
    };
    view! {
        <Card title="Versions" aside>
            <RemoteView remote=versions shape=Shape::Lines(4) let:all>
                {let may_remove = contributor && open.get();
                let (newest, older) = match all.split_first() { Some((newest, older)) => (Some(newest), older), None => (None, [].as_slice()) };
                let one = |version: &EvidenceVersion, removable: bool| view! { <Version version=version.clone() remote shown integrity removable /> };
                let older_views = older.iter().map(|version| one(version, false)).collect_view();
                view! {
                    {newest.map(|version| one(version, may_remove && version.files.len() > 1))}
                    {(!older.is_empty()).then(|| view! {
                        <details class="versions-older"><summary class="small">{format::count(i64::try_from(older.len()).unwrap_or(i64::MAX), "older version", "older versions")}</summary>{older_views}</details>
                    })}
                }}
            </RemoteView>
        </Card>
        {contributor.then(|| view! { <NewVersionDialog open=adding remote /> })}
    }
}

#[component]
fn Version(
    version: EvidenceVersion,
    remote: Remote<Evidence>,
    shown: RwSignal<Option<EvidenceFileId>>,
    integrity: Remote<EvidenceIntegrity>,
    removable: bool,
) -> impl IntoView {
    let until = version.expires.map_or_else(|| "does not age".to_owned(), |date| format!("to {}", format::date(date)));
    let name =
        |person: Option<shared_types::identity::Person>| person.map_or_else(|| "somebody".to_owned(), |person| person.name);
    let at = version.created_at;
    let reviewed = version.reviewed_by.zip(version.reviewed_at);
    let number = version.number;
    view! {
        <article class="version" aria-label=format!("Version {number}")>
            <header class="row wrap">
                <h3>"Version "{number}</h3><ReviewBadge state=version.state />
                <span class="sp"></span>
                <span class="small muted nowrap">"from "{format::date(version.effective)}" "{until}</span>
            </header>
            {version.note.map(|note| view! { <p class="small pre-line">{note}</p> })}
            {version.reference.map(|reference| view! { <Reference reference /> })}
            {(!version.files.is_empty()).then(|| view! {
                <ul class="version-files">{version.files.into_iter().map(|file| view! { <FileRow file remote shown integrity removable /> }).collect_view()}</ul>
            })}
            <p class="tiny muted">"Added by "{name(version.created_by)}", "<Moment at />
                {reviewed.map(|(person, at)| view! { " · reviewed by "{person.name}", "<Moment at /> })}
                {version.self_approved.then_some(" · by its author: nobody else could")}
            </p>
            {version.review_comment.map(|text| view! { <p class="small pre-line review-comment">{text}</p> })}
        </article>
    }
}

#[component]
fn FileRow(
    file: VersionFile,
    remote: Remote<Evidence>,
    shown: RwSignal<Option<EvidenceFileId>>,
    integrity: Remote<EvidenceIntegrity>,
    removable: bool,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let id = file.id;
    let base = remote.peek().map(|one| scope.api(&format!("/evidence/{}/files/{id}", one.id))).unwrap_or_default();
    let (href, name, sha256) = (base.clone(), file.name.clone(), file.sha256.clone());
    let kept = Memo::new(move |_| withheld(integrity, &sha256));
    let can_show = is_shown(&file);
    let current = move || (shown.get() == Some(id)).then_some("true");
    let (show, download) = (format!("Show {name}"), format!("Download {name}"));
    let remove_name = name.clone();
    let remove = move || {
        let Some(evidence) = remote.peek() else { return };
        let (path, name) = (base.clone(), remove_name.clone());
        spawn_local(async move {
            match api.delete(&path, Some(evidence.version)).await {
                Ok(()) => toasts.say(format!("{name} is taken out.")),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <li>
            <IconView icon=Icon::Document />
            <span class="t"><span class="strong any-break">{name.clone()}</span>
                <span class="small muted">{kind_of(&file)}" · "{format::size(file.size)}" · "<span class="id" title=file.sha256.clone()>{format::short_hash(&file.sha256)}</span></span>
            </span>
            <span class="row version-acts">
                <CopyButton text=file.sha256 what=format!("SHA-256 of {name}") />
                {can_show.then(|| view! {
                    <button type="button" class="icon-btn" aria-label=show.clone() title=show.clone() aria-pressed=move || current().unwrap_or("false") on:click=move |_| shown.set(Some(id))><IconView icon=Icon::Eye /></button>
                })}
                {move || match kept.get() {
                    Some((tone, icon, word)) => view! { <Badge tone icon>{word}</Badge> }.into_any(),
                    None => view! { <a class="icon-btn" href=href.clone() download="" aria-label=download.clone() title=download.clone()><IconView icon=Icon::Download /></a> }.into_any(),
                }}
                {removable.then(|| view! { <IconButton icon=Icon::Cross label=format!("Take {name} out") on_press=remove /> })}
            </span>
        </li>
    }
}

/// Proof that stays where it is.
#[component]
fn Reference(reference: ExternalReference) -> impl IntoView {
    let uri = reference.uri.as_str().to_owned();
    // Only what a browser opens is a link; a share or a ticket's number is words.
    let opens = ["https://", "http://"].iter().any(|scheme| uri.starts_with(scheme));
    let hash = reference.sha256.as_str().to_owned();
    view! {
        <dl class="facts">
            <dt>"Name"</dt><dd class="any-break">{reference.name.as_str().to_owned()}</dd>
            <dt>"Where"</dt><dd class="any-break">{if opens {
                view! { <a href=uri.clone() rel="noreferrer" target="_blank">{uri.clone()}<span class="sr-only">" (opens in a new tab)"</span></a> }.into_any()
            } else {
                view! { <span class="id">{uri.clone()}</span> }.into_any()
            }}</dd>
            <dt>"Kept by"</dt><dd>{reference.custodian.as_str().to_owned()}</dd>
            <dt>"SHA-256"</dt><dd><span class="id" title=hash.clone()>{format::short_hash(&hash)}</span><CopyButton text=hash what="SHA-256" /></dd>
        </dl>
    }
}

//! `/s/{system}/evidence/{evidence}`: one artifact.

use super::delete::DeleteEvidenceDialog;
use super::edit::{EditForm, Facts};
use super::links::LinksCard;
use super::preview::Preview;
use crate::api::{Remote, use_remote};
use crate::components::badge::EvidenceBadge;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::card::Card;
use crate::components::clipboard::CopyButton;
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, EvidenceFile};
use shared_types::systems::Role;

/// The page.
#[component]
pub fn EvidenceItemPage(
    /// Its id or number.
    evidence: String,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/evidence/{evidence}"));
    let remote = use_remote::<Evidence>(move || Some(url.clone()));
    // Built once: what is typed must stay when somebody else changes it, or a link is added.
    let there = Memo::new(move |_| remote.map(|_| ()).is_some());
    view! {
        <Show when=move || there.get() fallback=move || view! { <RemoteView remote shape=Shape::Page children=|_| () /> }>
            <Item remote />
        </Show>
    }
}

#[component]
fn Item(remote: Remote<Evidence>) -> impl IntoView {
    let scope = use_scope();
    let contributor = scope.can(Role::Contributor);
    let list = scope.href(SystemPage::Evidence);
    let title = Signal::derive(move || remote.map(|evidence| evidence.title.clone()).unwrap_or_default());
    let crumbs = vec![Crumb::new("Evidence", list)];
    let above = move || {
        view! {
            <div class="row wrap">
                <span class="id muted">{move || remote.map(|evidence| evidence.number.clone())}</span>
                {move || remote.map(|evidence| (evidence.status, evidence.days_left)).map(|(status, days_left)| view! { <EvidenceBadge status days_left /> })}
            </div>
        }
    };
    let deleting = RwSignal::new(false);
    let file = Memo::new(move |_| remote.map(|evidence| (evidence.id, evidence.file.clone())));
    let download = scope.clone();
    let href =
        Signal::derive(move || file.get().map(|(id, _)| download.api(&format!("/evidence/{id}/file"))).unwrap_or_default());
    let actions = move || {
        view! {
            <ButtonLink href icon=Icon::Download download="">"Download"</ButtonLink>
            {contributor.then(|| view! { <Button icon=Icon::Trash kind=ButtonKind::Danger on_press=move || deleting.set(true)>"Delete"</Button> })}
        }
    };
    view! {
        <PageHead title crumbs above actions />
        <div class="cols evidence-page">
            <div class="evidence-form">
                <Card title="What it is">
                    {if contributor {
                        view! { <EditForm remote /> }.into_any()
                    } else {
                        view! { <Facts remote /> }.into_any()
                    }}
                </Card>
            </div>
            <div class="stack evidence-side">
                <LinksCard remote />
                {move || file.get().and_then(|(_, file)| file).map(|file| view! { <FileCard file /> })}
            </div>
            <div class="evidence-preview">{move || file.get().and_then(|(id, file)| Some((id, file?))).map(|(id, file)| view! { <Preview id file /> })}</div>
        </div>
        <DeleteEvidenceDialog open=deleting remote />
    }
}

/// The file: what it is and what proves it.
#[component]
fn FileCard(file: EvidenceFile) -> impl IntoView {
    let hash = file.sha256.clone();
    view! {
        <Card title="File">
            <dl class="facts">
                <dt>"Name"</dt><dd class="any-break">{file.name}</dd>
                <dt>"Type"</dt><dd class="id">{file.media_type}</dd>
                <dt>"Size"</dt><dd>{format::size(file.size)}" "<span class="muted tiny">"("{format::number(i64::try_from(file.size).unwrap_or(i64::MAX))}" bytes)"</span></dd>
                <dt>"Version"</dt><dd>{file.version}</dd>
                <dt>"Uploaded"</dt><dd>{file.uploaded_by.map_or_else(|| "nobody".to_owned(), |person| person.name)}", "<Moment at=file.uploaded_at /></dd>
            </dl>
            <div class="evidence-hash">
                <div class="row"><span class="small strong sp">"SHA-256"</span><CopyButton text=hash.clone() what="SHA-256" /></div>
                <p class="id any-break">{hash}</p>
            </div>
        </Card>
    }
}

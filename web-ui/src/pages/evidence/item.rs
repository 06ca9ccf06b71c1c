//! `/s/{system}/evidence/{evidence}`: one artifact.

use super::approved_words;
use super::delete::DeleteEvidenceDialog;
use super::edit::{EditForm, Facts};
use super::impact::ImpactCard;
use super::integrity::{IntegrityNote, use_integrity, withheld};
use super::keeping::{Banners, KeepingCard};
use super::links::LinksCard;
use super::preview::Preview;
use super::review::ReviewCard;
use super::versions::VersionsCard;
use crate::api::{Remote, use_remote};
use crate::components::badge::{Badge, EvidenceBadge};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, EvidenceVersion};
use shared_types::systems::Role;

/// The page.
#[component]
pub fn EvidenceItemPage(
    /// Its id or number.
    evidence: String,
) -> impl IntoView {
    let scope = use_scope();
    let named = evidence.clone();
    let url = scope.api(&format!("/evidence/{evidence}"));
    let remote = use_remote::<Evidence>(move || Some(url.clone()));
    // Built once: what is typed must stay when somebody else changes it, or a link is added.
    let there = Memo::new(move |_| remote.map(|_| ()).is_some());
    view! {
        <Show when=move || there.get() fallback=move || view! { <RemoteView remote shape=Shape::Page children=|_| () /> }>
            <Item remote evidence=named.clone() />
        </Show>
    }
}

#[component]
fn Item(remote: Remote<Evidence>, evidence: String) -> impl IntoView {
    let scope = use_scope();
    let contributor = scope.can(Role::Contributor);
    let list = scope.href(SystemPage::Evidence);
    let title = Signal::derive(move || remote.map(|evidence| evidence.title.clone()).unwrap_or_default());
    let crumbs = vec![Crumb::new("Evidence", list)];
    let integrity = use_integrity();
    // Why the file of the newest version is not handed out.
    let kept = Memo::new(move |_| {
        let sha256 = remote.map(|evidence| evidence.file.as_ref().map(|file| file.sha256.clone())).flatten();
        sha256.and_then(|sha256| withheld(integrity, &sha256))
    });
    let above = move || {
        view! {
            <div class="row wrap">
                <span class="id muted">{move || remote.map(|evidence| evidence.number.clone())}</span>
                {move || remote.map(|evidence| (evidence.status, evidence.days_left)).map(|(status, days_left)| view! { <EvidenceBadge status days_left /> })}
                {move || remote.map(approved_words).flatten().map(|words| view! { <span class="muted small">{words}</span> })}
                {move || kept.get().map(|(tone, icon, word)| view! { <Badge tone icon>{word}</Badge> })}
            </div>
        }
    };
    let deleting = RwSignal::new(false);
    let url = scope.api(&format!("/evidence/{evidence}/versions"));
    let versions = use_remote::<Vec<EvidenceVersion>>(move || Some(url.clone()));
    let shown = RwSignal::new(None);
    let file = Memo::new(move |_| {
        let id = remote.map(|evidence| evidence.id)?;
        let find = |all: &Vec<EvidenceVersion>| {
            let mut files = all.iter().flat_map(|version| &version.files);
            let chosen = shown.get().and_then(|wanted| files.clone().find(|file| file.id == wanted));
            chosen.or_else(|| all.first().and_then(|newest| newest.files.first()).or_else(|| files.next())).cloned()
        };
        Some((id, versions.map(find).flatten()?))
    });
    let download = scope.clone();
    let href = Signal::derive(move || {
        let with_file = remote.map(|evidence| evidence.file.as_ref().map(|_| evidence.id)).flatten();
        with_file.map(|id| download.api(&format!("/evidence/{id}/file")))
    });
    let actions = move || {
        view! {
            {move || href.get().filter(|_| kept.get().is_none()).map(|href| view! { <ButtonLink href icon=Icon::Download download="">"Download"</ButtonLink> })}
            {contributor.then(|| view! { <Button icon=Icon::Trash kind=ButtonKind::Danger on_press=move || deleting.set(true)>"Delete"</Button> })}
        }
    };
    view! {
        <PageHead title crumbs above actions />
        <Banners remote />
        <div class="cols evidence-page">
            <div class="stack evidence-main">
                <VersionsCard remote versions shown integrity />
                {move || file.get().map(|(id, file)| view! { <Preview id file /> })}
            </div>
            <div class="stack evidence-side">
                <ReviewCard remote versions evidence=evidence.clone() />
                <ImpactCard evidence=evidence.clone() />
                <LinksCard remote />
                <IntegrityNote remote all=integrity />
                <KeepingCard remote />
            </div>
            <div class="evidence-form">
                <Card title="What it is">
                    {if contributor {
                        view! { <EditForm remote /> }.into_any()
                    } else {
                        view! { <Facts remote /> }.into_any()
                    }}
                </Card>
            </div>
        </div>
        <DeleteEvidenceDialog open=deleting remote />
    }
}

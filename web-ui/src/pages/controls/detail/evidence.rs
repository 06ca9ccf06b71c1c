//! The evidence of a control: chips at each objective, and the list beside.

use super::link_dialog::LinkDialog;
use crate::api::{Remote, use_api, use_remote};
use crate::components::badge::EvidenceBadge;
use crate::components::button::IconButton;
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, encode};
use crate::scope::{Scope, use_scope};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::evidence::{Evidence, EvidenceLink, NewEvidenceLink};

/// The evidence of one control.
#[derive(Clone, Copy)]
pub struct ControlEvidence {
    /// What is linked to it.
    pub remote: Remote<Page<Evidence>>,
    /// What a new link would be for.
    pub linking: RwSignal<Option<NewEvidenceLink>>,
    reference: StoredValue<String>,
}

impl ControlEvidence {
    /// Of the control with this reference.
    pub fn new(reference: &str) -> Self {
        let url = use_scope().api(&format!("/evidence?control={}&limit=200", encode(reference)));
        Self {
            remote: use_remote(move || Some(url.clone())),
            linking: RwSignal::new(None),
            reference: StoredValue::new(reference.to_owned()),
        }
    }

    /// The control's reference.
    pub fn reference(self) -> String {
        self.reference.get_value()
    }

    /// Asks what to link to the control, or to one of its objectives.
    pub fn link(self, objective: Option<String>) {
        self.linking.set(Some(NewEvidenceLink { control: Some(self.reference()), task: None, objective }));
    }
}

/// The links of a piece of evidence to a control.
fn links_to<'a>(evidence: &'a Evidence, reference: &'a str) -> impl Iterator<Item = &'a EvidenceLink> {
    evidence.links.iter().filter(move |link| link.reference == reference)
}

/// The address of a piece of evidence.
fn evidence_href(scope: &Scope, number: &str) -> String {
    scope.href(SystemPage::EvidenceItem(number.to_owned()))
}

/// What is linked to one objective, and the way to add more.
#[component]
pub fn EvidenceChips(evidence: ControlEvidence, letter: String, contributor: bool) -> impl IntoView {
    let scope = use_scope();
    let (reference, own) = (evidence.reference(), letter.clone());
    let linked = Memo::new(move |_| {
        let mine = |page: &Page<Evidence>| {
            page.items
                .iter()
                .filter(|one| links_to(one, &reference).any(|link| link.objective.as_deref() == Some(&own)))
                .map(|one| (one.number.clone(), one.title.clone(), one.status, one.supports))
                .collect::<Vec<_>>()
        };
        evidence.remote.map(mine).unwrap_or_default()
    });
    let label = format!("Add evidence to objective [{letter}]");
    let chips = move || {
        linked
            .get()
            .into_iter()
            .map(|(number, title, status, supports)| {
                let look = words::evidence_status(status);
                let (href, hover) = (evidence_href(&scope, &number), format!("{number} · {title} · {}", look.word));
                let class = format!("ev {}", look.tone.class());
                view! {
                    <a class=class class:quiet=!supports href=href title=hover>
                        <IconView icon=look.icon /><span class="clip">{title}</span><span class="sr-only">" ("{look.word}")"</span>
                    </a>
                }
            })
            .collect_view()
    };
    view! {
        <div class="evs">
            {chips}
            {contributor.then(|| view! {
                <button type="button" class="ev add no-print" aria-label=label on:click=move |_| evidence.link(Some(letter.clone()))>
                    <IconView icon=Icon::Plus />"Evidence"
                </button>
            })}
        </div>
    }
}

/// All evidence of the control.
#[component]
pub fn EvidenceCard(evidence: ControlEvidence, contributor: bool) -> impl IntoView {
    let note = Signal::derive(move || {
        evidence.remote.map(|page| {
            let supporting = page.items.iter().filter(|one| one.supports).count();
            format!("{supporting} of {} supports", page.items.len())
        })
    });
    let aside = move || {
        contributor.then(|| {
            view! {
                <IconButton icon=Icon::Plus label="Add evidence to the whole control" on_press=move || evidence.link(None) />
            }
        })
    };
    view! {
        <Card title="Evidence" note aside>
            <RemoteView remote=evidence.remote shape=Shape::Lines(3) let:page>
                {if page.items.is_empty() {
                    view! { <p class="small muted">"Nothing is linked yet. Evidence that is approved and current supports a finding of Met (32 CFR 170.24(b))."</p> }.into_any()
                } else {
                    let rows = page.items.iter().map(|one| view! { <EvidenceRow evidence one=one.clone() contributor /> }).collect_view();
                    view! { <ul class="list">{rows}</ul> }.into_any()
                }}
            </RemoteView>
        </Card>
        {contributor.then(|| view! { <LinkDialog linking=evidence.linking /> })}
    }
}

#[component]
fn EvidenceRow(evidence: ControlEvidence, one: Evidence, contributor: bool) -> impl IntoView {
    let scope = use_scope();
    let reference = evidence.reference();
    let mut places: Vec<String> = links_to(&one, &reference)
        .map(|link| link.objective.as_ref().map_or_else(|| "whole control".to_owned(), |letter| format!("[{letter}]")))
        .collect();
    places.sort();
    let expires = one.expires.map(|date| format!(" · expires {}", format::date(date))).unwrap_or_default();
    let links: Vec<EvidenceLink> = links_to(&one, &reference).cloned().collect();
    view! {
        <li>
            <IconView icon=Icon::Document />
            <a class="t" href=evidence_href(&scope, &one.number)>
                <span class="strong">{one.title.clone()}</span>
                <span class="small muted">{places.join(" ")}" · "<span class="id">{one.number.clone()}</span>{expires}</span>
            </a>
            <EvidenceBadge status=one.status days_left=one.days_left />
            {contributor.then(|| view! { <Unlink number=one.number title=one.title links /> })}
        </li>
    }
}

/// Takes the links of a piece of evidence to this control away; the evidence stays. With an undo.
#[component]
fn Unlink(number: String, title: String, links: Vec<EvidenceLink>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let busy = RwSignal::new(false);
    let base = scope.api(&format!("/evidence/{}/links", encode(&number)));
    let label = format!("Unlink {title} from this control");
    let press = move || {
        let (base, links, title) = (base.clone(), links.clone(), title.clone());
        busy.set(true);
        spawn_local(async move {
            for link in &links {
                if let Err(error) = api.delete(&format!("{base}/{}", link.id), None).await {
                    busy.try_set(false);
                    toasts.warn(error.message());
                    return;
                }
            }
            toasts.offer(format!("Unlinked {title}."), "Undo", move || {
                let (base, links) = (base.clone(), links.clone());
                spawn_local(async move {
                    for link in links {
                        let body = crate::pages::evidence::relink(&link);
                        if let Err(error) = api.post::<_, Evidence>(&base, &body).await {
                            toasts.warn(error.message());
                        }
                    }
                });
            });
        });
    };
    view! { <IconButton icon=Icon::Cross label on_press=press disabled=busy /> }
}

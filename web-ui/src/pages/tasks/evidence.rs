//! The evidence of a task.

use crate::api::use_remote;
use crate::components::badge::EvidenceBadge;
use crate::components::button::IconButton;
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::pages::controls::LinkDialog;
use crate::pages::evidence::what;
use crate::router::{SystemPage, encode};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::{Evidence, NewEvidenceLink};

/// The card.
#[component]
pub fn EvidenceCard(
    /// The task's number.
    number: String,
    /// The reader may add to it.
    contributor: bool,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/evidence?task={}&limit=200", encode(&number)));
    let remote = use_remote::<Page<Evidence>>(move || Some(url.clone()));
    let linking = RwSignal::new(None::<NewEvidenceLink>);
    let add = move || linking.set(Some(NewEvidenceLink { control: None, task: Some(number.clone()), objective: None }));
    let aside =
        move || contributor.then(|| view! { <IconButton icon=Icon::Plus label="Add evidence to this task" on_press=add /> });
    let row = move |one: &Evidence| {
        let href = scope.href(SystemPage::EvidenceItem(one.number.clone()));
        view! {
            <li>
                <IconView icon=Icon::Document />
                <a class="t" href=href><span class="strong">{one.title.clone()}</span>
                    <span class="small muted"><span class="id">{one.number.clone()}</span>" · "{what(one)}</span></a>
                <EvidenceBadge status=one.status days_left=one.days_left />
            </li>
        }
    };
    view! {
        <Card title="Evidence" aside>
            <RemoteView remote shape=Shape::Lines(2) let:page>
                {if page.items.is_empty() {
                    view! { <p class="small muted">"Nothing is linked yet. What shows that the work is done can stand here."</p> }.into_any()
                } else {
                    view! { <ul class="list">{page.items.iter().map(&row).collect_view()}</ul> }.into_any()
                }}
            </RemoteView>
        </Card>
        {contributor.then(|| view! { <LinkDialog linking /> })}
    }
}

//! `/s/{system}/webhooks`: where programs outside are told what happens in the system.

mod edit;
mod list;
mod messages;

use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{Empty, RemoteView, Shape};
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use edit::{EditDialog, Editing};
use leptos::prelude::*;
use list::List;
use messages::MessagesCard;
use shared_types::systems::Role;
use shared_types::webhooks::{WebhookFormat, Webhooks};

/// The page.
#[component]
pub fn WebhooksPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let crumbs = vec![Crumb::new("Settings", scope.href(SystemPage::Settings))];
    if !scope.can_read(Role::Manager) {
        return view! {
            <PageHead title="Webhooks" crumbs />
            <section class="card"><Empty icon=Icon::Lock title="Your role does not reach here">"Managers of the system say which programs are told."</Empty></section>
        }
        .into_any();
    }
    let url = scope.api("/webhooks");
    let remote = use_remote::<Webhooks>(move || Some(url.clone()));
    let editing = RwSignal::new(None::<Editing>);
    let manager = scope.can(Role::Manager);
    let kinds = Signal::derive(move || remote.map(|all| all.kinds.clone()).unwrap_or_default());
    // Only what the messages' card is built of: it must not be built anew while somebody reads it, because one of them failed.
    let chosen = Memo::new(move |_| {
        let id = router.param("webhook")?;
        let found = remote.map(|all| all.items.iter().find(|webhook| webhook.id.to_string() == id).cloned()).flatten()?;
        Some((found.id, found.name, found.active))
    });
    view! {
        <PageHead title="Webhooks" crumbs note="Programs outside that are told what happens" actions=move || view! {
            <Show when=move || manager><Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || editing.set(Some(Editing::New))>"New webhook"</Button></Show>
        } />
        <div class="stack">
            <section class="card">
                <RemoteView remote shape=Shape::Rows(3) let:all>
                    <List items=all.items.clone() editing manager />
                </RemoteView>
            </section>
            {move || chosen.get().map(|(id, name, active)| view! { <MessagesCard id name active news=move |()| remote.reload() /> })}
        </div>
        <EditDialog editing kinds />
    }
    .into_any()
}

/// What a form is called.
fn format_words(format: WebhookFormat) -> &'static str {
    match format {
        WebhookFormat::Standard => "Standard Webhooks, signed",
        WebhookFormat::Slack => "Slack",
        WebhookFormat::Teams => "Microsoft Teams",
    }
}

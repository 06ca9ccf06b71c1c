//! Asks before something of a system is deleted.

use super::{Form, FormView};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::toast::use_toasts;
use crate::dom;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use std::sync::{Arc, OnceLock};

/// What is to be deleted, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What people call it: `TASK-12`.
    pub name: String,
    /// Where it is in the system's API: `/tasks/{id}`.
    pub path: String,
    /// The version that was looked at. Where another person saved meanwhile, the server refuses and the dialog says so.
    pub version: i64,
}

/// The question. When it is gone, the list that it was in is opened.
#[component]
pub fn DeleteDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is to be deleted; nothing while it is not read yet.
    #[prop(into)]
    target: Signal<Option<Target>>,
    /// The page with the list.
    list: SystemPage,
    /// What goes with it, and what stays.
    children: ChildrenFn,
) -> impl IntoView {
    let (api, scope, router, toasts) = (use_api(), use_scope(), use_router(), use_toasts());
    let form = Form::new("delete");
    let title = Signal::derive(move || format!("Delete {}?", target.get().map(|target| target.name).unwrap_or_default()));
    // What the deletion altered is read again when the page of what is gone has been left: its parts are not there any more.
    let deleted = Arc::new(OnceLock::<String>::new());
    let known = deleted.clone();
    on_cleanup(move || {
        if let Some(path) = known.get().cloned() {
            dom::later(0, move || api.altered(&path));
        }
    });
    let submit = Callback::new(move |()| {
        let Some(Target { name, path, version }) = target.get_untracked() else { return };
        form.begin();
        let (path, list) = (scope.api(&path), scope.href(list.clone()));
        let (gone, asked) = (deleted.clone(), path.clone());
        form.run(async move { api.delete_unread(&asked, Some(version)).await }, move |()| {
            // Set once: the form is sent once.
            let _ = gone.set(path);
            open.set(false);
            toasts.say(format!("{name} is deleted."));
            router.go(&list);
        });
    });
    let children = StoredValue::new(children);
    view! {
        <Dialog open title>
            <FormView form on_submit=submit careless=true>
                {children.with_value(|children| children())}
                <div class="form-foot">
                    <Button on_press=move || open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
                </div>
            </FormView>
        </Dialog>
    }
}

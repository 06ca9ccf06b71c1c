//! Controls of the system's own, beside those of its rule pack: create, change, delete. They belong to no score.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{SelectField, TextAreaField, TextField};
use crate::components::form::{DeleteDialog, Form, FormView, Meanwhile, Part, Target};
use crate::components::toast::use_toasts;
use crate::pages::systems::{member_choices, use_members};
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::controls::{ControlDetail, CreateControl, UpdateControl};
use shared_types::systems::Role;
use shared_types::text::{ControlRef, Note, Title};
use std::sync::Arc;

/// Creates a custom control and goes to it.
#[component]
pub fn NewControlDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title="New custom control"><NewControlForm open /></Dialog> }
}

#[component]
fn NewControlForm(open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, router, toasts) = (use_api(), use_scope(), use_router(), use_toasts());
    let members = use_members();
    let form = Form::new("new-control");
    let text = || RwSignal::new(String::new());
    let (reference, title, statement, owner) = (text(), text(), text(), text());
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/reference", ControlRef::parse(&reference.get_untracked())),
            form.check("/title", Title::parse(&title.get_untracked())),
            form.check("/statement", Note::parse(&statement.get_untracked())),
        );
        let (Some(reference), Some(title), Some(statement)) = checked else { return form.refuse() };
        let body = CreateControl { reference, title, statement, owner: owner.get_untracked().parse().ok(), next_review: None };
        let (path, scope) = (scope.api("/controls"), scope.clone());
        form.run(async move { api.post(&path, &body).await }, move |made: ControlDetail| {
            open.set(false);
            toasts.say(format!("{} is there.", made.control.reference));
            router.go(&scope.href(SystemPage::Control(made.control.reference)));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <p class="small muted">"For what your organization demands beyond the rules: a customer's clause, a corporate policy. It is assessed and documented like the others and never counts in the score."</p>
            <TextField form pointer="/reference" label="Reference" value=reference focus=true hint="Letters, digits, dots and hyphens, such as ORG-1. It stays." />
            <TextField form pointer="/title" label="Title" value=title />
            <TextAreaField form pointer="/statement" label="What must be true" value=statement />
            <SelectField form pointer="/owner" label="Owner" value=owner choices=member_choices(members, Role::Viewer, "Nobody") optional=true />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create control"</Button>
            </div>
        </FormView>
    }
}

/// Changes the words of a custom control.
#[component]
pub fn EditControlDialog(
    open: RwSignal<bool>,
    /// The control as it is now.
    #[prop(into)]
    detail: Signal<Option<Arc<ControlDetail>>>,
) -> impl IntoView {
    view! {
        <Dialog open title="Edit control">
            {move || detail.get_untracked().map(|detail| view! { <EditControlForm open detail /> })}
        </Dialog>
    }
}

#[component]
fn EditControlForm(open: RwSignal<bool>, detail: Arc<ControlDetail>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("edit-control");
    let (title, statement) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let path = scope.api(&format!("/controls/{}", detail.control.id));
    let parts = vec![
        Part::text("Title", title, |detail: &ControlDetail| detail.control.title.clone()),
        Part::text("What must be true", statement, |detail| detail.statement.clone()),
    ];
    let meanwhile = Meanwhile::new(detail, |detail| detail.control.version, parts);
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/title", Title::parse(&title.get_untracked())),
            form.check("/statement", Note::parse(&statement.get_untracked())),
        );
        let (Some(title), Some(statement)) = checked else { return form.refuse() };
        let body = UpdateControl { title: Some(title), statement: Some(statement), ..UpdateControl::default() };
        let path = path.clone();
        form.run(async move { meanwhile.patch(api, &path, &body).await }, move |_: ControlDetail| {
            open.set(false);
            toasts.say("Saved.");
        });
    };
    view! {
        <FormView form on_submit=submit>
            {meanwhile.changed()}
            <TextField form pointer="/title" label="Title" value=title focus=true />
            <TextAreaField form pointer="/statement" label="What must be true" value=statement rows=5 />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}

/// Asks before a custom control is deleted, then goes back to the list.
#[component]
pub fn DeleteControlDialog(
    open: RwSignal<bool>,
    /// The control as it is now.
    #[prop(into)]
    detail: Signal<Option<Arc<ControlDetail>>>,
) -> impl IntoView {
    let target = Signal::derive(move || {
        detail.with(|detail| {
            detail.as_ref().map(|detail| Target {
                name: detail.control.reference.clone(),
                path: format!("/controls/{}", detail.control.id),
                version: detail.control.version,
            })
        })
    });
    view! {
        <DeleteDialog open target list=SystemPage::Assessment>
            <p>"Its findings, its narrative and the links of its evidence go with it. The audit log keeps what happened."</p>
        </DeleteDialog>
    }
}

//! Saved filters: the address of a list under a name, one's own or shared with the system.

use super::view::saved_query;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::components::toast::use_toasts;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::systems::Role;
use shared_types::tasks::{SaveTaskFilter, TaskFilter};
use shared_types::text::{FilterQuery, Title};

/// The menu.
#[component]
pub fn SavedFilters() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let url = scope.api("/task-filters");
    let base = StoredValue::new(url.clone());
    let filters = use_remote::<Vec<TaskFilter>>(move || Some(url.clone()));
    let (open, saving) = (RwSignal::new(false), RwSignal::new(false));
    let list = scope.href(SystemPage::Tasks);
    let writable = !scope.system.archived;
    // Shared ones are gone for everybody: it is asked first.
    let asked = RwSignal::new(None::<TaskFilter>);
    let deleting = open_while(asked);
    let delete = move |filter: &TaskFilter| {
        open.set(false);
        asked.set(Some(filter.clone()));
    };
    let entry = move |filter: &TaskFilter| {
        let (href, own) = (format!("{list}?{}", filter.query), filter.clone());
        let label = format!("Delete the filter {}", filter.name);
        let by = filter.owner.as_ref().filter(|_| filter.shared).map(|person| format!("shared by {}", person.name));
        view! {
            <li class="row">
                <a class="sp" href=href title=filter.name.clone() on:click=move |_| open.set(false)>{filter.name.clone()}{by.map(|by| view! { <span class="small muted">" "{by}</span> })}</a>
                {(filter.changeable && writable).then(|| view! { <IconButton icon=Icon::Cross label on_press=move || delete(&own) /> })}
            </li>
        }
    };
    let entries = move || match filters.get() {
        Some(all) if !all.is_empty() => {
            view! { <ul class="saved-filters">{all.iter().map(&entry).collect_view()}</ul> }.into_any()
        }
        _ => view! { <p class="small muted">"None is saved yet."</p> }.into_any(),
    };
    let save = move || {
        open.set(false);
        saving.set(true);
    };
    let entries = StoredValue::new(entries);
    let face = move || view! { <IconView icon=Icon::Flag /><span>"Saved filters"</span> };
    view! {
        <Menu open label="Saved filters".to_owned() class="chip" face>
            <div class="chip-choices">
                {move || entries.with_value(|entries| entries())}
                {writable.then(|| view! { <Button icon=Icon::Plus on_press=save>"Save this view"</Button> })}
            </div>
        </Menu>
        <Dialog open=deleting title="Delete saved filter">
            {move || asked.get().map(|filter| view! { <DeleteFilter filter open=deleting base /> })}
        </Dialog>
        <Dialog open=saving title="Save this view"><SaveForm open=saving query=saved_query(&router.query()) /></Dialog>
    }
}

#[component]
fn DeleteFilter(filter: TaskFilter, open: RwSignal<bool>, base: StoredValue<String>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let form = Form::new("delete-filter");
    let (name, shared) = (filter.name.clone(), filter.shared);
    let submit = move || {
        form.begin();
        let (path, version, name) = (format!("{}/{}", base.get_value(), filter.id), filter.version, filter.name.clone());
        form.run(async move { api.delete(&path, Some(version)).await }, move |()| {
            open.set(false);
            toasts.say(format!("Deleted the filter {name}."));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p><strong class="any-break">{name}</strong>{if shared { " is gone for all members of the system then." } else { " is gone then." }}</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
            </div>
        </FormView>
    }
}

#[component]
fn SaveForm(open: RwSignal<bool>, query: String) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("save-filter");
    let (name, shared) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (path, contributor) = (scope.api("/task-filters"), scope.can(Role::Contributor));
    let submit = move || {
        form.begin();
        let title = form.check("/name", Title::parse(&name.get_untracked()));
        let (Some(name), Some(query)) = (title, form.check("/query", FilterQuery::parse(&query))) else { return form.refuse() };
        let (path, body) = (path.clone(), SaveTaskFilter { name, query, shared: shared.get_untracked() });
        form.run(async move { api.post(&path, &body).await }, move |filter: TaskFilter| {
            open.set(false);
            toasts.say(format!("Saved as {}.", filter.name));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <p class="small muted">"Its filters, order and layout are kept under a name."</p>
            <TextField form pointer="/name" label="Name" value=name focus=true />
            {contributor.then(|| view! {
                <label class="row"><input type="checkbox" prop:checked=move || shared.get() on:change=move |event| shared.set(event_target_checked(&event)) />
                    <span>"Share it with all members of the system"</span></label>
            })}
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}

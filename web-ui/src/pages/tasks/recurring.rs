//! `/s/{system}/tasks/recurring`: templates, and when they make tasks.

use super::recurring_form::TemplateDialog;
use super::recurring_rules::rule_words;
use super::suggestions::SuggestionsDialog;
use crate::api::{Api, use_api, use_remote};
use crate::components::avatar::Person;
use crate::components::badge::StatusBadge;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::dialog::{Dialog, open_while};
use crate::components::filter::FlagChip;
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::toast::{Toasts, use_toasts};
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::systems::Role;
use shared_types::tasks::{TaskTemplate, TemplateAction, TemplateState, TransitionTaskTemplate};

/// What the page asks about.
#[derive(Clone, Copy)]
struct Asked {
    api: Api,
    toasts: Toasts,
    base: StoredValue<String>,
    editing: RwSignal<Option<TaskTemplate>>,
    ending: RwSignal<Option<TaskTemplate>>,
    deleting: RwSignal<Option<TaskTemplate>>,
}

impl Asked {
    fn step(self, template: &TaskTemplate, action: TemplateAction) {
        let (path, version) = (format!("{}/{}/transitions", self.base.get_value(), template.id), template.version);
        let said = match action {
            TemplateAction::Pause => "Paused. What falls into the pause is not made up for.",
            TemplateAction::Resume => "Resumed.",
            TemplateAction::End => "Ended. Its tasks stay.",
        };
        spawn_local(async move {
            match self.api.post_at::<_, TaskTemplate>(&path, version, &TransitionTaskTemplate { action }).await {
                Ok(_) => self.toasts.say(said),
                Err(error) => self.toasts.warn(error.message()),
            }
        });
    }
}

/// The page.
#[component]
pub fn RecurringTasksPage() -> impl IntoView {
    let scope = use_scope();
    let url = scope.api("/task-templates");
    let asked = Asked {
        api: use_api(),
        toasts: use_toasts(),
        base: StoredValue::new(url.clone()),
        editing: RwSignal::new(None),
        ending: RwSignal::new(None),
        deleting: RwSignal::new(None),
    };
    let remote = use_remote::<Vec<TaskTemplate>>(move || Some(url.clone()));
    let (contributor, manager) = (scope.can(Role::Contributor), scope.can(Role::Manager));
    let router = use_router();
    // Those that have ended are out of the way until they are asked for.
    let with_ended = Memo::new(move |_| router.param("ended").as_deref() == Some("true"));
    let has_ended = Memo::new(move |_| remote.map(|all| all.iter().any(has_ended_by_now)).unwrap_or_default());
    let (adding, suggesting) = (RwSignal::new(false), RwSignal::new(false));
    let crumbs = vec![Crumb::new("Tasks", scope.href(SystemPage::Tasks))];
    let buttons = move || {
        contributor.then(|| {
            view! {
                <Button icon=Icon::List on_press=move || suggesting.set(true)>"Suggestions"</Button>
                <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"Recurring task"</Button>
            }
        })
    };
    let first = move || {
        contributor.then(|| view! { <Button kind=ButtonKind::Primary icon=Icon::List on_press=move || suggesting.set(true)>"Look at the suggestions"</Button> })
    };
    let editing = open_while(asked.editing);
    let ending = open_while(asked.ending);
    let deleting = open_while(asked.deleting);
    let rows = scope.clone();
    view! {
        <PageHead title="Recurring tasks" note=scope.system.name.clone() crumbs actions=buttons />
        <section class="card">
            <Show when=move || has_ended.get() || with_ended.get()>
                <div class="filters" role="search" aria-label="Filters"><FlagChip name="ended" value="true" label="With ended ones" /></div>
            </Show>
            <RemoteView remote shape=Shape::Rows(6) let:templates>
                {if templates.is_empty() {
                    view! {
                        <Empty icon=Icon::Refresh title="Nothing recurs yet" action=first>
                            "A recurring task makes a task some days before each of its dates: the monthly look at the logs, the yearly risk assessment. The suggestions have one for each requirement that says \"periodically\"."
                        </Empty>
                    }.into_any()
                } else {
                    let head = || view! {
                        <Th>"Recurring task"</Th><Th>"How often"</Th><Th>"Next"</Th><Th>"Assignee"</Th><Th num=true>"Made"</Th><Th>"State"</Th><Th><span class="sr-only">"Actions"</span></Th>
                    };
                    let shown = templates.iter().filter(|one| with_ended.get() || !has_ended_by_now(one));
                    let all = shown.map(|one| row(&rows, one, asked, (contributor, manager))).collect_view();
                    view! { <TableView label="Recurring tasks" head>{all}</TableView> }.into_any()
                }}
            </RemoteView>
        </section>
        {contributor.then(|| view! {
            <Dialog open=adding title="New recurring task" wide=true><TemplateDialog open=adding template=None /></Dialog>
            <Dialog open=editing title="Edit recurring task" wide=true>
                {move || asked.editing.get().map(|template| view! { <TemplateDialog open=editing template=Some(template) /> })}
            </Dialog>
            <SuggestionsDialog open=suggesting />
            <Dialog open=ending title="End recurring task">
                {move || asked.ending.get().map(|template| view! { <End template open=ending asked /> })}
            </Dialog>
            <Dialog open=deleting title="Delete recurring task">
                {move || asked.deleting.get().map(|template| view! { <Delete template open=deleting asked /> })}
            </Dialog>
        })}
    }
}

#[component]
fn End(template: TaskTemplate, open: RwSignal<bool>, asked: Asked) -> impl IntoView {
    let title = template.title.clone();
    let end = move || {
        asked.step(&template, TemplateAction::End);
        open.set(false);
    };
    view! {
        <div class="stack">
            <p><strong>{title}</strong>" makes no more tasks, for good. What it has made stays. To stop for a while, pause it."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger on_press=end>"End it"</Button>
            </div>
        </div>
    }
}

fn has_ended_by_now(template: &TaskTemplate) -> bool {
    template.state == TemplateState::Ended
}

/// What has made nothing yet can be deleted: a slip needs no trace in the list.
#[component]
fn Delete(template: TaskTemplate, open: RwSignal<bool>, asked: Asked) -> impl IntoView {
    let form = Form::new("delete-recurring");
    let title = template.title.clone();
    let submit = move || {
        form.begin();
        let (path, version, title) =
            (format!("{}/{}", asked.base.get_value(), template.id), template.version, template.title.clone());
        form.run(async move { asked.api.delete(&path, Some(version)).await }, move |()| {
            open.set(false);
            asked.toasts.say(format!("{title} is deleted."));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p><strong class="any-break">{title}</strong>" has made no task yet. Deleted, it is gone for everybody; the audit log keeps what happened."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
            </div>
        </FormView>
    }
}

fn row(scope: &Scope, template: &TaskTemplate, asked: Asked, (contributor, manager): (bool, bool)) -> AnyView {
    let control = template.control.clone().map(|reference| {
        let href = scope.href(SystemPage::Control(reference.clone()));
        view! { <a class="id" href=href>{reference}</a> }
    });
    let next = template
        .next
        .first()
        .map_or_else(|| view! { <span class="muted">"–"</span> }.into_any(), |day| format::date(*day).into_any());
    let more: Vec<String> = template.next.iter().map(|day| format::date(*day)).collect();
    let missed = (template.missed > 0).then(|| view! { <span class="late">{format!(", {} missed", template.missed)}</span> });
    let name = template.title.clone();
    let (unused, label) = (template.clone(), format!("Delete {name}"));
    let delete = (manager && template.made == 0)
        .then(|| view! { <IconButton icon=Icon::Trash label on_press=move || asked.deleting.set(Some(unused.clone())) /> });
    let tools = (contributor && template.state != TemplateState::Ended).then(|| {
        let (own, other, third) = (template.clone(), template.clone(), template.clone());
        let (icon, label, action) = if template.state == TemplateState::Paused {
            (Icon::Play, format!("Resume {name}"), TemplateAction::Resume)
        } else {
            (Icon::Pause, format!("Pause {name}"), TemplateAction::Pause)
        };
        view! {
            <span class="row tight-row">
                <IconButton icon=Icon::Edit label=format!("Edit {name}") on_press=move || asked.editing.set(Some(own.clone())) />
                <IconButton icon label on_press=move || asked.step(&other, action) />
                <IconButton icon=Icon::Cross label=format!("End {name}") on_press=move || asked.ending.set(Some(third.clone())) />
            </span>
        }
    });
    let (title, rule, words, made) = (template.title.clone(), template.rule.clone(), rule_words(&template.rule), template.made);
    let plain = words != rule;
    let assignee = template.assignee.as_ref().map(|person| person.name.clone());
    let status = crate::words::template_state(template.state);
    view! {
        <tr>
            <Td main=true><span class="strong template-title">{title}</span>" "{control}</Td>
            <Td label="How often">{if plain { view! { <span title=rule>{words}</span> }.into_any() } else { view! { <span class="id template-rule">{rule}</span> }.into_any() }}</Td>
            <Td label="Next"><span class="nowrap" title=more.join(", ")>{next}</span></Td>
            <Td label="Assignee"><Person name=assignee /></Td>
            <Td label="Made" num=true><span>{made}{missed}</span></Td>
            <Td label="State"><StatusBadge status /></Td>
            <Td><span class="row tight-row">{tools}{delete}</span></Td>
        </tr>
    }
    .into_any()
}

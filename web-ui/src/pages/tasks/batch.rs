//! Selected tasks, and what can be done with all of them at once. The server answers for each; what was refused is said.

use crate::api::{Api, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextField, parse_date};
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::toast::{Toasts, use_toasts};
use crate::dom;
use crate::format;
use crate::pages::systems::{named, use_members};
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::systems::Role;
use shared_types::tasks::{BulkTask, BulkTaskChange, BulkTaskResult, BulkTasks, BulkTasksResult, Priority, Task, TaskAction};
use shared_types::text::Note;
use shared_types::{FieldCode, Patch, TaskId, UserId};
use std::collections::BTreeMap;

/// A selected task: what a change of it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    number: String,
    version: i64,
}

impl Chosen {
    /// Of a task.
    pub fn of(task: &Task) -> Self {
        Self { number: task.number.clone(), version: task.version }
    }
}

/// The selected tasks of the page.
#[derive(Clone, Copy)]
pub struct Selection(RwSignal<BTreeMap<TaskId, Chosen>>);

impl Selection {
    /// Nothing selected.
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// Whether a task is selected.
    pub fn has(self, id: TaskId) -> bool {
        self.0.with(|chosen| chosen.contains_key(&id))
    }

    /// Whether all of these are.
    pub fn has_all(self, tasks: &[Task]) -> bool {
        self.0.with(|chosen| !tasks.is_empty() && tasks.iter().all(|task| chosen.contains_key(&task.id)))
    }

    /// Selects or not.
    pub fn toggle(self, id: TaskId, task: &Chosen) {
        self.0.update(|chosen| {
            if chosen.remove(&id).is_none() {
                chosen.insert(id, task.clone());
            }
        });
    }

    /// Selects all of these, or none at all.
    pub fn set_all(self, tasks: &[Task], wanted: bool) {
        self.0.update(|chosen| {
            chosen.clear();
            if wanted {
                chosen.extend(tasks.iter().map(|task| (task.id, Chosen::of(task))));
            }
        });
    }

    /// Keeps what the page still shows, at the versions that it shows.
    pub fn follow(self, tasks: &[Task]) {
        let kept = |chosen: &BTreeMap<TaskId, Chosen>| {
            tasks
                .iter()
                .filter(|task| chosen.contains_key(&task.id))
                .map(|task| (task.id, Chosen::of(task)))
                .collect::<BTreeMap<_, _>>()
        };
        let now = self.0.with_untracked(kept);
        if self.0.with_untracked(|chosen| *chosen != now) {
            self.0.set(now);
        }
    }

    /// Keeps those that have one of these numbers.
    fn keep(self, numbers: &[Refused]) {
        self.0.update(|chosen| chosen.retain(|_, one| numbers.iter().any(|(number, _)| *number == one.number)));
    }

    fn count(self) -> i64 {
        self.0.with(|chosen| i64::try_from(chosen.len()).unwrap_or(i64::MAX))
    }

    fn items(self) -> Vec<BulkTask> {
        let item = |one: &Chosen| BulkTask { task: one.number.clone(), version: one.version };
        self.0.with_untracked(|chosen| chosen.values().map(item).collect())
    }
}

/// What was refused of a change: the task's number, and why.
type Refused = (String, String);

/// What came of a change, in a sentence, and what was refused.
fn outcome(result: &BulkTasksResult) -> (String, Vec<Refused>) {
    let changed = format!("{} changed.", format::count(result.applied, "task", "tasks"));
    let why = |item: &BulkTaskResult| crate::api::sentence(item.detail.as_deref().unwrap_or("it was refused"));
    let refused = result.items.iter().filter(|item| item.status != 200).map(|item| (item.task.clone(), why(item)));
    (changed, refused.collect())
}

/// What came of a change that was refused in part. The refused ones stay selected.
#[derive(Clone, Copy)]
struct Outcome(RwSignal<Option<(String, Vec<Refused>)>>);

impl Outcome {
    fn new() -> Self {
        Self(RwSignal::new(None))
    }

    fn view(self) -> AnyView {
        let row = |(number, why): Refused| view! { <li><span class="id nowrap">{number}</span>": "{why}</li> };
        let all = move || {
            self.0.get().map(|(changed, refused)| {
                let left = format::count(
                    i64::try_from(refused.len()).unwrap_or(i64::MAX),
                    "task was refused and stays selected:",
                    "tasks were refused and stay selected:",
                );
                view! {
                    <div class="faults batch-refused" id="batch-refused" role="alert" tabindex="-1">
                        <p class="strong">{changed}" "{left}</p>
                        <ul>{refused.into_iter().map(row).collect_view()}</ul>
                    </div>
                }
            })
        };
        view! { {all} }.into_any()
    }
}

/// The bar at the foot of the window while something is selected.
#[component]
pub fn BatchBar(selection: Selection) -> impl IntoView {
    let (editing, stepping) = (RwSignal::new(false), RwSignal::new(false));
    let none = Memo::new(move |_| selection.count() == 0);
    let words = move || format::count(selection.count(), "task selected", "tasks selected");
    view! {
        <div class="batch-place" aria-live="polite">
            <div class="batch no-print" role="toolbar" aria-label="Selected tasks" class:none=move || none.get()>
                <span class="strong">{words}</span>
                <Button icon=Icon::Edit on_press=move || editing.set(true)>"Change"</Button>
                <Button icon=Icon::Play on_press=move || stepping.set(true)>"Take a step"</Button>
                <Button kind=ButtonKind::Quiet on_press=move || selection.set_all(&[], false)>"Clear"</Button>
            </div>
        </div>
        <Dialog open=editing title="Change the selected tasks"><ChangeForm open=editing selection /></Dialog>
        <Dialog open=stepping title="Take a step with the selected tasks"><StepForm open=stepping selection /></Dialog>
    }
}

/// Sends a change. Where all went well the dialog closes; else it says which were refused, and why.
fn send(
    form: Form,
    selection: Selection,
    (open, said): (RwSignal<bool>, Outcome),
    (api, toasts, path): (Api, Toasts, String),
    change: BulkTaskChange,
) {
    said.0.set(None);
    let body = BulkTasks { items: selection.items(), change };
    form.run(async move { api.post(&path, &body).await }, move |result: BulkTasksResult| {
        let (words, refused) = outcome(&result);
        selection.keep(&refused);
        if refused.is_empty() {
            open.set(false);
            toasts.say(words);
        } else {
            said.0.try_set(Some((words, refused)));
            dom::later(0, || dom::focus("batch-refused"));
        }
    });
}

/// What stands in a list for "leave it".
const KEEP: &str = "keep";
/// The choices of a due date: another one, or none.
const DATE: &str = "date";
const NONE: &str = "none";

fn keeping(label: &str, choices: Vec<Choice>) -> Vec<Choice> {
    let mut all = vec![Choice::new(KEEP, label)];
    all.extend(choices);
    all
}

#[component]
fn ChangeForm(open: RwSignal<bool>, selection: Selection) -> impl IntoView {
    let form = Form::new("bulk-tasks");
    let members = use_members();
    let kept = || RwSignal::new(KEEP.to_owned());
    let (assignee, priority, watch, until, due) = (kept(), kept(), kept(), kept(), RwSignal::new(String::new()));
    let (said, dated) = (Outcome::new(), Memo::new(move |_| until.get() == DATE));
    let (api, toasts, path) = (use_api(), use_toasts(), use_scope().api("/tasks/bulk"));
    let people = Signal::derive(move || {
        let mut people = vec![Choice::new("", "Nobody")];
        people.extend(members.map(|page| named(&page.items, Role::Contributor)).unwrap_or_default());
        keeping("As it is", people)
    });
    let submit = move || {
        form.begin();
        let due = match until.get_untracked().as_str() {
            DATE => form.check("/change/due", parse_date(&due.get_untracked())).map(Patch::Value),
            NONE => Some(Patch::Null),
            _ => Some(Patch::Absent),
        };
        let Some(due) = due else { return form.refuse() };
        let chosen = assignee.get_untracked();
        let person: Patch<UserId> = if chosen == KEEP { Patch::Absent } else { chosen.parse().ok().into() };
        let watching = watch.get_untracked();
        let change = BulkTaskChange {
            assignee: person,
            due,
            priority: Priority::parse(&priority.get_untracked()),
            watch: (watching != KEEP).then_some(watching == "yes"),
            ..BulkTaskChange::default()
        };
        if change.assignee.is_absent() && change.due.is_absent() && change.priority.is_none() && change.watch.is_none() {
            form.fault("/change/assignee", FieldCode::Required, "choose what is to be changed");
            return form.refuse();
        }
        send(form, selection, (open, said), (api, toasts, path.clone()), change);
    };
    let dues = keeping("As it is", vec![Choice::new(DATE, "On a date"), Choice::new(NONE, "Without a date")]);
    let priorities = keeping("As it is", super::fields::priorities());
    let watching = keeping("As it is", vec![Choice::new("yes", "I watch them"), Choice::new("no", "I don't watch them")]);
    view! {
        <FormView form on_submit=submit careless=true>
            {said.view()}
            <p class="small muted">{move || format::count(selection.count(), "task is", "tasks are")}" selected. Each is changed if its state allows it."</p>
            <SelectField form pointer="/change/assignee" label="Who does it" value=assignee choices=people />
            <div class="form-pair">
                <SelectField form pointer="/until" label="Due" value=until choices=dues />
                <SelectField form pointer="/change/priority" label="Priority" value=priority choices=priorities />
            </div>
            <Show when=move || dated.get()><TextField form pointer="/change/due" label="Due on" value=due kind="date" /></Show>
            <SelectField form pointer="/change/watch" label="Watching" value=watch choices=watching />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Change"</Button>
            </div>
        </FormView>
    }
}

#[component]
fn StepForm(open: RwSignal<bool>, selection: Selection) -> impl IntoView {
    let form = Form::new("bulk-step");
    let (action, comment) = (RwSignal::new(TaskAction::Start.as_str().to_owned()), RwSignal::new(String::new()));
    let reasoned = Memo::new(move |_| TaskAction::parse(&action.get()).is_some_and(super::act::needs_comment));
    let said = Outcome::new();
    let steps: Vec<Choice> = TaskAction::ALL.iter().map(|one| Choice::new(one.as_str(), words::task_action(*one))).collect();
    let (api, toasts, path) = (use_api(), use_toasts(), use_scope().api("/tasks/bulk"));
    let submit = move || {
        form.begin();
        let chosen = TaskAction::parse(&action.get_untracked());
        let Some(note) = form.check_optional("/change/comment", &comment.get_untracked(), Note::parse) else {
            return form.refuse();
        };
        if note.is_none() && chosen.is_some_and(super::act::needs_comment) {
            form.fault("/change/comment", FieldCode::Required, "say why");
            return form.refuse();
        }
        let change = BulkTaskChange { action: chosen, comment: note, ..BulkTaskChange::default() };
        send(form, selection, (open, said), (api, toasts, path.clone()), change);
    };
    view! {
        <FormView form on_submit=submit careless=true>
            {said.view()}
            <p class="small muted">{move || format::count(selection.count(), "task is", "tasks are")}" selected. The step is taken where the state and the rules allow it."</p>
            <SelectField form pointer="/change/action" label="Step" value=action choices=steps />
            {move || view! { <TextField form pointer="/change/comment" label="Comment" value=comment optional=!reasoned.get() hint="Sending back and reopening say why." /> }}
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Take the step"</Button>
            </div>
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::ErrorCode;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_outcome_says_what_was_refused() {
        let item = |task: &str, status: u16, detail: Option<&str>| BulkTaskResult {
            task: task.to_owned(),
            status,
            version: None,
            code: (status != 200).then_some(ErrorCode::Conflict),
            detail: detail.map(str::to_owned),
        };
        let mut result = BulkTasksResult { items: vec![item("TASK-1", 200, None)], applied: 1 };
        assert_eq!(outcome(&result), ("1 task changed.".to_owned(), Vec::new()));
        result.items.push(item("TASK-2", 409, Some("it is completed")));
        result.items.push(item("TASK-3", 412, Some("x")));
        let refused = vec![("TASK-2".to_owned(), "It is completed.".to_owned()), ("TASK-3".to_owned(), "X.".to_owned())];
        assert_eq!(outcome(&result), ("1 task changed.".to_owned(), refused));
    }
}

//! Gives an entry another day: by dragging, or by a date that is typed. Either can be taken back.

use crate::api::{Api, ApiError, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::toast::{Toasts, use_toasts};
use crate::format;
use crate::scope::{Scope, use_scope};
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::calendar::{CalendarEntry, CalendarKind};
use shared_types::controls::{ControlDetail, UpdateControl};
use shared_types::tasks::{Task, UpdateTask};
use shared_types::{FieldCode, Patch};

/// What moving needs.
#[derive(Clone)]
pub struct Mover {
    api: Api,
    toasts: Toasts,
    scope: Scope,
}

/// The mover of a page. A change of the system is followed by everything that is shown of it.
pub fn use_mover() -> Mover {
    Mover { api: use_api(), toasts: use_toasts(), scope: use_scope() }
}

impl Mover {
    /// Sends it; the new version.
    async fn send(&self, entry: &CalendarEntry, day: NaiveDate) -> Result<i64, ApiError> {
        if entry.kind == CalendarKind::Task {
            let path = self.scope.api(&format!("/tasks/{}", entry.id));
            let body = UpdateTask { due: Patch::Value(day), ..UpdateTask::default() };
            let task: Task = self.api.patch(&path, Some(entry.version), &body).await?;
            Ok(task.version)
        } else {
            let path = self.scope.api(&format!("/controls/{}", entry.id));
            let body = UpdateControl { next_review: Patch::Value(day), ..UpdateControl::default() };
            let detail: ControlDetail = self.api.patch(&path, Some(entry.version), &body).await?;
            Ok(detail.control.version)
        }
    }

    /// Says what was done, and offers to take it back.
    fn say(&self, entry: &CalendarEntry, day: NaiveDate, version: i64) {
        let (back, mover) = (CalendarEntry { version, date: day, ..entry.clone() }, self.clone());
        let before = entry.date;
        let text = format!("{} is on {} now.", entry.reference, format::date(day));
        self.toasts.offer(text, "Undo", move || mover.clone().back(back.clone(), before));
    }

    fn back(self, entry: CalendarEntry, day: NaiveDate) {
        spawn_local(async move {
            match self.send(&entry, day).await {
                Ok(_) => self.toasts.say(format!("{} is back on {}.", entry.reference, format::date(day))),
                Err(error) => self.toasts.warn(error.message()),
            }
        });
    }

    /// Moves what was dropped on a day.
    pub fn drop_on(&self, entry: CalendarEntry, day: NaiveDate) {
        if entry.date == day || !entry.movable {
            return;
        }
        let mover = self.clone();
        spawn_local(async move {
            match mover.send(&entry, day).await {
                Ok(version) => mover.say(&entry, day, version),
                Err(error) => mover.toasts.warn(error.message()),
            }
        });
    }
}

/// Asks for the new day of an entry.
#[component]
pub fn MoveDialog(
    /// What is moved; open while there is something.
    entry: RwSignal<Option<CalendarEntry>>,
    /// Moves it.
    mover: Mover,
) -> impl IntoView {
    let open = open_while(entry);
    let title = Signal::derive(move || entry.get().map(|entry| format!("Move {}", entry.reference)).unwrap_or_default());
    let mover = StoredValue::new(mover);
    view! {
        <Dialog open title>
            {move || entry.get().map(|one| view! { <MoveForm one open=entry mover=mover.get_value() /> })}
        </Dialog>
    }
}

#[component]
fn MoveForm(one: CalendarEntry, open: RwSignal<Option<CalendarEntry>>, mover: Mover) -> impl IntoView {
    let form = Form::new("move");
    let day = RwSignal::new(one.date.to_string());
    let pointer = if one.kind == CalendarKind::Task { "/due" } else { "/next_review" };
    let words = format!("{} {}", one.reference, one.title);
    let submit = move || {
        form.begin();
        let Ok(date) = day.get_untracked().parse::<NaiveDate>() else {
            form.fault(pointer, FieldCode::BadFormat, "a date");
            return form.refuse();
        };
        let (mover, entry) = (mover.clone(), one.clone());
        let (sending, sent) = (mover.clone(), entry.clone());
        form.run(async move { sending.send(&sent, date).await }, move |version| {
            open.set(None);
            mover.say(&entry, date, version);
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p class="small muted">{words}</p>
            <TextField form pointer label="Day" value=day kind="date" focus=true />
            <div class="form-foot">
                <Button on_press=move || open.set(None)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Move"</Button>
            </div>
        </FormView>
    }
}

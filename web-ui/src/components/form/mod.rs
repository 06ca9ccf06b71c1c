//! Forms: checked before they are sent, server's errors on their fields by pointer, a summary that gets the focus, nothing
//! typed ever lost.
//!
//! ```text
//! let form = Form::new("invite");
//! let name = RwSignal::new(String::new());
//! let submit = move || {
//!     form.begin();
//!     let Some(name) = form.check("/name", Title::parse(&name.get_untracked())) else { return form.refuse() };
//!     form.run(async move { api.post("/api/v1/..", &Body { name }).await }, move |made: Thing| ..);
//! };
//! view! { <FormView form on_submit=submit><TextField form pointer="/name" label="Name" value=name /> .. </FormView> }
//! ```

mod delete;
mod meanwhile;

pub use delete::{DeleteDialog, Target};
pub use meanwhile::{Meanwhile, Part};

use crate::api::ApiError;
use crate::components::clipboard::CopyButton;
use crate::router::use_unsaved;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::text::ValueError;
use shared_types::{ErrorCode, FieldCode, FieldError, Patch};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::JsCast;

/// A request under way, and what follows its answer.
type Sending = Pin<Box<dyn Future<Output = Result<Box<dyn FnOnce()>, ApiError>>>>;

/// The state of one form.
#[derive(Clone, Copy)]
pub struct Form {
    id: &'static str,
    errors: RwSignal<Vec<FieldError>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    dirty: RwSignal<bool>,
    labels: StoredValue<Vec<(String, String)>>,
}

impl Form {
    /// A form. The id is unique on the page.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            errors: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            dirty: RwSignal::new(false),
            labels: StoredValue::new(Vec::new()),
        }
    }

    /// Whether it is being sent.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Whether something was typed that is not saved.
    pub fn dirty(self) -> Signal<bool> {
        self.dirty.into()
    }

    /// Forgets the faults of the last attempt and what was typed since.
    pub fn reset(self) {
        self.begin();
        self.dirty.set(false);
    }

    /// Begins a check.
    pub fn begin(self) {
        self.errors.set(Vec::new());
        self.failure.set(None);
    }

    /// Keeps a value's fault for its field.
    pub fn check<T>(self, pointer: &str, value: Result<T, ValueError>) -> Option<T> {
        value.map_err(|error| self.fault(pointer, error.code, error.detail)).ok()
    }

    /// The same for a value that may be empty: absent is no fault.
    #[expect(clippy::option_option, reason = "a fault and an empty field are two answers")]
    pub fn check_optional<T>(
        self,
        pointer: &str,
        text: &str,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Option<Option<T>> {
        if text.trim().is_empty() { Some(None) } else { self.check(pointer, parse(text)).map(Some) }
    }

    /// Adds a fault of a field.
    pub fn fault(self, pointer: &str, code: FieldCode, detail: impl Into<String>) {
        self.errors.update(|errors| errors.push(FieldError { pointer: pointer.to_owned(), code, detail: detail.into() }));
    }

    /// Shows the faults and brings the focus to them.
    pub fn refuse(self) {
        let id = self.summary_id();
        crate::dom::later(0, move || crate::dom::focus(&id));
    }

    /// Sends. What was typed stays, whatever comes back.
    pub fn run<T: 'static>(self, sending: impl Future<Output = Result<T, ApiError>> + 'static, done: impl FnOnce(T) + 'static) {
        self.run_boxed(Box::pin(async move {
            let value = sending.await?;
            Ok(Box::new(move || done(value)) as Box<dyn FnOnce()>)
        }));
    }

    /// The part that is the same for every form.
    fn run_boxed(self, sending: Sending) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let result = sending.await;
            // The form may be gone by now, replaced by one with the newest values: what was done is said all the same.
            self.busy.try_set(false);
            match result {
                Ok(done) => {
                    self.dirty.try_set(false);
                    done();
                }
                Err(error) => self.fail(error),
            }
        });
    }

    /// Shows why the server refused.
    pub fn fail(self, error: ApiError) {
        self.errors.try_set(error.fields().to_vec());
        if self.failure.try_set(Some(error)).is_none() {
            self.refuse();
        }
    }

    /// The fault of a field, as a sentence.
    pub fn fault_of(self, pointer: &str) -> Option<String> {
        self.errors.with(|errors| errors.iter().find(|error| of(error, pointer)).map(words))
    }

    /// Tells the summary how a field is called.
    pub fn name_field(self, pointer: &str, label: &str) {
        self.labels.update_value(|labels| {
            // A form that is built again names its fields again.
            labels.retain(|(known, _)| known != pointer);
            labels.push((pointer.to_owned(), label.to_owned()));
        });
    }

    /// The id of a field's control.
    pub fn field_id(self, pointer: &str) -> String {
        format!("{}{}", self.id, pointer.replace('/', "-"))
    }

    /// Somebody types: what was wrong with that field is no longer said of what stands there now.
    fn typed(self, event: &leptos::ev::Event) {
        self.dirty.set(true);
        let name = event.target().and_then(|field| field.dyn_into::<web_sys::Element>().ok()?.get_attribute("name"));
        let Some(pointer) = name.map(|name| format!("/{name}")) else { return };
        if !self.errors.with_untracked(|errors| errors.iter().any(|error| of(error, &pointer))) {
            return;
        }
        self.errors.update(|errors| errors.retain(|error| !of(error, &pointer)));
        // What the server said was about its fields alone: when none is left, nothing is.
        let settled = self.errors.with_untracked(Vec::is_empty);
        if settled && self.failure.with_untracked(|failure| failure.as_ref().is_some_and(|error| !error.fields().is_empty())) {
            self.failure.set(None);
        }
    }

    fn summary_id(self) -> String {
        format!("{}-faults", self.id)
    }

    fn label_of(self, pointer: &str) -> Option<(String, String)> {
        self.labels.with_value(|labels| {
            labels.iter().find(|(known, _)| pointer == known || pointer.starts_with(&format!("{known}/"))).cloned()
        })
    }
}

/// What a PATCH says about a value that may be empty: only a change is sent, so that nobody else's is undone.
pub fn patch<T: PartialEq>(new: Option<T>, old: Option<T>) -> Patch<T> {
    if new == old { Patch::Absent } else { new.into() }
}

/// Whether a fault is one of this field or of a part of it.
fn of(error: &FieldError, pointer: &str) -> bool {
    error.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A field's fault as a sentence.
fn words(error: &FieldError) -> String {
    crate::api::sentence(&error.detail)
}

/// A form with its summary of faults.
#[component]
pub fn FormView(
    /// Its state.
    form: Form,
    /// Checks and sends.
    #[prop(into)]
    on_submit: Callback<()>,
    /// Leaving it unsaved needs no question: signing in, filters.
    #[prop(optional)]
    careless: bool,
    /// The fields and the buttons.
    children: Children,
) -> impl IntoView {
    if !careless {
        use_unsaved(form.dirty());
    }
    view! {
        <form class="form" novalidate method="post"
            on:submit=move |event| {
                event.prevent_default();
                if !form.busy.get_untracked() {
                    on_submit.run(());
                }
            }
            on:input=move |event| form.typed(&event)
        >
            <Faults form />
            {children()}
        </form>
    }
}

/// What stands in the way, all of it, with links to the fields.
#[component]
fn Faults(form: Form) -> impl IntoView {
    let shown = Memo::new(move |_| form.errors.with(|errors| !errors.is_empty()) || form.failure.with(Option::is_some));
    let head = move || match form.failure.get() {
        Some(error) if error.code() != Some(ErrorCode::Invalid) || error.fields().is_empty() => error.message(),
        _ => "Some fields need another look.".to_owned(),
    };
    let items = move || {
        form.errors
            .get()
            .iter()
            .map(|error| {
                let text = words(error);
                match form.label_of(&error.pointer) {
                    Some((pointer, label)) => {
                        let id = form.field_id(&pointer);
                        let href = format!("#{id}");
                        let go = move |event: leptos::ev::MouseEvent| {
                            event.prevent_default();
                            crate::dom::focus(&id);
                        };
                        view! { <li><a href=href on:click=go>{label}</a>": "{text}</li> }.into_any()
                    }
                    None => view! { <li>{text}</li> }.into_any(),
                }
            })
            .collect_view()
    };
    let request = move || {
        form.failure.get().filter(crate::api::ApiError::may_pass).and_then(|error| error.request_id().map(str::to_owned)).map(|id| {
            view! { <p class="tiny">"Request " <span class="id">{id.clone()}</span> <CopyButton text=id what="request id" /></p> }
        })
    };
    view! {
        <div id=form.summary_id() tabindex="-1" role="alert" class=move || if shown.get() { "faults" } else { "faults none" }>
            <Show when=move || shown.get()>
                <p class="strong">{head}</p>
                <ul>{items}</ul>
                {request}
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_changes_are_sent() {
        assert_eq!(patch(Some(1), Some(1)), Patch::Absent);
        assert_eq!(patch(None::<u8>, None), Patch::Absent);
        assert_eq!(patch(None, Some(1)), Patch::Null);
        assert_eq!(patch(Some(2), Some(1)), Patch::Value(2));
    }
}

//! Tasks of a CSV file: chosen, looked at line by line, then created.

use crate::api::{ApiError, use_api};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::dialog::Dialog;
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::dom;
use crate::format;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::tasks::{IMPORT_COLUMNS, ImportLine, ImportResult, MAX_IMPORT_BYTES};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The dialog.
#[component]
pub fn ImportDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title="Import tasks" wide=true><Import open /></Dialog> }
}

/// A file with the head alone, for spreadsheets.
fn template() -> String {
    format!("data:text/csv;charset=utf-8,{}%0D%0A", IMPORT_COLUMNS.join(","))
}

/// The bytes of the file as they are: read as text, what is not UTF-8 would silently become other letters. Kept, so that what is created is
/// what was looked at, though the file is saved again meanwhile.
async fn read(file: web_sys::File) -> Result<web_sys::Blob, ApiError> {
    let bytes = JsFuture::from(file.array_buffer()).await;
    let kept = bytes.and_then(|bytes| web_sys::Blob::new_with_buffer_source_sequence(&js_sys::Array::of1(&bytes)));
    kept.map_err(|_refused| ApiError::Unreadable("the file".to_owned()))
}

#[component]
fn Import(open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let base = StoredValue::new(scope.api("/tasks/import"));
    let (kept, found) = (RwSignal::new_local(None::<web_sys::Blob>), RwSignal::new(None::<ImportResult>));
    let (failure, busy, name) = (RwSignal::new(None::<String>), RwSignal::new(false), RwSignal::new(String::new()));
    // The same file is created once, however often the button is pressed.
    let key = RwSignal::new(dom::random_id());
    let choose = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        failure.set(None);
        found.set(None);
        key.set(dom::random_id());
        #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
        if file.size() > MAX_IMPORT_BYTES as f64 {
            return failure.set(Some("A file of tasks has at most 4 MiB.".to_owned()));
        }
        name.set(file.name());
        busy.set(true);
        spawn_local(async move {
            let result = match read(file).await {
                Ok(content) => {
                    kept.try_set(Some(content.clone()));
                    api.post_csv::<ImportResult>(&format!("{}/preview", base.get_value()), content, None).await
                }
                Err(error) => Err(error),
            };
            busy.try_set(false);
            match result {
                Ok(result) => drop(found.try_set(Some(result))),
                Err(error) => drop(failure.try_set(Some(error.message()))),
            }
        });
    };
    let create = move || {
        let (Some(content), key) = (kept.get_untracked(), key.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            let path = format!("{}?skip_invalid=true", base.get_value());
            let result = api.post_csv::<ImportResult>(&path, content, key.as_deref().or(Some("import"))).await;
            busy.try_set(false);
            match result {
                Ok(result) => {
                    open.try_set(false);
                    toasts.say(format!("{} created.", format::count(result.created, "task", "tasks")));
                }
                Err(error) => drop(failure.try_set(Some(error.message()))),
            }
        });
    };
    let valid = Memo::new(move |_| found.with(|found| found.as_ref().map_or(0, |found| found.valid)));
    view! {
        <div class="stack">
            <p class="small muted">"A CSV file in UTF-8 whose first line names the columns: "<span class="id">{IMPORT_COLUMNS.join(", ")}</span>". Only the title must be there; people are named by their e-mail address. At most 10,000 tasks."</p>
            <div class="row wrap">
                <input type="file" id="import-file" accept=".csv,text/csv" aria-label="CSV file" on:change=choose />
                <ButtonLink href=Signal::derive(template) kind=ButtonKind::Quiet icon=Icon::Download download="tasks.csv">"Empty file"</ButtonLink>
            </div>
            <div aria-live="polite" class="stack tight">
                {move || failure.get().map(|words| view! { <p class="notice bad" role="alert">{words}</p> })}
                {move || found.get().map(|result| view! { <Preview result /> })}
            </div>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary disabled=Signal::derive(move || valid.get() == 0) busy on_press=create>
                    {move || if valid.get() == 0 { "Create tasks".to_owned() } else { format!("Create {}", format::count(valid.get(), "task", "tasks")) }}
                </Button>
            </div>
        </div>
    }
}

/// What the file would make.
#[component]
fn Preview(result: ImportResult) -> impl IntoView {
    let left = (result.invalid > 0).then(|| {
        view! { <Badge tone=Tone::Bad icon=Icon::Alert>{format!("{} left out", format::count(result.invalid, "line is", "lines are"))}</Badge> }
    });
    let (bad, good): (Vec<ImportLine>, Vec<ImportLine>) = result.shown.into_iter().partition(|line| !line.errors.is_empty());
    let row = |line: ImportLine| {
        let faults = line.errors.iter().map(|fault| {
            let column = fault.pointer.trim_start_matches('/').to_owned();
            view! { <p>{(!column.is_empty()).then(|| view! { <span class="id">{column}</span>": " })}{crate::api::sentence(&fault.detail)}</p> }
        });
        view! {
            <tr>
                <td class="num" data-label="Line">{line.line}</td>
                <td data-label="Title">{line.title}{line.formula.then(|| view! { <span class="small muted">" (a cell begins like a formula; it stays text)"</span> })}</td>
                <td class="small" data-label="Result">{if line.errors.is_empty() { "makes a task".into_any() } else { faults.collect_view().into_any() }}</td>
            </tr>
        }
    };
    view! {
        <p class="row wrap" role="status">
            <Badge tone=Tone::Good icon=Icon::Check>{format!("{} a task", format::count(result.valid, "line makes", "lines make"))}</Badge>{left}
        </p>
        <div class="table-wrap import-lines" tabindex="0" role="region" aria-label="Lines of the file">
            <table class="table">
                <caption class="sr-only">"Lines of the file, those with a fault first"</caption>
                <thead><tr><th scope="col" class="num">"Line"</th><th scope="col">"Title"</th><th scope="col">"Result"</th></tr></thead>
                <tbody>{bad.into_iter().chain(good).map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

//! The editor of the narrative.

use super::draft::{self, Draft};
use super::narrative::Desk;
use super::state::ControlState;
use crate::api::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::markdown::Markdown;
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::dom;
use crate::router::use_unsaved;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::controls::{ControlDetail, UpdateControl};
use shared_types::text::Narrative;

/// A pause in typing after which the draft is kept.
const PAUSE_MS: u32 = 700;

fn now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let milliseconds = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

/// The editor.
#[component]
pub fn Writer(state: ControlState, desk: Desk) -> impl IntoView {
    let toasts = use_toasts();
    let form = Form::new("narrative");
    let begun = desk.begun.get_untracked();
    let text = RwSignal::new(begun.as_ref().map(|begun| begun.text.clone()).unwrap_or_default());
    let base = RwSignal::new(begun.map(|begun| begun.base).unwrap_or_default());
    let kept = RwSignal::new(None::<(String, DateTime<Utc>)>);
    let preview = RwSignal::new(false);
    let unsaved = move || text.get() != base.get();
    let is_kept = move || kept.with(|kept| kept.as_ref().is_some_and(|(kept, _)| text.with(|text| kept == text)));
    // A kept draft loses nothing; what is not kept yet asks before it is left.
    use_unsaved(Signal::derive(move || unsaved() && !is_kept()));
    let keep = move || {
        let (Some(key), Some(text), Some(base)) = (desk.key(), text.try_get_untracked(), base.try_get_untracked()) else {
            return;
        };
        spawn_local(async move {
            let draft = Draft { text, base, at: now() };
            if draft::keep(&key, &draft).await {
                kept.try_set(Some((draft.text, draft.at)));
            }
        });
    };
    Effect::new(move |before: Option<String>| {
        let typed = text.get();
        if before.is_some_and(|before| before != typed) {
            let at_this_time = typed.clone();
            dom::later(PAUSE_MS, move || {
                if text.try_get_untracked().as_ref() == Some(&at_this_time) && desk.begun.try_get_untracked().flatten().is_some()
                {
                    keep();
                }
            });
        }
        typed
    });
    let theirs = state.part(|detail| detail.narrative.clone());
    let theirs = Memo::new(move |_| theirs.get().unwrap_or_default());
    let conflict = Memo::new(move |_| theirs.with(|theirs| base.with(|base| theirs != base) && text.with(|text| theirs != text)));
    let submit = move || {
        form.begin();
        if conflict.get_untracked() {
            dom::later(0, || dom::focus("narrative-conflict"));
            return;
        }
        let Some(narrative) = form.check("/narrative", Narrative::parse(&text.get_untracked())) else { return form.refuse() };
        let began_from = base.get_untracked();
        form.run(async move { save(state, narrative, &began_from).await }, move |saved| {
            if saved {
                desk.done();
                toasts.say("Saved.");
            } else {
                dom::later(0, || dom::focus("narrative-conflict"));
            }
        });
    };
    let shortcut = move |event: leptos::ev::KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && matches!(event.key().as_str(), "Enter" | "s") {
            event.prevent_default();
            submit();
        }
    };
    let view_of = move |label: &'static str, shows: bool| {
        view! {
            <button type="button" class="btn quiet" aria-pressed=move || (preview.get() == shows).to_string() on:click=move |_| preview.set(shows)>{label}</button>
        }
    };
    view! {
        <Show when=move || conflict.get()><Conflict theirs text base /></Show>
        <FormView form on_submit=submit careless=true>
            <div class="row" role="group" aria-label="View">{view_of("Write", false)}{view_of("Preview", true)}
                <span class="sp"></span>
                <span class="small muted" aria-live="polite">
                    {move || kept.get().filter(|_| is_kept()).map(|(_, at)| view! { "Draft kept " <Moment at /> })}
                </span>
            </div>
            <div class:none=move || preview.get() class="writer" on:keydown=shortcut>
                <TextAreaField form pointer="/narrative" label="Narrative" value=text optional=true rows=12 focus=true
                    hint="Markdown: # heading, **bold**, *emphasis*, - list, 1. list, > quote, `code`, [words](https://address). Ctrl+Enter saves." />
            </div>
            <Show when=move || preview.get()>
                <div class="preview" aria-label="Preview" role="region">{move || view! { <Markdown text=text.get() /> }}</div>
            </Show>
            <div class="form-foot start">
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
                <Button on_press=move || desk.done()>{move || if unsaved() { "Discard changes" } else { "Cancel" }}</Button>
            </div>
        </FormView>
    }
}

/// Saves unless somebody else's text stands there by now. A change of anything else of the control is no conflict of texts.
async fn save(state: ControlState, narrative: Narrative, began_from: &str) -> Result<bool, ApiError> {
    let body = UpdateControl { narrative: Some(narrative), ..UpdateControl::default() };
    let same = |detail: Option<std::sync::Arc<ControlDetail>>| detail.is_some_and(|detail| detail.narrative == began_from);
    for _ in 0..3 {
        if !same(state.now()) {
            return Ok(false);
        }
        match state.update(body.clone()).await {
            Ok(_) => return Ok(true),
            Err(error) if error.is_stale() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Somebody else saved another text: both stand here, and the writer chooses.
#[component]
fn Conflict(theirs: Memo<String>, text: RwSignal<String>, base: RwSignal<String>) -> impl IntoView {
    let keep_mine = move || base.set(theirs.get_untracked());
    let take_theirs = move || {
        let saved = theirs.get_untracked();
        text.set(saved.clone());
        base.set(saved);
    };
    view! {
        <div class="conflict" role="alert" id="narrative-conflict" tabindex="-1">
            <p class="row"><IconView icon=Icon::Alert /><span class="strong">"Someone else saved another text while you were writing."</span></p>
            <div class="conflict-texts">
                <div><h3>"Saved by someone else"</h3><pre tabindex="0">{move || theirs.get()}</pre></div>
                <div><h3>"Yours"</h3><pre tabindex="0">{move || text.get()}</pre></div>
            </div>
            <p class="small muted">"Nothing is lost: yours stays in the editor until you choose. Copy over what both need, then keep yours."</p>
            <div class="row wrap">
                <Button on_press=keep_mine>"Keep mine"</Button>
                <Button on_press=take_theirs>"Take theirs"</Button>
            </div>
        </div>
    }
}

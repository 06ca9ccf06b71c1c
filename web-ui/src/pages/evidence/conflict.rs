//! Somebody else saved first: what differs, and the choice.

use super::fields::{Fields, kinds, sensitivities};
use crate::components::button::Button;
use crate::components::field::Choice;
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

/// The fields that somebody else changed, in words: name, what is saved now.
fn changes(own: &Fields, saved: &Fields, owners: &[Choice]) -> Vec<(&'static str, String)> {
    let pairs = [
        ("Title", own.title != saved.title, saved.title.clone()),
        ("What it shows", own.description != saved.description, saved.description.clone()),
        ("Kind", own.kind != saved.kind, label(&kinds(), &saved.kind)),
        ("Sensitivity", own.sensitivity != saved.sensitivity, label(&sensitivities(), &saved.sensitivity)),
        ("Tags", own.tags != saved.tags, saved.tags.clone()),
        ("Owner", own.owner != saved.owner, label(owners, &saved.owner)),
        ("In effect from", own.effective != saved.effective, saved.effective.clone()),
        ("Expires", own.ages() != saved.ages(), saved.ages()),
    ];
    let changed = pairs.into_iter().filter(|(_, changed, _)| *changed);
    changed.map(|(name, _, words)| (name, if words.is_empty() { "nothing".to_owned() } else { words })).collect()
}

fn label(choices: &[Choice], value: &str) -> String {
    choices.iter().find(|choice| choice.value == value).map_or_else(|| value.to_owned(), |choice| choice.label.clone())
}

/// Says what somebody else saved, and asks which is to stay.
#[component]
pub fn Conflict(
    /// What this form began from.
    own: Fields,
    /// What is saved now.
    saved: Fields,
    /// The owners' names.
    owners: Signal<Vec<Choice>>,
    /// Keeps what is typed; saving then overwrites.
    #[prop(into)]
    keep: Callback<()>,
    /// Takes what is saved.
    #[prop(into)]
    take: Callback<()>,
) -> impl IntoView {
    let changes = owners.with_untracked(|owners| changes(&own, &saved, owners));
    view! {
        <div class="evidence-conflict" role="alert">
            <p class="row strong"><IconView icon=Icon::Alert />"Someone else saved this in the meantime. It is now:"</p>
            <dl class="facts">
                {changes.into_iter().map(|(name, now)| view! { <dt>{name}</dt><dd class="pre-line">{now}</dd> }).collect_view()}
            </dl>
            <div class="row wrap">
                <Button on_press=keep>"Keep what I typed"</Button>
                <Button on_press=take>"Take theirs"</Button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_what_differs_is_named() {
        let own = Fields {
            title: "a".into(),
            owner: "1".into(),
            aging: "date".into(),
            expires: "2027-01-01".into(),
            ..Fields::default()
        };
        let saved = Fields { title: "b".into(), owner: "2".into(), expires: String::new(), ..Fields::default() };
        let found = changes(&own, &saved, &[Choice::new("2", "Ana")]);
        assert_eq!(found, [("Title", "b".to_owned()), ("Owner", "Ana".to_owned()), ("Expires", "never".to_owned())]);
    }
}

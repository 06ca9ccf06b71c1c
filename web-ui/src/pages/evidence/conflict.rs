//! Somebody else saved first: what differs, and the choice.

use super::edit::Fields;
use crate::components::button::Button;
use crate::components::field::Choice;
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

/// The fields that somebody else changed, in words: name, what is saved now.
fn changes(own: &Fields, saved: &Fields, owners: &[Choice]) -> Vec<(&'static str, String)> {
    let owner =
        |id: &String| owners.iter().find(|choice| choice.value == *id).map_or_else(|| id.clone(), |choice| choice.label.clone());
    let pairs = [
        ("Title", &own.title, &saved.title, saved.title.clone()),
        ("What it shows", &own.description, &saved.description, saved.description.clone()),
        ("Owner", &own.owner, &saved.owner, owner(&saved.owner)),
        ("In effect from", &own.effective, &saved.effective, saved.effective.clone()),
        ("Expires", &own.expires, &saved.expires, saved.expires.clone()),
    ];
    let changed = pairs.into_iter().filter(|(_, own, saved, _)| own != saved);
    changed.map(|(name, _, _, words)| (name, if words.is_empty() { "nothing".to_owned() } else { words })).collect()
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
        let own = Fields { title: "a".into(), owner: "1".into(), expires: "2027-01-01".into(), ..Fields::default() };
        let saved = Fields { title: "b".into(), owner: "2".into(), expires: String::new(), ..Fields::default() };
        let found = changes(&own, &saved, &[Choice::new("2", "Ana")]);
        assert_eq!(found, [("Title", "b".to_owned()), ("Owner", "Ana".to_owned()), ("Expires", "nothing".to_owned())]);
    }
}

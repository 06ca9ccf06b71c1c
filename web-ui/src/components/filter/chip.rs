//! Filters as chips: one name of the query each.

use crate::components::field::Choice;
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::router::use_router;
use leptos::prelude::*;

/// A chip that opens a list of choices. Several may be chosen; the address joins them with commas.
#[component]
pub fn FilterChip(
    /// Its name in the query.
    name: &'static str,
    /// What it filters by.
    label: &'static str,
    /// The choices.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// Only one at a time.
    #[prop(optional)]
    single: bool,
) -> impl IntoView {
    let router = use_router();
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| router.query().list(name));
    let on = Memo::new(move |_| chosen.with(|chosen| !chosen.is_empty()));
    let words = move || {
        let chosen = chosen.get();
        let named: Vec<String> = choices
            .with(|all| all.iter().filter(|choice| chosen.contains(&choice.value)).map(|choice| choice.label.clone()).collect());
        // A value that is no choice (a person who left, an old address) still filters: it must be seen.
        if named.is_empty() { chosen.join(", ") } else { named.join(", ") }
    };
    let text = move || if on.get() { format!("{label}: {}", words()) } else { label.to_owned() };
    let set = move |values: &[String]| {
        let joined = values.join(",");
        router.set_query(&[(name, (!joined.is_empty()).then_some(&joined)), ("cursor", None)], false);
    };
    let toggle = move |value: String| {
        let mut values = chosen.get_untracked();
        if let Some(at) = values.iter().position(|other| *other == value) {
            values.remove(at);
        } else if single {
            values = vec![value];
        } else {
            values.push(value);
        }
        set(&values);
    };
    let label_text = Signal::derive(move || format!("Filter by {}", text()));
    let face = move || {
        view! {
            <Show when=move || !on.get()><IconView icon=Icon::Plus /></Show>
            <span class="clip">{text}</span>
        }
    };
    view! {
        <span class="chip-wrap" class:on=move || on.get()>
            <Menu open label=label_text class="chip" face>
                <fieldset class="chip-choices">
                    <legend class="sr-only">{label}</legend>
                    {move || choices.get().into_iter().map(|choice| {
                        let (value, own) = (choice.value.clone(), choice.value.clone());
                        view! {
                            <label class="menu-item">
                                <input type=if single { "radio" } else { "checkbox" } name=name value=choice.value
                                    prop:checked=move || chosen.with(|all| all.contains(&own)) on:change=move |_| toggle(value.clone()) />
                                <span>{choice.label}</span>
                            </label>
                        }
                    }).collect_view()}
                </fieldset>
            </Menu>
            <Show when=move || on.get()>
                <button type="button" class="chip-clear" aria-label=format!("Take the filter {label} away") title="Take away" on:click=move |_| set(&[])>
                    <IconView icon=Icon::Cross />
                </button>
            </Show>
        </span>
    }
}

/// A chip that is on or off.
#[component]
pub fn FlagChip(
    /// Its name in the query.
    name: &'static str,
    /// Its value while it is on.
    value: &'static str,
    /// What it filters by.
    label: &'static str,
) -> impl IntoView {
    let router = use_router();
    let on = Memo::new(move |_| router.param(name).as_deref() == Some(value));
    let press = move |_| router.set_query(&[(name, (!on.get_untracked()).then_some(value)), ("cursor", None)], false);
    view! {
        <button type="button" class="chip" aria-pressed=move || on.get().to_string() on:click=press>
            {move || view! { <IconView icon=if on.get() { Icon::Check } else { Icon::Plus } /> }}
            {label}
        </button>
    }
}

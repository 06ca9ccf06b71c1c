//! Buttons, and links that look like them.

use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several.
    #[default]
    Plain,
    /// The page's main act; at most one in sight.
    Primary,
    /// Takes something away.
    Danger,
    /// Without a frame, for rows and toolbars.
    Quiet,
}

impl ButtonKind {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn primary",
            Self::Danger => "btn danger",
            Self::Quiet => "btn quiet",
        }
    }
}

/// A button. Inside a form, give `submit` and no `on_press`.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// Can't be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its act is under way; it says so and can't be pressed again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(press) = on_press {
                    press.run(());
                }
            }
        >
            {move || if busy.get() {
                view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
            } else {
                icon.map(|icon| view! { <IconView icon /> }).into_any()
            }}
            {children()}
        </button>
    }
}

/// A link that looks like a button: it leads somewhere, it does nothing.
#[component]
pub fn ButtonLink(
    /// Where to.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The file that it downloads, if it does.
    #[prop(optional, into)]
    download: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=move || href.get() download=download>
            {icon.map(|icon| view! { <IconView icon /> })}
            {children()}
        </a>
    }
}

/// A button of an icon alone; its label is read and shown on hover.
#[component]
pub fn IconButton(
    /// The icon.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it does, when pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// Can't be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="icon-btn" aria-label=move || label.get() title=move || label.get()
            disabled=move || disabled.get() on:click=move |_| on_press.run(())>
            {move || view! { <IconView icon=icon.get() /> }}
        </button>
    }
}

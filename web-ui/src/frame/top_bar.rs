//! The bar at the top: which system, theme, notifications, account.

use super::account_menu::AccountMenu;
use super::notifications::Notifications;
use super::palette::SearchButton;
use super::switcher::SystemSwitcher;
use crate::api::use_remote;
use crate::components::badge::{Badge, Tone};
use crate::components::button::IconButton;
use crate::components::icon::Icon;
use crate::theme::{Theme, use_theme};
use leptos::prelude::*;
use shared_types::identity::SetupState;

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let state = use_remote::<SetupState>(|| Some("/api/v1/setup".to_owned()));
    let demo = move || state.map(|state| state.demo).unwrap_or_default();
    view! {
        <header class="top">
            <SystemSwitcher />
            <SearchButton />
            <Show when=demo><span class="hide-s" title="Invented company, people and evidence"><Badge tone=Tone::Warn>"Demonstration data"</Badge></span></Show>
            <span class="sp"></span>
            <ThemeButton />
            <Notifications />
            <AccountMenu />
        </header>
    }
}

/// Goes through system, light and dark.
#[component]
fn ThemeButton() -> impl IntoView {
    let theme = use_theme();
    let next = move || match theme.get() {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    };
    let icon = Signal::derive(move || match theme.get() {
        Theme::System => Icon::Monitor,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    });
    let label = Signal::derive(move || format!("Theme: {}. Change to {}", theme.get().label(), next().label().to_lowercase()));
    view! { <span class="hide-s"><IconButton icon label on_press=move || theme.set(untrack(next)) /></span> }
}

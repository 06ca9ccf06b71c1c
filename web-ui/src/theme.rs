//! Light, dark, or as the system says. Remembered in this browser; `assets/theme.js` applies it before the first paint.

use crate::dom;
use leptos::prelude::*;

/// The choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order in which the button goes through them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn remembered() -> Self {
        match dom::remembered("theme").as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The theme, from the context.
#[derive(Clone, Copy)]
pub struct ThemeChoice(RwSignal<Theme>);

impl ThemeChoice {
    /// Provides the theme to everything below.
    pub fn install() {
        provide_context(Self(RwSignal::new(Theme::remembered())));
    }

    /// The choice.
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Chooses.
    pub fn set(self, theme: Theme) {
        dom::remember("theme", theme.attribute());
        dom::page_attribute("data-theme", theme.attribute());
        self.0.set(theme);
    }
}

/// The theme.
pub fn use_theme() -> ThemeChoice {
    expect_context::<ThemeChoice>()
}

//! What the palette offers without asking the server: pages and commands.

use crate::components::icon::Icon;
use crate::frame::nav::use_entries;
use crate::router::Route;
use crate::session::use_session;
use crate::theme::Theme;
use leptos::prelude::*;

/// What an item does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Leads to a page.
    Go(String),
    /// Changes the theme.
    Theme(Theme),
    /// Signs out.
    SignOut,
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its icon.
    pub icon: Icon,
    /// Its reference or number.
    pub id: Option<String>,
    /// Its words.
    pub label: String,
    /// What it is.
    pub kind: &'static str,
    /// What it does.
    pub act: Act,
}

impl Item {
    fn page(route: &Route, label: &str, icon: Icon) -> Self {
        Self { icon, id: None, label: label.to_owned(), kind: "Page", act: Act::Go(route.href()) }
    }

    fn command(label: String, icon: Icon, act: Act) -> Self {
        Self { icon, id: None, label, kind: "Command", act }
    }

    /// Whether every word that was typed begins a word of the item.
    pub fn matches(&self, wanted: &str) -> bool {
        let words: Vec<String> = self.label.to_lowercase().split_whitespace().map(str::to_owned).collect();
        wanted.split_whitespace().all(|part| words.iter().any(|word| word.starts_with(part)))
    }
}

/// Pages and commands of the reader.
pub fn use_commands() -> Memo<Vec<Item>> {
    let (entries, session) = (use_entries(), use_session());
    Memo::new(move |_| {
        let mut items: Vec<Item> = entries.get().iter().map(|entry| Item::page(&entry.route, entry.label, entry.icon)).collect();
        items.push(Item::page(&Route::Account, "Your account", Icon::Person));
        if session.admin() {
            items.push(Item::command("New system".to_owned(), Icon::Plus, Act::Go(Route::NewSystem.href())));
        }
        for theme in Theme::ALL {
            let label = format!("Theme: {}", theme.label().to_lowercase());
            items.push(Item::command(label, Icon::Moon, Act::Theme(theme)));
        }
        items.push(Item::command("Sign out".to_owned(), Icon::SignOut, Act::SignOut));
        items
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn words_match_by_their_beginnings() {
        let item = Item::command("New system".into(), Icon::Plus, Act::SignOut);
        assert!(item.matches("") && item.matches("sys") && item.matches("new sy"));
        assert!(!item.matches("ystem") && !item.matches("new task"));
    }
}

//! Which columns are shown. This browser remembers the choice; hidden columns are hidden by style, so that no row is built anew.

use crate::components::button::ButtonKind;
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::dom;
use leptos::prelude::*;

/// The columns that may be hidden: class and name.
pub const COLUMNS: [(&str, &str); 9] = [
    ("finding", "Finding"),
    ("progress", "Progress"),
    ("objectives", "Objectives"),
    ("points", "Points"),
    ("poam", "POA&M"),
    ("owner", "Owner"),
    ("review", "Next review"),
    ("evidence", "Evidence"),
    ("tasks", "Open tasks"),
];

const KEY: &str = "assessment-columns-hidden";
const HIDDEN_AT_FIRST: &str = "review tasks";

/// The hidden columns.
#[derive(Clone, Copy)]
pub struct Columns(RwSignal<String>);

impl Columns {
    /// As this browser remembers them.
    pub fn remembered() -> Self {
        Self(RwSignal::new(dom::remembered(KEY).unwrap_or_else(|| HIDDEN_AT_FIRST.to_owned())))
    }

    /// For the attribute `data-hide`.
    pub fn hidden(self) -> String {
        self.0.get()
    }

    fn is_hidden(self, column: &str) -> bool {
        self.0.with(|hidden| hidden.split(' ').any(|name| name == column))
    }

    fn toggle(self, column: &str) {
        let mut names: Vec<String> =
            self.0.with_untracked(|hidden| hidden.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect());
        match names.iter().position(|name| name == column) {
            Some(at) => drop(names.remove(at)),
            None => names.push(column.to_owned()),
        }
        let hidden = names.join(" ");
        dom::remember(KEY, Some(&hidden));
        self.0.set(hidden);
    }
}

/// The chooser.
#[component]
pub fn ColumnChooser() -> impl IntoView {
    let columns = expect_context::<Columns>();
    let open = RwSignal::new(false);
    let face = || view! { <IconView icon=Icon::Panel /><span>"Columns"</span> };
    view! {
        <span class="hide-s">
            <Menu open label="Choose columns" class=ButtonKind::Plain.class() end=true face>
                <fieldset class="chip-choices">
                    <legend class="sr-only">"Columns"</legend>
                    {COLUMNS.map(|(column, label)| view! {
                        <label class="menu-item">
                            <input type="checkbox" prop:checked=move || !columns.is_hidden(column) on:change=move |_| columns.toggle(column) />
                            <span>{label}</span>
                        </label>
                    }).collect_view()}
                </fieldset>
            </Menu>
        </span>
    }
}

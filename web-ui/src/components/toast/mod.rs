//! Toasts: what just happened, with an undo where there is one. Announced politely; warnings at once.

use crate::components::button::IconButton;
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
    action: Option<(String, Callback<()>)>,
}

/// The toasts, from the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
}

/// The toasts.
pub fn use_toasts() -> Toasts {
    expect_context::<Toasts>()
}

impl Toasts {
    /// Provides the toasts to everything below.
    pub fn install() {
        provide_context(Self { all: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) });
    }

    /// Says what was done.
    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), false, None);
    }

    /// Says what went wrong. Stays until it is closed.
    pub fn warn(self, text: impl Into<String>) {
        self.add(text.into(), true, None);
    }

    /// Says what was done and offers one act on it, such as `Undo`.
    pub fn offer(self, text: impl Into<String>, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) {
        self.add(text.into(), false, Some((label.into(), Callback::new(move |()| act()))));
    }

    fn add(self, text: String, bad: bool, action: Option<(String, Callback<()>)>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        let stay = if action.is_some() { 10_000 } else { 5_000 };
        self.all.update(|all| {
            // The same words twice tell nothing more.
            all.retain(|toast| toast.text != text || toast.action.is_some());
            // The newest few are enough; a storm of them would bury the page.
            if all.len() > 3 {
                all.remove(0);
            }
            all.push(Toast { id, text, bad, action });
        });
        if !bad {
            crate::dom::later(stay, move || self.close(id));
        }
    }

    fn close(self, id: u32) {
        self.all.update(|all| all.retain(|toast| toast.id != id));
    }
}

/// Where the toasts stand, once for the whole client.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || toasts.all.get() key=|toast| toast.id let:toast>
                <div class=if toast.bad { "toast bad" } else { "toast" } role=toast.bad.then_some("alert")>
                    <IconView icon=if toast.bad { Icon::Alert } else { Icon::Check } />
                    <span class="toast-text">{toast.text.clone()}</span>
                    {toast.action.clone().map(|(label, act)| {
                        let id = toast.id;
                        view! {
                            <button type="button" class="toast-act" on:click=move |_| { act.run(()); toasts.close(id); }>{label}</button>
                        }
                    })}
                    <IconButton icon=Icon::Cross label="Close" on_press=move || toasts.close(toast.id) />
                </div>
            </For>
        </div>
    }
}

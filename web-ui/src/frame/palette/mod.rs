//! The palette (Ctrl or Cmd with K): pages, commands, controls, tasks and evidence by a few letters.

mod found;
mod items;

use crate::chunks;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{Shape, Skeleton};
use crate::router::use_router;
use crate::session::use_session;
use crate::theme::use_theme;
use found::use_found;
use items::{Act, Item, use_commands};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Whether the palette is open, from the context.
#[derive(Clone, Copy)]
pub struct Palette(pub RwSignal<bool>);

/// The field in the top bar that opens the palette.
#[component]
pub fn SearchButton() -> impl IntoView {
    let Palette(open) = expect_context();
    let mac = window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"));
    view! {
        <button type="button" class="search" aria-haspopup="dialog" aria-label="Search and commands" on:click=move |_| open.set(true)>
            <IconView icon=Icon::Search /><span>"Search controls, tasks, evidence"</span>
            <kbd>{if mac { "⌘ K" } else { "Ctrl K" }}</kbd>
        </button>
    }
}

/// The palette, once for the whole frame. Follows the keys that open it.
#[component]
pub fn PaletteDialog() -> impl IntoView {
    let Palette(open) = expect_context();
    let keys = window_event_listener(ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && !event.alt_key()
            && event.key().eq_ignore_ascii_case("k")
        {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || keys.remove());
    view! { <div class="palette"><Dialog open title="Search and commands" wide=true>{search(open)}</Dialog></div> }
}

/// What the dialog holds, out of its chunk.
fn search(open: RwSignal<bool>) -> AnyView {
    chunks::part(
        chunks::PALETTE,
        open,
        || view! { <Skeleton shape=Shape::Rows(4) /> }.into_any(),
        |retry| {
            view! {
                <div class="blank" role="alert">
                    <p class="muted">"The search could not be fetched: the server does not answer, or it was updated since this page was loaded."</p>
                    <Button icon=Icon::Refresh on_press=retry>"Try again"</Button>
                </div>
            }
            .into_any()
        },
    )
}

/// The field and what it finds.
#[component]
pub fn PaletteSearch(
    /// Whether the palette is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let (router, session, theme, api) = (use_router(), use_session(), use_theme(), crate::api::use_api());
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let (commands, found) = (use_commands(), use_found(text));
    let items = Memo::new(move |_| {
        let wanted = text.get().trim().to_lowercase();
        let mut all: Vec<Item> = commands.get().into_iter().filter(|item| item.matches(&wanted)).collect();
        all.extend(found.get());
        all
    });
    let act = move |item: Item| {
        open.set(false);
        match item.act {
            Act::Go(href) => router.go(&href),
            Act::Theme(choice) => theme.set(choice),
            Act::SignOut => spawn_local(async move {
                // Failing, the person is still signed in, which the page shows.
                let _ = session.sign_out(api).await;
            }),
        }
    };
    let count = move || items.with(Vec::len);
    let on_key = move |event: ev::KeyboardEvent| {
        let (at, count) = (chosen.get_untracked(), items.with_untracked(Vec::len));
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.set((at + 1) % count),
            "ArrowUp" if count > 0 => chosen.set((at + count - 1) % count),
            "Enter" => {
                if let Some(item) = items.with_untracked(|items| items.get(at).cloned()) {
                    act(item);
                }
            }
            _ => return,
        }
        event.prevent_default();
        // The choice may have closed the palette by then.
        crate::dom::later(0, move || {
            if let Some(at) = chosen.try_get_untracked() {
                show(at);
            }
        });
    };
    crate::dom::later(0, || crate::dom::focus("palette-text"));
    view! {
        <div class="palette-field">
            <IconView icon=Icon::Search />
            <input id="palette-text" class="input" type="text" role="combobox" aria-label="Search and commands" autocomplete="off" spellcheck="false"
                placeholder="3.1.1, a title, TASK-12, or a page" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                aria-activedescendant=move || (count() > 0).then(|| format!("palette-{}", chosen.get()))
                prop:value=move || text.get() on:keydown=on_key
                on:input=move |event| { chosen.set(0); text.set(event_target_value(&event)); } />
        </div>
        <ul id="palette-list" class="palette-list" role="listbox" aria-label="Results">
            {move || items.get().into_iter().enumerate().map(|(index, item)| {
                let run = item.clone();
                view! {
                    <li id=format!("palette-{index}") class="palette-item" role="option" aria-selected=move || (chosen.get() == index).to_string()
                        on:pointermove=move |_| if chosen.get_untracked() != index { chosen.set(index) }
                        on:click=move |_| act(run.clone())>
                        <IconView icon=item.icon />
                        {item.id.map(|id| view! { <span class="id">{id}</span> })}
                        <span class="clip sp">{item.label}</span>
                        <span class="tiny muted nowrap">{item.kind}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
        <p class="small muted" role="status">{move || if count() == 0 { "Nothing found." } else { "" }}</p>
    }
}

/// Brings an item into sight.
fn show(index: usize) {
    if let Some(item) = crate::dom::by_id(&format!("palette-{index}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

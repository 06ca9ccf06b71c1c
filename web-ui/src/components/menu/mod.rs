//! A button with a panel below it: account, notifications, system switcher. Closes on Escape, on a click elsewhere, and when
//! the focus leaves it.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What a panel keeps from the window's edge, in pixels.
const MARGIN: f64 = 12.0;

/// A button and the panel that it opens.
#[component]
pub fn Menu(
    /// Whether the panel is open.
    open: RwSignal<bool>,
    /// What the button says to screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The class of the button.
    #[prop(into)]
    class: String,
    /// At the right edge.
    #[prop(optional)]
    end: bool,
    /// The button's content.
    #[prop(into)]
    face: ViewFn,
    /// The panel's content.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Div>::new();
    let button = NodeRef::<leptos::html::Button>::new();
    let inside = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        node.get_untracked().is_some_and(|node| node.contains(target.as_ref()))
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !inside(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    // A panel that would stand out of the window at the right is moved back by as much.
    let (panel, shift) = (NodeRef::<leptos::html::Div>::new(), RwSignal::new(0.0));
    Effect::new(move || {
        let (Some(panel), Some(page)) = (panel.get(), document().document_element()) else { return };
        let over = panel.get_bounding_client_rect().right() + MARGIN - f64::from(page.client_width());
        if !end && over > 0.0 {
            shift.set(-over);
        }
    });
    Effect::new(move || {
        if !open.get() {
            shift.set(0.0);
        }
    });
    let left = move || if end { "auto".to_owned() } else { format!("{}px", shift.get()) };
    let children = StoredValue::new(children);
    view! {
        <div class="menu" node_ref=node
            on:keydown=move |event| {
                if event.key() == "Escape" && open.get_untracked() {
                    event.stop_propagation();
                    open.set(false);
                    if let Some(button) = button.get_untracked() {
                        // The button is there: the panel stands beside it.
                        let _ = button.focus();
                    }
                }
            }
            on:focusout=move |event| {
                if event.related_target().is_some() && !inside(event.related_target()) {
                    open.set(false);
                }
            }
        >
            <button type="button" class=class node_ref=button aria-label=move || label.get()
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                {move || face.run()}
            </button>
            <Show when=move || open.get()>
                <div node_ref=panel class=if end { "menu-panel end" } else { "menu-panel" } style=("left", left)>{children.with_value(|children| children())}</div>
            </Show>
        </div>
    }
}

//! Shows the small part of Markdown that `shared_types::markdown` reads.
//!
//! Architecture Invariant: no text ever becomes HTML. What is not understood stays as it was typed.

use leptos::prelude::*;
use shared_types::identity::Person;
use shared_types::markdown::{Block, Inline, parse};

fn show_inline(parts: Vec<Inline>, people: &[Person]) -> AnyView {
    let show = |part| match part {
        Inline::Text(text) => text.into_any(),
        Inline::Bold(inner) => view! { <strong>{show_inline(inner, people)}</strong> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{show_inline(inner, people)}</em> }.into_any(),
        Inline::Code(code) => view! { <code class="id">{code}</code> }.into_any(),
        Inline::Mention(user) => {
            let name = people.iter().find(|person| person.id == user).map_or("somebody", |person| person.name.as_str());
            view! { <span class="mention">{format!("@{name}")}</span> }.into_any()
        }
        Inline::Link(words, href) if href.starts_with('/') => view! { <a href=href>{show_inline(words, people)}</a> }.into_any(),
        Inline::Link(words, href) => {
            view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{show_inline(words, people)}</a> }.into_any()
        }
    };
    parts.into_iter().map(show).collect_view().into_any()
}

/// Shows a text.
#[component]
pub fn Markdown(
    /// The text.
    text: String,
    /// The people whom it mentions.
    #[prop(optional)]
    people: Vec<Person>,
) -> impl IntoView {
    let people = people.as_slice();
    let show_inline = |words| show_inline(words, people);
    let show = |block| match block {
        // The page's own headings end at the second level.
        Block::Heading(1, words) => view! { <h3>{show_inline(words)}</h3> }.into_any(),
        Block::Heading(_, words) => view! { <h4>{show_inline(words)}</h4> }.into_any(),
        Block::Paragraph(words) => view! { <p>{show_inline(words)}</p> }.into_any(),
        Block::Quote(words) => view! { <blockquote><p>{show_inline(words)}</p></blockquote> }.into_any(),
        Block::Code(code) => view! { <pre tabindex="0"><code>{code}</code></pre> }.into_any(),
        Block::List(ordered, items) => {
            let items = items.into_iter().map(|words| view! { <li>{show_inline(words)}</li> }).collect_view();
            if ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
    };
    view! { <div class="markdown prose">{parse(&text).into_iter().map(show).collect_view()}</div> }
}

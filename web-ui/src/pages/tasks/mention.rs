//! Picks a member while a comment is typed: after `@` the members whose name begins like what follows stand below the field. What is
//! sent has ids, never names.

use crate::components::avatar::Avatar;
use crate::components::field::Choice;
use crate::dom;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Most people of the list.
const MOST: usize = 6;

/// Whether an `@` after this begins a name, and not the second half of an address.
fn begins_after(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '*' | '_')
}

/// What is being typed after an `@` at the end of a text: letters, with one blank within at most.
fn begun(before: &str) -> Option<&str> {
    let (head, name) = before.rsplit_once('@')?;
    let apart = head.chars().next_back().is_none_or(begins_after);
    let short = name.chars().count() <= 40
        && name.matches(' ').count() <= 1
        && !name.starts_with(' ')
        && !name.contains(['\n', '@', '[']);
    (apart && short).then_some(name)
}

/// The people whose name, or a word of it, begins like this.
fn matching(people: &[Choice], typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let fits = |choice: &&Choice| {
        let name = choice.label.to_lowercase();
        name.starts_with(&typed) || name.split_whitespace().any(|word| word.starts_with(&typed))
    };
    people.iter().filter(fits).take(MOST).cloned().collect()
}

/// The text as it is sent: each person who was picked, by id. A name ends where a word does, and the longest that fits counts: none is
/// taken for the beginning of another. Of people with one name, each occurrence is the next who was picked. A name that was typed or pasted
/// instead is the one person of that name; where several have it, nobody knows which is meant, and it stays text.
pub fn with_ids(text: &str, picked: &[Choice], people: &[Choice]) -> String {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    let (mut sent, mut rest) = (String::new(), text);
    let mut met: Vec<&str> = Vec::new();
    while let Some((before, after)) = rest.split_once('@') {
        sent.push_str(before);
        let apart = sent.chars().next_back().is_none_or(begins_after);
        sent.push('@');
        rest = after;
        let fits = |choice: &&Choice| after.strip_prefix(choice.label.as_str()).is_some_and(ends);
        let known = picked.iter().chain(people.iter().filter(|_| apart));
        let Some(named) = known.filter(fits).max_by_key(|choice| choice.label.len()) else { continue };
        let mut namesakes = picked.iter().filter(|choice| choice.label == named.label);
        let earlier = met.iter().filter(|label| **label == named.label).count();
        let mut typed = people.iter().filter(|choice| choice.label == named.label);
        let only = typed.next().filter(|_| typed.next().is_none());
        let Some(person) = namesakes.clone().nth(earlier).or_else(|| namesakes.next_back()).or(only) else { continue };
        met.push(&named.label);
        sent.extend(["[", person.value.as_str(), "]"]);
        rest = after.strip_prefix(named.label.as_str()).unwrap_or(after);
    }
    sent.push_str(rest);
    sent
}

/// The text before and after the cursor of the field with the focus.
fn around_cursor(area: &web_sys::HtmlTextAreaElement) -> (String, String) {
    let units: Vec<u16> = area.value().encode_utf16().collect();
    let at =
        area.selection_start().ok().flatten().and_then(|at| usize::try_from(at).ok()).unwrap_or(units.len()).min(units.len());
    let (before, after) = units.split_at(at);
    (String::from_utf16_lossy(before), String::from_utf16_lossy(after))
}

fn area(event: &web_sys::Event) -> Option<web_sys::HtmlTextAreaElement> {
    event.target()?.dyn_into().ok()
}

/// Around a field of several lines: its list of people.
#[component]
pub fn Mentions(
    /// The field's text.
    text: RwSignal<String>,
    /// The id of the field.
    #[prop(into)]
    field: String,
    /// Whom one can mention: id and name.
    people: Signal<Vec<Choice>>,
    /// Who was picked so far.
    picked: RwSignal<Vec<Choice>>,
    /// The field.
    children: Children,
) -> impl IntoView {
    let found = RwSignal::new(Vec::<Choice>::new());
    let at = RwSignal::new(0_usize);
    let list = format!("{field}-people");
    let (own, field) = (StoredValue::new(list.clone()), StoredValue::new(field));
    let close = move || found.set(Vec::new());
    let look = move |area: &web_sys::HtmlTextAreaElement| {
        let (before, _) = around_cursor(area);
        let names = begun(&before).map(|typed| people.with_untracked(|people| matching(people, typed))).unwrap_or_default();
        at.set(0);
        found.set(names);
    };
    let text_area = move || dom::by_id(&field.get_value())?.dyn_into::<web_sys::HtmlTextAreaElement>().ok();
    // Whoever begins a name before the people are known is offered them as soon as they are.
    Effect::new(move |before: Option<bool>| {
        let there = people.with(|people| !people.is_empty());
        if before == Some(false)
            && there
            && let Some(area) = text_area().filter(|area| area.matches(":focus").unwrap_or_default())
        {
            look(&area);
        }
        there
    });
    // The field is the text box of a list: screen readers hear which entry Enter takes.
    Effect::new(move || {
        let Some(area) = dom::by_id(&field.get_value()) else { return };
        let result = if found.with(Vec::is_empty) {
            area.remove_attribute("aria-activedescendant").and_then(|()| area.remove_attribute("aria-controls"))
        } else {
            let entry = format!("{}-{}", own.get_value(), at.get());
            area.set_attribute("aria-controls", &own.get_value())
                .and_then(|()| area.set_attribute("aria-autocomplete", "list"))
                .and_then(|()| area.set_attribute("aria-activedescendant", &entry))
        };
        // Refused only for names that no attribute can have.
        let _ = result;
    });
    let take = move |choice: Choice| {
        let Some(area) = text_area() else { return };
        let (before, after) = around_cursor(&area);
        let Some(typed) = begun(&before) else { return close() };
        let head = before.strip_suffix(typed).unwrap_or(&before);
        let before = format!("{head}{} ", choice.label);
        let cursor = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
        text.set(format!("{before}{}", after.strip_prefix(' ').unwrap_or(&after)));
        picked.update(|picked| {
            if !picked.contains(&choice) {
                picked.push(choice);
            }
        });
        close();
        dom::later(0, move || {
            dom::focus(&field.get_value());
            // The cursor stands behind the name; a browser that can't leaves it at the end.
            let _ = area.set_selection_range(cursor, cursor);
        });
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        if count == 0 || event.ctrl_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "Tab" => {
                if let Some(choice) = found.with_untracked(|found| found.get(at.get_untracked()).cloned()) {
                    take(choice);
                }
            }
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let entries = move || {
        let entry = |(index, choice): (usize, Choice)| {
            let (id, name) = (format!("{}-{index}", own.get_value()), choice.label.clone());
            view! {
                <li role="option" id=id class="mention-entry" aria-selected=move || (at.get() == index).to_string()
                    on:pointerdown=move |event| { event.prevent_default(); take(choice.clone()); }>
                    <Avatar name=name.clone() small=true /><span>{name}</span>
                </li>
            }
        };
        found.get().into_iter().enumerate().map(entry).collect_view()
    };
    let says = move || match found.with(Vec::len) {
        0 => String::new(),
        1 => "1 person. Enter mentions.".to_owned(),
        more => format!("{more} people. Up and down choose, Enter mentions."),
    };
    view! {
        <div class="mentions" on:keydown=key on:input=move |event| if let Some(area) = area(&event) { look(&area) }
            on:focusout=move |_| close()>
            {children()}
            <ul role="listbox" id=list class="mention-list" aria-label="Members" class:none=move || found.with(Vec::is_empty)>{entries}</ul>
            <p class="sr-only" role="status">{says}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn people() -> Vec<Choice> {
        vec![Choice::new("1", "Ana Ruiz"), Choice::new("2", "Ana Ruiz-Lopez"), Choice::new("3", "Priya Kaur")]
    }

    #[test]
    fn an_at_sign_begins_a_name() {
        for (text, expected) in [
            ("@", Some("")),
            ("Ask @pri", Some("pri")),
            ("(@Ana R", Some("Ana R")),
            ("mail a@b", None),
            ("@Ana Ruiz said", None),
            ("@ x", None),
            ("plain", None),
            ("@a\nb", None),
        ] {
            assert_eq!(begun(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_found_by_any_of_their_words() {
        let names = |typed| matching(&people(), typed).into_iter().map(|choice| choice.value).collect::<Vec<_>>();
        assert_eq!(names("ana"), ["1", "2"]);
        assert_eq!(names("KAU"), ["3"]);
        assert_eq!(names("x"), Vec::<String>::new());
    }

    #[test]
    fn what_is_sent_has_ids() {
        assert_eq!(with_ids("@Ana Ruiz-Lopez and @Ana Ruiz, @Nobody", &people(), &[]), "@[2] and @[1], @Nobody");
        let ana = vec![Choice::new("1", "Ana"), Choice::new("2", "Ana")];
        for (text, sent) in [
            ("@Ana and @Ana, again @Ana", "@[1] and @[2], again @[2]"),
            ("@Anabel, @Ana-Lena", "@Anabel, @Ana-Lena"),
            ("a@b @Ana", "a@b @[1]"),
            ("(@Ana)@", "(@[1])@"),
        ] {
            assert_eq!(with_ids(text, &ana, &ana), sent);
        }
    }

    #[test]
    fn a_name_that_was_typed_is_the_one_person_of_that_name() {
        let mut all = people();
        all.extend([Choice::new("4", "Sam Two"), Choice::new("5", "Sam Two")]);
        for (text, sent) in [
            ("Ask @Priya Kaur.", "Ask @[3]."),
            ("@Ana Ruiz-Lopez, @Ana Ruiz", "@[2], @[1]"),
            ("@Priya, @priya kaur", "@Priya, @priya kaur"),
            ("@Sam Two knows", "@Sam Two knows"),
            ("x@Priya Kaur", "x@Priya Kaur"),
        ] {
            assert_eq!(with_ids(text, &[], &all), sent);
        }
        let one = [Choice::new("5", "Sam Two")];
        assert_eq!(with_ids("@Sam Two and @Priya Kaur", &one, &all), "@[5] and @[3]");
    }
}

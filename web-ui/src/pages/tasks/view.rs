//! Which tasks a view shows: what stands in the address, and what is asked of the API. Pure.

use crate::router::Query;

/// The filters that the reader sets, here as in the API.
const FILTERS: &[&str] = &["q", "state", "priority", "assignee", "control", "overdue", "watching"];

/// What is not completed.
const OPEN_STATES: &str = "open,in_progress,pending_confirmation";

/// The views of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What I have to do.
    Mine,
    /// What waits for my confirmation.
    ToConfirm,
    /// All of the system.
    All,
}

impl View {
    /// The view of an address.
    pub fn of(query: &Query) -> Self {
        match query.get("view") {
            Some("confirm") => Self::ToConfirm,
            Some("all") => Self::All,
            _ => Self::Mine,
        }
    }
}

/// Whether the tasks stand on a board.
pub fn on_board(query: &Query) -> bool {
    query.get("layout") == Some("board")
}

/// Whether the reader has set a filter.
pub fn is_filtered(query: &Query) -> bool {
    query.only(FILTERS) != Query::default()
}

/// What takes every filter away.
pub fn without_filters() -> Vec<(&'static str, Option<&'static str>)> {
    FILTERS.iter().map(|name| (*name, None)).chain([("cursor", None)]).collect()
}

/// The part of an address that a saved filter keeps, without its question mark.
pub fn saved_query(query: &Query) -> String {
    let mut names = FILTERS.to_vec();
    names.extend(["view", "layout", "sort"]);
    query.only(&names).suffix().trim_start_matches('?').to_owned()
}

/// Whether only what is not completed is shown, though nobody asked for it: lists begin so, until one looks for words or chooses states.
pub fn hides_completed(query: &Query) -> bool {
    let chosen = query.get("state").is_some() || query.get("q").is_some();
    !on_board(query) && !chosen && View::of(query) != View::ToConfirm
}

/// Every state, as the address has them.
pub const ALL_STATES: &str = "open,in_progress,pending_confirmation,completed";

/// What is asked of the API.
pub fn request(query: &Query) -> Query {
    let mut names = FILTERS.to_vec();
    names.extend(["sort", "cursor"]);
    let mut asked = query.only(&names);
    let board = on_board(query);
    match View::of(query) {
        View::Mine => asked = asked.with("assignee", Some("me")),
        View::ToConfirm => asked = asked.with("to_confirm", Some("true")),
        View::All => {}
    }
    // A board shows every state; a list shows what is to be done unless it is asked for more, and a chip says so.
    if hides_completed(query) {
        asked = asked.with("state", Some(OPEN_STATES));
    }
    if board { asked.with("cursor", None).with("limit", Some("200")) } else { asked }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn asked(text: &str) -> String {
        request(&Query::parse(text)).suffix()
    }

    #[test]
    fn views_ask_for_what_they_show() {
        assert_eq!(asked(""), "?assignee=me&state=open,in_progress,pending_confirmation");
        assert_eq!(asked("view=confirm"), "?to_confirm=true");
        assert_eq!(asked("view=all&state=completed&x=1"), "?state=completed");
        assert_eq!(asked("view=all&q=vpn"), "?q=vpn", "words are looked for in all of them");
        assert_eq!(asked("view=all&layout=board&cursor=abc"), "?limit=200");
    }

    #[test]
    fn a_saved_filter_keeps_the_view_and_no_page_of_it() {
        let query = Query::parse("view=all&state=open&cursor=abc&sort=-due&x=1");
        let saved = saved_query(&query);
        assert!(["view=all", "state=open", "sort=-due"].iter().all(|part| saved.split('&').any(|own| own == *part)), "{saved}");
        assert_eq!(saved.split('&').count(), 3);
    }

    #[test]
    fn every_state_is_named() {
        assert_eq!(
            ALL_STATES.split(',').collect::<Vec<_>>(),
            shared_types::tasks::TaskState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn filters_are_told_from_views() {
        assert!(!is_filtered(&Query::parse("view=all&layout=board")));
        assert!(is_filtered(&Query::parse("overdue=true")));
        assert!(without_filters().contains(&("cursor", None)));
    }
}

//! The address bar: which page it names, and how to go to another.
//!
//! Why not `leptos_router`: links here are values of one enum ([`Route`]) that tests read back, a page is built anew when what its
//! path names changes (no form keeps another object's text), and leaving a page with unsaved text asks first, which that
//! router has no place for.

mod guard;
mod links;
mod query;
mod route;

pub use guard::{LeaveDialog, use_unsaved};
pub use query::{Query, decode, encode};
pub use route::{Route, SystemPage};

use guard::Guards;
use leptos::prelude::*;

/// Where the reader is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Path, still encoded.
    pub path: String,
    /// Filters, sort, tab, page.
    pub query: Query,
    /// The fragment without its hash sign. One-time links carry their token here, where no server sees it.
    pub fragment: String,
}

impl Address {
    /// Reads an address without its origin.
    pub fn parse(href: &str) -> Self {
        let (href, fragment) = href.split_once('#').unwrap_or((href, ""));
        let (path, query) = href.split_once('?').unwrap_or((href, ""));
        Self { path: path.to_owned(), query: Query::parse(query), fragment: fragment.to_owned() }
    }

    /// The address as text.
    pub fn href(&self) -> String {
        let hash = if self.fragment.is_empty() { "" } else { "#" };
        format!("{}{}{hash}{}", self.path, self.query.suffix(), self.fragment)
    }

    fn current() -> Self {
        let location = window().location();
        let part = |part: Result<String, wasm_bindgen::JsValue>| part.unwrap_or_default();
        Self::parse(&format!("{}{}{}", part(location.pathname()), part(location.search()), part(location.hash())))
    }
}

/// The router, from the context.
#[derive(Clone, Copy)]
pub struct Router {
    address: RwSignal<Address>,
    route: Memo<Route>,
    query: Memo<Query>,
    guards: Guards,
}

impl Router {
    /// Follows the address bar and the links of the page, and provides the router to everything below.
    pub fn install() {
        let address = RwSignal::new(Address::current());
        let router = Self {
            address,
            route: Memo::new(move |_| address.with(|a| Route::parse(&a.path))),
            query: Memo::new(move |_| address.with(|a| a.query.clone())),
            guards: Guards::new(),
        };
        links::follow(router);
        guard::follow(router);
        provide_context(router);
    }

    /// The page that the address names.
    pub fn route(&self) -> Route {
        self.route.get()
    }

    /// The same, for effects.
    pub fn route_memo(&self) -> Memo<Route> {
        self.route
    }

    /// The query of the address.
    pub fn query(&self) -> Query {
        self.query.get()
    }

    /// One value of the query.
    pub fn param(&self, name: &'static str) -> Option<String> {
        self.query.with(|query| query.get(name).map(str::to_owned))
    }

    /// The fragment, read once.
    pub fn fragment(&self) -> String {
        self.address.with_untracked(|address| address.fragment.clone())
    }

    /// The path and query of this page, read once; the dashboard's on the sign-in page.
    pub fn here(&self) -> String {
        let address = self.address.get_untracked();
        if Route::parse(&address.path) == Route::SignIn {
            return "/".to_owned();
        }
        Address { fragment: String::new(), ..address }.href()
    }

    /// Whether the address names this page, read once.
    pub fn is_at(&self, route: &Route) -> bool {
        self.route.with_untracked(|here| here == route)
    }

    /// Goes to another page; asks first where something is not saved.
    pub fn go(&self, href: &str) {
        if self.guards.stop(href) {
            return;
        }
        self.arrive(href, false);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Takes the place of this page in the history.
    pub fn replace(&self, href: &str) {
        self.arrive(href, true);
    }

    /// Sets names of the query (`None` takes them out) and keeps the rest. The change is an entry of the history if it is
    /// one that the reader would want to go back from.
    pub fn set_query(&self, changes: &[(&str, Option<&str>)], replace: bool) {
        let mut address = self.address.get_untracked();
        for (name, value) in changes {
            address.query = address.query.with(name, *value);
        }
        if address != self.address.get_untracked() {
            self.arrive(&address.href(), replace);
        }
    }

    /// The address of this page with names of the query changed, for links.
    pub fn href_with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut address = self.address.get();
        for (name, value) in changes {
            address.query = address.query.with(name, *value);
        }
        address.href()
    }

    fn arrive(&self, href: &str, replace: bool) {
        let next = Address::parse(href);
        if let Ok(history) = window().history() {
            let none = wasm_bindgen::JsValue::NULL;
            let same = next == self.address.get_untracked();
            let result = if replace || same {
                history.replace_state_with_url(&none, "", Some(href))
            } else {
                history.push_state_with_url(&none, "", Some(href))
            };
            if result.is_err() {
                return;
            }
        }
        self.address.set(next);
    }
}

/// The router.
pub fn use_router() -> Router {
    expect_context::<Router>()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn addresses_read_back() {
        let address = Address::parse("/s/x/tasks?state=open&q=a%20b#top");
        assert_eq!((address.path.as_str(), address.fragment.as_str()), ("/s/x/tasks", "top"));
        assert_eq!(address.href(), "/s/x/tasks?state=open&q=a%20b#top");
    }
}

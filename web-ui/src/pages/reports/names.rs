//! Who is meant by the ids of people in filters.

use super::words;
use crate::api::Remote;
use crate::pages::systems::use_members;
use shared_types::Page;
use shared_types::identity::Person;
use shared_types::reports::ReportKind;
use shared_types::systems::Member;

/// The names of the system's members.
#[derive(Clone, Copy)]
pub struct Names(Remote<Page<Member>>);

/// Those of the page's system.
pub fn use_names() -> Names {
    Names(use_members())
}

impl Names {
    /// Filters as people read them; `me` in them is the person in whose name the report is made. Follows the names as they come in.
    pub fn filters(self, kind: ReportKind, query: &str, owner: Option<&Person>) -> String {
        words::filters(kind, query, |id| {
            if id == "me" {
                return owner.map(|person| person.name.clone());
            }
            let named = |page: &Page<Member>| {
                page.items.iter().find(|member| member.user.to_string() == id).map(|member| member.name.clone())
            };
            self.0.map(named).flatten()
        })
    }
}

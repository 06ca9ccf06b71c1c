//! The system that a page belongs to, and what the reader may do in it.

use crate::router::{Route, SystemPage};
use leptos::prelude::*;
use shared_types::SystemId;
use shared_types::identity::MySystem;
use shared_types::systems::Role;

/// The system of the page, from the context. A page of another system is another page: this never changes under one.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The system as its member sees it.
    pub system: MySystem,
    /// The reader administers the installation.
    pub admin: bool,
}

/// The system of the page.
pub fn use_scope() -> Scope {
    expect_context::<Scope>()
}

impl Scope {
    /// The system's id.
    pub fn id(&self) -> SystemId {
        self.system.id
    }

    /// An address of the API below the system: `scope.api("/tasks")`.
    pub fn api(&self, below: &str) -> String {
        format!("/api/v1/systems/{}{below}", self.system.id)
    }

    /// The address of a page of the system.
    pub fn href(&self, page: SystemPage) -> String {
        Route::System(self.system.id, page).href()
    }

    /// Whether the reader may do what this role may. The server decides; this only hides what it would refuse.
    pub fn can(&self, needed: Role) -> bool {
        !self.system.archived && (self.admin || self.system.role.is_some_and(|role| role.allows(needed)))
    }

    /// Whether the reader may read what only this role and those above may.
    pub fn can_read(&self, needed: Role) -> bool {
        self.admin || self.system.role.is_some_and(|role| role.allows(needed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn scope(role: Option<Role>, admin: bool, archived: bool) -> Scope {
        let id = "01936e5a-0000-7000-8000-000000000001".parse().unwrap();
        Scope { system: MySystem { id, name: "x".into(), level: 2, role, archived }, admin }
    }

    #[test]
    fn roles_reach_downwards_and_an_archive_is_read_only() {
        assert!(scope(Some(Role::Manager), false, false).can(Role::Contributor));
        assert!(!scope(Some(Role::Viewer), false, false).can(Role::Contributor));
        assert!(!scope(Some(Role::Manager), false, true).can(Role::Viewer));
        assert!(scope(None, true, false).can(Role::Manager));
        assert!(scope(Some(Role::Assessor), false, true).can_read(Role::Assessor));
    }
}

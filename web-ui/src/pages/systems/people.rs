//! The members of a system as choices: owners, assignees, reviewers.

use crate::api::{Remote, use_remote};
use crate::components::field::Choice;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::systems::{Member, Role};

/// The members of the page's system.
pub fn use_members() -> Remote<Page<Member>> {
    let url = use_scope().api("/members?limit=200");
    use_remote(move || Some(url.clone()))
}

/// The members with at least this role, by name, after an entry for nobody.
pub fn member_choices(members: Remote<Page<Member>>, role: Role, nobody: &'static str) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let mut choices = vec![Choice::new("", nobody)];
        choices.extend(members.map(|page| named(&page.items, role)).unwrap_or_default());
        choices
    })
}

/// The members with at least this role, by name. Who can't sign in any more is told apart: such a person is in old work, but given no new
/// one.
pub fn named(members: &[Member], role: Role) -> Vec<Choice> {
    let mut choices: Vec<Choice> = members
        .iter()
        .filter(|member| member.role.allows(role))
        .map(|member| {
            let label = if member.closed { format!("{} (deactivated)", member.name) } else { member.name.clone() };
            Choice::new(member.user.to_string(), label)
        })
        .collect();
    choices.sort_by_key(|choice| choice.label.to_lowercase());
    choices
}

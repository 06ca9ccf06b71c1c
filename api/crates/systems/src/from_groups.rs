//! Memberships that groups at the single sign-on provider give. They are followed at each sign-in; what somebody gave by hand is never
//! touched, and becomes by hand what somebody changes by hand.

use crate::members::keep_a_manager;
use audit::{Door, Event};
use identity::{Notice, notice};
use platform::db::{execute, rows};
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::systems::Role;
use shared_types::{ErrorCode, SystemId, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    role: Option<String>,
    from_groups: Option<bool>,
}

/// What a membership is, and by whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    role: Role,
    from_groups: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add(Role),
    Set { old: Role, new: Role },
    Remove(Role),
}

/// The rule. Pure.
fn change(held: Option<Held>, given: Option<Role>) -> Option<Change> {
    match (held, given) {
        (None, Some(role)) => Some(Change::Add(role)),
        (Some(Held { role: old, from_groups: true }), Some(new)) if old != new => Some(Change::Set { old, new }),
        (Some(Held { role, from_groups: true }), None) => Some(Change::Remove(role)),
        _ => None,
    }
}

/// The strongest role that is given in a system. A name that several systems have means none of them.
fn given_in(system: &Row, all: &[Row], given: &[(String, Role)]) -> Option<Role> {
    let alone = all.iter().filter(|other| other.name == system.name).count() == 1;
    let means = |text: &str| match text.parse::<Uuid>() {
        Ok(id) => id == system.id,
        Err(_) => alone && text == system.name,
    };
    given.iter().filter(|(text, _)| means(text)).map(|(_, role)| *role).min()
}

/// Brings the memberships of a user in line with what the groups give: systems, by id or name, with roles. Behind the installation's
/// door; opens that of each system where something changes. Archived systems stay as they are, and a system keeps its last manager.
pub async fn follow_groups(door: &Door<'_>, platform: &Platform, user: UserId, given: &[(String, Role)]) -> Result<()> {
    let sql = "SELECT s.id, s.name, m.role, m.from_groups FROM systems s LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1 \
               WHERE s.archived_at IS NULL ORDER BY s.id";
    let all = rows::<Row>(door.tx, sql, [user.0.into()]).await?;
    for row in &all {
        let role = row.role.as_deref().and_then(Role::parse);
        let held = role.map(|role| Held { role, from_groups: row.from_groups.unwrap_or(false) });
        if let Some(change) = change(held, given_in(row, &all, given)) {
            let system = SystemId(row.id);
            let mut inner = door.inner(platform, system).await?;
            apply(&mut inner, system, user, change).await?;
            inner.close().await?;
        }
    }
    Ok(())
}

async fn apply(door: &mut Door<'_>, system: SystemId, user: UserId, change: Change) -> Result<()> {
    let leaves = matches!(change, Change::Set { old: Role::Manager, .. } | Change::Remove(Role::Manager));
    if leaves && let Err(error) = keep_a_manager(door, system, user).await {
        if error.code() != ErrorCode::Conflict {
            return Err(error);
        }
        // The sign-in goes on: what the group took away is for the people of the system to settle.
        door.record(Event::new("member.keep", "user", user).details(json!({ "by": "groups", "reason": "only_manager" })));
        return Ok(());
    }
    let (action, details, role) = match change {
        Change::Add(role) => ("member.add", json!({ "role": role, "by": "groups" }), Some(role)),
        Change::Set { old, new } => ("member.set_role", json!({ "old": old, "new": new, "by": "groups" }), Some(new)),
        Change::Remove(_) => ("member.remove", json!({ "by": "groups" }), None),
    };
    let (sql, values) = match role {
        Some(role) => (
            "INSERT INTO members (system_id, user_id, role, from_groups, created_at, updated_at) VALUES ($1, $2, $3, TRUE, $4, $4) \
             ON CONFLICT (system_id, user_id) DO UPDATE SET role = $3, updated_at = $4, version = members.version + 1",
            vec![system.0.into(), user.0.into(), role.as_str().into(), door.now.into()],
        ),
        None => ("DELETE FROM members WHERE system_id = $1 AND user_id = $2", vec![system.0.into(), user.0.into()]),
    };
    execute(door.tx, sql, values).await?;
    door.record(Event::new(action, "user", user).details(details));
    notice(door, user, Notice::RoleChanged { system, role }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Assessor, Contributor, Manager, Viewer};

    fn row(id: u128, name: &str) -> Row {
        Row { id: Uuid::from_u128(id), name: name.to_owned(), role: None, from_groups: None }
    }

    #[test]
    fn groups_decide_what_groups_gave() {
        let by = |role, from_groups| Some(Held { role, from_groups });
        for (held, given, wanted) in [
            (None, None, None),
            (None, Some(Viewer), Some(Change::Add(Viewer))),
            (by(Viewer, true), Some(Viewer), None),
            (by(Viewer, true), Some(Manager), Some(Change::Set { old: Viewer, new: Manager })),
            (by(Viewer, true), None, Some(Change::Remove(Viewer))),
            // By hand: neither raised, nor lowered, nor ended.
            (by(Viewer, false), Some(Manager), None),
            (by(Manager, false), Some(Viewer), None),
            (by(Viewer, false), None, None),
        ] {
            assert_eq!(change(held, given), wanted, "{held:?} {given:?}");
        }
    }

    #[test]
    fn a_system_is_meant_by_its_id_or_by_a_name_of_its_own() {
        let all = [row(1, "Enclave"), row(2, "Twin"), row(3, "Twin")];
        let id = |n: u128| Uuid::from_u128(n).to_string();
        let given = |list: &[(&str, Role)]| list.iter().map(|(text, role)| ((*text).to_owned(), *role)).collect::<Vec<_>>();
        assert_eq!(given_in(&all[0], &all, &given(&[("Enclave", Viewer)])), Some(Viewer));
        assert_eq!(given_in(&all[0], &all, &given(&[(&id(1), Assessor), ("Enclave", Contributor)])), Some(Contributor));
        assert_eq!(given_in(&all[1], &all, &given(&[("Twin", Manager)])), None);
        assert_eq!(given_in(&all[1], &all, &given(&[(&id(2), Manager)])), Some(Manager));
        assert_eq!(given_in(&all[0], &all, &given(&[("enclave", Viewer), (&id(3), Manager)])), None);
    }
}

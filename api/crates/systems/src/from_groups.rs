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
    archived: bool,
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

/// The system that an id or a name means. A name that several systems have means none of them.
fn meant<'a>(text: &str, all: &'a [Row]) -> Option<&'a Row> {
    if let Ok(id) = text.parse::<Uuid>() {
        return all.iter().find(|row| row.id == id);
    }
    let mut named = all.iter().filter(|row| row.name == text);
    named.next().filter(|_| named.next().is_none())
}

/// The strongest role that is given in a system.
fn given_in(system: &Row, all: &[Row], given: &[(String, Role)]) -> Option<Role> {
    let here = given.iter().filter(|(text, _)| meant(text, all).is_some_and(|row| row.id == system.id));
    here.map(|(_, role)| *role).min()
}

/// Whether nothing can be said of a system: no rule means it, while there is one that means no system, or several. The name that it
/// was given by may be its own of yesterday, or another system may have taken it.
fn undecided(system: &Row, all: &[Row], named: &[String]) -> bool {
    let meant: Vec<Option<&Row>> = named.iter().map(|text| meant(text, all)).collect();
    meant.iter().any(Option::is_none) && !meant.iter().flatten().any(|row| row.id == system.id)
}

/// Brings the memberships of a user in line with what the groups give: systems, by id or name, with roles. Behind the installation's
/// door; opens that of each system where something changes. Archived systems stay as they are, and a system keeps its last manager.
/// `named` are the systems of all rules: a membership whose rule can't be told any more, because a system was renamed, is left alone.
pub async fn follow_groups(
    door: &Door<'_>,
    platform: &Platform,
    user: UserId,
    given: &[(String, Role)],
    named: &[String],
) -> Result<()> {
    let sql = "SELECT s.id, s.name, m.role, m.from_groups, s.archived_at IS NOT NULL AS archived FROM systems s \
               LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1 ORDER BY s.id";
    let all = rows::<Row>(door.tx, sql, [user.0.into()]).await?;
    for row in all.iter().filter(|row| !row.archived) {
        let role = row.role.as_deref().and_then(Role::parse);
        let held = role.map(|role| Held { role, from_groups: row.from_groups.unwrap_or(false) });
        if let Some(change) = change(held, given_in(row, &all, given)) {
            if undecided(row, &all, named) {
                tracing::warn!(%user, system = %row.id, "a rule of single_sign_on.group_roles names no system, or several: a membership stays");
                continue;
            }
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
        Row { id: Uuid::from_u128(id), name: name.to_owned(), role: None, from_groups: None, archived: false }
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
        // A name that means no system, or several, decides nothing for those that no rule means; the others are decided.
        let named = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(undecided(&all[0], &all, &named(&["Old name of it"])) && undecided(&all[1], &all, &named(&["Twin"])));
        assert!(!undecided(&all[0], &all, &named(&["Enclave", "Twin"])) && !undecided(&all[0], &all, &named(&[&id(2)])));
    }
}

//! Which people and controls the lines of a file mean.

use super::Line;
use crate::service::People;
use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::systems::Role;
use shared_types::{FieldCode, UserId};
use std::collections::HashMap;
use systems::Scope;
use uuid::Uuid;

/// The people who may work in a system, by address, and its controls, by reference.
pub(crate) struct Known {
    people: HashMap<String, UserId>,
    controls: HashMap<String, Uuid>,
}

#[derive(FromQueryResult)]
struct MemberRow {
    id: Uuid,
    email: String,
    role: String,
}

#[derive(FromQueryResult)]
struct ControlRow {
    id: Uuid,
    reference: String,
}

/// Reads them: two statements, whatever the number of lines.
pub(crate) async fn known(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Known> {
    let sql = "SELECT u.id, u.email, m.role FROM members m \
               JOIN users u ON u.id = m.user_id AND u.deactivated_at IS NULL AND u.deleted_at IS NULL WHERE m.system_id = $1";
    let members = rows::<MemberRow>(connection, sql, [scope.system.0.into()]).await?;
    let works = |role: &str| Role::parse(role).is_some_and(|role| role.allows(Role::Contributor));
    let people =
        members.into_iter().filter(|row| works(&row.role)).map(|row| (row.email.to_lowercase(), UserId(row.id))).collect();
    let sql = "SELECT id, reference FROM controls WHERE system_id = $1";
    let controls = rows::<ControlRow>(connection, sql, [scope.system.0.into()]).await?;
    Ok(Known { people, controls: controls.into_iter().map(|row| (row.reference, row.id)).collect() })
}

impl Known {
    /// Finds what the lines name, and says of each what is not there.
    pub(crate) fn find(&self, lines: &mut [Line]) {
        for line in lines {
            self.find_people(line);
            if let Some(name) = line.control.clone() {
                let found = controls::candidates(&name).iter().find_map(|reference| self.controls.get(reference).copied());
                match found {
                    Some(control) => line.control_id = Some(control),
                    None => line.fault("control", FieldCode::NotFound, "there is no such control in this system"),
                }
            }
        }
    }

    fn find_people(&self, line: &mut Line) {
        let named = [("assignee", line.assignee.clone()), ("backup", line.backup.clone()), ("reviewer", line.reviewer.clone())];
        let mut found = [None; 3];
        for (place, (column, email)) in found.iter_mut().zip(named) {
            let Some(email) = email else { continue };
            *place = self.people.get(&email).copied();
            if place.is_none() {
                line.fault(column, FieldCode::NotFound, "no contributor or manager of this system has this address");
            }
        }
        let [assignee, backup, reviewer] = found;
        let nobody = People { assignee, backup: None, reviewer: None };
        if let Err(error) = (People { assignee, backup, reviewer }).check(nobody) {
            line.errors.extend(error.errors().iter().cloned());
        }
        line.people = found;
    }
}

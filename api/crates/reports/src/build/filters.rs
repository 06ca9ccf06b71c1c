//! The filters of a report as people read them, with the names of what they refer to. The words are `shared_types::report_filters`.

use super::Wanted;
use crate::queries::names::{Ids, names};
use platform::{Platform, Result};
use shared_types::report_filters::{Referred, readable as told};
use shared_types::reports::ReportKind;
use std::collections::BTreeSet;
use systems::Scope;
use uuid::Uuid;

/// `Finding: Not met; Family: Access Control (AC)`.
pub(super) async fn readable(platform: &Platform, scope: &Scope, wanted: &Wanted) -> Result<String> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(wanted.filters.as_bytes()).into_owned().collect();
    let ids = |names: &[&str]| -> BTreeSet<Uuid> {
        let of_these = pairs.iter().filter(|(name, _)| names.contains(&name.as_str()));
        of_these.flat_map(|(_, value)| value.split(',')).filter_map(|id| id.trim().parse().ok()).collect()
    };
    let mut people = ids(&["owner", "assignee", "actor"]);
    if pairs.iter().any(|(_, value)| value.split(',').any(|one| one.trim() == "me")) {
        people.insert(scope.user.0);
    }
    let ids = Ids { people, controls: ids(&["control"]), tasks: ids(&["task"]), actors: wanted.kind == ReportKind::AuditExtract };
    let names = names(&platform.db, scope, ids).await?;
    let families = if pairs.iter().any(|(name, _)| name == "family") {
        controls::load_board(platform.db.read(), scope.system).await?.families
    } else {
        Vec::new()
    };
    let named = |id: &str| names.get(&id.parse::<Uuid>().ok()?).cloned();
    Ok(told(wanted.kind, pairs.iter().map(|(name, value)| (name, value)), |what| match what {
        Referred::Person("me") => names.get(&scope.user.0).cloned(),
        Referred::Person(id) | Referred::Control(id) | Referred::Task(id) => named(id),
        Referred::Family("CUSTOM") => Some("Custom controls".to_owned()),
        Referred::Family(code) => {
            families.iter().find(|family| family.code == code).map(|family| format!("{} ({code})", family.name))
        }
    }))
}

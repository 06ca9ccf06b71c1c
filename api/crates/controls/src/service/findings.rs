//! The finding of one objective.

use super::store::{meant, read_states, store};
use crate::checks;
use audit::Door;
use platform::http::IfMatch;
use platform::{AppError, Result};
use shared_types::controls::SetFinding;
use shared_types::{ControlId, SystemId};

/// Sets it, derives the control's finding from it and, where that moves, the score. Which control it was.
pub(crate) async fn set_finding(
    door: &mut Door<'_>,
    system: SystemId,
    (control, letter): (&str, &str),
    change: SetFinding,
    known: &IfMatch,
) -> Result<ControlId> {
    let SetFinding { finding, basis, reason } = change;
    let verdict = checks::verdict(finding, basis, reason).map_err(checks::refuse)?;
    let mut states = read_states(door, system, [control]).await?;
    let state = meant(&mut states, control).ok_or_else(AppError::not_found)?;
    let event = state.give(Some(letter), &verdict).map_err(|_missing| AppError::not_found())?;
    known.check(state.version)?;
    let id = ControlId(state.id);
    if let Some(event) = event {
        door.record(event);
        store(door, system, &states).await?;
    }
    Ok(id)
}

//! Many findings at once: one transaction, each item answered by itself.

use super::store::{ControlState, meant, read_states, store};
use crate::checks;
use audit::{Door, Event};
use platform::{AppError, Result};
use shared_types::controls::{BulkFinding, BulkItemResult, BulkResult, BulkSetFindings};
use shared_types::{ErrorCode, FieldCode, FieldError, SystemId};

const MAX_ITEMS: usize = 500;

/// Applies what is valid, in the order of the items, and says of each of the others why not. The number of statements does not
/// grow with the number of controls.
pub(crate) async fn bulk(door: &mut Door<'_>, system: SystemId, request: BulkSetFindings) -> Result<BulkResult> {
    let BulkSetFindings { items } = request;
    if items.is_empty() || items.len() > MAX_ITEMS {
        let code = if items.is_empty() { FieldCode::TooShort } else { FieldCode::TooLong };
        return Err(AppError::invalid("/items", code, format!("1 to {MAX_ITEMS} findings")));
    }
    let mut states = read_states(door, system, items.iter().map(|item| item.control.as_str())).await?;
    let mut results = Vec::with_capacity(items.len());
    let mut applied = 0;
    for (index, item) in items.into_iter().enumerate() {
        match apply(&mut states, item) {
            Ok(event) => {
                applied += 1;
                if let Some(event) = event {
                    door.record(event);
                }
                results.push(BulkItemResult { status: 200, error: None });
            }
            Err((code, mut fault)) => {
                fault.pointer = format!("/items/{index}{}", fault.pointer);
                results.push(BulkItemResult { status: code.status(), error: Some(fault) });
            }
        }
    }
    store(door, system, &states).await?;
    Ok(BulkResult { items: results, applied })
}

fn apply(states: &mut [ControlState], item: BulkFinding) -> Result<Option<Event>, (ErrorCode, FieldError)> {
    let missing = |pointer: &str, detail: &str| {
        let fault = FieldError { pointer: pointer.to_owned(), code: FieldCode::NotFound, detail: detail.to_owned() };
        (ErrorCode::NotFound, fault)
    };
    let BulkFinding { control, objective, finding, basis, reason } = item;
    let state = meant(states, &control).ok_or_else(|| missing("/control", "there is no such control"))?;
    let verdict = checks::verdict(finding, basis, reason).map_err(|fault| (ErrorCode::Invalid, fault))?;
    state.give(objective.as_deref(), &verdict).map_err(|_missing| missing("/objective", "the control has no such objective"))
}

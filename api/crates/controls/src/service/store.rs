//! Findings in memory and back: read the controls of a change with all their objectives in one statement, change them, store what
//! differs in two, whatever their number.

use crate::checks::Verdict;
use crate::place::Places;
use crate::queries::candidates;
use crate::score::record_score;
use audit::{Door, Event};
use platform::Result;
use platform::db::{execute, rows};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value, json};
use shared_types::SystemId;
use shared_types::finding::{Basis, Finding, FindingCounts};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows of one statement: SQLite and PostgreSQL bound the number of values.
const ROWS: usize = 1_000;

/// A control with its objectives, as it stands in this change.
#[derive(Debug)]
pub(super) struct ControlState {
    pub id: Uuid,
    pub reference: String,
    pub version: i64,
    custom: bool,
    before: Finding,
    objectives: Vec<ObjectiveState>,
}

#[derive(Debug)]
struct ObjectiveState {
    letter: String,
    verdict: Verdict,
    changed: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    reference: String,
    version: i64,
    custom: bool,
    control_finding: String,
    letter: String,
    finding: String,
    basis: String,
    reason: Option<String>,
}

/// The controls that these texts mean (ids, references, bare numbers). What is not there is left out.
pub(super) async fn read_states<'a>(
    door: &Door<'_>,
    system: SystemId,
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<ControlState>> {
    let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
    for text in texts {
        match text.parse::<Uuid>() {
            Ok(id) => drop(ids.insert(id)),
            Err(_reference) => references.extend(candidates(text)),
        }
    }
    let mut places = Places::default();
    let system = places.put(system.0);
    let wanted = [places.one_of("c.id", ids), places.one_of("c.reference", references)].join(" OR ");
    let sql = format!(
        "SELECT c.id, c.reference, c.version, c.adoption_id IS NULL AS custom, c.finding AS control_finding, f.letter, f.finding, \
         f.basis, f.reason FROM controls c JOIN objective_findings f ON f.control_id = c.id WHERE c.system_id = {system} \
         AND ({wanted}) ORDER BY c.id, f.letter"
    );
    let mut states: Vec<ControlState> = Vec::new();
    for row in rows::<Row>(door.tx, &sql, places.into_values()).await? {
        let Row { id, reference, version, custom, control_finding, letter, finding, basis, reason } = row;
        if states.last().is_none_or(|last| last.id != id) {
            let before = Finding::parse(&control_finding).unwrap_or(Finding::NotAssessed);
            states.push(ControlState { id, reference, version, custom, before, objectives: Vec::new() });
        }
        let finding = Finding::parse(&finding).unwrap_or(Finding::NotAssessed);
        let basis = Basis::parse(&basis).unwrap_or(Basis::Implemented);
        if let Some(state) = states.last_mut() {
            state.objectives.push(ObjectiveState { letter, verdict: Verdict { finding, basis, reason }, changed: false });
        }
    }
    Ok(states)
}

/// Which of them a text means: the exact reference before one that only ends in it.
pub(super) fn meant<'s>(states: &'s mut [ControlState], text: &str) -> Option<&'s mut ControlState> {
    let place = match text.parse::<Uuid>() {
        Ok(id) => states.iter().position(|state| state.id == id),
        Err(_reference) => {
            candidates(text).iter().find_map(|reference| states.iter().position(|state| state.reference == *reference))
        }
    };
    states.get_mut(place?)
}

impl ControlState {
    /// The requirement's finding as it follows from the objectives now.
    pub fn finding(&self) -> Finding {
        let findings: Vec<Finding> = self.objectives.iter().map(|objective| objective.verdict.finding).collect();
        rules::requirement_finding(&findings)
    }

    /// Gives one objective, or all, a verdict. The audit row of it; none where nothing differs. `Err` if there is no such letter.
    pub fn give(&mut self, letter: Option<&str>, verdict: &Verdict) -> Result<Option<Event>, NoSuchObjective> {
        if letter.is_some_and(|letter| self.objectives.iter().all(|objective| objective.letter != letter)) {
            return Err(NoSuchObjective);
        }
        let before = self.finding();
        let mut changes = Map::new();
        for objective in &mut self.objectives {
            let meant = letter.is_none_or(|letter| objective.letter == letter);
            if meant && objective.verdict != *verdict {
                let old = std::mem::replace(&mut objective.verdict, verdict.clone());
                objective.changed = true;
                changes.insert(objective.letter.clone(), json!({ "old": old, "new": verdict }));
            }
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let details = json!({
            "reference": self.reference,
            "objectives": Value::Object(changes),
            "finding": { "old": before, "new": self.finding() },
        });
        Ok(Some(Event::new("finding.set", "control", self.id).details(details)))
    }

    fn changed(&self) -> bool {
        self.objectives.iter().any(|objective| objective.changed)
    }
}

/// The control has no objective of this letter.
#[derive(Debug)]
pub(super) struct NoSuchObjective;

/// Stores what differs: objectives, the derived finding and counts of their controls with a new version, and the score if a
/// requirement's finding moved. Whether anything was stored.
pub(super) async fn store(door: &Door<'_>, system: SystemId, states: &[ControlState]) -> Result<bool> {
    let changed: Vec<&ControlState> = states.iter().filter(|state| state.changed()).collect();
    if changed.is_empty() {
        return Ok(false);
    }
    store_objectives(door, system, &changed).await?;
    for chunk in changed.chunks(ROWS) {
        store_controls(door, chunk).await?;
    }
    if changed.iter().any(|state| !state.custom && state.finding() != state.before) {
        record_score(door, system).await?;
    }
    Ok(true)
}

async fn store_objectives(door: &Door<'_>, system: SystemId, changed: &[&ControlState]) -> Result<()> {
    let author = door.user()?;
    let objectives: Vec<(Uuid, &ObjectiveState)> = changed
        .iter()
        .flat_map(|state| state.objectives.iter().filter(|objective| objective.changed).map(|objective| (state.id, objective)))
        .collect();
    for chunk in objectives.chunks(ROWS) {
        let mut places = Places::default();
        let (system, author, now) = (places.put(system.0), places.put(author.0), places.put(door.now));
        let tuples: Vec<String> = chunk
            .iter()
            .map(|(control, objective)| {
                let ObjectiveState { letter, verdict: Verdict { finding, basis, reason }, changed: _ } = objective;
                let key = places.list([sea_orm::Value::from(*control), letter.as_str().into()]);
                let verdict = places.list([sea_orm::Value::from(finding.as_str()), basis.as_str().into(), reason.clone().into()]);
                format!("({key}, {system}, {verdict}, {author}, {now})")
            })
            .collect();
        // Each row exists since its control does: this is an UPDATE of many rows with values of their own.
        let sql = format!(
            "INSERT INTO objective_findings (control_id, letter, system_id, finding, basis, reason, author_id, set_at) VALUES {} \
             ON CONFLICT (control_id, letter) DO UPDATE SET finding = excluded.finding, basis = excluded.basis, \
             reason = excluded.reason, author_id = excluded.author_id, set_at = excluded.set_at",
            tuples.join(", ")
        );
        execute(door.tx, &sql, places.into_values()).await?;
    }
    Ok(())
}

async fn store_controls(door: &Door<'_>, changed: &[&ControlState]) -> Result<()> {
    let mut places = Places::default();
    let now = places.put(door.now);
    let number = |count: u32| sea_orm::Value::from(i32::try_from(count).unwrap_or(i32::MAX));
    let tuples: Vec<String> = changed
        .iter()
        .map(|state| {
            let mut counts = FindingCounts::default();
            state.objectives.iter().for_each(|objective| counts.add(objective.verdict.finding));
            let FindingCounts { met, not_met, not_applicable, not_assessed } = counts;
            let counts = [number(met), number(not_met), number(not_applicable), number(not_assessed)];
            let key = places.list([sea_orm::Value::from(state.id), state.finding().as_str().into()]);
            format!("({key}, {})", places.list(counts))
        })
        .collect();
    let sql = format!(
        "UPDATE controls SET finding = v.column2, met_count = v.column3, not_met_count = v.column4, \
         not_applicable_count = v.column5, not_assessed_count = v.column6, updated_at = {now}, version = version + 1 \
         FROM (VALUES {}) AS v WHERE controls.id = v.column1",
        tuples.join(", ")
    );
    execute(door.tx, &sql, places.into_values()).await?;
    Ok(())
}

//! The manifest of what was gathered.

use crate::gather::{Item, PackRow, SystemRow};
use crate::rules::Objective;
use chrono::{DateTime, SecondsFormat, Utc};
use platform::{AppError, Result};
use seal::manifest::{
    Evidence, FORMAT, FORMAT_VERSION, File, Finding, Kind, Manifest, Pack, Product, Reference, Score, Ssp, System,
};
use seal::sealing::Layout;
use shared_types::SystemId;
use shared_types::score::ScoreState;
use std::collections::HashMap;
use uuid::Uuid;

/// Times as a manifest tells them.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A manifest that holds nothing yet.
pub(crate) fn empty(kind: Kind, label: &str, now: DateTime<Utc>, id: SystemId, row: &SystemRow, level: Option<u8>) -> Manifest {
    let ssp = row.ssp_version.is_some() || row.ssp_date.is_some();
    let ssp = ssp.then(|| Ssp {
        name: "System security plan".to_owned(),
        version: row.ssp_version.clone(),
        date: row.ssp_date.map(|date| date.to_string()),
    });
    Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        product: Product { name: "CMMC Tracker".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        signing_key: None,
        kind,
        number: None,
        label: label.to_owned(),
        sealed_at: time(now),
        status_date: None,
        system: System {
            id: id.to_string(),
            name: row.name.clone(),
            level,
            cage_codes: serde_json::from_str(&row.cage_codes).unwrap_or_default(),
            uei: row.uei.clone(),
            ssp,
        },
        packs: Vec::new(),
        findings: Vec::new(),
        files: Vec::new(),
        references: Vec::new(),
        logs: Vec::new(),
    }
}

/// The level that the main pack is about.
pub(crate) fn level(packs: &[PackRow]) -> Option<u8> {
    packs.first().and_then(|pack| u8::try_from(pack.level).ok())
}

/// The packs, with the score under the main one.
pub(crate) fn packs(rows: Vec<PackRow>, score: &shared_types::score::Score) -> Vec<Pack> {
    let worth = match (score.state, score.value, score.best, score.maximum) {
        (ScoreState::Final, Some(value), _, Some(maximum)) => Some(Score::Final { value, maximum }),
        (ScoreState::Provisional, Some(provisional_value), Some(provisional_best), Some(maximum)) => {
            Some(Score::Provisional { provisional_value, provisional_best, maximum })
        }
        (ScoreState::None, ..) => Some(Score::None),
        _ => None,
    };
    rows.into_iter()
        .map(|row| Pack {
            score: worth.clone().filter(|_| row.pack == score.pack && row.version == score.pack_version),
            id: row.pack,
            version: row.version,
            sha256: row.content_hash,
        })
        .collect()
}

/// The findings, in their order.
pub(crate) fn findings(objectives: &[Objective]) -> Vec<Finding> {
    let decided = |objective: &Objective| objective.finding != shared_types::finding::Finding::NotAssessed;
    objectives
        .iter()
        .map(|objective| Finding {
            requirement: objective.control.clone(),
            letter: objective.letter.clone(),
            finding: objective.finding.as_str().to_owned(),
            basis: decided(objective).then(|| objective.basis.as_str().to_owned()),
        })
        .collect()
}

fn evidence(item: &Item) -> Result<Evidence> {
    Ok(Evidence {
        number: format!("EV-{}", item.number),
        title: item.title.clone(),
        version: u32::try_from(item.version).map_err(AppError::internal)?,
        state: item.state.clone(),
        effective: item.effective.map(|date| date.to_string()),
        expires: item.expires.map(|date| date.to_string()),
        approved_at: item.reviewed_at.filter(|_| item.state == "approved").map(time),
    })
}

/// Puts files and references into a manifest. With links each file lies in the folder of each objective; without, in one folder.
pub(crate) fn fill(manifest: &mut Manifest, items: &[Item], links: &HashMap<Uuid, Vec<(String, String)>>) -> Result<()> {
    let mut layout = Layout::default();
    for item in items {
        let objectives = links.get(&item.evidence_id).map(Vec::as_slice).unwrap_or_default();
        let told = evidence(item)?;
        if let (Some(name), Some(sha256), Some(size)) = (&item.name, &item.sha256, item.size) {
            let mut copy = |objective| layout.copy(objective, &told.number, told.version, name);
            let copies = if objectives.is_empty() {
                vec![copy(None)]
            } else {
                objectives.iter().map(|(control, letter)| copy(Some((control.as_str(), letter.as_str())))).collect()
            };
            manifest.files.push(File {
                sha256: sha256.clone(),
                size: u64::try_from(size).map_err(AppError::internal)?,
                name: name.clone(),
                media_type: item.media_type.clone().unwrap_or_default(),
                evidence: told,
                copies,
            });
        } else if let (Some(name), Some(uri)) = (&item.reference_name, &item.reference_uri) {
            let shown = |(control, letter): &(String, String)| {
                if letter.is_empty() { control.clone() } else { format!("{control}[{letter}]") }
            };
            manifest.references.push(Reference {
                evidence: told,
                name: name.clone(),
                uri: uri.clone(),
                sha256: item.reference_sha256.clone(),
                custodian: item.custodian.clone().unwrap_or_default(),
                objectives: objectives.iter().map(shown).collect(),
            });
        }
    }
    Ok(())
}

//! Evidence: the library and one artifact's page.

mod add_link;
mod add_task;
mod conflict;
mod csv;
mod delete;
mod deleted;
mod edit;
mod fields;
mod filters;
mod impact;
mod integrity;
mod item;
mod keeping;
mod links;
mod list;
mod new_version;
mod preview;
mod reference;
mod reference_fields;
mod review;
mod row;
mod selection;
mod versions;

pub use deleted::DeletedEvidencePage;
pub use item::EvidenceItemPage;
pub use list::EvidencePage;

use crate::format;
use crate::router::SystemPage;
use crate::words::short_reference;
use shared_types::evidence::{Evidence, EvidenceFile, EvidenceLink, Freshness, NewEvidenceLink};

/// What a link supports, short: `3.1.1[a]`.
pub fn link_words(link: &EvidenceLink) -> String {
    let reference = short_reference(&link.reference);
    link.objective.as_ref().map_or_else(|| reference.to_owned(), |letter| format!("{reference}[{letter}]"))
}

/// The same link once more.
pub fn relink(link: &EvidenceLink) -> NewEvidenceLink {
    NewEvidenceLink {
        control: link.control.map(|id| id.to_string()),
        task: link.task.map(|id| id.to_string()),
        objective: link.objective.clone(),
    }
}

/// The page of what a link supports.
pub fn link_page(link: &EvidenceLink) -> SystemPage {
    match link.task {
        Some(_) => SystemPage::Task(link.reference.clone()),
        None => SystemPage::Control(link.reference.clone()),
    }
}

/// The kind of a file, as people call it: its extension.
pub fn kind(file: &EvidenceFile) -> String {
    file.name.rsplit_once('.').map_or_else(|| file.media_type.clone(), |(_, extension)| extension.to_uppercase())
}

/// What there is of it, short: `PDF · 1.2 MB`, `CSV and 2 more`, or who keeps what it refers to.
pub fn what(evidence: &Evidence) -> String {
    match (&evidence.file, &evidence.reference) {
        (Some(file), _) if evidence.file_count > 1 => format!("{} and {} more", kind(file), evidence.file_count - 1),
        (Some(file), _) => format!("{} · {}", kind(file), format::size(file.size)),
        (None, Some(reference)) => format!("Kept by {}", reference.custodian.as_str()),
        (None, None) => "no file".to_owned(),
    }
}

/// Until when the approved version is good that a newer one is to follow: what the dashboard, the calendar and notices go by.
pub fn approved_words(evidence: &Evidence) -> Option<String> {
    let version = evidence.approved_version.filter(|version| *version != evidence.latest_version)?;
    Some(match (evidence.approved_until, evidence.freshness) {
        (Some(day), Freshness::Expired) => format!("approved version {version} expired {}", format::date(day)),
        (Some(day), Freshness::Current | Freshness::Expiring) => {
            format!("approved version {version} until {}", format::date(day))
        }
        (None, _) => format!("approved version {version} never"),
    })
}

/// The SHA-256 that identifies it: of its first file, or of what it refers to.
pub fn hash(evidence: &Evidence) -> Option<String> {
    let of_file = evidence.file.as_ref().map(|file| file.sha256.clone());
    of_file.or_else(|| evidence.reference.as_ref().map(|reference| reference.sha256.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn links_and_kinds_are_short() {
        let id = "01936e5a-0000-7000-8000-000000000001";
        let link: EvidenceLink = serde_json::from_value(
            serde_json::json!({"id": id, "control": id, "task": null, "reference": "AC.L2-3.1.1", "objective": "a"}),
        )
        .unwrap();
        assert_eq!(link_words(&link), "3.1.1[a]");
        assert_eq!(link_words(&EvidenceLink { objective: None, reference: "ORG-1".into(), ..link }), "ORG-1");
    }
}

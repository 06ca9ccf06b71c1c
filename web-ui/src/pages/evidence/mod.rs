//! Evidence: the library and one artifact's page.

mod add_link;
mod conflict;
mod delete;
mod edit;
mod filters;
mod item;
mod links;
mod list;
mod preview;
mod row;

pub use item::EvidenceItemPage;
pub use list::EvidencePage;

use crate::words::short_reference;
use shared_types::evidence::{EvidenceFile, EvidenceLink};

/// What a link supports, short: `3.1.1[a]`.
pub fn link_words(link: &EvidenceLink) -> String {
    let reference = short_reference(&link.reference);
    link.objective.as_ref().map_or_else(|| reference.to_owned(), |letter| format!("{reference}[{letter}]"))
}

/// The kind of a file, as people call it: its extension.
pub fn kind(file: &EvidenceFile) -> String {
    file.name.rsplit_once('.').map_or_else(|| file.media_type.clone(), |(_, extension)| extension.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn links_and_kinds_are_short() {
        let id = "01936e5a-0000-7000-8000-000000000001";
        let link: EvidenceLink =
            serde_json::from_value(serde_json::json!({"id": id, "control": id, "reference": "AC.L2-3.1.1", "objective": "a"}))
                .unwrap();
        assert_eq!(link_words(&link), "3.1.1[a]");
        assert_eq!(link_words(&EvidenceLink { objective: None, reference: "ORG-1".into(), ..link }), "ORG-1");
    }
}

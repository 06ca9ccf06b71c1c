//! What a file becomes.

use serde::{Deserialize, Serialize};
use shared_types::SystemId;
use shared_types::evidence::{NewEvidenceLink, NewVersion};

/// What a file becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub enum Target {
    /// New evidence that supports these.
    New(Vec<NewEvidenceLink>),
    /// A new version of a piece of evidence, by its number.
    Version(String, NewVersion),
    /// One more file of the newest version of a piece of evidence, by its number.
    File(String),
}

/// A target as it is remembered: the client's reader of JSON knows no enums with data.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Parts {
    links: Vec<NewEvidenceLink>,
    evidence: Option<String>,
    version: Option<NewVersion>,
}

impl From<Target> for Parts {
    fn from(target: Target) -> Self {
        match target {
            Target::New(links) => Self { links, ..Self::default() },
            Target::Version(evidence, version) => Self { evidence: Some(evidence), version: Some(version), ..Self::default() },
            Target::File(evidence) => Self { evidence: Some(evidence), ..Self::default() },
        }
    }
}

impl From<Parts> for Target {
    fn from(parts: Parts) -> Self {
        match (parts.evidence, parts.version) {
            (Some(evidence), Some(version)) => Self::Version(evidence, version),
            (Some(evidence), None) => Self::File(evidence),
            (None, _) => Self::New(parts.links),
        }
    }
}

impl Target {
    /// Where it goes in one request.
    pub fn direct(&self, system: SystemId) -> String {
        match self {
            Self::New(_) => format!("/api/v1/systems/{system}/evidence"),
            Self::Version(number, _) => format!("/api/v1/systems/{system}/evidence/{number}/versions"),
            Self::File(number) => format!("/api/v1/systems/{system}/evidence/{number}/files"),
        }
    }

    /// Where it goes once all its bytes are there.
    pub fn of_upload(&self, system: SystemId) -> String {
        let direct = self.direct(system);
        match self {
            Self::New(_) | Self::File(_) => format!("{direct}/from-upload"),
            Self::Version(..) => format!("{direct}/from"),
        }
    }

    /// What new evidence is to support; nothing for what joins evidence that is there.
    pub fn links(&self) -> &[NewEvidenceLink] {
        match self {
            Self::New(links) => links,
            Self::Version(..) | Self::File(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_target_is_remembered() {
        let link = NewEvidenceLink { control: Some("AC.L2-3.1.1".into()), task: None, objective: Some("a".into()) };
        let version = Target::Version("EV-1".into(), NewVersion::default());
        for target in [Target::New(vec![link]), version, Target::File("EV-1".into())] {
            let text = serde_json::to_string(&target).unwrap();
            let again: Target = crate::api::from_json(&text).ok().unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), text);
        }
    }

    #[test]
    fn each_target_has_its_own_address() {
        let system: SystemId = "01936e5a-0000-7000-8000-000000000001".parse().unwrap();
        let base = format!("/api/v1/systems/{system}/evidence");
        let of = |target: Target| (target.direct(system), target.of_upload(system));
        assert_eq!(of(Target::New(Vec::new())), (base.clone(), format!("{base}/from-upload")));
        assert_eq!(
            of(Target::Version("EV-1".into(), NewVersion::default())),
            (format!("{base}/EV-1/versions"), format!("{base}/EV-1/versions/from"))
        );
        assert_eq!(of(Target::File("EV-1".into())), (format!("{base}/EV-1/files"), format!("{base}/EV-1/files/from-upload")));
    }
}

//! What a file becomes.

use serde::{Deserialize, Serialize};
use shared_types::SystemId;
use shared_types::evidence::{NewEvidenceLink, NewVersion};

/// What a file becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Target {
    /// New evidence that supports these.
    New(Vec<NewEvidenceLink>),
    /// A new version of a piece of evidence, by its number.
    Version(String, NewVersion),
    /// One more file of the newest version of a piece of evidence, by its number.
    File(String),
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
    pub fn from_upload(&self, system: SystemId) -> String {
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
    fn each_target_has_its_own_address() {
        let system: SystemId = "01936e5a-0000-7000-8000-000000000001".parse().unwrap();
        let base = format!("/api/v1/systems/{system}/evidence");
        let of = |target: Target| (target.direct(system), target.from_upload(system));
        assert_eq!(of(Target::New(Vec::new())), (base.clone(), format!("{base}/from-upload")));
        assert_eq!(
            of(Target::Version("EV-1".into(), NewVersion::default())),
            (format!("{base}/EV-1/versions"), format!("{base}/EV-1/versions/from"))
        );
        assert_eq!(of(Target::File("EV-1".into())), (format!("{base}/EV-1/files"), format!("{base}/EV-1/files/from-upload")));
    }
}

//! Findings and progress, the field's own words (32 CFR 170.24(b)).

use serde::{Deserialize, Serialize};

macro_rules! text_enum {
    ($(#[doc = $doc:tt])+ $name:ident { $($(#[doc = $vdoc:tt])+ $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[doc = $vdoc])+ #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it is stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of this text.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use text_enum;

text_enum! {
    /// The finding on an objective or a requirement.
    Finding {
        /// Met (32 CFR 170.24(b)(1)).
        Met = "met",
        /// Not met (32 CFR 170.24(b)(2)).
        NotMet = "not_met",
        /// Not applicable (32 CFR 170.24(b)(3)); counts as met.
        NotApplicable = "not_applicable",
        /// Nobody has looked yet. Internal: never counts as met, and no score is final while one remains.
        NotAssessed = "not_assessed",
    }
}

text_enum! {
    /// Why a finding of MET (or N/A) holds.
    Basis {
        /// The objective is implemented; the usual case.
        Implemented = "implemented",
        /// An enduring exception described with its mitigations in the SSP: assessed as MET (assessment guides 2.13).
        EnduringException = "enduring_exception",
        /// A temporary deficiency in an operational plan of action (3.12.2): assessed as MET. Not the POA&M.
        OperationalPlan = "operational_plan",
        /// An adjudication of the DoD CIO, recorded in the SSP.
        Adjudication = "adjudication",
    }
}

text_enum! {
    /// How far a control has come; computed from its findings and tasks, never set.
    Progress {
        /// Nothing touched.
        NotStarted = "not_started",
        /// Somewhere in between.
        InProgress = "in_progress",
        /// All objectives MET or N/A and no open task.
        Compliant = "compliant",
        /// An objective is NOT MET.
        NonCompliant = "non_compliant",
    }
}

text_enum! {
    /// Whether a NOT MET requirement may stand on a POA&M (32 CFR 170.21).
    PoamEligibility {
        /// It may.
        Eligible = "eligible",
        /// It may not, whatever the score.
        Never = "never",
        /// Only while its deduction is the partial one (3.13.11 at 3 points).
        AtPartialPoints = "at_partial_points",
    }
}

/// How many findings of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingCounts {
    /// MET.
    pub met: u32,
    /// NOT MET.
    pub not_met: u32,
    /// N/A.
    pub not_applicable: u32,
    /// Not assessed yet.
    pub not_assessed: u32,
}

impl FindingCounts {
    /// Counts one more.
    pub fn add(&mut self, finding: Finding) {
        match finding {
            Finding::Met => self.met += 1,
            Finding::NotMet => self.not_met += 1,
            Finding::NotApplicable => self.not_applicable += 1,
            Finding::NotAssessed => self.not_assessed += 1,
        }
    }

    /// All of them.
    pub fn total(self) -> u32 {
        self.met + self.not_met + self.not_applicable + self.not_assessed
    }
}

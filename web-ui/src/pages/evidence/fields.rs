//! What people say about an artifact, as the form holds it: text, until it is checked.

use crate::components::field::{Choice, parse_date};
use crate::components::form::Form;
use crate::words;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, EvidenceKind, MAX_CADENCE_MONTHS, MAX_TAGS, Sensitivity, UpdateEvidence};
use shared_types::text::{Note, Tag, Title, ValueError};
use shared_types::{FieldCode, Patch, UserId};

/// It does not age.
pub const NEVER: &str = "";
/// A new version is due after some months.
pub const CADENCE: &str = "cadence";
/// It ends on a day of its own.
pub const DATE: &str = "date";

/// The fields as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// Title.
    pub title: String,
    /// Description; empty if there is none.
    pub description: String,
    /// What it is.
    pub kind: String,
    /// How it is to be handled.
    pub sensitivity: String,
    /// Tags, joined by commas.
    pub tags: String,
    /// The owner's id; empty if there is none.
    pub owner: String,
    /// From when.
    pub effective: String,
    /// How it ages: [`NEVER`], [`CADENCE`] or [`DATE`].
    pub aging: String,
    /// Months between two versions; empty without a cadence.
    pub cadence: String,
    /// Until when; empty if it does not age.
    pub expires: String,
}

impl Fields {
    /// The fields of what is saved.
    pub fn of(evidence: &Evidence) -> Self {
        let aging = match (evidence.cadence_months, evidence.expires) {
            (Some(_), _) => CADENCE,
            (None, Some(_)) => DATE,
            (None, None) => NEVER,
        };
        Self {
            title: evidence.title.clone(),
            description: evidence.description.clone().unwrap_or_default(),
            kind: evidence.kind.as_str().to_owned(),
            sensitivity: evidence.sensitivity.as_str().to_owned(),
            tags: evidence.tags.join(", "),
            owner: evidence.owner.as_ref().map(|owner| owner.id.to_string()).unwrap_or_default(),
            effective: evidence.effective.to_string(),
            aging: aging.to_owned(),
            cadence: evidence.cadence_months.map(|months| months.to_string()).unwrap_or_default(),
            expires: evidence.expires.map(|date| date.to_string()).unwrap_or_default(),
        }
    }

    /// How it ages, in words.
    pub fn ages(&self) -> String {
        match self.aging.as_str() {
            CADENCE => format!("a new version every {}", months(&self.cadence)),
            DATE => format!("until {}", self.expires),
            _ => "never".to_owned(),
        }
    }
}

fn months(count: &str) -> String {
    if count == "1" { "month".to_owned() } else { format!("{count} months") }
}

/// The form's signals.
#[derive(Clone, Copy)]
pub struct Inputs {
    /// Title.
    pub title: RwSignal<String>,
    /// Description.
    pub description: RwSignal<String>,
    /// Kind.
    pub kind: RwSignal<String>,
    /// Sensitivity.
    pub sensitivity: RwSignal<String>,
    /// Tags.
    pub tags: RwSignal<String>,
    /// Owner.
    pub owner: RwSignal<String>,
    /// From when.
    pub effective: RwSignal<String>,
    /// How it ages.
    pub aging: RwSignal<String>,
    /// Months.
    pub cadence: RwSignal<String>,
    /// Until when.
    pub expires: RwSignal<String>,
}

impl Inputs {
    /// With these values.
    pub fn new(fields: Fields) -> Self {
        let text = || RwSignal::new(String::new());
        let inputs = Self {
            title: text(),
            description: text(),
            kind: text(),
            sensitivity: text(),
            tags: text(),
            owner: text(),
            effective: text(),
            aging: text(),
            cadence: text(),
            expires: text(),
        };
        inputs.set(fields);
        inputs
    }

    /// Takes other values.
    pub fn set(self, fields: Fields) {
        let Fields { title, description, kind, sensitivity, tags, owner, effective, aging, cadence, expires } = fields;
        self.title.set(title);
        self.description.set(description);
        self.kind.set(kind);
        self.sensitivity.set(sensitivity);
        self.tags.set(tags);
        self.owner.set(owner);
        self.effective.set(effective);
        self.aging.set(aging);
        self.cadence.set(cadence);
        self.expires.set(expires);
    }

    /// What is to be saved, or the faults at their fields. The dates are part of it while the version is open.
    pub fn checked(self, form: Form, dates: bool) -> Option<UpdateEvidence> {
        form.begin();
        let checked = (
            form.check("/title", Title::parse(&self.title.get_untracked())),
            form.check_optional("/description", &self.description.get_untracked(), Note::parse),
            form.check("/kind", coded(&self.kind.get_untracked(), EvidenceKind::parse)),
            form.check("/sensitivity", coded(&self.sensitivity.get_untracked(), Sensitivity::parse)),
            form.check("/tags", parse_tags(&self.tags.get_untracked())),
            form.check_optional("/owner", &self.owner.get_untracked(), parse_owner),
        );
        let term = if dates { self.term(form) } else { Some((None, Patch::Absent, Patch::Absent)) };
        let (Some(title), Some(description), Some(kind), Some(sensitivity), Some(tags), Some(owner)) = checked else {
            return None;
        };
        let (effective, expires, cadence_months) = term?;
        Some(UpdateEvidence {
            title: Some(title),
            description: description.into(),
            owner: owner.into(),
            kind: Some(kind),
            sensitivity: Some(sensitivity),
            tags: Some(tags),
            effective,
            expires,
            cadence_months,
        })
    }

    /// From when, and how it ages.
    fn term(self, form: Form) -> Option<(Option<NaiveDate>, Patch<NaiveDate>, Patch<u8>)> {
        let effective = form.check("/effective", parse_date(&self.effective.get_untracked()));
        match self.aging.get_untracked().as_str() {
            CADENCE => {
                let months = form.check("/cadence_months", parse_months(&self.cadence.get_untracked()))?;
                Some((Some(effective?), Patch::Absent, Patch::Value(months)))
            }
            DATE => {
                let expires = form.check("/expires", parse_date(&self.expires.get_untracked()))?;
                let effective = effective?;
                if expires < effective {
                    form.fault("/expires", FieldCode::OutOfRange, "not before it takes effect");
                    return None;
                }
                Some((Some(effective), Patch::Value(expires), Patch::Absent))
            }
            _ => Some((Some(effective?), Patch::Null, Patch::Absent)),
        }
    }
}

fn coded<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, ValueError> {
    parse(text).ok_or_else(|| ValueError::new(FieldCode::BadFormat, "one of the list"))
}

fn parse_owner(text: &str) -> Result<UserId, ValueError> {
    text.parse().map_err(|_| ValueError::new(FieldCode::BadFormat, "a member"))
}

fn parse_months(text: &str) -> Result<u8, ValueError> {
    let months = text.trim().parse().ok().filter(|months| (1..=MAX_CADENCE_MONTHS).contains(months));
    months.ok_or_else(|| ValueError::new(FieldCode::OutOfRange, "1 to 12 months: at least once a year (32 CFR 170.14(d))"))
}

/// Tags joined by commas.
pub fn parse_tags(text: &str) -> Result<Vec<Tag>, ValueError> {
    let mut tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(Tag::parse).collect::<Result<Vec<_>, _>>()?;
    tags.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    tags.dedup();
    if tags.len() > MAX_TAGS {
        return Err(ValueError::new(FieldCode::OutOfRange, "at most 20 tags"));
    }
    Ok(tags)
}

/// Every kind.
pub fn kinds() -> Vec<Choice> {
    EvidenceKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), words::evidence_kind(*kind))).collect()
}

/// Every sensitivity.
pub fn sensitivities() -> Vec<Choice> {
    Sensitivity::ALL.iter().map(|one| Choice::new(one.as_str(), words::sensitivity(*one))).collect()
}

/// The ways to age.
pub fn agings() -> Vec<Choice> {
    vec![Choice::new(NEVER, "Never"), Choice::new(CADENCE, "A new version every ..."), Choice::new(DATE, "On a day")]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn tags_are_sorted_and_once() {
        let tags = |text: &str| parse_tags(text).map(|tags| tags.iter().map(|tag| tag.as_str().to_owned()).collect::<Vec<_>>());
        assert_eq!(tags(" vpn, Audit,vpn, ").unwrap(), ["audit", "vpn"]);
        assert_eq!(tags("").unwrap(), Vec::<String>::new());
        assert!(tags("two words").is_err());
        let many = (0..21).map(|number| format!("t{number}")).collect::<Vec<_>>().join(",");
        assert!(tags(&many).is_err());
    }

    #[test]
    fn a_cadence_is_a_year_at_most() {
        assert_eq!(
            (parse_months("12").ok(), parse_months("13").ok(), parse_months("0").ok(), parse_months("x").ok()),
            (Some(12), None, None, None)
        );
    }
}

//! Which controls of a system, and in what order.

use crate::place::Places;
use crate::support::supporting;
use chrono::NaiveDate;
use platform::http::query::{several, several_named, several_of};
use platform::{AppError, Result};
use serde::{Deserialize, Serialize};
use shared_types::finding::{Finding, PoamEligibility, Progress};
use shared_types::{ErrorCode, FieldCode, UserId};
use utoipa::IntoParams;
use uuid::Uuid;

/// The family of custom controls.
pub(crate) const CUSTOM_FAMILY: &str = "CUSTOM";
const MAX_TEXT: usize = 200;

/// Which controls, and in what order: the filters of the list, which an export takes too.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Selection {
    /// Family codes, separated by commas; `CUSTOM` for custom controls.
    #[param(example = "AC,IA")]
    pub family: Option<String>,
    /// Findings, separated by commas: `met`, `not_met`, `not_applicable`, `not_assessed`.
    pub finding: Option<String>,
    /// Progress, separated by commas: `not_started`, `in_progress`, `compliant`, `non_compliant`.
    pub progress: Option<String>,
    /// Owners, separated by commas: ids, `me`, `none`.
    pub owner: Option<String>,
    /// With linked evidence, or without.
    pub has_evidence: Option<bool>,
    /// `false`: an objective is MET, implemented, and no approved, current evidence supports it; `true`: none is.
    pub supported: Option<bool>,
    /// Point values, separated by commas: 0 (without a value), 1, 3, 5.
    pub points: Option<String>,
    /// POA&M eligibility, separated by commas: `eligible`, `never`, `at_partial_points`.
    pub poam: Option<String>,
    /// Only custom controls, or only the rule pack's.
    pub custom: Option<bool>,
    /// Part of the reference, the title or the statement.
    pub q: Option<String>,
    /// `position` (default), `reference`, `finding` (the worst first) or `next_review` (without one last); `-` before it turns it.
    pub sort: Option<String>,
}

/// Progress as the pure function has it (`rules::progress`): for filters only, what is shown is computed from the row.
const PROGRESS: &str = "CASE WHEN c.not_met_count > 0 THEN 'non_compliant' \
    WHEN c.met_count + c.not_applicable_count > 0 AND c.not_assessed_count = 0 AND NOT {open} THEN 'compliant' \
    WHEN c.met_count + c.not_applicable_count = 0 AND NOT c.touched AND NOT {open} THEN 'not_started' ELSE 'in_progress' END";
const OPEN: &str = "(EXISTS (SELECT 1 FROM tasks t WHERE t.control_id = c.id AND t.state <> 'completed' AND t.deleted_at IS NULL) \
    OR EXISTS (SELECT 1 FROM task_links k JOIN tasks t ON t.id = k.task_id WHERE k.control_id = c.id AND t.state <> 'completed' \
    AND t.deleted_at IS NULL))";
const EVIDENCE: &str = "EXISTS (SELECT 1 FROM evidence_links l JOIN evidence e ON e.id = l.evidence_id \
    WHERE l.control_id = c.id AND e.deleted_at IS NULL)";

impl Selection {
    /// The conditions on `controls c LEFT JOIN requirements r`, without the system's own.
    pub(crate) fn conditions(&self, me: UserId, today: NaiveDate, places: &mut Places) -> Result<Vec<String>> {
        let mut all = Vec::new();
        let known_family = |code: &str| {
            let of_a_pack = rules::shipped().iter().any(|pack| pack.family(code).is_some());
            (of_a_pack || code == CUSTOM_FAMILY).then(|| code.to_owned())
        };
        if self.family.is_some() {
            let families = several_of("family", self.family.as_deref(), known_family)?;
            all.push(places.one_of("c.family", families));
        }
        if self.finding.is_some() {
            let findings = several_named("finding", self.finding.as_deref(), Finding::ALL, Finding::as_str)?;
            all.push(places.one_of("c.finding", findings.into_iter().map(Finding::as_str)));
        }
        if self.progress.is_some() {
            let progress = several_named("progress", self.progress.as_deref(), Progress::ALL, Progress::as_str)?;
            let column = PROGRESS.replace("{open}", OPEN);
            all.push(places.one_of(&column, progress.into_iter().map(Progress::as_str)));
        }
        if self.owner.is_some() {
            all.push(self.owners(me, places)?);
        }
        if let Some(wanted) = self.has_evidence {
            all.push(format!("{}{EVIDENCE}", if wanted { "" } else { "NOT " }));
        }
        if let Some(wanted) = self.supported {
            let supporting = supporting(&places.put(today));
            all.push(format!(
                "{}EXISTS (SELECT 1 FROM objective_findings f WHERE f.control_id = c.id AND f.finding = 'met' \
                 AND f.basis = 'implemented' AND NOT EXISTS (SELECT 1 FROM evidence_links l JOIN evidence e ON e.id = l.evidence_id \
                 WHERE l.control_id = c.id AND (l.letter = '' OR l.letter = f.letter) AND {supporting}))",
                if wanted { "NOT " } else { "" }
            ));
        }
        if self.points.is_some() {
            let value = |text: &str| text.parse::<i32>().ok().filter(|points| [0, 1, 3, 5].contains(points));
            let points = several_of("points", self.points.as_deref(), value)?;
            all.push(places.one_of("COALESCE(r.points, 0)", points));
        }
        if self.poam.is_some() {
            let poam = several_named("poam", self.poam.as_deref(), PoamEligibility::ALL, PoamEligibility::as_str)?;
            all.push(places.one_of("COALESCE(r.poam, 'eligible')", poam.into_iter().map(PoamEligibility::as_str)));
        }
        if let Some(custom) = self.custom {
            all.push(format!("c.adoption_id IS {}NULL", if custom { "" } else { "NOT " }));
        }
        if let Some(text) = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            all.push(search(text, places)?);
        }
        Ok(all)
    }

    fn owners(&self, me: UserId, places: &mut Places) -> Result<String> {
        let mut ids = Vec::new();
        let mut none = false;
        for owner in several("owner", self.owner.as_deref())? {
            match owner {
                "me" => ids.push(me.0),
                "none" => none = true,
                id => ids.push(
                    id.parse::<Uuid>()
                        .map_err(|_bad| AppError::invalid("owner", FieldCode::BadFormat, "a user's id, me or none"))?,
                ),
            }
        }
        let owned = places.one_of("c.owner_id", ids);
        Ok(if none { format!("(c.owner_id IS NULL OR {owned})") } else { owned })
    }

    /// The order that was asked for.
    pub(crate) fn order(&self) -> Result<Order> {
        let text = self.sort.as_deref().unwrap_or("position");
        let (descending, field) = text.strip_prefix('-').map_or((false, text), |field| (true, field));
        let field = match field {
            "position" => SortField::Position,
            "reference" => SortField::Reference,
            "finding" => SortField::Finding,
            "next_review" => SortField::NextReview,
            _ => {
                let words = "position, reference, finding or next_review, with or without - before it";
                return Err(AppError::invalid("sort", FieldCode::WrongType, words));
            }
        };
        Ok(Order { field, descending })
    }
}

/// Part of the lowercased text. The wildcards of LIKE stand for themselves.
fn search(text: &str, places: &mut Places) -> Result<String> {
    if text.chars().count() > MAX_TEXT {
        return Err(AppError::invalid("q", FieldCode::TooLong, format!("at most {MAX_TEXT} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid("q", FieldCode::BadFormat, "control characters are not allowed"));
    }
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(format!("c.search_text LIKE {} ESCAPE '\\'", places.put(format!("%{escaped}%"))))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortField {
    Position,
    Reference,
    Finding,
    NextReview,
}

/// The order of a list: by a column that is never null, then by place, then by id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    field: SortField,
    descending: bool,
}

/// The edge of a page: the sorted column's value, place and id of the row.
pub(crate) type Edge = (EdgeValue, i32, Uuid);

/// The sorted column's value in a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EdgeValue {
    #[serde(rename = "n")]
    Number(i32),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "d")]
    Date(NaiveDate),
}

/// After every real date: controls without a next review come last.
fn never() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default()
}

/// What needs doing first.
fn rank(finding: Finding) -> i32 {
    match finding {
        Finding::NotMet => 0,
        Finding::NotAssessed => 1,
        Finding::NotApplicable => 2,
        Finding::Met => 3,
    }
}

impl Order {
    fn column(self) -> &'static str {
        match self.field {
            SortField::Position => "c.position",
            SortField::Reference => "c.reference",
            SortField::Finding => {
                "CASE c.finding WHEN 'not_met' THEN 0 WHEN 'not_assessed' THEN 1 WHEN 'not_applicable' THEN 2 ELSE 3 END"
            }
            SortField::NextReview => "COALESCE(c.next_review, '9999-12-31')",
        }
    }

    /// The edge of a row with these values.
    pub fn edge(self, reference: &str, finding: Finding, next_review: Option<NaiveDate>, position: i32, id: Uuid) -> Edge {
        let value = match self.field {
            SortField::Position => EdgeValue::Number(position),
            SortField::Reference => EdgeValue::Text(reference.to_owned()),
            SortField::Finding => EdgeValue::Number(rank(finding)),
            SortField::NextReview => EdgeValue::Date(next_review.unwrap_or_else(never)),
        };
        (value, position, id)
    }

    /// The rows beyond an edge. A cursor that was made up may carry a value of the wrong kind.
    pub fn beyond(self, edge: &Edge, backwards: bool, places: &mut Places) -> Result<String> {
        let (value, position, id) = edge;
        let compare = if self.descending == backwards { ">" } else { "<" };
        if self.field == SortField::Position {
            let edge = [places.put(*position), places.put(*id)].join(", ");
            return Ok(format!("(c.position, c.id) {compare} ({edge})"));
        }
        let value = match (self.field, value) {
            (SortField::Finding, EdgeValue::Number(rank)) => places.put(*rank),
            (SortField::Reference, EdgeValue::Text(text)) if !text.contains('\0') => places.put(text.as_str()),
            (SortField::NextReview, EdgeValue::Date(date)) => places.put(*date),
            _ => return Err(AppError::new(ErrorCode::BadCursor)),
        };
        let edge = [value, places.put(*position), places.put(*id)].join(", ");
        Ok(format!("({}, c.position, c.id) {compare} ({edge})", self.column()))
    }

    /// ORDER BY, read with the list or against it.
    pub fn by(self, backwards: bool) -> String {
        let way = if self.descending == backwards { "ASC" } else { "DESC" };
        let first = if self.field == SortField::Position { String::new() } else { format!("{} {way}, ", self.column()) };
        format!("{first}c.position {way}, c.id {way}")
    }
}

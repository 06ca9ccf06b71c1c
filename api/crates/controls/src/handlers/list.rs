use crate::queries::{self, ControlRow, ListQuery};
use crate::selection::{Edge, Selection};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use platform::http::Query;
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::controls::ControlSummary;
use shared_types::{Page, Problem, SystemId};
use systems::{SystemMember, Viewer};
use utoipa::IntoParams;

/// A page of the list: its place, and what an export takes too.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ControlsPage {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before.
    cursor: Option<String>,
    /// Family codes, separated by commas; `CUSTOM` for custom controls.
    #[param(example = "AC,IA")]
    family: Option<String>,
    /// Findings, separated by commas: `met`, `not_met`, `not_applicable`, `not_assessed`.
    finding: Option<String>,
    /// Progress, separated by commas: `not_started`, `in_progress`, `compliant`, `non_compliant`.
    progress: Option<String>,
    /// Owners, separated by commas: ids, `me`, `none`.
    owner: Option<String>,
    /// With linked evidence, or without.
    has_evidence: Option<bool>,
    /// `false`: an objective is MET, implemented, and no approved, current evidence supports it; `true`: none is.
    supported: Option<bool>,
    /// Point values, separated by commas: 0 (without a value), 1, 3, 5.
    points: Option<String>,
    /// POA&M eligibility, separated by commas: `eligible`, `never`, `at_partial_points`.
    poam: Option<String>,
    /// Only custom controls, or only the rule pack's.
    custom: Option<bool>,
    /// Part of the reference, the title or the statement.
    q: Option<String>,
    /// `position` (default), `reference`, `finding` (the worst first) or `next_review` (without one last); `-` before it turns it.
    sort: Option<String>,
}

/// The controls of a system.
#[utoipa::path(operation_id = "list_controls", tag = "controls", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ControlsPage),
    responses(
        (status = 200, body = Page<ControlSummary>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/controls")]
pub(super) async fn list_controls(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
    Query(page): Query<ControlsPage>,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let ControlsPage { limit, cursor, family, finding, progress, owner, has_evidence, supported, points, poam, custom, q, sort } =
        page;
    let selection = Selection { family, finding, progress, owner, has_evidence, supported, points, poam, custom, q, sort };
    let order = selection.order()?;
    let page = PageRequest::<Edge>::parse(limit, cursor.as_deref(), &selection)?;
    let query = ListQuery {
        system: member.scope.system,
        reader: member.scope.user,
        today: member.scope.today,
        selection: &selection,
        order,
        from: page.cursor.as_ref().map(|cursor| &cursor.k),
        backwards: page.backwards(),
        limit: page.fetch(),
    };
    let (rows, total) = queries::page(platform.db.read(), &query).await?;
    let edge = |row: &ControlRow| order.edge(&row.reference, row.finding(), row.next_review, row.position, row.id);
    let page: Page<ControlSummary> = page.page(rows, total, edge, ControlSummary::from)?;
    platform.answers.keep(&tag, &page)
}

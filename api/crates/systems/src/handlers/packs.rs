use actix_web::web::{Json as Answer, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use identity::{Read, SignedIn};
use platform::http::{etag, not_modified};
use platform::{AppError, Result, page};
use rules::{RulePack, shipped};
use shared_types::systems::{FamilyDto, ObjectiveDto, RequirementDto, RulePackDetail, RulePackSummary};
use shared_types::{Page, Problem};

fn summary(pack: &RulePack) -> RulePackSummary {
    RulePackSummary {
        id: pack.id.clone(),
        version: pack.version.clone(),
        level: pack.level,
        title: pack.title.clone(),
        source: pack.source.clone(),
        requirements: u32::try_from(pack.requirement_count()).unwrap_or(u32::MAX),
        objectives: u32::try_from(pack.objective_count()).unwrap_or(u32::MAX),
    }
}

fn detail(pack: &RulePack) -> RulePackDetail {
    let requirement = |r: &rules::Requirement| RequirementDto {
        id: r.id.clone(),
        title: r.title.clone(),
        statement: r.statement.clone(),
        meaning: r.meaning.clone(),
        evidence_examples: r.evidence_examples.clone(),
        points: r.points,
        partial_points: r.partial_points(),
        poam: r.poam,
        poam_citation: r.poam_citation.clone(),
        objectives: r
            .objectives
            .iter()
            .map(|o| ObjectiveDto { letter: o.letter.clone(), statement: o.statement.clone() })
            .collect(),
    };
    let family = |f: &rules::Family| FamilyDto {
        code: f.code.clone(),
        name: f.name.clone(),
        requirements: f.requirements.iter().map(requirement).collect(),
    };
    RulePackDetail {
        pack: summary(pack),
        content_hash: pack.content_hash.clone(),
        families: pack.families.iter().map(family).collect(),
    }
}

/// The rule packs that this version ships.
#[utoipa::path(operation_id = "list_rule_packs", tag = "rule packs", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, body = Page<RulePackSummary>),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/rule-packs")]
pub(super) async fn list_rule_packs(_who: SignedIn<Read>) -> Answer<Page<RulePackSummary>> {
    Answer(page::whole(shipped().iter().map(summary).collect()))
}

/// A rule pack with its families, requirements and objectives.
#[utoipa::path(operation_id = "get_rule_pack", tag = "rule packs", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    params(("pack" = String, Path, description = "Id of the pack, such as cmmc-level-2")),
    responses(
        (status = 200, body = RulePackDetail),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such pack")))]
#[get("/rule-packs/{pack}")]
pub(super) async fn get_rule_pack(_who: SignedIn<Read>, request: HttpRequest, id: Path<String>) -> Result<HttpResponse> {
    let pack = rules::pack(&id).ok_or_else(AppError::not_found)?;
    let tag = etag::tag(&pack.content_hash)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(detail(pack))))
}

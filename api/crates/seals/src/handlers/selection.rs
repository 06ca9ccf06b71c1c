use super::ArchiveBytes;
use crate::gather::{self, Which};
use crate::{compose, stream};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use platform::http::{Query, etag};
use platform::{AppError, Platform, Result};
use seal::MANIFEST;
use seal::manifest::Kind;
use serde::Deserialize;
use shared_types::{FieldCode, Problem, SystemId};
use std::collections::{BTreeSet, HashMap};
use systems::{SystemMember, Viewer};
use uuid::Uuid;

/// Most pieces of evidence that are named at once: what fits into an address.
const MOST: usize = 200;

/// Which evidence.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Selection {
    /// Ids or numbers (EV-3), separated by commas, at most 200. Absent: everything.
    ids: Option<String>,
}

/// Some evidence as one archive: the newest version of each, with a manifest that is not signed. Names are safe on every system.
#[utoipa::path(operation_id = "download_evidence_archive", tag = "evidence",
    extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Selection),
    responses(
        (status = 200, content_type = "application/zip", body = ArchiveBytes, description = "The archive, as an attachment"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "An id that is none, or too many"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A scanner found malware in one of its files"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system or evidence"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "One of its files is damaged"),
        (status = 423, body = Problem, content_type = "application/problem+json", description = "The scanner for malware has not looked at one of its files yet")))]
#[get("/evidence-archive")]
pub(super) async fn download_evidence_archive(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(selection): Query<Selection>,
) -> Result<HttpResponse> {
    let system = member.scope.system;
    let wanted = selection.ids.as_deref().map(parse).transpose()?;
    let connection = platform.db.read();
    let mut items = gather::items(connection, system, Which::Newest).await?;
    if let Some(wanted) = &wanted {
        items.retain(|item| wanted.contains(&Wanted::Id(item.evidence_id)) || wanted.contains(&Wanted::Number(item.number)));
        let found: BTreeSet<Wanted> =
            items.iter().flat_map(|item| [Wanted::Id(item.evidence_id), Wanted::Number(item.number)]).collect();
        if !wanted.is_subset(&found) {
            return Err(AppError::not_found());
        }
    }
    let scanner = platform.settings.clamav.is_on();
    if let Some(code) = items.iter().find_map(|item| item.withheld(scanner)) {
        return Err(AppError::new(code).detail("A file of this selection is handed out to nobody."));
    }
    let packs = gather::packs(connection, system).await?;
    let row = gather::system(connection, system).await?;
    let now = platform.clock.now();
    let mut manifest = compose::empty(Kind::Selection, "Selected evidence", now, system, &row, compose::level(&packs));
    compose::fill(&mut manifest, &items, &HashMap::new())?;
    let bytes = manifest.to_canonical().map_err(AppError::internal)?;
    let tag = etag::tag(&seal::sha256(&bytes))?;
    let name = format!("evidence-{}.zip", member.scope.today);
    Ok(stream::answer(&tag, &name, stream::archive(&platform, system, now, vec![(MANIFEST, bytes)], &manifest)))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Id(Uuid),
    Number(i32),
}

fn parse(text: &str) -> Result<BTreeSet<Wanted>> {
    let fault = |detail: &str| AppError::invalid("ids", FieldCode::BadFormat, detail);
    let one = |text: &str| {
        let number = text.strip_prefix("EV-").and_then(|number| number.parse().ok()).map(Wanted::Number);
        number.or_else(|| text.parse().ok().map(Wanted::Id))
    };
    let wanted: Option<BTreeSet<Wanted>> = text.split(',').map(|part| one(part.trim())).collect();
    let wanted = wanted.ok_or_else(|| fault("ids or numbers such as EV-3, separated by commas"))?;
    if wanted.len() > MOST { Err(fault("at most 200 at once")) } else { Ok(wanted) }
}

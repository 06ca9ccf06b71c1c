//! What the installation puts on its reports, behind the installation's door. Reports that were made stay as they are.

use crate::build::section_of;
use audit::{Door, Event};
use chrono::{DateTime, Utc};
use documents::logo::Logo;
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::identity::Person;
use shared_types::report_template::{KindTexts, ReportTemplate, SetReportTemplate};
use shared_types::reports::{ReportCell, ReportDocument, ReportFact, ReportLogo};
use shared_types::{FieldCode, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct TemplateRow {
    organization: String,
    texts: String,
    logo_width: Option<i32>,
    logo_height: Option<i32>,
    logo_sha256: Option<String>,
    changed_by: Option<Uuid>,
    changer: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    version: i64,
}

/// What the logo is called where it is not seen.
fn alt(organization: &str) -> String {
    if organization.is_empty() { "Logo".to_owned() } else { format!("Logo of {organization}") }
}

/// The template, without the picture itself.
pub(crate) async fn load(connection: &impl ConnectionTrait) -> Result<ReportTemplate> {
    let sql = "SELECT t.organization, t.texts, t.logo_width, t.logo_height, t.logo_sha256, t.changed_by, u.name AS changer, t.changed_at, \
               t.version FROM report_template t LEFT JOIN users u ON u.id = t.changed_by WHERE t.id = 1";
    let row = rows::<TemplateRow>(connection, sql, []).await?.into_iter().next();
    let row = row.ok_or_else(|| AppError::internal("the template of reports is gone"))?;
    let side = |side: Option<i32>| side.and_then(|side| u32::try_from(side).ok());
    let logo = side(row.logo_width).zip(side(row.logo_height)).zip(row.logo_sha256);
    Ok(ReportTemplate {
        texts: serde_json::from_str(&row.texts).map_err(AppError::internal)?,
        logo: logo.map(|((width, height), sha256)| ReportLogo { alt: alt(&row.organization), width, height, sha256 }),
        organization: row.organization,
        changed_by: row.changed_by.zip(row.changer).map(|(id, name)| Person { id: UserId(id), name }),
        changed_at: row.changed_at,
        version: row.version,
    })
}

#[derive(FromQueryResult)]
struct Picture {
    logo: Option<Vec<u8>>,
}

/// The bytes of the logo with this hash, as long as it is the one.
pub(crate) async fn picture(connection: &impl ConnectionTrait, sha256: &str) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT logo FROM report_template WHERE id = 1 AND logo_sha256 = $1";
    Ok(rows::<Picture>(connection, sql, [sha256.into()]).await?.into_iter().next().and_then(|row| row.logo))
}

/// Puts name, logo and introduction on a document, before anything else is.
pub(crate) fn begin(template: &ReportTemplate, document: &mut ReportDocument) {
    document.logo.clone_from(&template.logo);
    if !template.organization.is_empty() {
        let value = ReportCell::plain(template.organization.clone());
        document.facts.push(ReportFact { label: "Prepared by".to_owned(), value });
    }
    document.sections.extend(texts(template, document).and_then(|texts| section_of("Introduction", texts.introduction.as_str())));
}

/// Puts the closing text at its end.
pub(crate) fn end(template: &ReportTemplate, document: &mut ReportDocument) {
    document.sections.extend(texts(template, document).and_then(|texts| section_of("Closing remarks", texts.closing.as_str())));
}

fn texts<'a>(template: &'a ReportTemplate, document: &ReportDocument) -> Option<&'a KindTexts> {
    template.texts.iter().find(|texts| texts.kind == document.kind)
}

/// Changes name and texts.
pub(crate) async fn set(door: &mut Door<'_>, body: SetReportTemplate, known: &IfMatch) -> Result<ReportTemplate> {
    let before = load(door.tx).await?;
    known.check(before.version)?;
    let mut kinds = Vec::new();
    for (index, texts) in body.texts.iter().enumerate() {
        if kinds.contains(&texts.kind) {
            return Err(AppError::invalid(format!("/texts/{index}/kind"), FieldCode::Taken, "each kind at most once"));
        }
        kinds.push(texts.kind);
    }
    let texts: Vec<KindTexts> =
        body.texts.into_iter().filter(|one| !(one.introduction.as_str().is_empty() && one.closing.as_str().is_empty())).collect();
    let sql = "UPDATE report_template SET organization = $1, texts = $2, changed_by = $3, changed_at = $4, version = version + 1 WHERE id = 1";
    let stored = serde_json::to_string(&texts).map_err(AppError::internal)?;
    let values = [body.organization.as_str().into(), stored.into(), door.user()?.0.into(), door.now.into()];
    execute(door.tx, sql, values).await?;
    let named: Vec<&str> = texts.iter().map(|one| one.kind.as_str()).collect();
    let details = json!({ "organization": body.organization, "texts": named });
    door.record(Event::new("report_template.update", "report_template", 1).details(details));
    load(door.tx).await
}

/// Sets the logo, or takes it away: 404 where there is none.
pub(crate) async fn set_logo(door: &mut Door<'_>, logo: Option<Logo>, known: &IfMatch) -> Result<ReportTemplate> {
    let before = load(door.tx).await?;
    known.check(before.version)?;
    let old = before.logo.map(|logo| logo.sha256);
    // Taking away what is not there is no change, and must not stand in the log as one.
    if old.is_none() && logo.is_none() {
        return Err(AppError::not_found());
    }
    let sql = "UPDATE report_template SET logo = $1, logo_width = $2, logo_height = $3, logo_sha256 = $4, changed_by = $5, changed_at = $6, \
               version = version + 1 WHERE id = 1";
    let side = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let new = logo.as_ref().map(|logo| hex::encode(Sha256::digest(&logo.png)));
    let action = if logo.is_some() { "report_template.set_logo" } else { "report_template.remove_logo" };
    let (width, height) = (logo.as_ref().map(|logo| side(logo.width)), logo.as_ref().map(|logo| side(logo.height)));
    let values = [
        logo.map(|logo| logo.png).into(),
        width.into(),
        height.into(),
        new.clone().into(),
        door.user()?.0.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new(action, "report_template", 1).details(json!({ "old": old, "new": new })));
    load(door.tx).await
}

use crate::queries;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use platform::{Platform, Result};
use shared_types::webhooks::{Webhook, WebhookKind, Webhooks};
use shared_types::{Problem, SystemId};
use systems::{Manager, SessionOnly, SystemMember};

/// The webhooks of a system, by name, and what they may be told of.
#[utoipa::path(operation_id = "list_webhooks", tag = "webhooks", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Webhooks),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/webhooks")]
pub(super) async fn list_webhooks(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
) -> Result<Answer<Webhooks>> {
    let items = queries::webhooks(&platform.db, member.scope.system).await?.into_iter().map(Webhook::from).collect();
    let kinds = notifications::kinds::for_programs()
        .map(|kind| WebhookKind { kind: kind.name.to_owned(), label: kind.label_for_programs() })
        .collect();
    Ok(Answer(Webhooks { items, kinds }))
}

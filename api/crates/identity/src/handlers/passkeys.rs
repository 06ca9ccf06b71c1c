use crate::passkeys::{self, bad_passkey};
use crate::{EvenUnenrolled, Identity, SteppedUp, is_on};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get, patch, post};
use audit::change_installation;
use platform::http::Json;
use platform::{Platform, Result};
use shared_types::operation::Feature;
use shared_types::passkeys::{AddPasskey, AddedPasskey, Passkey, PasskeyCreation, Passkeys, RenamePasskey};
use shared_types::{PasskeyId, Problem};

/// Your passkeys, the oldest first.
#[utoipa::path(operation_id = "list_passkeys", tag = "second factor", extensions(("x-role" = json!("signed_in"))),
    responses((status = 200, body = Passkeys)))]
#[get("/me/passkeys")]
pub(super) async fn list_passkeys(
    platform: Data<Platform>,
    identity: Data<Identity>,
    EvenUnenrolled(who): EvenUnenrolled,
) -> Result<Answer<Passkeys>> {
    let items = passkeys::passkeys_of(platform.db.read(), who.user()).await?;
    let offered = identity.party.is_some() && is_on(platform.db.read(), Feature::Passkeys).await?;
    Ok(Answer(Passkeys { items, offered }))
}

/// Begin to add a passkey: what `navigator.credentials.create` is to be asked. Good once, for this session and five minutes; a later
/// one takes its place.
#[utoipa::path(operation_id = "begin_passkey", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    responses(
        (status = 201, body = PasskeyCreation),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you; `feature_off`: turned off"),
        (status = 409, body = Problem, content_type = "application/problem+json",
            description = "There are 20 already, or the installation is reached by an IP address")))]
#[post("/me/passkeys/challenge")]
pub(super) async fn begin_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
) -> Result<HttpResponse> {
    let (party, session, actor) = (identity.party.clone(), who.session(), who.actor());
    let begun = change_installation(&platform, actor, move |door| {
        Box::pin(async move { passkeys::begin_adding(door, party.as_ref(), session, &who.account).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(begun))
}

/// Add the passkey that the authenticator has made. From now on sign-in needs a second step. Where it is the first second factor,
/// your other sessions end and the answer has ten backup codes, shown this once.
#[utoipa::path(operation_id = "add_passkey", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    request_body = AddPasskey,
    responses(
        (status = 201, body = AddedPasskey),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json",
            description = "`bad_passkey`: made for another challenge, site or person, or registered already"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not begun, answered already, or longer than five minutes ago")))]
#[post("/me/passkeys")]
pub(super) async fn add_passkey(
    platform: Data<Platform>,
    identity: Data<Identity>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
    Json(body): Json<AddPasskey>,
) -> Result<HttpResponse> {
    let (keys, session) = (identity.keys.second_factor.clone(), (who.session(), who.user()));
    let now = platform.clock.now();
    let verdict = passkeys::check_new(&platform.db, identity.party.as_ref(), session, now, &body).await?;
    let added = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { passkeys::add(door, &keys, session, verdict, body.name).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(added.ok_or_else(bad_passkey)?))
}

/// Rename a passkey of yours. The last one to write decides: no If-Match.
#[utoipa::path(operation_id = "rename_passkey", tag = "second factor", extensions(("x-role" = json!("signed_in"))),
    params(("passkey" = PasskeyId, Path, description = "The passkey")),
    request_body = RenamePasskey,
    responses(
        (status = 200, body = Passkey),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such passkey, or not yours")))]
#[patch("/me/passkeys/{passkey}")]
pub(super) async fn rename_passkey(
    platform: Data<Platform>,
    EvenUnenrolled(who): EvenUnenrolled,
    passkey: Path<PasskeyId>,
    Json(body): Json<RenamePasskey>,
) -> Result<Answer<Passkey>> {
    let (user, passkey) = (who.user(), passkey.into_inner());
    let renamed = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { passkeys::rename(door, user, passkey, &body.name).await })
    })
    .await?;
    Ok(Answer(renamed))
}

/// Remove a passkey of yours: it does not sign you in any more. With the last second factor the backup codes go too.
#[utoipa::path(operation_id = "remove_passkey", tag = "second factor",
    extensions(("x-role" = json!("signed_in")), ("x-step-up" = json!(true))),
    params(("passkey" = PasskeyId, Path, description = "The passkey")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`step_up_required`: prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such passkey, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json",
            description = "The last second factor, and the installation demands one")))]
#[delete("/me/passkeys/{passkey}")]
pub(super) async fn remove_passkey(
    platform: Data<Platform>,
    SteppedUp(EvenUnenrolled(who)): SteppedUp<EvenUnenrolled>,
    passkey: Path<PasskeyId>,
) -> Result<HttpResponse> {
    let (user, passkey) = (who.user(), passkey.into_inner());
    change_installation(&platform, who.actor(), move |door| Box::pin(async move { passkeys::remove(door, user, passkey).await }))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

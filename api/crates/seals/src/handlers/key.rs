use crate::SealKey;
use actix_web::get;
use actix_web::web::{Data, Json};
use identity::{Read, SignedIn};
use platform::Result;
use shared_types::Problem;
use shared_types::seals::SigningKey;

/// The public half of the key that signs seals, to be kept where the archives are checked.
#[utoipa::path(operation_id = "get_signing_key", tag = "evidence", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, body = SigningKey),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Not signed in")))]
#[get("/installation/signing-key")]
pub(super) async fn get_signing_key(key: Data<SealKey>, who: SignedIn<Read>) -> Result<Json<SigningKey>> {
    who.reaches(None)?;
    let key = key.public();
    Ok(Json(SigningKey {
        algorithm: "Ed25519".to_owned(),
        public_key: key.to_base64(),
        fingerprint: key.fingerprint(),
        pem: key.to_pem(),
    }))
}

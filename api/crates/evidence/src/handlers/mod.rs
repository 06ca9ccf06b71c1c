//! The API of this feature.

mod create;
mod evidence;
mod file;
mod from_upload;
mod links;
mod policy;
mod uploads;

use platform::http::Routes;
use utoipa::ToSchema;

/// The bytes of a file, or of a part of it.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes bodies to the OpenAPI document; they are streams")]
struct FileBytes(Vec<u8>);

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
        .service(evidence::list_evidence)
        .service(create::create_evidence)
        .service(from_upload::create_evidence_from_upload)
        .service(evidence::get_evidence)
        .service(evidence::update_evidence)
        .service(evidence::delete_evidence)
        .service(file::download_evidence)
        .service(file::head_evidence_file)
        .service(links::link_evidence)
        .service(links::unlink_evidence)
        .service(policy::get_upload_policy);
    uploads::configure(config);
}

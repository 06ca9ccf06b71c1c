//! The API of this feature.

mod create;
mod direct;
mod evidence;
mod file;
mod files;
mod from_upload;
mod integrity;
mod links;
mod policy;
mod references;
mod retention;
mod review;
mod uploads;
mod versions;

use platform::http::Routes;
use utoipa::ToSchema;

/// The bytes of a file, or of a part of it.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes bodies to the OpenAPI document; they are streams")]
struct FileBytes(Vec<u8>);

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(evidence::list_evidence)
        .service(create::create_evidence)
        .service(from_upload::create_evidence_from_upload)
        .service(evidence::get_evidence)
        .service(evidence::update_evidence)
        .service(evidence::delete_evidence)
        .service(file::download_evidence)
        .service(file::head_evidence_file)
        .service(references::create_evidence_reference)
        .service(versions::list_evidence_versions)
        .service(versions::push_evidence_version)
        .service(versions::create_evidence_version)
        .service(files::add_evidence_file)
        .service(files::add_evidence_file_from_upload)
        .service(files::remove_evidence_file)
        .service(file::download_evidence_file)
        .service(files::find_evidence_content)
        .service(review::review_evidence)
        .service(review::list_evidence_reviews)
        .service(retention::get_evidence_impact)
        .service(retention::archive_evidence)
        .service(retention::unarchive_evidence)
        .service(retention::hold_evidence)
        .service(retention::release_evidence)
        .service(retention::list_deleted_evidence)
        .service(retention::restore_evidence)
        .service(retention::confirm_evidence_purge)
        .service(retention::cancel_evidence_purge)
        .service(links::link_evidence)
        .service(links::unlink_evidence)
        .service(integrity::get_evidence_integrity)
        .service(policy::get_upload_policy);
    uploads::configure(config);
}

//! The API of seals.

mod archive;
mod key;
mod one;
mod selection;

use platform::http::Routes;

/// The bytes of an archive, for the document.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
struct ArchiveBytes(#[expect(dead_code, reason = "stands for its schema")] Vec<u8>);

/// Adds the operations that belong to no system.
pub fn configure(config: &mut impl Routes) {
    config.service(key::get_signing_key);
}

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(one::list_seals)
        .service(one::list_seal_blockers)
        .service(one::create_seal)
        .service(archive::download_seal)
        .service(one::get_seal)
        .service(selection::download_evidence_archive);
}

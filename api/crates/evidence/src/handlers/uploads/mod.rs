//! tus 1.0.0 over resumable uploads.

mod begin;
mod chunk;
mod instead;
mod look;

use crate::tus::{Appended, TUS_RESUMABLE, VERSION, http_date};
use actix_web::HttpResponseBuilder;
use actix_web::http::header::{HeaderName, HeaderValue};
use platform::http::Routes;
use platform::{AppError, Result};

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The type of a chunk.
const CHUNK_TYPE: &str = "application/offset+octet-stream";

pub(super) fn configure(config: &mut impl Routes) {
    config
        .service(begin::describe_uploads)
        .service(begin::create_upload)
        .service(look::list_uploads)
        .service(look::get_upload_offset)
        .service(chunk::append_to_upload)
        .service(chunk::end_upload)
        .service(instead::change_upload_by_post);
}

/// An answer in the protocol.
fn spoken(mut builder: HttpResponseBuilder) -> HttpResponseBuilder {
    builder.insert_header((TUS_RESUMABLE, VERSION));
    builder
}

/// Refusals are answers, too.
fn refused(error: AppError) -> AppError {
    error.header(TUS_RESUMABLE, HeaderValue::from_static(VERSION))
}

/// Where the upload stands now.
fn stands(builder: &mut HttpResponseBuilder, at: Appended) {
    builder.insert_header((UPLOAD_OFFSET, at.offset)).insert_header((UPLOAD_EXPIRES, http_date(at.expires_at)));
}

fn check_archived(archived: bool) -> Result<()> {
    if archived {
        return Err(AppError::conflict("This system is archived and read-only. Restore it first."));
    }
    Ok(())
}

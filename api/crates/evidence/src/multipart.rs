//! The direct upload: one multipart body with a `file` and perhaps a `metadata` part, streamed.

use crate::progress::Progress;
use crate::rules::FileKind;
use crate::staging::{Finished, Staging, Temporary, lock};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use platform::files::blocking;
use platform::http::json;
use platform::{AppError, Platform, Result};
use serde::de::DeserializeOwned;
use shared_types::text::FileName;
use shared_types::{ErrorCode, FieldCode};

/// Most bytes of the `metadata` part.
const METADATA_MAX: u64 = 64 * 1024;
/// What boundaries and part headers may add to the length of a body.
const ENVELOPE_MAX: u64 = 16 * 1024;

/// What came.
pub(crate) struct Received<M> {
    pub name: FileName,
    pub content: Finished,
    pub metadata: M,
    /// Where the bytes are; they go when this is dropped.
    pub file: Temporary,
}

fn too_large(limit: u64) -> AppError {
    let words = format!("A direct upload has at most {limit} bytes. Send larger files as a resumable upload.");
    AppError::new(ErrorCode::TooLarge).detail(words)
}

fn broken(error: &MultipartError) -> AppError {
    AppError::new(ErrorCode::Malformed).detail("The body is not a whole multipart/form-data body.").cause(error.to_string())
}

/// Refuses by the headers alone, before a byte of the body is read.
fn check_headers(request: &HttpRequest, limit: u64) -> Result<()> {
    if !request.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(AppError::new(ErrorCode::UnsupportedType).detail("Send the file as multipart/form-data."));
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > limit + METADATA_MAX + ENVELOPE_MAX => Err(too_large(limit)),
        _ => Ok(()),
    }
}

/// Receives the body. Unknown, missing and repeated parts are refused.
pub(crate) async fn receive<M: DeserializeOwned + Default>(
    platform: &Platform,
    request: &HttpRequest,
    mut parts: Multipart,
) -> Result<Received<M>> {
    let limit = platform.settings.uploads.direct_max_bytes;
    check_headers(request, limit)?;
    let (mut file, mut metadata) = (None, None);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| broken(&error))?;
        let name = part.name().unwrap_or_default().to_owned();
        let twice = match name.as_str() {
            "file" => file.replace(receive_file(platform, part, limit).await?).is_some(),
            "metadata" => metadata.replace(receive_metadata(part).await?).is_some(),
            _ => return Err(AppError::invalid(format!("/{name}"), FieldCode::Unknown, "there is no such part")),
        };
        if twice {
            return Err(AppError::invalid(format!("/{name}"), FieldCode::BadFormat, "the part stands twice"));
        }
    }
    let (name, content, file) = file.ok_or_else(|| AppError::invalid("/file", FieldCode::Required, "the file"))?;
    Ok(Received { name, content, file, metadata: metadata.unwrap_or_default() })
}

async fn receive_file(platform: &Platform, mut part: Field, limit: u64) -> Result<(FileName, Finished, Temporary)> {
    let name = part.content_disposition().and_then(|disposition| disposition.get_filename().map(str::to_owned));
    let name = name.ok_or_else(|| AppError::invalid("/file", FieldCode::Required, "the file's name"))?;
    let name = FileName::parse(&name).map_err(|error| AppError::invalid("/file", error.code, error.detail))?;
    let kind = FileKind::of(name.as_str(), &platform.settings.uploads.extensions)?;
    let file = Temporary::new(platform)?;
    let (path, progress) = (file.0.clone(), Progress::new(kind.is_text()));
    let settings = platform.settings.clone();
    let mut staging = blocking(move || {
        let alone = lock(&path)?.ok_or_else(|| AppError::internal("somebody has a file that was just named"))?;
        Staging::resume(alone, kind, &settings, 0, progress)
    })
    .await?;
    while let Some(piece) = part.next().await {
        let piece = piece.map_err(|error| broken(&error))?;
        if staging.offset() + piece.len() as u64 > limit {
            return Err(too_large(limit));
        }
        staging = blocking(move || staging.write(&[piece]).map(|()| staging)).await?;
    }
    let content = blocking(move || staging.finish()).await?;
    Ok((name, content, file))
}

async fn receive_metadata<M: DeserializeOwned>(mut part: Field) -> Result<M> {
    let mut body = Vec::new();
    while let Some(piece) = part.next().await {
        body.extend_from_slice(&piece.map_err(|error| broken(&error))?);
        if body.len() as u64 > METADATA_MAX {
            return Err(AppError::new(ErrorCode::TooLarge).detail("The metadata part has at most 64 KiB."));
        }
    }
    json::parse(&body).map_err(|error| error.below("/metadata"))
}

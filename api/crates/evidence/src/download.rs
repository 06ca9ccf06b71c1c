//! Stored bytes as a download: saved and never shown, a range of them where one is asked for, the entity tag their SHA-256.

use crate::range::{self, Unsatisfiable, Wanted};
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use platform::blobs::BlobKey;
use platform::http::{etag, not_modified};
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, SystemId};

/// A blob with what it is called when it is saved.
#[derive(Debug, Clone)]
pub struct Download {
    /// Whose blob.
    pub system: SystemId,
    /// Its name, as people know it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
}

impl Download {
    /// What comes with the bytes: they are saved, and if they were shown they could do nothing.
    fn head(&self, builder: HttpResponseBuilder) -> HttpResponseBuilder {
        let mut builder = etag::tagged(builder, &self.sha256);
        builder
            .insert_header((header::CONTENT_TYPE, self.media_type.as_str()))
            .insert_header((header::CONTENT_DISPOSITION, range::attachment(&self.name)))
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"));
        builder
    }

    /// The part that a request asks for; 416 outside of the file.
    fn wanted(&self, request: &HttpRequest) -> Result<Wanted> {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let current = text(header::IF_RANGE).is_none_or(|tag| tag.trim_matches('"') == self.sha256);
        range::wanted(text(header::RANGE).filter(|_| current), self.size).map_err(|Unsatisfiable| {
            let refusal = AppError::new(ErrorCode::RangeNotSatisfiable);
            match format!("bytes */{}", self.size).try_into() {
                Ok(value) => refusal.header(header::CONTENT_RANGE, value),
                Err(_) => refusal,
            }
        })
    }

    /// The answer to a GET: 200, 206 or 304.
    pub async fn answer(&self, platform: &Platform, request: &HttpRequest) -> Result<HttpResponse> {
        if let Some(unchanged) = not_modified(request, &self.sha256) {
            return Ok(unchanged);
        }
        let wanted = self.wanted(request)?;
        let bytes = platform.blobs.read(&BlobKey::new(self.system, &self.sha256)?, wanted.range()).await?;
        let body = SizedStream::new(wanted.length(), bytes);
        Ok(match wanted {
            Wanted::Whole(_) => self.head(HttpResponse::Ok()).body(body),
            Wanted::Part(range) => {
                let content_range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), self.size);
                self.head(HttpResponse::PartialContent()).insert_header((header::CONTENT_RANGE, content_range)).body(body)
            }
        })
    }

    /// The answer to a HEAD.
    pub(crate) fn without_bytes(&self) -> HttpResponse {
        let nothing = stream::empty::<Result<actix_web::web::Bytes, AppError>>();
        self.head(HttpResponse::Ok()).body(SizedStream::new(self.size, nothing))
    }
}

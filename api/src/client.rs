//! The embedded browser client: precompressed, cached for ever by the hash in each name, and the page itself for every path
//! that is not a file, because the client routes by itself.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use platform::AppError;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use shared_types::ErrorCode;
use std::borrow::Cow;
use std::io::Read as _;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web-ui/dist"]
// In the binary compressed only. Browsers take them so; for whoever does not, they are unpacked.
#[exclude = "*.wasm"]
#[allow_missing = true]
struct Assets;

/// A file as it is sent.
struct Served {
    data: Cow<'static, [u8]>,
    sha256: [u8; 32],
    encoding: Option<&'static str>,
}

const PAGE: &str = "index.html";

/// Whether the client is in this build.
pub(crate) fn is_embedded() -> bool {
    Assets::get(PAGE).is_some()
}

/// A file of the client, the page, or 404.
pub(crate) async fn serve(request: HttpRequest) -> Result<HttpResponse, AppError> {
    let path = request.path().trim_start_matches('/');
    // A request that comes here for an operation's path has a method that the operation does not know.
    if let Some(allow) = crate::published::methods_of(request.path()) {
        return Err(AppError::new(ErrorCode::MethodNotAllowed).header(header::ALLOW, allow));
    }
    if path.starts_with("api/") || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(AppError::not_found());
    }
    if path != PAGE
        && let Some(response) = file::<Assets>(&request, path)
    {
        return Ok(response);
    }
    // What looks like a file and is none must not answer with the page: a browser would take it for a script.
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains('.') && !path.starts_with("s/") {
        return Err(AppError::not_found());
    }
    page(&request).ok_or_else(|| AppError::not_found().detail("This build has no browser client; it serves the API only."))
}

/// The best encoding that the browser takes and the build has.
fn encoded<E: RustEmbed>(request: &HttpRequest, path: &str) -> Option<Served> {
    let served = |file: EmbeddedFile, encoding| Served { sha256: file.metadata.sha256_hash(), data: file.data, encoding };
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    for (token, suffix) in [("br", "br"), ("gzip", "gz")] {
        let taken = accepts.split(',').any(|part| part.split(';').next().is_some_and(|name| name.trim() == token));
        if taken && let Some(file) = E::get(&format!("{path}.{suffix}")) {
            return Some(served(file, Some(token)));
        }
    }
    let unpacked =
        || unpacked::<E>(path).map(|plain| Served { sha256: Sha256::digest(&plain).into(), data: plain.into(), encoding: None });
    E::get(path).map(|file| served(file, None)).or_else(unpacked)
}

/// A file that is embedded compressed only.
pub(crate) fn unpacked<E: RustEmbed>(path: &str) -> Option<Vec<u8>> {
    let packed = E::get(&format!("{path}.gz"))?;
    let mut plain = Vec::new();
    GzDecoder::new(packed.data.as_ref()).read_to_end(&mut plain).ok()?;
    Some(plain)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the name bears a hash of the content (`web-ui-1a2b3c4d5e6f7a8b_bg.wasm`), and so never changes its content.
fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/']).any(|part| part.len() >= 16 && part.chars().all(|c| c.is_ascii_hexdigit()))
}

/// An embedded file, in the best encoding.
pub(crate) fn file<E: RustEmbed>(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    let file = encoded::<E>(request, path)?;
    let caching = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    Some(answer(request, file, content_type(path), caching, None))
}

fn page(request: &HttpRequest) -> Option<HttpResponse> {
    let file = encoded::<Assets>(request, PAGE)?;
    Some(answer(request, file, content_type(PAGE), "no-cache", Some(&POLICY)))
}

fn answer(
    request: &HttpRequest,
    file: Served,
    content_type: &'static str,
    caching: &'static str,
    policy: Option<&str>,
) -> HttpResponse {
    let Served { data, sha256, encoding } = file;
    let tag = format!("\"{}\"", hex::encode(sha256.get(..12).unwrap_or_default()));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching));
    response.insert_header((header::VARY, "Accept-Encoding"));
    if let Some(value) = policy.and_then(|policy| HeaderValue::from_str(policy).ok()) {
        response.insert_header((header::CONTENT_SECURITY_POLICY, value));
    }
    if known {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    response.insert_header((header::CONTENT_TYPE, content_type)).body(match data {
        Cow::Borrowed(embedded) => Bytes::from_static(embedded),
        Cow::Owned(read) => Bytes::from(read),
    })
}

/// The page's policy: nothing but our own files, and the one inline script that trunk writes, by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let page = Assets::get(PAGE).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
    let hashes: Vec<String> =
        inline_scripts(&page).map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; frame-src blob:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        hashes.join(" ")
    )
});

/// The text of each script element that names no file.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_inline_scripts_and_hashed_names() {
        let page = r#"<head><script src="a.js"></script><script type="module">go()</script></head>"#;
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["go()"]);
        assert!(is_hashed("web-ui-1a2b3c4d5e6f7a8b_bg.wasm"));
        assert!(!is_hashed("favicon.svg") && !is_hashed("public-sans.woff2"));
    }
}

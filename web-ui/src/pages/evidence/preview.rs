//! What is in a file, where showing it is safe: pictures as pictures, text as text, CSV as a table, a PDF in the browser's own
//! viewer. Everything else is downloaded.
//!
//! A PDF is a `blob:` of this page with the type that the service found, in a frame: the viewer is a process of the browser's own
//! and runs nothing of the page's. Browsers refuse to show one in a sandboxed frame, so the page's policy (`frame-src blob:`) is
//! what bounds it: frames hold what this file puts there, and only as `application/pdf`.

use super::csv;
use crate::api::{Api, ApiError, use_api};
use crate::components::button::Button;
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::state::{Shape, Skeleton};
use crate::dom;
use crate::format;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::VersionFile;
use shared_types::{ErrorCode, EvidenceId};
use web_sys::{Blob, BlobPropertyBag, Url};

/// A file that waits for the scanner for malware is asked for again after so many milliseconds.
const AGAIN: u32 = 5_000;
/// Files up to here are read without being asked for.
const BY_ITSELF: u64 = 2_000_000;
/// So much of a text is shown.
const TEXT_MOST: u64 = 100_000;
/// Larger pictures are downloaded.
const PICTURE_MOST: u64 = 25_000_000;
/// Larger PDFs are downloaded.
const PDF_MOST: u64 = 50_000_000;
/// So many rows of a CSV are shown.
const ROWS_MOST: usize = 200;

/// How a file can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture,
    Text,
    Table,
    Pdf,
}

/// SVG is no picture here: it can carry scripts. Neither is HTML text.
fn kind(file: &VersionFile) -> Option<Kind> {
    match file.media_type.as_str() {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" if file.size <= PICTURE_MOST => Some(Kind::Picture),
        "application/pdf" if file.size <= PDF_MOST => Some(Kind::Pdf),
        "text/csv" => Some(Kind::Table),
        "text/plain" if file.name.to_lowercase().ends_with(".csv") => Some(Kind::Table),
        "text/plain" | "text/markdown" | "application/json" => Some(Kind::Text),
        _ => None,
    }
}

/// Whether a file can be shown.
pub fn is_shown(file: &VersionFile) -> bool {
    kind(file).is_some()
}

/// The kind of a file, as people call it: its extension.
pub fn kind_of(file: &VersionFile) -> String {
    file.name.rsplit_once('.').map_or_else(|| file.media_type.clone(), |(_, extension)| extension.to_uppercase())
}

#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Waiting,
    Reading,
    Picture(String),
    Text(String),
    Table(Vec<Vec<String>>),
    Pdf(String),
    Failed(ApiError),
}

/// The file's content, if it can be shown.
#[component]
pub fn Preview(
    /// The evidence.
    id: EvidenceId,
    /// Its file.
    file: VersionFile,
) -> impl IntoView {
    let Some(kind) = kind(&file) else { return ().into_any() };
    let api = use_api();
    let path = use_scope().api(&format!("/evidence/{id}/files/{}", file.id));
    let shown = RwSignal::new(Shown::Waiting);
    let (media_type, name) = (file.media_type.clone(), file.name.clone());
    // The scanner is asked about every upload at once: what it has not seen, it is seeing.
    let again = RwSignal::new(0_u32);
    let show = move || {
        shown.set(Shown::Reading);
        let (path, media_type) = (path.clone(), media_type.clone());
        spawn_local(async move {
            let found = match read(api, kind, &path, &media_type).await {
                Ok(found) => found,
                Err(error) => Shown::Failed(error),
            };
            let waits = matches!(&found, Shown::Failed(error) if error.code() == Some(ErrorCode::NotScannedYet));
            // The page may be gone by now: then the picture's memory is given back at once.
            match shown.try_set(found) {
                Some(Shown::Picture(url) | Shown::Pdf(url)) => drop(Url::revoke_object_url(&url)),
                None if waits => dom::later(AGAIN, move || again.try_update(|count| *count += 1).unwrap_or_default()),
                _ => (),
            }
        });
    };
    let text = matches!(kind, Kind::Text | Kind::Table);
    if text || file.size <= BY_ITSELF {
        show();
    }
    let once_more = show.clone();
    Effect::new(move || {
        if again.get() > 0 {
            once_more();
        }
    });
    on_cleanup(move || {
        if let Some(Shown::Picture(url) | Shown::Pdf(url)) = shown.try_get_untracked() {
            // An address that is none of ours any more needs no giving back.
            let _ = Url::revoke_object_url(&url);
        }
    });
    let part = if text && file.size > TEXT_MOST { format!(", the first {}", format::size(TEXT_MOST)) } else { String::new() };
    let note = format!("{}{part}", file.name);
    let size = file.size;
    view! {
        <Card title="Preview" note>
            {move || match shown.get() {
                Shown::Waiting => {
                    let show = show.clone();
                    view! { <Button icon=Icon::Eye on_press=show>{format!("Show ({})", format::size(size))}</Button> }.into_any()
                }
                Shown::Reading => view! { <Skeleton shape=Shape::Lines(4) /> }.into_any(),
                Shown::Picture(url) => view! { <img class="preview-picture" src=url alt=format!("Content of {name}") /> }.into_any(),
                Shown::Text(text) => view! { <pre class="preview-text" tabindex="0" role="region" aria-label=format!("Content of {name}")>{text}</pre> }.into_any(),
                Shown::Pdf(url) => view! { <iframe class="preview-pdf" src=format!("{url}#navpanes=0") title=format!("Content of {name}")></iframe> }.into_any(),
                Shown::Table(rows) => table(rows, &name),
                Shown::Failed(error) => {
                    let show = show.clone();
                    view! { <p class="small muted">{error.message()}</p><Button icon=Icon::Refresh on_press=show>"Try again"</Button> }.into_any()
                }
            }}
        </Card>
    }
    .into_any()
}

/// The first rows; the first of them is the head.
fn table(rows: Vec<Vec<String>>, name: &str) -> AnyView {
    let mut rows = rows.into_iter();
    let head = rows.next().unwrap_or_default();
    view! {
        <div class="preview-table" tabindex="0" role="region" aria-label=format!("Content of {name}")>
            <table>
                <thead><tr>{head.into_iter().map(|field| view! { <th scope="col">{field}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.map(|row| view! { <tr>{row.into_iter().map(|field| view! { <td>{field}</td> }).collect_view()}</tr> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn blob_url(bytes: &[u8], media_type: &str) -> Result<String, ApiError> {
    let unreadable = |_| ApiError::Unreadable("file".to_owned());
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes).into());
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(unreadable)?;
    Url::create_object_url_with_blob(&blob).map_err(unreadable)
}

async fn read(api: Api, kind: Kind, path: &str, media_type: &str) -> Result<Shown, ApiError> {
    match kind {
        Kind::Table => {
            let bytes = api.bytes(path, Some(TEXT_MOST)).await?;
            Ok(Shown::Table(csv::rows(&String::from_utf8_lossy(&bytes), ROWS_MOST + 1)))
        }
        Kind::Pdf => Ok(Shown::Pdf(blob_url(&api.bytes(path, None).await?, "application/pdf")?)),
        Kind::Text => {
            let bytes = api.bytes(path, Some(TEXT_MOST)).await?;
            Ok(Shown::Text(String::from_utf8_lossy(&bytes).into_owned()))
        }
        Kind::Picture => Ok(Shown::Picture(blob_url(&api.bytes(path, None).await?, media_type)?)),
    }
}

//! What is in a file, where showing it is safe: pictures as pictures, text as text. Everything else is downloaded.

use crate::api::{Api, ApiError, use_api};
use crate::components::button::Button;
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::state::{Shape, Skeleton};
use crate::format;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::EvidenceId;
use shared_types::evidence::EvidenceFile;
use web_sys::{Blob, BlobPropertyBag, Url};

/// Files up to here are read without being asked for.
const BY_ITSELF: u64 = 2_000_000;
/// So much of a text is shown.
const TEXT_MOST: u64 = 100_000;
/// Larger pictures are downloaded.
const PICTURE_MOST: u64 = 25_000_000;

/// How a file can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture,
    Text,
}

/// SVG is no picture here: it can carry scripts. Neither is HTML text.
fn kind(file: &EvidenceFile) -> Option<Kind> {
    match file.media_type.as_str() {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" if file.size <= PICTURE_MOST => Some(Kind::Picture),
        "text/plain" | "text/csv" | "text/markdown" | "application/json" => Some(Kind::Text),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Waiting,
    Reading,
    Picture(String),
    Text(String),
    Failed(ApiError),
}

/// The file's content, if it can be shown.
#[component]
pub fn Preview(
    /// The evidence.
    id: EvidenceId,
    /// Its file.
    file: EvidenceFile,
) -> impl IntoView {
    let Some(kind) = kind(&file) else { return ().into_any() };
    let api = use_api();
    let path = use_scope().api(&format!("/evidence/{id}/file"));
    let shown = RwSignal::new(Shown::Waiting);
    let (media_type, name) = (file.media_type.clone(), file.name.clone());
    let show = move || {
        shown.set(Shown::Reading);
        let (path, media_type) = (path.clone(), media_type.clone());
        spawn_local(async move {
            let found = match read(api, kind, &path, &media_type).await {
                Ok(found) => found,
                Err(error) => Shown::Failed(error),
            };
            // The page may be gone by now: then the picture's memory is given back at once.
            if let Some(Shown::Picture(url)) = shown.try_set(found) {
                let _ = Url::revoke_object_url(&url);
            }
        });
    };
    if kind == Kind::Text || file.size <= BY_ITSELF {
        show();
    }
    on_cleanup(move || {
        if let Some(Shown::Picture(url)) = shown.try_get_untracked() {
            // An address that is none of ours any more needs no giving back.
            let _ = Url::revoke_object_url(&url);
        }
    });
    let note = (kind == Kind::Text && file.size > TEXT_MOST).then(|| format!("the first {}", format::size(TEXT_MOST)));
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
                Shown::Failed(error) => {
                    let show = show.clone();
                    view! { <p class="small muted">{error.message()}</p><Button icon=Icon::Refresh on_press=show>"Try again"</Button> }.into_any()
                }
            }}
        </Card>
    }
    .into_any()
}

async fn read(api: Api, kind: Kind, path: &str, media_type: &str) -> Result<Shown, ApiError> {
    match kind {
        Kind::Text => {
            let bytes = api.bytes(path, Some(TEXT_MOST)).await?;
            Ok(Shown::Text(String::from_utf8_lossy(&bytes).into_owned()))
        }
        Kind::Picture => {
            let bytes = api.bytes(path, None).await?;
            let unreadable = |_| ApiError::Unreadable("picture".to_owned());
            let options = BlobPropertyBag::new();
            options.set_type(media_type);
            let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()).into());
            let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(unreadable)?;
            Ok(Shown::Picture(Url::create_object_url_with_blob(&blob).map_err(unreadable)?))
        }
    }
}

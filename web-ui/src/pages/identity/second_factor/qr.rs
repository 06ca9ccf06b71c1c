//! A QR code, drawn as SVG.

use leptos::prelude::*;
use shared_types::second_factor::QrCode;

/// Light modules that a reader needs around the code.
const QUIET: u32 = 4;

/// The code, dark on light in both themes: cameras expect it so.
#[component]
pub fn QrView(
    /// What to draw.
    qr: QrCode,
    /// What it is, for those who can't see it.
    label: &'static str,
) -> impl IntoView {
    let side = qr.size + 2 * QUIET;
    let frame = format!("-{QUIET} -{QUIET} {side} {side}");
    let from = format!("-{QUIET}");
    view! {
        <svg class="qr" viewBox=frame role="img" aria-label=label>
            <rect class="qr-light" x=from.clone() y=from width=side.to_string() height=side.to_string() />
            <path class="qr-dark" d=qr.path />
        </svg>
    }
}

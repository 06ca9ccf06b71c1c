//! Backup codes, shown once: to copy, to download, to print.

use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::clipboard::CopyButton;
use crate::components::icon::{Icon, IconView};
use crate::router::encode;
use leptos::prelude::*;
use shared_types::second_factor::BackupCodes;

/// The codes.
#[component]
pub fn BackupCodesView(
    /// The codes.
    codes: BackupCodes,
    /// The reader has kept them.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let text = codes.codes.join("\n");
    let file = format!("CMMC Tracker: backup codes. Each works once.\n\n{text}\n");
    let href = format!("data:text/plain;charset=utf-8,{}", encode(&file));
    view! {
        <p>"Each of these ten codes works once, in place of your authenticator app. Keep them where you find them without your phone."</p>
        <ul class="backup-codes" aria-label="Backup codes">
            {codes.codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
        </ul>
        <div class="row wrap">
            <CopyButton text what="backup codes" labelled=true />
            <ButtonLink href icon=Icon::Download download="cmmc-tracker-backup-codes.txt">"Download"</ButtonLink>
        </div>
        <div class="notice"><IconView icon=Icon::Info /><span>"They are shown only now. You can make new ones at any time; these stop working then."</span></div>
        <div class="dialog-foot"><Button kind=ButtonKind::Primary on_press=done>"I have kept them"</Button></div>
    }
}

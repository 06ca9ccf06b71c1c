//! Whether the stored files are still what was uploaded, and what the scanner for malware says of them.

use crate::api::{Remote, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::Evidence;
use shared_types::files::{EvidenceIntegrity, FileConcern, Integrity, ScanState};

/// What is wrong with a file, and what mends it.
fn words(concern: &FileConcern) -> String {
    match (concern.integrity, concern.scan) {
        (Integrity::Damaged, _) => "is lost or not what was uploaded. Upload the same file again: that mends it.".to_owned(),
        (_, ScanState::Infected) => match &concern.scan_signature {
            Some(found) => format!("contains malware ({found}). Nobody is given it."),
            None => "contains malware. Nobody is given it.".to_owned(),
        },
        (_, ScanState::Failed) => match &concern.scan_signature {
            Some(why) => format!("could not be scanned for malware: {why}."),
            None => "could not be scanned for malware.".to_owned(),
        },
        _ => String::new(),
    }
}

fn status(concern: &FileConcern) -> (Tone, Icon, &'static str) {
    match (concern.integrity, concern.scan) {
        (Integrity::Damaged, _) => (Tone::Bad, Icon::Alert, "Damaged"),
        (_, ScanState::Infected) => (Tone::Bad, Icon::Alert, "Malware"),
        _ => (Tone::Warn, Icon::Clock, "Not scanned"),
    }
}

/// Between two looks at files that wait for the scanner, in milliseconds.
const LOOK: u32 = 5_000;

/// How the stored files of the system fare.
pub fn use_integrity() -> Remote<EvidenceIntegrity> {
    let url = use_scope().api("/evidence-integrity");
    let remote = use_remote::<EvidenceIntegrity>(move || Some(url.clone()));
    remote.read_while(LOOK, |all| all.scans.enabled && all.scans.not_scanned > 0);
    remote
}

/// Why nobody is given the bytes with this SHA-256, as a badge says it; none where they are given.
pub fn withheld(all: Remote<EvidenceIntegrity>, sha256: &str) -> Option<(Tone, Icon, &'static str)> {
    let is_kept = |concern: &&FileConcern| concern.integrity == Integrity::Damaged || concern.scan == ScanState::Infected;
    all.map(|all| all.concerns.iter().filter(is_kept).find(|concern| concern.sha256 == sha256).map(status)).flatten()
}

/// On an artifact's page: what is wrong with its files, or that nothing is.
#[component]
pub fn IntegrityNote(
    /// The evidence.
    remote: Remote<Evidence>,
    /// How the stored files fare.
    all: Remote<EvidenceIntegrity>,
) -> impl IntoView {
    let number = Memo::new(move |_| remote.map(|evidence| evidence.number.clone()));
    let stored = Memo::new(move |_| remote.map(|evidence| evidence.file.is_some()).unwrap_or_default());
    let concerns = move || {
        let own = |all: &EvidenceIntegrity| {
            let own = all.concerns.iter().filter(|concern| Some(&concern.evidence) == number.get().as_ref());
            own.cloned().collect::<Vec<_>>()
        };
        all.map(own)
    };
    let shown = move || {
        match concerns() {
        // The list of what is wrong ends somewhere; then nothing is said of what is not in it.
        Some(none) if none.is_empty() && all.map(|all| all.concerns.len()).unwrap_or_default() < 200 => {
            let last = all.map(|all| all.last_verified_at).flatten();
            view! {
                <p class="row small muted">
                    <IconView icon=Icon::Shield />
                    <span>"No damage is known of its files. "
                    {match last {
                        Some(at) => view! { "Stored files are compared with their SHA-256 again and again, last " <Moment at />"." }.into_any(),
                        None => "They are compared with their SHA-256 within a month, and again and again.".into_any(),
                    }}</span>
                </p>
            }
            .into_any()
        }
        Some(concerns) => concerns
            .into_iter()
            .map(|concern| {
                let (tone, icon, word) = status(&concern);
                view! {
                    <div class="evidence-concern" role="alert">
                        <Badge tone icon>{word}</Badge>
                        <p class="small"><span class="strong any-break">{concern.name.clone()}</span>" (version "{concern.version}") "{words(&concern)}</p>
                    </div>
                }
            })
            .collect_view()
            .into_any(),
        None => ().into_any(),
    }
    };
    view! { <Show when=move || stored.get()><Card title="Integrity">{shown}</Card></Show> }
}

/// In the library, for those who answer for it: how all stored files fare.
#[component]
pub fn IntegrityCard() -> impl IntoView {
    let remote = use_integrity();
    view! {
        <div class="evidence-integrity">
            <Card title="Integrity of the stored files">
                <RemoteView remote shape=Shape::Lines(3) let:all>
                    {counts(&all)}
                    {(!all.concerns.is_empty()).then(|| view! {
                        <ul class="list" aria-label="Files to look at">{all.concerns.iter().cloned().map(|concern| view! { <Concern concern /> }).collect_view()}</ul>
                    })}
                </RemoteView>
            </Card>
        </div>
    }
}

fn counts(all: &EvidenceIntegrity) -> AnyView {
    let number = |count: u64| format::number(i64::try_from(count).unwrap_or(i64::MAX));
    let badge = |count: u64, tone, icon, word: &str| {
        (count > 0).then(|| view! { <Badge tone icon>{format!("{} {word}", number(count))}</Badge> })
    };
    let (scans, none) = (all.scans, all.sound + all.unchecked + all.damaged == 0);
    let oldest = all.oldest_verified_at;
    view! {
        <div class="row wrap">
            {none.then_some("No files are stored.")}
            {badge(all.sound, Tone::Good, Icon::Check, "unchanged")}
            {badge(all.unchecked, Tone::Open, Icon::Circle, "not compared yet")}
            {badge(all.damaged, Tone::Bad, Icon::Alert, "damaged")}
            {scans.enabled.then(|| view! {
                {badge(scans.clean, Tone::Good, Icon::Shield, "without malware")}
                {badge(scans.not_scanned, Tone::Open, Icon::Circle, "not scanned yet")}
            })}
            {badge(scans.infected, Tone::Bad, Icon::Alert, "with malware")}
            {badge(if scans.enabled { scans.failed } else { 0 }, Tone::Warn, Icon::Clock, "not to be scanned")}
        </div>
        <p class="small muted">
            "Each file is compared with its SHA-256 within a month. "
            {oldest.map(|at| view! { "The one that waits longest was compared "<Moment at />". " })}
            {(!scans.enabled).then_some("There is no scanner for malware.")}
        </p>
    }
    .into_any()
}

#[component]
fn Concern(concern: FileConcern) -> impl IntoView {
    let (tone, icon, word) = status(&concern);
    let href = use_scope().href(SystemPage::EvidenceItem(concern.evidence.clone()));
    view! {
        <li>
            <IconView icon=Icon::Document />
            <a class="t" href=href><span class="strong any-break">{concern.name.clone()}</span>
                <span class="small muted"><span class="id">{concern.evidence.clone()}</span>", version "{concern.version}": it "{words(&concern)}</span></a>
            <Badge tone icon>{word}</Badge>
        </li>
    }
}

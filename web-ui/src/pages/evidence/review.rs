//! The review of the newest version: what comes next, the steps that the reader may take, and those that were taken.

use crate::api::{Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use crate::session::use_session;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::{Evidence, EvidenceReview, EvidenceVersion, ReviewAction, ReviewEvidence, ReviewState};
use shared_types::systems::Role;
use shared_types::text::Note;
use shared_types::{Page, UserId, systems::Member};

/// Everybody who made a version: its author, who handed it in, who uploaded a file of it.
fn authors(version: &EvidenceVersion) -> Vec<UserId> {
    let people =
        [&version.created_by, &version.submitted_by].into_iter().chain(version.files.iter().map(|file| &file.uploaded_by));
    people.flatten().map(|person| person.id).collect()
}

/// The steps to offer. The server decides; this only leaves out what it would refuse.
fn steps(state: ReviewState, author: bool, others: bool, manager: bool) -> Vec<ReviewAction> {
    match state {
        ReviewState::Draft | ReviewState::Rejected => vec![ReviewAction::Submit],
        ReviewState::PendingReview => {
            let mut steps = Vec::new();
            if !author || !others {
                steps.extend([ReviewAction::Approve, ReviewAction::Reject]);
            }
            if author || manager {
                steps.push(ReviewAction::Withdraw);
            }
            steps
        }
        ReviewState::Approved => Vec::new(),
    }
}

/// What the state means, and who is next.
fn next(state: ReviewState, author: bool, others: bool) -> &'static str {
    match state {
        ReviewState::Draft => "A draft supports no finding (32 CFR 170.24(b)). Hand it in when it is complete.",
        ReviewState::Rejected => "Sent back. Mend it, or add a version, and hand it in again.",
        ReviewState::PendingReview if author && others => "Another person than its author looks at it and decides.",
        ReviewState::PendingReview if author => "Nobody else in the system can decide, so you may. The record will say so.",
        ReviewState::PendingReview => "Look at the files: do they show what is said of them, in final form?",
        ReviewState::Approved => "Approved. It never changes again; a new version is reviewed anew.",
    }
}

fn look(action: ReviewAction) -> (ButtonKind, Icon) {
    match action {
        ReviewAction::Submit => (ButtonKind::Primary, Icon::ArrowUp),
        ReviewAction::Withdraw => (ButtonKind::Plain, Icon::ChevronLeft),
        ReviewAction::Approve => (ButtonKind::Primary, Icon::Check),
        ReviewAction::Reject => (ButtonKind::Plain, Icon::Cross),
    }
}

fn said(action: ReviewAction) -> &'static str {
    match action {
        ReviewAction::Submit => "Handed in for review.",
        ReviewAction::Withdraw => "Taken back.",
        ReviewAction::Approve => "Approved.",
        ReviewAction::Reject => "Sent back to its author.",
    }
}

fn done(action: ReviewAction) -> &'static str {
    match action {
        ReviewAction::Submit => "handed in",
        ReviewAction::Withdraw => "took back",
        ReviewAction::Approve => "approved",
        ReviewAction::Reject => "rejected",
    }
}

/// The card.
#[component]
pub fn ReviewCard(
    /// The evidence.
    remote: Remote<Evidence>,
    /// Its versions.
    versions: Remote<Vec<EvidenceVersion>>,
    /// Its id or number.
    evidence: String,
) -> impl IntoView {
    let (api, toasts, scope, session) = (use_api(), use_toasts(), use_scope(), use_session());
    let (contributor, manager) = (scope.can(Role::Contributor), scope.can(Role::Manager));
    let base = scope.api(&format!("/evidence/{evidence}/reviews"));
    let url = base.clone();
    let history = use_remote::<Vec<EvidenceReview>>(move || Some(url.clone()));
    let members = scope.api("/members?limit=200");
    let members = use_remote::<Page<Member>>(move || Some(members.clone()));
    let me = session.me().map(|me| me.id);
    let facts = Memo::new(move |_| {
        let state = remote.map(|evidence| evidence.state)?;
        let made = versions.map(|all| all.first().map(authors)).flatten()?;
        let author = me.is_some_and(|me| made.contains(&me));
        let others =
            |page: &Page<Member>| page.items.iter().any(|one| one.role.allows(Role::Contributor) && !made.contains(&one.user));
        // Not read yet: as if there were others, which offers less.
        Some((state, author, members.map(others).unwrap_or(true)))
    });
    let actions = Memo::new(move |_| {
        let gone = remote.map(|evidence| evidence.archived_at.is_some()).unwrap_or_default();
        match facts.get() {
            Some((state, author, others)) if contributor && !gone => steps(state, author, others, manager),
            _ => Vec::new(),
        }
    });
    let text = move || facts.get().map(|(state, author, others)| next(state, author, others));
    let (asked, busy) = (RwSignal::new(None::<ReviewAction>), RwSignal::new(false));
    let path = StoredValue::new(base);
    let press = move |action: ReviewAction| {
        if action == ReviewAction::Reject {
            asked.set(Some(action));
            return;
        }
        let Some(evidence) = remote.peek() else { return };
        let (path, version) = (path.get_value(), evidence.version);
        let body = ReviewEvidence { action, version: evidence.latest_version, comment: None };
        busy.set(true);
        spawn_local(async move {
            let result = api.post_at::<_, Evidence>(&path, version, &body).await;
            busy.try_set(false);
            match result {
                Ok(evidence) => {
                    remote.set(evidence);
                    toasts.say(said(action));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let open = open_while(asked);
    view! {
        <Card title="Review">
            <div class="stack tight">
                <p class="small muted" aria-live="polite">{text}</p>
                <div class="row wrap">
                    {move || actions.get().into_iter().map(|action| {
                        let (kind, icon) = look(action);
                        view! { <Button kind icon busy on_press=move || press(action)>{words::review_action(action)}</Button> }
                    }).collect_view()}
                </div>
                {move || history.get().filter(|all| !all.is_empty()).map(|all| view! {
                    <ol class="review-steps" aria-label="Steps of the review">{all.iter().map(step).collect_view()}</ol>
                })}
            </div>
        </Card>
        <Dialog open title="Reject this version">
            <RejectForm remote path=path.get_value() open />
        </Dialog>
    }
}

fn step(one: &EvidenceReview) -> AnyView {
    let who = one.by.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone());
    let (at, comment) = (one.at, one.comment.clone());
    view! {
        <li class="small">
            <span class="strong">{who}</span>" "{done(one.action)}" version "{one.version}
            <span class="muted">", "<Moment at /></span>
            {one.self_approved.then(|| view! { <span class="muted">" (their own: nobody else could)"</span> })}
            {comment.map(|text| view! { <p class="pre-line review-comment">{text}</p> })}
        </li>
    }
    .into_any()
}

/// A rejection says what is wrong.
#[component]
fn RejectForm(remote: Remote<Evidence>, path: String, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let form = Form::new("reject");
    let comment = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(note) = form.check("/comment", Note::parse(&comment.get_untracked())) else { return form.refuse() };
        let Some(evidence) = remote.peek() else { return };
        let (path, version) = (path.clone(), evidence.version);
        let action = ReviewAction::Reject;
        let body = ReviewEvidence { action, version: evidence.latest_version, comment: Some(note) };
        form.run(async move { api.post_at(&path, version, &body).await }, move |evidence: Evidence| {
            open.set(false);
            remote.set(evidence);
            toasts.say(said(action));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextAreaField form pointer="/comment" label="What is wrong" value=comment focus=true hint="Its author reads it, and mends it." />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Reject"</Button>
            </div>
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nobody_is_offered_to_approve_their_own_work() {
        use ReviewAction::{Approve, Reject, Submit, Withdraw};
        let pending = ReviewState::PendingReview;
        assert_eq!(steps(ReviewState::Draft, true, true, false), [Submit]);
        assert_eq!(steps(pending, true, true, false), [Withdraw]);
        assert_eq!(steps(pending, true, false, true), [Approve, Reject, Withdraw]);
        assert_eq!(steps(pending, false, true, false), [Approve, Reject]);
        assert_eq!(steps(ReviewState::Approved, false, true, true), []);
    }
}

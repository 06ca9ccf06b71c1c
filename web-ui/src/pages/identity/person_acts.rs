//! What an administrator does to an account, and the question before it.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::toast::use_toasts;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::access::{ChangeUser, UserAction, UserChange, UserState};
use shared_types::identity::User;

/// An account that is being managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose.
    pub user: User,
    /// What was chosen and is not confirmed yet.
    pub action: Option<UserAction>,
}

/// What can be done to an account, as the server sees it too. On the own one only stepping down.
pub fn offered(user: &User, own: bool) -> Vec<UserAction> {
    let mut all = Vec::new();
    let deactivated = user.state == UserState::Deactivated;
    if user.admin {
        all.push(UserAction::WithdrawAdmin);
    } else if user.state == UserState::Active && !own {
        all.push(UserAction::GrantAdmin);
    }
    if !own {
        all.push(if deactivated { UserAction::Reactivate } else { UserAction::Deactivate });
        all.push(UserAction::Delete);
    }
    all
}

/// What its button says.
pub fn verb(action: UserAction) -> &'static str {
    match action {
        UserAction::Deactivate => "Deactivate",
        UserAction::Reactivate => "Reactivate",
        UserAction::GrantAdmin => "Make administrator",
        UserAction::WithdrawAdmin => "Withdraw administrator",
        UserAction::Delete => "Delete",
    }
}

/// What it means, for the question.
fn consequence(action: UserAction) -> &'static str {
    match action {
        UserAction::Deactivate => {
            "Sessions and API tokens end at once, and signing in is refused. Everything that the person did stays. You can reactivate the account."
        }
        UserAction::Reactivate => "The person may sign in again, with the same memberships. API tokens stay revoked.",
        UserAction::GrantAdmin => {
            "An administrator sees every system, manages people and reads the installation log. The person signs in again."
        }
        UserAction::WithdrawAdmin => "The person keeps the memberships in systems, and signs in again.",
        UserAction::Delete => {
            "Name, address and everything to sign in with are erased for ever, and the memberships end. What the person did stays in the records, as done by a deleted person."
        }
    }
}

/// What was done, for the toast.
fn done(action: UserAction, name: &str) -> String {
    match action {
        UserAction::Deactivate => format!("{name} is deactivated."),
        UserAction::Reactivate => format!("{name} may sign in again."),
        UserAction::GrantAdmin => format!("{name} is an administrator now."),
        UserAction::WithdrawAdmin => format!("{name} is no administrator any more."),
        UserAction::Delete => format!("{name} is deleted."),
    }
}

/// Offers the acts, asks, does it, and says what became of it.
#[component]
pub fn ActDialog(
    /// The act.
    about: RwSignal<Option<Wanted>>,
    /// Whose API tokens are to be shown.
    tokens: RwSignal<Option<User>>,
) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let own = move |user: &User| session.me().is_some_and(|me| me.id == user.id);
    let open = open_while(about);
    let busy = RwSignal::new(false);
    let title = Signal::derive(move || {
        about.with(|wanted| match wanted {
            Some(Wanted { user, action: Some(action) }) => format!("{}: {}?", verb(*action), user.name),
            Some(Wanted { user, action: None }) => format!("Manage {}", user.name),
            None => String::new(),
        })
    });
    let act = Callback::new(move |()| {
        let Some(Wanted { user, action: Some(action) }) = about.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let path = format!("/api/v1/users/{}/changes", user.id);
            let result = api.post::<_, UserChange>(&path, &ChangeUser { action }).await;
            busy.set(false);
            open.set(false);
            api.altered("/api/v1/admin-requests");
            match result {
                Ok(UserChange::Done) => toasts.say(done(action, &user.name)),
                Ok(UserChange::Waiting { .. }) => {
                    toasts.say(format!("Asked for. Nothing changes for {} until another administrator approves.", user.name));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            {move || about.get().map(|Wanted { user, action }| match action {
                None => view! { <Choose user about open tokens /> }.into_any(),
                Some(action) => view! {
                    <p>{consequence(action)}</p>
                    {(user.admin && !own(&user) && action.removes_admin()).then(|| view! {
                        <p class="muted">"Against another administrator it takes two: this waits until another administrator approves."</p>
                    })}
                    <div class="dialog-foot">
                        <Button on_press=move || open.set(false)>"Cancel"</Button>
                        <Button kind=if action.removes_admin() { ButtonKind::Danger } else { ButtonKind::Primary } busy on_press=act>{verb(action)}</Button>
                    </div>
                }.into_any(),
            })}
        </Dialog>
    }
}

/// What can be done to an account, each with what it means.
#[component]
fn Choose(user: User, about: RwSignal<Option<Wanted>>, open: RwSignal<bool>, tokens: RwSignal<Option<User>>) -> impl IntoView {
    let own = use_session().me().is_some_and(|me| me.id == user.id);
    let acts = offered(&user, own);
    let user = StoredValue::new(user);
    let show_tokens = move || {
        open.set(false);
        tokens.set(Some(user.get_value()));
    };
    view! {
        <ul class="act-list">
            <li><p class="sp small">"Programs that act for this person: see their tokens, and revoke them."</p><Button on_press=show_tokens>"API tokens"</Button></li>
            {acts.into_iter().map(|action| {
                let choose = move || about.set(Some(Wanted { user: user.get_value(), action: Some(action) }));
                view! { <li><p class="sp small">{consequence(action)}</p><Button on_press=choose>{verb(action)}</Button></li> }
            }).collect_view()}
        </ul>
        <div class="dialog-foot"><Button on_press=move || open.set(false)>"Cancel"</Button></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::UserId;
    use shared_types::identity::SignInMethod;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_what_the_state_allows_is_offered() {
        use UserAction::{Deactivate, Delete, GrantAdmin, Reactivate, WithdrawAdmin};
        let user = |admin, state| User {
            id: UserId(uuid::Uuid::nil()),
            email: String::new(),
            name: String::new(),
            admin,
            active: true,
            state,
            sign_in_methods: vec![SignInMethod::Password],
            sessions: 0,
            created_at: chrono::DateTime::UNIX_EPOCH,
            last_sign_in_at: None,
            second_factor: false,
            lock: None,
        };
        assert_eq!(offered(&user(false, UserState::Active), false), [GrantAdmin, Deactivate, Delete]);
        assert_eq!(offered(&user(true, UserState::Active), false), [WithdrawAdmin, Deactivate, Delete]);
        assert_eq!(offered(&user(true, UserState::Active), true), [WithdrawAdmin]);
        assert_eq!(offered(&user(false, UserState::Deactivated), false), [Reactivate, Delete]);
        assert_eq!(offered(&user(false, UserState::Invited), false), [Deactivate, Delete]);
    }
}

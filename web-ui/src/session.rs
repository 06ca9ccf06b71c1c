//! Who is signed in. Three states, and one in between: a session that ran out while its page stays open.

use crate::api::{Api, ApiError};
use crate::dom;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::identity::{Me, SessionInfo};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Where the session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// Not known yet.
    Loading,
    /// The server does not answer.
    Unreachable(ApiError),
    /// Nobody.
    Anonymous,
    /// Somebody. `expired`: the session has run out, the page stays, and a dialog asks to sign in again.
    SignedIn {
        /// The session.
        info: Box<SessionInfo>,
        /// It has run out.
        expired: bool,
    },
}

/// The session, from the context.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    /// Kept at hand while a renewal is under way, so that ten requests cause one.
    renewal: StoredValue<Option<js_sys::Promise>, LocalStorage>,
    /// Resolves the renewal once the reader has signed in again (or has not).
    answer: StoredValue<Option<js_sys::Function>, LocalStorage>,
}

/// The session.
pub fn use_session() -> Session {
    expect_context::<Session>()
}

impl Session {
    /// Provides the session to everything below.
    pub fn install() -> Self {
        let session = Self {
            state: RwSignal::new(SessionState::Loading),
            renewal: StoredValue::new_local(None),
            answer: StoredValue::new_local(None),
        };
        provide_context(session);
        session
    }

    /// Asks the server who is signed in.
    pub fn load(self, api: Api) {
        self.state.set(SessionState::Loading);
        spawn_local(async move {
            let mut found = api.get::<SessionInfo>("/api/v1/session").await;
            if found.as_ref().is_err_and(is_unauthenticated) {
                // The access cookie is short-lived; the refresh cookie may still be good.
                found = refresh().await;
            }
            self.state.set(match found {
                Ok(info) => SessionState::SignedIn { info: Box::new(info), expired: false },
                Err(error) if is_unauthenticated(&error) => SessionState::Anonymous,
                Err(error) => SessionState::Unreachable(error),
            });
        });
    }

    /// Where the session stands.
    pub fn state(self) -> ReadSignal<SessionState> {
        self.state.read_only()
    }

    /// The person, while there is one.
    pub fn me(self) -> Option<Me> {
        self.state.with(|state| match state {
            SessionState::SignedIn { info, .. } => Some(info.user.clone()),
            _ => None,
        })
    }

    /// Whether the person administers the installation.
    pub fn admin(self) -> bool {
        self.state.with(|state| matches!(state, SessionState::SignedIn { info, .. } if info.user.admin))
    }

    /// Takes a new session over: signed in, set up, joined.
    pub fn begin(self, info: SessionInfo) {
        self.state.set(SessionState::SignedIn { info: Box::new(info), expired: false });
        self.resolve(true);
    }

    /// Asks the server anew who is signed in, and what is open to them.
    pub fn look_again(self, api: Api) {
        spawn_local(async move {
            if let Ok(info) = api.get::<SessionInfo>("/api/v1/session").await {
                self.state.try_set(SessionState::SignedIn { info: Box::new(info), expired: false });
            }
        });
    }

    /// Whether nothing is open to the person before a second factor is set up.
    pub fn must_enrol(self) -> bool {
        self.me().is_some_and(|me| me.second_factor.overdue)
    }

    /// Puts a newer profile in place.
    pub fn set_me(self, me: Me) {
        self.state.update(|state| {
            if let SessionState::SignedIn { info, .. } = state {
                info.user = me;
            }
        });
    }

    /// Nobody is signed in any more.
    pub fn end(self) {
        self.state.set(SessionState::Anonymous);
        self.resolve(false);
    }

    /// The token that every change carries; before a session any text will do.
    pub fn csrf(self) -> String {
        self.state.with_untracked(|state| match state {
            SessionState::SignedIn { info, .. } => info.csrf_token.clone(),
            _ => "none".to_owned(),
        })
    }

    /// Whether somebody was signed in, as far as this page knows.
    pub fn is_live(self) -> bool {
        self.state.with_untracked(|state| matches!(state, SessionState::SignedIn { .. }))
    }

    /// Renews the session: by the refresh cookie, else by asking the reader to sign in. False if neither came about.
    pub async fn renew(self) -> bool {
        let promise = self.renewal.get_value().unwrap_or_else(|| {
            let promise = future_to_promise(async move { Ok(JsValue::from_bool(self.renew_once().await)) });
            self.renewal.set_value(Some(promise.clone()));
            promise
        });
        JsFuture::from(promise).await.is_ok_and(|renewed| renewed.is_truthy())
    }

    async fn renew_once(self) -> bool {
        let renewed = match refresh().await {
            Ok(info) => {
                self.state.set(SessionState::SignedIn { info: Box::new(info), expired: false });
                true
            }
            Err(error) if is_unauthenticated(&error) => self.ask().await,
            Err(_) => false,
        };
        self.renewal.set_value(None);
        renewed
    }

    /// Shows the sign-in dialog over the page and waits for its outcome.
    async fn ask(self) -> bool {
        let outcome = js_sys::Promise::new(&mut |resolve, _| self.answer.set_value(Some(resolve)));
        self.state.update(|state| {
            if let SessionState::SignedIn { expired, .. } = state {
                *expired = true;
            }
        });
        JsFuture::from(outcome).await.is_ok_and(|signed_in| signed_in.is_truthy())
    }

    fn resolve(self, signed_in: bool) {
        if let Some(answer) = self.answer.get_value() {
            self.answer.set_value(None);
            // The function only resolves a promise of ours.
            let _ = answer.unchecked_ref::<js_sys::Function>().call1(&JsValue::NULL, &JsValue::from_bool(signed_in));
        }
    }

    /// Ends the session on the server, then here. What the page held is gone: the next person must not see it.
    pub async fn sign_out(self, api: Api) -> Result<(), ApiError> {
        match api.delete("/api/v1/session", None).await {
            Ok(()) => {}
            Err(error) if is_unauthenticated(&error) => {}
            Err(error) => return Err(error),
        }
        api.cache().clear();
        self.end();
        dom::load("/sign-in");
        Ok(())
    }
}

fn is_unauthenticated(error: &ApiError) -> bool {
    matches!(error, ApiError::Problem(problem) if problem.status == 401) || matches!(error, ApiError::Status(401))
}

/// A new access cookie by the refresh cookie.
async fn refresh() -> Result<SessionInfo, ApiError> {
    crate::api::refresh_session().await
}

//! What stands on the page: who is signed in decides first, the address second.

use crate::api::{Api, use_api};
use crate::chunks::{self, open};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::state::{Empty, Failure, Shape, Skeleton};
use crate::components::toast::{ToastRegion, Toasts};
use crate::frame::{Frame, ProofDialog, SessionDialog};
use crate::live;
use crate::pages;
use crate::router::{LeaveDialog, Route, Router, SystemPage, use_router};
use crate::scope::Scope;
use crate::session::{Session, SessionState, use_session};
use crate::theme::ThemeChoice;
use crate::upload::{UploadTray, Uploads};
use leptos::ev;
use leptos::prelude::*;
use shared_types::identity::MySystem;
use shared_types::{SystemId, UserId};

/// What decides which half of the client is built. Renewals of a session are no change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Loading,
    Unreachable(crate::api::ApiError),
    Anonymous,
    SignedIn(UserId),
}

impl From<&SessionState> for Phase {
    fn from(state: &SessionState) -> Self {
        match state {
            SessionState::Loading => Self::Loading,
            SessionState::Unreachable(error) => Self::Unreachable(error.clone()),
            SessionState::Anonymous => Self::Anonymous,
            SessionState::SignedIn { info, .. } => Self::SignedIn(info.user.id),
        }
    }
}

/// The client.
#[component]
pub fn App() -> impl IntoView {
    ThemeChoice::install();
    Toasts::install();
    Router::install();
    let session = Session::install();
    let api = Api::install(session);
    Uploads::install();
    session.load(api);
    check_when_seen_again(api);
    let phase = Memo::new(move |_| session.state().with(|state| Phase::from(state)));
    view! {
        {move || match phase.get() {
            Phase::Loading => view! { <main class="lone"><Skeleton shape=Shape::Page /></main> }.into_any(),
            Phase::Unreachable(error) => view! {
                <main class="lone"><Failure error retry=Callback::new(move |()| session.load(api)) /></main>
            }.into_any(),
            Phase::Anonymous => view! { <Outside /> }.into_any(),
            Phase::SignedIn(_) => view! { <Inside /><UploadTray /> }.into_any(),
        }}
        <SessionDialog />
        <ProofDialog />
        <LeaveDialog />
        <ToastRegion />
    }
}

/// A page that was left in the background may show what is long gone: it checks when it is looked at again.
fn check_when_seen_again(api: Api) {
    let handle = window_event_listener(ev::visibilitychange, move |_| {
        if !document().hidden() && api.session().is_live() {
            api.cache().check_all();
        }
    });
    on_cleanup(move || handle.remove());
}

/// For people who are not signed in. The address stays, so that signing in leads to the page that was asked for.
#[component]
fn Outside() -> impl IntoView {
    let router = use_router();
    move || match router.route() {
        route @ (Route::Setup | Route::Join | Route::ForgotPassword | Route::ResetPassword | Route::ConfirmEmail) => {
            open(chunks::OFFICE, route)
        }
        Route::Unsubscribe => open(chunks::NOTICES, Route::Unsubscribe),
        #[cfg(feature = "styleguide")]
        Route::Styleguide => view! { <pages::styleguide::StyleguidePage /> }.into_any(),
        _ => view! { <pages::identity::SignInPage /> }.into_any(),
    }
}

/// Which shell a page stands in. The frame stays while pages inside it change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    Framed,
    Setup,
    Join,
    SignIn,
    ForgotPassword,
    ResetPassword,
    ConfirmEmail,
    Unsubscribe,
    Prove,
    #[cfg(feature = "styleguide")]
    Styleguide,
}

impl From<Route> for Shell {
    fn from(route: Route) -> Self {
        match route {
            Route::Setup => Self::Setup,
            Route::Join => Self::Join,
            Route::SignIn => Self::SignIn,
            Route::ForgotPassword => Self::ForgotPassword,
            Route::ResetPassword => Self::ResetPassword,
            Route::ConfirmEmail => Self::ConfirmEmail,
            Route::Unsubscribe => Self::Unsubscribe,
            Route::Prove => Self::Prove,
            #[cfg(feature = "styleguide")]
            Route::Styleguide => Self::Styleguide,
            _ => Self::Framed,
        }
    }
}

/// What the reader may reach: pages are built anew when it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Reach {
    admin: bool,
    systems: Vec<MySystem>,
}

/// For people who are signed in.
#[component]
fn Inside() -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    // After the first page has had the line to itself.
    crate::dom::later(3_000, chunks::fetch_ahead);
    live::follow(use_api());
    let shell = Memo::new(move |_| Shell::from(router.route()));
    let reach = Memo::new(move |_| session.me().map(|me| Reach { admin: me.admin, systems: me.systems }).unwrap_or_default());
    let must_enrol = Memo::new(move |_| session.must_enrol());
    move || match shell.get() {
        // Setting up a second factor may ask for this proof first.
        Shell::Prove => open(chunks::OFFICE, Route::Prove),
        Shell::Unsubscribe => open(chunks::NOTICES, Route::Unsubscribe),
        // The installation's demand comes before every other page.
        _ if must_enrol.get() => open(chunks::ENROL, Route::Account),
        Shell::Setup => open(chunks::OFFICE, Route::Setup),
        Shell::Join => open(chunks::OFFICE, Route::Join),
        Shell::ForgotPassword => open(chunks::OFFICE, Route::ForgotPassword),
        Shell::ResetPassword => open(chunks::OFFICE, Route::ResetPassword),
        Shell::ConfirmEmail => open(chunks::OFFICE, Route::ConfirmEmail),
        Shell::SignIn => {
            crate::dom::later(0, move || router.replace("/"));
            ().into_any()
        }
        #[cfg(feature = "styleguide")]
        Shell::Styleguide => view! { <pages::styleguide::StyleguidePage /> }.into_any(),
        Shell::Framed => view! { <Frame>{move || framed(router.route(), reach.get())}</Frame> }.into_any(),
    }
}

/// The page inside the frame.
fn framed(route: Route, reach: Reach) -> AnyView {
    match route {
        Route::Home => pages::home(&reach.systems),
        Route::Portfolio
        | Route::Systems
        | Route::NewSystem
        | Route::People
        | Route::Account
        | Route::Audit
        | Route::Installation => open(chunks::OFFICE, route),
        Route::Notifications | Route::NotificationPreferences | Route::Jobs => open(chunks::NOTICES, route),
        Route::System(system, page) => in_system(system, page, reach),
        _ => not_found(),
    }
}

/// A page of a system, with the system in its context.
fn in_system(system: SystemId, page: SystemPage, reach: Reach) -> AnyView {
    let Some(mine) = reach.systems.into_iter().find(|mine| mine.id == system) else { return not_found() };
    crate::dom::remember("system", Some(&mine.id.to_string()));
    provide_context(Scope { system: mine, admin: reach.admin });
    let chunk = match page {
        SystemPage::Dashboard => return view! { <pages::dashboard::DashboardPage /> }.into_any(),
        SystemPage::Assessment | SystemPage::Control(_) => chunks::ASSESSMENT,
        SystemPage::Tasks | SystemPage::RecurringTasks | SystemPage::Task(_) => chunks::TASKS,
        SystemPage::Evidence | SystemPage::DeletedEvidence | SystemPage::EvidenceItem(_) => chunks::EVIDENCE,
        SystemPage::Seals | SystemPage::Seal(_) => chunks::SEALS,
        SystemPage::VerifySeal => chunks::CHECK,
        SystemPage::Calendar => chunks::CALENDAR,
        SystemPage::Reports | SystemPage::ScheduledReports | SystemPage::Report(_) | SystemPage::ReportView(_) => chunks::REPORTS,
        SystemPage::Members | SystemPage::Settings | SystemPage::Audit => chunks::OFFICE,
        SystemPage::Webhooks => chunks::NOTICES,
    };
    open(chunk, Route::System(system, page))
}

/// What stands where the address names nothing.
pub fn not_found() -> AnyView {
    view! {
        <PageHead title="Not found" />
        <section class="card"><Empty icon=Icon::Search title="There is no such page"
            action=|| view! { <a class="btn" href="/">"To the dashboard"</a> }>
            "The address may be mistyped, or it belongs to something that you have no access to."
        </Empty></section>
    }
    .into_any()
}

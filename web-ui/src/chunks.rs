//! The parts of the client that are fetched when one of their pages is first opened, so that the first load stays small.
//!
//! Each chunk is a function behind `wasm_split`: in a release build (feature `split`) everything that only this function reaches
//! is moved to a wasm file of its own, after linking (`tools/split/`). Without the feature all pages are in one file and the
//! functions are called directly. To add a page to a chunk, add a line to its table below; `app.rs` says which chunk has a route.
//! Few chunks are better than many: what two of them share becomes a file of its own, for each set of chunks that shares something.

use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::PageHead;
use crate::components::state::{Shape, Skeleton};
use crate::router::{Route, SystemPage};
use crate::{app, dom, pages};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;

/// The fetch of a chunk; says whether it is here.
type Fetch = Pin<Box<dyn Future<Output = bool>>>;

/// A part of the client, which builds a view of what it is given.
pub struct Chunk<G: 'static> {
    fetch: fn() -> Fetch,
    /// Whether it has been fetched.
    here: fn() -> bool,
    /// Nothing while the chunk is not here.
    build: fn(G) -> Option<AnyView>,
}

impl<G> Clone for Chunk<G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G> Copy for Chunk<G> {}

/// Declares a chunk by the view that it builds of what it is given.
macro_rules! cut {
    ($(#[$doc:meta])* $chunk:ident = $module:ident, |$given:ident: $Given:ty| $view:expr) => {
        $(#[$doc])*
        pub const $chunk: Chunk<$Given> = $module::CHUNK;

        mod $module {
            use super::*;

            #[cfg(feature = "split")]
            static HERE: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($module, wasm_split_path = ::leptos::wasm_split, preload(fetch), fallible)]
            fn $module(given: $Given) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
                Ok(view(given))
            }

            #[cfg(feature = "split")]
            pub const CHUNK: Chunk<$Given> = Chunk {
                fetch: || {
                    Box::pin(async {
                        let here = fetch().await.is_ok();
                        HERE.fetch_or(here, std::sync::atomic::Ordering::Relaxed);
                        here
                    })
                },
                here: || HERE.load(std::sync::atomic::Ordering::Relaxed),
                build: |given| at_once($module(given)).and_then(Result::ok),
            };

            #[cfg(not(feature = "split"))]
            pub const CHUNK: Chunk<$Given> =
                Chunk { fetch: || Box::pin(async { true }), here: || true, build: |given| Some(view(given)) };

            fn view($given: $Given) -> AnyView {
                $view
            }
        }
    };
}

/// Declares a chunk with the pages that it builds.
macro_rules! chunk {
    ($(#[$doc:meta])* $chunk:ident = $module:ident { $($route:pat => $view:expr,)+ }) => {
        cut! {
            $(#[$doc])*
            $chunk = $module, |route: Route| match route {
                $($route => $view.into_any(),)+
                _ => app::not_found(),
            }
        }
    };
}

chunk! {
    /// The assessment: the list of controls, and one control.
    ASSESSMENT = assessment {
        Route::System(_, SystemPage::Assessment) => view! { <pages::controls::AssessmentPage /> },
        Route::System(_, SystemPage::Control(reference)) => view! { <pages::controls::ControlPage reference /> },
    }
}
chunk! {
    /// Tasks.
    TASKS = tasks {
        Route::System(_, SystemPage::Tasks) => view! { <pages::tasks::TasksPage /> },
        Route::System(_, SystemPage::RecurringTasks) => view! { <pages::tasks::RecurringTasksPage /> },
        Route::System(_, SystemPage::Task(number)) => view! { <pages::tasks::TaskPage number /> },
    }
}
chunk! {
    /// Evidence.
    EVIDENCE = evidence {
        Route::System(_, SystemPage::Evidence) => view! { <pages::evidence::EvidencePage /> },
        Route::System(_, SystemPage::DeletedEvidence) => view! { <pages::evidence::DeletedEvidencePage /> },
        Route::System(_, SystemPage::EvidenceItem(evidence)) => view! { <pages::evidence::EvidenceItemPage evidence /> },
    }
}
chunk! {
    /// Systems, people, their accounts but for signing in, and the audit logs.
    OFFICE = office {
        Route::Portfolio => view! { <pages::portfolio::PortfolioPage /> },
        Route::Systems => view! { <pages::systems::SystemsPage /> },
        Route::NewSystem => view! { <pages::systems::NewSystemPage /> },
        Route::System(_, SystemPage::Members) => view! { <pages::systems::MembersPage /> },
        Route::System(_, SystemPage::Settings) => view! { <pages::systems::SettingsPage /> },
        Route::People => view! { <pages::identity::PeoplePage /> },
        Route::Account => view! { <pages::identity::AccountPage /> },
        Route::Setup => view! { <pages::identity::SetupPage /> },
        Route::Join => view! { <pages::identity::JoinPage /> },
        Route::ForgotPassword => view! { <pages::identity::ForgotPasswordPage /> },
        Route::ResetPassword => view! { <pages::identity::ResetPasswordPage /> },
        Route::ConfirmEmail => view! { <pages::identity::ConfirmEmailPage /> },
        Route::Installation => view! { <pages::installation::InstallationPage /> },
        Route::Prove => view! { <pages::identity::ProvePage /> },
        Route::Audit => view! { <pages::audit::InstallationAuditPage /> },
        Route::System(_, SystemPage::Audit) => view! { <pages::audit::AuditPage /> },
    }
}
chunk! {
    /// Seals.
    SEALS = seals {
        Route::System(_, SystemPage::Seals) => view! { <pages::seals::SealsPage /> },
        Route::System(_, SystemPage::Seal(number)) => view! { <pages::seals::SealPage number /> },
    }
}
chunk! {
    /// The calendar.
    CALENDAR = calendar {
        Route::System(_, SystemPage::Calendar) => view! { <pages::calendar::CalendarPage /> },
    }
}
chunk! {
    /// Reports, their schedules, and their web view.
    REPORTS = reports {
        Route::System(_, SystemPage::Reports) => view! { <pages::reports::ReportsPage /> },
        Route::System(_, SystemPage::ScheduledReports) => view! { <pages::reports::ScheduledReportsPage /> },
        Route::System(_, SystemPage::Report(id)) => view! { <pages::reports::ReportPage id /> },
        Route::System(_, SystemPage::ReportView(kind)) => view! { <pages::reports::ReportViewPage kind /> },
    }
}
chunk! {
    /// The check of a seal, with its cryptography.
    CHECK = check {
        Route::System(_, SystemPage::VerifySeal) => view! { <pages::seals::VerifySealPage /> },
    }
}
chunk! {
    /// What people are told, and what runs behind it.
    NOTICES = notices {
        Route::Notifications => view! { <pages::notifications::NotificationsPage /> },
        Route::NotificationPreferences => view! { <pages::notifications::PreferencesPage /> },
        Route::Unsubscribe => view! { <pages::notifications::UnsubscribePage /> },
        Route::System(_, SystemPage::Webhooks) => view! { <pages::webhooks::WebhooksPage /> },
        Route::Jobs => view! { <pages::jobs::JobsPage /> },
    }
}
chunk! {
    /// The second factor, where the installation demands one before anything else. It has no address of its own.
    ENROL = enrol {
        Route::Account => view! { <pages::identity::MustEnrolPage /> },
    }
}

cut! {
    /// The engine of uploads, with its tray.
    UPLOADS = uploads, |_given: ()| view! { <crate::upload::Tray /> }.into_any()
}
cut! {
    /// What the palette finds. It is given the signal that closes it.
    PALETTE = palette, |open: RwSignal<bool>| view! { <crate::frame::PaletteSearch open /> }.into_any()
}

const ALL: [fn() -> Fetch; 12] = [
    ASSESSMENT.fetch,
    TASKS.fetch,
    EVIDENCE.fetch,
    PALETTE.fetch,
    UPLOADS.fetch,
    OFFICE.fetch,
    SEALS.fetch,
    CALENDAR.fetch,
    REPORTS.fetch,
    CHECK.fetch,
    NOTICES.fetch,
    ENROL.fetch,
];

/// Fetches all chunks one after another, unhurried: pages then open at once, and go on opening when the server is newer than
/// this page. What fails is fetched again when it is needed.
pub fn fetch_ahead() {
    spawn_local(async {
        for fetch in ALL {
            fetch().await;
        }
    });
}

/// Where the chunk of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Fetching,
    Here,
    Failed,
}

/// The page of a route out of its chunk, which is fetched first where it is not here yet.
pub fn open(chunk: Chunk<Route>, route: Route) -> AnyView {
    part(chunk, route, || view! { <Skeleton shape=Shape::Page /> }.into_any(), |retry| view! { <NotFetched retry /> }.into_any())
}

/// What a chunk builds; until it is here what `waiting` builds, and `failed` if it can't be fetched, with the way to try again.
pub fn part<G: Clone + Send + Sync>(
    chunk: Chunk<G>,
    given: G,
    waiting: fn() -> AnyView,
    failed: impl Fn(Callback<()>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let stage = RwSignal::new(if (chunk.here)() { Stage::Here } else { Stage::Fetching });
    let fetch = Callback::new(move |()| {
        stage.set(Stage::Fetching);
        spawn_local(async move {
            let here = (chunk.fetch)().await;
            // The reader may have gone on to another page meanwhile: then there is nothing to tell.
            let _gone = stage.try_set(if here { Stage::Here } else { Stage::Failed });
        });
    });
    if stage.get_untracked() == Stage::Fetching {
        fetch.run(());
    }
    let shown = move || match stage.get() {
        Stage::Fetching => waiting(),
        Stage::Here => (chunk.build)(given.clone()).unwrap_or_else(|| failed(fetch)),
        Stage::Failed => failed(fetch),
    };
    view! { {shown} }.into_any()
}

/// Says that a part of the client could not be fetched.
#[component]
fn NotFetched(
    /// Fetches it again.
    retry: Callback<()>,
) -> impl IntoView {
    view! {
        <PageHead title="Not fetched" />
        <section class="card"><div class="blank" role="alert">
            <span class="blank-icon bad"><IconView icon=Icon::Alert /></span>
            <h2>"This page could not be fetched"</h2>
            <p class="muted">"The server does not answer, or it was updated since this page was loaded. Reloading brings the newest."</p>
            <p class="row wrap">
                <Button kind=ButtonKind::Primary icon=Icon::Refresh on_press=retry>"Try again"</Button>
                <Button on_press=Callback::new(|()| dom::reload())>"Reload"</Button>
            </p>
        </div></section>
    }
}

/// The outcome of a future that needs no waiting.
#[cfg(feature = "split")]
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    use std::task::{Context, Poll, Waker};
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

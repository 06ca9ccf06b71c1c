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

/// A part of the client.
#[derive(Clone, Copy)]
pub struct Chunk {
    fetch: fn() -> Fetch,
    /// The page of a route; nothing while the chunk is not here.
    build: fn(Route) -> Option<AnyView>,
}

/// Declares a chunk with the pages that it builds.
macro_rules! chunk {
    ($(#[$doc:meta])* $chunk:ident = $module:ident { $($route:pat => $view:expr,)+ }) => {
        $(#[$doc])*
        pub const $chunk: Chunk = $module::CHUNK;

        mod $module {
            use super::*;

            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($module, wasm_split_path = ::leptos::wasm_split, preload(fetch), fallible)]
            fn $module(route: Route) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
                Ok(page(route))
            }

            #[cfg(feature = "split")]
            pub const CHUNK: Chunk = Chunk {
                fetch: || Box::pin(async { fetch().await.is_ok() }),
                build: |route| at_once($module(route)).and_then(Result::ok),
            };

            #[cfg(not(feature = "split"))]
            pub const CHUNK: Chunk = Chunk { fetch: || Box::pin(async { true }), build: |route| Some(page(route)) };

            fn page(route: Route) -> AnyView {
                match route {
                    $($route => $view.into_any(),)+
                    _ => app::not_found(),
                }
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
    /// Tasks and evidence.
    WORK = work {
        Route::System(_, SystemPage::Tasks) => view! { <pages::tasks::TasksPage /> },
        Route::System(_, SystemPage::Task(number)) => view! { <pages::tasks::TaskPage number /> },
        Route::System(_, SystemPage::Evidence) => view! { <pages::evidence::EvidencePage /> },
        Route::System(_, SystemPage::DeletedEvidence) => view! { <pages::evidence::DeletedEvidencePage /> },
        Route::System(_, SystemPage::EvidenceItem(evidence)) => view! { <pages::evidence::EvidenceItemPage evidence /> },
    }
}
chunk! {
    /// Systems, people, their accounts but for signing in, and the audit logs.
    OFFICE = office {
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
    /// Seals, and their check with its cryptography.
    SEALS = seals {
        Route::System(_, SystemPage::Seals) => view! { <pages::seals::SealsPage /> },
        Route::System(_, SystemPage::Seal(number)) => view! { <pages::seals::SealPage number /> },
        Route::System(_, SystemPage::VerifySeal) => view! { <pages::seals::VerifySealPage /> },
    }
}
chunk! {
    /// The second factor, where the installation demands one before anything else. It has no address of its own.
    ENROL = enrol {
        Route::Account => view! { <pages::identity::MustEnrolPage /> },
    }
}

const ALL: [Chunk; 5] = [ASSESSMENT, WORK, OFFICE, SEALS, ENROL];

/// Fetches all chunks one after another, unhurried: pages then open at once, and go on opening when the server is newer than
/// this page. What fails is fetched again when it is needed.
pub fn fetch_ahead() {
    spawn_local(async {
        for chunk in ALL {
            (chunk.fetch)().await;
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
pub fn open(chunk: Chunk, route: Route) -> AnyView {
    let stage = RwSignal::new(Stage::Fetching);
    let fetch = Callback::new(move |()| {
        stage.set(Stage::Fetching);
        spawn_local(async move {
            let here = (chunk.fetch)().await;
            // The reader may have gone on to another page meanwhile: then there is nothing to tell.
            let _gone = stage.try_set(if here { Stage::Here } else { Stage::Failed });
        });
    });
    fetch.run(());
    let shown = move || match stage.get() {
        Stage::Fetching => view! { <Skeleton shape=Shape::Page /> }.into_any(),
        Stage::Here => (chunk.build)(route.clone()).unwrap_or_else(|| view! { <NotFetched retry=fetch /> }.into_any()),
        Stage::Failed => view! { <NotFetched retry=fetch /> }.into_any(),
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

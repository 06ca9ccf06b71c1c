//! The table of pages: each address of the client, read and written in one place.

use super::query::{decode, encode};
use shared_types::SystemId;

/// A page with what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/`: the last system's dashboard.
    Home,
    /// `/setup`: the first administrator.
    Setup,
    /// `/join`: an invitation.
    Join,
    /// `/sign-in`.
    SignIn,
    /// `/forgot-password`: asking for a link.
    ForgotPassword,
    /// `/reset-password`: the mailed link.
    ResetPassword,
    /// `/confirm-email`: the link that was mailed to a new address.
    ConfirmEmail,
    /// `/prove`: proving at the single sign-on provider who it is.
    Prove,
    /// `/systems`.
    Systems,
    /// `/portfolio`: where all systems stand.
    Portfolio,
    /// `/systems/new`.
    NewSystem,
    /// `/s/{system}/...`.
    System(SystemId, SystemPage),
    /// `/people`: the users of the installation.
    People,
    /// `/account`.
    Account,
    /// `/notifications`.
    Notifications,
    /// `/notifications/preferences`: what one is told, and how.
    NotificationPreferences,
    /// `/unsubscribe`: the link of an e-mail that ends such e-mails.
    Unsubscribe,
    /// `/audit`: the installation's audit log.
    Audit,
    /// `/installation`: features, settings, the database.
    Installation,
    /// `/installation/jobs`: background jobs.
    Jobs,
    /// `/styleguide`, in development builds.
    #[cfg(feature = "styleguide")]
    Styleguide,
    /// Anything else.
    Unknown,
}

/// A page of one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemPage {
    /// `dashboard`.
    Dashboard,
    /// `assessment`: the requirements and custom controls.
    Assessment,
    /// `controls/{reference}`.
    Control(String),
    /// `tasks`.
    Tasks,
    /// `tasks/recurring`: templates of tasks.
    RecurringTasks,
    /// `tasks/{number}`.
    Task(String),
    /// `evidence`.
    Evidence,
    /// `evidence/deleted`.
    DeletedEvidence,
    /// `evidence/{id or number}`.
    EvidenceItem(String),
    /// `seals`.
    Seals,
    /// `seals/verify`: the check of an archive.
    VerifySeal,
    /// `seals/{number}`.
    Seal(String),
    /// `calendar`.
    Calendar,
    /// `reports`.
    Reports,
    /// `reports/scheduled`: what is made again and again.
    ScheduledReports,
    /// `reports/{id}`: a report that was made.
    Report(String),
    /// `reports/view/{kind}`: a report as a page.
    ReportView(String),
    /// `audit`.
    Audit,
    /// `members`.
    Members,
    /// `settings`.
    Settings,
    /// `webhooks`: programs that are told.
    Webhooks,
}

impl Route {
    /// The page of a path.
    pub fn parse(path: &str) -> Self {
        let segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Self::Home,
            ["setup"] => Self::Setup,
            ["join"] => Self::Join,
            ["sign-in"] => Self::SignIn,
            ["forgot-password"] => Self::ForgotPassword,
            ["reset-password"] => Self::ResetPassword,
            ["confirm-email"] => Self::ConfirmEmail,
            ["prove"] => Self::Prove,
            ["portfolio"] => Self::Portfolio,
            ["systems"] => Self::Systems,
            ["systems", "new"] => Self::NewSystem,
            ["people"] => Self::People,
            ["account"] => Self::Account,
            ["notifications"] => Self::Notifications,
            ["notifications", "preferences"] => Self::NotificationPreferences,
            ["unsubscribe"] => Self::Unsubscribe,
            ["audit"] => Self::Audit,
            ["installation"] => Self::Installation,
            ["installation", "jobs"] => Self::Jobs,
            #[cfg(feature = "styleguide")]
            ["styleguide"] => Self::Styleguide,
            ["s", system, rest @ ..] => match (system.parse(), SystemPage::parse(rest)) {
                (Ok(system), Some(page)) => Self::System(system, page),
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }

    /// The address of the page.
    pub fn href(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/".to_owned(),
            Self::Setup => "/setup".to_owned(),
            Self::Join => "/join".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
            Self::ForgotPassword => "/forgot-password".to_owned(),
            Self::ResetPassword => "/reset-password".to_owned(),
            Self::ConfirmEmail => "/confirm-email".to_owned(),
            Self::Prove => "/prove".to_owned(),
            Self::Portfolio => "/portfolio".to_owned(),
            Self::Systems => "/systems".to_owned(),
            Self::NewSystem => "/systems/new".to_owned(),
            Self::People => "/people".to_owned(),
            Self::Account => "/account".to_owned(),
            Self::Notifications => "/notifications".to_owned(),
            Self::NotificationPreferences => "/notifications/preferences".to_owned(),
            Self::Unsubscribe => "/unsubscribe".to_owned(),
            Self::Audit => "/audit".to_owned(),
            Self::Installation => "/installation".to_owned(),
            Self::Jobs => "/installation/jobs".to_owned(),
            #[cfg(feature = "styleguide")]
            Self::Styleguide => "/styleguide".to_owned(),
            Self::System(system, page) => format!("/s/{system}/{}", page.path()),
        }
    }

    /// The system that the page belongs to.
    pub fn system(&self) -> Option<SystemId> {
        match self {
            Self::System(system, _) => Some(*system),
            _ => None,
        }
    }
}

impl SystemPage {
    /// The list that a page of one object belongs to: where the same page of another system begins.
    #[must_use]
    pub fn list(self) -> Self {
        match self {
            Self::Dashboard | Self::Assessment | Self::Tasks | Self::Evidence | Self::Audit | Self::Members | Self::Settings => {
                self
            }
            Self::Webhooks => Self::Settings,
            Self::Control(_) => Self::Assessment,
            Self::Task(_) | Self::RecurringTasks => Self::Tasks,
            Self::EvidenceItem(_) | Self::DeletedEvidence => Self::Evidence,
            Self::Seals | Self::Seal(_) | Self::VerifySeal => Self::Seals,
            Self::Calendar => Self::Calendar,
            Self::Reports | Self::ScheduledReports | Self::Report(_) | Self::ReportView(_) => Self::Reports,
        }
    }

    fn parse(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            [] | ["dashboard"] => Self::Dashboard,
            ["assessment"] => Self::Assessment,
            ["controls", reference] => Self::Control((*reference).to_owned()),
            ["tasks"] => Self::Tasks,
            ["tasks", "recurring"] => Self::RecurringTasks,
            ["tasks", number] => Self::Task((*number).to_owned()),
            ["evidence"] => Self::Evidence,
            ["evidence", "deleted"] => Self::DeletedEvidence,
            ["evidence", one] => Self::EvidenceItem((*one).to_owned()),
            ["seals"] => Self::Seals,
            ["seals", "verify"] => Self::VerifySeal,
            ["seals", number] => Self::Seal((*number).to_owned()),
            ["calendar"] => Self::Calendar,
            ["reports"] => Self::Reports,
            ["reports", "scheduled"] => Self::ScheduledReports,
            ["reports", id] => Self::Report((*id).to_owned()),
            ["reports", "view", kind] => Self::ReportView((*kind).to_owned()),
            ["audit"] => Self::Audit,
            ["members"] => Self::Members,
            ["settings"] => Self::Settings,
            ["webhooks"] => Self::Webhooks,
            _ => return None,
        })
    }

    fn path(&self) -> String {
        match self {
            Self::Dashboard => "dashboard".to_owned(),
            Self::Assessment => "assessment".to_owned(),
            Self::Control(reference) => format!("controls/{}", encode(reference)),
            Self::Tasks => "tasks".to_owned(),
            Self::RecurringTasks => "tasks/recurring".to_owned(),
            Self::Task(number) => format!("tasks/{}", encode(number)),
            Self::Evidence => "evidence".to_owned(),
            Self::DeletedEvidence => "evidence/deleted".to_owned(),
            Self::EvidenceItem(one) => format!("evidence/{}", encode(one)),
            Self::Seals => "seals".to_owned(),
            Self::VerifySeal => "seals/verify".to_owned(),
            Self::Seal(number) => format!("seals/{}", encode(number)),
            Self::Calendar => "calendar".to_owned(),
            Self::Reports => "reports".to_owned(),
            Self::ScheduledReports => "reports/scheduled".to_owned(),
            Self::Report(id) => format!("reports/{}", encode(id)),
            Self::ReportView(kind) => format!("reports/view/{}", encode(kind)),
            Self::Audit => "audit".to_owned(),
            Self::Members => "members".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::Webhooks => "webhooks".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_address_reads_back() {
        let system: SystemId = "01936e5a-0000-7000-8000-000000000001".parse().unwrap();
        let pages = [
            SystemPage::Dashboard,
            SystemPage::Assessment,
            SystemPage::Control("AC.L2-3.1.1".into()),
            SystemPage::Tasks,
            SystemPage::RecurringTasks,
            SystemPage::Task("TASK-12".into()),
            SystemPage::Evidence,
            SystemPage::DeletedEvidence,
            SystemPage::Seals,
            SystemPage::VerifySeal,
            SystemPage::Seal("3".to_owned()),
            SystemPage::EvidenceItem("EV-3".to_owned()),
            SystemPage::Calendar,
            SystemPage::Reports,
            SystemPage::ScheduledReports,
            SystemPage::Report("01936e5a-0000-7000-8000-000000000002".to_owned()),
            SystemPage::ReportView("tasks".to_owned()),
            SystemPage::Audit,
            SystemPage::Members,
            SystemPage::Settings,
            SystemPage::Webhooks,
        ];
        let routes = [
            Route::Home,
            Route::Setup,
            Route::Join,
            Route::SignIn,
            Route::ForgotPassword,
            Route::ResetPassword,
            Route::ConfirmEmail,
            Route::Prove,
            Route::Portfolio,
            Route::Systems,
            Route::NewSystem,
            Route::People,
            Route::Account,
            Route::Notifications,
            Route::NotificationPreferences,
            Route::Unsubscribe,
            Route::Audit,
            Route::Installation,
            Route::Jobs,
        ];
        for route in routes.into_iter().chain(pages.map(|page| Route::System(system, page))) {
            assert_eq!(Route::parse(&route.href()), route);
            assert_eq!(Route::parse(&format!("{}/", route.href())), route);
        }
    }

    #[test]
    fn what_is_no_page_is_unknown() {
        for path in ["/nowhere", "/s/not-an-id/dashboard", "/s", "/systems/new/more"] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }
}

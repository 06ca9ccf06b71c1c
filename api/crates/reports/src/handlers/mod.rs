//! The API of this feature.

mod audit_events;
mod audit_exports;
mod calendar;
mod dashboard;
mod exports;
mod installation_audit;
mod portfolio;
mod query_profile;
mod report_file;
mod report_schedules;
mod report_template;
mod reports;

pub use reports::PREVIEWS;

use platform::http::Routes;

/// Adds the operations that belong to no system.
pub fn configure(config: &mut impl Routes) {
    config
        .service(portfolio::get_portfolio)
        .service(audit_exports::export_installation_audit_events_csv)
        .service(audit_exports::export_installation_audit_events_jsonl)
        .service(calendar::list_calendar_feeds)
        .service(calendar::create_calendar_feed)
        .service(calendar::rotate_calendar_feed)
        .service(calendar::revoke_calendar_feed)
        .service(calendar::read_calendar_feed)
        .service(report_template::get_report_template)
        .service(report_template::set_report_template)
        .service(report_template::get_report_logo)
        .service(report_template::set_report_logo)
        .service(report_template::remove_report_logo)
        .service(query_profile::get_query_profile)
        .service(installation_audit::list_audit_heads)
        .service(installation_audit::list_installation_audit_events)
        .service(installation_audit::verify_installation_audit_events);
}

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(dashboard::get_dashboard)
        .service(exports::export_assessment_csv)
        .service(exports::export_assessment_json)
        .service(audit_events::list_audit_events)
        .service(audit_events::verify_audit_events)
        .service(audit_exports::export_audit_events_csv)
        .service(audit_exports::export_audit_events_jsonl)
        .service(calendar::get_calendar)
        .service(reports::list_reports)
        .service(reports::create_report)
        .service(reports::get_report)
        .service(reports::delete_report)
        .service(reports::preview_report)
        .service(report_file::download_report)
        .service(report_schedules::list_report_schedules)
        .service(report_schedules::create_report_schedule)
        .service(report_schedules::get_report_schedule)
        .service(report_schedules::update_report_schedule)
        .service(report_schedules::delete_report_schedule)
        .service(report_schedules::run_report_schedule);
}

//! The database schema, step by step, for SQLite and PostgreSQL. How to add a step: README.md.

mod m20261122_000001_foundation;
mod m20261122_000002_work;
mod m20261122_000003_audit;
mod m20261126_000004_second_factor;
mod m20261126_000005_mail;
mod m20261126_000006_tokens;
mod m20261127_000007_single_sign_on;
mod m20261127_000008_passkeys;
mod m20261127_000009_devices;
mod m20261127_000010_features;
mod m20261127_000011_evidence_life_cycle;
mod m20261127_000012_file_checks;
mod m20261127_000013_seals;
mod m20261127_000014_tasks;
mod m20261127_000015_task_templates;
mod m20261127_000016_notifications;
mod m20261127_000017_webhooks;
mod m20261127_000018_reports;
mod m20261127_000019_calendar_feeds;
mod m20261127_000022_jobs;
mod m20261127_000023_report_schedules;
mod m20261127_000024_report_template;
mod m20261128_000025_waiting_jobs;
mod m20261128_000026_notification_age;
mod m20261128_000027_who_did_it;
mod m20261128_000029_task_priority;
mod m20261128_000030_reports_begun;
mod text;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All steps in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_foundation::Migration),
            Box::new(m20261122_000002_work::Migration),
            Box::new(m20261122_000003_audit::Migration),
            Box::new(m20261126_000004_second_factor::Migration),
            Box::new(m20261126_000005_mail::Migration),
            Box::new(m20261126_000006_tokens::Migration),
            Box::new(m20261127_000007_single_sign_on::Migration),
            Box::new(m20261127_000008_passkeys::Migration),
            Box::new(m20261127_000009_devices::Migration),
            Box::new(m20261127_000010_features::Migration),
            Box::new(m20261127_000011_evidence_life_cycle::Migration),
            Box::new(m20261127_000012_file_checks::Migration),
            Box::new(m20261127_000013_seals::Migration),
            Box::new(m20261127_000014_tasks::Migration),
            Box::new(m20261127_000015_task_templates::Migration),
            Box::new(m20261127_000016_notifications::Migration),
            Box::new(m20261127_000017_webhooks::Migration),
            Box::new(m20261127_000018_reports::Migration),
            Box::new(m20261127_000019_calendar_feeds::Migration),
            Box::new(m20261127_000022_jobs::Migration),
            Box::new(m20261127_000023_report_schedules::Migration),
            Box::new(m20261127_000024_report_template::Migration),
            Box::new(m20261128_000025_waiting_jobs::Migration),
            Box::new(m20261128_000026_notification_age::Migration),
            Box::new(m20261128_000027_who_did_it::Migration),
            Box::new(m20261128_000029_task_priority::Migration),
            Box::new(m20261128_000030_reports_begun::Migration),
        ]
    }
}

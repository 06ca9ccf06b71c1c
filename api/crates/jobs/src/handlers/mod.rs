//! The API of jobs, for administrators.

mod list;
mod one;
mod schedules;

use platform::http::Routes;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list::list_jobs)
        .service(list::list_job_queues)
        .service(one::retry_job)
        .service(one::discard_job)
        .service(schedules::list_job_schedules)
        .service(schedules::run_job_schedule);
}

//! The API of controls, findings and score.

mod custom;
mod detail;
mod findings;
mod list;
mod score;

use platform::http::Routes;

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(list::list_controls)
        .service(custom::create_control)
        .service(detail::get_control)
        .service(detail::update_control)
        .service(custom::delete_control)
        .service(findings::set_finding)
        .service(findings::bulk_set_findings)
        .service(score::get_score)
        .service(score::list_score_history);
}

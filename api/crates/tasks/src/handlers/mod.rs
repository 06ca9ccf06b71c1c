//! The API of tasks.

mod bulk;
mod comments;
mod create;
mod import;
mod list;
mod one;
mod parts;
mod saved;
mod templates;
mod transitions;

pub use list::all;
use platform::http::Routes;

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(bulk::bulk_change_tasks)
        .service(import::preview_task_import)
        .service(import::import_tasks)
        .service(list::list_tasks)
        .service(create::create_task)
        .service(one::get_task)
        .service(one::update_task)
        .service(one::delete_task)
        .service(transitions::transition_task)
        .service(comments::list_task_comments)
        .service(comments::create_task_comment)
        .service(parts::set_task_checklist)
        .service(parts::list_task_watchers)
        .service(parts::watch_task)
        .service(parts::unwatch_task)
        .service(parts::list_task_links)
        .service(parts::link_task)
        .service(parts::unlink_task)
        .service(saved::list_task_filters)
        .service(saved::create_task_filter)
        .service(saved::replace_task_filter)
        .service(saved::delete_task_filter)
        .service(templates::list_task_templates)
        .service(templates::create_task_template)
        .service(templates::get_task_template)
        .service(templates::update_task_template)
        .service(templates::transition_task_template)
        .service(templates::delete_task_template)
        .service(templates::preview_recurrence)
        .service(templates::list_task_suggestions)
        .service(templates::adopt_task_suggestions);
}

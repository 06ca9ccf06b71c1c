//! The API of tasks.

mod comments;
mod create;
mod list;
mod one;
mod parts;
mod transitions;

use platform::http::Routes;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
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
        .service(parts::unlink_task);
}

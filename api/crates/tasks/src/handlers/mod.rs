//! The API of tasks.

mod comments;
mod create;
mod list;
mod one;
mod transitions;

pub use list::{all, first};
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
        .service(comments::create_task_comment);
}

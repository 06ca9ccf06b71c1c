//! The API of single sign-on.

mod begin;
mod callback;
mod identities;
mod state;

pub(crate) use begin::refusal;
use platform::http::Routes;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
        .service(state::single_sign_on_state)
        .service(begin::begin_sign_in)
        .service(begin::begin_step_up)
        .service(begin::begin_link)
        .service(callback::single_sign_on_callback)
        .service(identities::list_my_identities)
        .service(identities::unlink_my_identity);
}

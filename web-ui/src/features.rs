//! What is on in this installation. What is off is not offered; that it is refused, the server sees to.

use crate::api::use_remote;
use leptos::prelude::*;
use shared_types::identity::SetupState;
use shared_types::operation::Feature;

/// Where the server tells it.
pub const PATH: &str = "/api/v1/setup";

/// Whether a feature is on; not while that is not known yet.
pub fn use_feature(feature: Feature) -> Signal<bool> {
    let remote = use_remote::<SetupState>(|| Some(PATH.to_owned()));
    Signal::derive(move || remote.map(|state| state.features.contains(&feature)).unwrap_or_default())
}

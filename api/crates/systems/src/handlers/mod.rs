//! The API of rule packs, systems and members.

mod archive;
mod invitations;
mod members;
mod packs;
mod systems;

use platform::http::Routes;

/// Adds the operations that belong to no system.
pub fn configure(config: &mut impl Routes) {
    config
        .service(packs::list_rule_packs)
        .service(packs::get_rule_pack)
        .service(systems::list_systems)
        .service(systems::create_system);
}

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(systems::get_system)
        .service(systems::update_system)
        .service(archive::archive_system)
        .service(archive::restore_system)
        .service(members::list_members)
        .service(members::add_member)
        .service(invitations::invite_member)
        .service(members::update_member)
        .service(members::remove_member);
}

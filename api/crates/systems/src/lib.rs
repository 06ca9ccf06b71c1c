//! Rule packs, systems and members.
//!
//! The system is the tenant: every row below belongs to exactly one, and [`SystemMember`] is the only way for a handler to
//! reach one. It gives the [`Scope`] that every query takes.
//!
//! - `scope.rs`: [`SystemMember`] and the roles
//! - `packs.rs`: loading the shipped packs; `adopt.rs`: a system adopts one, its controls appear
//! - `service.rs`, `members.rs`, `invitations.rs`, `from_groups.rs`: what changes; `queries.rs`: what is read
//! - `looks.rs`: when a job that follows the systems' own days has last looked at each
//! - `live.rs`: the systems in use, for what looks across them; `programs.rs`: whether programs outside are told of one
//! - `handlers/`: the API

mod adopt;
mod from_groups;
mod handlers;
mod invitations;
mod live;
mod looks;
mod members;
mod packs;
mod programs;
mod queries;
mod scope;
mod service;

pub use adopt::search_text;
pub use from_groups::follow_groups;
pub use handlers::{configure, configure_system};
pub use identity::{Administer, AuditRead, EvidenceWrite, Read, SessionOnly, Write};
pub use live::{LiveSystem, LiveSystems, live_systems};
pub use looks::{looked, looks};
pub use members::{add_member, may_work, role_in};
pub use packs::load_packs;
pub use programs::tells_programs;
pub use queries::{described, revision};
pub use scope::{Assessor, Contributor, Manager, Scope, SystemMember, Viewer, scope_of};
pub use service::{NewSystem, create_system};

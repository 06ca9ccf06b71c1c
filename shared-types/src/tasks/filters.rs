//! Saved filters: the query of a task list under a name.

use crate::identity::Person;
use crate::text::Title;
use crate::{TaskFilterId, text::FilterQuery};
use serde::{Deserialize, Serialize};

/// Most filters that a person saves in one system.
pub const MAX_FILTERS: usize = 50;

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskFilter {
    /// Id.
    pub id: TaskFilterId,
    /// Name.
    pub name: String,
    /// The query of the list's address, without its question mark.
    pub query: String,
    /// The other members see it too.
    pub shared: bool,
    /// Whose it is.
    pub owner: Option<Person>,
    /// You may change and delete it.
    pub changeable: bool,
    /// Version for If-Match.
    pub version: i64,
}

/// Saves a filter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveTaskFilter {
    /// Name, another than those of your other filters here.
    pub name: Title,
    /// The query of the list's address: its filters, its order, `view` and `layout`.
    pub query: FilterQuery,
    /// The other members see it too; needs a contributor.
    #[serde(default)]
    pub shared: bool,
}

//! Pages of lists: keyset pagination with opaque cursors (API-DESIGN, "Lists").

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub items: Vec<T>,
    /// Where the neighbouring pages are.
    pub page: PageInfo,
}

/// Where the neighbouring pages of a list are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageInfo {
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
    /// Cursor of the previous page; absent on the first.
    pub prev: Option<String>,
    /// How many rows match the filters, counted up to 10,000; absent where counting would cost more than it tells.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// The same page with each row mapped.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), page: self.page }
    }
}

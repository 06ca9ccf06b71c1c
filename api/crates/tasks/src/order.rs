//! How a list of tasks is sorted, and the key of a row at the edge of a page.

use crate::row::TaskRow;
use chrono::{DateTime, NaiveDate, Utc};
use platform::{AppError, Result};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use shared_types::FieldCode;
use uuid::Uuid;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Field {
    Due,
    Priority,
    Number,
    Updated,
}

/// What a list is sorted by, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Order {
    pub field: Field,
    pub descending: bool,
}

/// The key of a row in its list's order; NOT NULL columns with the id as tie-break.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Key {
    #[serde(rename = "d")]
    Due(NaiveDate, Uuid),
    #[serde(rename = "p")]
    Priority(i32, NaiveDate, Uuid),
    #[serde(rename = "n")]
    Number(i32),
    #[serde(rename = "u")]
    Updated(DateTime<Utc>, Uuid),
}

impl Order {
    /// Reads `sort`.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self> {
        let text = text.unwrap_or("due");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let field = match name {
            "due" => Field::Due,
            "priority" => Field::Priority,
            "number" => Field::Number,
            "updated_at" => Field::Updated,
            _ => {
                let words = "one of due, priority, number, updated_at, with a minus for the other way round";
                return Err(AppError::invalid("sort", FieldCode::WrongType, words));
            }
        };
        Ok(Self { field, descending })
    }

    /// The columns. Of equal priority what is due earlier comes first.
    pub(crate) fn columns(self) -> &'static [&'static str] {
        match self.field {
            Field::Due => &["t.due_sort", "t.id"],
            Field::Priority => &["t.priority_rank", "t.due_sort", "t.id"],
            Field::Number => &["t.number"],
            Field::Updated => &["t.updated_at", "t.id"],
        }
    }

    /// A row's key.
    pub(crate) fn key(self, row: &TaskRow) -> Key {
        match self.field {
            Field::Due => Key::Due(row.due_sort, row.id),
            Field::Priority => Key::Priority(row.priority_rank, row.due_sort, row.id),
            Field::Number => Key::Number(row.number),
            Field::Updated => Key::Updated(row.updated_at, row.id),
        }
    }
}

impl Key {
    /// The values of the order's columns.
    pub(crate) fn values(&self) -> Vec<Value> {
        match *self {
            Self::Due(due, id) => vec![due.into(), id.into()],
            Self::Priority(rank, due, id) => vec![rank.into(), due.into(), id.into()],
            Self::Number(number) => vec![number.into()],
            Self::Updated(at, id) => vec![at.into(), id.into()],
        }
    }
}

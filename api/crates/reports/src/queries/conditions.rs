//! The WHERE of a list with optional filters: constant fragments with numbered places, never a user's text.

use sea_orm::Value;

/// Conditions that all must hold, and the values of their places.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// The place of a value: `$1` and so on.
    pub(super) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The places of several values, for an IN.
    pub(super) fn places(&mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> String {
        values.into_iter().map(|value| self.place(value)).collect::<Vec<_>>().join(", ")
    }

    /// Adds a condition that was made of constant text and places.
    pub(super) fn and(&mut self, condition: String) {
        self.sql.push(condition);
    }

    /// Adds a comparison of a column with a value, if there is one.
    pub(super) fn compare(&mut self, column_and_operator: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.and(format!("{column_and_operator} {place}"));
        }
    }

    /// All conditions.
    pub(super) fn sql(&self) -> String {
        if self.sql.is_empty() { "1 = 1".to_owned() } else { self.sql.join(" AND ") }
    }

    /// The values in the order of their places.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

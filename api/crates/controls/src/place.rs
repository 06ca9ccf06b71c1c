//! Numbered places of hand-written SQL: the text is made of constant fragments, values only ever stand in places.

use sea_orm::Value;

/// The values of a statement that is being put together.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<Value>);

impl Places {
    /// Adds a value and gives its place, `$3`.
    pub fn put(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// Adds values and gives their places, `$3, $4`.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let places: Vec<String> = values.into_iter().map(|value| self.put(value)).collect();
        places.join(", ")
    }

    /// `column IN (...)`; true for nothing where there are no values.
    pub fn one_of<V: Into<Value>>(&mut self, column: &str, values: impl IntoIterator<Item = V>) -> String {
        let places = self.list(values);
        if places.is_empty() { "FALSE".to_owned() } else { format!("{column} IN ({places})") }
    }

    /// The values, for the statement.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }
}

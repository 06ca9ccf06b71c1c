//! Hand-written SQL: one text for both databases, with `$1`, `$2` ... which both understand.

use crate::{Db, Result};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

/// A statement with its values.
pub fn bind(backend: DbBackend, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

/// All rows of a query, in any connection or transaction.
pub async fn rows<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value> + Send,
) -> Result<Vec<T>> {
    let statement = bind(connection.get_database_backend(), sql, values);
    Ok(T::find_by_statement(statement).all(connection).await?)
}

/// Runs a statement that changes rows; how many it changed.
pub async fn execute(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value> + Send,
) -> Result<u64> {
    Ok(connection.execute_raw(bind(connection.get_database_backend(), sql, values)).await?.rows_affected())
}

impl Db {
    /// All rows of a reading query.
    pub async fn rows<T: FromQueryResult>(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<T>> {
        Ok(T::find_by_statement(bind(self.backend(), sql, values)).all(self.read()).await?)
    }

    /// The row of a reading query, if there is one.
    pub async fn row<T: FromQueryResult>(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Option<T>> {
        Ok(T::find_by_statement(bind(self.backend(), sql, values)).one(self.read()).await?)
    }
}

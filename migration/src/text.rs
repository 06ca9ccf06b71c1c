//! One SQL text for both databases.
//!
//! The words in braces are the types whose names differ: `{uuid}`, `{time}`, `{date}`, `{bytes}`, and `{key}` for text that is
//! sorted or compared, which must go by code points on PostgreSQL as it does on SQLite.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

fn translate(sql: &str, backend: DbBackend) -> String {
    let (uuid, time, date, bytes, key) = match backend {
        DbBackend::Postgres => ("uuid", "timestamptz", "date", "bytea", "text COLLATE \"C\""),
        _ => ("uuid_text", "timestamp_with_timezone_text", "date_text", "blob", "text"),
    };
    sql.replace("{uuid}", uuid).replace("{time}", time).replace("{date}", date).replace("{bytes}", bytes).replace("{key}", key)
}

/// Runs statements that are separated by `;` at the end of a line.
pub(crate) async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let sql = translate(sql, manager.get_database_backend());
    for statement in sql.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Drops tables; name first the ones that point to others.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE IF EXISTS {table}")).await?;
    }
    Ok(())
}

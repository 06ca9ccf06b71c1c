//! Loading the shipped rule packs into the database at the start, so that lists can join them.
//!
//! Architecture Invariant: a pack version never changes. Its content hash is stored; a binary whose pack has the same version
//! and another content refuses to start. Every version that was ever adopted stays in the binary.

use platform::db::{execute, rows};
use platform::{AppError, Platform, Result, Tx};
use rules::RulePack;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Loaded {
    content_hash: String,
}

/// Loads what is not there yet. Does nothing the second time.
pub async fn load_packs(platform: &Platform) -> Result<()> {
    let packs = rules::load().map_err(|error| AppError::internal(error.to_string()))?;
    let inner = platform.clone();
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                for pack in packs {
                    load_pack(&inner, tx, pack).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn load_pack(platform: &Platform, tx: &Tx, pack: &RulePack) -> Result<()> {
    let sql = "SELECT content_hash FROM rule_packs WHERE pack = $1 AND version = $2";
    if let Some(loaded) =
        rows::<Loaded>(tx, sql, [pack.id.as_str().into(), pack.version.as_str().into()]).await?.into_iter().next()
    {
        if loaded.content_hash == pack.content_hash {
            return Ok(());
        }
        let fault =
            format!("rule pack {} {} differs from the one that this database has under the same version", pack.id, pack.version);
        return Err(AppError::internal(fault));
    }
    let id: Uuid = platform.rng.id(&platform.clock)?;
    let sql = "INSERT INTO rule_packs (id, pack, version, level, title, content_hash, loaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (pack, version) DO NOTHING";
    let values = [
        id.into(),
        pack.id.as_str().into(),
        pack.version.as_str().into(),
        i32::from(pack.level).into(),
        pack.title.as_str().into(),
        pack.content_hash.as_str().into(),
        platform.clock.now().into(),
    ];
    if execute(tx, sql, values).await? == 0 {
        // Another instance loaded it between our look and our insert.
        return Ok(());
    }
    let (mut requirements, mut objectives) = (Vec::new(), Vec::new());
    for family in &pack.families {
        for requirement in &family.requirements {
            let requirement_id: Uuid = platform.rng.id(&platform.clock)?;
            requirements.push(vec![
                Value::from(requirement_id),
                id.into(),
                requirement.id.as_str().into(),
                i32::try_from(requirement.position).unwrap_or(i32::MAX).into(),
                family.code.as_str().into(),
                family.name.as_str().into(),
                requirement.title.as_str().into(),
                requirement.points.map(i32::from).into(),
                requirement.partial_points().map(i32::from).into(),
                requirement.poam.as_str().into(),
                requirement.periodic.into(),
                requirement.statement.as_str().into(),
            ]);
            let letters = requirement.objectives.iter();
            objectives.extend(letters.map(|objective| {
                vec![Value::from(requirement_id), objective.letter.as_str().into(), objective.statement.as_str().into()]
            }));
        }
    }
    let columns = "requirements (id, pack_id, reference, position, family, family_name, title, points, partial_points, poam, periodic, \
                   statement)";
    insert_all(tx, columns, requirements).await?;
    insert_all(tx, "objectives (requirement_id, letter, statement)", objectives).await
}

/// Inserts rows with as few statements as the bound on values allows.
pub(crate) async fn insert_all(tx: &Tx, table: &str, rows: Vec<Vec<Value>>) -> Result<()> {
    const VALUES: usize = 8_000;
    let width = rows.first().map_or(1, Vec::len);
    for chunk in rows.chunks((VALUES / width).max(1)) {
        let place = |row: usize| (1..=width).map(|n| format!("${}", row * width + n)).collect::<Vec<_>>().join(", ");
        let places: Vec<String> = (0..chunk.len()).map(|row| format!("({})", place(row))).collect();
        let sql = format!("INSERT INTO {table} VALUES {}", places.join(", "));
        execute(tx, &sql, chunk.iter().flatten().cloned()).await?;
    }
    Ok(())
}

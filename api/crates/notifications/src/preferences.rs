//! How each person wants to be told: what they chose, else what the table of kinds says.

use crate::kinds::{self, KINDS, Kind};
use audit::Door;
use platform::db::{execute, rows};
use platform::{AppError, Db, Result, Rng, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::notifications::{
    DEFAULT_DIGEST_HOUR, EmailDelivery, KindPreference, NotificationPreferences, SetKindPreference,
};
use shared_types::{FieldCode, UserId};
use std::collections::{HashMap, HashSet};

/// How a person is told of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Shown in the product.
    pub in_app: bool,
    /// By e-mail, from here.
    email: EmailDelivery,
    mailed_by_identity: bool,
}

impl Wanted {
    /// What the table of kinds says.
    fn usual(kind: &Kind) -> Self {
        Self { in_app: true, email: kind.email, mailed_by_identity: kind.mailed_by_identity }
    }

    /// What a person chose, as far as the kind leaves a choice.
    fn chosen(kind: &Kind, in_app: bool, email: &str) -> Self {
        if kind.mandatory {
            return Self::usual(kind);
        }
        Self { in_app, email: EmailDelivery::parse(email).unwrap_or(kind.email), ..Self::usual(kind) }
    }

    /// The state in which a notification begins its way to the mail.
    pub fn mail_state(self) -> &'static str {
        match self.email {
            EmailDelivery::Immediate if !self.mailed_by_identity => "immediate",
            EmailDelivery::Digest if !self.mailed_by_identity => "digest",
            _ => "none",
        }
    }

    /// Whether it goes out by e-mail from here at all.
    pub fn is_mailed(self) -> bool {
        self.mail_state() != "none"
    }
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    in_app: bool,
    email: String,
}

/// How a person is told of one kind.
pub(crate) async fn of_kind(connection: &impl ConnectionTrait, user: UserId, kind: &Kind) -> Result<Wanted> {
    if kind.mandatory {
        return Ok(Wanted::usual(kind));
    }
    let sql = "SELECT kind, in_app, email FROM notification_preferences WHERE user_id = $1 AND kind = $2";
    let row = rows::<Row>(connection, sql, [user.0.into(), kind.name.into()]).await?.into_iter().next();
    Ok(row.map_or_else(|| Wanted::usual(kind), |row| Wanted::chosen(kind, row.in_app, &row.email)))
}

/// How a person is told of every kind.
pub(crate) async fn of_person(connection: &impl ConnectionTrait, user: UserId) -> Result<HashMap<&'static str, Wanted>> {
    let sql = "SELECT kind, in_app, email FROM notification_preferences WHERE user_id = $1";
    let mut wanted: HashMap<&'static str, Wanted> = KINDS.iter().map(|kind| (kind.name, Wanted::usual(kind))).collect();
    for Row { kind, in_app, email } in rows::<Row>(connection, sql, [user.0.into()]).await? {
        // A kind that a later version had, or an earlier one.
        if let Some(kind) = kinds::find(&kind) {
            wanted.insert(kind.name, Wanted::chosen(kind, in_app, &email));
        }
    }
    Ok(wanted)
}

#[derive(FromQueryResult)]
struct Settings {
    time_zone: Option<String>,
    digest_hour: Option<i32>,
}

/// All that a person may choose.
pub(crate) async fn read(db: &Db, user: UserId) -> Result<NotificationPreferences> {
    let sql =
        "SELECT u.time_zone, s.digest_hour FROM users u LEFT JOIN notification_settings s ON s.user_id = u.id WHERE u.id = $1";
    let Settings { time_zone, digest_hour } = db.row(sql, [user.0.into()]).await?.ok_or_else(AppError::not_found)?;
    let wanted = of_person(db.read(), user).await?;
    let digest_hour = digest_hour.and_then(|hour| u8::try_from(hour).ok()).unwrap_or(DEFAULT_DIGEST_HOUR);
    let kinds = KINDS.iter().filter_map(|kind| {
        let wanted = wanted.get(kind.name)?;
        Some(KindPreference {
            kind: kind.name.to_owned(),
            group: kind.group.to_owned(),
            label: kind.label.to_owned(),
            mandatory: kind.mandatory,
            in_app: wanted.in_app,
            email: wanted.email,
        })
    });
    Ok(NotificationPreferences { digest_hour, time_zone, kinds: kinds.collect() })
}

/// What stands in a body, checked: each kind exists, stands once, and is one that can be chosen.
pub(crate) fn check(kinds: Vec<SetKindPreference>) -> Result<Vec<(&'static Kind, SetKindPreference)>> {
    let mut seen = HashSet::new();
    let mut checked = Vec::new();
    for (index, set) in kinds.into_iter().enumerate() {
        let pointer = format!("/kinds/{index}/kind");
        let kind = kinds::find(&set.kind)
            .ok_or_else(|| AppError::invalid(pointer.as_str(), FieldCode::NotFound, "there is no such kind of notification"))?;
        if !seen.insert(kind.name) {
            return Err(AppError::invalid(pointer, FieldCode::BadFormat, "this kind stands twice"));
        }
        if kind.mandatory && set != usual(kind) {
            return Err(AppError::invalid(pointer, FieldCode::OutOfRange, "this kind can't be turned off"));
        }
        checked.push((kind, set));
    }
    Ok(checked)
}

fn usual(kind: &Kind) -> SetKindPreference {
    SetKindPreference { kind: kind.name.to_owned(), in_app: true, email: kind.email }
}

/// Writes what a person chose of one kind.
pub(crate) async fn set(tx: &Tx, user: UserId, kind: &Kind, in_app: bool, email: EmailDelivery) -> Result<()> {
    let sql = "INSERT INTO notification_preferences (user_id, kind, in_app, email) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (user_id, kind) DO UPDATE SET in_app = $3, email = $4";
    execute(tx, sql, [user.0.into(), kind.name.into(), in_app.into(), email.as_str().into()]).await?;
    Ok(())
}

/// Makes a person's row of settings where there is none.
pub(crate) async fn ensure_settings(tx: &Tx, rng: &Rng, user: UserId) -> Result<()> {
    let sql = "INSERT INTO notification_settings (user_id, digest_hour, unsubscribe_key) VALUES ($1, $2, $3) \
               ON CONFLICT (user_id) DO NOTHING";
    let key = hex::encode(rng.bytes::<32>()?);
    execute(tx, sql, [user.0.into(), i32::from(DEFAULT_DIGEST_HOUR).into(), key.into()]).await?;
    Ok(())
}

/// Writes the hour of a person's digest.
pub(crate) async fn set_digest_hour(door: &Door<'_>, user: UserId, hour: u8) -> Result<()> {
    ensure_settings(door.tx, &door.rng, user).await?;
    let sql = "UPDATE notification_settings SET digest_hour = $1 WHERE user_id = $2";
    execute(door.tx, sql, [i32::from(hour).into(), user.0.into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(kind: &str, in_app: bool, email: EmailDelivery) -> SetKindPreference {
        SetKindPreference { kind: kind.to_owned(), in_app, email }
    }

    #[test]
    fn what_can_be_chosen() {
        use EmailDelivery::{Digest, Immediate, Off};
        assert_eq!(check(vec![set("task.assigned", false, Off), set("evidence.expired", true, Digest)]).unwrap().len(), 2);
        for (kinds, pointer) in [
            (vec![set("task.exploded", true, Off)], "/kinds/0/kind"),
            (vec![set("task.assigned", true, Off), set("task.assigned", true, Digest)], "/kinds/1/kind"),
            (vec![set("security.password", false, Immediate)], "/kinds/0/kind"),
            (vec![set("security.password", true, Off)], "/kinds/0/kind"),
        ] {
            let error = check(kinds).unwrap_err();
            assert_eq!(error.errors().first().map(|error| error.pointer.as_str()), Some(pointer));
        }
        // As it is anyhow: a client may send back all that it was given.
        assert!(check(vec![set("security.password", true, Immediate)]).is_ok());
    }

    #[test]
    fn what_identity_mails_is_not_mailed_twice() {
        for kind in KINDS.iter().filter(|kind| kind.mailed_by_identity) {
            assert!(!Wanted::usual(kind).is_mailed(), "{}", kind.name);
            assert!(!Wanted::chosen(kind, false, "digest").is_mailed() && Wanted::chosen(kind, false, "off").in_app);
        }
    }
}

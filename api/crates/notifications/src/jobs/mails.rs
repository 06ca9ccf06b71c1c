//! Decides which notifications go out by e-mail now, and writes a job for each mail. What comes to one person within some minutes is one
//! mail, so that a burst is no storm; a digest is one mail a day, at the hour that the person chose.

use crate::jobs::mail::{NOTIFICATION_MAIL, Payload};
use crate::preferences;
use crate::service::lock_head;
use chrono::{DateTime, Duration, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use platform::db::execute;
use platform::{Platform, Result, outbox};
use sea_orm::FromQueryResult;
use shared_types::UserId;
use shared_types::notifications::DEFAULT_DIGEST_HOUR;
use uuid::Uuid;

/// While something newer than this has come, more may follow: the mail waits, ...
const QUIET: Duration = Duration::seconds(20);
/// ... but not when something has waited this long.
const PATIENCE: Duration = Duration::minutes(5);
/// Notifications in one mail, each with a line. What is left goes with the next look: some may be told by e-mail alone.
const MOST: i64 = 200;

#[derive(FromQueryResult)]
struct Waiting {
    user_id: Uuid,
    email: String,
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
    time_zone: Option<String>,
    digest_hour: Option<i32>,
}

const WAITING: &str = "SELECT n.user_id, n.email, MIN(n.created_at) AS oldest, MAX(n.created_at) AS newest, u.time_zone, s.digest_hour \
    FROM notifications n JOIN users u ON u.id = n.user_id LEFT JOIN notification_settings s ON s.user_id = n.user_id \
    WHERE n.mail_id IS NULL AND n.email IN ('immediate', 'digest') \
    GROUP BY n.user_id, n.email, u.time_zone, s.digest_hour ORDER BY n.user_id, n.email";

impl Waiting {
    /// Up to which time what waits goes out now; nothing if it is to wait on.
    fn up_to(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.email == "digest" {
            let zone = self.time_zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
            let hour = self.digest_hour.and_then(|hour| u32::try_from(hour).ok()).unwrap_or(DEFAULT_DIGEST_HOUR.into());
            let moment = last_digest(now, zone, hour);
            // What comes with the stroke of the hour is of the next day.
            let up_to = moment - Duration::microseconds(1);
            return (self.oldest <= up_to).then_some(up_to);
        }
        let ready = self.newest <= now - QUIET || self.oldest <= now - PATIENCE;
        ready.then_some(now)
    }
}

/// The last moment, not after now, at which the clocks of a zone showed this hour. Where the hour is skipped that day, the one after it
/// counts; where there are two of them, the first.
fn last_digest(now: DateTime<Utc>, zone: Tz, hour: u32) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let at = |day: chrono::NaiveDate| {
        (hour..24).chain(0..1).find_map(|hour| {
            let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
            Some(zone.from_local_datetime(&day.and_time(time)).earliest()?.with_timezone(&Utc))
        })
    };
    let days = [Some(today), today.pred_opt()];
    days.into_iter().flatten().filter_map(at).find(|moment| *moment <= now).unwrap_or_default()
}

/// Writes a job for each mail that is to go now; how many.
pub async fn notification_mails(platform: &Platform) -> Result<u64> {
    let now = platform.clock.now();
    let mut written = 0;
    for waiting in platform.db.rows::<Waiting>(WAITING, []).await? {
        let Some(up_to) = waiting.up_to(now) else { continue };
        written += u64::from(write(platform, &waiting, up_to).await?);
    }
    Ok(written)
}

/// One mail: its notifications are marked as its own, in the transaction that writes its job. Two processes at once write one.
async fn write(platform: &Platform, waiting: &Waiting, up_to: DateTime<Utc>) -> Result<bool> {
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    let (user, email) = (UserId(waiting.user_id), waiting.email.clone());
    let mail: Uuid = rng.id(&clock)?;
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                lock_head(tx, user).await?;
                let sql = "UPDATE notifications SET mail_id = $1 WHERE mail_id IS NULL AND id IN (SELECT id FROM notifications \
                    WHERE user_id = $2 AND email = $3 AND mail_id IS NULL AND created_at <= $4 ORDER BY sequence LIMIT $5)";
                if execute(tx, sql, [mail.into(), user.0.into(), email.clone().into(), up_to.into(), MOST.into()]).await? == 0 {
                    return Ok(false);
                }
                preferences::ensure_settings(tx, &rng, user).await?;
                let payload = Payload { user, digest: email == "digest" };
                outbox::enqueue_as(tx, &clock, mail, NOTIFICATION_MAIL, &payload).await?;
                Ok(true)
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_hour_is_that_of_the_persons_zone() {
        for (zone, hour, now, moment) in [
            ("UTC", 7, "2026-11-22T07:00:00Z", "2026-11-22T07:00:00Z"),
            ("UTC", 7, "2026-11-22T06:59:59Z", "2026-11-21T07:00:00Z"),
            ("America/New_York", 7, "2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
            ("America/New_York", 7, "2026-11-22T11:59:00Z", "2026-11-21T12:00:00Z"),
            ("Asia/Kathmandu", 8, "2026-11-22T02:20:00Z", "2026-11-22T02:15:00Z"),
            ("Pacific/Kiritimati", 0, "2026-11-22T10:30:00Z", "2026-11-22T10:00:00Z"),
            // Clocks go from 2 to 3: that day the digest of 2 goes at 3.
            ("America/New_York", 2, "2026-03-08T12:00:00Z", "2026-03-08T07:00:00Z"),
            // There are two hours from 1 to 2: the first.
            ("America/New_York", 1, "2026-11-01T05:30:00Z", "2026-11-01T05:00:00Z"),
            ("America/New_York", 1, "2026-11-01T06:30:00Z", "2026-11-01T05:00:00Z"),
        ] {
            assert_eq!(last_digest(at(now), zone.parse().unwrap(), hour), at(moment), "{zone} {hour} {now}");
        }
    }

    #[test]
    fn a_burst_waits_until_it_is_over_but_not_for_ever() {
        let waiting = |oldest: &str, newest: &str| Waiting {
            user_id: Uuid::nil(),
            email: "immediate".to_owned(),
            oldest: at(oldest),
            newest: at(newest),
            time_zone: None,
            digest_hour: None,
        };
        let now = at("2026-11-22T12:10:00Z");
        assert_eq!(waiting("2026-11-22T12:09:41Z", "2026-11-22T12:09:41Z").up_to(now), None);
        assert_eq!(waiting("2026-11-22T12:09:40Z", "2026-11-22T12:09:40Z").up_to(now), Some(now));
        assert_eq!(waiting("2026-11-22T12:05:01Z", "2026-11-22T12:09:59Z").up_to(now), None);
        assert_eq!(waiting("2026-11-22T12:05:00Z", "2026-11-22T12:09:59Z").up_to(now), Some(now));
    }
}

//! Which rows of the audit log are wanted.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use platform::clock::start_of_day;
use platform::http::query::several;
use platform::{AppError, Result};
use serde::{Deserialize, Serialize};
use shared_types::{FieldCode, UserId};
use utoipa::IntoParams;

/// Filters of the audit log as they stand in the query string.
#[derive(Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParameters {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(skip_serializing)]
    pub limit: Option<u64>,
    /// From the page before.
    #[serde(skip_serializing)]
    pub cursor: Option<String>,
    /// Who: ids of users, `me`, or `none` for the product itself; several with commas.
    pub actor: Option<String>,
    /// What was done, such as `finding.set`, or all of a kind with a dot at the end: `finding.`; several with commas.
    pub action: Option<String>,
    /// Kinds of objects, such as `control`; several with commas.
    pub object_kind: Option<String>,
    /// The object's id.
    pub object_id: Option<String>,
    /// From this time or day on (`2026-11-22` or RFC 3339).
    pub from: Option<String>,
    /// Until this time or day, inclusive.
    pub to: Option<String>,
}

/// One wanted actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedActor {
    Nobody,
    User(UserId),
}

/// The filters, understood.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditFilter {
    pub actors: Vec<WantedActor>,
    pub actions: Vec<String>,
    pub object_kinds: Vec<String>,
    pub object_id: Option<String>,
    /// Inclusive.
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
}

impl AuditParameters {
    /// Understands the filters; days are days of `zone`.
    pub(crate) fn parse(&self, me: UserId, zone: &str) -> Result<AuditFilter> {
        let actor = |text: &str| match text {
            "me" => Ok(WantedActor::User(me)),
            "none" => Ok(WantedActor::Nobody),
            id => id.parse().map(WantedActor::User).map_err(|_bad| wrong("actor", "ids of users, me, or none")),
        };
        Ok(AuditFilter {
            actors: several("actor", self.actor.as_deref())?.into_iter().map(actor).collect::<Result<_>>()?,
            actions: owned("action", self.action.as_deref())?,
            object_kinds: owned("object_kind", self.object_kind.as_deref())?,
            object_id: self.object_id.clone(),
            from: self.from.as_deref().map(|text| moment("from", text, zone, false)).transpose()?,
            before: self.to.as_deref().map(|text| moment("to", text, zone, true)).transpose()?,
        })
    }
}

fn owned(name: &str, text: Option<&str>) -> Result<Vec<String>> {
    Ok(several(name, text)?.into_iter().map(str::to_owned).collect())
}

fn wrong(name: &str, words: &str) -> AppError {
    AppError::invalid(name, FieldCode::BadFormat, words)
}

/// A time, or the beginning of a day. `after` gives the first moment that does not belong to it any more.
fn moment(name: &str, text: &str, zone: &str, after: bool) -> Result<DateTime<Utc>> {
    let bad = || wrong(name, "a day such as 2026-11-22, or a time such as 2026-11-22T12:00:00Z");
    // What a database can't hold is no time of this log.
    let sane = |date: NaiveDate| (1970..=9998).contains(&chrono::Datelike::year(&date));
    if let Ok(day) = text.parse::<NaiveDate>() {
        let day = if after { day.succ_opt() } else { Some(day) };
        return day.filter(|day| sane(*day)).map(|day| start_of_day(day, zone)).ok_or_else(bad);
    }
    let time = DateTime::parse_from_rfc3339(text).map_err(|_bad| bad())?.with_timezone(&Utc);
    if !sane(time.date_naive()) {
        return Err(bad());
    }
    Ok(if after { time + Duration::microseconds(1) } else { time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_belong_to_the_zone_and_ends_are_inclusive() {
        let at = |text, after| moment("from", text, "America/New_York", after).map(|time| time.to_rfc3339()).ok();
        assert_eq!(at("2026-11-22", false).unwrap(), "2026-11-22T05:00:00+00:00");
        assert_eq!(at("2026-11-22", true).unwrap(), "2026-11-23T05:00:00+00:00");
        assert_eq!(at("2026-11-22T12:00:00+01:00", false).unwrap(), "2026-11-22T11:00:00+00:00");
        assert_eq!(at("2026-11-22T12:00:00Z", true).unwrap(), "2026-11-22T12:00:00.000001+00:00");
        for bad in ["", "yesterday", "2026-02-30", "+262142-12-31", "-0001-01-01", "9999-12-31", "2026-11-22 12:00"] {
            assert_eq!(at(bad, true), None, "{bad}");
        }
    }
}

//! What follows once the provider has said who it is. Behind the installation's door; refusals are recorded and commit.

use crate::accounts::{self, Found};
use crate::rounds::{Purpose, Round};
use audit::{Door, Event};
use identity::{Origin, Step, owner_of, prove_by_provider, sign_in_by_provider};
use openid::{Groups, Person};
use platform::{AppError, Platform, Result};
use serde_json::json;
use shared_types::{ErrorCode, SessionId, UserId};
use systems::follow_groups;

/// What a round led to.
pub(crate) enum Outcome {
    /// A step of a sign-in.
    Step(Step),
    /// The proof is taken, the account connected.
    Done,
    /// No.
    Refused(ErrorCode),
}

/// Signs in, proves, or connects.
pub(crate) async fn conclude(
    door: &mut Door<'_>,
    platform: &Platform,
    round: &Round,
    person: &Person,
    origin: Origin,
) -> Result<Outcome> {
    match (round.purpose, round.session) {
        (Purpose::SignIn, _) => sign_in(door, platform, person, origin).await,
        (Purpose::StepUp, Some(session)) => step_up(door, person, session).await,
        (Purpose::Link, Some(session)) => link(door, person, session).await,
        (_, None) => Err(AppError::internal("a round of a session has no session")),
    }
}

async fn sign_in(door: &mut Door<'_>, platform: &Platform, person: &Person, origin: Origin) -> Result<Outcome> {
    let settings = &platform.settings;
    let user = match accounts::resolve(door, &settings.single_sign_on, person).await? {
        Found::User(user) => user,
        Found::Refused(code, user) => {
            let event = match user {
                Some(user) => Event::new("session.refused", "user", user),
                None => Event::without_object("session.refused", "user"),
            };
            door.record(event.details(json!({ "cause": "single_sign_on", "reason": code })));
            return Ok(Outcome::Refused(code));
        }
    };
    let multi_factor = settings.single_sign_on.trust_provider_mfa && person.multi_factor;
    match sign_in_by_provider(door, settings, user, multi_factor, origin).await? {
        Step::Refused | Step::Unknown => Ok(Outcome::Refused(ErrorCode::AccountClosed)),
        step => {
            follow(door, platform, user, &person.groups).await?;
            Ok(Outcome::Step(step))
        }
    }
}

/// Brings the memberships in line with the groups. Where the provider left the groups out they stay as they are, and the log says so.
async fn follow(door: &mut Door<'_>, platform: &Platform, user: UserId, groups: &Groups) -> Result<()> {
    let Groups::Listed(groups) = groups else {
        tracing::warn!(%user, "the provider left the groups out of its token: memberships stay as they are");
        door.record(Event::new("single_sign_on.groups_left_out", "user", user));
        return Ok(());
    };
    let rules = &platform.settings.single_sign_on.group_roles;
    let given = rules.iter().filter(|given| groups.contains(&given.group));
    let given = given.map(|given| (given.system.clone(), given.role)).collect::<Vec<_>>();
    let named = rules.iter().map(|rule| rule.system.clone()).collect::<Vec<_>>();
    follow_groups(door, platform, user, &given, &named).await
}

/// The owner of the session that began the round, who acts from here on.
async fn owner(door: &mut Door<'_>, session: SessionId) -> Result<Option<UserId>> {
    let owner = owner_of(door, session).await?;
    door.actor.user = owner;
    Ok(owner)
}

async fn step_up(door: &mut Door<'_>, person: &Person, session: SessionId) -> Result<Outcome> {
    let Some(user) = owner(door, session).await? else { return Ok(Outcome::Refused(ErrorCode::Unauthenticated)) };
    if !accounts::is(door, person, user).await? {
        let details = json!({ "cause": "single_sign_on", "reason": "another_person" });
        door.record(Event::new("session.step_up_refused", "session", session).details(details));
        return Ok(Outcome::Refused(ErrorCode::SingleSignOnFailed));
    }
    let proved = prove_by_provider(door, session, user).await?;
    Ok(if proved { Outcome::Done } else { Outcome::Refused(ErrorCode::StepUpRequired) })
}

async fn link(door: &mut Door<'_>, person: &Person, session: SessionId) -> Result<Outcome> {
    let Some(user) = owner(door, session).await? else { return Ok(Outcome::Refused(ErrorCode::Unauthenticated)) };
    match accounts::link(door, person, user).await? {
        None => Ok(Outcome::Done),
        Some(code) => {
            door.record(Event::new("identity.link_refused", "user", user).details(json!({ "reason": code })));
            Ok(Outcome::Refused(code))
        }
    }
}

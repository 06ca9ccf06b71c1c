//! The portfolio, put together from its parts.

use crate::dashboard::{clock, count, evidence_counts, expiry_words, task_counts};
use crate::queries::dashboard::Part;
use crate::queries::portfolio::parts;
use chrono::NaiveDate;
use platform::{AppError, Platform, Result};
use shared_types::dashboard::Clock;
use shared_types::evidence::Freshness;
use shared_types::portfolio::{Portfolio, PortfolioSystem, Standing};
use shared_types::score::Score;
use shared_types::{SystemId, UserId};
use std::collections::HashMap;
use systems::{LiveSystem, LiveSystems};

/// The systems that a portfolio holds: more than a provider has on one screen.
pub(crate) const SYSTEMS: u32 = 200;

/// Where these systems stand, in two statements: the scores, and the rest.
pub(crate) async fn portfolio(platform: &Platform, reader: UserId, live: LiveSystems) -> Result<Portfolio> {
    let ids: Vec<SystemId> = live.systems.iter().map(|system| system.id).collect();
    let mut scores = controls::load_scores(platform.db.read(), &ids).await?;
    let mut sections: HashMap<(SystemId, String), Vec<Part>> = HashMap::new();
    for part in parts(&platform.db, reader, &live.systems).await? {
        let Some(system) = part.id else { continue };
        sections.entry((SystemId(system), part.section.clone())).or_default().push(part);
    }
    let line = |system: LiveSystem| {
        let score = scores.remove(&system.id).ok_or_else(|| AppError::internal("a system without a rule pack"))?;
        let id = system.id;
        let take = |section: &str| sections.remove(&(id, section.to_owned())).unwrap_or_default();
        Ok(of_system(system, score, take))
    };
    Ok(Portfolio {
        as_of: platform.clock.now(),
        total: u32::try_from(live.total).unwrap_or(u32::MAX),
        systems: live.systems.into_iter().map(line).collect::<Result<_>>()?,
    })
}

fn of_system(system: LiveSystem, score: Score, mut take: impl FnMut(&str) -> Vec<Part>) -> PortfolioSystem {
    let LiveSystem { id, name, organization, level, demo, role, revision: _, today } = system;
    let dates = ["review", "task", "evidence"]
        .into_iter()
        .flat_map(|section| take(section).into_iter().filter_map(|part| date(part, today)));
    let next = dates.min_by(|a, b| (a.date, &a.text).cmp(&(b.date, &b.text)));
    PortfolioSystem {
        id,
        name,
        organization,
        level,
        demo,
        role,
        findings: score.counts,
        standing: standing(score),
        tasks: task_counts(&take("task_counts")),
        my_tasks: take("my_tasks").iter().map(|part| count(part.number)).sum(),
        evidence: evidence_counts(&take("evidence_counts")),
        next,
    }
}

/// The date that a row of the sections `review`, `task` and `evidence` tells of.
fn date(part: Part, today: NaiveDate) -> Option<Clock> {
    let (day, first, number) = (part.day?, part.text1?, part.number.unwrap_or_default());
    let (text, link) = match part.section.as_str() {
        "review" => (format!("Review of {first} {}", part.text2.unwrap_or_default()), format!("controls/{first}")),
        "task" => (format!("TASK-{number} {first}"), format!("tasks/TASK-{number}")),
        _ => (expiry_words(&first, Freshness::of(Some(day), today)), format!("evidence/EV-{number}")),
    };
    Some(clock(&part.section, text, day, today, link))
}

fn standing(score: Score) -> Standing {
    let Score { state, value, best, minimum, maximum, no_score_reason, eligibility, .. } = score;
    Standing {
        state,
        value,
        best,
        minimum,
        maximum,
        conditional_at: eligibility.conditional_at,
        no_score_reason,
        all_met: eligibility.all_met,
        conditional_possible: eligibility.conditional_possible,
        blockers: u32::try_from(eligibility.blockers.len()).unwrap_or(u32::MAX),
    }
}

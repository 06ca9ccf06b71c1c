//! The head of the dashboard: the score on its scale, what it says about a status, and what comes next.

use crate::components::badge::StatusBadge;
use crate::components::icon::{Icon, IconView};
use crate::components::scale::{ScaleValues, ScoreScale};
use crate::format;
use crate::scope::Scope;
use crate::words;
use leptos::prelude::*;
use shared_types::dashboard::Clock;
use shared_types::score::{Blocker, Score, ScoreState};

/// How much has passed its day.
#[derive(Debug, Clone, Copy)]
pub struct Late {
    /// Tasks of mine.
    pub tasks: u32,
    /// Approved evidence.
    pub evidence: u32,
    /// Reviews of controls.
    pub reviews: u32,
}

/// The head.
#[component]
pub fn Stand(
    score: Score,
    clocks: Vec<Clock>,
    /// What has passed its day.
    late: Late,
    scope: Scope,
) -> impl IntoView {
    let values = scale(&score);
    let class = if values.is_some() { "card stand" } else { "card stand unscored" };
    view! {
        <section class=class aria-label="Score and status">
            <Headline score=score.clone() />
            <div class="stack tight">
                {values.map(|values| view! { <ScoreScale values /> })}
                <Meaning score scope=scope.clone() />
            </div>
            <Clocks clocks late scope />
        </section>
    }
}

/// What the scale shows; none where there is no score.
fn scale(score: &Score) -> Option<ScaleValues> {
    let value = score.value?;
    Some(ScaleValues {
        minimum: score.minimum?,
        maximum: score.maximum?,
        value,
        best: score.best.unwrap_or(value),
        conditional_at: score.eligibility.conditional_at,
    })
}

/// What stands beside the number.
fn reservation(score: &Score) -> Option<(String, Option<String>)> {
    match score.state {
        ScoreState::Provisional => {
            let open = format!("Provisional: {} not assessed.", format::number(i64::from(score.counts.not_assessed)));
            let best = score.best.filter(|best| score.value != Some(*best));
            Some((open, best.map(|best| format!("{} if they all prove met.", format::number(i64::from(best))))))
        }
        ScoreState::Final | ScoreState::None | ScoreState::NotScored => None,
    }
}

#[component]
fn Headline(score: Score) -> impl IntoView {
    let status = words::outcome(score.eligibility.all_met, score.eligibility.conditional_possible);
    let number = match (score.value, score.state) {
        (Some(value), _) => view! {
            <b>{format::number(i64::from(value))}</b>
            {score.maximum.map(|maximum| view! { <span>"of "{maximum}</span> })}
        }
        .into_any(),
        (None, ScoreState::NotScored) => {
            let done = score.counts.met + score.counts.not_applicable;
            view! { <b>{done}</b><span>{format!("of {} met", score.counts.total())}</span> }.into_any()
        }
        (None, _) => view! { <b class="none">"No score"</b> }.into_any(),
    };
    view! {
        <div class="stack tight">
            <div class="score">{number}</div>
            <div><StatusBadge status /></div>
            {reservation(&score).map(|(open, best)| view! { <p class="small muted">{open}{best.map(|best| view! { <br />{best} })}</p> })}
        </div>
    }
}

/// The summary, of which the reason why no score exists is a part: that stands out, and is said once.
fn split_reason(score: &Score) -> (String, String) {
    let text = &score.eligibility.summary.text;
    let reason = score.no_score_reason.as_ref().map(|cited| cited.text.as_str()).unwrap_or_default();
    match text.strip_prefix(reason) {
        Some(rest) => (reason.to_owned(), rest.trim_start().to_owned()),
        None => (reason.to_owned(), text.clone()),
    }
}

/// What the score means, in sentences that cite their rule.
#[component]
fn Meaning(score: Score, scope: Scope) -> impl IntoView {
    let (reason, rest) = split_reason(&score);
    let citation = score.eligibility.summary.citation;
    view! {
        <p class="small muted">
            {(!reason.is_empty()).then(|| view! { <b>{reason}</b>" " })}{rest}" "<span class="cite">"("{citation}")"</span>
        </p>
        <Blockers blockers=score.eligibility.blockers scope />
    }
}

/// The requirements that rule a conditional status out, behind a disclosure: there may be fifty.
#[component]
fn Blockers(blockers: Vec<Blocker>, scope: Scope) -> impl IntoView {
    if blockers.is_empty() {
        return ().into_any();
    }
    let count = format::count(i64::try_from(blockers.len()).unwrap_or_default(), "requirement", "requirements");
    let items = blockers.into_iter().map(|blocker| {
        let name = match super::lists::control_href(&scope, &blocker.requirement) {
            Some(href) => view! { <a class="id" href=href>{blocker.requirement}</a> }.into_any(),
            None => view! { <span class="id">{blocker.requirement}</span> }.into_any(),
        };
        view! { <li>{name}" "<span class="muted">{blocker.reason}" ("{blocker.citation}")"</span></li> }
    });
    view! {
        <details class="blockers small">
            <summary>"Show the "{count}</summary>
            <ul>{items.collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// What is late in numbers, each the way to its list.
fn late_view(late: Late, scope: &Scope) -> Option<AnyView> {
    let parts = [
        (late.tasks, "task of mine", "tasks of mine", "tasks?view=all&assignee=me&overdue=true"),
        (late.evidence, "piece of evidence", "pieces of evidence", "evidence?freshness=expired"),
        (late.reviews, "review", "reviews", "assessment?sort=next_review"),
    ];
    let part = |(count, one, many, below): (u32, &str, &str, &str)| {
        let href = super::lists::link(scope, below)?;
        (count > 0).then(|| view! { <a href=href>{format::count(i64::from(count), one, many)}</a> })
    };
    let links: Vec<_> = parts.into_iter().filter_map(part).collect();
    (!links.is_empty())
        .then(|| view! { <p class="small late-line"><IconView icon=Icon::Alert /><b>"Late"</b>{links}</p> }.into_any())
}

#[component]
fn Clocks(clocks: Vec<Clock>, late: Late, scope: Scope) -> impl IntoView {
    let late = late_view(late, &scope);
    let items = clocks.into_iter().map(|clock| {
        let tone = if clock.days_left < 0 {
            "late"
        } else if clock.days_left <= 14 {
            "soon"
        } else {
            ""
        };
        let href = format!("/s/{}/{}", scope.id(), clock.link.trim_start_matches('/'));
        let shown = crate::router::Route::parse(&href) != crate::router::Route::Unknown;
        let text = if shown { view! { <a href=href>{clock.text}</a> }.into_any() } else { clock.text.into_any() };
        view! {
            <li class=tone>
                <IconView icon=if clock.days_left < 0 { Icon::Alert } else { Icon::Clock } />
                <b title=format::date(clock.date)>{format::days(clock.days_left)}</b>
                <span class="t"><span>{text}</span></span>
            </li>
        }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <div class="clocks">
            {late}
            <h2 class="sr-only">"What comes next"</h2>
            {if items.is_empty() {
                view! { <p class="small muted">"Nothing lies ahead: no review, task of mine or expiry has a date from today on."</p> }.into_any()
            } else {
                view! { <ul class="list small">{items}</ul> }.into_any()
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::finding::FindingCounts;
    use shared_types::score::{Cited, Eligibility};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn score(state: ScoreState, value: Option<i32>, best: Option<i32>) -> Score {
        let cited = Cited { text: String::new(), citation: String::new() };
        Score {
            pack: "cmmc-level-2".into(),
            pack_version: "x".into(),
            state,
            value,
            best,
            minimum: Some(-203),
            maximum: Some(110),
            no_score_reason: None,
            counts: FindingCounts { met: 97, not_met: 0, not_applicable: 0, not_assessed: 13 },
            deductions: Vec::new(),
            eligibility: Eligibility {
                conditional_at: Some(88),
                score_reached: false,
                blockers: Vec::new(),
                all_met: false,
                conditional_possible: false,
                summary: cited,
            },
            citation: String::new(),
        }
    }

    #[test]
    fn a_provisional_score_names_both_bounds() {
        let (open, best) = reservation(&score(ScoreState::Provisional, Some(24), Some(59))).unwrap();
        assert_eq!((open.as_str(), best.as_deref()), ("Provisional: 13 not assessed.", Some("59 if they all prove met.")));
        assert!(reservation(&score(ScoreState::Final, Some(110), Some(110))).is_none());
    }

    #[test]
    fn the_reason_is_said_once() {
        let cited = |text: &str| Cited { text: text.into(), citation: String::new() };
        let mut none = score(ScoreState::None, None, None);
        none.no_score_reason = Some(cited("No plan."));
        none.eligibility.summary = cited("No plan. No CMMC status is possible.");
        assert_eq!(split_reason(&none), ("No plan.".to_owned(), "No CMMC status is possible.".to_owned()));
        assert_eq!(split_reason(&Score { no_score_reason: None, ..none }).0, "");
    }

    #[test]
    fn no_score_has_no_scale() {
        assert!(scale(&score(ScoreState::None, None, None)).is_none());
    }
}

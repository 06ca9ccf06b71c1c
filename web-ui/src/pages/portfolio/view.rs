//! Which of the systems are shown, and in what order. All are here, so the address decides without asking the server.

use crate::router::Query;
use shared_types::portfolio::{Portfolio, PortfolioSystem, Standing};
use std::cmp::Ordering;

/// What the findings would allow, as the filter names it.
pub fn outcome(standing: &Standing) -> &'static str {
    if standing.all_met {
        "final"
    } else if standing.conditional_possible {
        "conditional"
    } else {
        "none"
    }
}

/// Whether somebody has to do something now.
pub fn wants_attention(system: &PortfolioSystem) -> bool {
    system.tasks.overdue > 0 || system.evidence.expired > 0 || system.evidence.pending_review > 0
}

/// The systems that the address asks for, in its order.
pub fn chosen(portfolio: &Portfolio, query: &Query) -> Vec<PortfolioSystem> {
    let words = query.get("q").unwrap_or_default().to_lowercase();
    let outcomes = query.list("outcome");
    let attention = query.get("attention").is_some();
    let wanted = |system: &&PortfolioSystem| {
        let named = [&system.name, &system.organization].iter().any(|text| text.to_lowercase().contains(&words));
        let allowed = outcomes.is_empty() || outcomes.iter().any(|wanted| wanted == outcome(&system.standing));
        named && allowed && (!attention || wants_attention(system))
    };
    let mut found: Vec<PortfolioSystem> = portfolio.systems.iter().filter(wanted).cloned().collect();
    let sort = query.get("sort").unwrap_or("name");
    let (field, turned) = sort.strip_prefix('-').map_or((sort, false), |field| (field, true));
    found.sort_by(|a, b| {
        let order = compare(field, a, b);
        if turned { order.reverse() } else { order }
    });
    found
}

/// Where there is nothing to compare, the name decides: the list came by name and the order is stable.
fn compare(field: &str, a: &PortfolioSystem, b: &PortfolioSystem) -> Ordering {
    let next = |system: &PortfolioSystem| system.next.as_ref().map_or(i64::MAX, |next| next.days_left);
    let late = |system: &PortfolioSystem| system.tasks.overdue;
    let stale = |system: &PortfolioSystem| (system.evidence.expired, system.evidence.expiring);
    match field {
        "score" => a.standing.value.cmp(&b.standing.value),
        "tasks" => late(a).cmp(&late(b)),
        "evidence" => stale(a).cmp(&stale(b)),
        "next" => next(a).cmp(&next(b)),
        _ => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::dashboard::{EvidenceCounts, TaskCounts};
    use shared_types::finding::FindingCounts;
    use shared_types::score::ScoreState;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn system(name: &str, value: Option<i32>, overdue: u32, conditional: bool) -> PortfolioSystem {
        PortfolioSystem {
            id: "01936e5a-0000-7000-8000-000000000001".parse().unwrap(),
            name: name.to_owned(),
            organization: "Acme Optics".to_owned(),
            level: 2,
            demo: false,
            role: None,
            standing: Standing {
                state: ScoreState::Provisional,
                value,
                best: value,
                minimum: Some(-203),
                maximum: Some(110),
                conditional_at: Some(88),
                no_score_reason: None,
                all_met: false,
                conditional_possible: conditional,
                blockers: 0,
            },
            findings: FindingCounts::default(),
            tasks: TaskCounts { overdue, ..TaskCounts::default() },
            my_tasks: 0,
            evidence: EvidenceCounts::default(),
            next: None,
        }
    }

    fn shown(query: &str) -> Vec<String> {
        let systems =
            vec![system("Beta", None, 3, false), system("alpha", Some(98), 0, true), system("Gamma", Some(-20), 1, false)];
        let portfolio = Portfolio { as_of: "2026-11-22T09:00:00Z".parse().unwrap(), total: 3, systems };
        chosen(&portfolio, &Query::parse(query)).into_iter().map(|system| system.name).collect()
    }

    #[test]
    fn the_address_sorts() {
        assert_eq!(shown(""), ["alpha", "Beta", "Gamma"]);
        assert_eq!(shown("sort=-name"), ["Gamma", "Beta", "alpha"]);
        assert_eq!(shown("sort=score"), ["Beta", "Gamma", "alpha"], "without a score is below any score");
        assert_eq!(shown("sort=-tasks"), ["Beta", "Gamma", "alpha"]);
    }

    #[test]
    fn the_address_filters() {
        assert_eq!(shown("q=ALPH"), ["alpha"]);
        assert_eq!(shown("q=optics&attention=true"), ["Beta", "Gamma"]);
        assert_eq!(shown("outcome=conditional,final"), ["alpha"]);
        assert_eq!(shown("q=nothing"), Vec::<String>::new());
    }
}

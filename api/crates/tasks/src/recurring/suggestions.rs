//! What the product suggests to do again and again. Data of the program, beside the rule packs: those never change once released.
//!
//! Each requirement whose text says "periodically" has one, at least yearly (32 CFR 170.14(d)); a few others are customary.

/// A recurring task for a requirement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suggestion {
    /// The requirement.
    pub requirement: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    /// How often, without the day of the month or year: that comes with the first day.
    pub every: Every,
    pub lead_days: u16,
    pub checklist: &'static [&'static str],
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Every {
    Month,
    Quarter,
    Year,
}

const fn one(
    requirement: &'static str,
    title: &'static str,
    description: &'static str,
    every: Every,
    lead_days: u16,
    checklist: &'static [&'static str],
) -> Suggestion {
    Suggestion { requirement, title, description, every, lead_days, checklist }
}

/// For a periodic requirement that the table below does not know: of a pack that is newer.
pub(crate) const GENERAL: Suggestion = one(
    "",
    "Periodic review",
    "The requirement says periodically: at least every 12 months (32 CFR 170.14(d)). Do what it asks for, and keep the record as evidence.",
    Every::Year,
    45,
    &["Do what the requirement asks for", "Keep the record as evidence"],
);

pub(crate) const SUGGESTIONS: &[Suggestion] = &[
    one(
        "RA.L2-3.11.1",
        "Risk assessment",
        "Assess the risk to operations, assets and people that comes with the system and the CUI in it.",
        Every::Year,
        45,
        &["Threats and vulnerabilities", "Likelihood and impact", "Responses and who owns them", "Report as evidence"],
    ),
    one(
        "RA.L2-3.11.2",
        "Vulnerability scan",
        "Scan the systems and applications for vulnerabilities, and look at what new ones were published.",
        Every::Month,
        7,
        &["Scan all of the inventory", "Compare with the last scan", "Tasks for what was found", "Report as evidence"],
    ),
    one(
        "CA.L2-3.12.1",
        "Security control assessment",
        "Assess whether the controls are effective in their application, objective by objective.",
        Every::Year,
        60,
        &["Examine, interview, test", "Findings of each objective", "Plan of action for what is not met"],
    ),
    one(
        "CA.L2-3.12.4",
        "Review of the System Security Plan",
        "Compare the plan with the system as it is: boundary, environment, how requirements are met, connections.",
        Every::Year,
        30,
        &["Boundary and inventory", "Narratives of the controls", "Connections with other systems", "New version of the plan"],
    ),
    one(
        "SI.L2-3.14.5",
        "Check of the periodic scans for malicious code",
        "Show that the periodic scans of the system ran at the frequency that you have defined, on every machine.",
        Every::Month,
        7,
        &["Machines without a scan", "What was found", "Record as evidence"],
    ),
    one(
        "SI.L1-b.1.xv",
        "Check of the periodic scans for malicious code",
        "Show that the periodic scans of the system ran, on every machine.",
        Every::Month,
        7,
        &["Machines without a scan", "What was found", "Record as evidence"],
    ),
    one(
        "CA.L3-3.12.1e",
        "Penetration test",
        "Test the system by penetration with automated tools and by experts.",
        Every::Year,
        60,
        &["Scope and rules of engagement", "Test", "Tasks for what was found", "Report as evidence"],
    ),
    one(
        "RA.L3-3.11.5e",
        "Effectiveness of security solutions",
        "Assess whether the security solutions counter the risk that threat intelligence shows.",
        Every::Year,
        45,
        &["Threat intelligence of the year", "Each solution against it", "Report as evidence"],
    ),
    one(
        "RA.L3-3.11.7e",
        "Update of the supply chain risk plan",
        "Look through the plan for supply chain risk and bring it up to date.",
        Every::Year,
        45,
        &["Suppliers and products", "Risks and responses", "New version of the plan"],
    ),
    one(
        "AT.L3-3.2.1e",
        "Awareness training on advanced threats",
        "Train people to recognise and respond to social engineering, advanced persistent threats, breaches and suspicious behaviour.",
        Every::Year,
        45,
        &["Bring the training up to date", "Everybody is trained", "Attendance as evidence"],
    ),
    one(
        "AC.L2-3.1.1",
        "Review of who has access",
        "Compare accounts and their rights with the people and what they do. Customary each quarter.",
        Every::Quarter,
        14,
        &["Accounts without a person", "Rights beyond the role", "Devices and processes", "Signed list as evidence"],
    ),
    one(
        "AU.L2-3.3.5",
        "Review of the audit logs",
        "Look through the reports of the logs for unlawful, unauthorised, suspicious or unusual activity. Customary each month.",
        Every::Month,
        7,
        &["Reports of all sources", "What needs a response", "Record as evidence"],
    ),
    one(
        "IR.L2-3.6.3",
        "Exercise of the incident response",
        "Test the incident response by an exercise. Customary each year.",
        Every::Year,
        45,
        &["Scenario", "Exercise", "What to do better", "Report as evidence"],
    ),
];

/// The suggestion for a requirement; the general one where it is periodic and has none of its own.
pub(crate) fn of(requirement: &str, periodic: bool) -> Option<Suggestion> {
    let own = SUGGESTIONS.iter().find(|one| one.requirement == requirement).copied();
    own.or_else(|| periodic.then_some(GENERAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_periodic_requirement_of_the_shipped_packs_has_one_of_its_own() {
        let mut requirements = 0;
        for requirement in rules::shipped().iter().flat_map(rules::RulePack::requirements) {
            requirements += 1;
            if requirement.periodic {
                assert!(SUGGESTIONS.iter().any(|one| one.requirement == requirement.id), "{}", requirement.id);
            }
        }
        assert!(requirements > 100);
        for one in SUGGESTIONS {
            assert!(rules::shipped().iter().any(|pack| pack.requirement(one.requirement).is_some()), "{}", one.requirement);
        }
    }
}

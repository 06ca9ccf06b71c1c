//! Filters and marking, the same where a report is made once and where it is scheduled.

use super::words::{Offered, OfferedValues, offered};
use crate::api::use_remote;
use crate::components::field::{Choice, SelectField, TextField, parse_date};
use crate::components::form::Form;
use crate::router::Query;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::dashboard::Dashboard;
use shared_types::reports::ReportKind;
use shared_types::text::Marking;

/// Filters that a kind has at most.
const MOST: usize = 3;
/// Where each stands in the form. What the server says of filters stands with the first.
const POINTERS: [&str; MOST] = ["/filters", "/filters-2", "/filters-3"];

/// What is chosen, in the order in which the filters are offered.
#[derive(Clone, Copy)]
pub struct Filters([RwSignal<String>; MOST]);

impl Filters {
    /// None chosen.
    pub fn new() -> Self {
        Self(std::array::from_fn(|_| RwSignal::new(String::new())))
    }

    /// Chooses none.
    pub fn clear(self) {
        self.0.into_iter().for_each(|value| value.set(String::new()));
    }

    /// Chooses what a query string says. False, and nothing chosen, where the page does not offer all of it.
    pub fn read(self, kind: ReportKind, text: &str) -> bool {
        let (query, all) = (Query::parse(text), offered(kind));
        let names: Vec<&str> = all.iter().map(|one| one.name).collect();
        let known =
            query.only(&names) == query && all.iter().all(|one| query.get(one.name).is_none_or(|value| may_be(one, value)));
        for (one, signal) in all.iter().zip(self.0) {
            signal.set(query.get(one.name).filter(|_| known).unwrap_or_default().to_owned());
        }
        known
    }

    /// As a query string, if any is chosen.
    pub fn query(self, kind: ReportKind) -> Option<String> {
        let chosen = offered(kind).into_iter().zip(self.0).map(|(one, value)| (one.name, value.get()));
        let query = chosen
            .filter(|(_, value)| !value.is_empty())
            .fold(Query::default(), |query, (name, value)| query.with(name, Some(&value)));
        query.suffix().strip_prefix('?').map(str::to_owned)
    }
}

/// Whether a filter takes the value.
fn may_be(one: &Offered, value: &str) -> bool {
    match &one.values {
        OfferedValues::Words(choices) => choices.iter().any(|choice| choice.value == value),
        OfferedValues::Families => !value.contains(','),
        OfferedValues::Day => parse_date(value).is_ok(),
    }
}

/// A field for each filter that the page offers.
#[component]
pub fn FilterFields(
    /// The form.
    form: Form,
    /// What the report is about.
    kind: Memo<ReportKind>,
    /// What is chosen.
    filters: Filters,
) -> impl IntoView {
    let board = use_scope().api("/dashboard");
    let by_family = move || offered(kind.get()).iter().any(|one| matches!(one.values, OfferedValues::Families));
    let dashboard = use_remote::<Dashboard>(move || by_family().then(|| board.clone()));
    let families = Signal::derive(move || {
        let mut choices = vec![Choice::new("", "All families")];
        let named = dashboard.map(|data| data.board.iter().map(|one| (one.code.clone(), one.name.clone())).collect::<Vec<_>>());
        choices.extend(
            named.unwrap_or_default().into_iter().map(|(code, name)| Choice::new(code.clone(), format!("{name} ({code})"))),
        );
        choices
    });
    move || {
        let field = |((one, value), pointer): ((Offered, RwSignal<String>), &'static str)| match one.values {
            OfferedValues::Words(choices) => {
                view! { <SelectField form pointer label=one.label value choices optional=true /> }.into_any()
            }
            OfferedValues::Families => {
                view! { <SelectField form pointer label=one.label value choices=families optional=true /> }.into_any()
            }
            OfferedValues::Day => view! { <TextField form pointer label=one.label value kind="date" optional=true /> }.into_any(),
        };
        offered(kind.get()).into_iter().zip(filters.0).zip(POINTERS).map(field).collect_view()
    }
}

/// The marking: what is typed, that of the installation, or none.
#[derive(Clone, Copy)]
pub struct MarkingChoice {
    /// What is typed; that of the installation if empty.
    pub text: RwSignal<String>,
    /// None.
    pub none: RwSignal<bool>,
}

impl MarkingChoice {
    /// As a report has it.
    pub fn of(marking: Option<&str>) -> Self {
        Self {
            text: RwSignal::new(marking.unwrap_or_default().to_owned()),
            none: RwSignal::new(marking.is_some_and(str::is_empty)),
        }
    }

    /// What is sent; none where it can't be.
    #[expect(clippy::option_option, reason = "a fault and the installation's marking are two answers")]
    pub fn check(self, form: Form) -> Option<Option<Marking>> {
        if self.none.get_untracked() {
            return form.check("/marking", Marking::parse("")).map(Some);
        }
        form.check_optional("/marking", &self.text.get_untracked(), Marking::parse)
    }
}

/// The field of the marking.
#[component]
pub fn MarkingField(
    /// The form.
    form: Form,
    /// What is chosen.
    marking: MarkingChoice,
) -> impl IntoView {
    let MarkingChoice { text, none } = marking;
    view! {
        <div>
            <TextField form pointer="/marking" label="Marking" value=text optional=true disabled=none hint="On every page. Empty: that of the installation." />
            <label class="row small report-unmarked">
                <input type="checkbox" name="unmarked" prop:checked=move || none.get() on:change=move |event| none.set(event_target_checked(&event)) />
                <span>"Leave every page unmarked"</span>
            </label>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn filters_read_back_and_none_is_left_out() {
        let owner = Owner::new();
        owner.with(|| {
            for (kind, text, known) in [
                (ReportKind::FamilyDetail, "finding=not_met&family=AC", true),
                (ReportKind::Tasks, "state=open&assignee=me&overdue=true", true),
                (ReportKind::AuditExtract, "action=finding.&from=2026-11-01&to=2026-11-30", true),
                (ReportKind::EvidenceRegister, "status=pending_review", true),
                (ReportKind::FamilyDetail, "finding=not_met&owner=me", false),
                (ReportKind::FamilyDetail, "family=AC,AU", false),
                (ReportKind::Tasks, "state=open,in_progress", false),
                (ReportKind::AuditExtract, "from=2026-11-01T00:00:00Z", false),
                (ReportKind::Executive, "family=AC", false),
            ] {
                let filters = Filters::new();
                assert_eq!(filters.read(kind, text), known, "{text}");
                assert_eq!(filters.query(kind), known.then(|| text.to_owned()), "{text}");
            }
        });
    }
}

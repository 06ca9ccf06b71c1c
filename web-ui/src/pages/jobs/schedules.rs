//! What is done by the clock.

use super::read_again;
use crate::api::{use_api, use_remote};
use crate::components::button::ButtonKind;
use crate::components::card::Card;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::jobs::{JobSchedule, JobSchedules};

/// The section.
#[component]
pub fn SchedulesCard() -> impl IntoView {
    let remote = use_remote::<JobSchedules>(|| Some("/api/v1/job-schedules".to_owned()));
    view! {
        <Card title="Schedules" note="Each is made up for after a pause, once" flush=true>
            <RemoteView remote shape=Shape::Rows(8) let:schedules>
                <TableView label="Schedules" head=|| view! {
                    <Th>"What"</Th><Th>"Last"</Th><Th>"Next"</Th><Th><span class="sr-only">"Actions"</span></Th>
                }>
                    {schedules.items.iter().cloned().map(|schedule| view! { <ScheduleRow schedule /> }).collect_view()}
                </TableView>
            </RemoteView>
        </Card>
    }
}

/// How often, in words; nothing of what the schedules of the product have not.
fn rhythm(cron: &str) -> Option<String> {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let ["0", minute, "*", "*", "*", "*"] = fields.as_slice() else { return None };
    if let Some((_, step)) = minute.split_once('/') {
        return Some(format!("every {step} minutes"));
    }
    let minute: u8 = minute.parse().ok()?;
    Some(format!("every hour, {minute} minutes past"))
}

#[component]
fn ScheduleRow(schedule: JobSchedule) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let JobSchedule { queue, label, cron, at_start, last_run, next_run } = schedule;
    let (path, run_label) = (format!("/api/v1/job-schedules/{queue}/run"), format!("Run now: {label}"));
    let run = move |_| {
        let path = path.clone();
        spawn_local(async move {
            match api.post_empty::<()>(&path).await {
                Ok(()) => toasts.say("It waits for a worker."),
                Err(error) => toasts.warn(error.message()),
            }
            read_again(api);
        });
    };
    let start = if at_start { ", and at each start" } else { "" };
    let often = rhythm(&cron).unwrap_or_else(|| format!("{cron} UTC"));
    view! {
        <tr>
            <Td main=true><div>{label}<br /><span class="small muted"><span title=format!("{cron} (UTC)")>{often}</span>{start}</span></div></Td>
            <Td label="Last">{match last_run {
                Some(at) => view! { <Moment at ago=true /> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td label="Next">{next_run.map(|at| view! { <Moment at /> })}</Td>
            <Td num=true><button type="button" class=ButtonKind::Plain.class() aria-label=run_label on:click=run>"Run now"</button></Td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_rhythm_is_told_in_words() {
        assert_eq!(rhythm("0 */5 * * * *").as_deref(), Some("every 5 minutes"));
        assert_eq!(rhythm("0 1-59/2 * * * *").as_deref(), Some("every 2 minutes"));
        assert_eq!(rhythm("0 40 * * * *").as_deref(), Some("every hour, 40 minutes past"));
        for other in ["0 0 3 * * *", "*/10 * * * * *", "0 1,2 * * * *", ""] {
            assert_eq!(rhythm(other), None, "{other}");
        }
    }
}

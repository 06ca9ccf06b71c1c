//! `/systems/new`: a system from a rule pack. Its controls appear with it.

use super::renew_me;
use crate::api::{Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::card::Card;
use crate::components::field::{TextAreaField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::format;
use crate::pages::identity::ZoneList;
use crate::router::{Route, SystemPage, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::systems::{CreateSystem, RulePackSummary, System};
use shared_types::text::{CageCode, Note, TimeZone, Title, Uei, ValueError};

/// CAGE codes as people type them: separated by spaces, commas or lines.
pub fn cage_codes(text: &str) -> Result<Vec<CageCode>, ValueError> {
    text.split([' ', ',', ';', '\n', '\t']).filter(|part| !part.is_empty()).map(CageCode::parse).collect()
}

/// The page.
#[component]
pub fn NewSystemPage() -> impl IntoView {
    let packs = use_remote::<Page<RulePackSummary>>(|| Some("/api/v1/rule-packs".to_owned()));
    view! {
        <PageHead title="New system" crumbs=vec![Crumb::new("Systems", Route::Systems.href())] />
        <div class="narrow"><Card><NewSystemForm packs /></Card></div>
    }
}

#[component]
fn NewSystemForm(packs: Remote<Page<RulePackSummary>>) -> impl IntoView {
    let (api, session, router, toasts) = (use_api(), use_session(), use_router(), use_toasts());
    let form = Form::new("system");
    let text = || RwSignal::new(String::new());
    let (name, organization, description, cage, uei) = (text(), text(), text(), text(), text());
    let pack = RwSignal::new("cmmc-level-2".to_owned());
    let zone = RwSignal::new(format::zone_name().unwrap_or_else(|| "America/New_York".to_owned()));
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/name", Title::parse(&name.get_untracked())),
            form.check("/organization", Title::parse(&organization.get_untracked())),
            form.check_optional("/description", &description.get_untracked(), Note::parse),
            form.check("/cage_codes", cage_codes(&cage.get_untracked())),
            form.check_optional("/uei", &uei.get_untracked(), Uei::parse),
            form.check("/time_zone", TimeZone::parse(&zone.get_untracked())),
        );
        let (Some(name), Some(organization), Some(description), Some(cage_codes), Some(uei), Some(zone)) = checked else {
            return form.refuse();
        };
        let pack = pack.get_untracked();
        let body = CreateSystem { name, organization, pack, description, cage_codes, uei, time_zone: Some(zone) };
        let create = async move {
            let made = api.post::<_, System>("/api/v1/systems", &body).await?;
            renew_me(api, session).await?;
            Ok(made)
        };
        form.run(create, move |made: System| {
            toasts.say(format!("{} is there, with its requirements.", made.name));
            router.go(&Route::System(made.id, SystemPage::Dashboard).href());
        });
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/name" label="Name" value=name focus=true hint="The scope of the assessment, such as: CUI enclave." />
            <TextField form pointer="/organization" label="Organization" value=organization autocomplete="organization"
                hint="The legal entity that the assessment is for." />
            <fieldset class="field">
                <legend class="label">"Rules"</legend>
                <RemoteView remote=packs shape=Shape::Rows(3) let:page><PackChoice packs=page.items.clone() pack /></RemoteView>
            </fieldset>
            <TextAreaField form pointer="/description" label="What it covers" value=description optional=true
                hint="People, places and systems inside the boundary." />
            <div class="form-pair">
                <TextField form pointer="/cage_codes" label="CAGE codes" value=cage optional=true hint="Five characters each, separated by spaces." />
                <TextField form pointer="/uei" label="Unique Entity ID" value=uei optional=true hint="Twelve characters, from SAM.gov." />
            </div>
            <TextField form pointer="/time_zone" label="Time zone of its legal dates" value=zone list="zones"
                hint="Day counts, such as the 180 days of a POA&M, run to the end of the day here." />
            <ZoneList />
            <div class="form-foot">
                <ButtonLink href=Route::Systems.href()>"Cancel"</ButtonLink>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create system"</Button>
            </div>
        </FormView>
    }
}

#[component]
fn PackChoice(packs: Vec<RulePackSummary>, pack: RwSignal<String>) -> impl IntoView {
    let choices = packs.into_iter().map(|summary| {
        let (id, chosen) = (summary.id.clone(), summary.id.clone());
        view! {
            <label class="pack">
                <input type="radio" name="pack" value=summary.id.clone() prop:checked=move || pack.with(|pack| *pack == chosen)
                    on:change=move |_| pack.set(id.clone()) />
                <span class="strong">{summary.title.clone()}</span>
                <span></span>
                <span class="small muted">
                    {format::count(summary.requirements, "requirement", "requirements")} ", "
                    {format::count(summary.objectives, "objective", "objectives")} " · " <span class="id">{summary.version.clone()}</span>
                </span>
            </label>
        }
    });
    view! { <div class="packs">{choices.collect_view()}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn cage_codes_are_separated_by_anything() {
        let codes = cage_codes("1abc2, 3DEF4;\n5GHJ6").unwrap();
        assert_eq!(codes.iter().map(CageCode::as_str).collect::<Vec<_>>(), ["1ABC2", "3DEF4", "5GHJ6"]);
        assert!(cage_codes("").unwrap().is_empty());
        assert!(cage_codes("1abc2 12").is_err());
    }
}

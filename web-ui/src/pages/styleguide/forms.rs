//! Fields and forms.

use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{Choice, PasswordField, SelectField, TextAreaField, TextField};
use crate::components::finding_control::FindingControl;
use crate::components::form::{Form, FormView};
use leptos::prelude::*;
use shared_types::finding::Finding;
use shared_types::text::{Email, Title};

#[component]
pub fn Forms() -> impl IntoView {
    let form = Form::new("guide");
    let text = || RwSignal::new(String::new());
    let (name, email, note, date, role, secret) = (text(), text(), text(), text(), text(), text());
    let finding = RwSignal::new(Finding::NotAssessed);
    let submit = move || {
        form.begin();
        let both = (
            form.check("/name", Title::parse(&name.get_untracked())),
            form.check("/email", Email::parse(&email.get_untracked())),
        );
        if matches!(both, (Some(_), Some(_))) { form.reset() } else { form.refuse() }
    };
    let choices = vec![Choice::new("", "Choose"), Choice::new("viewer", "Viewer"), Choice::new("manager", "Manager")];
    view! {
        <Card title="Finding control"><div class="guide-row">
            <FindingControl name="finding-a" label="Objective [a]" value=finding on_choose=move |chosen| finding.set(chosen) />
            <FindingControl name="finding-b" label="Objective [b]" value=Finding::NotMet on_choose=|_| {} />
            <FindingControl name="finding-c" label="Objective [c]" value=Finding::NotApplicable on_choose=|_| {} disabled=true />
        </div></Card>
        <Card title="Form"><div class="narrow">
            <FormView form on_submit=submit careless=true>
                <TextField form pointer="/name" label="Name" value=name hint="The scope of the assessment." />
                <TextField form pointer="/email" label="E-mail" kind="email" value=email />
                <PasswordField form pointer="/password" label="Password" value=secret autocomplete="off" />
                <div class="form-pair">
                    <SelectField form pointer="/role" label="Role" value=role choices />
                    <TextField form pointer="/due" label="Due" kind="date" value=date optional=true />
                </div>
                <TextAreaField form pointer="/note" label="Note" value=note optional=true />
                <div class="form-foot"><Button>"Cancel"</Button><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
            </FormView>
        </div></Card>
    }
}

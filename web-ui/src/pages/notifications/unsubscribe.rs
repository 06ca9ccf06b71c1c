//! `/unsubscribe`: the link at the end of an e-mail. It asks before it acts: programs that look into mail open its links, too.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::form::{Form, FormView};
use crate::pages::identity::{OutsideFrame, token};
use crate::router::{Route, encode, use_router};
use leptos::prelude::*;
use shared_types::notifications::Unsubscribed;

/// The page.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let token = token(&router.fragment());
    let done = RwSignal::new(None::<Unsubscribed>);
    let form = Form::new("unsubscribe");
    let submit = move || {
        form.begin();
        let Some(token) = &token else { return };
        let path = format!("/api/v1/unsubscribe/{}", encode(token));
        form.run(async move { api.post_plain_empty::<Unsubscribed>(&path).await }, move |ended| done.set(Some(ended)));
    };
    let submit = StoredValue::new(submit);
    view! {
        <OutsideFrame title="Stop e-mails like this">
            {move || match done.get() {
                Some(ended) => view! {
                    <div role="status">
                        <p>"You get no e-mail any more about:"</p>
                        <ul class="told-list">{ended.kinds.into_iter().map(|kind| view! { <li>{kind}</li> }).collect_view()}</ul>
                        <p class="small muted">"It still stands in the product."</p>
                    </div>
                    <ButtonLink href=Route::NotificationPreferences.href()>"Choose what you are told"</ButtonLink>
                }.into_any(),
                None => view! {
                    <p class="muted">"E-mails about what this one told of will stop. It still stands in the product, and what concerns the safety of your account is mailed all the same."</p>
                    <FormView form on_submit=move || submit.with_value(|submit| submit()) careless=true>
                        <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Stop these e-mails"</Button>
                    </FormView>
                }.into_any(),
            }}
        </OutsideFrame>
    }
}

//! `/unsubscribe`: the link at the end of an e-mail. It asks before it acts: programs that look into mail open its links, too.

use crate::api::{ApiError, use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::form::{Form, FormView};
use crate::components::state::{Failure, Shape, Skeleton};
use crate::pages::identity::{OutsideFrame, token};
use crate::router::{Route, encode, use_router};
use leptos::prelude::*;
use shared_types::ErrorCode;
use shared_types::notifications::Unsubscribed;

/// The link was cut or changed on its way: it works as often as it is followed, and has no end.
const NOT_OURS: &str =
    "This link is not whole: a part of it is missing or was changed. Open it from the e-mail, or copy all of it.";

/// The page.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    view! {
        <OutsideFrame title="Stop e-mails like this">
            {match token(&use_router().fragment()) {
                Some(token) => view! { <Asked path=format!("/api/v1/unsubscribe/{}", encode(&token)) /> }.into_any(),
                None => not_ours(),
            }}
        </OutsideFrame>
    }
}

fn not_ours() -> AnyView {
    view! {
        <p role="alert">{NOT_OURS}</p>
        <ButtonLink href=Route::NotificationPreferences.href()>"Choose what you are told"</ButtonLink>
    }
    .into_any()
}

/// Names what would end, and ends it.
#[component]
fn Asked(path: String) -> impl IntoView {
    let api = use_api();
    let named = format!("{path}/kinds");
    let named = use_remote::<Unsubscribed>(move || Some(named.clone()));
    let done = RwSignal::new(None::<Unsubscribed>);
    let form = Form::new("unsubscribe");
    let path = StoredValue::new(path);
    let submit = move || {
        form.begin();
        let path = path.get_value();
        let sending = async move { api.post_plain_empty::<Unsubscribed>(&path).await };
        form.run(sending, move |ended| done.set(Some(ended)));
    };
    move || {
        match (done.get(), named.get(), named.error()) {
        (Some(ended), ..) => view! {
            <div role="status"><p>"You get no e-mail any more about:"</p>{list(&ended)}</div>
            <ButtonLink href=Route::NotificationPreferences.href()>"Choose what you are told"</ButtonLink>
        }
        .into_any(),
        (None, Some(kinds), _) if kinds.kinds.is_empty() => view! {
            <p>"This e-mail told of nothing whose e-mails can be stopped by its link."</p>
            <ButtonLink href=Route::NotificationPreferences.href()>"Choose what you are told"</ButtonLink>
        }
        .into_any(),
        (None, Some(kinds), _) => view! {
            <p>"You will get no e-mail any more about:"</p>
            {list(&kinds)}
            <p class="muted">"What is shown in the product stays as you chose it, and what concerns the safety of your account is mailed all the same."</p>
            <FormView form on_submit=submit careless=true>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Stop these e-mails"</Button>
            </FormView>
        }
        .into_any(),
        (None, None, Some(error)) if error.code() == Some(ErrorCode::BadToken) => not_ours(),
        (None, None, Some(error)) => failed(error, Callback::new(move |()| named.reload())),
        (None, None, None) => view! { <Skeleton shape=Shape::Lines(3) /> }.into_any(),
    }
    }
}

fn list(what: &Unsubscribed) -> AnyView {
    let kinds = what.kinds.iter().cloned().map(|kind| view! { <li>{kind}</li> }).collect_view();
    view! { <ul class="told-list">{kinds}</ul> }.into_any()
}

fn failed(error: ApiError, retry: Callback<()>) -> AnyView {
    view! { <Failure error retry /> }.into_any()
}

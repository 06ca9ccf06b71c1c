//! The second factor: asked for after the provider's word, unless the provider's own is trusted.

use super::{events, person, round};
use crate::identity::PASSWORD;
use crate::identity::browser::{App, Browser};
use crate::support::OpenIdProvider;
use identity::cookies::{ACCESS, SECOND_STEP};
use serde_json::{Value, json};

const ALL: (&str, &str) = ("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "all");
const TRUST: (&str, &str) = ("CMMC_SINGLE_SIGN_ON__TRUST_PROVIDER_MFA", "true");

fn proved_by(methods: &[&str]) -> Value {
    let mut person = person("ana@example.com", true);
    person["amr"] = json!(methods);
    person
}

#[tokio::test]
async fn who_has_one_is_asked_for_it() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[ALL]).await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    let (phone, _) = App::enrol(&mut ana, app.platform.clock.now()).await;
    // The provider's word that it asked for more does not count where the settings don't say so.
    provider.knows("ana", proved_by(&["pwd", "mfa"])).await;
    let mut again = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut again, "ana").await, "/sign-in#second-factor=totp,backup_code");
    assert!(again.cookie(ACCESS).is_none() && again.cookie(SECOND_STEP).is_some());
    again.get("/me").await.problem(401, "unauthenticated");
    again.code("000000").await.problem(401, "bad_code");
    let now = app.platform.clock.now();
    again.code(&phone.code(now, 1)).await.expect(200);
    again.get("/me").await.expect(200);
    assert_eq!(events(&app, "session.open").await, 2);
}

#[tokio::test]
async fn the_providers_own_counts_where_it_is_trusted_and_says_so() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[ALL, TRUST]).await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    App::enrol(&mut ana, app.platform.clock.now()).await;
    provider.knows("ana", proved_by(&["pwd"])).await;
    assert_eq!(round(&provider, &mut Browser::of(&app, "ana"), "ana").await, "/sign-in#second-factor=totp,backup_code");
    provider.knows("ana", proved_by(&["pwd", "mfa"])).await;
    assert_eq!(round(&provider, &mut Browser::of(&app, "ana"), "ana").await, "/");
}

#[tokio::test]
async fn the_demand_for_one_is_met_by_the_providers_where_it_is_trusted() {
    let provider = OpenIdProvider::start().await;
    let app = provider.app(&[ALL, TRUST]).await;
    let admin = app.admin().await;
    let mut ana = Browser::signed_in(&app, "ana", false).await;
    admin.put("/second-factor-policy", &json!({ "required": true, "grace_days": 0 })).await.expect(200);
    ana.get("/systems").await.problem(403, "second_factor_required");

    provider.knows("ana", proved_by(&["pwd"])).await;
    let mut plain = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut plain, "ana").await, "/");
    plain.get("/systems").await.problem(403, "second_factor_required");
    assert_eq!(plain.get("/me").await.expect(200)["second_factor"]["overdue"], true);

    provider.knows("ana", proved_by(&["pwd", "mfa"])).await;
    let mut strong = Browser::of(&app, "ana");
    assert_eq!(round(&provider, &mut strong, "ana").await, "/");
    strong.get("/systems").await.expect(200);
    // It is the session that has it, not the person.
    let mut by_password = Browser::of(&app, "ana");
    by_password.password(PASSWORD).await.expect(200);
    by_password.get("/systems").await.problem(403, "second_factor_required");
}

//! Memberships that groups give.

use super::{events, person, round};
use crate::identity::browser::{Browser, account};
use crate::support::OpenIdProvider;
use serde_json::{Value, json};

fn in_groups(email: &str, groups: &[&str]) -> Value {
    let mut person = person(email, true);
    person["claims"]["groups"] = json!(groups);
    person
}

#[tokio::test]
async fn they_are_followed_at_each_sign_in() {
    let provider = OpenIdProvider::start().await;
    let roles = "assessors|Enclave|assessor,leads|Enclave|manager,leads|Archive|viewer,leads|No such system|manager";
    let app = provider.app(&[("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "all"), ("CMMC_SINGLE_SIGN_ON__GROUP_ROLES", roles)]).await;
    let admin = app.admin().await;
    let (enclave, archive) = (app.system(&admin, "Enclave").await, app.system(&admin, "Archive").await);
    admin.post(&format!("/systems/{archive}/archive"), &json!({})).await.expect(200);
    account(&app, "ana", false).await;
    let mut ana = Browser::of(&app, "ana");
    let mut role = async |groups: &[&str]| {
        provider.knows("ana", in_groups("ana@example.com", groups)).await;
        assert_eq!(round(&provider, &mut ana, "ana").await, "/");
        let systems = ana.get("/me").await.expect(200)["systems"].clone();
        systems
            .as_array()
            .expect("a list")
            .iter()
            .map(|system| (system["name"].clone(), system["role"].clone()))
            .collect::<Vec<_>>()
    };
    let enclave_as = |role: &str| vec![(json!("Enclave"), json!(role))];
    assert_eq!(role(&["others"]).await, vec![]);
    assert_eq!(role(&["assessors"]).await, enclave_as("assessor"));
    // The strongest counts; an archived system takes no change.
    assert_eq!(role(&["assessors", "leads"]).await, enclave_as("manager"));
    let revision = "SELECT revision FROM systems WHERE name = 'Enclave'";
    let before = app.count(revision).await;
    assert_eq!(role(&["assessors", "leads"]).await, enclave_as("manager"));
    assert_eq!(app.count(revision).await, before, "a sign-in that changes nothing is no change of the system");
    assert_eq!(role(&["assessors"]).await, enclave_as("assessor"));
    assert_eq!(role(&[]).await, vec![]);
    assert_eq!((events(&app, "member.set_role").await, events(&app, "member.remove").await), (2, 1));
    let by = "SELECT COUNT(*) FROM audit_events WHERE action LIKE 'member.%' AND details LIKE '%\"by\":\"groups\"%'";
    assert_eq!(app.count(by).await, 4);

    // The last manager stays, and the log of the system says why.
    role(&["leads"]).await;
    let managers = admin.get(&format!("/systems/{enclave}/members")).await.expect(200);
    let creator =
        managers["items"].as_array().expect("a list").iter().find(|member| member["name"] == "admin").expect("a row").clone();
    let path = format!("/systems/{enclave}/members/{}", creator["user"].as_str().expect("an id"));
    admin.if_match(&creator["version"]).delete(&path).await.expect(204);
    assert_eq!(role(&[]).await, enclave_as("manager"));
    assert_eq!(events(&app, "member.keep").await, 1);
}

#[tokio::test]
async fn what_somebody_gave_by_hand_is_not_touched() {
    let provider = OpenIdProvider::start().await;
    let settings =
        [("CMMC_SINGLE_SIGN_ON__LINK_BY_EMAIL", "all"), ("CMMC_SINGLE_SIGN_ON__GROUP_ROLES", "team|Enclave|contributor")];
    let app = provider.app(&settings).await;
    let admin = app.admin().await;
    let enclave = app.system(&admin, "Enclave").await;
    for name in ["ana", "bo"] {
        account(&app, name, false).await;
    }
    admin
        .post(&format!("/systems/{enclave}/members"), &json!({ "email": "ana@example.com", "role": "viewer" }))
        .await
        .expect(201);
    let sign_in = async |name: &str, groups: &[&str]| {
        provider.knows(name, in_groups(&format!("{name}@example.com"), groups)).await;
        let mut browser = Browser::of(&app, name);
        assert_eq!(round(&provider, &mut browser, name).await, "/");
        browser.get("/me").await.expect(200)["systems"][0]["role"].clone()
    };
    assert_eq!(sign_in("ana", &["team"]).await, "viewer");
    assert_eq!(sign_in("ana", &[]).await, "viewer");
    // A role that a manager changes is by hand from then on.
    assert_eq!(sign_in("bo", &["team"]).await, "contributor");
    let members = admin.get(&format!("/systems/{enclave}/members")).await.expect(200);
    let bo = members["items"].as_array().expect("a list").iter().find(|member| member["name"] == "bo").expect("a row").clone();
    assert_eq!(bo["active"], true);
    let path = format!("/systems/{enclave}/members/{}", bo["user"].as_str().expect("an id"));
    admin.if_match(&bo["version"]).patch(&path, &json!({ "role": "assessor" })).await.expect(200);
    assert_eq!(sign_in("bo", &["team"]).await, "assessor");
    assert_eq!(sign_in("bo", &[]).await, "assessor");
}

//! Who may do what, in person and by API token: one table, written by hand, run in full against every operation of the OpenAPI
//! document. An operation without a row fails, a row without an operation too, and so does a row that the document's `x-role` or
//! `x-scope` contradicts.

mod table;

use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;
use shared_types::tokens::TokenScope;
use std::collections::BTreeMap;
use table::MATRIX;

/// The least right that an operation demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    Anonymous,
    SignedIn,
    Admin,
    In(Role),
}
use Least::{Admin, Anonymous, In, SignedIn};
use Role::{Assessor, Contributor, Manager, Viewer};

impl Least {
    fn in_document(self) -> &'static str {
        match self {
            Anonymous => "anonymous",
            SignedIn => "signed_in",
            Admin => "admin",
            In(role) => role.as_str(),
        }
    }
}

/// What an API token needs for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Nobody need be signed in.
    Open,
    /// A token with this scope.
    With(TokenScope),
    /// No token does it.
    Never,
}
use Token::{Never, Open, With};
use TokenScope::{AuditRead, Read};

impl Token {
    fn in_document(self) -> &'static str {
        match self {
            Open => "anonymous",
            With(scope) => scope.as_str(),
            Never => "never",
        }
    }
}

struct Operation {
    id: String,
    method: Method,
    path: String,
    role: String,
    scope: String,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::to_value(cmmc_tracker::app::openapi()).expect("JSON");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "head", "options", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                found.push(Operation {
                    id: operation["operationId"].as_str().expect("an operation id").to_owned(),
                    method: method.to_uppercase().parse().expect("a method"),
                    path: path.clone(),
                    role: operation["x-role"].as_str().unwrap_or_else(|| panic!("{path} {method} has no x-role")).to_owned(),
                    scope: operation["x-scope"].as_str().unwrap_or_else(|| panic!("{path} {method} has no x-scope")).to_owned(),
                });
            }
        }
    }
    found
}

#[test]
fn the_table_and_the_document_say_the_same() {
    let rows: BTreeMap<&str, (Least, Token)> = MATRIX.iter().map(|(id, least, token)| (*id, (*least, *token))).collect();
    assert_eq!(rows.len(), MATRIX.len(), "a row stands twice");
    let operations = operations();
    for operation in &operations {
        let (least, token) =
            rows.get(operation.id.as_str()).unwrap_or_else(|| panic!("{} has no row: who may do it?", operation.id));
        assert_eq!(least.in_document(), operation.role, "{}", operation.id);
        assert_eq!(token.in_document(), operation.scope, "{}", operation.id);
        assert_eq!(*least == Anonymous, *token == Open, "{}", operation.id);
        let changes = !matches!(operation.method, Method::GET | Method::HEAD | Method::OPTIONS);
        assert!(!(changes && matches!(token, With(Read | AuditRead))), "{} changes something by a reading scope", operation.id);
    }
    for (id, ..) in MATRIX {
        assert!(operations.iter().any(|operation| operation.id == *id), "{id} is no operation");
    }
}

/// These answer 401 to a wrong secret, whoever asks.
const ANSWERS_401: [&str; 7] = [
    "set_up",
    "sign_in",
    "refresh_session",
    "accept_invitation",
    "begin_second_step_passkey",
    "show_unsubscribe_link",
    "unsubscribe",
];

/// Sends an operation with an empty body; `system` stands for the system, an id that nobody has for everything else.
async fn send(client: &Client, operation: &Operation, system: &str) -> u16 {
    let nobody = "00000000-0000-7000-8000-000000000000";
    let fill = |part: &str| match part {
        "{system}" => system.to_owned(),
        part if part.starts_with('{') => nobody.to_owned(),
        part => part.to_owned(),
    };
    let path = operation.path.split('/').map(fill).collect::<Vec<_>>().join("/");
    // The tus protocol demands its version before anything else, even before the permission.
    let mut request = client.request(operation.method.clone(), &path).header("tus-resumable", "1.0.0");
    if !matches!(operation.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        request = request.json(&json!({}));
    }
    // The body is not read: that of a stream has no end.
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn every_operation_holds_to_its_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let mut members = Vec::new();
    for role in [Viewer, Assessor, Contributor, Manager] {
        members.push((role, app.member(mine, role.as_str(), role).await));
    }
    let stranger = app.member(other, "stranger", Manager).await;
    let anonymous = app.anonymous();
    let system = mine.to_string();
    for operation in operations() {
        let Some((_, least, _)) = MATRIX.iter().find(|(id, ..)| *id == operation.id) else { continue };
        let id = operation.id.as_str();
        let refused = |status: u16| matches!(status, 401 | 403);
        let by_anonymous = send(&anonymous, &operation, &system).await;
        let answers_401 = ANSWERS_401.contains(&id);
        match least {
            Anonymous => assert!(answers_401 || !refused(by_anonymous), "{id}: anonymous got {by_anonymous}"),
            _ => assert_eq!(by_anonymous, 401, "{id}: anonymous"),
        }
        // Signing out would end the client that the next rows need; identity's own tests cover it.
        if id == "sign_out" {
            continue;
        }
        let by_stranger = send(&stranger, &operation, &system).await;
        match least {
            In(_) => assert_eq!(by_stranger, 404, "{id}: another system's manager"),
            Admin => assert_eq!(by_stranger, 403, "{id}: no administrator"),
            Anonymous | SignedIn => assert!(answers_401 || !refused(by_stranger), "{id}: signed in, got {by_stranger}"),
        }
        if let In(least) = least {
            for (role, client) in &members {
                let status = send(client, &operation, &system).await;
                if role.allows(*least) {
                    assert!(!refused(status), "{id}: {role} got {status}");
                } else {
                    assert_eq!(status, 403, "{id}: {role}");
                }
            }
            // Archived and restored again by the rows themselves: leave the system as the next row expects it.
            admin.post(&format!("/systems/{system}/restore"), &json!({})).await.expect(200);
        }
        let by_admin = send(&admin, &operation, &system).await;
        assert!(answers_401 || !refused(by_admin), "{id}: an administrator got {by_admin}");
        admin.post(&format!("/systems/{system}/restore"), &json!({})).await.expect(200);
    }
}

/// A program with a token of this person.
async fn token(person: &Client, scopes: &[TokenScope], system: Option<SystemId>) -> Client {
    let mut body = json!({ "name": "matrix", "scopes": scopes, "expires_in_days": 30 });
    if let Some(system) = system {
        body["system"] = json!(system);
    }
    let made = person.post("/me/tokens", &body).await.expect(201);
    person.bearer(made["token"].as_str().expect("a token"))
}

/// Every operation with a token of each single scope, of the most powerful person there is: only the scope can refuse. And with
/// all scopes, bound to another system, of somebody with a lower role: the scope gives nothing that the person does not have.
#[tokio::test]
async fn every_operation_holds_to_its_scope() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (mine, other) = (app.system(&admin, "Mine").await, app.system(&admin, "Other").await);
    let mut single = Vec::new();
    for &scope in TokenScope::ALL {
        single.push((scope, token(&admin, &[scope], None).await));
    }
    let (bound, elsewhere) =
        (token(&admin, TokenScope::ALL, Some(mine)).await, token(&admin, TokenScope::ALL, Some(other)).await);
    let viewer = token(&app.member(mine, "viewer", Viewer).await, TokenScope::ALL, None).await;
    let system = mine.to_string();
    for operation in operations() {
        let Some((_, least, needs)) = MATRIX.iter().find(|(id, ..)| *id == operation.id) else { continue };
        let id = operation.id.as_str();
        let refused = |status: u16| matches!(status, 401 | 403);
        for (scope, client) in &single {
            let status = send(client, &operation, &system).await;
            match needs {
                Open => assert!(ANSWERS_401.contains(&id) || !refused(status), "{id}: a token got {status}"),
                With(needed) if needed == scope => assert!(!refused(status), "{id}: {scope:?} got {status}"),
                With(_) | Never => assert_eq!(status, 403, "{id}: {scope:?}"),
            }
            admin.post(&format!("/systems/{system}/restore"), &json!({})).await.expect(200);
        }
        let by_bound = send(&bound, &operation, &system).await;
        admin.post(&format!("/systems/{system}/restore"), &json!({})).await.expect(200);
        let by_elsewhere = send(&elsewhere, &operation, &system).await;
        let by_viewer = send(&viewer, &operation, &system).await;
        match (needs, least) {
            (Open, _) => {}
            (Never, _) => assert_eq!((by_bound, by_elsewhere, by_viewer), (403, 403, 403), "{id}"),
            (With(_), In(role)) => {
                assert!(!refused(by_bound), "{id}: bound to the system, got {by_bound}");
                assert_eq!(by_elsewhere, 404, "{id}: bound to another system");
                assert_eq!(by_viewer == 403, !Viewer.allows(*role), "{id}: a viewer's token got {by_viewer}");
            }
            (With(_), least) => {
                assert_eq!((by_bound, by_elsewhere), (404, 404), "{id}: a bound token reaches its system only");
                assert_eq!(by_viewer == 403, *least == Admin, "{id}: a token of no administrator got {by_viewer}");
            }
        }
    }
}

//! Who may do what: one table, written by hand, run in full against every operation of the OpenAPI document. An operation
//! without a row fails, a row without an operation too, and so does a row that the document's `x-role` contradicts.

use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::systems::Role;
use std::collections::BTreeMap;

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

const MATRIX: &[(&str, Least)] = &[
    ("healthz", Anonymous),
    ("readyz", Anonymous),
    ("setup_state", Anonymous),
    ("set_up", Anonymous),
    ("sign_in", Anonymous),
    ("sign_in_second_step", Anonymous),
    ("refresh_session", Anonymous),
    ("accept_invitation", Anonymous),
    ("session", SignedIn),
    ("sign_out", SignedIn),
    ("step_up", SignedIn),
    ("get_second_factor", SignedIn),
    ("begin_second_factor", SignedIn),
    ("confirm_second_factor", SignedIn),
    ("renew_backup_codes", SignedIn),
    ("turn_off_second_factor", SignedIn),
    ("get_second_factor_policy", Admin),
    ("set_second_factor_policy", Admin),
    ("me", SignedIn),
    ("update_me", SignedIn),
    ("list_users", Admin),
    ("invite_user", Admin),
    ("renew_invitation", Admin),
    ("unlock_user", Admin),
    ("reset_second_factor", Admin),
    ("list_rule_packs", SignedIn),
    ("get_rule_pack", SignedIn),
    ("list_systems", SignedIn),
    ("create_system", Admin),
    ("get_system", In(Viewer)),
    ("update_system", In(Manager)),
    ("archive_system", In(Manager)),
    ("restore_system", In(Manager)),
    ("list_members", In(Viewer)),
    ("add_member", In(Manager)),
    ("update_member", In(Manager)),
    ("remove_member", In(Manager)),
    ("list_controls", In(Viewer)),
    ("create_control", In(Contributor)),
    ("get_control", In(Viewer)),
    ("update_control", In(Contributor)),
    ("delete_control", In(Manager)),
    ("set_finding", In(Contributor)),
    ("bulk_set_findings", In(Contributor)),
    ("get_score", In(Viewer)),
    ("list_score_history", In(Viewer)),
    ("list_tasks", In(Viewer)),
    ("create_task", In(Contributor)),
    ("get_task", In(Viewer)),
    ("update_task", In(Contributor)),
    ("delete_task", In(Manager)),
    ("transition_task", In(Contributor)),
    ("list_task_comments", In(Viewer)),
    ("create_task_comment", In(Contributor)),
    ("get_dashboard", In(Viewer)),
    ("export_assessment_csv", In(Viewer)),
    ("export_assessment_json", In(Viewer)),
    ("list_audit_events", In(Assessor)),
    ("verify_audit_events", In(Manager)),
    ("list_installation_audit_events", Admin),
    ("verify_installation_audit_events", Admin),
    ("list_notifications", SignedIn),
    ("read_notification", SignedIn),
    ("read_all_notifications", SignedIn),
    ("list_evidence", In(Viewer)),
    ("create_evidence", In(Contributor)),
    ("create_evidence_from_upload", In(Contributor)),
    ("get_evidence", In(Viewer)),
    ("update_evidence", In(Contributor)),
    ("delete_evidence", In(Contributor)),
    ("download_evidence", In(Viewer)),
    ("head_evidence_file", In(Viewer)),
    ("link_evidence", In(Contributor)),
    ("unlink_evidence", In(Contributor)),
    ("get_upload_policy", In(Viewer)),
    ("describe_uploads", In(Contributor)),
    ("create_upload", In(Contributor)),
    ("list_uploads", In(Contributor)),
    ("get_upload_offset", In(Contributor)),
    ("append_to_upload", In(Contributor)),
    ("end_upload", In(Contributor)),
];

struct Operation {
    id: String,
    method: Method,
    path: String,
    role: String,
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
                });
            }
        }
    }
    found
}

#[test]
fn the_table_and_the_document_say_the_same() {
    let rows: BTreeMap<&str, Least> = MATRIX.iter().copied().collect();
    assert_eq!(rows.len(), MATRIX.len(), "a row stands twice");
    let operations = operations();
    for operation in &operations {
        let row = rows.get(operation.id.as_str()).unwrap_or_else(|| panic!("{} has no row: who may do it?", operation.id));
        assert_eq!(row.in_document(), operation.role, "{}", operation.id);
    }
    for (id, _) in MATRIX {
        assert!(operations.iter().any(|operation| operation.id == *id), "{id} is no operation");
    }
}

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
    Client::send(request).await.status.as_u16()
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
        let Some((_, least)) = MATRIX.iter().find(|(id, _)| *id == operation.id) else { continue };
        let id = operation.id.as_str();
        let refused = |status: u16| matches!(status, 401 | 403);
        let by_anonymous = send(&anonymous, &operation, &system).await;
        // These three answer 401 to a wrong secret, whoever asks.
        let answers_401 = ["set_up", "sign_in", "refresh_session", "accept_invitation"].contains(&id);
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

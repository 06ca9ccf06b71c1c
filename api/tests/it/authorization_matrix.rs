//! Who may do what, in person and by API token: one table, written by hand, run in full against every operation of the OpenAPI
//! document. An operation without a row fails, a row without an operation too, and so does a row that the document's `x-role` or
//! `x-scope` contradicts.

use crate::support::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;
use shared_types::tokens::TokenScope;
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
use TokenScope::{Admin as Administer, AuditRead, EvidenceWrite, Read, Write};

impl Token {
    fn in_document(self) -> &'static str {
        match self {
            Open => "anonymous",
            With(scope) => scope.as_str(),
            Never => "never",
        }
    }
}

const MATRIX: &[(&str, Least, Token)] = &[
    ("healthz", Anonymous, Open),
    ("readyz", Anonymous, Open),
    ("setup_state", Anonymous, Open),
    ("set_up", Anonymous, Open),
    ("sign_in", Anonymous, Open),
    ("sign_in_second_step", Anonymous, Open),
    ("begin_second_step_passkey", Anonymous, Open),
    ("sign_in_with_passkey", Anonymous, Open),
    ("refresh_session", Anonymous, Open),
    ("single_sign_on_state", Anonymous, Open),
    ("begin_single_sign_on", Anonymous, Open),
    ("single_sign_on_callback", Anonymous, Open),
    ("accept_invitation", Anonymous, Open),
    ("ask_password_reset", Anonymous, Open),
    ("reset_password", Anonymous, Open),
    ("confirm_email_change", Anonymous, Open),
    ("session", SignedIn, Never),
    ("sign_out", SignedIn, Never),
    ("step_up", SignedIn, Never),
    ("begin_step_up_passkey", SignedIn, Never),
    ("step_up_with_passkey", SignedIn, Never),
    ("list_passkeys", SignedIn, Never),
    ("begin_passkey", SignedIn, Never),
    ("add_passkey", SignedIn, Never),
    ("rename_passkey", SignedIn, Never),
    ("remove_passkey", SignedIn, Never),
    ("begin_single_sign_on_step_up", SignedIn, Never),
    ("begin_identity_link", SignedIn, Never),
    ("list_my_identities", SignedIn, Never),
    ("unlink_my_identity", SignedIn, Never),
    ("get_second_factor", SignedIn, Never),
    ("begin_second_factor", SignedIn, Never),
    ("confirm_second_factor", SignedIn, Never),
    ("renew_backup_codes", SignedIn, Never),
    ("turn_off_second_factor", SignedIn, Never),
    ("get_query_profile", Admin, Never),
    ("list_features", Admin, Never),
    ("set_feature", Admin, Never),
    ("list_settings", Admin, Never),
    ("list_jobs", Admin, Never),
    ("list_job_queues", Admin, Never),
    ("retry_job", Admin, Never),
    ("discard_job", Admin, Never),
    ("list_job_schedules", Admin, Never),
    ("run_job_schedule", Admin, Never),
    ("get_second_factor_policy", Admin, Never),
    ("set_second_factor_policy", Admin, Never),
    ("me", SignedIn, With(Read)),
    ("update_me", SignedIn, Never),
    ("change_password", SignedIn, Never),
    ("ask_email_change", SignedIn, Never),
    ("ask_email_code", SignedIn, Never),
    ("verify_email", SignedIn, Never),
    ("list_users", Admin, With(Administer)),
    ("invite_user", Admin, Never),
    ("renew_invitation", Admin, Never),
    ("unlock_user", Admin, Never),
    ("reset_second_factor", Admin, Never),
    ("list_user_tokens", Admin, Never),
    ("revoke_user_token", Admin, Never),
    ("list_api_tokens", SignedIn, Never),
    ("create_api_token", SignedIn, Never),
    ("revoke_api_token", SignedIn, Never),
    ("list_my_sessions", SignedIn, Never),
    ("end_my_other_sessions", SignedIn, Never),
    ("end_my_session", SignedIn, Never),
    ("list_user_sessions", Admin, Never),
    ("end_user_sessions", Admin, Never),
    ("end_user_session", Admin, Never),
    ("change_user", Admin, Never),
    ("list_admin_requests", Admin, Never),
    ("decide_admin_request", Admin, Never),
    ("list_rule_packs", SignedIn, With(Read)),
    ("get_rule_pack", SignedIn, With(Read)),
    ("list_systems", SignedIn, With(Read)),
    ("create_system", Admin, With(Administer)),
    ("get_system", In(Viewer), With(Read)),
    ("update_system", In(Manager), With(Administer)),
    ("archive_system", In(Manager), With(Administer)),
    ("restore_system", In(Manager), With(Administer)),
    ("list_members", In(Viewer), With(Read)),
    ("add_member", In(Manager), With(Administer)),
    ("invite_member", In(Manager), With(Administer)),
    ("update_member", In(Manager), With(Administer)),
    ("remove_member", In(Manager), With(Administer)),
    ("list_controls", In(Viewer), With(Read)),
    ("create_control", In(Contributor), With(Write)),
    ("get_control", In(Viewer), With(Read)),
    ("update_control", In(Contributor), With(Write)),
    ("delete_control", In(Manager), With(Write)),
    ("set_finding", In(Contributor), With(Write)),
    ("bulk_set_findings", In(Contributor), With(Write)),
    ("get_score", In(Viewer), With(Read)),
    ("list_score_history", In(Viewer), With(Read)),
    ("list_tasks", In(Viewer), With(Read)),
    ("create_task", In(Contributor), With(Write)),
    ("get_task", In(Viewer), With(Read)),
    ("update_task", In(Contributor), With(Write)),
    ("delete_task", In(Manager), With(Write)),
    ("transition_task", In(Contributor), With(Write)),
    ("list_task_comments", In(Viewer), With(Read)),
    ("create_task_comment", In(Contributor), With(Write)),
    ("set_task_checklist", In(Contributor), With(Write)),
    ("list_task_watchers", In(Viewer), With(Read)),
    ("watch_task", In(Viewer), With(Write)),
    ("unwatch_task", In(Viewer), With(Write)),
    ("list_task_links", In(Viewer), With(Read)),
    ("link_task", In(Contributor), With(Write)),
    ("unlink_task", In(Contributor), With(Write)),
    ("bulk_change_tasks", In(Contributor), With(Write)),
    ("preview_task_import", In(Contributor), With(Write)),
    ("import_tasks", In(Contributor), With(Write)),
    ("list_task_filters", In(Viewer), With(Read)),
    ("create_task_filter", In(Viewer), With(Write)),
    ("replace_task_filter", In(Viewer), With(Write)),
    ("delete_task_filter", In(Viewer), With(Write)),
    ("list_task_templates", In(Viewer), With(Read)),
    ("create_task_template", In(Contributor), With(Write)),
    ("get_task_template", In(Viewer), With(Read)),
    ("update_task_template", In(Contributor), With(Write)),
    ("transition_task_template", In(Contributor), With(Write)),
    ("delete_task_template", In(Manager), With(Write)),
    ("preview_recurrence", In(Viewer), With(Write)),
    ("list_task_suggestions", In(Viewer), With(Read)),
    ("adopt_task_suggestions", In(Contributor), With(Write)),
    ("get_portfolio", SignedIn, With(Read)),
    ("get_dashboard", In(Viewer), With(Read)),
    ("export_assessment_csv", In(Viewer), With(Read)),
    ("export_assessment_json", In(Viewer), With(Read)),
    ("get_calendar", In(Viewer), With(Read)),
    ("list_calendar_feeds", SignedIn, Never),
    ("create_calendar_feed", SignedIn, Never),
    ("rotate_calendar_feed", SignedIn, Never),
    ("revoke_calendar_feed", SignedIn, Never),
    ("read_calendar_feed", Anonymous, Open),
    ("list_reports", In(Viewer), With(Read)),
    ("create_report", In(Viewer), With(Write)),
    ("get_report", In(Viewer), With(Read)),
    ("delete_report", In(Viewer), With(Write)),
    ("download_report", In(Viewer), With(Read)),
    ("preview_report", In(Viewer), With(Read)),
    ("get_report_template", Admin, Never),
    ("set_report_template", Admin, Never),
    ("get_report_logo", SignedIn, With(Read)),
    ("set_report_logo", Admin, Never),
    ("remove_report_logo", Admin, Never),
    ("list_report_schedules", In(Manager), With(Read)),
    ("create_report_schedule", In(Manager), With(Write)),
    ("get_report_schedule", In(Manager), With(Read)),
    ("update_report_schedule", In(Manager), With(Write)),
    ("delete_report_schedule", In(Manager), With(Write)),
    ("run_report_schedule", In(Manager), With(Write)),
    ("list_audit_events", In(Assessor), With(AuditRead)),
    ("verify_audit_events", In(Manager), With(AuditRead)),
    ("export_audit_events_csv", In(Assessor), With(AuditRead)),
    ("export_audit_events_jsonl", In(Assessor), With(AuditRead)),
    ("export_installation_audit_events_csv", Admin, With(AuditRead)),
    ("export_installation_audit_events_jsonl", Admin, With(AuditRead)),
    ("list_audit_heads", Admin, With(AuditRead)),
    ("list_installation_audit_events", Admin, With(AuditRead)),
    ("verify_installation_audit_events", Admin, With(AuditRead)),
    ("list_notifications", SignedIn, With(Read)),
    ("read_notification", SignedIn, With(Write)),
    ("read_all_notifications", SignedIn, With(Write)),
    ("count_unread_notifications", SignedIn, With(Read)),
    ("stream_notifications", SignedIn, Never),
    ("get_notification_preferences", SignedIn, With(Read)),
    ("update_notification_preferences", SignedIn, Never),
    ("open_unsubscribe_link", Anonymous, Open),
    ("unsubscribe", Anonymous, Open),
    ("list_webhooks", In(Manager), Never),
    ("create_webhook", In(Manager), Never),
    ("update_webhook", In(Manager), Never),
    ("delete_webhook", In(Manager), Never),
    ("renew_webhook_secret", In(Manager), Never),
    ("list_webhook_deliveries", In(Manager), Never),
    ("replay_webhook_delivery", In(Manager), Never),
    ("replay_webhook_since", In(Manager), Never),
    ("list_evidence", In(Viewer), With(Read)),
    ("create_evidence", In(Contributor), With(EvidenceWrite)),
    ("create_evidence_from_upload", In(Contributor), With(EvidenceWrite)),
    ("get_evidence", In(Viewer), With(Read)),
    ("update_evidence", In(Contributor), With(EvidenceWrite)),
    ("delete_evidence", In(Contributor), With(EvidenceWrite)),
    ("get_signing_key", SignedIn, With(Read)),
    ("list_seals", In(Viewer), With(Read)),
    ("list_seal_blockers", In(Viewer), With(Read)),
    ("create_seal", In(Manager), Never),
    ("get_seal", In(Viewer), With(Read)),
    ("download_seal", In(Viewer), With(Read)),
    ("download_evidence_archive", In(Viewer), With(Read)),
    ("download_evidence", In(Viewer), With(Read)),
    ("head_evidence_file", In(Viewer), With(Read)),
    ("create_evidence_reference", In(Contributor), With(EvidenceWrite)),
    ("list_evidence_versions", In(Viewer), With(Read)),
    ("push_evidence_version", In(Contributor), With(EvidenceWrite)),
    ("create_evidence_version", In(Contributor), With(EvidenceWrite)),
    ("add_evidence_file", In(Contributor), With(EvidenceWrite)),
    ("add_evidence_file_from_upload", In(Contributor), With(EvidenceWrite)),
    ("remove_evidence_file", In(Contributor), With(EvidenceWrite)),
    ("download_evidence_file", In(Viewer), With(Read)),
    ("find_evidence_content", In(Viewer), With(Read)),
    ("review_evidence", In(Contributor), Never),
    ("list_evidence_reviews", In(Viewer), With(Read)),
    ("get_evidence_impact", In(Viewer), With(Read)),
    ("archive_evidence", In(Contributor), With(Write)),
    ("unarchive_evidence", In(Contributor), With(Write)),
    ("hold_evidence", In(Manager), Never),
    ("release_evidence", In(Manager), Never),
    ("list_deleted_evidence", In(Contributor), With(Read)),
    ("restore_evidence", In(Contributor), With(Write)),
    ("confirm_evidence_purge", In(Manager), Never),
    ("cancel_evidence_purge", In(Manager), Never),
    ("link_evidence", In(Contributor), With(EvidenceWrite)),
    ("unlink_evidence", In(Contributor), With(EvidenceWrite)),
    ("get_evidence_integrity", In(Viewer), With(Read)),
    ("change_upload_by_post", In(Contributor), With(EvidenceWrite)),
    ("get_upload_policy", In(Viewer), With(Read)),
    ("describe_uploads", In(Contributor), With(EvidenceWrite)),
    ("create_upload", In(Contributor), With(EvidenceWrite)),
    ("list_uploads", In(Contributor), With(EvidenceWrite)),
    ("get_upload_offset", In(Contributor), With(EvidenceWrite)),
    ("append_to_upload", In(Contributor), With(EvidenceWrite)),
    ("end_upload", In(Contributor), With(EvidenceWrite)),
];

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
const ANSWERS_401: [&str; 6] =
    ["set_up", "sign_in", "refresh_session", "accept_invitation", "begin_second_step_passkey", "unsubscribe"];

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

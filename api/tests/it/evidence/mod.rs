mod checks;
mod clients;
mod direct;
mod download;
mod edit;
mod examples;
mod expiry;
mod faults;
mod impact;
mod integrity;
mod integrity_races;
mod list;
mod many;
mod protocol;
mod quota;
mod retention;
mod review;
mod s3;
mod scan;
mod scan_clamd;
mod takeover;
mod tus;
mod tus_refusals;
mod versions;

use crate::support::{Answer, Client, TestApp};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use shared_types::SystemId;
use shared_types::systems::Role;

pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

/// An application with a system and one person in each role.
pub struct Scene {
    pub app: TestApp,
    pub system: SystemId,
    pub admin: Client,
    pub contributor: Client,
    pub viewer: Client,
    /// Manager of another system, and nobody in this one.
    pub foreigner: Client,
    pub foreign_system: SystemId,
}

pub async fn scene() -> Scene {
    scene_with(&[]).await
}

pub async fn scene_with(settings: &[(&str, &str)]) -> Scene {
    let app = TestApp::start_with(settings).await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Enclave").await;
    let foreign_system = app.system(&admin, "Other enclave").await;
    let contributor = app.member(system, "ines", Role::Contributor).await;
    let viewer = app.member(system, "vera", Role::Viewer).await;
    let foreigner = app.member(foreign_system, "frank", Role::Manager).await;
    Scene { app, system, admin, contributor, viewer, foreigner, foreign_system }
}

impl Scene {
    /// A path of the system.
    pub fn path(&self, rest: &str) -> String {
        format!("/systems/{}{rest}", self.system)
    }

    /// Uploads a file directly as the contributor.
    pub async fn upload(&self, name: &str, bytes: &[u8], metadata: Option<Value>) -> Answer {
        self.upload_as(&self.contributor, name, bytes, metadata).await
    }

    pub async fn upload_as(&self, client: &Client, name: &str, bytes: &[u8], metadata: Option<Value>) -> Answer {
        self.send_file(client, &self.path("/evidence"), name, bytes, metadata).await
    }

    /// Takes a step of a review of the newest version, as it is now.
    pub async fn review(&self, client: &Client, number: &str, action: &str, comment: Option<&str>) -> Answer {
        let path = self.path(&format!("/evidence/{number}"));
        let evidence = self.contributor.get(&path).await.expect(200);
        let mut body = serde_json::json!({ "action": action, "version": evidence["latest_version"] });
        if let Some(comment) = comment {
            body["comment"] = comment.into();
        }
        client.if_match(&evidence["version"]).post(&format!("{path}/reviews"), &body).await
    }

    /// Hands evidence in as the contributor and approves it as another person.
    pub async fn approve(&self, number: &str) -> Value {
        self.review(&self.contributor, number, "submit", None).await.expect(200);
        self.review(&self.admin, number, "approve", None).await.expect(200)
    }

    /// Sends a file to a path as the parts `file` and perhaps `metadata`.
    pub async fn send_file(&self, client: &Client, path: &str, name: &str, bytes: &[u8], metadata: Option<Value>) -> Answer {
        let mut form = Form::new();
        if let Some(metadata) = metadata {
            form = form.part("metadata", Part::text(metadata.to_string()).mime_str("application/json").expect("a type"));
        }
        let form = form.part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        Client::send(client.request(Method::POST, path).multipart(form)).await
    }

    /// The files that are being received right now.
    pub fn staged(&self) -> Vec<String> {
        names(&self.app.platform.settings.data_dir.join("uploads"))
    }

    /// The blobs of the system.
    pub async fn blobs(&self) -> Vec<String> {
        self.app.platform.blobs.list(self.system).await.expect("a list")
    }
}

pub fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}

//! The examples of docs/PUSHING-EVIDENCE.md, run as they stand.

use super::scene;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

const DOCUMENT: &str = include_str!("../../../../docs/PUSHING-EVIDENCE.md");

/// The code of the only block in a language.
fn block(language: &str) -> String {
    let fence = format!("```{language}\n");
    let mut blocks = DOCUMENT.split(&fence).skip(1).map(|rest| rest.split("```").next().expect("an end").to_owned());
    let code = blocks.next().expect("a block");
    assert!(blocks.next().is_none(), "one block of {language}");
    code
}

/// The script of the step that says `run: |`.
fn script(workflow: &str) -> String {
    let (_, rest) = workflow.split_once("run: |\n").expect("a script");
    rest.lines().map(|line| line.strip_prefix("          ").expect("indented")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_push_versions() {
    let scene = scene().await;
    scene.upload("scan.csv", b"host,finding\n", Some(json!({ "title": "Nightly scan", "cadence_months": 1 }))).await.expect(201);
    let body = json!({ "name": "scanner", "scopes": ["evidence:write"], "system": scene.system, "expires_in_days": 30 });
    let token = scene.contributor.post("/me/tokens", &body).await.expect(201)["token"].as_str().unwrap().to_owned();
    let api = format!("{}/api/v1{}", scene.app.url, scene.path(""));
    let folder = tempfile::tempdir().unwrap();
    let run = |night: u32, program: &str, code: String| {
        std::fs::write(folder.path().join("scan.csv"), format!("host,finding\nnight,{night}\n")).unwrap();
        run(program, &code, folder.path(), &api, &token)
    };
    for (night, program, code) in
        [(1, "bash", block("bash")), (2, "python3", block("python")), (3, "bash", script(&block("yaml")))]
    {
        for again in [false, true] {
            let output = run(night, program, code.clone());
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{program}: {said} {}", String::from_utf8_lossy(&output.stderr));
            if program == "python3" {
                assert_eq!(said, format!("EV-1 version {} pending_review\n", night + 1), "{again}");
            } else {
                let made: Value = serde_json::from_str(&said).unwrap();
                assert_eq!(made["latest_version"], night + 1, "{again}");
            }
        }
    }
    // What is refused makes the script fail, and it says why.
    std::fs::write(folder.path().join("scan.csv"), b"MZ\x90\0\x03").unwrap();
    let refused = self::run("bash", &block("bash"), folder.path(), &api, &token);
    assert!(!refused.status.success());
    assert_eq!(serde_json::from_slice::<Value>(&refused.stdout).unwrap()["code"], "file_refused");
}

fn run(program: &str, code: &str, folder: &Path, api: &str, token: &str) -> Output {
    let mut command = Command::new(program);
    command.arg("-c").arg(code).current_dir(folder).env("API", api).env("TOKEN", token).env("no_proxy", "127.0.0.1");
    command.output().expect("a process")
}

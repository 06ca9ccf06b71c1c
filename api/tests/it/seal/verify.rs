use super::{archive, scene, sealed};
use crate::evidence::PDF;
use std::path::Path;
use std::process::Command;

/// Runs the command in an empty folder, without a setting, a database or a network to speak of: exit status and what it prints.
fn verify(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    command.env_clear().current_dir(folder).args(["evidence", "verify"]).args(arguments);
    let output = command.output().expect("a process");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("a status"), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn the_command_names_each_difference() {
    let scene = scene().await;
    scene.upload("policy.pdf", PDF, None).await.expect(201);
    let seal = sealed(&scene, "working").await;
    let mut bytes = archive(&scene.viewer, &scene.path("/seals/1/archive")).await;
    let key = scene.viewer.get("/installation/signing-key").await.expect(200);
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("seal.zip"), &bytes).expect("written");
    std::fs::write(at("key.pem"), key["pem"].as_str().expect("a key")).expect("written");
    let fingerprint = seal["key_fingerprint"].as_str().expect("a fingerprint");

    let (status, said) = verify(folder.path(), &["seal.zip"]);
    assert!(
        status == 0 && said.contains("compare it with the installation's") && said.contains("Everything is as it was sealed."),
        "{said}"
    );
    for key in [fingerprint, "key.pem"] {
        let (status, said) = verify(folder.path(), &["seal.zip", "--key", key]);
        assert!(status == 0 && said.contains(&format!("signed by the given key {fingerprint}")), "{said}");
    }
    let other = "00".repeat(32);
    let (status, said) = verify(folder.path(), &["seal.zip", "--key", &other]);
    assert!(status == 1 && said.contains("signature: made by key"), "{said}");

    let place = bytes.windows(PDF.len()).position(|part| part == PDF).expect("the file is stored as it is");
    bytes[place + 5] ^= 1;
    std::fs::write(at("tampered.zip"), &bytes).expect("written");
    let (status, said) = verify(folder.path(), &["tampered.zip"]);
    assert!(status == 1 && said.starts_with("changed: artifacts/unlinked/EV-1 v1 policy.pdf: sealed as "), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 3, "nothing is unpacked");

    for arguments in [&["nothing.zip"][..], &["key.pem"], &["seal.zip", "--key", "no-such-file"], &[]] {
        assert_eq!(verify(folder.path(), arguments).0, 2, "{arguments:?}");
    }
}

/// What docs/OPERATIONS.md says to do without the product.
#[tokio::test]
async fn other_programs_verify_it_too() {
    let scene = scene().await;
    scene.upload("3.1.10[b].pdf", PDF, None).await.expect(201);
    let seal = sealed(&scene, "working").await;
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = archive(&scene.viewer, &scene.path("/seals/1/archive")).await;
    std::fs::write(folder.path().join("seal.zip"), bytes).expect("written");
    let key = scene.viewer.get("/installation/signing-key").await.expect(200);
    std::fs::write(folder.path().join("signing.pem"), key["pem"].as_str().expect("a key")).expect("written");
    let script = r#"set -e; unzip -q seal.zip
        python3 -c 'import json; [print(f["sha256"] + "  " + c["path"]) for f in json.load(open("manifest.json"))["files"] for c in f["copies"]]' |
            sha256sum --check --quiet
        openssl pkeyutl -verify -pubin -inkey signing.pem -rawin -in manifest.json -sigfile manifest.json.sig
        sha256sum CMMCAssessmentArtifacts.log | cut -c 1-64; grep -o '[0-9A-F]\{64\}' CMMCAssessmentLogHash.log"#;
    let output = Command::new("bash").args(["-c", script]).current_dir(folder.path()).output().expect("a shell");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let hash = seal["emass"]["hash_value"].as_str().expect("a hash");
    assert_eq!(said.lines().collect::<Vec<_>>(), ["Signature Verified Successfully", &hash.to_lowercase(), hash]);
}

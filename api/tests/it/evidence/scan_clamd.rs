//! Our job against clamd itself, with a database that knows one file: that of EICAR, by its hash.

use super::scene_with;
use crate::support::Clamd;

/// The test file of the European Institute for Computer Antivirus Research, in two halves: a scanner must not take this source for it.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"];

#[tokio::test]
async fn clamd_finds_what_it_knows_and_nothing_else() {
    let clamd = Clamd::start().await;
    let scene = scene_with(&[("CMMC_CLAMAV__ADDRESS", clamd.address())]).await;
    scene.upload("clean.txt", b"The door was locked at six.\n", None).await.expect(201);
    scene.upload("invoice.txt", EICAR.concat().as_bytes(), None).await.expect(201);
    // More than one piece of the stream.
    let long = super::tus::long_text(3_000_000);
    scene.upload("long.log", &long, None).await.expect(201);
    assert_eq!(scene.run_file_jobs().await, [true, true, true]);
    assert_eq!(scene.viewer.get(&scene.path("/evidence/EV-1/file")).await.bytes, b"The door was locked at six.\n");
    scene.viewer.get(&scene.path("/evidence/EV-2/file")).await.problem(403, "malware_found");
    assert!(scene.viewer.get(&scene.path("/evidence/EV-3/file")).await.bytes == long);
    let found = scene.viewer.get(&scene.path("/evidence-integrity")).await.expect(200);
    assert_eq!((&found["scans"]["clean"], &found["scans"]["infected"]), (&2.into(), &1.into()));
    // Hashes are no signatures of clamav's own: it says so by the ending.
    assert_eq!(found["concerns"][0]["scan_signature"], "Eicar-Test.UNOFFICIAL");
}

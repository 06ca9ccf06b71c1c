//! Which day counts of evidence: that of the approved version, of the newest only where none was approved. Every surface that tells of it
//! says the same.

use crate::evidence::{PDF, PNG, Scene, scene};
use notifications::jobs::evidence_freshness;
use serde_json::{Value, json};

impl Scene {
    /// Evidence with an approved version, and a draft beside it that has another last day.
    async fn renewed(&self, number: &str, approved_until: &str, draft_until: &str) {
        let metadata = json!({ "title": number, "effective": "2026-01-01", "expires": approved_until });
        self.upload("a.pdf", PDF, Some(metadata)).await.expect(201);
        self.approve(number).await;
        let (path, metadata) =
            (self.path(&format!("/evidence/{number}/versions")), json!({ "effective": "2026-02-01", "expires": draft_until }));
        self.send_file(&self.contributor, &path, "b.png", PNG, Some(metadata)).await.expect(201);
    }

    /// The evidence that the list shows for a filter.
    async fn listed(&self, filter: &str) -> Vec<Value> {
        let page = self.viewer.get(&self.path(&format!("/evidence?sort=title&{filter}"))).await.expect(200);
        page["items"].as_array().expect("items").clone()
    }

    /// The counts of the dashboard, and for each the list that it leads to shows as many.
    async fn counted(&self) -> Value {
        let counts = self.viewer.get(&self.path("/dashboard")).await.expect(200)["evidence"].clone();
        for freshness in ["current", "expiring", "expired"] {
            let listed = self.listed(&format!("freshness={freshness}")).await;
            assert_eq!(counts[freshness], listed.len(), "{freshness}: {listed:?}");
            assert!(listed.iter().all(|one| one["freshness"] == freshness), "{listed:?}");
        }
        counts
    }
}

fn fact<'a>(document: &'a Value, label: &str) -> &'a Value {
    let facts = document["facts"].as_array().expect("facts");
    &facts.iter().find(|fact| fact["label"] == label).expect("the fact")["value"]["text"]
}

#[tokio::test]
async fn a_draft_makes_nothing_current_and_nothing_late() {
    let scene = scene().await;
    scene.renewed("EV-1", "2026-11-20", "2027-11-20").await;
    scene.renewed("EV-2", "2027-06-01", "2026-11-21").await;
    let counts = json!({ "current": 1, "expiring": 0, "expired": 1, "pending_review": 0 });
    assert_eq!(scene.counted().await, counts);

    let dashboard = scene.viewer.get(&scene.path("/dashboard")).await.expect(200);
    let days: Vec<_> = dashboard["expiring"]
        .as_array()
        .expect("evidence")
        .iter()
        .map(|one| (&one["title"], &one["expires"], &one["freshness"], &one["days_left"]))
        .collect();
    let (one, two) = ((json!("EV-1"), json!("2026-11-20")), (json!("EV-2"), json!("2027-06-01")));
    assert_eq!(days, [(&two.0, &two.1, &json!("current"), &json!(191))], "what is over is counted, and does not come next");
    let clocks: Vec<_> = dashboard["clocks"].as_array().expect("clocks").iter().map(|one| (&one["link"], &one["date"])).collect();
    assert_eq!(clocks, [(&json!("evidence/EV-2"), &two.1)]);

    let portfolio = scene.viewer.get("/portfolio").await.expect(200);
    let line = &portfolio["systems"][0];
    assert_eq!((&line["evidence"], &line["next"]["link"], &line["next"]["date"]), (&counts, &json!("evidence/EV-2"), &two.1));

    let executive = scene.viewer.get(&scene.path("/report-preview?kind=executive")).await.expect(200);
    assert_eq!(fact(&executive, "Late"), "1 piece of evidence");
    assert_eq!(fact(&executive, "Evidence"), "1 current, 0 expiring within 30 days, 1 expired");
    let sections = executive["sections"].as_array().expect("sections");
    let late = sections
        .iter()
        .find(|one| one["title"].as_str().is_some_and(|title| title.starts_with("What is late")))
        .expect("what is late");
    assert!(late.to_string().contains("EV-1 EV-1") && !late.to_string().contains("EV-2"), "{late}");

    let calendar = scene.viewer.get(&scene.path("/calendar?from=2026-11-01&to=2027-11-30&kinds=evidence")).await.expect(200);
    let entries: Vec<_> = calendar["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|one| (&one["reference"], &one["date"], &one["status"]))
        .collect();
    assert_eq!(entries, [(&json!("EV-1"), &one.1, &json!("overdue")), (&json!("EV-2"), &two.1, &json!("planned"))]);

    evidence_freshness(&scene.app.platform).await.expect("a look");
    let told = scene.contributor.get("/notifications").await.expect(200);
    let texts: Vec<_> = told["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|one| one["text"].as_str())
        .filter(|text| text.contains("expire"))
        .collect();
    assert!(matches!(texts.as_slice(), [text] if text.starts_with("EV-1 expired on 2026-11-20")), "{told}");
}

#[tokio::test]
async fn the_list_shows_the_newest_version_and_says_whether_the_approved_one_is_over() {
    let scene = scene().await;
    scene.renewed("EV-1", "2026-11-20", "2027-11-20").await;
    let listed = scene.listed("freshness=expired").await;
    let one = &listed[0];
    assert_eq!((&one["expires"], &one["approved_until"]), (&json!("2027-11-20"), &json!("2026-11-20")));
    assert_eq!((&one["status"], &one["freshness"], &one["days_left"]), (&json!("draft"), &json!("expired"), &json!(-2)));
    assert_eq!(one["supports"], false);
    assert!(scene.listed("status=expired").await.is_empty(), "its newest version is a draft");
    assert_eq!(scene.counted().await["expired"], 1);
    // What is put away is counted nowhere.
    scene.admin.if_match(&one["version"]).post(&scene.path("/evidence/EV-1/archive"), &json!({})).await.expect(200);
    assert_eq!(scene.counted().await, json!({ "current": 0, "expiring": 0, "expired": 0, "pending_review": 0 }));
    assert_eq!(scene.listed("status=archived").await.len(), 1);
    scene.admin.get(&scene.path("/evidence/EV-1")).await.expect(200);
}

#[tokio::test]
async fn the_new_version_counts_from_its_approval_on() {
    let scene = scene().await;
    scene.renewed("EV-1", "2026-11-20", "2026-12-01").await;
    assert_eq!(scene.counted().await["expired"], 1);
    let approved = scene.approve("EV-1").await;
    assert_eq!(
        (&approved["status"], &approved["freshness"], &approved["approved_until"]),
        (&json!("expiring"), &json!("expiring"), &json!("2026-12-01"))
    );
    assert_eq!(scene.counted().await, json!({ "current": 0, "expiring": 1, "expired": 0, "pending_review": 0 }));
    assert_eq!(scene.listed("status=expiring").await.len(), 1);
}

#[tokio::test]
async fn what_was_never_approved_is_no_proof_that_expires() {
    let scene = scene().await;
    for (number, expires) in [("EV-1", "2026-12-01"), ("EV-2", "2026-12-02"), ("EV-3", "2026-11-20"), ("EV-4", "2026-12-03")] {
        let metadata = json!({ "title": number, "effective": "2026-01-01", "expires": expires });
        let content = [PDF, number.as_bytes()].concat();
        scene.upload(&format!("{number}.pdf"), &content, Some(metadata)).await.expect(201);
    }
    scene.approve("EV-1").await;
    scene.review(&scene.contributor, "EV-2", "submit", None).await.expect(200);
    let counts = json!({ "current": 0, "expiring": 1, "expired": 0, "pending_review": 1 });
    assert_eq!(scene.counted().await, counts);
    let dashboard = scene.viewer.get(&scene.path("/dashboard")).await.expect(200);
    for (part, key, wanted) in [("expiring", "title", "EV-1"), ("clocks", "link", "evidence/EV-1")] {
        let named: Vec<_> = dashboard[part].as_array().expect("rows").iter().map(|one| &one[key]).collect();
        assert_eq!(named, [&json!(wanted)], "{part}");
    }
    let line = scene.viewer.get("/portfolio").await.expect(200)["systems"][0].clone();
    assert_eq!((&line["evidence"], &line["next"]["link"]), (&counts, &json!("evidence/EV-1")));
    let executive = scene.viewer.get(&scene.path("/report-preview?kind=executive")).await.expect(200);
    assert_eq!(fact(&executive, "Evidence"), "0 current, 1 expiring within 30 days, 0 expired");
    assert_eq!(fact(&executive, "Late"), "Nothing");
}

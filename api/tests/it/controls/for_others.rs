//! What other features build on: board, export, references.

use super::{Ground, Sequence};
use ::controls::{Selection, controls, load_board, load_score, objectives_by_control, resolve_control};
use rules::RequirementState;
use serde_json::{Value, json};
use shared_types::controls::ControlSummary;
use shared_types::finding::{Finding, FindingCounts};

#[tokio::test]
async fn score_board_and_list_say_the_same_of_a_random_state() {
    let ground = Ground::new().await;
    let mut chance = Sequence(7);
    let pack = rules::pack("cmmc-level-2").unwrap();
    for _round in 0..3 {
        let items: Vec<Value> = pack
            .requirements()
            .map(|r| json!({ "control": r.id, "finding": chance.pick(Finding::ALL), "reason": "r" }))
            .collect();
        ground.bulk(json!(items)).await;
        ground.bulk(json!([{ "control": "3.12.4", "finding": "met" }])).await;
        if chance.below(2) == 0 {
            ground.patch("3.5.3", json!({ "partial_credit": "so it is" })).await.expect(200);
        }
        let listed: Vec<ControlSummary> =
            serde_json::from_value(ground.read("controls?limit=200").await["items"].clone()).unwrap();
        let states: Vec<RequirementState<'_>> = listed
            .iter()
            .map(|c| RequirementState { id: &c.reference, finding: c.finding, partial_credit: c.deduction != c.points })
            .collect();
        let expected = rules::score(pack, &states);
        assert_eq!(ground.read("score").await, json!(expected));
        let newest = ground.read("score/history?limit=1").await["items"][0].clone();
        assert_eq!((&newest["value"], &newest["best"]), (&json!(expected.value), &json!(expected.best)));
        let read = ground.app.platform.db.read();
        let board = load_board(read, ground.system).await.unwrap();
        assert_eq!((&board.score, load_score(read, ground.system).await.unwrap()), (&expected, expected.clone()));
        let mut total = FindingCounts::default();
        for (family, cells) in board.families.iter().map(|family| (family, &family.cells)) {
            let mut counts = FindingCounts::default();
            for cell in cells {
                counts.add(cell.finding);
                total.add(cell.finding);
                let row = listed.iter().find(|row| row.id == cell.control).unwrap();
                assert_eq!((&cell.reference, cell.progress, cell.points), (&row.reference, row.progress, row.points));
            }
            assert_eq!(family.counts, counts, "{}", family.code);
        }
        assert_eq!((total, total.total(), board.families.len()), (expected.counts, 110, 14));
    }
}

#[tokio::test]
async fn an_export_has_the_rows_and_texts_of_its_selection() {
    let ground = Ground::new().await;
    ground.patch("3.1.1", json!({ "narrative": "How." })).await.expect(200);
    let read = ground.app.platform.db.read();
    let me = ground.admin.user_id();
    let today = ground.app.platform.clock.now().date_naive();
    let selection = Selection { family: Some("AC".to_owned()), ..Selection::default() };
    let rows = controls(read, ground.system, me, today, &selection).await.unwrap();
    let listed = ground.read("controls?limit=200&family=AC").await;
    assert_eq!(json!(rows), listed["items"]);
    let texts = objectives_by_control(read, ground.system, today).await.unwrap();
    assert_eq!((texts.len(), texts.values().map(|text| text.objectives.len()).sum::<usize>()), (110, 320));
    let detail = ground.control("3.1.1").await;
    let text = &texts[&rows[0].id];
    assert_eq!((json!(text.narrative), json!(text.objectives)), (detail["narrative"].clone(), detail["objectives"].clone()));
}

#[tokio::test]
async fn references_belong_to_their_system() {
    let ground = Ground::new().await;
    let other = ground.app.system(&ground.admin, "Other").await;
    let read = ground.app.platform.db.read();
    let mine = resolve_control(read, ground.system, "3.1.1").await.unwrap();
    assert_eq!(mine.reference, "AC.L2-3.1.1");
    assert_eq!(resolve_control(read, ground.system, &mine.id.to_string()).await.unwrap(), mine);
    for (system, text) in [(other, mine.id.to_string()), (ground.system, "ORG-1".to_owned()), (ground.system, "\0".to_owned())] {
        assert!(resolve_control(read, system, &text).await.is_err(), "{text:?}");
    }
    assert_ne!(resolve_control(read, other, "3.1.1").await.unwrap().id, mine.id);
}

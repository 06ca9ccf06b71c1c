//! Invented values for the styleguide.

use shared_types::dashboard::{BoardCell, BoardFamily};
use shared_types::finding::{Finding, FindingCounts, Progress};
use shared_types::score::ScorePoint;

/// Families with cells of every kind.
pub fn families() -> Vec<BoardFamily> {
    let rows: [(&str, &str, &[u8], u32); 4] = [
        ("AC", "Access Control", &[5, 5, 1, 1, 3, 1, 1, 1, 1, 1, 1, 5, 5, 1, 1, 5, 5, 5, 3, 1, 1, 1], 1),
        ("AT", "Awareness and Training", &[5, 5, 1], 2),
        ("CA", "Security Assessment", &[5, 3, 5, 0], 12),
        ("SC", "System and Communications Protection", &[5, 5, 1, 1, 5, 5, 1, 3, 1, 1, 5, 1, 1, 1, 5, 1], 13),
    ];
    rows.into_iter().map(|(code, name, points, number)| family(code, name, points, number)).collect()
}

fn family(code: &str, name: &str, points: &[u8], number: u32) -> BoardFamily {
    let cells: Vec<BoardCell> = (1..).zip(points).map(|(index, points)| cell(code, number, index, *points)).collect();
    let mut counts = FindingCounts::default();
    cells.iter().for_each(|cell| counts.add(cell.finding));
    BoardFamily { code: code.to_owned(), name: name.to_owned(), counts, cells }
}

fn cell(code: &str, number: u32, index: u32, points: u8) -> BoardCell {
    let finding = match index % 7 {
        1 => Finding::NotMet,
        3 => Finding::NotAssessed,
        6 => Finding::NotApplicable,
        _ => Finding::Met,
    };
    BoardCell {
        control: shared_types::ControlId(uuid::Uuid::from_u128(u128::from(index))),
        reference: format!("{code}.L2-3.{number}.{index}"),
        title: "Authorized Access Control".to_owned(),
        points: (points > 0).then_some(points),
        finding,
        progress: Progress::InProgress,
        objectives: FindingCounts { met: 4, not_met: 1, not_applicable: 0, not_assessed: 1 },
        never_on_poam: points > 1,
    }
}

/// A year of scores.
pub fn history() -> Vec<ScorePoint> {
    let scores = [-38, -30, -12, 0, 4, 9, 15, 24, 24, 40, 57, 61];
    let at = |index: i64| chrono::DateTime::from_timestamp(1_765_000_000 + index * 2_600_000, 0).unwrap_or_default();
    (0..).zip(scores).map(|(index, value)| ScorePoint { at: at(index), value: Some(value), best: Some(value + 20) }).collect()
}

//! Where the points of the chart stand. Pure: the drawing only writes down what is computed here.

use crate::format::{month, number};
use chrono::Datelike;
use shared_types::score::ScorePoint;
use std::fmt::Write;

/// The chart's measures in pixels; its width is the page's.
pub struct Frame {
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// The one frame that is used.
pub const FRAME: Frame = Frame { height: 170.0, left: 44.0, right: 10.0, top: 14.0, bottom: 26.0 };

/// A horizontal rule with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    pub score: i32,
    pub y: f64,
    pub conditional: bool,
}

/// A month's name below the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    pub x: f64,
    pub label: String,
    pub anchor: &'static str,
}

/// Everything that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub levels: Vec<Level>,
    pub months: Vec<Month>,
    pub line: String,
    pub area: String,
    pub end: (f64, f64),
    pub label: String,
}

/// Computes the drawing; none without a score.
pub fn plot(history: &[ScorePoint], conditional_at: Option<i32>, (minimum, maximum): (i32, i32), width: f64) -> Option<Plot> {
    let scored: Vec<(i64, i32)> = history.iter().filter_map(|point| Some((point.at.timestamp(), point.value?))).collect();
    let (&(first_at, first), &(last_at, last)) = (scored.first()?, scored.last()?);
    let lowest = scored.iter().map(|(_, score)| *score).min().unwrap_or(0).min(0);
    // The lowest rule stands at a multiple of 50 at or below the lowest score, but no lower than a score can be.
    let floor = (lowest.div_euclid(50) * 50).max(minimum).min(lowest);
    let top_score = maximum.max(first).max(last);
    let y = |score: i32| {
        let share = f64::from(score - floor) / f64::from((top_score - floor).max(1));
        FRAME.height - FRAME.bottom - share * (FRAME.height - FRAME.top - FRAME.bottom)
    };
    let end_x = width - FRAME.right;
    let inner = end_x - FRAME.left;
    #[expect(clippy::cast_precision_loss, reason = "seconds within some years")]
    let x = |at: i64| FRAME.left + (at - first_at) as f64 / (last_at - first_at).max(1) as f64 * inner;

    let mut line = format!("M{:.1} {:.1}", FRAME.left, y(first));
    for (at, score) in scored.iter().skip(1) {
        // Writing to a string can't fail.
        let _ = write!(line, "H{:.1}V{:.1}", x(*at), y(*score));
    }
    let _ = write!(line, "H{end_x:.1}");
    let area = format!("{line}V{:.1}H{:.1}Z", y(floor), FRAME.left);

    let mut levels: Vec<Level> =
        [floor, 0, top_score].into_iter().map(|score| Level { score, y: y(score), conditional: false }).collect();
    levels.dedup_by_key(|level| level.score);
    levels.extend(conditional_at.map(|score| Level { score, y: y(score), conditional: true }));
    // A number that would stand on the conditional one gives way.
    if let Some(least) = conditional_at {
        levels.retain(|level| level.conditional || (level.y - y(least)).abs() > 13.0);
    }
    Some(Plot {
        levels,
        months: months(history, FRAME.left, end_x),
        line,
        area,
        end: (end_x, y(last)),
        label: sentence(first, last),
    })
}

/// The first, the middle and the last month.
fn months(history: &[ScorePoint], left: f64, right: f64) -> Vec<Month> {
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return Vec::new() };
    let name = |at: chrono::DateTime<chrono::Utc>| format!("{} {}", month(at.date_naive()), at.year());
    let middle = first.at + (last.at - first.at) / 2;
    let mut all = vec![
        Month { x: left, label: name(first.at), anchor: "start" },
        Month { x: f64::midpoint(left, right), label: name(middle), anchor: "middle" },
        Month { x: right, label: name(last.at), anchor: "end" },
    ];
    all.dedup_by(|a, b| a.label == b.label);
    all
}

fn sentence(first: i32, last: i32) -> String {
    let (from, to) = (number(i64::from(first)), number(i64::from(last)));
    match last.cmp(&first) {
        std::cmp::Ordering::Greater => format!("The score rose from {from} to {to}"),
        std::cmp::Ordering::Less => format!("The score fell from {from} to {to}"),
        std::cmp::Ordering::Equal => format!("The score is {to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn history(scores: &[Option<i32>]) -> Vec<ScorePoint> {
        let at = |month: u32| format!("2026-{month:02}-01T00:00:00Z").parse().unwrap();
        (1..).zip(scores).map(|(month, value)| ScorePoint { at: at(month), value: *value, best: *value }).collect()
    }

    #[test]
    fn a_history_becomes_steps() {
        let plot = plot(&history(&[Some(-38), None, Some(0), Some(24)]), Some(88), (-203, 110), 760.0).unwrap();
        assert_eq!(plot.label, "The score rose from \u{2212}38 to 24");
        assert_eq!(plot.levels.iter().map(|level| level.score).collect::<Vec<_>>(), [-50, 0, 110, 88]);
        assert!(plot.line.starts_with("M44.0") && plot.line.ends_with("H750.0"));
        assert_eq!(plot.months.first().unwrap().label, "Jan 2026");
    }

    #[test]
    fn without_a_score_nothing_is_drawn() {
        assert_eq!(plot(&history(&[None]), None, (-203, 110), 760.0), None);
        assert_eq!(plot(&[], None, (-203, 110), 760.0), None);
    }

    #[test]
    fn one_score_is_a_flat_line() {
        let plot = plot(&history(&[Some(110)]), Some(88), (-203, 110), 760.0).unwrap();
        assert_eq!(plot.label, "The score is 110");
        assert_eq!(plot.months.len(), 1);
    }
}

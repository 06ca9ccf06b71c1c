//! Tables: the width of columns by what they hold, rows that go on overleaf, and the head again on each page.

use super::layout::{Layout, Look, Mark, SIDE};
use super::tree::{Kind, NodeId};
use shared_types::reports::{CellTone, ColumnKind, ReportTable};

/// Between the border of a cell and its text, at the sides; and above and below.
const PAD: f32 = 4.0;
const ROOM: f32 = 2.5;
/// No column asks for more than this, in points.
const WIDEST: f32 = 230.0;
/// What a word may demand of its column before it is broken.
const LONGEST_WORD: f32 = 96.0;
/// The least share of what they need that columns of words get before the other columns give way too.
const NARROWEST: f32 = 0.2;
/// A row of no more lines goes to the next page as a whole.
const TOGETHER: usize = 12;

/// A cell, broken into lines.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    lines: Vec<String>,
    look: Look,
    node: Option<NodeId>,
}

impl Layout {
    /// A text in a column.
    pub(super) fn fitted(&mut self, text: &str, look: Look, width: f32, within: Option<(NodeId, Kind)>) -> Fitted {
        let node = within.map(|(row, kind)| self.tree.grow(kind, Some(row)));
        let face = self.faces.of(look.bold);
        let lines = face.lines(&face.known(text), look.size, width - 2.0 * PAD);
        Fitted { lines, look, node }
    }

    /// Lays a row down, and goes on overleaf where it must. `head` is the head that is repeated there.
    pub(super) fn row(&mut self, cells: &[Fitted], widths: &[f32], head: Option<&[Fitted]>) {
        let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        let leading = cells.iter().map(|cell| cell.look.leading()).fold(0.0, f32::max).max(1.0);
        let fits = |height: f32| {
            let mut count = 0_usize;
            let mut used = 2.0 * ROOM;
            while used + leading <= height && count < lines {
                used += leading;
                count += 1;
            }
            count
        };
        let mut from = 0;
        while from < lines {
            let mut count = fits(self.left()).min(lines - from);
            let splits = from + count < lines;
            if count == 0 || (splits && from == 0 && lines <= TOGETHER && fits(self.whole()) > count) {
                self.next_page();
                if let Some(head) = head {
                    self.head(head, widths, false);
                }
                count = fits(self.left()).min(lines - from).max(1);
            }
            self.part(cells, widths, from, count, leading);
            from += count;
        }
    }

    /// Some lines of a row, with a hairline below.
    fn part(&mut self, cells: &[Fitted], widths: &[f32], from: usize, count: usize, leading: f32) {
        let top = self.y;
        let mut x = SIDE;
        for (cell, width) in cells.iter().zip(widths) {
            for (index, line) in cell.lines.iter().skip(from).take(count).enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "lines of a page are few")]
                let y = top + ROOM + leading * (index as f32 + 0.76);
                if !line.is_empty() {
                    self.mark(Mark::Text { x: x + PAD, y, look: cell.look, text: line.clone(), node: cell.node });
                }
            }
            x += width;
        }
        #[expect(clippy::cast_precision_loss, reason = "lines of a page are few")]
        let height = 2.0 * ROOM + leading * count as f32;
        self.y += height;
        let (y, width) = (self.y - 0.5, widths.iter().sum());
        self.mark(Mark::Area { x: SIDE, y, width, height: 0.5, grey: 0xc8 });
    }

    /// The head of a table. Only the first one is read aloud.
    fn head(&mut self, head: &[Fitted], widths: &[f32], first: bool) {
        let lines = head.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
        let leading = Look::HEAD.leading();
        #[expect(clippy::cast_precision_loss, reason = "lines of a head are few")]
        let height = 2.0 * ROOM + leading * lines as f32;
        let (y, width) = (self.y, widths.iter().sum());
        self.mark(Mark::Area { x: SIDE, y, width, height, grey: 0xea });
        if first {
            return self.part(head, widths, 0, lines, leading);
        }
        let silent: Vec<Fitted> = head.iter().map(|cell| Fitted { node: None, ..cell.clone() }).collect();
        self.part(&silent, widths, 0, lines, leading);
    }

    /// A table with its title, unless that is the section's.
    pub(super) fn table(&mut self, section: &str, table: &ReportTable) {
        if table.title != section {
            self.need(70.0);
            self.paragraph(&table.title, Look::STRONG);
        }
        if table.rows.is_empty() {
            return self.paragraph("None.", Look::BODY.toned(CellTone::Muted));
        }
        let widths = self.widths(table);
        let node = self.node(Kind::Table);
        let row = self.tree.grow(Kind::Row, Some(node));
        let head: Vec<Fitted> = table
            .columns
            .iter()
            .zip(&widths)
            .map(|(column, width)| self.fitted(&column.name, Look::HEAD, *width, Some((row, Kind::ColumnHead))))
            .collect();
        self.need(60.0);
        self.head(&head, &widths, true);
        for cells in &table.rows {
            let row = self.tree.grow(Kind::Row, Some(node));
            let cells: Vec<Fitted> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| self.fitted(&cell.text, Look::CELL.toned(cell.tone), *width, Some((row, Kind::Cell))))
                .collect();
            self.row(&cells, &widths, Some(&head));
        }
        self.space(8.0);
    }

    /// Each column gets what its longest word needs; what is left goes to those that have more to say.
    pub(super) fn widths(&self, table: &ReportTable) -> Vec<f32> {
        let bold = self.faces.of(true);
        let (mut least, mut most) = (Vec::new(), Vec::new());
        for (index, column) in table.columns.iter().enumerate() {
            let (mut word, mut whole) = (word_width(&column.name, |w| bold.width(&bold.known(w), Look::HEAD.size)), 0.0_f32);
            let longest = if column.kind == ColumnKind::Identifier { LONGEST_WORD * 1.5 } else { LONGEST_WORD };
            for cell in table.rows.iter().filter_map(|row| row.get(index)) {
                let look = Look::CELL.toned(cell.tone);
                let face = self.faces.of(look.bold);
                let measure = |text: &str| face.width(&face.known(text), look.size);
                word = word.max(word_width(&cell.text, measure).min(longest));
                whole = whole.max(cell.text.split('\n').map(measure).fold(0.0, f32::max));
            }
            // A status, a day and a number stand on one line.
            let word = if stays_whole(column.kind) { word.max(whole.min(LONGEST_WORD)) } else { word };
            least.push(word + 2.0 * PAD + 1.0);
            most.push(whole.clamp(word, WIDEST) + 2.0 * PAD + 1.0);
        }
        let across = self.across();
        let (need, wish): (f32, f32) = (least.iter().sum(), most.iter().sum());
        if need >= across {
            return narrowed(table, &least, across);
        }
        let more = (across - need) / (wish - need).max(1.0);
        // Where everybody has all they wish for, the words share the rest.
        let widths: Vec<f32> = least.iter().zip(&most).map(|(least, most)| least + (most - least) * more.min(1.0)).collect();
        let used: f32 = widths.iter().sum();
        widths.iter().map(|width| width * across / used.max(1.0)).collect()
    }
}

/// Whether a column's cells stand on one line: a day or a number that is broken reads as another one.
fn stays_whole(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Status | ColumnKind::Date | ColumnKind::Number)
}

/// Columns that need more than there is: words and identifiers are broken, and only where that is not enough the others too.
fn narrowed(table: &ReportTable, least: &[f32], across: f32) -> Vec<f32> {
    let columns = || table.columns.iter().map(|column| stays_whole(column.kind)).zip(least);
    let sum = |whole: bool| columns().filter(|(one, _)| *one == whole).map(|(_, width)| width).sum::<f32>();
    let (whole, broken) = (sum(true), sum(false));
    let share = (across - whole) / broken.max(1.0);
    if share < NARROWEST {
        return least.iter().map(|width| width * across / (whole + broken).max(1.0)).collect();
    }
    columns().map(|(whole, width)| if whole { *width } else { width * share }).collect()
}

fn word_width(text: &str, measure: impl Fn(&str) -> f32) -> f32 {
    text.split([' ', '\n']).map(measure).fold(0.0, f32::max)
}

//! Tables: rows that go on overleaf, and the head again on each page.

use super::layout::{Layout, Look, Mark, SIDE};
use super::tree::{Kind, NodeId};
use super::widths::PAD;
use shared_types::reports::{CellTone, ColumnKind, ReportTable};

/// Above and below the text of a cell; the same in a document that is to be one page.
const ROOM: f32 = 2.5;
const DENSE_ROOM: f32 = 1.6;
/// A row of no more lines goes to the next page as a whole.
const TOGETHER: usize = 12;

/// A cell, broken into lines.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    lines: Vec<String>,
    look: Look,
    node: Option<NodeId>,
    /// The width of its column where it stands at the right of it: numbers do, so that their digits stand below each other.
    right: Option<f32>,
}

impl Fitted {
    /// At the right of its column, which is so wide.
    fn at_right(self, width: f32) -> Self {
        Self { right: Some(width), ..self }
    }
}

/// How many lines of this leading a row of this height has, at most `most`.
fn lines_that_fit(height: f32, leading: f32, room: f32, most: usize) -> usize {
    let mut count = 0_usize;
    let mut used = 2.0 * room;
    while used + leading <= height && count < most {
        used += leading;
        count += 1;
    }
    count
}

/// The lines of a row's highest cell, and from one of them to the next.
fn measures(cells: &[Fitted]) -> (usize, f32) {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    (lines, cells.iter().map(|cell| cell.look.leading()).fold(0.0, f32::max).max(1.0))
}

impl Layout {
    fn room(&self) -> f32 {
        if self.dense { DENSE_ROOM } else { ROOM }
    }

    /// How high a row is.
    fn height(&self, cells: &[Fitted]) -> f32 {
        let (lines, leading) = measures(cells);
        #[expect(clippy::cast_precision_loss, reason = "lines of a cell are far fewer than a float counts")]
        let height = 2.0 * self.room() + leading * lines as f32;
        height
    }

    /// A text in a column, as a part of a row.
    pub(super) fn fitted(&mut self, text: &str, look: Look, width: f32, (row, kind): (NodeId, Kind)) -> Fitted {
        let node = Some(self.tree.grow(kind, Some(row)));
        let face = self.faces.of(look.bold);
        let lines = face.lines(&face.known(text), look.size, width - 2.0 * PAD);
        Fitted { lines, look, node, right: None }
    }

    /// Lays a row down, and goes on overleaf where it must. `head` is the head that is repeated there.
    pub(super) fn row(&mut self, cells: &[Fitted], widths: &[f32], head: Option<&[Fitted]>) {
        let ((lines, leading), room) = (measures(cells), self.room());
        let fits = |height: f32| lines_that_fit(height, leading, room, lines);
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
        let (top, room) = (self.y, self.room());
        let mut x = SIDE;
        for (cell, width) in cells.iter().zip(widths) {
            for (index, line) in cell.lines.iter().skip(from).take(count).enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "lines of a page are few")]
                let y = top + room + leading * (index as f32 + 0.76);
                if !line.is_empty() {
                    let wide = |line: &str| self.faces.of(cell.look.bold).width(line, cell.look.size);
                    let x = cell.right.map_or(x + PAD, |width| x + width - PAD - wide(line.trim_end()));
                    self.mark(Mark::Text { x, y, look: cell.look, text: line.clone(), node: cell.node });
                }
            }
            x += width;
        }
        #[expect(clippy::cast_precision_loss, reason = "lines of a page are few")]
        let height = 2.0 * room + leading * count as f32;
        self.y += height;
        let (y, width) = (self.y - 0.5, widths.iter().sum());
        self.mark(Mark::Area { x: SIDE, y, width, height: 0.5, grey: 0xc8 });
    }

    /// Goes to the next page where the last row but one would be the last on this one: a row alone below a head looks forgotten.
    fn keep_together(&mut self, last: [Option<&[Fitted]>; 2], head: &[Fitted], widths: &[f32]) {
        let heights: Vec<f32> = last.into_iter().flatten().map(|row| self.height(row)).collect();
        let (first, both) = (heights.first().copied().unwrap_or_default(), heights.iter().sum::<f32>());
        if self.left() >= first && self.left() < both && both < self.whole() / 2.0 {
            self.next_page();
            self.head(head, widths, false);
        }
    }

    /// The head of a table. Only the first one is read aloud.
    fn head(&mut self, head: &[Fitted], widths: &[f32], first: bool) {
        let lines = head.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
        let leading = Look::HEAD.leading();
        #[expect(clippy::cast_precision_loss, reason = "lines of a head are few")]
        let height = 2.0 * self.room() + leading * lines as f32;
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
            self.need(80.0);
            self.paragraph(&table.title, Look::STRONG);
        }
        if table.rows.is_empty() {
            return self.paragraph("None.", Look::BODY.toned(CellTone::Muted));
        }
        let widths = self.widths(table);
        let node = self.node(Kind::Table);
        let numbers: Vec<bool> = table.columns.iter().map(|column| column.kind == ColumnKind::Number).collect();
        let row = self.tree.grow(Kind::Row, Some(node));
        let mut head = Vec::new();
        for ((column, width), number) in table.columns.iter().zip(&widths).zip(&numbers) {
            let cell = self.fitted(&column.name, Look::HEAD, *width, (row, Kind::ColumnHead));
            head.push(if *number { cell.at_right(*width) } else { cell });
        }
        self.need(if self.dense { 30.0 } else { 60.0 });
        self.head(&head, &widths, true);
        let mut waiting: Option<Vec<Fitted>> = None;
        let end = table.rows.len() - 1;
        for (index, cells) in table.rows.iter().enumerate() {
            let row = self.tree.grow(Kind::Row, Some(node));
            let mut next = Vec::new();
            for ((cell, width), number) in cells.iter().zip(&widths).zip(&numbers) {
                let cell = self.fitted(&cell.text, Look::CELL.toned(cell.tone), *width, (row, Kind::Cell));
                next.push(if *number { cell.at_right(*width) } else { cell });
            }
            if index == end && index > 1 {
                self.keep_together([waiting.as_deref(), Some(&next)], &head, &widths);
            }
            if let Some(before) = waiting.replace(next) {
                self.row(&before, &widths, Some(&head));
            }
        }
        if let Some(last) = waiting {
            self.row(&last, &widths, Some(&head));
        }
        self.space(if self.dense { 3.0 } else { 8.0 });
    }
}

//! How wide the columns of a table are: by what they hold. Pure measuring; nothing is laid down.

use super::layout::{Layout, Look};
use shared_types::reports::{ColumnKind, ReportCell, ReportTable};

/// Between the border of a cell and its text, at the sides.
pub(super) const PAD: f32 = 4.0;
/// No column asks for more than this, in points, before all have what they wish for.
const WIDEST: f32 = 230.0;
/// What a long name may demand of its column before it is broken; of an identifier half as much more.
const LONGEST_WORD: f32 = 96.0;
/// Letters up to which a word is one that people read: it is never broken while anything else can give way.
const WORD: usize = 20;
/// Letters from which on something is a hash, and how many of them may make a line.
const HASH: usize = 40;
/// With a little room: not all digits are of one width.
const HASH_LINES: [f32; 3] = [34.0, 23.0, 17.0];
/// Rows that are looked at to see which of these is best.
const SAMPLE: usize = 200;
/// The least of a name that stands on a line, in letters.
const PIECE: f32 = 10.0;
/// The least share of what they need that columns of words get before the other columns give way too.
const NARROWEST: f32 = 0.2;

/// What a column needs, in points, with its padding.
#[derive(Debug, Clone, Copy, Default)]
struct Need {
    /// That no word of a sentence and no day, number or status is broken.
    firm: f32,
    /// That long names and hashes stand on few lines.
    ease: f32,
    /// That each cell stands on one line, up to a bound.
    wish: f32,
    /// The same without the bound.
    whole: f32,
}

impl Layout {
    /// The widths of a table's columns: together the width of the page. Of several ways to break its hashes the one that makes the table
    /// shortest.
    pub(super) fn widths(&self, table: &ReportTable) -> Vec<f32> {
        let cells = self.measured(table);
        let hashes = table.rows.iter().take(SAMPLE).flatten().any(|cell| cell.text.split(' ').any(is_hash));
        let ways = if hashes { HASH_LINES.as_slice() } else { HASH_LINES.get(..1).unwrap_or_default() };
        let tried = ways.iter().map(|letters| self.shared_out(table, *letters));
        let height = |widths: &[f32]| -> f32 {
            let row = |row: &Vec<f32>| {
                row.iter().zip(widths).map(|(text, width)| (text / (width - 2.0 * PAD)).ceil()).fold(1.0, f32::max)
            };
            cells.iter().map(row).sum()
        };
        tried.min_by(|a, b| height(a).total_cmp(&height(b))).unwrap_or_default()
    }

    /// How wide the cells of the first rows were on one line.
    fn measured(&self, table: &ReportTable) -> Vec<Vec<f32>> {
        let measure = |cell: &ReportCell| {
            let look = Look::CELL.toned(cell.tone);
            let face = self.faces.of(look.bold);
            face.width(&face.known(&cell.text), look.size)
        };
        table.rows.iter().take(SAMPLE).map(|row| row.iter().map(measure).collect()).collect()
    }

    /// The widths with so many letters of a hash on a line.
    fn shared_out(&self, table: &ReportTable, hash: f32) -> Vec<f32> {
        let across = self.across();
        let needs: Vec<Need> = (0..table.columns.len()).map(|index| self.need_of(table, index, hash)).collect();
        let list = |part: fn(&Need) -> f32| -> Vec<f32> { needs.iter().map(part).collect() };
        let (firm, ease) = (list(|need| need.firm), list(|need| need.ease));
        if firm.iter().sum::<f32>() >= across {
            return narrowed(table, &firm, across);
        }
        if ease.iter().sum::<f32>() >= across {
            return filled(&firm, &ease, across);
        }
        let mut widths = filled(&filled(&ease, &list(|need| need.wish), across), &list(|need| need.whole), across);
        // Where everybody has all they wish for, the words take the rest: figures and names stay close to each other.
        let rest = across - widths.iter().sum::<f32>();
        let words = |kind: ColumnKind| kind == ColumnKind::Text;
        let count = table.columns.iter().filter(|column| words(column.kind)).count();
        let all = count == 0;
        let takers = if all { widths.len() } else { count };
        #[expect(clippy::cast_precision_loss, reason = "columns are few")]
        let share = rest.max(0.0) / takers.max(1) as f32;
        for (width, column) in widths.iter_mut().zip(&table.columns) {
            *width += if all || words(column.kind) { share } else { 0.0 };
        }
        widths
    }

    fn need_of(&self, table: &ReportTable, index: usize, hash: f32) -> Need {
        let Some(column) = table.columns.get(index) else { return Need::default() };
        let measure = |text: &str, look: Look| {
            let face = self.faces.of(look.bold);
            face.width(&face.known(text), look.size)
        };
        let word = column.name.split(' ').map(|word| measure(word, Look::HEAD)).fold(0.0, f32::max);
        let (mut firm, mut ease, mut whole) = (word, word, measure(&column.name, Look::HEAD));
        let longest = if column.kind == ColumnKind::Identifier { LONGEST_WORD * 1.5 } else { LONGEST_WORD };
        for cell in table.rows.iter().filter_map(|row| row.get(index)) {
            let look = Look::CELL.toned(cell.tone);
            let wide = cell.text.split('\n').map(|line| measure(line, look)).fold(0.0, f32::max);
            if stays_whole(column.kind) && wide <= LONGEST_WORD {
                firm = firm.max(wide);
                continue;
            }
            // A hash stands on as many lines as it was given, whatever room there is.
            whole = whole.max(if is_hash(&cell.text) { 0.0 } else { wide });
            for word in cell.text.split([' ', '\n']) {
                let wide = measure(word, look);
                let letters = word.chars().count();
                if letters <= WORD {
                    firm = firm.max(wide.min(longest));
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "letters of a cell are far fewer than a float counts")]
                let part = |of: f32| wide * of / letters as f32;
                firm = firm.max(part(PIECE).min(longest));
                ease = ease.max(if is_hash(word) { part(hash) } else { wide.min(longest) });
            }
        }
        let ease = ease.max(firm);
        let whole = whole.max(ease);
        let padded = |width: f32| width + 2.0 * PAD + 1.0;
        Need { firm: padded(firm), ease: padded(ease), wish: padded(whole.min(WIDEST.max(ease))), whole: padded(whole) }
    }
}

/// Whether a word is a hash or as good as one: nobody reads it, it is compared.
fn is_hash(word: &str) -> bool {
    word.len() >= HASH && !word.contains(' ') && word.chars().all(|letter| letter.is_ascii_hexdigit())
}

/// Whether a column's cells stand on one line: a day or a number that is broken reads as another one.
fn stays_whole(kind: ColumnKind) -> bool {
    matches!(kind, ColumnKind::Status | ColumnKind::Date | ColumnKind::Number)
}

/// Each has what it needs, and of what is left as much as the others until it has what it wishes for: the modest have it first, so that
/// a name is not broken for the sake of a sentence that is broken anyway.
fn filled(need: &[f32], wish: &[f32], across: f32) -> Vec<f32> {
    let mut widths = need.to_vec();
    let mut left = across - need.iter().sum::<f32>();
    let mut order: Vec<(usize, f32)> = need.iter().zip(wish).map(|(need, wish)| (wish - need).max(0.0)).enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut waiting = order.len();
    for (index, more) in order {
        #[expect(clippy::cast_precision_loss, reason = "columns are few")]
        let share = left.max(0.0) / waiting.max(1) as f32;
        let given = more.min(share);
        if let Some(width) = widths.get_mut(index) {
            *width += given;
        }
        left -= given;
        waiting -= 1;
    }
    widths
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modest_have_what_they_wish_for_first() {
        let near = |found: &[f32], wanted: &[f32]| {
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.01), "{found:?}, not {wanted:?}");
        };
        near(&filled(&[10.0, 10.0, 10.0], &[10.0, 20.0, 500.0], 100.0), &[10.0, 20.0, 70.0]);
        near(&filled(&[10.0, 10.0], &[500.0, 500.0], 100.0), &[50.0, 50.0]);
        near(&filled(&[10.0, 10.0], &[12.0, 15.0], 100.0), &[12.0, 15.0]);
        near(&filled(&[60.0, 60.0], &[70.0, 70.0], 100.0), &[60.0, 60.0]);
    }
}

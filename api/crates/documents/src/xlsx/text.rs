//! Text that fits into cells and into the heads of printed pages, and how it looks.

use crate::WriteError;
use crate::words::hex;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};
use shared_types::reports::CellTone;
use std::borrow::Cow;

/// What a cell of a workbook holds at most, in units of UTF-16, which Excel counts.
const MOST: usize = 32_767;
/// What the head and the foot of a page have room for, in the same, of 255 with their codes: a marking of sixty characters whole, were
/// each of them two units or doubled.
pub(super) const MARKING: usize = 120;
pub(super) const BESIDE: usize = 100;
/// What is said where text was cut.
const CUT: &str = " … (cut; the JSON and PDF formats hold all of it)";
/// The lines between rows.
const HAIRLINE: Color = Color::RGB(0x00C5_CCD6);

/// Text in the head of a printed page, where `&` begins a code and is written twice: at most so many units of UTF-16, no pair cut in
/// the middle, and a mark where it was cut.
pub(super) fn literal(text: &str, most: usize) -> String {
    let units = |c: char| if c == '&' { 2 } else { c.len_utf16() };
    let cut = text.chars().map(units).sum::<usize>() > most;
    let mut left = if cut { most - 1 } else { most };
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(units(c)) else { break };
        left = rest;
        kept.push(c);
        if c == '&' {
            kept.push('&');
        }
    }
    if cut {
        kept.push('…');
    }
    kept
}

/// The name of a column or a fact.
pub(super) fn head() -> Format {
    plain().set_bold().set_background_color(Color::RGB(0x00E8_ECF1))
}

pub(super) fn plain() -> Format {
    Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_align(FormatAlign::Left)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(HAIRLINE)
}

pub(super) fn toned(tone: CellTone) -> Format {
    let format = plain();
    match tone {
        CellTone::Plain => format,
        tone => format.set_font_color(Color::from(format!("#{}", hex(tone)).as_str())).set_bold(),
    }
}

/// The text as far as a cell holds it.
fn fitted(text: &str) -> Cow<'_, str> {
    // No text has more units than bytes.
    if text.len() <= MOST || text.encode_utf16().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let mut left = MOST - CUT.encode_utf16().count();
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        kept.push(c);
    }
    kept.push_str(CUT);
    Cow::Owned(kept)
}

/// Writes a text into a cell.
pub(super) fn text(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), WriteError> {
    sheet.write_string_with_format(row, column, fitted(text), format)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_measured_as_excel_measures_them() {
        let plain = "a".repeat(MOST);
        assert_eq!(fitted(&plain), plain);
        for long in ["😀".repeat(MOST / 2 + 1), "a".repeat(MOST + 1), format!("a{}", "😀".repeat(20_000))] {
            let cell = fitted(&long);
            assert!((MOST - 1..=MOST).contains(&cell.encode_utf16().count()), "{}", cell.encode_utf16().count());
            assert!(cell.ends_with(CUT));
        }
        let whole = "😀".repeat(MOST / 2);
        assert_eq!(fitted(&whole), whole);
    }

    #[test]
    fn a_marking_is_whole_in_the_head_of_a_page() {
        assert_eq!(literal("R&D // CUI", MARKING), "R&&D // CUI");
        assert_eq!(literal(&"&".repeat(60), MARKING), "&".repeat(120));
        assert_eq!(literal(&"😀".repeat(60), MARKING), "😀".repeat(60));
        assert_eq!(literal("ab&cd", 4), "ab…", "a doubled sign is not cut in the middle");
        assert_eq!(literal(&"😀".repeat(4), 5), "😀😀…");
        let fixed = "&L&G&C&B&B\n".len().max("&L\n&A&C&B&B&RPage &P of &N".len());
        assert!(fixed + MARKING + BESIDE <= 255);
    }
}

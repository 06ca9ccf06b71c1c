use super::layout::{Look, Mark};
use super::*;
use crate::tests::document;
use shared_types::reports::{ColumnKind, ReportCell, ReportColumn, ReportTable};

/// The words on each page.
fn words(layout: &Layout) -> Vec<Vec<&str>> {
    layout
        .pages
        .iter()
        .map(|marks| {
            let texts =
                marks.iter().filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text.as_str()) } else { None });
            texts.flat_map(str::split_whitespace).collect()
        })
        .collect()
}

#[test]
fn a_cell_larger_than_a_page_goes_on_overleaf_and_loses_nothing() {
    let mut one = document(1, 1);
    if let Some(ReportBlock::Table(table)) = one.sections[0].blocks.get_mut(1) {
        table.rows[0][1] = ReportCell::plain("word ".repeat(9_000));
        table.rows[0][0] = ReportCell::plain("x".repeat(3_000));
    }
    let layout = laid_out(&one, None).unwrap();
    let pages = words(&layout);
    assert!(pages.len() > 10, "{} pages", pages.len());
    let all: Vec<&str> = pages.iter().flatten().copied().collect();
    assert_eq!(all.iter().filter(|word| **word == "word").count(), 9_000);
    let long: usize = all.iter().filter(|word| word.chars().all(|c| c == 'x')).map(|word| word.len()).sum();
    assert_eq!(long, 3_000);
    for (number, marks) in layout.pages.iter().enumerate() {
        for mark in marks {
            if let Mark::Text { y, text, .. } = mark {
                assert!(*y > 0.0 && *y < layout.height, "{text} on page {number} at {y}");
            }
        }
    }
    for page in pages.iter().skip(1).filter(|page| page.iter().filter(|word| **word == "word").count() > 0) {
        assert!(page.contains(&"Finding"), "the head is repeated: {page:?}");
    }
}

/// A table of as many columns as the register of evidence has.
fn register() -> ReportTable {
    let columns = [
        ("Evidence", ColumnKind::Identifier, "EV-1042"),
        ("Title", ColumnKind::Text, "Quarterly-access-review-of-privileged-accounts"),
        ("Kind", ColumnKind::Text, "Configuration export"),
        ("Status", ColumnKind::Status, "Pending review"),
        ("Version", ColumnKind::Number, "12"),
        ("Owner", ColumnKind::Text, "Bartholomew Featherstonehaugh"),
        ("Effective", ColumnKind::Date, "2026-11-22"),
        ("Expires", ColumnKind::Date, "2027-11-22"),
        ("Supports", ColumnKind::Text, "AC.L2-3.1.1[a], AC.L2-3.1.2[b], IA.L2-3.5.3[c]"),
        ("File or reference", ColumnKind::Text, "quarterly-access-review-privileged-accounts-2026-q4-final.pdf"),
        ("SHA-256", ColumnKind::Identifier, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ];
    ReportTable {
        title: "Evidence".to_owned(),
        columns: columns.iter().map(|(name, kind, _)| ReportColumn { name: (*name).to_owned(), kind: *kind }).collect(),
        rows: vec![columns.iter().map(|(_, _, text)| ReportCell::plain(*text)).collect()],
    }
}

#[test]
fn a_day_a_number_and_a_status_are_never_broken() {
    let table = register();
    let layout = Layout::new(true, true).unwrap();
    let widths = layout.widths(&table);
    let sum: f32 = widths.iter().sum();
    assert!((sum - layout.across()).abs() < 1.0, "{sum}");
    let face = layout.faces.of(false);
    for ((column, cell), width) in table.columns.iter().zip(&table.rows[0]).zip(&widths) {
        let lines = face.lines(&face.known(&cell.text), Look::CELL.size, width - 8.0);
        let whole = matches!(column.kind, ColumnKind::Date | ColumnKind::Number | ColumnKind::Status);
        assert!(!whole || lines.len() == 1, "{}: {lines:?} in {width}", column.name);
    }
}

#[test]
fn a_marking_is_set_smaller_rather_than_cut() {
    let layout = Layout::new(false, false).unwrap();
    let face = layout.faces.of(true);
    for text in ["CUI", &"W".repeat(60), &"CUI // SP-PRVCY/SP-CTI // NOFORN ".repeat(2)] {
        let look = layout.shrunk(text, Look::STRONG);
        assert!(face.width(text, look.size) <= layout.across() + 0.01, "{text}");
        assert!(look.size > 5.0, "{text} can be read: {}", look.size);
    }
    assert_eq!(layout.shrunk("CUI", Look::STRONG), Look::STRONG);
}

#[test]
fn a_logo_stands_beside_the_title_and_nothing_runs_into_it() {
    let mut one = document(1, 1);
    one.title = "A title that is so long that it would run across the whole page and further ".repeat(2);
    let logo = crate::logo::Pixels { rgba: vec![0; 4 * 300 * 100], width: 300, height: 100 };
    let mut layout = Layout::new(false, false).unwrap();
    layout.picture("Logo", logo);
    layout.heading(&one.title, 1, Look::TITLE);
    layout.paragraph(&one.title, Look::LEAD);
    layout.below_picture();
    let Some((left, bottom)) = layout.pages[0].iter().find_map(|mark| match mark {
        Mark::Picture { x, y, height, .. } => Some((*x, y + height)),
        _ => None,
    }) else {
        panic!("no picture")
    };
    assert!(layout.y >= bottom);
    for mark in &layout.pages[0] {
        if let Mark::Text { x, y, look, text, .. } = mark {
            let right = x + layout.faces.of(look.bold).width(text, look.size);
            assert!(right < left || y - look.size > bottom, "{text} at {y} ends at {right}, the logo begins at {left}");
        }
    }
}

#[test]
fn no_word_is_broken_while_names_and_hashes_can_give_way() {
    let mut table = register();
    let usual = [
        "EV-12",
        "FIDO2 enrolment of administrators",
        "Configuration",
        "Pending review",
        "1",
        "Marcus Oyelaran",
        "2026-04-17",
        "2026-12-03",
        "IA.L2-3.5.3, IA.L2-3.5.3[a]",
        "conditional-access-policies.json",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ];
    table.rows = vec![usual.map(ReportCell::plain).to_vec()];
    let layout = Layout::new(true, true).unwrap();
    let widths = layout.widths(&table);
    assert!((widths.iter().sum::<f32>() - layout.across()).abs() < 1.0, "{widths:?}");
    for ((column, cell), width) in table.columns.iter().zip(&table.rows[0]).zip(&widths) {
        for (text, look) in [(&column.name, Look::HEAD), (&cell.text, Look::CELL)] {
            let face = layout.faces.of(look.bold);
            for word in text.split(' ').filter(|word| word.len() <= 20) {
                assert!(face.width(word, look.size) <= width - 8.0, "{word} in {width}");
            }
        }
    }
}

/// A table of so many rows, in a document of its own.
fn rows_of(count: usize) -> ReportDocument {
    let mut one = document(count, 1);
    if let Some(ReportBlock::Table(table)) = one.sections[0].blocks.get_mut(1) {
        for (number, row) in table.rows.iter_mut().enumerate() {
            row[1] = ReportCell::plain("Title");
            row[3] = ReportCell::plain(number.to_string());
        }
    }
    one
}

#[test]
fn the_last_row_of_a_table_is_never_alone_on_a_page() {
    let mut turned = 0;
    for count in 20..90 {
        let layout = laid_out(&rows_of(count), None).unwrap();
        let findings = |page: &&Vec<&str>| page.iter().filter(|word| **word == "NOT").count();
        let last = words(&layout).iter().map(|page| findings(&page)).rfind(|rows| *rows > 0);
        assert!(last.is_some_and(|rows| rows > 1), "{count} rows: {last:?} on the last page");
        turned += usize::from(last == Some(2) && layout.pages.len() > 1);
    }
    assert!(turned > 0, "two went together at least once");
}

#[test]
fn numbers_stand_below_each_other_at_the_right() {
    let layout = laid_out(&rows_of(12), None).unwrap();
    let face = layout.faces.of(false);
    let mut ends: Vec<f32> = Vec::new();
    for mark in layout.pages.iter().flatten() {
        if let Mark::Text { x, text, look, .. } = mark
            && text.parse::<u8>().is_ok()
        {
            ends.push(x + face.width(text, look.size));
        }
    }
    assert_eq!(ends.len(), 12);
    assert!(ends.iter().all(|end| (end - ends[0]).abs() < 0.01), "{ends:?}");
}

#[test]
fn a_file_says_where_its_font_lacks_characters_and_only_there() {
    let with = |text: &str, marking: &str| {
        let mut one = document(0, 0);
        one.facts[0].value.text = text.to_owned();
        one.marking = marking.to_owned();
        let layout = laid_out(&one, None).unwrap();
        words(&layout).concat().join(" ")
    };
    assert!(!with("at least ≥15, at most ≤5", "CUI").contains("font"));
    assert!(with("at least ≥15, at most ≤5", "CUI").contains("at least >=15, at most <=5"));
    for (text, marking) in [("漢字", "CUI"), ("plain", "秘")] {
        assert!(with(text, marking).contains("This file's font does not have all characters of the text"), "{text} {marking}");
    }
}

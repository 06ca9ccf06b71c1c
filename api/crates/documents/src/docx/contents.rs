//! The contents of a Word document: a line for each section of the first level that leads to it, with dots and the number of its page.
//!
//! The number is a field of its own. No number is stored in it: where a page begins only the program knows that lays the document out,
//! and a wrong number is worse than none. `LibreOffice` fills the fields in whenever it lays out. Word fills them in when the document is
//! opened, as its settings ask for (`package.rs`); it asks the reader first. A field of the kind TOC would not do: of that `LibreOffice`
//! shows what is stored until somebody updates it by hand.

use docx_rs::{
    FieldCharType, Hyperlink, HyperlinkType, InstrPAGEREF, InstrText, Paragraph, Run, Tab, TabLeaderType, TabValueType,
};

/// The bookmark at a section.
fn bookmark(section: usize) -> String {
    format!("_Toc{section:08}")
}

/// The title of a section as the contents lead to it.
pub(super) fn target(paragraph: Paragraph, section: usize, title: &str) -> Paragraph {
    paragraph.add_bookmark_start(section, bookmark(section)).add_run(Run::new().add_text(title)).add_bookmark_end(section)
}

/// The line of a section, as wide as the text is, in twentieths of a point.
pub(super) fn line(section: usize, title: &str, across: usize) -> Paragraph {
    let place = bookmark(section);
    let page = Run::new()
        .add_field_char(FieldCharType::Begin, false)
        .add_instr_text(InstrText::PAGEREF(InstrPAGEREF::new(place.as_str()).hyperlink()))
        .add_field_char(FieldCharType::Separate, false)
        .add_field_char(FieldCharType::End, false);
    let link = Hyperlink::new(place, HyperlinkType::Anchor)
        .add_run(Run::new().add_text(title))
        .add_run(Run::new().add_tab())
        .add_run(page);
    let tab = Tab::new().val(TabValueType::Right).leader(TabLeaderType::Dot).pos(across);
    Paragraph::new().style("TOC1").add_tab(tab).add_hyperlink(link)
}

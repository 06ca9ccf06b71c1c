//! Puts text on pages, from the top down. What is put down is kept, to be drawn when the number of pages is known.

use super::face::Faces;
use super::tree::{Kind, NodeId, Tree};
use crate::WriteError;
use crate::logo::{Pixels, fitted};
use shared_types::reports::{CellTone, ReportFact};

/// US Letter, in points.
const SHORT: f32 = 612.0;
const LONG: f32 = 792.0;
pub(super) const SIDE: f32 = 54.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = 62.0;
/// What the notice of a working copy takes more at the top.
const NOTICE: f32 = 12.0;

/// The most that a logo takes, across and down, and what parts it from the text.
const LOGO: (f32, f32) = (150.0, 46.0);
const APART: f32 = 16.0;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub size: f32,
    pub bold: bool,
    pub tone: CellTone,
}

impl Look {
    pub(super) const TITLE: Self = Self { size: 22.0, bold: true, tone: CellTone::Plain };
    pub(super) const LEAD: Self = Self { size: 12.0, bold: false, tone: CellTone::Plain };
    pub(super) const SECTION: Self = Self { size: 15.0, bold: true, tone: CellTone::Plain };
    pub(super) const SUBSECTION: Self = Self { size: 11.0, bold: true, tone: CellTone::Plain };
    pub(super) const BODY: Self = Self { size: 9.5, bold: false, tone: CellTone::Plain };
    pub(super) const STRONG: Self = Self { size: 9.5, bold: true, tone: CellTone::Plain };
    pub(super) const CELL: Self = Self { size: 8.0, bold: false, tone: CellTone::Plain };
    pub(super) const HEAD: Self = Self { size: 8.0, bold: true, tone: CellTone::Plain };
    pub(super) const SMALL: Self = Self { size: 8.0, bold: false, tone: CellTone::Plain };

    pub(super) fn toned(self, tone: CellTone) -> Self {
        let bold = self.bold || matches!(tone, CellTone::Good | CellTone::Warn | CellTone::Bad);
        Self { bold, tone, ..self }
    }

    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.36
    }
}

/// Something on a page. Distances are from the left and the top.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text at its baseline; without a node it is an ornament that is not read aloud.
    Text { x: f32, y: f32, look: Look, text: String, node: Option<NodeId> },
    /// The number of the page on which a section begins, set right.
    PageOf { right: f32, y: f32, look: Look, anchor: usize, node: NodeId },
    /// An area in a shade of grey, 0 black to 255 white.
    Area { x: f32, y: f32, width: f32, height: f32, grey: u8 },
    /// A picture by its number.
    Picture { x: f32, y: f32, width: f32, height: f32, picture: usize, node: NodeId },
    /// An area that leads to a section.
    Link { x: f32, y: f32, width: f32, height: f32, anchor: usize, node: NodeId },
}

/// Where a section begins.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub title: String,
    pub level: u8,
    pub page: usize,
    pub y: f32,
}

/// The pages so far.
pub(super) struct Layout {
    pub faces: Faces,
    pub pages: Vec<Vec<Mark>>,
    pub tree: Tree,
    pub anchors: Vec<Anchor>,
    pub width: f32,
    pub height: f32,
    pub(super) y: f32,
    top: f32,
    /// With less room between sections: for a document that is to be one page.
    pub dense: bool,
    pub pictures: Vec<Pixels>,
    /// What a picture at the right takes of the width, and down to where.
    beside: Option<(f32, f32)>,
}

impl Layout {
    pub(super) fn new(lies: bool, notice: bool) -> Result<Self, WriteError> {
        let (width, height) = if lies { (LONG, SHORT) } else { (SHORT, LONG) };
        let top = TOP + if notice { NOTICE } else { 0.0 };
        let faces = Faces::load()?;
        Ok(Self {
            faces,
            pages: vec![Vec::new()],
            tree: Tree::default(),
            anchors: Vec::new(),
            width,
            height,
            y: top,
            top,
            dense: false,
            pictures: Vec::new(),
            beside: None,
        })
    }

    /// The width between the margins.
    pub(super) fn across(&self) -> f32 {
        self.width - 2.0 * SIDE
    }

    /// The look in which known text is no wider than the page: a marking that is cut would say something else.
    pub(super) fn shrunk(&self, known: &str, look: Look) -> Look {
        let wide = self.faces.of(look.bold).width(known, look.size);
        Look { size: look.size * (self.across() / wide.max(1.0)).min(1.0), ..look }
    }

    /// What is left of the page.
    pub(super) fn left(&self) -> f32 {
        self.height - BOTTOM - self.y
    }

    /// What an empty page has.
    pub(super) fn whole(&self) -> f32 {
        self.height - BOTTOM - self.top
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(super) fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = self.top;
    }

    /// Makes sure of so much on this page.
    pub(super) fn need(&mut self, height: f32) {
        if self.left() < height && self.y > self.top {
            self.next_page();
        }
    }

    pub(super) fn space(&mut self, height: f32) {
        if self.y > self.top {
            self.y += height;
        }
    }

    pub(super) fn node(&mut self, kind: Kind) -> NodeId {
        self.tree.grow(kind, None)
    }

    /// Text from the left margin, over as many lines and pages as it takes.
    pub(super) fn lines(&mut self, text: &str, look: Look, node: NodeId) {
        let face = self.faces.of(look.bold);
        // Beside a picture there is less room. Its foot may stand at the height of what begins above it.
        let taken = self.beside.filter(|(_, bottom)| self.y < *bottom).map_or(0.0, |(width, _)| width);
        let lines = face.lines(&face.known(text), look.size, self.across() - taken);
        for line in lines {
            self.need(look.leading());
            self.y += look.leading();
            let y = self.y - look.leading() * 0.26;
            if !line.is_empty() {
                self.mark(Mark::Text { x: SIDE, y, look, text: line, node: Some(node) });
            }
        }
    }

    /// A picture at the right of what follows.
    pub(super) fn picture(&mut self, alt: &str, pixels: Pixels) {
        let (width, height) = fitted((pixels.width, pixels.height), LOGO);
        let node = self.node(Kind::Figure(alt.to_owned()));
        let (x, y, picture) = (self.width - SIDE - width, self.y, self.pictures.len());
        self.pictures.push(pixels);
        self.mark(Mark::Picture { x, y, width, height, picture, node });
        self.beside = Some((width + APART, y + height));
    }

    /// Goes below the picture.
    pub(super) fn below_picture(&mut self) {
        if let Some((_, bottom)) = self.beside.take() {
            self.y = self.y.max(bottom);
        }
    }

    pub(super) fn paragraph(&mut self, text: &str, look: Look) {
        if text.trim().is_empty() {
            return;
        }
        let node = self.node(Kind::Paragraph);
        self.lines(text, look, node);
        self.space(4.0);
    }

    pub(super) fn heading(&mut self, title: &str, level: u16, look: Look) {
        let node = self.node(Kind::Heading(level, title.to_owned()));
        self.lines(title, look, node);
        self.space(3.0);
    }

    /// The title of a section, with enough room that something of the section stands below it; `opens` where that is the title of
    /// another section.
    pub(super) fn section(&mut self, title: &str, level: u8, opens: bool) {
        let look = match level {
            1 if self.dense => Look { size: 12.0, ..Look::SECTION },
            1 => Look::SECTION,
            _ => Look::SUBSECTION,
        };
        let (above, below) = match (self.dense, level, opens) {
            (true, ..) => (5.0, 50.0),
            (false, _, true) => (16.0, 150.0),
            (false, 1, false) => (16.0, 90.0),
            (false, _, false) => (12.0, 90.0),
        };
        self.space(above);
        self.need(look.leading() + below);
        let page = self.pages.len() - 1;
        self.anchors.push(Anchor { title: title.to_owned(), level, page, y: self.y });
        self.heading(title, u16::from(level) + 1, look);
    }

    /// A title that is not in the contents.
    pub(super) fn subheading(&mut self, title: &str) {
        self.space(if self.dense { 6.0 } else { 12.0 });
        self.need(if self.dense { 30.0 } else { 60.0 });
        self.heading(title, 2, Look::SUBSECTION);
    }

    /// Facts in two columns.
    pub(super) fn facts(&mut self, facts: &[ReportFact]) {
        if facts.is_empty() {
            return;
        }
        let table = self.node(Kind::Table);
        let first = (self.across() * 0.28).min(190.0);
        let second = self.across() - first;
        for fact in facts {
            let row = self.tree.grow(Kind::Row, Some(table));
            let cells = [
                self.fitted(&fact.label, Look { size: 9.0, ..Look::STRONG }, first, (row, Kind::RowHead)),
                self.fitted(&fact.value.text, Look { size: 9.0, ..Look::BODY }.toned(fact.value.tone), second, (row, Kind::Cell)),
            ];
            self.row(&cells, &[first, second], None);
        }
        self.space(6.0);
    }

    /// The contents. The numbers of pages are put in when it is drawn.
    pub(super) fn contents(&mut self, titles: &[&str]) {
        self.subheading("Contents");
        let contents = self.node(Kind::Contents);
        let look = Look::BODY;
        for (number, title) in titles.iter().enumerate() {
            self.need(look.leading() + 2.0);
            let item = self.tree.grow(Kind::ContentsItem, Some(contents));
            let node = self.tree.grow(Kind::Link, Some(item));
            let face = self.faces.of(false);
            let known = face.known(title);
            let mut text = face.lines(&known, look.size, self.across() - 40.0).swap_remove(0);
            text.push(' ');
            let top = self.y;
            self.y += look.leading() + 2.0;
            let y = self.y - look.leading() * 0.26 - 1.0;
            let (width, right) = (self.across(), self.width - SIDE);
            self.mark(Mark::Text { x: SIDE, y, look, text, node: Some(node) });
            self.mark(Mark::PageOf { right, y, look, anchor: number, node });
            self.mark(Mark::Link { x: SIDE, y: top, width, height: look.leading() + 2.0, anchor: number, node });
        }
        self.space(6.0);
    }

    /// Where the contents lead: sections of the first level, in order.
    pub(super) fn places(&self) -> Vec<Anchor> {
        self.anchors.iter().filter(|anchor| anchor.level == 1).cloned().collect()
    }
}

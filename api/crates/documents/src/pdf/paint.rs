//! Draws the pages that were laid out, with head and foot, and writes the file.

use super::face::Faces;
use super::layout::{Anchor, Layout, Look, Mark, SIDE};
use super::tree::NodeId;
use crate::WriteError;
use crate::words::colour;
use chrono::{Datelike, Timelike};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder, PdfVersion};
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use shared_types::reports::{CellTone, ReportDocument};

fn failed(error: impl std::fmt::Debug) -> WriteError {
    WriteError::Pdf(format!("{error:?}"))
}

fn fill(red: u8, green: u8, blue: u8) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

/// A line of text on the surface.
fn line(surface: &mut Surface<'_>, faces: &Faces, (x, y): (f32, f32), look: Look, text: &str) {
    let face = faces.of(look.bold);
    let (red, green, blue) = colour(look.tone);
    surface.set_fill(Some(fill(red, green, blue)));
    surface.draw_glyphs(Point::from_xy(x, y), &face.glyphs(text), face.font.clone(), text, look.size, false);
}

fn area(surface: &mut Surface<'_>, (x, y, width, height): (f32, f32, f32, f32), grey: u8) -> Result<(), WriteError> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height).ok_or_else(|| failed("an area without size"))?);
    surface.set_fill(Some(fill(grey, grey, grey)));
    surface.draw_path(&path.finish().ok_or_else(|| failed("an empty path"))?);
    Ok(())
}

/// What stands on every page.
struct Frame {
    marking: String,
    notice: Option<String>,
    name: String,
    made: String,
    pages: usize,
}

impl Frame {
    fn of(document: &ReportDocument, pages: usize) -> Self {
        let name = format!("{} · {}", document.title, document.subtitle);
        Self { marking: document.marking.clone(), notice: document.notice.clone(), name, made: document.moment(), pages }
    }

    /// The text in the middle, all of it: what is wider than the page is set smaller.
    fn centre(surface: &mut Surface<'_>, layout: &Layout, y: f32, look: Look, text: &str) {
        let known = layout.faces.of(look.bold).known(text);
        let look = layout.shrunk(&known, look);
        let x = (layout.width - layout.faces.of(look.bold).width(&known, look.size)) / 2.0;
        line(surface, &layout.faces, (x, y), look, &known);
    }

    fn draw(&self, surface: &mut Surface<'_>, layout: &Layout, number: usize) -> Result<(), WriteError> {
        let marking = Look { size: 10.0, ..Look::STRONG };
        let small = Look { size: 7.5, ..Look::BODY }.toned(CellTone::Muted);
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
        if !self.marking.is_empty() {
            Self::centre(surface, layout, 34.0, marking, &self.marking);
        }
        if let Some(notice) = &self.notice {
            Self::centre(surface, layout, 48.0, Look { size: 8.0, ..Look::STRONG }.toned(CellTone::Bad), notice);
        }
        surface.end_tagged();
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let bottom = layout.height - 24.0;
        area(surface, (SIDE, bottom - 24.0, layout.across(), 0.5), 0xc8)?;
        if !self.marking.is_empty() {
            Self::centre(surface, layout, bottom + 2.0, marking, &self.marking);
        }
        let face = layout.faces.of(false);
        let page = format!("Page {number} of {}", self.pages);
        let wide = face.width(&page, small.size);
        line(surface, &layout.faces, (layout.width - SIDE - wide, bottom - 12.0), small, &page);
        let made_wide = face.width(&self.made, small.size);
        line(surface, &layout.faces, (layout.width - SIDE - wide - made_wide - 16.0, bottom - 12.0), small, &self.made);
        let room = layout.across() - wide - made_wide - 40.0;
        let name = face.lines(&face.known(&self.name), small.size, room).swap_remove(0);
        line(surface, &layout.faces, (SIDE, bottom - 12.0), small, &name);
        surface.end_tagged();
        Ok(())
    }
}

/// Draws everything; what was drawn for a node goes to its leaves.
pub(super) fn paint(document: &ReportDocument, mut layout: Layout) -> Result<Vec<u8>, WriteError> {
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(failed)?;
    let mut pdf = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let pages = std::mem::take(&mut layout.pages);
    let (frame, places) = (Frame::of(document, pages.len()), layout.places());
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); layout.tree.len()];
    for (index, marks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(layout.width, layout.height).ok_or_else(|| failed("a page without size"))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        frame.draw(&mut surface, &layout, index + 1)?;
        let mut links = Vec::new();
        for mark in marks {
            draw(&mut surface, &layout, mark, &places, &mut leaves, &mut links)?;
        }
        surface.finish();
        for (annotation, node) in links {
            let identifier = page.add_tagged_annotation(annotation);
            push(&mut leaves, node, identifier);
        }
        page.finish();
    }
    pdf.set_outline(outline(document, &layout.anchors));
    pdf.set_metadata(metadata(document));
    pdf.set_tag_tree(layout.tree.into_tags(&mut leaves));
    pdf.finish().map_err(failed)
}

fn push(leaves: &mut [Vec<Identifier>], node: NodeId, identifier: Identifier) {
    if let Some(leaf) = leaves.get_mut(node) {
        leaf.push(identifier);
    }
}

fn destination(place: &Anchor) -> XyzDestination {
    XyzDestination::new(place.page, Point::from_xy(SIDE, (place.y - 6.0).max(0.0)))
}

fn draw(
    surface: &mut Surface<'_>,
    layout: &Layout,
    mark: Mark,
    places: &[Anchor],
    leaves: &mut [Vec<Identifier>],
    links: &mut Vec<(Annotation, NodeId)>,
) -> Result<(), WriteError> {
    let ornament = || ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout));
    let span = || ContentTag::Span(SpanTag::empty());
    match mark {
        Mark::Text { x, y, look, text, node } => {
            let identifier = surface.start_tagged(if node.is_some() { span() } else { ornament() });
            line(surface, &layout.faces, (x, y), look, &text);
            surface.end_tagged();
            if let Some(node) = node {
                push(leaves, node, identifier);
            }
        }
        Mark::PageOf { right, y, look, anchor, node } => {
            let number = places.get(anchor).map_or(1, |place| place.page + 1).to_string();
            let x = right - layout.faces.of(look.bold).width(&number, look.size);
            let identifier = surface.start_tagged(span());
            line(surface, &layout.faces, (x, y), look, &number);
            surface.end_tagged();
            push(leaves, node, identifier);
        }
        Mark::Area { x, y, width, height, grey } => {
            surface.start_tagged(ornament());
            area(surface, (x, y, width, height), grey)?;
            surface.end_tagged();
        }
        Mark::Picture { x, y, width, height, picture, node } => {
            if let (Some(pixels), Some(size)) = (layout.pictures.get(picture), Size::from_wh(width, height)) {
                let image = Image::from_rgba8(pixels.rgba.clone(), pixels.width, pixels.height);
                let identifier = surface.start_tagged(ContentTag::Other);
                surface.push_transform(&Transform::from_translate(x, y));
                surface.draw_image(image, size);
                surface.pop();
                surface.end_tagged();
                push(leaves, node, identifier);
            }
        }
        Mark::Link { x, y, width, height, anchor, node } => {
            if let (Some(place), Some(rect)) = (places.get(anchor), Rect::from_xywh(x, y, width, height)) {
                let target = Target::Destination(Destination::Xyz(destination(place)));
                let words = format!("{}, page {}", place.title, place.page + 1);
                links.push((Annotation::new_link(LinkAnnotation::new(rect, target), Some(words)), node));
            }
        }
    }
    Ok(())
}

/// The bookmarks: sections, and within them those of the second level.
fn outline(document: &ReportDocument, anchors: &[Anchor]) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for anchor in anchors {
        let node = OutlineNode::new(anchor.title.clone(), destination(anchor));
        match (&mut open, anchor.level) {
            (Some(parent), 2..) => parent.push_child(node),
            _ => {
                if let Some(done) = open.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    let top = || OutlineNode::new(document.title.clone(), XyzDestination::new(0, Point::from_xy(0.0, 0.0)));
    outline.push_child(open.unwrap_or_else(top));
    outline
}

fn metadata(document: &ReportDocument) -> Metadata {
    let at = document.made_at;
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(format!("{}: {}", document.title, document.subtitle))
        .language("en-US".to_owned())
        .creator("CMMC Tracker".to_owned())
        .creation_date(date)
}

//! The fonts: which glyph a character has, how wide it is, and how text breaks into lines.
//!
//! The scripts of the fonts (Latin, Greek, Cyrillic) need no shaping: a character is a glyph. A symbol that has none is spelled (`spelled.rs`);
//! whatever else has none is drawn as the replacement character, so that a name in another script breaks nothing.

use super::spelled::spelled;
use crate::WriteError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::cell::Cell;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

const REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");
/// Stands for what a font has no glyph for.
const REPLACEMENT: char = '\u{fffd}';

/// A font with its measures.
pub(super) struct Face {
    pub font: Font,
    /// Glyph and advance of a character, in parts of the size.
    glyphs: HashMap<char, (u32, f32)>,
    /// Whether a character was replaced so far.
    lost: Cell<bool>,
}

/// The two weights.
pub(super) struct Faces {
    pub regular: Face,
    pub bold: Face,
}

impl Faces {
    pub(super) fn load() -> Result<Self, WriteError> {
        Ok(Self { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? })
    }

    pub(super) fn of(&self, bold: bool) -> &Face {
        if bold { &self.bold } else { &self.regular }
    }

    /// Whether a character was replaced so far.
    pub(super) fn lost(&self) -> bool {
        self.regular.lost.get() || self.bold.lost.get()
    }
}

/// Whether a character only says how others are shown.
fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Self, WriteError> {
        let broken = |what: &str| WriteError::Pdf(format!("the font has no {what}"));
        let font = Font::new(bytes.to_vec().into(), 0).ok_or_else(|| broken("outlines"))?;
        let reference = FontRef::new(bytes).map_err(|error| WriteError::Pdf(error.to_string()))?;
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::default());
        let units = font.units_per_em();
        let mut glyphs = HashMap::new();
        for (code, glyph) in reference.charmap().mappings() {
            if let (Some(c), Some(advance)) = (char::from_u32(code), metrics.advance_width(glyph)) {
                glyphs.insert(c, (glyph.to_u32(), advance / units));
            }
        }
        if !glyphs.contains_key(&REPLACEMENT) || !glyphs.contains_key(&' ') {
            return Err(broken("replacement character"));
        }
        Ok(Self { font, glyphs, lost: Cell::new(false) })
    }

    /// The text in characters that the font has.
    pub(super) fn known(&self, text: &str) -> String {
        let mut known = String::with_capacity(text.len());
        for c in text.nfc().filter(|c| !unseen(*c)) {
            if c == '\n' || self.glyphs.contains_key(&c) {
                known.push(c);
            } else if let Some(words) = spelled(c) {
                known.push_str(words);
            } else {
                known.push(REPLACEMENT);
                self.lost.set(true);
            }
        }
        known
    }

    fn advance(&self, c: char) -> f32 {
        self.glyphs.get(&c).map_or(0.5, |(_, advance)| *advance)
    }

    /// The width of known text at a size.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
    }

    /// The glyphs of known text.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, c)| {
                let (glyph, advance) = self.glyphs.get(&c).copied().unwrap_or((0, 0.5));
                KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
            })
            .collect()
    }

    /// Known text in lines that are no wider than `width`. Lines break at blanks; a word that is wider than a line breaks where it
    /// must. A line that goes on ends with a blank, so that reading aloud and copying find the words apart.
    pub(super) fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            let mut used = 0.0;
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                let wide = self.width(word, size);
                let gap = if line.is_empty() { 0.0 } else { self.advance(' ') * size };
                if used + gap + wide <= width {
                    if !line.is_empty() {
                        line.push(' ');
                    }
                    line.push_str(word);
                    used += gap + wide;
                    continue;
                }
                if !line.is_empty() {
                    line.push(' ');
                    lines.push(std::mem::take(&mut line));
                }
                used = 0.0;
                for c in word.chars() {
                    let advance = self.advance(c) * size;
                    if used + advance > width && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(c);
                    used += advance;
                }
            }
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_never_wider_than_they_may_be_and_lose_nothing() {
        let faces = Faces::load().unwrap();
        let face = faces.of(false);
        let text = "The quick brown fox\njumps over 0123456789abcdef0123456789abcdef0123456789abcdef and Ελληνικά, Кириллица";
        for width in [20.0, 60.0, 200.0, 900.0] {
            let lines = face.lines(&face.known(text), 10.0, width);
            for line in &lines {
                assert!(face.width(line.trim_end(), 10.0) <= width, "{line:?} at {width}");
            }
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }

    #[test]
    fn what_the_font_lacks_is_replaced() {
        let faces = Faces::load().unwrap();
        assert_eq!(faces.of(false).known("Zoë 漢字 \u{202e}x\u{200b}"), "Zoë \u{fffd}\u{fffd} x");
        assert!(faces.lost());
        // Decomposed letters are composed before they are looked up.
        assert_eq!(faces.of(true).known("e\u{301}"), "é");
    }

    #[test]
    fn symbols_that_the_font_lacks_are_spelled_and_stay_apart() {
        let faces = Faces::load().unwrap();
        for face in [faces.of(false), faces.of(true)] {
            for (text, known) in [
                ("A ≥15 B ≤5 C → D ✓ ≠ ☐ ← ≈", "A >=15 B <=5 C -> D (check) != [ ] <- ~"),
                ("=\u{338} ☑ ☒ ✗ ⚠\u{fe0f}", "!= [check] [x] (x) (warning)"),
                ("12\u{202f}000 −3 × 4 ± 1 • ◦", "12 000 -3 × 4 ± 1 • •"),
            ] {
                assert_eq!(face.known(text), known);
                assert_eq!(face.known(known), known);
            }
        }
        assert!(!faces.lost(), "nothing was lost");
    }
}

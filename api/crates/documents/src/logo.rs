//! The logo of an installation: decoded once when it is handed in, and kept as the pixels that were seen. Pure.
//!
//! What is kept is a PNG that was written here, no larger than a report shows: whatever else the file held (places, cameras, profiles,
//! another file at its end) is not in it. SVG is refused: it is a program as much as a picture.

use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Bytes of a file at most.
pub const MOST_BYTES: usize = 512 * 1024;
/// Pixels of a side at most.
pub const MOST_SIDE: u32 = 2_000;
/// Pixels that are kept: what is larger is made smaller, in its proportions.
const KEPT: (u32, u32) = (800, 400);
/// Bytes that decoding may take: four of each pixel, twice.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

/// Why a file is no logo. The words are for the person who handed it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoFault {
    /// SVG.
    #[error("SVG is refused: it is a program as much as a picture. Export the logo as PNG.")]
    Svg,
    /// Neither PNG nor JPEG by its content, whatever its name says.
    #[error("The content is neither PNG nor JPEG.")]
    Unknown,
    /// Too many pixels.
    #[error("The picture is {0} by {1} pixels; at most 2,000 by 2,000.")]
    TooLarge(u32, u32),
    /// It begins like a picture and can't be decoded.
    #[error("The picture is damaged: it can't be decoded.")]
    Broken,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// As PNG, without anything that is not a pixel.
    pub png: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Red, green, blue and opacity of each pixel.
pub(crate) struct Pixels {
    pub rgba: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// By the content alone.
fn format(bytes: &[u8]) -> Result<ImageFormat, LogoFault> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(ImageFormat::Png);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(ImageFormat::Jpeg);
    }
    let head = String::from_utf8_lossy(bytes.get(..1_024).unwrap_or(bytes)).to_ascii_lowercase();
    Err(if head.contains("<svg") { LogoFault::Svg } else { LogoFault::Unknown })
}

fn decoded(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, LogoFault> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    // Bounded from the first byte on: what stands before the pixels, a colour profile for one, is unpacked to learn the size.
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_broken| LogoFault::Broken)?;
    let (width, height) = decoder.dimensions();
    if width > MOST_SIDE || height > MOST_SIDE {
        return Err(LogoFault::TooLarge(width, height));
    }
    // A camera says beside the pixels which way is up; that is not kept, so the pixels are turned.
    let orientation = decoder.orientation().map_err(|_broken| LogoFault::Broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_broken| LogoFault::Broken)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Takes a file in. Blocking: it decodes up to four million pixels.
pub fn read(bytes: &[u8]) -> Result<Logo, LogoFault> {
    let mut image = decoded(bytes, format(bytes)?)?;
    if image.width() > KEPT.0 || image.height() > KEPT.1 {
        image = image.resize(KEPT.0, KEPT.1, FilterType::Lanczos3);
    }
    let image = DynamicImage::ImageRgba8(image.into_rgba8());
    let mut png = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut png)).map_err(|_broken| LogoFault::Broken)?;
    Ok(Logo { png, width: image.width(), height: image.height() })
}

/// The pixels of a logo that was taken in.
pub(crate) fn pixels(png: &[u8]) -> Result<Pixels, LogoFault> {
    let image = decoded(png, ImageFormat::Png)?.into_rgba8();
    let (width, height) = image.dimensions();
    Ok(Pixels { rgba: image.into_raw(), width, height })
}

/// Width and height that fit into a box in the picture's proportions.
pub(crate) fn fitted((width, height): (u32, u32), (most_wide, most_high): (f32, f32)) -> (f32, f32) {
    #[expect(clippy::cast_precision_loss, reason = "a side has at most two thousand pixels")]
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let scale = (most_wide / width).min(most_high / height);
    (width * scale, height * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;

    fn drawn(width: u32, height: u32) -> DynamicImage {
        let pixel = |x: u32, y: u32| image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 40]);
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, pixel))
    }

    fn png(image: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    fn jpeg(image: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(JpegEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn pictures_are_written_anew_and_fit_a_report() {
        for (given, size) in [
            (png(&drawn(300, 100)), (300, 100)),
            (jpeg(&drawn(120, 120)), (120, 120)),
            (png(&drawn(2_000, 500)), (800, 200)),
            (jpeg(&drawn(500, 2_000)), (100, 400)),
            (png(&drawn(2_000, 1)), (800, 1)),
        ] {
            let logo = read(&given).unwrap();
            assert_eq!((logo.width, logo.height), size);
            let pixels = pixels(&logo.png).unwrap();
            assert_eq!((pixels.width, pixels.height, pixels.rgba.len()), (size.0, size.1, (size.0 * size.1 * 4) as usize));
            assert_eq!(read(&logo.png).unwrap(), logo, "what is kept reads back");
        }
    }

    #[test]
    fn what_is_not_a_pixel_is_gone() {
        let mut given = png(&drawn(10, 10));
        given.extend_from_slice(b"<script>alert(1)</script>");
        // A comment of a JPEG, after its first marker.
        let mut camera = jpeg(&drawn(10, 10));
        camera.splice(2..2, b"\xff\xfe\x00\x12SECRET LOCATION".iter().copied());
        for given in [given, camera] {
            let kept = String::from_utf8_lossy(&read(&given).unwrap().png).into_owned();
            assert!(!kept.contains("script") && !kept.contains("SECRET"));
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_with_the_reason() {
        let whole = png(&drawn(50, 50));
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0xff;
        for (given, fault) in [
            (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), LogoFault::Svg),
            (b"<SVG onload=alert(1)>".to_vec(), LogoFault::Svg),
            (b"GIF89a".to_vec(), LogoFault::Unknown),
            (Vec::new(), LogoFault::Unknown),
            (b"%PDF-1.7".to_vec(), LogoFault::Unknown),
            (whole[..whole.len() / 2].to_vec(), LogoFault::Broken),
            (flipped, LogoFault::Broken),
            (b"\xff\xd8\xff\xe0".to_vec(), LogoFault::Broken),
            (png(&drawn(2_001, 1)), LogoFault::TooLarge(2_001, 1)),
        ] {
            assert_eq!(read(&given), Err(fault));
        }
    }

    #[test]
    fn a_picture_keeps_its_proportions() {
        assert_eq!(fitted((300, 100), (150.0, 44.0)), (132.0, 44.0));
        assert_eq!(fitted((800, 100), (160.0, 44.0)), (160.0, 20.0));
        assert_eq!(fitted((0, 0), (10.0, 10.0)), (10.0, 10.0));
    }
}

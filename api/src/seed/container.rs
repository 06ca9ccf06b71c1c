//! Small real files of binary types, byte by byte: PDF, PNG, and the zip container of office documents. Pure.

/// CRC-32 as zip and PNG use it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// An archive whose entries are stored as they are.
pub(super) fn zip(entries: &[(&str, String)]) -> Vec<u8> {
    let (mut local, mut list) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        // Version 2.0, no flags, stored, the first day that the format knows.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &crc32(content.as_bytes()).to_le_bytes(),
            &long(content.len()),
            &long(content.len()),
            &short(name.len()),
            &[0, 0],
        ]
        .concat();
        list.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &long(local.len()), name.as_bytes()].concat());
        local.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content.as_bytes()].concat());
    }
    let count = short(entries.len());
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &long(list.len()), &long(local.len()), &[0, 0]].concat();
    [local, list, end].concat()
}

/// A picture of bars on a pale ground: what a screenshot of settings looks like from afar.
pub(super) fn png(seed: usize) -> Vec<u8> {
    const WIDTH: usize = 320;
    const HEIGHT: usize = 180;
    let mut pixels = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        pixels.push(0);
        let bar = (y / 12 * 37 + seed * 53) % 200 + 60;
        pixels.extend((0..WIDTH).map(|x| match (y % 12, x) {
            (3..=8, 20..) if x < bar => 0x55,
            _ if y < 24 => 0xC8,
            _ => 0xF2,
        }));
    }
    let head = [&big(WIDTH)[..], &big(HEIGHT), &[8, 0, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(*b"IHDR", &head), chunk(*b"IDAT", &zlib(&pixels)), chunk(*b"IEND", &[])].concat()
}

fn big(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [&big(data.len())[..], &body, &crc32(&body).to_be_bytes()].concat()
}

/// A zlib stream of stored blocks.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        let length = short(block.len());
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length);
        out.extend(length.map(|byte| !byte));
        out.extend(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

/// A page of text.
pub(super) fn pdf(lines: &[String]) -> Vec<u8> {
    let shown: Vec<String> = lines
        .iter()
        .map(|line| format!("({}) Tj T*", line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")))
        .collect();
    let stream = format!("BT /F1 11 Tf 72 740 Td 16 TL\n{}\nET", shown.join("\n"));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format_place(text.len()));
        text.push_str(&[&number.to_string(), " 0 obj\n", object, "\nendobj\n"].concat());
    }
    let start = text.len().to_string();
    text.push_str(
        &["xref\n0 6\n0000000000 65535 f \n", &places, "trailer << /Size 6 /Root 1 0 R >>\nstartxref\n", &start, "\n%%EOF\n"]
            .concat(),
    );
    text.into_bytes()
}

fn format_place(at: usize) -> String {
    format!("{at:010} 00000 n \n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_and_shapes() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert!(zip(&[("a.txt", "hello".to_owned())]).ends_with(&[0, 0]));
        for (bytes, kind) in [(pdf(&["(x) \\".to_owned()]), "pdf"), (png(3), "png")] {
            assert_eq!(infer_kind(&bytes), kind);
        }
    }

    fn infer_kind(bytes: &[u8]) -> &'static str {
        if bytes.starts_with(b"%PDF-") {
            "pdf"
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            "png"
        } else {
            "?"
        }
    }
}

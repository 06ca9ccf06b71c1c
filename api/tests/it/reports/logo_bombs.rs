//! Pictures that are small as a file and huge as what they hold: the service stays as small as it is.

use super::template::{LOGO, chunk, png, put_logo};
use crate::support::Process;
use flate2::{Compress, Compression, FlushCompress};
use serde_json::json;

/// Most memory above what a large picture that is taken needs, in MiB: the bound of decoding is 64.
const MEMORY: f64 = 80.0;
/// What a bomb unpacks to, in MiB.
const UNPACKED: u32 = 400;

/// The most memory that the process ever had, in MiB, where the system tells it.
fn peak(process: &Process) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.running.child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// [`UNPACKED`] MiB of zeros as zlib packs them: one MiB packed once, as often as it takes.
fn packed_zeros() -> Vec<u8> {
    const MIB: u32 = 1024 * 1024;
    let mut one = Vec::with_capacity(4096);
    let mut packer = Compress::new(Compression::best(), false);
    packer.compress_vec(&vec![0; MIB as usize], &mut one, FlushCompress::Full).expect("packed");
    let mut stream = vec![0x78, 0xda];
    for _ in 0..UNPACKED {
        stream.extend_from_slice(&one);
    }
    // An empty last block, and the checksum of so many zeros (RFC 1950).
    stream.extend_from_slice(&[0x03, 0x00]);
    let count = u64::from(UNPACKED) * u64::from(MIB) % 65_521;
    stream.extend_from_slice(&(u32::try_from(count).expect("a remainder") << 16 | 1).to_be_bytes());
    stream
}

/// A picture with a part between its head and its pixels.
fn with_part(name: [u8; 4], head: &[u8], packed: &[u8]) -> Vec<u8> {
    let mut bytes = png(2, 2);
    // The signature, and the head with length, name and checksum.
    let after_head = 8 + 12 + 13;
    bytes.splice(after_head..after_head, chunk(name, &[head, packed].concat()));
    bytes
}

/// Seen to fail with the limits of the decoder given after its making, and without them: the profile was unpacked whole, 400 MiB.
#[tokio::test]
async fn a_picture_that_unpacks_to_hundreds_of_megabytes_is_not_unpacked() {
    let process = Process::start().await;
    let ana = process.set_up().await;
    let template = ana.get("/report-template").await.expect(200);
    // The largest that is taken, first: what it needs is needed.
    put_logo(&ana, &template["version"], "image/png", png(2_000, 2_000)).await.expect(200);
    let Some(before) = peak(&process) else { return };
    let zeros = packed_zeros();
    assert!(zeros.len() < 500 * 1024, "{} bytes are refused for their length", zeros.len());
    let mut too_many_pixels = png(2, 2);
    too_many_pixels[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let mut summed = flate2::Crc::new();
    summed.update(&too_many_pixels[12..29]);
    too_many_pixels[29..33].copy_from_slice(&summed.sum().to_be_bytes());
    // A frame of 65,535 by 65,535 pixels, and nothing in it.
    let jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9".to_vec();
    // What stands beside the pixels is left out, unpacked or not; too many pixels are refused.
    let bombs = [
        ("a colour profile", "image/png", with_part(*b"iCCP", b"sRGB\0\0", &zeros), 200),
        ("a comment", "image/png", with_part(*b"zTXt", b"Comment\0\0", &zeros), 200),
        ("an international comment", "image/png", with_part(*b"iTXt", b"Comment\0\x01\0\0\0", &zeros), 200),
        ("pixels beyond the picture's size", "image/png", with_part(*b"IDAT", b"", &zeros), 200),
        ("many pixels", "image/png", too_many_pixels, 422),
        ("many pixels of a camera", "image/jpeg", jpeg, 422),
    ];
    for (what, media_type, bytes, status) in bombs {
        let template = ana.get("/report-template").await.expect(200);
        let answer = put_logo(&ana, &template["version"], media_type, bytes).await;
        let grown = peak(&process).expect("told before") - before;
        println!("{what}: {grown:.1} MiB");
        assert!(grown <= MEMORY, "{what}: {grown:.1} MiB above {before:.1}");
        let body = answer.expect(status);
        let (field, expected) =
            if status == 422 { (&body["code"], json!("file_refused")) } else { (&body["logo"]["width"], json!(2)) };
        assert_eq!(field, &expected, "{what}");
    }
    assert_eq!(ana.get(LOGO).await.status.as_u16(), 200, "the one that was taken stays");
}

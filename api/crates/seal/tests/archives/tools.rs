//! Other programs read what is written here, and the other way round.

use super::{check, differences, pack, sample};
use seal::archive::ArchiveWriter;
use std::process::Command;

fn python(script: &str, path: &std::path::Path) -> String {
    let output = Command::new("python3").arg("-c").arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn unzip_and_python_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.zip");
    let entries = sample();
    std::fs::write(&path, pack(&entries)).unwrap();
    let unzip = Command::new("unzip").args(["-t", "-qq"]).arg(&path).output().unwrap();
    assert!(unzip.status.success(), "{}", String::from_utf8_lossy(&unzip.stdout));
    let script = "import sys, zipfile, json\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        print(json.dumps([[i.filename, i.file_size, list(i.date_time)] for i in z.infolist()]))";
    let listed: serde_json::Value = serde_json::from_str(&python(script, &path)).unwrap();
    let expected: Vec<_> =
        entries.iter().map(|(path, content)| serde_json::json!([path, content.len(), [2026, 11, 27, 4, 42, 20]])).collect();
    assert_eq!(listed, serde_json::Value::from(expected));
}

#[test]
fn what_python_packs_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.zip");
    std::fs::write(&path, pack(&sample())).unwrap();
    let script = "import sys, zipfile\na = zipfile.ZipFile(sys.argv[1])\nb = zipfile.ZipFile(sys.argv[1] + '.again', 'w', zipfile.ZIP_DEFLATED)\n\
        b.mkdir('artifacts')\nfor i in a.infolist(): b.writestr(i.filename, a.read(i))\nb.close()";
    python(script, &path);
    let again = std::fs::read(folder.path().join("seal.zip.again")).unwrap();
    assert_eq!(differences(&again), Vec::<String>::new());
}

/// Beyond four gigabytes, without keeping them: what is written is checked as it comes, the middle skipped over as zeros.
#[test]
fn large_files_have_large_numbers() {
    const SIZE: u64 = (4 << 30) + 5;
    let mut writer = ArchiveWriter::new((2026, 11, 27, 4, 42, 20));
    let zeros = vec![0; 8 << 20];
    let mut head = Vec::new();
    writer.start("artifacts/large.bin", SIZE, false).unwrap();
    head.extend(writer.take());
    let mut left = SIZE;
    while left > 0 {
        let piece = usize::try_from(left.min(zeros.len() as u64)).unwrap();
        writer.write(&zeros[..piece]).unwrap();
        let _zeros = writer.take();
        left -= piece as u64;
    }
    writer.start("artifacts/after.txt", 3, false).unwrap();
    writer.write(b"abc").unwrap();
    let mut tail = writer.take();
    tail.extend(writer.finish().unwrap());

    let length = head.len() as u64 + SIZE + tail.len() as u64;
    let mut check = seal::check::Check::new(length, None);
    while let Some(range) = check.wants() {
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap()];
        for (part, from) in [(&head, 0), (&tail, head.len() as u64 + SIZE)] {
            let begin = range.start.max(from);
            let end = range.end.min(from + part.len() as u64);
            if begin < end {
                let at = |place: u64, of: u64| usize::try_from(place - of).unwrap();
                bytes[at(begin, range.start)..at(end, range.start)].copy_from_slice(&part[at(begin, from)..at(end, from)]);
            }
        }
        check.give(&bytes);
    }
    let report = check.finish();
    assert!(report.readable(), "{report:?}");
    assert_eq!((report.files, report.bytes), (2, SIZE + 3));
    assert_eq!(report.differences[0].to_string(), "manifest: there is no manifest.json, so this is no seal");
}

#[test]
fn memory_does_not_grow_with_the_archive() {
    // A reader that asks for a mebibyte at most holds no more than that of what it does not keep.
    let zeros = vec![0_u8; 32 << 20];
    let mut writer = ArchiveWriter::new((2026, 11, 27, 4, 42, 20));
    writer.start("artifacts/zeros.txt", zeros.len() as u64, true).unwrap();
    let mut archive = Vec::new();
    for piece in zeros.chunks(1 << 20) {
        writer.write(piece).unwrap();
        let ready = writer.take();
        assert!(ready.len() <= 2 << 20);
        archive.extend(ready);
    }
    archive.extend(writer.finish().unwrap());
    assert!(archive.len() < 64 << 10);
    assert_eq!(check(&archive, None).bytes, 32 << 20);
}

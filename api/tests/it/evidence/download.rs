use super::{PDF, scene};
use crate::support::Client;
use reqwest::Method;

#[tokio::test]
async fn the_bytes_come_back_whole_and_in_ranges() {
    let scene = scene().await;
    let content: Vec<u8> = (0..300_000_u32).flat_map(|n| format!("{n}\n").into_bytes()).collect();
    let evidence = scene.upload("bericht \"é\" [b].log", &content, None).await.expect(201);
    let path = scene.path("/evidence/EV-1/file");
    let sha256 = evidence["file"]["sha256"].as_str().unwrap().to_owned();
    let tag = format!("\"{sha256}\"");
    let answer = scene.viewer.get(&path).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, content.len()));
    assert!(answer.bytes == content);
    for (name, value) in [
        ("etag", tag.as_str()),
        ("content-type", "text/plain"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("cache-control", "private, no-cache"),
        (
            "content-disposition",
            "attachment; filename=\"bericht ___ [b].log\"; filename*=UTF-8''bericht%20%22%C3%A9%22%20%5Bb%5D.log",
        ),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    let range = |value: &str| {
        let client = scene.viewer.with("range", value);
        let path = path.clone();
        async move { client.get(&path).await }
    };
    let size = content.len();
    for (header, expected, content_range) in [
        ("bytes=0-9", &content[..10], format!("bytes 0-9/{size}")),
        ("bytes=300000-700000", &content[300_000..=700_000], format!("bytes 300000-700000/{size}")),
        ("bytes=-5", &content[size - 5..], format!("bytes {}-{}/{size}", size - 5, size - 1)),
    ] {
        let answer = range(header).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-range")), (206, Some(content_range.as_str())), "{header}");
        assert!(answer.bytes == expected, "{header}");
    }
    let beyond = range("bytes=999999999-").await;
    assert_eq!(beyond.header("content-range"), Some(format!("bytes */{size}").as_str()));
    beyond.problem(416, "range_not_satisfiable");
    assert_eq!(range("bytes=0-1,5-6").await.status, 200);
    let stale = scene.viewer.with("range", "bytes=0-9").with("if-range", "\"other\"").get(&path).await;
    assert_eq!((stale.status.as_u16(), stale.bytes.len()), (200, size));
    assert_eq!(scene.viewer.with("range", "bytes=0-9").with("if-range", &tag).get(&path).await.status, 206);
    let unchanged = scene.viewer.with("if-none-match", &tag).get(&path).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.bytes.len()), (304, 0));
    let head = Client::send(scene.viewer.request(Method::HEAD, &path)).await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length"), head.header("etag")),
        (200, Some(size.to_string().as_str()), Some(tag.as_str()))
    );
}

#[tokio::test]
async fn only_members_download() {
    let scene = scene().await;
    let evidence = scene.upload("a.pdf", PDF, None).await.expect(201);
    let id = evidence["id"].as_str().unwrap();
    for path in [scene.path(&format!("/evidence/{id}/file")), scene.path(&format!("/evidence/{id}"))] {
        scene.foreigner.get(&path).await.problem(404, "not_found");
        scene.app.anonymous().get(&path).await.problem(401, "unauthenticated");
    }
    // Another system's path does not lead to it either.
    scene.foreigner.get(&format!("/systems/{}/evidence/{id}/file", scene.foreign_system)).await.problem(404, "not_found");
    scene.foreigner.get(&format!("/systems/{}/evidence/EV-1", scene.foreign_system)).await.problem(404, "not_found");
    for nothing in ["EV-2", "EV-99999999999", "EV-", "x", "00000000-0000-7000-8000-000000000000"] {
        scene.viewer.get(&scene.path(&format!("/evidence/{nothing}/file"))).await.problem(404, "not_found");
    }
}

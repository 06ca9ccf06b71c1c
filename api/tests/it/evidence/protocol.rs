//! tus 1.0.0 by its text: what `tus.rs` does not come by on its way.

use super::scene;
use super::tus::{CHUNK, speaking};
use crate::support::{Answer, Client};
use reqwest::Method;

async fn by_post(client: &Client, location: &str, method: &str, offset: usize, bytes: &[u8]) -> Answer {
    let client = speaking(client).with("x-http-method-override", method).with("content-type", CHUNK);
    Client::send(client.with("upload-offset", offset.to_string()).request(Method::POST, location).body(bytes.to_vec())).await
}

/// "The Tus-Resumable header MUST be included in every request and response except for OPTIONS requests"; "Tus-Version ... MUST be
/// included" with 412. "The Server MUST ignore" it in OPTIONS.
#[tokio::test]
async fn versions_are_told() {
    let scene = scene().await;
    let options = scene.contributor.with("tus-resumable", "0.2.1").request(Method::OPTIONS, &scene.path("/uploads"));
    Client::send(options).await.expect(204);
    let location = scene.begun("a.txt", 5).await;
    for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
        let answer = Client::send(scene.contributor.with("tus-resumable", "0.2.1").request(method.clone(), &location)).await;
        let told = (answer.status.as_u16(), answer.header("tus-version"), answer.header("tus-resumable"));
        assert_eq!(told, (412, Some("1.0.0"), Some("1.0.0")), "{method}");
    }
    let (uploads, _) = location.rsplit_once('/').expect("the id is the last part");
    let gone = scene.chunk(&format!("{uploads}/{}", uuid::Uuid::nil()), 0, b"x").await;
    assert_eq!((gone.status.as_u16(), gone.header("tus-resumable")), (404, Some("1.0.0")));
}

/// "X-HTTP-Method-Override ... MUST be interpreted as the request's method by the Server".
#[tokio::test]
async fn another_method_may_stand_in_a_header() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 10).await;
    let answer = by_post(&scene.contributor, &location, "PATCH", 0, b"hello").await;
    assert_eq!((answer.header("upload-offset"), answer.header("tus-resumable")), (Some("5"), Some("1.0.0")));
    assert!(answer.header("upload-expires").is_some());
    answer.expect(204);
    by_post(&scene.contributor, &location, "PATCH", 4, b"hello").await.problem(409, "offset_mismatch");
    for method in ["", "patch", "PUT", "GET"] {
        by_post(&scene.contributor, &location, method, 5, b"world").await.problem(400, "invalid");
    }
    by_post(&scene.viewer, &location, "PATCH", 5, b"world").await.problem(403, "forbidden");
    by_post(&scene.foreigner, &location, "DELETE", 5, b"").await.problem(404, "not_found");
    Client::send(scene.contributor.with("x-http-method-override", "DELETE").request(Method::POST, &location))
        .await
        .problem(412, "unsupported_version");
    assert_eq!(scene.offset(&location).await, 5);
    by_post(&scene.contributor, &location, "DELETE", 0, b"").await.expect(204);
    scene.chunk(&location, 5, b"world").await.problem(404, "not_found");
}

/// "If the expiration is known at the creation, the Upload-Expires header MUST be included in the response to the initial POST
/// request. Its value MAY change over time"; "SHOULD respond with 410 Gone" after it.
#[tokio::test]
async fn expiry_moves_with_each_chunk_and_ends_it() {
    let scene = scene().await;
    let location = scene.begun("a.txt", 10).await;
    scene.app.platform.clock.advance(chrono::Duration::hours(40));
    let answer = scene.chunk(&location, 0, b"hello").await;
    assert_eq!(answer.header("upload-expires"), Some("Thu, 26 Nov 2026 04:00:00 GMT"));
    scene.app.platform.clock.advance(chrono::Duration::hours(49));
    scene.chunk(&location, 5, b"world").await.problem(410, "gone");
    let head = Client::send(speaking(&scene.contributor).request(Method::HEAD, &location)).await;
    assert_eq!((head.status.as_u16(), head.header("upload-offset")), (410, None));
}

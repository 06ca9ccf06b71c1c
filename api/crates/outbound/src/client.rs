//! One request, with its bounds.

use crate::address::is_outside;
use crate::resolver::{Guarded, INSIDE};
use crate::slots::Slots;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::{Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use platform::outbound::{Answer, Fault, Outbound, Slot};
use platform::settings::WebhookSettings;
use platform::{AppError, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};
use uuid::Uuid;

/// One request, from the name's resolution to the last byte that is read.
const DEADLINE: Duration = Duration::from_secs(8);
/// Bytes of an answer that are read; the rest is dropped with the connection.
const MOST_BYTES: usize = 4 * 1024;

/// Sends requests to addresses that users give. Made once, at the start: it holds what is believed of certificates, and the slots.
pub struct GuardedClient {
    client: Client<HttpsConnector<HttpConnector<Guarded>>, Full<Bytes>>,
    inside_too: bool,
    plain_too: bool,
    deadline: Duration,
    slots: Slots,
}

impl GuardedClient {
    /// A client with the bounds of the settings, that believes the public authorities and that of the file.
    pub fn new(settings: &WebhookSettings) -> Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &settings.ca_file {
            let fault = |error: &dyn std::fmt::Display| AppError::internal(format!("{}: {error}", path.display()));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
                let certificate = certificate.map_err(|error| fault(&error))?;
                roots.add(certificate).map_err(|error| fault(&error))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(AppError::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (inside_too, plain_too) = (settings.allow_private_addresses, settings.allow_http);
        let mut http = HttpConnector::new_with_resolver(Guarded { inside_too });
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(http);
        // No connection is kept: each is looked at anew.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, inside_too, plain_too, deadline: DEADLINE, slots: Slots::new() })
    }

    /// The address, if it is one that may be sent to, as far as can be told before its name is resolved.
    fn uri(&self, url: &str) -> Result<Uri, Fault> {
        let uri: Uri = url.parse().map_err(|_bad| Fault::Address("the address is not a URL"))?;
        let authority = uri.authority().ok_or(Fault::Address("the address names no host"))?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if self.plain_too => {}
            _ => return Err(Fault::Address("the address must begin with https://")),
        }
        if authority.as_str().contains('@') {
            return Err(Fault::Address("the address holds a user or a password"));
        }
        // The connector takes a literal address without asking the resolver.
        let literal = authority.host().trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if !self.inside_too && literal.is_ok_and(|address| !is_outside(address)) {
            return Err(Fault::Address(INSIDE));
        }
        Ok(uri)
    }

    /// The same of an address that somebody types, and whether it is known to lead inside without asking anybody. What is sent is looked
    /// at by [`Guarded`], whatever it is called.
    fn typed(&self, typed: &str) -> Result<(), Fault> {
        self.uri(typed)?;
        let url = Url::parse(typed).map_err(|_bad| Fault::Address("the address is not a URL"))?;
        let inside = match url.host() {
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            // Also those that are written as one number, or in hexadecimal.
            Some(Host::Ipv4(address)) => !is_outside(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => !is_outside(IpAddr::V6(address)),
            None => return Err(Fault::Address("the address names no host")),
        };
        if inside && !self.inside_too { Err(Fault::Address(INSIDE)) } else { Ok(()) }
    }

    async fn send(&self, url: &str, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<Answer, Fault> {
        let uri = self.uri(url)?;
        let line = |error: hyper::http::Error| Fault::Line(error.to_string());
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Full::from(Bytes::from(body))).map_err(line)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static("CMMC-Tracker"));
        let whole = async {
            let (head, body) = self.client.request(request).await.map_err(|error| Fault::Line(reason(&error)))?.into_parts();
            Ok(Answer { status: head.status.as_u16(), excerpt: beginning(body).await })
        };
        tokio::time::timeout(self.deadline, whole).await.unwrap_or(Err(Fault::Late(self.deadline.as_secs())))
    }
}

impl Outbound for GuardedClient {
    fn check(&self, url: &str) -> Result<(), Fault> {
        self.typed(url)
    }

    fn slot(&self, receiver: Uuid) -> Option<Slot> {
        self.slots.take(receiver)
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(&'static str, String)],
        body: Vec<u8>,
    ) -> BoxFuture<'a, Result<Answer, Fault>> {
        Box::pin(self.send(url, headers, body))
    }
}

/// Why there was no answer: what lies at the bottom, in one sentence. What the libraries put before it says where in them it was.
fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let bottom = std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error).to_string();
    // The number of the system's error, after its words.
    bottom.split(" (os error").next().unwrap_or_default().to_owned()
}

/// The beginning of a body. The line may break under it: the status is the answer.
async fn beginning(mut body: Incoming) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < MOST_BYTES
        && let Some(Ok(frame)) = body.frame().await
    {
        bytes.extend(frame.data_ref().into_iter().flatten());
    }
    bytes.truncate(MOST_BYTES);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn client(inside: bool, plain: bool) -> GuardedClient {
        GuardedClient::new(&WebhookSettings { allow_private_addresses: inside, allow_http: plain, ca_file: None }).unwrap()
    }

    /// Somebody on this machine who answers with these bytes; the port, and how often it was connected to.
    async fn listener(answer: String) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = count.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _length = stream.read(&mut request).await;
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    // An answer that is not whole: the line stays open.
                    std::future::pending::<()>().await;
                });
            }
        });
        (port, count)
    }

    async fn post(client: &GuardedClient, url: &str) -> Result<Answer, Fault> {
        client.post(url, &[], b"{}".to_vec()).await
    }

    const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

    #[test]
    fn addresses_that_lead_inside_or_tell_secrets_are_refused() {
        let strict = client(false, false);
        for bad in [
            "http://example.com/",
            "ftp://example.com/",
            "https:///x",
            "example.com",
            "",
            "https://user:pw@example.com/",
            "https://127.0.0.1/",
            "https://[::1]:8443/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::ffff:10.0.0.1]/",
            "https://10.0.0.1/",
            "https://localhost/x",
            "https://localhost.:8443/",
            "https://LocalHost/",
            "https://a.localhost/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://0300.0250.1.1/",
            "https://999999999999/",
        ] {
            assert!(strict.check(bad).is_err(), "{bad}");
        }
        for good in ["https://hooks.example.com/a?b=c", "https://localhost.example.com/", "https://8.8.8.8/"] {
            assert_eq!(
                strict.check(good).map_err(|fault| fault.to_string()),
                strict.uri(good).map(drop).map_err(|fault| fault.to_string())
            );
        }
        assert!(strict.check("https://hooks.example.com/a?b=c").is_ok());
        assert!(client(true, false).check("https://localhost/x").is_ok());
        assert!(client(true, true).check("http://127.0.0.1:9/").is_ok());
        assert!(client(false, true).check("http://127.0.0.1:9/").is_err());
    }

    #[tokio::test]
    async fn nothing_that_leads_inside_is_connected_to_however_it_is_written() {
        let (port, count) = listener(NO_CONTENT.to_owned()).await;
        let (guarded, open) = (client(false, true), client(true, true));
        // Literal addresses, another way to write one, and names, which only the resolver knows.
        let reachable = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"].map(|host| format!("http://{host}:{port}/"));
        for url in &reachable {
            let fault = post(&guarded, url).await.unwrap_err();
            // Nothing of the libraries before it.
            assert_eq!(fault.to_string(), INSIDE, "{url}");
        }
        for host in ["[::ffff:127.0.0.1]", "[::1]", "[64:ff9b::7f00:1]", "169.254.169.254", "10.0.0.1"] {
            let fault = post(&guarded, &format!("http://{host}:{port}/")).await.unwrap_err();
            assert!(matches!(fault, Fault::Address(INSIDE)), "{host}: {fault}");
        }
        assert_eq!(count.load(Ordering::SeqCst), 0, "something was connected to");
        // The guard alone is what refused: without it every one of them is reached.
        for (known, url) in reachable.iter().enumerate() {
            assert_eq!(post(&open, url).await.unwrap().status, 204, "{url}");
            assert_eq!(count.load(Ordering::SeqCst), known + 1, "{url}");
        }
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let (inside, reached) = listener(NO_CONTENT.to_owned()).await;
        for status in [301, 302, 303, 307, 308] {
            let answer =
                format!("HTTP/1.1 {status} Elsewhere\r\nlocation: http://127.0.0.1:{inside}/\r\ncontent-length: 0\r\n\r\n");
            let (port, count) = listener(answer).await;
            let answer = post(&client(true, true), &format!("http://127.0.0.1:{port}/")).await.unwrap();
            assert_eq!((answer.status, count.load(Ordering::SeqCst)), (status, 1));
        }
        assert_eq!(reached.load(Ordering::SeqCst), 0, "a redirect was followed");
    }

    #[tokio::test]
    async fn one_deadline_bounds_everything_and_of_a_long_answer_the_beginning_is_read() {
        let deadline = Duration::from_secs(1);
        let hasty = GuardedClient { deadline, ..client(true, true) };
        for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"] {
            let (port, count) = listener(answer.to_owned()).await;
            let started = std::time::Instant::now();
            let fault = post(&hasty, &format!("http://127.0.0.1:{port}/")).await.unwrap_err();
            assert!(matches!(fault, Fault::Late(_)), "{answer:?}: {fault}");
            assert!(started.elapsed() >= deadline && started.elapsed() < deadline * 10);
            assert_eq!(count.load(Ordering::SeqCst), 1);
        }
        let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n{}", "a".repeat(64 * 1024));
        let (port, _count) = listener(long).await;
        let answer = post(&client(true, true), &format!("http://127.0.0.1:{port}/")).await.unwrap();
        assert_eq!((answer.status, answer.excerpt.len()), (200, MOST_BYTES));
    }
}

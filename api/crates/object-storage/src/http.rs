//! How the store is reached: TLS by rustls with ring, as everywhere here; the library's own client would bring another provider.

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::TokioExecutor;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
    HttpService,
};
use platform::AppError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::io::ErrorKind;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep, timeout};

/// From a request to the head of its answer: a part of a file is sent in between.
const DEADLINE: Duration = Duration::from_mins(2);

/// From one piece of an answer's body to the next. A store that has begun to answer and then falls silent holds nobody for longer.
const SILENCE: Duration = Duration::from_secs(30);

/// Hands out the one client.
#[derive(Debug, Clone)]
pub(crate) struct Connector(Http);

#[derive(Debug, Clone)]
struct Http {
    client: Client<HttpsConnector<Tcp>, HttpRequestBody>,
    silence: Duration,
}

impl Connector {
    /// A client that believes the public authorities, and that of the file.
    pub(crate) fn new(ca_file: Option<&Path>) -> platform::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = ca_file {
            let fault = |error: &dyn std::fmt::Display| AppError::internal(format!("blobs.ca_file: {}: {error}", path.display()));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
                roots.add(certificate.map_err(|error| fault(&error))?).map_err(|error| fault(&error))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(AppError::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self(Http { client: Client::builder(TokioExecutor::new()).build(connector), silence: SILENCE }))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

#[async_trait::async_trait]
impl HttpService for Http {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = timeout(DEADLINE, self.client.request(request)).await;
        let answer = answer.map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?;
        let (head, body) = answer.map_err(failed)?.into_parts();
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(Bounded::new(body, self.silence))))
    }
}

/// A body that ends in a failure when its next piece does not come in time. Only waiting counts: a reader who takes long to come
/// back for the next piece is no fault of the store's.
struct Bounded {
    body: Incoming,
    silence: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Bounded {
    fn new(body: Incoming, silence: Duration) -> Self {
        Self { body, silence, deadline: None }
    }
}

impl Body for Bounded {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let own = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut own.body).poll_frame(context) {
            own.deadline = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))));
        }
        let deadline = own.deadline.get_or_insert_with(|| Box::pin(sleep(own.silence)));
        deadline.as_mut().poll(context).map(|()| {
            let late = std::io::Error::new(ErrorKind::TimedOut, "the store of files fell silent in the middle of an answer");
            Some(Err(HttpError::new(HttpErrorKind::Timeout, late)))
        })
    }
}

/// What was never sent may be sent again, whatever it is.
fn failed(error: hyper_util::client::legacy::Error) -> HttpError {
    let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
    HttpError::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Ten bytes are announced; `pieces` come with a pause before each, and then nothing.
    async fn answer(pieces: &'static [&'static str], pause: Duration) -> Result<Bytes, HttpErrorKind> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let (mut stream, _from) = listener.accept().await.unwrap();
            let _request = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n").await.unwrap();
            for piece in pieces {
                tokio::time::sleep(pause).await;
                stream.write_all(piece.as_bytes()).await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(30)).await;
        });
        let Connector(mut client) = Connector::new(None).unwrap();
        client.silence = Duration::from_secs(2);
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = format!("http://{address}/").parse().unwrap();
        let body = client.call(request).await.unwrap().into_body().collect().await;
        serving.abort();
        body.map(http_body_util::Collected::to_bytes).map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn a_store_that_falls_silent_is_given_up_and_a_slow_one_is_not() {
        let began = Instant::now();
        assert_eq!(answer(&["12345"], Duration::ZERO).await, Err(HttpErrorKind::Timeout));
        assert!(began.elapsed() < Duration::from_secs(10));
        // Together they take longer than one silence may last.
        let slow = answer(&["12", "34", "56", "78", "90"], Duration::from_millis(500)).await;
        assert_eq!(slow, Ok(Bytes::from_static(b"1234567890")));
    }
}

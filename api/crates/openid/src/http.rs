//! How the provider is reached: TLS by rustls with ring, no redirects, a deadline, and a bound on what is read.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use platform::error::with_causes;
use platform::{AppError, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// One request, from the connection to the last byte.
const DEADLINE: Duration = Duration::from_secs(10);
/// Most bytes of one answer. Key sets of large providers have some ten kilobytes.
const MOST_BYTES: usize = 512 * 1024;

/// Why a request came to nothing. For the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// Nobody answers, or not in the protocol.
    #[error("{0}")]
    Line(String),
    /// More bytes than an honest answer has.
    #[error("the answer has more than {MOST_BYTES} bytes, or broke off: {0}")]
    Body(String),
    /// No answer in time.
    #[error("no answer within {} s", DEADLINE.as_secs())]
    Late,
}

/// The client.
pub(crate) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// A client that believes the public authorities, and that of the file.
    pub fn new(ca_file: Option<&Path>) -> Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = ca_file {
            let fault = |error: &dyn std::fmt::Display| AppError::internal(format!("{}: {error}", path.display()));
            let public = roots.len();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
                let certificate = certificate.map_err(|error| fault(&error))?;
                roots.add(certificate).map_err(|error| fault(&error))?;
            }
            if roots.len() == public {
                return Err(fault(&"there is no certificate in it"));
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(AppError::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let whole = async {
            let answer = self.0.request(request.map(|body| Full::from(Bytes::from(body)))).await;
            let (head, body) = answer.map_err(|error| Fault::Line(with_causes(&error)))?.into_parts();
            let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| Fault::Body(error.to_string()))?;
            Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(DEADLINE, whole).await.unwrap_or(Err(Fault::Late))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_an_authority_holds_one() {
        assert!(Http::new(None).is_ok());
        let empty = std::env::temp_dir().join(format!("cmmc-no-authority-{}.pem", std::process::id()));
        std::fs::write(&empty, "nothing\n").unwrap();
        let fault = Http::new(Some(&empty)).err().map(|error| error.with_cause()).unwrap_or_default();
        std::fs::remove_file(&empty).unwrap();
        assert!(fault.contains("no certificate"), "{fault}");
        assert!(Http::new(Some(Path::new("/no/such/authority.pem"))).is_err());
    }
}

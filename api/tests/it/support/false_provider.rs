//! An OpenID provider that lies: it answers what a test tells it to. For what a real one can't be brought to do.

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

/// Two keys that sign nothing but the tokens of these tests.
const OWN: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzAEMHI88uhe8vH34
dt9Ud81hlb6TPSZ1ZnIakF4Z36uhRANCAAQ8zRHrgFxvHyI3B0Xi04AcKkKW35K3
ycTIHTZP7P3dR+5YDnXd5p7ae2qZNj6j3HUHWMxWeHtyHrtuP4ZubpVO
-----END PRIVATE KEY-----";
const FOREIGN: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgF882ElxrB3IvWN1Q
NadGPiBQMfo164KinUE6d1lin6qhRANCAAQS9aP6ISbGKOoF4RQP/naGB4KLlysA
IgjLKNCHb+bx7z5YpNhKrjQesFlr9rzF2vnHmMj0ER/FqQgImXvT1GUd
-----END PRIVATE KEY-----";

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// With the key that the provider shows, under its name.
    Own,
    /// With another key under the same name.
    Foreign,
    /// With another key under a name that the provider does not show, or not yet.
    Unknown,
    /// Not at all (`alg: none`).
    Not,
    /// With the client's secret (`HS256`).
    BySecret,
}

/// What it answers.
#[derive(Debug, Default)]
pub struct Says {
    /// The ID token.
    pub token: String,
    /// The userinfo endpoint's answer; none: 500.
    pub person: Option<Value>,
    /// The key of `Unknown` is shown as well.
    pub rotated: bool,
    /// Every answer is this status with a page.
    pub broken: Option<u16>,
    /// The document has this many bytes more.
    pub padding: usize,
    /// Overrides in the document.
    pub document: Vec<(&'static str, Value)>,
    /// Requests for the document and for the keys.
    pub asked: (usize, usize),
}

/// The provider. It stops when dropped.
pub struct FalseProvider {
    /// What it calls itself.
    pub issuer: String,
    says: Arc<Mutex<Says>>,
    server: ServerHandle,
}

impl FalseProvider {
    pub const CLIENT: &str = "cmmc-tracker";
    pub const SECRET: &str = "a secret of the tests alone";

    /// Starts it on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("its address"));
        let says = Arc::new(Mutex::new(Says::default()));
        let (shared, own) = (Data::from(Arc::clone(&says)), Data::new(issuer.clone()));
        let make = move || {
            App::new()
                .app_data(shared.clone())
                .app_data(own.clone())
                .route("/.well-known/openid-configuration", web::get().to(document))
                .route("/jwks", web::get().to(keys))
                .route("/token", web::post().to(token))
                .route("/me", web::get().to(person))
        };
        let server = HttpServer::new(make).workers(1).disable_signals().listen(listener).expect("a server").run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { issuer, says, server: handle }
    }

    /// What it answers from now on.
    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().expect("a lock")
    }

    /// A token with these claims.
    pub fn token(claims: &Value, signed: Signed) -> String {
        let ec = |pem: &str| EncodingKey::from_ec_pem(pem.as_bytes()).expect("a key");
        let with = |algorithm, kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
        let (header, key) = match signed {
            Signed::Own => (with(Algorithm::ES256, "own"), ec(OWN)),
            Signed::Foreign => (with(Algorithm::ES256, "own"), ec(FOREIGN)),
            Signed::Unknown => (with(Algorithm::ES256, "next"), ec(FOREIGN)),
            Signed::BySecret => (Header::new(Algorithm::HS256), EncodingKey::from_secret(Self::SECRET.as_bytes())),
            Signed::Not => {
                let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
                return format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(claims));
            }
        };
        jsonwebtoken::encode(&header, claims, &key).expect("a token")
    }
}

impl Drop for FalseProvider {
    fn drop(&mut self) {
        let handle = self.server.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { handle.stop(false).await });
        }
    }
}

fn answer(says: &Says, body: Value) -> HttpResponse {
    match says.broken {
        Some(status) => {
            let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
            HttpResponse::build(status).content_type("text/html").body("<h1>Words of the provider</h1>")
        }
        None => HttpResponse::Ok().json(body),
    }
}

async fn document(says: Data<Mutex<Says>>, issuer: Data<String>) -> HttpResponse {
    let mut says = says.lock().expect("a lock");
    says.asked.0 += 1;
    let at = |path: &str| format!("{}{path}", issuer.as_str());
    let mut document = json!({
        "issuer": issuer.as_str(), "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"), "jwks_uri": at("/jwks"),
        "userinfo_endpoint": at("/me"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        // What it offers is not what is believed.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"], "padding": "x".repeat(says.padding),
    });
    for (name, value) in &says.document {
        document[*name] = value.clone();
    }
    answer(&says, document)
}

async fn keys(says: Data<Mutex<Says>>) -> HttpResponse {
    let mut says = says.lock().expect("a lock");
    says.asked.1 += 1;
    let key = |kid: &str, x: &str, y: &str| json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y });
    let mut keys = vec![key("own", "PM0R64Bcbx8iNwdF4tOAHCpClt-St8nEyB02T-z93Uc", "7lgOdd3mntp7apk2PqPcdQdYzFZ4e3Ieu24_hm5ulU4")];
    if says.rotated {
        keys.push(key("next", "EvWj-iEmxijqBeEUD_52hgeCi5crACIIyyjQh2_m8e8", "Plik2EquNB6wWWv2vMXa-ceYyPQRH8WpCAiZe9PUZR0"));
    }
    answer(&says, json!({ "keys": keys }))
}

async fn token(says: Data<Mutex<Says>>) -> HttpResponse {
    let says = says.lock().expect("a lock");
    answer(&says, json!({ "access_token": "access", "token_type": "Bearer", "id_token": says.token }))
}

async fn person(says: Data<Mutex<Says>>) -> HttpResponse {
    let says = says.lock().expect("a lock");
    match &says.person {
        Some(person) => answer(&says, person.clone()),
        None => HttpResponse::InternalServerError().finish(),
    }
}

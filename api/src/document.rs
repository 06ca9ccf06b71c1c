//! The head of the OpenAPI document, and what is the same for all operations.

use utoipa::OpenApi;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

/// Title, licence and groups of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "CMMC Tracker API",
        description = "Reach, prove and keep a CMMC status (32 CFR part 170). Conventions: docs/API-DESIGN.md of the project.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    security(("session" = [])),
    tags(
        (name = "health", description = "Is it alive, is it ready"),
        (name = "sign-in", description = "Set-up, sign-in and sessions"),
        (name = "second factor", description = "Authenticator apps, passkeys, backup codes, and who needs them"),
        (name = "single sign-on", description = "Sign-in by an OpenID Connect provider"),
        (name = "tokens", description = "API tokens, for programs"),
        (name = "people", description = "Users of the installation"),
        (name = "rule packs", description = "The shipped rules"),
        (name = "systems", description = "Assessment scopes"),
        (name = "members", description = "Who may do what in a system"),
        (name = "controls", description = "Controls, findings and score"),
        (name = "tasks", description = "Work and its confirmation"),
        (name = "evidence", description = "Proof, its files and uploads"),
        (name = "reports", description = "Dashboard, reports and exports"),
        (name = "calendar", description = "What has a day, and feeds for calendars"),
        (name = "operation", description = "Running the installation"),
        (name = "audit", description = "The hash-chained log"),
        (name = "notifications", description = "What the product tells a person"),
        (name = "webhooks", description = "What the product tells programs outside")
    ),
    components(schemas(shared_types::Problem))
)]
pub struct Head;

/// Adds what every operation has: the session cookie and API tokens as security schemes, what a token needs for it, and the
/// refusals that may come from any of them.
pub fn finish(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(identity::cookies::ACCESS, "Set by POST /api/v1/session"));
    api.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("cmmc_<12 hexadecimal digits>_<43 characters>");
    let bearer = bearer.description(Some(
        "A personal API token; POST /api/v1/me/tokens creates one. The scope of each operation is its x-scope.",
    ));
    api.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    name_rows_of_pages(&mut api);
    for (path, item) in &mut api.paths.paths {
        let v1 = path.starts_with("/api/v1");
        for operation in operations(item) {
            if v1 {
                common_refusals(operation);
            }
            describe(operation);
            scope(operation);
        }
    }
    api
}

/// The rows of a page refer to their schema by its name: written out, each page would be a type of its own for a generated client.
fn name_rows_of_pages(api: &mut utoipa::openapi::OpenApi) {
    let schemas = &mut api.components.get_or_insert_default().schemas;
    let names: Vec<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas {
        let Some(row) = name.strip_prefix("Page_").filter(|row| names.iter().any(|name| name == row)) else { continue };
        if let RefOr::T(Schema::Object(page)) = schema
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
        {
            items.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(row))));
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.options, &mut item.head, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}

/// What an API token needs for an operation: its `x-scope`, or what its role usually takes (as the extractors have it). `never` is
/// for sessions only, `anonymous` needs nobody.
fn scope(operation: &mut Operation) {
    let extensions = operation.extensions.get_or_insert_default();
    let usual = match extensions.get("x-role").and_then(|role| role.as_str()) {
        Some("anonymous") => "anonymous",
        Some("viewer" | "assessor") => "read",
        Some("contributor" | "manager") => "write",
        _ => "never",
    };
    let scope = extensions.entry("x-scope".to_owned()).or_insert_with(|| usual.into());
    match scope.as_str() {
        Some("anonymous" | "never") | None => {}
        Some(scope) => {
            let token = SecurityRequirement::new("token", [scope]);
            operation.security = Some(vec![SecurityRequirement::new("session", [""; 0]), token]);
        }
    }
}

/// A response that says nothing of its own gets the meaning of its status.
fn describe(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let words = match status.as_str() {
                "201" => "Created",
                "204" => "Done; there is no body",
                "304" => "Unchanged",
                _ => "The answer",
            };
            words.clone_into(&mut response.description);
        }
    }
}

/// 400 for what can't be read, 401 without a session, 403 for a foreign origin or a missing CSRF token, 429, 500 and 503.
fn common_refusals(operation: &mut Operation) {
    let common = [
        ("400", "The request can't be read, or a field is not valid"),
        ("401", "No live session, or the credentials are wrong"),
        ("403", "The role does not allow it, or the request did not come from this site"),
        ("404", "Not found, or not yours"),
        ("413", "The body is too large"),
        ("415", "The content type is not accepted"),
        ("429", "Too many requests; Retry-After says when there may be more"),
        ("500", "Something failed on our side; the log has the request id"),
        ("503", "Not available right now"),
    ];
    for (status, description) in common {
        let problem = || ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Problem")))).build();
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
            RefOr::T(ResponseBuilder::new().description(description).content("application/problem+json", problem()).build())
        });
    }
    for status in ["429", "503"] {
        if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
            let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait before the next attempt"));
            response.headers.entry("Retry-After".to_owned()).or_insert_with(|| RefOr::T(header.build()));
        }
    }
}

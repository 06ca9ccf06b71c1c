//! The demonstration data: an invented company with a year of work, for people who want to click around.
//!
//! It is made by its people through the product's own API, with a clock that walks from a year ago to today: so it holds to
//! every rule, and the history, the audit log and the dates are what a year of work would have left. Nobody gets a password:
//! accounts are invited ones, and the first administrator (the set-up link) sees both systems.
//!
//! Architecture Invariant: the demonstration is never mixed with real data. It is refused where a system exists that is not
//! part of it, its systems and the installation are marked for good, and loading it twice changes nothing.
//!
//! - `demo.toml`, `content.rs`: the data; `steps.rs`: what happened on which day
//! - `api.rs`: the API inside this process; `files.rs`, `container.rs`: the files

mod api;
mod container;
mod content;
mod files;
mod steps;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use api::{Api, Body};
use audit::{Actor, Event, change_installation};
use chrono::Duration;
use content::{Content, PersonContent, SystemContent};
use platform::db::{execute, rows};
use platform::{AppError, Clock, Platform, Result};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use shared_types::systems::CreateSystem;
use shared_types::text::{Email, Title};
use shared_types::{SystemId, UserId};
use std::collections::HashMap;
use std::sync::Arc;
use steps::{Setting, steps};

/// What became of the wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// It was loaded now.
    Now,
    /// It was there already: nothing was changed.
    Before,
}

/// How long ago it begins.
const YEAR: Duration = Duration::days(365);

#[derive(FromQueryResult)]
struct Found {
    demo: bool,
    loaded: i64,
    real: i64,
}

/// Loads the demonstration data, unless it is there.
pub async fn demo(platform: &Platform) -> Result<Seeded> {
    let content = content::content()?;
    let past = in_the_past(platform);
    let Some(people) = begin(&past, &content).await? else { return Ok(Seeded::Before) };
    let api = api::start(&past, &people).await?;
    let ids: HashMap<String, Value> = people.iter().map(|(key, id)| (key.clone(), json!(id))).collect();
    let systems = [(&content.level2, 2), (&content.level1, 3)];
    let mut years = Vec::new();
    for (system, column) in systems {
        let id = create(&past, &content, system, &people).await?;
        furnish(&api, id, &content, system, column).await?;
        let controls = controls(&api, id).await?;
        let start = past.clock.today("America/New_York");
        years.extend(steps(system, &Setting { start, people: &ids, controls }).into_iter().map(|step| (id, step)));
    }
    years.sort_by_key(|(_, step)| step.day);
    live(&api, &past, years).await?;
    api.sign_out().await?;
    let everybody: Vec<UserId> = people.iter().map(|(_, id)| *id).collect();
    change_installation(platform, Actor::anonymous(), |door| {
        Box::pin(async move {
            // Their sessions were the loading's: to the people themselves it is the first time.
            for id in everybody {
                execute(door.tx, "UPDATE users SET last_sign_in_at = NULL WHERE id = $1", [id.0.into()]).await?;
            }
            door.record(Event::without_object("demo.load", "installation"));
            Ok(())
        })
    })
    .await?;
    Ok(Seeded::Now)
}

/// The same platform a year ago, with sessions that last the year.
fn in_the_past(platform: &Platform) -> Platform {
    let mut settings = (*platform.settings).clone();
    settings.session.idle_hours = 24 * 400;
    settings.session.absolute_hours = 24 * 400;
    let clock = Clock::manual(platform.clock.now() - YEAR);
    Platform { clock, settings: Arc::new(settings), ..platform.clone() }
}

/// Marks the installation and creates the people, in one transaction; none if that was done before.
async fn begin(past: &Platform, content: &Content) -> Result<Option<Vec<(String, UserId)>>> {
    let names: Vec<(String, String)> =
        content.company.people.iter().map(|PersonContent(key, name, ..)| (key.clone(), name.clone())).collect();
    change_installation(past, Actor::anonymous(), move |door| {
        Box::pin(async move {
            let sql = "SELECT demo, (SELECT COUNT(*) FROM audit_events WHERE action = 'demo.load') AS loaded, \
                       (SELECT COUNT(*) FROM systems WHERE NOT demo) AS real FROM installation WHERE id = 1";
            let found = rows::<Found>(door.tx, sql, []).await?.into_iter().next().ok_or_else(AppError::not_found)?;
            if found.loaded > 0 {
                return Ok(None);
            }
            if found.demo {
                return Err(AppError::conflict(
                    "Loading the demonstration data was interrupted once. Begin with an empty database.",
                ));
            }
            if found.real > 0 {
                return Err(AppError::conflict(
                    "There are real systems here: the demonstration data is for an empty installation.",
                ));
            }
            execute(door.tx, "UPDATE installation SET demo = TRUE WHERE id = 1", []).await?;
            let mut people = Vec::new();
            for (key, name) in names {
                let address = format!("{}@harlan-precision.example", name.to_lowercase().replace(' ', "."));
                let admin = people.is_empty();
                let new =
                    identity::NewUser { email: Email::parse(&address)?, name: Title::parse(&name)?, admin, password_hash: None };
                people.push((key, identity::create_user(door, new).await?));
            }
            Ok(Some(people))
        })
    })
    .await
}

/// Creates a marked system, which no request can.
async fn create(past: &Platform, content: &Content, system: &SystemContent, people: &[(String, UserId)]) -> Result<SystemId> {
    let request = json!({
        "name": system.name,
        "organization": content.company.organization,
        "pack": system.pack,
        "description": system.description,
        "cage_codes": system.cage_codes,
        "uei": system.uei,
    });
    let request: CreateSystem = serde_json::from_value(request).map_err(AppError::internal)?;
    let lead = people.first().map(|(_, id)| *id).ok_or_else(|| AppError::internal("demo: nobody works here"))?;
    let inner = past.clone();
    change_installation(past, Actor::user(lead), move |door| {
        Box::pin(async move { systems::create_system(door, &inner, systems::NewSystem { request, demo: true }).await })
    })
    .await
}

/// Members and the SSP.
async fn furnish<S, B>(api: &Api<S>, id: SystemId, content: &Content, system: &SystemContent, column: usize) -> Result<()>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    for PersonContent(_, name, level2, level1) in content.company.people.iter().skip(1) {
        let role = if column == 2 { level2 } else { level1 };
        if !role.is_empty() {
            let email = format!("{}@harlan-precision.example", name.to_lowercase().replace(' ', "."));
            let body = Body::Json(json!({ "email": email, "role": role }));
            api.send("dana", Method::POST, &format!("/systems/{id}/members"), body).await?;
        }
    }
    let body = Body::Json(json!({ "ssp_version": system.ssp_version }));
    api.send("dana", Method::PATCH, &format!("/systems/{id}"), body).await?;
    Ok(())
}

/// Reference, title and family of each control.
async fn controls<S, B>(api: &Api<S>, id: SystemId) -> Result<Vec<(String, String, String)>>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let page = api.send("dana", Method::GET, &format!("/systems/{id}/controls?limit=200"), Body::Nothing).await?;
    let text = |row: &Value, field: &str| row.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rows = page.get("items").and_then(Value::as_array).into_iter().flatten();
    Ok(rows.map(|row| (text(row, "reference"), text(row, "title"), text(row, "family"))).collect())
}

/// Walks through the year.
async fn live<S, B>(api: &Api<S>, past: &Platform, years: Vec<(SystemId, steps::Step)>) -> Result<()>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let start = past.clock.now();
    // A task, or a piece of evidence, is named by its title until it has its number.
    let mut numbers: HashMap<(SystemId, String), String> = HashMap::new();
    for (system, step) in years {
        let wait = start + Duration::days(step.day) - past.clock.now();
        past.clock.advance(wait.max(Duration::zero()));
        let mut path = step.path;
        if let Some((before, rest)) = path.split_once('{')
            && let Some((title, after)) = rest.split_once('}')
        {
            let number = numbers.get(&(system, title.to_owned())).cloned().unwrap_or_default();
            path = format!("{before}{number}{after}");
        }
        let made = match (&step.body, path.as_str()) {
            (Body::Json(body), "/tasks") | (Body::File { metadata: body, .. }, "/evidence") => {
                body.get("title").and_then(Value::as_str).map(str::to_owned)
            }
            _ => None,
        };
        let answer = api.send(&step.who, step.method, &format!("/systems/{system}{path}"), step.body).await?;
        if let Some((title, number)) = made.zip(answer.get("number").and_then(Value::as_str)) {
            numbers.insert((system, title), number.to_owned());
        }
    }
    Ok(())
}

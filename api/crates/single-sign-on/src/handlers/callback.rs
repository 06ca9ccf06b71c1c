use crate::SingleSignOn;
use crate::come_back::{Back, Stop, person_of, record, round_of};
use crate::conclude::{Outcome, conclude};
use crate::landing::{End, landing};
use crate::rounds::Round;
use actix_web::cookie::Cookie;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError, get};
use audit::{Actor, change_installation};
use identity::{Identity, Step, cookies, origin, step_cookies};
use openid::Person;
use platform::http::client_address;
use platform::limiter::Bucket;
use platform::{Platform, Result};

/// Where the browser comes out, and the cookies that it is given.
type Come = (End, Vec<Cookie<'static>>);

/// The way back from the provider, for browsers only. Whatever comes of it, the answer sends the browser to a page of this installation: the
/// one that was asked for, with a session in the cookies, or the sign-in page, with a code in the fragment: `failed=<error code>`, or
/// `second-factor` where one is asked for.
#[utoipa::path(operation_id = "single_sign_on_callback", tag = "single sign-on", security(()), extensions(("x-role" = json!("anonymous"))),
    params(
        ("state" = Option<String>, Query, description = "Ties the answer to the browser that set out"),
        ("code" = Option<String>, Query, description = "What the tokens are redeemed with"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
        ("iss" = Option<String>, Query, description = "Who answers (RFC 9207)")),
    responses((status = 303, description = "To a page of this installation", headers(("Location" = String, description = "The page")))))]
#[get("/single-sign-on/callback")]
pub(super) async fn single_sign_on_callback(
    platform: Data<Platform>,
    identity: Data<Identity>,
    sso: Data<SingleSignOn>,
    request: HttpRequest,
) -> HttpResponse {
    let mut round = None;
    let (end, set) = come_back(&platform, &identity, &sso, &request, &mut round).await.unwrap_or_else(|error| {
        // Logged as any other answer of this kind; what is sent is the page.
        let _logged = error.error_response();
        (End::Failed(error.code()), Vec::new())
    });
    let mut response = HttpResponse::SeeOther();
    response.insert_header((LOCATION, landing(round.as_ref(), end))).insert_header((CACHE_CONTROL, "no-store"));
    // A round that a stranger's link interrupts goes on: its cookie stays until it is spent.
    if round.is_some() {
        response.cookie(cookies::ended(cookies::SINGLE_SIGN_ON));
    }
    for cookie in set {
        response.cookie(cookie);
    }
    response.finish()
}

async fn come_back(
    platform: &Platform,
    identity: &Identity,
    sso: &SingleSignOn,
    request: &HttpRequest,
    taken: &mut Option<Round>,
) -> Result<Come> {
    platform.limiter.take_from(Bucket::SingleSignOn, client_address(request)).await?;
    let (provider, back) = (sso.provider()?, Back::of(request.query_string()));
    let cookie = request.cookie(cookies::SINGLE_SIGN_ON);
    let person = async {
        let (round, secrets) = round_of(platform, cookie.as_ref().map(Cookie::value), &back).await?;
        let round = taken.insert(round);
        let person = person_of(platform, provider, round, &secrets, back).await?;
        Ok((round.clone(), person))
    };
    match person.await {
        Ok((round, person)) => follow(platform, identity, request, round, person).await,
        Err(Stop::Broken(error)) => Err(error),
        Err(Stop::Because(cause, code)) => {
            record(platform, cause).await?;
            Ok((End::Failed(code), Vec::new()))
        }
    }
}

async fn follow(platform: &Platform, identity: &Identity, request: &HttpRequest, round: Round, person: Person) -> Result<Come> {
    let (inner, origin) = (platform.clone(), origin(request));
    let outcome = change_installation(platform, Actor::anonymous(), move |door| {
        Box::pin(async move { conclude(door, &inner, &round, &person, origin).await })
    })
    .await?;
    Ok(match outcome {
        Outcome::Refused(code) => (End::Failed(code), Vec::new()),
        Outcome::Done => (End::Done, Vec::new()),
        Outcome::Step(step) => {
            let end = match &step {
                Step::SecondFactor { accepts, .. } => End::SecondFactor(accepts.clone()),
                Step::Refused | Step::Unknown | Step::Open { .. } => End::Done,
            };
            (end, step_cookies(platform, identity, step).await?)
        }
    })
}
